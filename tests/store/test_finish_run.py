"""How a run ended is on record whole: its state and reason, and what could not be read."""

import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from lnl_gui.store.dataset.samples import (
    load_readable,
    load_undecoded,
    load_unreadable,
    record_unreadable,
)
from lnl_gui.store.finish_run import (
    finish_run,
    settle_abandoned,
    sweep_temporary,
    write_unreadable,
)
from lnl_gui.store.jobs import runs
from lnl_gui.store.jobs.parameters import (
    DetectParameters,
    EmbedParameters,
    ExportParameters,
    JobParameters,
)
from lnl_gui.store.jobs.runs import Run, RunResult
from lnl_gui.store.project import Project, open_project
from lnl_gui.util.errors import UserError
from lnl_gui.util.messages import NOTHING, Message, message
from tests.builders import make_project, update_dataset

COUNT = 6
BROKEN = {1: message("cut at {n} bytes", n=7), 4: message("empty")}


@pytest.fixture
def project(tmp_path: Path) -> Iterator[Project]:
    with open_project(make_project(tmp_path / "p.lnl", count=COUNT)) as opened:
        yield opened


def begin(project: Project, parameters: JobParameters) -> Run:
    """A run with a part to resume from, and with samples it could not read."""
    run = runs.start_run(project, parameters)
    (run.folder / "parts" / "one").mkdir(parents=True)
    write_unreadable(run.folder, BROKEN)
    return run


def told(project: Project) -> dict[str, str]:
    return {path: str(why) for path, why in load_unreadable(project)}


def test_a_run_is_recorded_with_its_end_its_reason_and_its_result(project: Project) -> None:
    begun = time.time()
    run = begin(project, ExportParameters("out"))
    assert run.ended is None and run.message == NOTHING
    reason = message("no room on {disk}", disk="/x")
    failed = finish_run(project, run.id, runs.FAILED, None, reason)
    assert (failed.state, failed.message) == (runs.FAILED, reason)
    assert failed.ended is not None and begun <= run.started <= failed.ended <= time.time()
    assert (failed.artifacts, failed.metrics) == ({}, {})
    assert (run.folder / "parts" / "one").is_dir()
    again = runs.start_run(project, ExportParameters("out"))
    assert again.id == run.id and again.ended is None and again.state == runs.RUNNING
    result = RunResult({"table": "runs/a.csv"}, {"exported": 6})
    done = finish_run(project, run.id, runs.DONE, result)
    assert (done.state, done.message) == (runs.DONE, NOTHING)
    assert (done.artifacts, done.metrics) == (result.artifacts, result.metrics)
    assert not (run.folder / "parts").exists()
    assert runs.load_run(project, run.id) == done


@pytest.mark.parametrize(
    ("parameters", "state", "read"),
    [
        (EmbedParameters(), runs.DONE, True),
        (EmbedParameters(), runs.CANCELLED, False),
        (EmbedParameters(), runs.FAILED, False),
        (DetectParameters(), runs.DONE, False),
    ],
)
def test_what_a_finished_embedding_could_not_read_replaces_what_was_known(
    project: Project, parameters: JobParameters, state: str, read: bool
) -> None:
    record_unreadable(project, {0: message("gone")})
    before = told(project)
    run = begin(project, parameters)
    assert finish_run(project, run.id, state, RunResult()).state == state
    after = told(project)
    if read:
        assert after == {
            "cat/broken.png": "zero bytes",
            "dog/0001.png": "cut at 7 bytes",
            "dog/0004.png": "empty",
        }
        assert load_readable(project, COUNT).tolist() == [row not in BROKEN for row in range(COUNT)]
    else:
        assert after == before


@pytest.mark.parametrize("text", [None, "{", '{"x": "y"}'])
def test_an_embedding_whose_reasons_are_lost_is_not_recorded_as_done(
    project: Project, text: str | None
) -> None:
    run = begin(project, EmbedParameters())
    file = run.folder / "unreadable.json"
    file.unlink()
    if text is not None:
        file.write_text(text)
    with pytest.raises((OSError, UserError), match="unreadable"):
        finish_run(project, run.id, runs.DONE, RunResult())
    assert runs.load_run(project, run.id).state == runs.RUNNING
    assert (run.folder / "parts").is_dir()


def test_runs_whose_process_is_gone_are_done_where_they_left_a_result(project: Project) -> None:
    def leave(parameters: JobParameters, *, result: bool, broken: bool = False) -> Run:
        run = begin(project, parameters)
        if result:
            runs.write_result(run.folder, RunResult({}, {"n": 1}))
        if broken:
            (run.folder / "unreadable.json").unlink()
        return run

    done = leave(ExportParameters("a"), result=True)
    embedded = leave(EmbedParameters(("a",)), result=True)
    interrupted = leave(ExportParameters("b"), result=False)
    lost = leave(EmbedParameters(("b",)), result=True, broken=True)
    failed = leave(ExportParameters("c"), result=True)
    finish_run(project, failed.id, runs.FAILED, None, Message("why"))
    earlier = leave(ExportParameters("d"), result=True)
    runs.record_end(project, earlier.id, runs.DONE, RunResult())
    settled = {run.id: run.state for run in settle_abandoned(project)}
    assert settled == {
        done.id: runs.DONE,
        embedded.id: runs.DONE,
        interrupted.id: runs.INTERRUPTED,
        lost.id: runs.INTERRUPTED,
    }
    states = {run.id: run.state for run in runs.load_runs(project)}
    assert states == settled | {failed.id: runs.FAILED, earlier.id: runs.DONE}
    assert runs.load_run(project, done.id).metrics == {"n": 1}
    assert "dog/0001.png" in told(project)
    kept = {run.id for run in runs.load_runs(project) if (run.folder / "parts").is_dir()}
    assert kept == {interrupted.id, lost.id, failed.id}
    assert settle_abandoned(project) == []


def test_half_written_files_are_found_before_they_are_removed(project: Project) -> None:
    names = (
        "arrays/.facts.npy.2841b0b93933",
        "arrays/.123.embedding-a.npy",
        "runs/embed-1/.result.json.2841b0b93933",
        ".project.db.2841b0b93933",
    )
    others = (
        "arrays/facts.npy",
        "arrays/.x.embedding-a.npy",
        "arrays/.123.facts.npy",
        "notes/.a.2841b0b93933",
    )
    for name in (*names, *others):
        file = project.folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(b"half")
    expected = {project.folder / name for name in names}
    assert set(sweep_temporary(project, only_look=True)) == expected
    assert all(file.is_file() for file in expected)
    assert set(sweep_temporary(project)) == expected
    assert not any(file.exists() for file in expected)
    assert all((project.folder / name).is_file() for name in others)
    assert sweep_temporary(project) == []


def test_a_sample_that_has_left_the_dataset_is_told_once_and_by_that(project: Project) -> None:
    record_unreadable(project, BROKEN)
    update_dataset(project, gone={"1": "missing", "2": "unlisted"})
    assert told(project) == {
        "cat/broken.png": "zero bytes",
        "dog/0004.png": "empty",
        "dog/0001.png": "the file is missing since the dataset was last read",
        "bird/0002.png": "the dataset no longer lists this image",
    }
    assert len(load_unreadable(project)) == 4
    assert load_readable(project, COUNT).tolist() == [True, False, False, True, False, True]


def test_what_the_reading_left_out_is_not_counted_with_what_was_not_decoded(
    project: Project,
) -> None:
    assert not load_undecoded(project) and "cat/broken.png" in told(project)
    record_unreadable(project, BROKEN)
    found = [(path, str(why)) for path, why in load_undecoded(project)]
    assert found == [("dog/0001.png", "cut at 7 bytes"), ("dog/0004.png", "empty")]
