"""Runs that end while a project is open, and which addition of images can be undone."""

import shutil
from pathlib import Path

import numpy as np
import pytest

from lnl_gui.session.session import Session
from lnl_gui.session.undo_addition import last_addition
from lnl_gui.store.parameters import DetectParameters, ExtendParameters
from lnl_gui.store.runs import DONE, FAILED, RunResult, record_end
from lnl_gui.util.errors import UserError
from tests.builders import add_detection, make_project


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
        assert changes.scores and changes.runs
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
        found = last_addition(session)
        assert (found.undo, found.images) == (ways[1], 6)
        assert found.ended == ended[1]
