"""Several processes that train one network: started, told what to train, and ended."""

import os
import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import psutil
import pytest

from lnl_gui import __main__ as program
from lnl_gui.cli.jobs import run_job
from lnl_gui.cli.parser import make_parser
from lnl_gui.cli.place import placed
from lnl_gui.containers.location import ImageLocation
from lnl_gui.learn.data.soft_labels import SoftLabels
from lnl_gui.learn.data.sources import Holdout, TrainingSet
from lnl_gui.learn.models.model_file import WEIGHTS, read_weights
from lnl_gui.learn.recipes.registry import find_recipe
from lnl_gui.library.jobs import CallContext
from lnl_gui.pipeline.training import processes
from lnl_gui.pipeline.training.shared_training import read_shared, shared
from lnl_gui.session.session import Session
from lnl_gui.store.jobs.parameters import FinetuneParameters
from lnl_gui.util.errors import UserError
from lnl_gui.util.process.cores import PROCESSES_VARIABLE

_FAILS = """
import sys
from lnl_gui.util.process import late_compiler

late_compiler.install()
from lnl_gui.pipeline.training import processes
from lnl_gui.util.errors import UserError
from lnl_gui.util.messages import Message

def fails(ranks, task):
    raise UserError(Message("No weights are here."))

processes._train = fails
sys.exit(processes.main(sys.argv[2:]))
"""
"""A process that meets an error of its own, while the first one waits for it elsewhere."""


@pytest.fixture
def no_process_stays() -> Iterator[None]:
    before = set(psutil.Process().children())
    yield
    assert not [child for child in psutil.Process().children() if child not in before]


def test_a_job_of_two_processes_runs_to_its_end(
    embedded: Path, monkeypatch: pytest.MonkeyPatch, no_process_stays: None
) -> None:
    monkeypatch.setenv(PROCESSES_VARIABLE, "2")
    started: list[int] = []
    start = processes._Helper.start
    monkeypatch.setattr(processes._Helper, "start", lambda *a: started.append(a[0]) or start(*a))
    parameters = FinetuneParameters(
        recipe="linear_probe", encoder="bundled-fast", compare_with_given=False
    )
    with Session.open(embedded) as session:
        made = run_job(session, parameters, quiet=True)
    assert started == [1]
    # One in twenty is in a wrong folder.
    assert made.metrics["after"]["accuracy"] > 0.8
    assert read_weights(embedded / made.artifacts["model"] / WEIGHTS)
    # What was handed to the other process is gone.
    assert not list(embedded.rglob("shared"))


@pytest.mark.parametrize(
    ("script", "what"),
    [
        (_FAILS, r"Process 2 of this training has ended: No weights are here\."),
        ("print('No torch.'); raise SystemExit(1)", r"Process 2 .* did not start: No torch\."),
    ],
)
def test_a_process_that_dies_ends_the_training_and_says_of_what(
    monkeypatch: pytest.MonkeyPatch, no_process_stays: None, script: str, what: str
) -> None:
    monkeypatch.setenv(PROCESSES_VARIABLE, "2")
    monkeypatch.setattr(processes, "program_command", lambda: [sys.executable, "-c", script])
    started = processes.several_processes(find_recipe("quick"), CallContext(), device="cpu")
    with pytest.raises(UserError, match=what), started as ranks:
        ranks.say({"any": "task"})
        ranks.agree()


def test_a_recipe_of_one_process_gets_one_and_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(PROCESSES_VARIABLE, "2")
    context = CallContext()
    said: list[str] = []
    monkeypatch.setattr(context, "log", lambda text: said.append(str(text)))
    with processes.several_processes(find_recipe("unicon"), context, device="cpu") as ranks:
        assert ranks.count == 1
    assert "trains in one process" in said[0]


def test_what_is_handed_to_the_others_is_what_they_read(tmp_path: Path) -> None:
    probability = np.array([[0.9, 0.1], [0.5, 0.5], [0.2, 0.8]], np.float32)
    files: list[ImageLocation] = [tmp_path / name for name in ("a.png", "ö b.png", "c.png")]
    training = TrainingSet(
        files,
        np.array([0, 1, -1], np.int32),
        ["cat", "dog"],
        embedding=np.arange(6, dtype=np.float16).reshape(3, 2),
        groups=np.array([4, 4, -1]),
        soft=SoftLabels(np.array([[0, 1], [0, 1], [1, 0]]), probability),
    )
    holdout = Holdout(files[:1], np.array([1], np.int32), confirmed=np.array([True]))
    with shared(tmp_path / "shared", training, holdout) as place:
        found, held = read_shared(place)
        assert found.files == files and held.files == files[:1]
        assert found.class_names == ["cat", "dog"] and found.rendering == training.rendering
        for name in ("labels", "embedding", "groups"):
            assert np.array_equal(getattr(found, name), getattr(training, name)), name
        assert found.soft is not None and np.array_equal(found.soft.probability, probability)
        assert held.confirmed is not None and held.confirmed.tolist() == [True]
        assert held.embedding is None
        del found, held
    assert not (tmp_path / "shared").exists()


def test_of_the_processes_of_torchrun_all_but_the_first_train_along(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    came: list[list[str]] = []
    monkeypatch.setattr(processes, "main", lambda given: came.append(list(given)) or 0)
    monkeypatch.setenv("TORCHELASTIC_RUN_ID", "none")
    monkeypatch.setenv("RANK", "1")
    assert program.main(["finetune", "p.lnl"]) == 0
    assert came == [["p.lnl"]]
    assert not program._is_helper() or os.environ["RANK"] == "1"
    monkeypatch.setenv("RANK", "0")
    assert not program._is_helper()


def test_where_jobs_run_is_said_for_one_command_only(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(PROCESSES_VARIABLE, raising=False)
    monkeypatch.setenv("LNL_HOST", "other")
    words = ["finetune", "p.lnl", "--host", "ann@gpu", "--processes", "gpus", "--threads", "3"]
    with placed(make_parser(words).parse_args(words)):
        found = [os.environ[name] for name in ("LNL_HOST", PROCESSES_VARIABLE, "LNL_THREADS")]
        assert found == ["ann@gpu", "gpus", "3"]
    assert PROCESSES_VARIABLE not in os.environ and os.environ["LNL_HOST"] == "other"
    for wrong in (["--host", "-oProxyCommand=x"], ["--processes", "0"], ["--processes", "all"]):
        words = ["finetune", "p.lnl", f"{wrong[0]}={wrong[1]}"]
        with pytest.raises(Exception, match=r"no name of a host|a number above 0"):
            make_parser(words).parse_args(words)
    monkeypatch.setenv("TORCHELASTIC_RUN_ID", "none")
    words = ["finetune", "p.lnl", "--host", "gpu"]
    with pytest.raises(UserError, match="torchrun"), placed(make_parser(words).parse_args(words)):
        pass
