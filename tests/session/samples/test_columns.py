"""Columns of an open project: frozen for another thread, with times read there, and loaded anew."""

from pathlib import Path

import numpy as np
import pytest

from lnl_gui.session.browsing.views import ViewSpec
from lnl_gui.session.samples.columns import load_columns
from lnl_gui.session.session import Session
from lnl_gui.store.jobs.parameters import DetectParameters
from lnl_gui.store.jobs.runs import DONE
from lnl_gui.util.files.array_file import write_array
from tests.builders import add_detection, make_project, write_core_scores

COUNT = 30


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = make_project(tmp_path / "pets.lnl", count=COUNT)
    add_detection(made)
    with Session.open(made, reviewer="ann") as session:
        session.keep(np.array([0, 3]))
    return made


def decided(session: Session) -> list[int]:
    """The samples with a time of a verdict."""
    return np.flatnonzero(session.columns.verdict_time).tolist()


@pytest.mark.parametrize("known", [False, True])
def test_frozen_columns_stay_while_verdicts_go_on(session: Session, known: bool) -> None:
    if known:
        assert decided(session) == [0, 3]
    frozen = session.columns.frozen()
    assert frozen.knows_verdict_times == known
    session.exclude(np.array([3, 5]))
    assert np.flatnonzero(frozen.status).tolist() == [0, 3]
    assert frozen.status[3] != session.columns.status[3]
    if known:
        assert np.flatnonzero(frozen.verdict_time).tolist() == [0, 3]
    assert frozen.log.position == 0
    np.testing.assert_array_equal(frozen.suspicion, session.columns.suspicion)


def test_times_read_in_another_thread_are_taken_over(session: Session) -> None:
    session.statistics.budgeting()()
    assert not session.columns.knows_verdict_times
    # The next verdict finds them, and is among them.
    session.exclude(np.array([7]))
    assert session.columns.knows_verdict_times
    assert decided(session) == [0, 3, 7]
    session.undo()
    assert decided(session) == [0, 3]


def test_times_read_before_a_verdict_are_worth_nothing_after_it(session: Session) -> None:
    reading = session.statistics.budgeting()
    session.exclude(np.array([7]))
    reading()
    session.statistics.budgeting()
    assert not session.columns.knows_verdict_times
    session.reset(np.array([3]))
    assert not session.columns.knows_verdict_times
    assert decided(session) == [0, 7]


def test_times_that_are_known_are_not_replaced_by_what_was_offered(session: Session) -> None:
    session.statistics.budgeting()()
    assert decided(session) == [0, 3]
    columns = session.columns
    columns.offer_verdicts(np.zeros(COUNT), np.zeros(COUNT, bool), columns.log.position)
    session.keep(np.array([8]))
    assert decided(session) == [0, 3, 8]


def test_each_reviewer_has_times_of_their_own(session: Session) -> None:
    assert decided(session) == [0, 3]
    session.team.work_as("bob", blind=True)
    assert decided(session) == []
    session.keep(np.array([1]))
    assert decided(session) == [1]
    session.team.work_as("ann")
    assert not session.columns.knows_verdict_times
    assert decided(session) == [0, 3]


@pytest.mark.parametrize("read_before", [False, True])
def test_clusters_of_a_detection_come_with_its_scores(session: Session, read_before: bool) -> None:
    assert set(session.columns.cluster.tolist()) == {-1}
    assert session.columns.cluster.dtype == np.int32
    version = session.columns.version
    run = session.runs.start(DetectParameters(seed=2))
    write_core_scores(run.folder, COUNT)
    clusters = np.arange(COUNT, dtype=np.int32) % 4
    write_array(run.folder / "cluster.npy", clusters)
    order = np.arange(COUNT, dtype=np.int32)[::-1].copy()
    write_array(run.folder / "order.npy", order)
    write_array(run.folder / "confidence.npy", np.full(COUNT, 0.5, np.float32))
    read = session.runs.reading(run.id)() if read_before else None
    if read is not None:
        assert read.cluster.tolist() == clusters.tolist()
        assert read.scores.suspicion.tolist() == [0.0] * COUNT
        # What was read is shown, not what is there by now.
        (run.folder / "cluster.npy").unlink()
        (run.folder / "confidence.npy").unlink()
    session.runs.finish(run.id, DONE, None, read=read)
    columns = session.columns
    assert columns.cluster.tolist() == clusters.tolist()
    assert set(columns.confidence.tolist()) == {0.5}
    assert columns.version > version and columns.worst_first is not None
    assert columns.worst_first.tolist() == order.tolist()
    assert not columns.flagged.any() and set(columns.suggested.tolist()) == {0}
    chosen = session.views.select_rows(ViewSpec(flagged=None, cluster=(3,)))
    assert sorted(chosen.tolist()) == list(range(3, COUNT, 4))


def test_the_order_that_a_detection_left_is_the_one_shown(folder: Path) -> None:
    with Session.open(folder) as session:
        detect = session.runs.latest("detect")
        assert detect is not None and session.columns.worst_first is None
        order = np.argsort(-session.columns.suspicion, kind="stable").astype(np.int32)
        shown = session.views.select_rows(ViewSpec(flagged=None))
    write_array(detect.folder / "order.npy", order)
    with Session.open(folder) as session:
        assert session.columns.worst_first is not None
        assert session.columns.worst_first.tolist() == order.tolist() == shown.tolist()
        assert session.views.select_rows(ViewSpec(flagged=None)).tolist() == shown.tolist()


def test_what_was_read_of_another_detection_is_passed_over(session: Session) -> None:
    first = session.runs.start(DetectParameters(seed=2))
    write_core_scores(first.folder, COUNT)
    read = session.runs.reading(first.id)()
    session.runs.finish(first.id, "failed", None, read=read)
    second = session.runs.start(DetectParameters(seed=3))
    write_core_scores(second.folder, COUNT)
    write_array(second.folder / "suspicion.npy", np.full(COUNT, 0.25, np.float32))
    write_array(second.folder / "cluster.npy", np.ones(COUNT, np.int32))
    session.runs.finish(second.id, DONE, None, read=read)
    assert set(session.columns.suspicion.tolist()) == {0.25}
    assert set(session.columns.cluster.tolist()) == {1}


def test_columns_read_alone_are_those_of_a_session(session: Session) -> None:
    found = load_columns(session.project)
    for name in ("given", "current", "status", "split", "suspicion", "suggested", "flagged"):
        np.testing.assert_array_equal(getattr(found, name), getattr(session.columns, name))
    assert list(found.paths) == list(session.columns.paths)


def test_losses_of_a_class_are_those_that_are_known(session: Session) -> None:
    losses = session.columns.loss.copy()
    losses[[1, 7]] = np.nan
    losses[4] = np.inf
    session.columns.loss = losses
    known = [losses[row] for row in range(1, COUNT, 3) if row not in (1, 4, 7)]
    assert session.derived.losses_of(1).tolist() == known
    assert session.derived.losses_of(2).tolist() == losses[2::3].tolist()
    # Those of another detection are not the ones remembered.
    run = session.runs.start(DetectParameters(seed=2))
    write_core_scores(run.folder, COUNT)
    session.runs.finish(run.id, DONE, None)
    assert session.derived.losses_of(1).tolist() == [0.0] * 10
