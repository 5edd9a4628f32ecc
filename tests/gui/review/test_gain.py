"""The held-out images that decide what cleaning gained, judged blind in the window."""

from pathlib import Path

import numpy as np
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from lnl_gui.session.browsing.views import ViewSpec
from lnl_gui.session.session import Session
from lnl_gui.store.training.training_comparison import TrainingComparison
from tests.builders import add_training
from tests.gui.conftest import OpenWindow
from tests.gui.projects import CLASS_NAMES, make_project

ROWS = np.array([7, 3, 12], np.int64)


def trained(folder: Path) -> Path:
    """A project whose two models disagree on three held-out samples."""
    given = (ROWS % len(CLASS_NAMES)).astype(np.int32)
    found = TrainingComparison(
        rows=ROWS,
        before=(given + 1) % len(CLASS_NAMES),
        after=given,
        right_before=np.full(3, 0.2),
        right_after=np.full(3, 0.7),
        decided=np.zeros(3, bool),
        samples=10,
        model_error=0.01,
    )
    figures = {"accuracy": 0.8, "samples": 10}
    add_training(folder, found, {"before": figures, "after": figures, "holdout_samples": 10})
    return folder


def test_deciding_images_are_judged_blind_and_the_view_comes_back(
    qtbot: QtBot, open_window: OpenWindow, tmp_path: Path
) -> None:
    window = open_window(trained(make_project(tmp_path / "p.lnl", 40)))
    review = window.project.review
    assert review is not None and window.page is not None
    before = review.view()
    window.action_table["deciding"].trigger()
    assert review.order.tolist() == ROWS.tolist()
    assert review.spec.deciding and review.hides_reasons
    task = window.tools.gain.task()
    assert task is not None and "0 of 3" in task.title and "keeps the label" in task.hint
    # Asked for again in its midst, the way back stays the first view.
    window.action_table["deciding"].trigger()
    for _ in ROWS:
        qtbot.keyClick(window.page.grid, Qt.Key.Key_Q)
    gain = review.session.statistics.gain()
    assert gain is not None and gain.verified is not None and gain.open == 0
    # Judged here, all are blind; decided anew in the ordinary view, one is not.
    assert gain.seen_before == 0
    task = window.tools.gain.task()
    assert task is not None and "Verified" in task.title
    window.tools.gain.leave()
    assert review.view().spec == before.spec
    review.show_view(ViewSpec(flagged=None))
    assert review.go_to_row(int(ROWS[0]))
    qtbot.keyClick(window.page.grid, Qt.Key.Key_E)
    qtbot.keyClick(window.page.grid, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert review.go_to_row(int(ROWS[0]))
    review.relabel((int(ROWS[0]) + 1) % len(CLASS_NAMES))
    gain = review.session.statistics.gain()
    assert gain is not None and gain.seen_before == 1


def test_whoever_works_blind_sees_the_gain_of_all_and_how_many_they_have_judged(
    qtbot: QtBot, open_window: OpenWindow, tmp_path: Path
) -> None:
    folder = trained(make_project(tmp_path / "p.lnl", 40))
    with Session.open(folder, reviewer="ann") as session:
        for row in ROWS:
            session.keep(np.array([row]))
    window = open_window(folder)
    review = window.project.review
    assert review is not None and window.page is not None
    review.announce(review.session.team.work_as("bob", blind=True))
    panel = window.page.details.training
    assert "A person judged all 3" in panel.notes.text()
    window.action_table["deciding"].trigger()
    for judged in range(len(ROWS)):
        task = window.tools.gain.task()
        assert task is not None and f"{judged} of 3" in task.title
        qtbot.keyClick(window.page.grid, Qt.Key.Key_E)
    task = window.tools.gain.task()
    assert task is not None and "3 of 3" in task.title and "Verified" not in task.title
    assert "A person judged all 3" in panel.notes.text()


def test_without_a_training_the_view_stays(open_window: OpenWindow, tmp_path: Path) -> None:
    window = open_window(make_project(tmp_path / "p.lnl", 40))
    review = window.project.review
    assert review is not None
    before = review.view()
    window.action_table["deciding"].trigger()
    assert review.view().spec == before.spec and window.tools.gain.task() is None


def test_what_was_accepted_in_bulk_is_offered_to_be_judged(
    qtbot: QtBot, open_window: OpenWindow, tmp_path: Path
) -> None:
    folder = trained(make_project(tmp_path / "p.lnl", 40))
    with Session.open(folder) as session:
        session.accept(np.arange(10))
    window = open_window(folder)
    review = window.project.review
    assert review is not None and window.page is not None
    window.action_table["deciding"].trigger()
    task = window.tools.gain.task()
    assert task is not None and "0 of 3" in task.title
    assert review.unreviewed_shown().tolist() == ROWS.tolist()
    visited = []
    for _ in ROWS:
        visited.append(review.current_row)
        qtbot.keyClick(window.page.grid, Qt.Key.Key_Q)
    assert visited == ROWS.tolist()
    gain = review.session.statistics.gain()
    assert gain is not None and gain.open == 0 and not len(review.unreviewed_shown())
    # What was judged by itself is protected again.
    assert review.next_waiting(0) is None and review.protected
