"""Keys give verdicts that are on disk, act on the whole selection, and move on."""

import os
import sqlite3
import time
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QPushButton, QWidget
from pytestqt.qtbot import QtBot

from lnl_gui.gui.dialogs import questions
from lnl_gui.gui.grid.view import GridView
from lnl_gui.gui.model.review_model import ReviewModel
from lnl_gui.gui.shell import commands
from lnl_gui.gui.shell.actions import ACTIONS
from lnl_gui.gui.shell.actions.table import REPEATING
from lnl_gui.gui.shell.main_window import MainWindow
from lnl_gui.session.browsing.views import ViewSpec
from lnl_gui.session.figures.accepting import Outlook
from lnl_gui.session.statistics import ReviewStatistics
from lnl_gui.store.database.connection import PATIENCE
from lnl_gui.store.dataset.samples import EXCLUDED, KEPT, RELABELLED, UNSURE
from lnl_gui.store.project import DATABASE
from lnl_gui.util.statistics.intervals import Estimate
from tests.builders import add_images, judge_nothing
from tests.gui.conftest import OpenWindow
from tests.gui.projects import make_project

CONTROL, SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier


def on_disk(project: Path) -> dict[int, tuple[int, int]]:
    """Row -> (label, status), read past the window's own connection."""
    connection = sqlite3.connect(f"file:{project / DATABASE}?mode=ro", uri=True)
    try:
        rows = connection.execute("SELECT sample_id, label, status FROM current").fetchall()
    finally:
        connection.close()
    return {row: (label, status) for row, label, status in rows if status}


def journal_kinds(project: Path) -> list[str]:
    """The operations on record, oldest first."""
    connection = sqlite3.connect(f"file:{project / DATABASE}?mode=ro", uri=True)
    try:
        return [kind for (kind,) in connection.execute("SELECT kind FROM op ORDER BY id")]
    finally:
        connection.close()


def parts(window: MainWindow) -> tuple[GridView, ReviewModel]:
    assert window.page is not None and window.project.review is not None
    return window.page.grid, window.project.review


def test_opens_on_the_suspects_worst_first(window: MainWindow) -> None:
    _, review = parts(window)
    assert review.order.tolist() == list(range(20))
    assert review.selection.current == 0


@pytest.mark.parametrize(
    ("key", "label", "status"),
    [("w", 1, RELABELLED), ("q", 0, KEPT), ("e", 0, EXCLUDED), ("n", 0, UNSURE), ("3", 2, 2)],
)
def test_a_key_is_a_verdict_on_disk_and_moves_on(
    qtbot: QtBot, window: MainWindow, project: Path, key: str, label: int, status: int
) -> None:
    grid, review = parts(window)
    qtbot.keyClicks(grid, key)
    assert on_disk(project) == {0: (label, status)}
    assert review.selection.current == 1


def test_moves_on_past_what_is_reviewed(qtbot: QtBot, window: MainWindow) -> None:
    grid, review = parts(window)
    review.move_to(1)
    qtbot.keyClicks(grid, "q")
    review.move_to(0)
    qtbot.keyClicks(grid, "q")
    assert review.selection.current == 2
    review.move_to(19)
    qtbot.keyClicks(grid, "q")
    assert review.selection.current == 2  # from the end on to the first one left


def test_a_verdict_takes_the_whole_selection_and_one_undo_takes_it_back(
    qtbot: QtBot, window: MainWindow, project: Path
) -> None:
    grid, review = parts(window)
    for _ in range(6):
        qtbot.keyClick(grid, Qt.Key.Key_Right, SHIFT)
    qtbot.keyClicks(grid, "w")
    found = on_disk(project)
    assert sorted(found) == list(range(7))
    assert all(found[row] == ((row + 1) % 4, RELABELLED) for row in found)
    assert review.selection.current == 7
    qtbot.keyClick(grid, Qt.Key.Key_Z, CONTROL)
    assert on_disk(project) == {}
    qtbot.keyClick(grid, Qt.Key.Key_Z, CONTROL | SHIFT)
    assert on_disk(project) == found


def test_undo_goes_past_a_restart(qtbot: QtBot, open_window: OpenWindow, project: Path) -> None:
    first = open_window(project)
    grid, _ = parts(first)
    qtbot.keyClicks(grid, "wqe")
    assert len(on_disk(project)) == 3
    first.close()
    second = open_window(project)
    grid, review = parts(second)
    assert review.session.columns.status[:4].tolist() == [RELABELLED, KEPT, EXCLUDED, 0]
    for left in (2, 1, 0):
        qtbot.keyClick(grid, Qt.Key.Key_Z, CONTROL)
        assert len(on_disk(project)) == left
    qtbot.keyClick(grid, Qt.Key.Key_Z, CONTROL)  # nothing left: no harm
    assert on_disk(project) == {}


def test_select_all_and_exclude(qtbot: QtBot, window: MainWindow, project: Path) -> None:
    grid, _ = parts(window)
    qtbot.keyClick(grid, Qt.Key.Key_A, CONTROL)
    qtbot.keyClicks(grid, "e")
    assert {status for _, status in on_disk(project).values()} == {EXCLUDED}
    assert len(on_disk(project)) == 20


def test_letters_in_a_filter_are_text_not_verdicts(
    qtbot: QtBot, window: MainWindow, project: Path
) -> None:
    grid, review = parts(window)
    qtbot.keyClick(grid, Qt.Key.Key_F, CONTROL)
    assert window.page is not None
    text = window.page.filters.text
    qtbot.waitUntil(text.hasFocus)
    qtbot.keyClicks(text, "image-0007")
    qtbot.keyClick(text, Qt.Key.Key_Return)
    assert on_disk(project) == {}
    assert review.order.tolist() == [7]
    qtbot.waitUntil(grid.hasFocus)  # Return gives the keys back to the grid
    qtbot.keyClicks(grid, "q")
    assert on_disk(project) == {7: (3, KEPT)}


def test_ctrl_click_and_shift_click_select(qtbot: QtBot, window: MainWindow, project: Path) -> None:
    grid, review = parts(window)

    def click(position: int, modifiers: Qt.KeyboardModifier) -> None:
        index = grid.model().index(*grid.geometry_of_cells.cell(position))
        point = grid.visualRect(index).center()
        qtbot.mouseClick(grid.viewport(), Qt.MouseButton.LeftButton, modifiers, point)

    none = Qt.KeyboardModifier.NoModifier
    click(1, none)
    click(3, SHIFT)
    click(5, CONTROL)
    click(2, CONTROL)
    assert review.selection.positions.tolist() == [1, 3, 5]
    click(4, none)
    assert review.selection.positions.tolist() == [4]


def test_the_rubber_band_selects_what_it_touches(qtbot: QtBot, window: MainWindow) -> None:
    grid, review = parts(window)
    cells = grid.geometry_of_cells

    def center(row: int, column: int) -> QPoint:
        return grid.visualRect(grid.model().index(row, column)).center()

    viewport, left = grid.viewport(), Qt.MouseButton.LeftButton
    qtbot.mousePress(viewport, left, pos=center(0, 1))
    qtbot.mouseMove(viewport, center(0, 2))
    qtbot.mouseMove(viewport, center(1, 2))
    qtbot.mouseRelease(viewport, left, pos=center(1, 2))
    expected = {1, 2, cells.columns + 1, cells.columns + 2}
    assert set(review.selection.positions.tolist()) == expected
    assert not grid.viewport().findChildren(type(grid._band)) or grid._band is None


def test_accept_is_not_the_first_choice_where_most_labels_are_right(window: MainWindow) -> None:
    assert window.page is not None
    _, review = parts(window)
    review.session.columns.suspicion[:] = 0.2
    review.show_view(ViewSpec(given=(2,), suggested=(3,)))
    bar = window.page.group_bar
    assert (bar.accept.property("role"), bar.keep.property("role")) == ("", "primary")
    # Narrow bars keep the figures.
    bar.resize(420, 60)
    assert bar.accept.text() == "5" and bar.keep.text() == "Keep 5"
    assert "~4 of 5 right as is" in bar.title.text()


@pytest.mark.parametrize(
    ("wrong", "said"),
    [(0.3, "up to 4 of the suggestions wrong"), (1.2, "about 1 of the suggestions wrong")],
)
def test_nobody_promises_that_no_suggestion_is_wrong(
    window: MainWindow, monkeypatch: pytest.MonkeyPatch, wrong: float, said: str
) -> None:
    found = Outlook(5, Estimate(wrong, 0.0, 3.2), ())
    monkeypatch.setattr(ReviewStatistics, "accepting", lambda *_: found)
    _, review = parts(window)
    review.session.columns.suspicion[:] = 0.8
    review.show_view(ViewSpec(given=(2,), suggested=(3,)))
    assert window.page is not None
    assert window.page.group_bar.title.full().endswith(said)


def test_a_group_is_accepted_whole(qtbot: QtBot, window: MainWindow, project: Path) -> None:
    assert window.page is not None
    _, review = parts(window)
    groups = window.page.groups
    assert [(g.given, g.suggested, g.left) for g in groups.model.groups] == [
        (given, (given + 1) % 4, 5) for given in range(4)
    ]
    groups.list.view.clicked.emit(groups.model.index(2))
    assert review.order.tolist() == [2, 6, 10, 14, 18]
    bar = window.page.group_bar
    assert bar.accept.text() == "Accept all 5"
    # All of these are most probably wrong.
    assert (bar.accept.property("role"), bar.keep.property("role")) == ("primary", "")
    right = round(float((1 - review.session.columns.suspicion[review.order]).sum()))
    assert f"about {right} of the given labels" in window.page.group_bar.title.full()
    qtbot.mouseClick(window.page.group_bar.accept, Qt.MouseButton.LeftButton)
    assert on_disk(project) == dict.fromkeys((2, 6, 10, 14, 18), (3, RELABELLED))
    qtbot.waitUntil(lambda: groups.model.groups[2].left == 0)
    qtbot.mouseClick(window.page.group_bar.leave, Qt.MouseButton.LeftButton)
    assert len(review.order) == 20


def test_a_second_window_reads_only_and_says_so(
    qtbot: QtBot, open_window: OpenWindow, project: Path
) -> None:
    open_window(project)
    second = open_window(project)
    grid, review = parts(second)
    assert review.session.read_only
    assert second.banner.title.full() == "Open for reading only"
    qtbot.keyClicks(grid, "w")
    assert on_disk(project) == {}
    assert len(second.notifications.texts()) == 1


def test_a_reader_is_told_who_writes_and_tries_again(
    qtbot: QtBot, open_window: OpenWindow, project: Path
) -> None:
    first, second = open_window(project), open_window(project)
    assert f"Process {os.getpid()} " in second.banner.text.full()
    qtbot.keyClicks(parts(second)[0], "w")
    [refused] = second.notifications.messages()
    first.projects.close_project()
    assert second.banner.primary.text() == "Try again"
    qtbot.mouseClick(second.banner.primary, Qt.MouseButton.LeftButton)
    _, review = parts(second)
    assert not review.session.read_only
    # With its cause the message has gone.
    assert refused not in second.notifications.messages()
    review.verdict("keep")
    assert on_disk(project) == {0: (0, KEPT)}


def test_a_reader_reads_anew_what_has_been_decided_since(
    qtbot: QtBot, open_window: OpenWindow, project: Path
) -> None:
    first, second = open_window(project), open_window(project)
    review = parts(second)[1]
    review.show_view(replace(review.spec, sort="path", descending=True))
    review.stand_at(3)
    spec, row = review.spec, review.current_row
    parts(first)[1].verdict("keep")
    assert parts(second)[1].counts().reviewed == 0
    qtbot.keyClick(parts(second)[0], Qt.Key.Key_F5)
    review = parts(second)[1]
    assert review.counts().reviewed == 1 and review.session.read_only
    assert "as it was when it was opened" in second.banner.text.full()
    # Where it was, and the keys with it.
    assert (review.spec, review.current_row) == (spec, row)
    assert second.page is not None and second.page.grid.hasFocus()
    # Once nobody else writes, this one does, and no longer names who did.
    first.projects.close_project()
    qtbot.keyClick(parts(second)[0], Qt.Key.Key_F5)
    assert not parts(second)[1].session.read_only
    assert second.banner.title.full() != "Open for reading only"
    qtbot.keyClick(parts(second)[0], Qt.Key.Key_F5)
    parts(second)[1].move_to(3)
    qtbot.keyClicks(parts(second)[0], "q")
    assert sorted(on_disk(project)) == sorted([0, row])


def test_many_samples_in_one_stroke(qtbot: QtBot, open_window: OpenWindow, tmp_path: Path) -> None:
    project = make_project(tmp_path / "many.lnl", 2000)
    window = open_window(project)
    grid, review = parts(window)
    qtbot.keyClick(grid, Qt.Key.Key_A, CONTROL)
    qtbot.keyClicks(grid, "q")
    assert len(on_disk(project)) == 1000
    assert window.notifications.texts() == ["Kept the label of 1,000 samples"]
    assert np.all(review.session.columns.status[:1000] == KEPT)


def test_tab_leaves_the_grid_and_j_goes_to_the_next_undecided(
    qtbot: QtBot, window: MainWindow, project: Path
) -> None:
    grid, review = parts(window)
    qtbot.keyClicks(grid, "q")
    review.move_to(0)
    qtbot.keyClicks(grid, "j")
    assert review.selection.current == 1
    qtbot.keyClicks(grid, "j")
    assert review.selection.current == 2
    qtbot.keyClick(grid, Qt.Key.Key_Tab)  # no trap for the keyboard
    assert not grid.hasFocus()
    assert len(on_disk(project)) == 1


def test_p_walks_the_groups_of_pairs_and_shift_p_leaves_them(
    qtbot: QtBot, window: MainWindow
) -> None:
    assert window.page is not None and window.project.review is not None
    grid, review = window.page.grid, window.project.review
    before = len(review.order)
    seen = []
    for _ in range(4):
        qtbot.keyClick(grid, Qt.Key.Key_P)
        assert review.current_row is not None
        seen.append((review.spec.given, review.spec.suggested))
    assert len(set(seen)) == 4  # four classes, each mistaken for the next
    qtbot.keyClick(grid, Qt.Key.Key_P)
    assert (review.spec.given, review.spec.suggested) == seen[0]
    qtbot.keyClick(
        grid, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier
    )
    assert len(review.unreviewed_shown()) == 0
    shown = [qtbot.keyClick(grid, Qt.Key.Key_P) or review.spec.given for _ in range(4)]
    assert seen[0][0] not in shown  # what is done is passed over
    qtbot.keyClick(grid, Qt.Key.Key_P, Qt.KeyboardModifier.ShiftModifier)
    assert len(review.order) == before


def test_at_the_end_the_cursor_stops_and_what_is_decided_is_protected(
    qtbot: QtBot, window: MainWindow, project: Path
) -> None:
    grid, review = parts(window)
    qtbot.keyClick(grid, Qt.Key.Key_P)
    group = review.order.tolist()
    qtbot.keyClicks(grid, "q" * len(group))
    assert {row: status for row, (_, status) in on_disk(project).items()} == dict.fromkeys(
        group, KEPT
    )
    assert review.protected and review.current_row == group[-1]
    qtbot.keyClicks(grid, "wenr3")
    assert {status for _, status in on_disk(project).values()} == {KEPT}
    assert "This sample is decided: kept." in window.notifications.texts()
    assert window.page is not None
    assert window.page.verdicts.scope.full() == "Decided; click it to change that"
    # Moved to on purpose it can be decided anew.
    qtbot.keyClick(grid, Qt.Key.Key_Left)
    qtbot.keyClicks(grid, "e")
    assert on_disk(project)[group[-2]][1] == EXCLUDED
    # The cursor is back where nobody put it.
    qtbot.keyClicks(grid, "e")
    assert sum(status == EXCLUDED for _, status in on_disk(project).values()) == 1


def test_after_filters_and_reopening_the_cursor_is_on_what_is_undecided(
    qtbot: QtBot, open_window: OpenWindow, project: Path
) -> None:
    first = open_window(project)
    grid, review = parts(first)
    qtbot.keyClicks(grid, "qq")
    review.move_to(0)
    review.show_view(replace(review.spec, descending=False))
    assert review.session.columns.status[review.current_row] == 0
    review.show_view(replace(review.spec, descending=True))
    at = review.current_row
    first.close()
    second = open_window(project)
    assert parts(second)[1].current_row == at not in (0, 1)


def test_a_whole_group_leaves_nothing_selected(
    qtbot: QtBot, window: MainWindow, project: Path
) -> None:
    grid, review = parts(window)
    review.change_selection(lambda selection: selection.select_only(3))
    window.commands.decide_all("accept")
    assert review.protected
    qtbot.keyClicks(grid, "e")
    assert EXCLUDED not in {status for _, status in on_disk(project).values()}


def test_accepting_several_asks_where_nothing_is_known(
    qtbot: QtBot, open_window: OpenWindow, project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    judge_nothing(project)
    window = open_window(project)
    grid, review = parts(window)
    asked: list[str] = []
    monkeypatch.setattr(questions, "ask_yes", lambda *said: bool(asked.append(said[2])))
    review.change_selection(lambda selection: selection.select_all())
    qtbot.keyClick(grid, Qt.Key.Key_W)
    window.commands.decide_all("accept")
    assert len(asked) == 2 and review.counts().reviewed == 0
    for said in asked:
        assert "Up to 20 of 20 suggestions may be wrong" in said and "sees nothing" in said
        assert "labels are right" not in said
    monkeypatch.setattr(questions, "ask_yes", lambda *_: True)
    window.commands.decide_all("accept")
    assert review.counts().reviewed == 20
    # One that is looked at needs no question.
    review.show_view(ViewSpec(flagged=None))
    review.change_selection(lambda selection: selection.select_only(0))
    monkeypatch.setattr(questions, "ask_yes", lambda *said: bool(asked.append(said[2])))
    qtbot.keyClick(grid, Qt.Key.Key_W)
    assert len(asked) == 2


def test_a_question_about_many_says_how_many_were_never_judged(
    open_window: OpenWindow, project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    add_images(project, 50)
    window = open_window(project)
    _, review = parts(window)
    asked: list[str] = []
    monkeypatch.setattr(questions, "ask_yes", lambda *said: bool(asked.append(said[2])))
    review.show_view(ViewSpec(flagged=None))
    window.commands.decide_all("keep")
    review.show_view(ViewSpec(flagged=None, suspicion=(0.0, 1.0)))
    monkeypatch.setattr(commands, "ASK_FROM", 1)
    window.commands.decide_all("keep")
    many, judged = asked
    assert "about 20 of the given labels that were judged are right" in many
    assert "50 samples have not been judged" in many
    assert "about 20 of the given labels are right" in judged and "not been" not in judged
    # Who is blind hears nothing of it.
    monkeypatch.setattr(type(review), "hides_reasons", property(lambda _self: True))
    window.commands.decide_all("keep")
    assert "suspicion" not in asked[2] and "judged" not in asked[2]


def test_a_verdict_that_changes_nothing_is_no_step_of_undo(
    qtbot: QtBot, window: MainWindow, project: Path
) -> None:
    grid, review = parts(window)
    qtbot.keyClicks(grid, "eq")
    review.move_to(1)
    qtbot.keyClicks(grid, "q")
    assert len(journal_kinds(project)) == 2
    assert review.selection.current == 2
    qtbot.keyClick(grid, Qt.Key.Key_Z, CONTROL)
    assert sorted(on_disk(project)) == [0]


def test_undo_says_what_and_leads_to_where_it_was(
    qtbot: QtBot, window: MainWindow, project: Path
) -> None:
    grid, review = parts(window)
    qtbot.keyClick(grid, Qt.Key.Key_Right, SHIFT)
    qtbot.keyClicks(grid, "q")
    review.show_view(replace(review.spec, given=(3,)))
    qtbot.keyClick(grid, Qt.Key.Key_Z, CONTROL)
    assert on_disk(project) == {}
    [said] = window.notifications.messages()
    assert said.text == "Undid: Kept the label of 2 samples"
    [go] = said.findChildren(QPushButton)
    qtbot.mouseClick(go, Qt.MouseButton.LeftButton)
    assert review.current_row == 0 and review.spec.given == () and grid.hasFocus()
    # One message however often, and none leads to what is in sight.
    qtbot.keyClick(grid, Qt.Key.Key_Z, CONTROL | SHIFT)
    qtbot.keyClick(grid, Qt.Key.Key_Z, CONTROL)
    [said] = window.notifications.messages()
    assert not said.findChildren(QPushButton)


def test_undo_and_redo_bring_what_they_changed_into_sight(
    qtbot: QtBot, open_window: OpenWindow, tmp_path: Path
) -> None:
    window = open_window(make_project(tmp_path / "many.lnl", 400))
    grid, review = parts(window)
    review.move_to(3)
    qtbot.keyClicks(grid, "q")
    # What is done again leaves one at the next sample, as doing it did.
    for key, place in ((CONTROL, 3), (CONTROL | SHIFT, 4), (CONTROL, 3)):
        grid.verticalScrollBar().setValue(grid.verticalScrollBar().maximum())
        assert not grid.shows_any(np.array([place]))
        qtbot.keyClick(grid, Qt.Key.Key_Z, key)
        assert review.selection.current == place and grid.shows_any(np.array([place]))
    # In the loupe as well, wherever it has been led since.
    review.move_to(150)
    window.loupe.toggle()
    loupe = window.loupe.loupe
    assert loupe is not None and loupe.shown_rows() == (150,)
    for key, place in ((CONTROL | SHIFT, 4), (CONTROL, 3)):
        review.move_to(150)
        qtbot.keyClick(loupe, Qt.Key.Key_Z, key)
        assert loupe.shown_rows() == (place,) and loupe.panes[0].row == place
    window.loupe.leave()
    assert review.selection.current == 3 and grid.shows_any(np.array([3]))


def test_after_a_redo_the_next_key_decides_what_it_would_have_after_the_verdict(
    qtbot: QtBot, open_window: OpenWindow, tmp_path: Path
) -> None:
    window = open_window(make_project(tmp_path / "many.lnl", 400))
    grid, review = parts(window)
    places: list[int] = []
    for _ in range(3):
        qtbot.keyClicks(grid, "q")
        places.append(review.selection.current)
    for _ in places:
        qtbot.keyClick(grid, Qt.Key.Key_Z, CONTROL)
    for place in places:
        qtbot.keyClick(grid, Qt.Key.Key_Z, CONTROL | SHIFT)
        assert review.selection.current == place and not review.protected
    # Several at once: on from the last of them.
    review.move_to(20)
    qtbot.keyClick(grid, Qt.Key.Key_Right, SHIFT)
    qtbot.keyClicks(grid, "q")
    qtbot.keyClick(grid, Qt.Key.Key_Z, CONTROL)
    qtbot.keyClick(grid, Qt.Key.Key_Z, CONTROL | SHIFT)
    assert review.selection.current == 22
    # Who does not want to be led on stays, then as before.
    review.auto_advance = False
    review.move_to(30)
    qtbot.keyClicks(grid, "q")
    qtbot.keyClick(grid, Qt.Key.Key_Z, CONTROL)
    review.move_to(50)
    qtbot.keyClick(grid, Qt.Key.Key_Z, CONTROL | SHIFT)
    assert review.selection.current == 30


def test_an_undo_of_many_has_no_button_that_undoes_another(
    qtbot: QtBot, open_window: OpenWindow, tmp_path: Path
) -> None:
    window = open_window(make_project(tmp_path / "many.lnl", 60))
    grid, _ = parts(window)
    qtbot.keyClick(grid, Qt.Key.Key_A, CONTROL)
    qtbot.keyClicks(grid, "q")
    window.notifications.clear()
    qtbot.keyClick(grid, Qt.Key.Key_Z, CONTROL)
    [said] = window.notifications.messages()
    assert said.text.startswith("Undid") and not said.findChildren(QPushButton)


def hold(widget: QWidget, key: str, times: int) -> None:
    """One press and the repetitions of a key that is held down, through the shortcuts."""
    code, none = Qt.Key(ord(key.upper())), Qt.KeyboardModifier.NoModifier
    for turn in range(times):
        QTest.simulateEvent(widget, True, code, none, key, turn > 0)
    QTest.simulateEvent(widget, False, code, none, key, False)


@pytest.mark.parametrize(
    ("key", "loupe"), [*((key, False) for key in "wqenc3x"), ("w", True), ("e", True), ("3", True)]
)
def test_a_key_held_down_is_one_verdict(
    qtbot: QtBot, window: MainWindow, project: Path, key: str, loupe: bool
) -> None:
    grid, review = parts(window)
    review.do(lambda: review.session.class_edits.assign_key(3, "X"))
    place: QWidget = grid
    if loupe:
        qtbot.keyClick(grid, Qt.Key.Key_Space)
        assert window.loupe.loupe is not None
        place = window.loupe.loupe
    for turn in (1, 2):
        hold(place, key, 12)
        assert len(on_disk(project)) == turn


def test_a_moving_key_held_down_goes_on(window: MainWindow) -> None:
    grid, review = parts(window)
    hold(grid, "j", 5)
    assert review.selection.current == 5


def test_only_what_moves_or_goes_back_repeats(window: MainWindow) -> None:
    table = window.action_table
    repeating = {spec.id for spec in ACTIONS if table[spec.id].autoRepeat()}
    assert repeating == set(REPEATING)
    assert not repeating & {"accept-all", "reset", "keep-one", "same-label", "exclude-group"}


def test_a_key_that_no_class_has_says_so(qtbot: QtBot, window: MainWindow, project: Path) -> None:
    grid, _ = parts(window)
    qtbot.keyClicks(grid, "9")
    assert on_disk(project) == {}
    assert window.notifications.texts() == ["No class has the key 9."]


def test_after_the_last_group_the_key_for_the_next_says_so(
    qtbot: QtBot, window: MainWindow
) -> None:
    grid, review = parts(window)
    qtbot.keyClicks(grid, "p")
    assert window.notifications.texts() == [] and len(review.order) == 5
    review.decide_rows("keep", np.arange(40))
    window.notifications.clear()
    before = review.spec
    qtbot.keyClicks(grid, "p")
    assert window.notifications.texts() == ["No other group has anything left to review."]
    assert review.spec == before


def test_another_process_at_the_database_freezes_no_key_for_long(
    qtbot: QtBot, window: MainWindow
) -> None:
    grid, review = parts(window)
    folder = review.session.folder
    with closing(sqlite3.connect(folder / DATABASE, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        begin = time.monotonic()
        qtbot.keyClicks(grid, "q")
        # Far below the patience of those whom nobody waits for.
        assert time.monotonic() - begin < PATIENCE / 2
        assert not review.session.columns.status.any() and review.selection.current == 0
        (said,) = window.notifications.texts()
        assert said.startswith("Another program is using the database of ")
        other.execute("ROLLBACK")
    # The same key does it then.
    qtbot.keyClicks(grid, "q")
    assert np.flatnonzero(review.session.columns.status).tolist() == [0]
    assert review.session.newest_operation() is not None
    # Whoever finishes a job still waits as long as before.
    (patience,) = review.session.project.connection.execute("PRAGMA busy_timeout").fetchone()
    assert patience == 1000 * PATIENCE
