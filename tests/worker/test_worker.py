"""The real worker process: jobs, cancel, errors, kill and resume, the window gone."""

import os
import sys
import threading
from pathlib import Path
from types import SimpleNamespace
from typing import TypeGuard

import numpy as np
import pytest

from lnl_gui.jobs import protocol, worker
from lnl_gui.session.session import Session
from lnl_gui.store.jobs import runs
from lnl_gui.store.jobs.job_kinds import to_dict
from lnl_gui.store.jobs.parameters import EmbedParameters, ImportParameters
from lnl_gui.store.jobs.runs import RunResult
from tests.conftest import draw_image
from tests.worker.client import WorkerClient


@pytest.fixture
def many_images(tmp_path: Path) -> Path:
    """More images than are embedded before a cancel arrives, tiny so that they are read fast."""
    return draw_tiny_images(tmp_path / "many", 100)


def draw_tiny_images(root: Path, each: int) -> Path:
    for kind, name in enumerate(("square", "circle")):
        (root / name).mkdir(parents=True)
        for i in range(each):
            draw_image(kind, 1000 * kind + i, side=16).save(root / name / f"{i:04d}.png")
    return root


def import_by_worker(worker: WorkerClient, source: Path, project: Path) -> None:
    parameters = to_dict(ImportParameters(str(source), str(project)))
    worker.start("import", project, "", parameters)
    assert isinstance(worker.until_end()[-1], protocol.Done)


def test_import_and_embed_through_the_pipe(class_folders: Path, tmp_path: Path) -> None:
    project = tmp_path / "shapes.lnl"
    (class_folders / "square" / "broken.png").write_bytes(b"")
    with WorkerClient() as worker:
        import_by_worker(worker, class_folders, project)
        with Session.open(project) as session:
            assert len(session) == 37
            run = session.runs.start(EmbedParameters())
            worker.start("embed", project, run.id, run.parameters)
            messages = worker.until_end()
            result = messages[-2]
            assert isinstance(result, RunResult)
            assert any(isinstance(message, protocol.ProgressMessage) for message in messages)
            changes = session.runs.finish(run.id, runs.DONE, result)
            assert changes.scores
            assert session.counts().unreadable == 1
            row = session.columns.paths.index("circle/circle-00.png")
            assert session.images.thumbnail_of(row) is not None
        embedding = np.load(project / "arrays" / "embedding-bundled.npy")
        assert embedding.shape == (37, 1280)
        assert np.isnan(embedding).any(axis=1).sum() == 1


def test_a_bad_request_is_answered_and_the_worker_lives_on(
    class_folders: Path, tmp_path: Path
) -> None:
    with WorkerClient() as worker:
        assert worker.process.stdin is not None
        worker.process.stdin.write(b"what?\n")
        worker.process.stdin.flush()
        assert isinstance(worker.next(), protocol.ErrorMessage)
        worker.start("paint", tmp_path, "", {})
        error = worker.until_end()[-1]
        assert isinstance(error, protocol.ErrorMessage)
        assert error.code == "unknown_job"
        import_by_worker(worker, class_folders, tmp_path / "shapes.lnl")


def test_a_cancel_right_after_the_start_is_not_lost(many_images: Path, tmp_path: Path) -> None:
    project = tmp_path / "many.lnl"
    with WorkerClient() as worker:
        import_by_worker(worker, many_images, project)
        with Session.open(project) as session:
            run = session.runs.start(EmbedParameters())
            worker.start("embed", project, run.id, run.parameters)
            worker.send(protocol.Cancel())
            assert isinstance(worker.until_end()[-1], protocol.CancelledMessage)


def test_the_worker_ends_when_the_window_is_gone(many_images: Path, tmp_path: Path) -> None:
    project = tmp_path / "many.lnl"
    with WorkerClient() as worker:
        import_by_worker(worker, many_images, project)
        with Session.open(project) as session:
            run = session.runs.start(EmbedParameters())
            worker.start("embed", project, run.id, run.parameters)
            worker.until(lambda m: isinstance(m, protocol.ProgressMessage))
            assert worker.process.stdin is not None
            worker.process.stdin.close()
            worker.process.wait(timeout=60)


SMALL_PARTS = """
from lnl_gui.pipeline.embedding import embed, parts
embed.PART_SIZE = parts.PART_SIZE = 32
"""
NO_SECOND_PART = """
import time
save = embed.save_part
embed.save_part = lambda parts, part: time.sleep(600) if part.start else save(parts, part)
"""


@pytest.mark.skipif(sys.platform == "win32", reason="kill -9 is POSIX")
def test_a_killed_worker_redoes_no_more_than_one_part(tmp_path: Path) -> None:
    project = tmp_path / "many.lnl"
    images = draw_tiny_images(tmp_path / "many", 36)
    with WorkerClient(SMALL_PARTS + NO_SECOND_PART) as worker:
        import_by_worker(worker, images, project)
        with Session.open(project) as session:
            run = session.runs.start(EmbedParameters(encoders=("bundled-fast",)))
            worker.start("embed", project, run.id, run.parameters)
            worker.until(lambda m: looks_at_images(m) and m.done > 40)
            worker.process.kill()
    with Session.open(project) as session:
        parts = sorted((run.folder / "parts").rglob("*.npz"))
        assert len(parts) == 1
        written = parts[0].stat().st_mtime_ns
        session.runs.finish(run.id, runs.INTERRUPTED, None)
        again = session.runs.start(EmbedParameters(encoders=("bundled-fast",)))
        assert again.id == run.id
        with WorkerClient(SMALL_PARTS) as worker:
            worker.start("embed", project, again.id, again.parameters)
            messages = worker.until_end()
        assert isinstance(messages[-1], protocol.Done)
        assert parts[0].stat().st_mtime_ns == written
        embedded = [m.done for m in messages if looks_at_images(m)]
        assert min(embedded) > 32
    assert not np.isnan(np.load(project / "arrays" / "embedding-bundled-fast.npy")).any()


def looks_at_images(found: object) -> TypeGuard[protocol.ProgressMessage]:
    # Before it, files are looked for, which counts them too.
    is_progress = isinstance(found, protocol.ProgressMessage)
    return is_progress and str(found.stage) == "Looking at the images"


@pytest.mark.parametrize(
    ("kind", "used_gpu", "done"), [("finetune", True, 1), ("finetune", False, 2), ("map", False, 1)]
)
def test_a_worker_ends_where_that_gives_memory_back(
    monkeypatch: pytest.MonkeyPatch, *, kind: str, used_gpu: bool, done: int
) -> None:
    started: list[str] = []

    def body(name: str, *_: object, **__: object) -> RunResult:
        started.append(name)
        return RunResult()

    ended = threading.Event()

    class OfThisProcess(worker.Worker):
        def _stop(self) -> None:
            """Without the timer that ends the process."""
            ended.set()

    told: list[protocol.JobMessage] = []
    monkeypatch.setattr(worker, "run_body", body)
    monkeypatch.setattr(worker, "_has_used_gpu", lambda: used_gpu)
    # Without the end of its input, at which it would stop before the second.
    reading, writing = os.pipe()
    with os.fdopen(reading, "rb") as stream, os.fdopen(writing, "wb", buffering=0) as pipe:
        for _ in range(2):
            pipe.write(protocol.encode(protocol.Start(kind, "", "", {})))
        monkeypatch.setattr(worker, "IDLE_SECONDS", 0.5)
        assert OfThisProcess(told.append).serve(stream) == 0
        pipe.close()
        assert ended.wait(60)
    assert started == [kind] * done


@pytest.mark.parametrize("used", ["cuda", "xpu", "mps", ""])
def test_what_kind_of_gpu_a_process_has_used(used: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delitem(sys.modules, "torch", raising=False)
    assert not worker._has_used_gpu()
    torch = SimpleNamespace(
        cuda=SimpleNamespace(is_initialized=lambda: used == "cuda"),
        xpu=SimpleNamespace(is_initialized=lambda: used == "xpu"),
        backends=SimpleNamespace(mps=SimpleNamespace(is_available=lambda: used == "mps")),
    )
    monkeypatch.setitem(sys.modules, "torch", torch)
    assert worker._has_used_gpu() == bool(used)
