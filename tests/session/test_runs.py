"""Runs that end while a project is open, which of them need not be done again, which be undone."""

import shutil
import sqlite3
from pathlib import Path

import numpy as np
import pytest

from lnl_gui.library.jobs import CallContext, run_recorded
from lnl_gui.session.session import Session
from lnl_gui.session.undo_addition import last_addition
from lnl_gui.store import run_inputs
from lnl_gui.store.database.connection import database_error
from lnl_gui.store.jobs import runs
from lnl_gui.store.jobs.parameters import (
    DetectParameters,
    EmbedParameters,
    ExportParameters,
    ExtendParameters,
    FinetuneParameters,
    UpdateParameters,
)
from lnl_gui.store.jobs.runs import DONE, FAILED, INTERRUPTED, RunResult, record_end
from lnl_gui.util.errors import DISK_FULL_CODE, UserError
from lnl_gui.util.files.array_file import write_array
from lnl_gui.util.messages import message
from tests.builders import add_detection, make_project, write_core_scores


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "images").mkdir()
    return make_project(tmp_path / "pets.lnl", count=30, root=tmp_path / "images")


@pytest.mark.parametrize("read_before", [False, True])
def test_a_detection_that_ends_is_taken_in(folder: Path, tmp_path: Path, read_before: bool) -> None:
    other = make_project(tmp_path / "other.lnl", count=30)
    add_detection(other, flag_every=4, seed=3)
    [left] = (other / "runs").iterdir()
    with Session.open(folder) as session:
        assert not session.columns.flagged.any()
        run = session.runs.start(DetectParameters())
        shutil.copytree(left, run.folder, dirs_exist_ok=True)
        read = session.runs.reading(run.id)() if read_before else None
        assert read is None or read.scores.folder == run.folder
        changes = session.runs.finish(run.id, DONE, RunResult({}, {}), read=read)
        assert changes.scores and changes.runs and not str(changes.text)
        for name in ("suspicion", "suggested", "flagged"):
            found = getattr(session.columns, name)
            assert np.array_equal(found, np.load(left / f"{name}.npy")), name
        latest = session.runs.latest("detect")
        assert latest is not None and latest.id == run.id


def test_a_job_that_failed_changes_no_scores(folder: Path) -> None:
    with Session.open(folder) as session:
        run = session.runs.start(DetectParameters())
        changes = session.runs.finish(run.id, FAILED, None)
        assert changes.runs and not changes.scores
        assert session.runs.latest("detect") is None
        assert [found.id for found in session.runs.all()] == [run.id]
        session.runs.forget(run.id)
        assert session.runs.all() == []


def added(session: Session, undo: Path, images: int) -> float:
    """An addition is done; when it ended."""
    run = session.runs.start(ExtendParameters(reviewed=f"/{images}.lnl"))
    metrics = {"undo": str(undo), "copied": images}
    # As another process leaves it.
    record_end(session.project, run.id, DONE, RunResult({}, metrics))
    ended = session.runs.all()[-1].ended
    assert ended is not None
    return ended


def test_the_newest_addition_whose_way_back_is_there_can_be_undone(
    folder: Path, tmp_path: Path
) -> None:
    with Session.open(folder) as session:
        with pytest.raises(UserError, match="No images have been added"):
            last_addition(session)
        ways = [tmp_path / f"images.undo-{number}" for number in range(3)]
        ended = [added(session, way, 5 + number) for number, way in enumerate(ways)]
        # Of a project from elsewhere: a folder that is none of this dataset's.
        (tmp_path / "else").mkdir()
        added(session, tmp_path / "else" / "images.undo-9", 9)
        (tmp_path / "else" / "images.undo-9").mkdir()
        with pytest.raises(UserError, match="taken out again") as caught:
            last_addition(session)
        assert "images.undo-9" in str(caught.value.hint)
        for way in ways[:2]:
            way.mkdir()
        # One that failed, and another kind of run that left a way back too.
        for parameters, state in ((ExtendParameters("/9.lnl"), FAILED), (UpdateParameters(), DONE)):
            run = session.runs.start(parameters)
            metrics = {"undo": str(ways[0]), "copied": 9}
            record_end(session.project, run.id, state, RunResult({}, metrics))
        found = last_addition(session)
        assert (found.undo, found.images) == (ways[1], 6)
        assert found.ended == ended[1]


def finish(session: Session, parameters: EmbedParameters | DetectParameters) -> str:
    """Record a finished run with the inputs of this moment, and arrays that can be read."""
    inputs = run_inputs.inputs_of(session.project, parameters)
    run = session.runs.start(parameters)
    artifacts = {}
    if isinstance(parameters, EmbedParameters):
        artifacts = {f"embedding:{name}": f"arrays/{name}.npy" for name in parameters.encoders}
        for path in artifacts.values():
            write_array(session.folder / path, np.ones((len(session), 4), np.float16))
    else:
        write_core_scores(run.folder, len(session))
    result = RunResult(artifacts, {}, inputs)
    runs.write_result(run.folder, result)
    record_end(session.project, run.id, DONE, result)
    return run.id


def test_an_undone_verdict_is_no_change(tmp_path: Path) -> None:
    with Session.open(make_project(tmp_path / "p.lnl")) as session:
        made = finish(session, DetectParameters())
        found = session.runs.finished(DetectParameters())
        assert found is not None and found.id == made
        session.exclude(np.array([0]))
        assert session.runs.finished(DetectParameters()) is None
        assert session.runs.changed_inputs(DetectParameters()) == ["labels and verdicts"]
        session.undo()
        assert session.runs.finished(DetectParameters()) is not None
        assert session.runs.changed_inputs(DetectParameters(seed=3)) == ["parameters"]
        assert session.runs.changed_inputs(FinetuneParameters()) == []


def test_an_embedding_serves_until_another_of_its_encoder_is_made(tmp_path: Path) -> None:
    with Session.open(make_project(tmp_path / "p.lnl")) as session:
        both, one = EmbedParameters(("a", "b")), EmbedParameters(("a",))
        made = finish(session, both)
        found = session.runs.finished(EmbedParameters(("b",), device="cuda", batch_size=7))
        assert found is not None and found.id == made
        finish(session, DetectParameters())
        own = finish(session, EmbedParameters(("a",), weights="/own.safetensors"))
        assert session.runs.finished(one) is None and session.runs.finished(both) is None
        assert session.runs.finished(EmbedParameters(("b",))) is not None
        assert session.runs.changed_inputs(DetectParameters()) == ["embeddings"]
        (session.folder / "arrays" / "a.npy").unlink()
        assert session.runs.finished(EmbedParameters(("a",), weights="/own.safetensors")) is None
        assert own != made


def test_another_version_or_a_run_without_record_is_done_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with Session.open(make_project(tmp_path / "p.lnl")) as session:
        made = finish(session, DetectParameters())
        with monkeypatch.context() as patched:
            patched.setattr(runs, "versions", lambda: {"numpy": "0.1", "platform": "moon"})
            assert session.runs.changed_inputs(DetectParameters()) == ["versions"]
        assert session.runs.finished(DetectParameters()) is not None
        runs.write_result(runs.load_run(session.project, made).folder, RunResult())
        assert session.runs.finished(DetectParameters()) is None


@pytest.mark.parametrize("made", [True, False])
def test_an_export_that_finds_no_record_is_said_to_be_whole(
    folder: Path, monkeypatch: pytest.MonkeyPatch, made: bool
) -> None:
    def full(*_: object) -> None:
        error = sqlite3.OperationalError("database or disk is full")
        error.sqlite_errorname = "SQLITE_FULL"
        raise database_error(error, folder)

    def body(*_: object, **__: object) -> RunResult:
        if not made:
            raise UserError(message("No image is there."), code="the_first")
        result = RunResult({}, {"destination": "/exports/pets"})
        runs.write_result(next((folder / "runs").iterdir()), result)
        return result

    monkeypatch.setattr("lnl_gui.library.jobs.run_body", body)
    with Session.open(folder) as session, monkeypatch.context() as patch:
        patch.setattr(runs, "record_end", full)
        with pytest.raises(UserError) as raised:
            run_recorded(session, ExportParameters("/exports/pets"), CallContext())
    # Why a job failed says more than that this is not on record.
    assert raised.value.code == (DISK_FULL_CODE if made else "the_first")
    assert ("/exports/pets is whole" in str(raised.value)) == made
    with Session.open(folder) as session:
        [run] = session.runs.all()
        assert run.state == (DONE if made else INTERRUPTED)
