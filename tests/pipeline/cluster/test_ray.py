"""Ray itself; skipped where it is not installed."""

from pathlib import Path

import pytest

import lnl_gui
from lnl_gui.cli.jobs import run_job
from lnl_gui.pipeline.cluster.parts import PartFiles
from lnl_gui.pipeline.cluster.pool import Pool
from lnl_gui.pipeline.cluster.ray_cluster import connected
from lnl_gui.session.session import Session
from lnl_gui.store.jobs.parameters import TuneParameters
from lnl_gui.util.cluster import CLUSTER_VARIABLE
from lnl_gui.util.messages import Message
from lnl_gui.util.progress import no_progress
from tests.pipeline.cluster.pretended import Sizes

pytest.importorskip("ray")


def test_a_worker_that_dies_costs_its_part(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    files = [tmp_path / f"{number}.png" for number in range(6)]
    for number, file in enumerate(files):
        file.write_bytes(b"x" * number)
    parts = PartFiles(files, list(range(6)), 2)
    said: list[Message] = []
    with connected("local", device="cpu", threads=1) as cluster:
        pool = Pool(
            cluster, Sizes(lnl_gui.__version__), parts, say=said.append, progress=no_progress
        )
        answers = pool.answers(range(0, 6, 2))
        found = [next(answers)]
        # As if its node had died: the answers to what it holds never come.
        (worker,) = pool._workers.values()
        cluster.end(worker.handle)
        found += answers
    assert {a.start: a.result for a in found} == {0: [0, 1], 2: [2, 3], 4: [4, 5]}
    assert capsys.readouterr().out == ""


def test_a_search_on_ray_tune_tries_what_one_without_it_tries(
    embedded: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    parameters = TuneParameters(recipe="small_loss_head", trials=2, encoder="bundled-fast")
    with Session.open(embedded) as session:
        here = run_job(session, parameters, quiet=True, threads=1).metrics
        monkeypatch.setenv(CLUSTER_VARIABLE, "local")
        there = run_job(session, parameters, quiet=True, threads=1).metrics
    names = ("number", "learning_rate", "weight_decay", "batch_size")
    for one, other in zip(here["trials"], there["trials"], strict=True):
        assert {name: one[name] for name in names} == {name: other[name] for name in names}
        assert one["validation_accuracy"] == pytest.approx(other["validation_accuracy"], abs=0.02)
    assert there["best"] == here["best"]
