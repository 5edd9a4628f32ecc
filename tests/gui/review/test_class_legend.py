"""Keys of the classes are seen under the grid, and act."""

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from lnl_gui.gui.review.class_legend import GAP, common_limit
from lnl_gui.gui.shell.main_window import MainWindow
from lnl_gui.store.dataset.samples import KEPT
from tests.builders import add_detection, draw_images, make_project
from tests.gui.conftest import OpenWindow


@pytest.fixture
def window(open_window: OpenWindow, tmp_path: Path) -> MainWindow:
    folder = make_project(tmp_path / "pets.lnl", root=tmp_path / "images")
    add_detection(folder)
    draw_images(folder)
    return open_window(folder)


def test_keys_are_shown_and_a_letter_gives_its_class(window: MainWindow, qtbot: QtBot) -> None:
    page = window.page
    assert page is not None
    review = window.project.review
    assert review is not None
    texts = [each.text() for each in page.legend.buttons]
    assert texts == ["1 cat", "2 dog", "3 bird"]
    review.announce(review.session.class_edits.assign_key(2, "X"))
    assert [each.text() for each in page.legend.buttons] == ["1 cat", "2 dog", "X bird"]
    row = review.current_row
    page.focus_grid()
    qtbot.keyClick(page.grid, Qt.Key.Key_X)
    assert row is not None and review.session.columns.current[row] == 2
    following = review.current_row
    page.legend.buttons[1].click()
    assert following is not None and review.session.columns.current[following] == 1


def test_a_letter_that_a_command_has_is_not_offered(window: MainWindow) -> None:
    page, review = window.page, window.project.review
    assert page is not None and review is not None
    review.announce(review.session.class_edits.assign_key(2, "W"))
    assert [each.text() for each in page.legend.buttons] == ["1 cat", "2 dog"]
    assert window.action_table.taken("W") and not window.action_table.taken("1")


def test_a_sign_of_a_name_is_no_key(window: MainWindow, qtbot: QtBot) -> None:
    page, review = window.page, window.project.review
    assert page is not None and review is not None
    review.do(lambda: review.session.class_edits.rename(0, "R&D"))
    shown = page.legend.buttons[0]
    assert shown.text() == "1 R&&D" and shown.shortcut().isEmpty()
    assert shown.accessibleName() == "R&D, key 1"
    for place in (page.grid, page.filters.text):
        place.setFocus()
        qtbot.keyClick(place, Qt.Key.Key_D, Qt.KeyboardModifier.AltModifier)
        assert review.counts().reviewed == 0
    qtbot.mouseClick(shown, Qt.MouseButton.LeftButton)
    assert review.counts().reviewed == 1


@pytest.mark.parametrize("place", ["grid", "details", "loupe"])
def test_the_letter_of_a_class_works_wherever_its_digit_does(
    window: MainWindow, qtbot: QtBot, place: str
) -> None:
    page, review = window.page, window.project.review
    assert page is not None and review is not None
    if place == "loupe":
        window.loupe.toggle()
    elif place == "details":
        page.details.inspector.image.setFocus()
    # Given while the place is there already.
    review.announce(review.session.class_edits.assign_key(2, "X"))
    for key, number in (("x", 2), ("2", 1)):
        row = review.current_row
        qtbot.keyClicks(QApplication.focusWidget(), key)
        assert row is not None and review.session.columns.current[row] == number
    assert review.counts().reviewed == 2
    review.announce(review.session.class_edits.assign_key(2, "Y"))
    qtbot.keyClicks(QApplication.focusWidget(), "x")
    assert review.counts().reviewed == 2


def test_what_is_typed_in_the_loupe_is_no_letter_of_a_class(
    window: MainWindow, qtbot: QtBot
) -> None:
    review = window.project.review
    assert review is not None
    review.announce(review.session.class_edits.assign_key(2, "X"))
    window.loupe.toggle()
    assert window.loupe.loupe is not None
    bar = window.loupe.loupe.tone_bar
    bar.show_range((0.0, 65535.0))
    bar.width_field.setFocus(Qt.FocusReason.TabFocusReason)
    qtbot.waitUntil(bar.width_field.hasFocus)
    qtbot.keyClicks(bar.width_field, "x12")
    assert review.counts().reviewed == 0


def test_a_letter_that_a_command_gets_is_its_own_at_once(window: MainWindow, qtbot: QtBot) -> None:
    page, review = window.page, window.project.review
    assert page is not None and review is not None
    review.announce(review.session.class_edits.assign_key(2, "X"))
    window.action_table.set_keys({"keep": ("X",)})
    assert [each.text() for each in page.legend.buttons] == ["1 cat", "2 dog"]
    row = review.current_row
    assert row is not None
    qtbot.keyClicks(page.grid, "x")
    assert review.session.columns.status[row] == KEPT
    window.action_table.set_keys({})
    row = review.current_row
    qtbot.keyClicks(page.grid, "x")
    assert row is not None and review.session.columns.current[row] == 2


def test_where_the_line_is_short_names_are_cut_before_a_class_is_left_out(
    open_window: OpenWindow, tmp_path: Path
) -> None:
    names = ("airplane", "automobile", "bird", "cat", "a very long name of a class", "dog")
    folder = make_project(tmp_path / "many.lnl", root=tmp_path / "images", class_names=names)
    window = open_window(folder)
    page, review = window.page, window.project.review
    assert page is not None and review is not None
    legend = page.legend
    margins = legend.layout().contentsMargins()
    for width in (1000, 420, 250):
        legend.resize(width, legend.height())
        shown = [each for each in legend.buttons if each.isVisibleTo(legend)]
        assert [each.text()[:2] for each in shown] == [f"{place} " for place in range(1, 7)]
        used = sum(each.width() + GAP for each in shown)
        assert used <= width - margins.left() - margins.right() + GAP
        assert legend.rest.text() == ""
        # Only what is long is cut.
        assert shown[3].text() == "4 cat" or width == 250
    legend.resize(110, legend.height())
    shown = [each for each in legend.buttons if each.isVisibleTo(legend)]
    assert 0 < len(shown) < 6
    assert legend.rest.text() == f"{6 - len(shown)} more: R"
    legend.resize(1000, legend.height())
    review.announce(review.session.class_edits.assign_key(3, ""))
    assert len(legend.buttons) == 5 and legend.rest.text() == "1 more: R"


def test_the_keys_of_classes_that_are_digits_are_told_from_their_names(
    open_window: OpenWindow, tmp_path: Path
) -> None:
    folder = make_project(tmp_path / "d.lnl", root=tmp_path / "images", class_names=("0", "1", "x"))
    page = open_window(folder).page
    assert page is not None
    assert [each.text() for each in page.legend.buttons] == ["[1] 0", "[2] 1", "[3] x"]


@pytest.mark.parametrize(
    ("room", "expected"), [(100, 40), (60, 25), (30, 10), (3, 1), (-5, 0), (69, 34)]
)
def test_what_is_wider_than_the_common_limit_fills_the_room(room: int, expected: int) -> None:
    widths = [10, 25, 40]
    assert common_limit(widths, room) == expected
    # One more would not fit, unless all are whole.
    if 0 < expected < 40:
        assert sum(min(width, expected) for width in widths) <= room
        assert sum(min(width, expected + 1) for width in widths) > room
