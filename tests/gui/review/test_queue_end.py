"""At the end of a group and of the suspects the window says what is left, and leads there."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import Qt, QTimer
from pytestqt.qtbot import QtBot

from lnl_gui.gui.review.task_bar import ReviewTask
from lnl_gui.gui.shell.main_window import MainWindow
from lnl_gui.session.browsing.views import ViewSpec
from lnl_gui.session.changes import Changes
from lnl_gui.session.session import Session
from lnl_gui.store.dataset.samples import KEPT
from lnl_gui.util.files.atomic import write_json
from tests.builders import add_images
from tests.gui.conftest import OpenWindow
from tests.gui.projects import make_project
from tests.gui.review.test_review_keys import parts


def end_of(window: MainWindow) -> ReviewTask | None:
    return window.tools.end.task()


def press(task: ReviewTask, text: str) -> None:
    next(each for each in task.buttons if each.text == text).act()


def test_a_group_that_is_done_names_the_key_for_the_next(qtbot: QtBot, window: MainWindow) -> None:
    grid, review = parts(window)
    qtbot.keyClick(grid, Qt.Key.Key_P)
    assert end_of(window) is None
    qtbot.keyClicks(grid, "q" * len(review.order))
    task = end_of(window)
    assert task is not None and task.title == "Group done: P for the next"
    bar = window.tools.bar
    assert bar is not None
    qtbot.waitUntil(lambda: bar.title.full() == task.title and bar.isVisible())
    before = review.spec
    press(task, "Next group")
    assert review.spec != before and len(review.unreviewed_shown())


def test_other_views_lead_to_the_suspects_that_are_left(window: MainWindow) -> None:
    _, review = parts(window)
    review.show_view(replace(review.spec, given=(2,)))
    review.decide_rows("keep", review.order)
    task = end_of(window)
    assert task is not None and task.title == "All 5 shown are decided"
    press(task, "Next suspect")
    assert len(review.unreviewed_shown()) == 15
    # Who looks at what was decided is at no end.
    review.show_view(ViewSpec(flagged=None, status=(KEPT,)))
    assert len(review.order) == 5 and end_of(window) is None


def test_the_next_suspect_is_one_whatever_is_shown(window: MainWindow) -> None:
    _, review = parts(window)
    flagged = review.session.columns.flagged
    assert 0 < flagged.sum() < len(flagged)
    everything = ViewSpec(flagged=None, sort="given", descending=False)
    by_suspicion = ViewSpec(flagged=None, sort="suspicion", descending=False)
    beyond = ViewSpec(flagged=False)
    for spec in (everything, by_suspicion, beyond):
        review.show_view(spec)
        review.move_to(0)
        # Before any verdict, on a place of its own, and after one.
        for _ in range(3):
            review.move_to_suspects()
            row = review.current_row
            assert row is not None and flagged[row] and not review.session.columns.status[row]
            review.decide_rows("keep", np.array([row]))
        assert (review.spec == by_suspicion) == (spec == by_suspicion), "only others are left"


def test_when_the_suspects_are_decided_it_says_what_remains(
    qtbot: QtBot, window: MainWindow
) -> None:
    _, review = parts(window)
    review.decide_rows("accept", review.order)
    task = end_of(window)
    assert task is not None
    assert task.title == "All suspects are decided" and "20 errors fixed" in task.aside
    assert "Below the line 20 samples nobody looked at: about 8 wrong" in task.details
    # That all suspects were wrong says that the others are more often wrong than suspected.
    press(task, "Go on with the next 20")
    assert len(review.order) == 20 and review.current_row == 20
    assert not review.session.columns.flagged[review.order].any()
    review.decide_rows("keep", np.arange(40))
    task = end_of(window)
    assert task is not None and task.buttons == ()
    assert task.details.startswith("Every label has been decided.")


def test_of_many_that_were_accepted_at_once_some_are_wrong(
    open_window: OpenWindow, tmp_path: Path
) -> None:
    _, review = parts(window := open_window(make_project(tmp_path / "many.lnl", 120)))
    review.decide_rows("accept", review.order[:2])
    review.decide_rows("accept", review.order[2:])
    task = end_of(window)
    assert task is not None and "60 samples nobody looked at" in task.details
    assert (
        "58 labels were kept or accepted many at once, with no look at each on record: about"
        in task.details
    )


def test_what_was_never_judged_is_said_and_comes_first(
    open_window: OpenWindow, project: Path
) -> None:
    add_images(project, 7)
    _, review = parts(window := open_window(project))
    review.decide_rows("keep", review.order)
    task = end_of(window)
    assert task is not None and "20 samples nobody looked at" in task.details
    assert "7 samples have not been judged" in task.details
    # A random sample tells of them too.
    texts = [each.text for each in task.buttons]
    assert texts == ["Audit 27 now", "Go on with the next 19", "Find suspects"]
    assert [each.text for each in task.buttons if each.primary] == ["Find suspects"]
    # Nor does being no suspect say that they are right.
    assert window.page is not None
    said = window.page.view_bar.shown
    review.show_view(ViewSpec(flagged=False))
    assert said.full() == "27 other samples  ·  7 of them not judged"
    review.show_view(ViewSpec(flagged=False, given=(1,)))
    assert said.full() == "5 other samples"
    review.clear_filters()
    review.decide_rows("keep", np.arange(40))
    task = end_of(window)
    assert task is not None and task.details.startswith("7 samples have not been judged")
    assert [each.text for each in task.buttons] == ["Audit 7 now", "Find suspects"]


def test_in_a_low_window_the_end_leaves_room_for_the_pictures(
    qtbot: QtBot, window: MainWindow
) -> None:
    grid, review = parts(window)
    assert window.page is not None
    review.decide_rows("accept", review.order)
    bar = window.tools.bar
    assert bar is not None
    qtbot.waitUntil(bar.isVisible)
    heights = []
    for height, low in ((860, False), (600, True), (860, False)):
        # The same width: nobody tells the bar but the window.
        window.resize(1024, height)
        qtbot.waitUntil(lambda low=low: bar.low == low)
        # Its words are wrapped: how high they are follows from the width.
        qtbot.waitUntil(lambda: bar.height() == bar.heightForWidth(bar.width()))
        heights.append(bar.height())
        assert "about 8 wrong" in bar.details.text()
        assert ("This sitting" in bar.details.text()) != low
        assert ("This sitting" in bar.details.toolTip()) == low
        # Neither a button nor words are cut or lie over another.
        shown = [*bar.buttons, bar.title, bar.details]
        for part in shown:
            assert bar.rect().contains(part.geometry())
            assert not [
                o for o in shown if o is not part and o.geometry().intersects(part.geometry())
            ]
        assert all(made.width() >= made.sizeHint().width() for made in bar.buttons)
        assert bar.title.text() == bar.title.full()
    assert heights[0] == heights[2] > heights[1] + 30
    window.resize(1024, 600)
    qtbot.waitUntil(lambda: grid.viewport().height() > grid.side)


def test_it_offers_an_audit_that_begins_at_once(window: MainWindow) -> None:
    _, review = parts(window)
    review.decide_rows("keep", review.order)
    task = end_of(window)
    assert task is not None
    press(task, "Audit 20 now")
    assert review.spec.audit == 1 and len(review.order) == 20 and end_of(window) is None


def test_the_next_open_takes_up_where_it_was(open_window: OpenWindow, project: Path) -> None:
    first = open_window(project)
    _, review = parts(first)
    assert first.notifications.texts() == []
    review.verdict("keep")
    review.show_view(replace(review.spec, given=(1,)))
    review.move_to(2)
    at, spec = review.current_row, review.spec
    first.close()
    second = open_window(project)
    _, review = parts(second)
    assert (review.current_row, review.spec) == (at, spec) and not review.protected
    [said] = second.notifications.messages()
    assert said.text == "Where you left off: 19 suspects left"
    assert "1 sample decided, 0 errors fixed" in said.accessibleName()
    # No time takes it away; the next message does.
    assert not said.findChildren(QTimer)
    second.notifications.show("Something else")
    assert second.notifications.texts() == ["Something else"]
    second.notifications.clear()
    # It is about this project, and so is its button.
    second.projects.close_project()
    assert second.notifications.messages() == []
    second.projects.open_project(project)
    _, review = parts(second)
    review.decide_rows("keep", review.order)
    second.close()
    # Nothing is left there: all suspects, then.
    third = open_window(project)
    _, review = parts(third)
    assert review.spec == ViewSpec() and review.current_row == 2


def test_what_was_left_is_said_until_the_first_verdict(
    qtbot: QtBot, open_window: OpenWindow, project: Path
) -> None:
    first = open_window(project)
    grid, _ = parts(first)
    qtbot.keyClicks(grid, "q")
    first.close()
    second = open_window(project)
    grid, _ = parts(second)
    qtbot.keyClick(grid, Qt.Key.Key_Right)
    assert second.notifications.texts() == ["Where you left off: 19 suspects left"]
    qtbot.keyClicks(grid, "q")
    assert second.notifications.texts() == []


def test_suspects_do_not_grow_by_what_else_is_decided(qtbot: QtBot, window: MainWindow) -> None:
    grid, review = parts(window)
    assert window.page is not None
    said = window.page.view_bar.shown
    assert said.full() == "20 to review  ·  20 suspects"
    review.show_view(ViewSpec(flagged=False))
    qtbot.keyClicks(grid, "qq")
    review.show_view(ViewSpec())
    assert said.full() == "20 to review  ·  20 suspects, 2 others decided"
    qtbot.keyClicks(grid, "q")
    assert said.full() == "19 to review  ·  20 suspects, 2 others decided"


def test_what_is_no_suspect_any_more_is_not_called_decided(
    qtbot: QtBot, window: MainWindow
) -> None:
    grid, review = parts(window)
    assert window.page is not None
    said = window.page.view_bar.shown
    qtbot.keyClicks(grid, "qq")
    # As another detection leaves it: the view stays, its samples are judged anew.
    decided, former = review.order[:2], review.order[5:12]
    review.session.columns.flagged[[*decided, *former]] = False
    review.announce(Changes(scores=True))
    assert said.full() == "11 to review  ·  11 suspects, 2 others decided, 7 no longer suspects"
    review.session.columns.flagged[[*decided, *former[1:]]] = True
    review.announce(Changes(scores=True))
    assert said.full() == "17 to review  ·  19 suspects, 1 no longer a suspect"
    review.refresh()
    assert said.full() == "17 to review  ·  19 suspects"


def test_how_many_are_left_is_said_where_nothing_else_has_room(
    qtbot: QtBot, window: MainWindow
) -> None:
    grid, review = parts(window)
    assert window.page is not None
    said = window.page.view_bar.shown
    qtbot.keyClicks(grid, "qqq")
    former = review.order[5:12]
    review.session.columns.flagged[former] = False
    review.announce(Changes(scores=True))
    metrics = said.fontMetrics()
    for room, expected in (
        ("10 to review  ·  13 suspects", "10 to review  ·  13 suspects"),
        ("10 to review", "10 to review"),
        ("1", "10 left"),
    ):
        said.resize(metrics.horizontalAdvance(room) + 2, said.height())
        assert said.text() == expected


@pytest.mark.parametrize("how", ["within", "blind"])
def test_a_choice_in_a_chart_and_a_blind_review_are_not_taken_up(
    open_window: OpenWindow, project: Path, how: str
) -> None:
    first = open_window(project)
    _, review = parts(first)
    if how == "within":
        mask = np.zeros(len(review.session), bool)
        mask[[1, 3]] = True
        review.show_view(ViewSpec(flagged=None), mask)
    else:
        review.session.team.work_as("bob", blind=True)
        review.show_view(ViewSpec(flagged=None, sort="path", descending=False))
    first.close()
    second = open_window(project)
    assert parts(second)[1].spec == ViewSpec()


def test_what_needs_no_look_is_shown_with_its_bound(
    qtbot: QtBot, open_window: OpenWindow, project: Path
) -> None:
    with Session.open(project) as session:
        newest = session.runs.latest("detect")
        assert newest is not None
        np.save(newest.folder / "well_labelled.npy", np.arange(40) >= 30)
        summary = {"threshold": 0.5, "well_labelled": 10, "well_labelled_bound": 0.01}
        write_json(newest.folder / "summary.json", summary)
    window = open_window(project)
    _, review = parts(window)
    panel = window.tools.progress
    assert panel is not None and window.page is not None
    window.page.details.setCurrentWidget(panel)
    said = "10 labels need no look: at most 1.0 % of them are wrong"
    qtbot.waitUntil(lambda: said in panel.sound_text.text(), timeout=60_000)
    qtbot.mouseClick(panel.sound, Qt.MouseButton.LeftButton)
    assert review.order.tolist() == list(range(39, 29, -1))
    task = end_of(window)
    assert task is not None and "need no look" in task.title
    press(task, "Show all suspects")
    assert len(review.order) == 20
