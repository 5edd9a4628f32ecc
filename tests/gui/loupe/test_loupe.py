"""The loupe fills the window, its verdicts are on what is seen, and it reads ahead."""

from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from PySide6.QtCore import Qt
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from lnl_gui.gui.loupe.arrangement import Arrangement, rows_ahead, shown_rows
from lnl_gui.gui.loupe.loupe import Loupe
from lnl_gui.gui.loupe.pane import LoupePane
from lnl_gui.gui.loupe.pictures import LoupePictures
from lnl_gui.gui.loupe.tone import NEUTRAL, Tone, tone_of, toned
from lnl_gui.gui.model.review_model import ReviewModel
from lnl_gui.gui.shell.main_window import MainWindow
from lnl_gui.pictures.rendering import AS_DECLARED
from lnl_gui.store.dataset.samples import KEPT, UNSEEN

KEYS = Qt.Key
ALT, SHIFT = Qt.KeyboardModifier.AltModifier, Qt.KeyboardModifier.ShiftModifier
CONTROL = Qt.KeyboardModifier.ControlModifier


def press(qtbot: QtBot, key: Qt.Key, *modifiers: Qt.KeyboardModifier) -> None:
    """Whoever has the focus gets the key."""
    widget = QApplication.focusWidget()
    assert widget is not None
    qtbot.keyClick(widget, key, *modifiers)


def review_of(window: MainWindow) -> ReviewModel:
    assert window.project.review is not None
    return window.project.review


@pytest.fixture
def loupe(qtbot: QtBot, window: MainWindow) -> Loupe:
    press(qtbot, KEYS.Key_Space)
    assert window.loupe.loupe is not None
    found = window.loupe.loupe
    qtbot.waitUntil(lambda: not found.panes[0].image.image_size().isEmpty())
    return found


def grey_of(image: QImage) -> int:
    """The red of the middle pixel."""
    return image.pixelColor(image.width() // 2, image.height() // 2).red()


def test_space_fills_the_window_and_escape_leads_back_to_the_same_sample(
    qtbot: QtBot, window: MainWindow, loupe: Loupe
) -> None:
    assert loupe.isVisible() and loupe.size() == window.layers.size()
    assert window.page is not None and not window.page.isVisible()
    press(qtbot, KEYS.Key_Right)
    press(qtbot, KEYS.Key_Right)
    assert review_of(window).selection.current == 2
    press(qtbot, KEYS.Key_Escape)
    assert not loupe.isVisible() and window.page.grid.hasFocus()
    assert review_of(window).selection.current == 2


@pytest.mark.parametrize(
    "keys",
    [
        ((KEYS.Key_R,), (KEYS.Key_Escape,)),
        ((KEYS.Key_Slash,), (KEYS.Key_F,), (KEYS.Key_Return,)),
        ((KEYS.Key_T,),),
        ((KEYS.Key_P,),),
        ((KEYS.Key_P,), (KEYS.Key_P, SHIFT)),
        ((KEYS.Key_F5,),),
        ((KEYS.Key_Question,), (KEYS.Key_Escape,)),
    ],
    ids=["picker left", "class given", "remark", "group", "all groups", "refresh", "keys"],
)
def test_the_keys_stay_with_it_after_what_took_them(
    qtbot: QtBot,
    window: MainWindow,
    loupe: Loupe,
    monkeypatch: pytest.MonkeyPatch,
    keys: tuple[tuple[Qt.Key, Qt.KeyboardModifier], ...],
) -> None:
    monkeypatch.setattr("lnl_gui.gui.review.team_controller.ask_remarks", lambda *_, **__: None)
    for each in keys:
        press(qtbot, *each)
    QApplication.processEvents()
    review = review_of(window)
    assert window.loupe.is_open and loupe.hasFocus()
    row = review.current_row
    assert row is not None
    press(qtbot, KEYS.Key_Q)
    assert review.session.columns.status[row] == KEPT
    press(qtbot, KEYS.Key_Escape)
    assert not loupe.isVisible()


def test_a_click_in_what_it_hides_leaves_the_keys_with_it(window: MainWindow, loupe: Loupe) -> None:
    page = window.page
    assert page is not None
    for signal in (page.filters.applied, page.view_bar.left, page.details.charts.acted):
        signal.emit()
        assert loupe.hasFocus()


@pytest.mark.parametrize(
    ("key", "modifiers"),
    [
        (KEYS.Key_F6, ()),
        (KEYS.Key_F4, ()),
        (KEYS.Key_F3, ()),
        (KEYS.Key_F7, ()),
        (KEYS.Key_F8, ()),
        (KEYS.Key_F9, ()),
        (KEYS.Key_F, (CONTROL,)),
    ],
)
def test_what_shows_a_part_of_the_page_leads_out_of_it(
    qtbot: QtBot,
    window: MainWindow,
    loupe: Loupe,
    key: Qt.Key,
    modifiers: tuple[Qt.KeyboardModifier, ...],
) -> None:
    press(qtbot, key, *modifiers)
    page = window.page
    assert page is not None and page.isVisible() and not window.loupe.is_open
    assert (page.filters.text if key == KEYS.Key_F else page.grid).hasFocus()


def test_a_verdict_is_on_the_sample_seen_and_the_next_one_follows(
    qtbot: QtBot, window: MainWindow, loupe: Loupe
) -> None:
    status = review_of(window).session.columns.status
    press(qtbot, KEYS.Key_Q)
    assert status[0] == KEPT and np.count_nonzero(status != UNSEEN) == 1
    assert loupe.panes[0].row == 1
    # It may not have been read yet, and then nothing is shown in its place.
    qtbot.waitUntil(lambda: not loupe.panes[0].image.image_size().isEmpty())
    assert grey_of(loupe.panes[0].image.levels()[0]) == 1


def test_labels_never_stand_beside_the_image_of_another_sample(
    qtbot: QtBot, window: MainWindow, loupe: Loupe
) -> None:
    loupe.pictures.stop()
    review_of(window).move_to(7)
    assert loupe.panes[0].row == 7
    assert loupe.panes[0].image.image_size().isEmpty()
    qtbot.waitUntil(lambda: not loupe.panes[0].image.image_size().isEmpty())
    assert grey_of(loupe.panes[0].image.levels()[0]) == 7


def test_the_next_image_is_read_before_it_is_asked_for(
    qtbot: QtBot, window: MainWindow, loupe: Loupe
) -> None:
    qtbot.waitUntil(lambda: loupe.pictures.plain(1) is not None)
    press(qtbot, KEYS.Key_W)
    # In the same call: nothing had to be read.
    assert loupe.panes[0].row == 1
    assert grey_of(loupe.panes[0].image.levels()[0]) == 1


def test_what_is_not_seen_is_not_decided(qtbot: QtBot, window: MainWindow) -> None:
    review = review_of(window)
    review.change_selection(lambda selection: selection.select_all())
    press(qtbot, KEYS.Key_Space)
    press(qtbot, KEYS.Key_Q)
    assert np.count_nonzero(review.session.columns.status != UNSEEN) == 1
    press(qtbot, KEYS.Key_A, Qt.KeyboardModifier.ControlModifier)
    assert review.selection.count == 0


def test_selected_samples_are_compared_and_the_framed_one_is_decided(
    qtbot: QtBot, window: MainWindow
) -> None:
    review = review_of(window)
    for position in (2, 5, 9):
        review.change_selection(lambda selection, place=position: selection.toggle(place))
    press(qtbot, KEYS.Key_Space)
    loupe = window.loupe.loupe
    assert loupe is not None
    assert loupe.shown_rows() == (2, 5, 9)
    assert [pane.isVisible() for pane in loupe.panes] == [True, True, True, False]
    press(qtbot, KEYS.Key_Left)
    assert review.current_row == 5
    assert [pane.property("current") for pane in loupe.panes[:3]] == ["false", "true", "false"]
    press(qtbot, KEYS.Key_E)
    assert np.flatnonzero(review.session.columns.status).tolist() == [5]


def test_clicking_a_pane_frames_it(qtbot: QtBot, window: MainWindow, loupe: Loupe) -> None:
    loupe.arrange(Arrangement.FOUR)
    qtbot.mouseClick(loupe.panes[3].image, Qt.MouseButton.LeftButton)
    assert review_of(window).current_row == 3
    press(qtbot, KEYS.Key_Q)
    assert np.flatnonzero(review_of(window).session.columns.status).tolist() == [3]


def test_panes_are_zoomed_together(qtbot: QtBot, loupe: Loupe) -> None:
    loupe.arrange(Arrangement.TWO)
    first, second = loupe.panes[0].image, loupe.panes[1].image
    qtbot.waitUntil(lambda: not first.image_size().isEmpty() and not second.image_size().isEmpty())
    first.zoom_by(2.0)
    assert second.zoom() == pytest.approx(first.zoom())


def test_a_neighbour_that_is_clicked_stands_beside_it(
    qtbot: QtBot, window: MainWindow, loupe: Loupe
) -> None:
    loupe.arrange(Arrangement.CLASSES)
    given = loupe.companions.given.tiles
    qtbot.waitUntil(lambda: bool(given.pictures()))
    assert {picture.label for picture in given.pictures()} == {"cat"}
    assert {p.label for p in loupe.companions.suggested.tiles.pictures()} == {"dog"}
    row = given.pictures()[0].row
    given.activated.emit(row)
    assert loupe.shown_rows() == (0, row)
    press(qtbot, KEYS.Key_Q)
    assert np.flatnonzero(review_of(window).session.columns.status).tolist() == [0]


def test_blind_review_shows_no_reasons(window: MainWindow, loupe: Loupe) -> None:
    review = review_of(window)
    loupe.arrange(Arrangement.CLASSES)
    review.session.team.work_as("bea", blind=True)
    review.refresh()
    assert loupe.arrangement is Arrangement.SINGLE
    assert not loupe.companions.isVisible()
    assert not loupe.choices[Arrangement.NEIGHBOURS].isEnabled()
    assert "dog" not in loupe.labels.full() and loupe.certainty.text() == ""


def test_keys_of_the_tone(qtbot: QtBot, loupe: Loupe) -> None:
    press(qtbot, KEYS.Key_Up, ALT)
    assert loupe.tone_bar.tone.level < 0.5
    press(qtbot, KEYS.Key_Right, ALT)
    assert loupe.tone_bar.tone.width < 1
    press(qtbot, KEYS.Key_0, ALT)
    assert loupe.tone_bar.tone == NEUTRAL
    assert loupe.panes[0].row == 0


def test_an_empty_view_says_so(window: MainWindow, loupe: Loupe) -> None:
    review = review_of(window)
    review.show_view(review.spec, np.zeros(len(review.session), bool))
    assert loupe.shown_rows() == ()
    assert loupe.panes[0].image.image_size().isEmpty()


def test_a_damaged_image_says_why(qtbot: QtBot, window: MainWindow) -> None:
    review = review_of(window)
    file = review.session.images.file_of(0)
    assert isinstance(file, Path)
    file.write_bytes(b"no image")
    press(qtbot, KEYS.Key_Space)
    loupe = window.loupe.loupe
    assert loupe is not None
    qtbot.waitUntil(lambda: bool(loupe.pictures.picture(0)))
    picture = loupe.pictures.picture(0)
    assert picture is not None and picture.problem and not picture.levels


def test_of_a_file_that_is_gone_the_thumbnail_is_left(qtbot: QtBot, tmp_path: Path) -> None:
    small = tmp_path / "thumbnail"
    Image.new("RGB", (8, 8), (50, 90, 160)).save(small, "PNG")
    pictures = LoupePictures(lambda _row: (tmp_path / "gone.png", AS_DECLARED, small))
    with qtbot.waitSignal(pictures.ready):
        pictures.want([0], [], NEUTRAL)
    picture = pictures.picture(0)
    assert picture is not None and grey_of(picture.levels[0]) == 50
    pane = LoupePane()
    qtbot.addWidget(pane)
    pane.show_row(0, "", "")
    pane.show_picture(picture)
    # It is said: nobody may take the thumbnail for the image.
    assert pane.caption.full() == f"Only its thumbnail: {picture.problem}"
    pane.show_row(0, "", "cat")
    assert pane.caption.full() == f"cat   ·   Only its thumbnail: {picture.problem}"
    pane.show_row(1, "", "dog")
    assert pane.caption.full() == "dog"
    pictures.stop()


# Tone


def test_a_tone_is_a_window_of_grey_levels() -> None:
    image = QImage(2, 1, QImage.Format.Format_RGB32)
    image.setPixel(0, 0, 0xFF646464)
    image.setPixel(1, 0, 0xFFA0A0A0)
    # From a quarter to three quarters of the range.
    found = toned(image, Tone(0.5, 0.5))
    assert [found.pixelColor(x, 0).red() for x in (0, 1)] == pytest.approx([72, 192], abs=1)
    assert toned(image, NEUTRAL) is image


def test_a_tone_and_the_window_of_a_deep_picture_are_the_same() -> None:
    assert Tone(0.5, 0.25).window((-1000.0, 1000.0)) == (1000.0, -500.0)
    assert tone_of(400, 40, (-1000.0, 1000.0)) == Tone(0.2, 0.52)


def test_a_picture_of_16_bits_is_read_again_through_the_window(
    qtbot: QtBot, tmp_path: Path
) -> None:
    file = tmp_path / "deep.png"
    values = np.full((8, 8), 1000, np.uint16)
    values[:4] = 1100
    Image.fromarray(values).save(file)
    pictures = LoupePictures(lambda _row: (file, AS_DECLARED, None))
    with qtbot.waitSignal(pictures.ready):
        pictures.want([0], [], NEUTRAL)
    plain = pictures.picture(0)
    assert plain is not None and plain.usual == (0.0, 65535.0)
    # Of 8 bits both would be 4: the difference is in the file alone.
    assert len({plain.levels[0].pixelColor(0, y).red() for y in range(8)}) == 1
    with qtbot.waitSignal(pictures.ready):
        pictures.want([0], [], tone_of(200, 1050, plain.usual))
    deep = pictures.picture(0)
    assert deep is not None
    top, bottom = deep.levels[0].pixelColor(0, 0).red(), deep.levels[0].pixelColor(0, 7).red()
    assert (top, bottom) == pytest.approx((191, 64), abs=1)
    pictures.stop()


# What is seen at once


def test_comparing_goes_through_the_order_in_pages() -> None:
    order = np.arange(100, 110)
    assert shown_rows(Arrangement.FOUR, order, 5, ()) == (104, 105, 106, 107)
    assert shown_rows(Arrangement.FOUR, order, 9, ()) == (108, 109)
    assert shown_rows(Arrangement.SINGLE, order, 9, ()) == (109,)
    assert shown_rows(Arrangement.TWO, order, 3, (103, 7)) == (103, 7)
    assert shown_rows(Arrangement.TWO, order, 4, (103, 7)) == (104, 105)
    assert shown_rows(Arrangement.TWO, order[:0], -1, ()) == ()


def test_where_a_verdict_leads_is_read_first() -> None:
    assert rows_ahead(np.arange(50, 60), 3, 7, 1) == (57, 54, 52)
    assert rows_ahead(np.arange(50, 60), 9, None, 1) == (58,)
