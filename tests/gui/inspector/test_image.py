"""The image view keeps its anchor, the loader keeps to what is wanted."""

from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QColor, QImage
from pytestqt.qtbot import QtBot

from lnl_gui.gui.inspector.image_loader import ImageLoader, LoadedImage, halvings
from lnl_gui.gui.inspector.image_view import ImageView
from lnl_gui.gui.widgets.picture_reader import read_as_embedded
from tests.gui.events import turn_wheel


def plain_image(width: int, height: int) -> QImage:
    image = QImage(width, height, QImage.Format.Format_RGB32)
    image.fill(QColor("#336699"))
    return image


@pytest.fixture
def view(qtbot: QtBot) -> ImageView:
    widget = ImageView()
    qtbot.addWidget(widget)
    widget.resize(400, 300)
    widget.show()
    widget.set_image(halvings(plain_image(1600, 800)))
    return widget


def test_an_image_fits_and_is_centred(view: ImageView) -> None:
    ratio = view.devicePixelRatioF()
    assert view.zoom() == pytest.approx(400 / 1600 * ratio)
    assert view.image_point(QPointF(200, 150)).x() == pytest.approx(800)
    assert view.image_point(QPointF(200, 150)).y() == pytest.approx(400)


@pytest.mark.parametrize("place", [(70, 110), (200, 150), (390, 180)])
def test_the_wheel_keeps_the_point_under_the_pointer(
    view: ImageView, place: tuple[int, int]
) -> None:
    anchor = QPointF(*place)
    before = view.image_point(anchor)
    zoom = view.zoom()
    for notches in (1, 3, -2):
        turn_wheel(view, notches, place=anchor)
        after = view.image_point(anchor)
        assert after.x() == pytest.approx(before.x(), abs=0.01)
        assert after.y() == pytest.approx(before.y(), abs=0.01)
    assert view.zoom() == pytest.approx(zoom * 1.25**2)
    assert not view.fits()


def test_fit_follows_the_window_until_the_user_zooms(view: ImageView) -> None:
    view.resize(800, 600)
    ratio = view.devicePixelRatioF()
    assert view.zoom() == pytest.approx(0.5 * ratio)
    view.show_true_pixels()
    view.resize(500, 400)
    assert view.zoom() == 1.0
    view.fit()
    assert view.fits()


def test_pixels_become_squares_only_when_much_enlarged(view: ImageView) -> None:
    board = np.kron([[0, 255], [255, 0]], np.ones((1, 1))).astype(np.uint8)
    image = QImage(board.tobytes(), 2, 2, 2, QImage.Format.Format_Grayscale8).convertToFormat(
        QImage.Format.Format_RGB32
    )
    view.set_image((image,))
    view.zoom_to(40.0, QPointF(200, 150))
    assert view.is_pixelated()
    ratio = view.devicePixelRatioF()
    shot = view.grab().toImage()
    corner = view._corner * ratio
    shades = {
        shot.pixelColor(int(corner.x()) + x, int(corner.y()) + y).red()
        for x in range(2, 78, 3)
        for y in range(2, 78, 3)
    }
    assert shades == {0, 255}
    view.zoom_to(1.5, QPointF(200, 150))
    assert not view.is_pixelated()


def test_dragging_moves_the_image_but_never_loses_it(qtbot: QtBot, view: ImageView) -> None:
    view.zoom_to(2.0, QPointF(200, 150))
    before = view.image_point(QPointF(0, 0))
    left = Qt.MouseButton.LeftButton
    qtbot.mousePress(view, left, pos=QPoint(200, 150))
    qtbot.mouseMove(view, QPoint(230, 140))
    qtbot.mouseRelease(view, left, pos=QPoint(230, 140))
    after = view.image_point(QPointF(0, 0))
    ratio = view.devicePixelRatioF()
    assert before.x() - after.x() == pytest.approx(30 / 2.0 * ratio)
    assert before.y() - after.y() == pytest.approx(-10 / 2.0 * ratio)
    view.pan_by(QPointF(-1e6, 1e6))
    middle = view.image_point(QPointF(view.rect().center()))
    assert 0 <= middle.x() <= 1600
    assert 0 <= middle.y() <= 800


def test_double_click_and_keys(qtbot: QtBot, view: ImageView) -> None:
    qtbot.mouseDClick(view, Qt.MouseButton.LeftButton, pos=QPoint(100, 150))
    assert view.zoom() == 1.0
    qtbot.keyClick(view, Qt.Key.Key_Plus)
    assert view.zoom() == pytest.approx(1.25)
    qtbot.keyClick(view, Qt.Key.Key_Minus)
    assert view.zoom() == pytest.approx(1.0)
    qtbot.keyClick(view, Qt.Key.Key_0, Qt.KeyboardModifier.ControlModifier)
    assert view.fits()


def test_a_shrunken_image_is_drawn_from_a_halving_that_is_large_enough(view: ImageView) -> None:
    assert [level.width() for level in view._levels] == [1600, 800]
    ratio = view.devicePixelRatioF()
    view.zoom_to(0.25, QPointF(200, 150))
    assert view._level().width() == 800
    view.zoom_to(0.75 * ratio, QPointF(200, 150))
    assert view._level().width() == 1600


def test_a_message_replaces_the_image(view: ImageView) -> None:
    view.set_message("The file is gone.")
    assert view.image_size().isEmpty()
    view.zoom_to(2.0, QPointF(0, 0))
    view.grab()


def save(file: Path, size: tuple[int, int], colour: str, **options: object) -> Path:
    Image.new("RGB", size, colour).save(file, **options)
    return file


def test_pictures_arrive_with_their_key(qtbot: QtBot, tmp_path: Path) -> None:
    loader = ImageLoader()
    with qtbot.waitSignal(loader.loaded) as caught:
        loader.request(7, save(tmp_path / "a.png", (30, 20), "red"))
    result = caught.args[0]
    assert result.key == 7
    assert (result.levels[0].width(), result.levels[0].height()) == (30, 20)
    assert result.levels[0].pixelColor(3, 3) == QColor("red")


def test_late_results_are_dropped(qtbot: QtBot, tmp_path: Path) -> None:
    loader = ImageLoader()
    arrived: list[LoadedImage] = []
    loader.loaded.connect(arrived.append)
    old = save(tmp_path / "old.png", (800, 800), "red")
    new = save(tmp_path / "new.png", (10, 10), "blue")
    loader.request("old", old)
    # The picture is decoded and its announcement waits for the event loop when it is forgotten.
    loader.wait()
    loader.forget()
    with qtbot.waitSignal(loader.loaded):
        loader.request("new", new)
    loader.wait()
    qtbot.wait(20)
    assert [result.key for result in arrived] == ["new"]


def test_the_newest_request_is_served_first(qtbot: QtBot, tmp_path: Path) -> None:
    loader = ImageLoader()
    loader._threads.count = 1
    file = save(tmp_path / "big.png", (1500, 1500), "red")
    arrived: list[LoadedImage] = []
    loader.loaded.connect(arrived.append)
    for key in range(8):
        loader.request(key, file, 64)
    qtbot.waitUntil(lambda: len(arrived) == 8)
    order = [result.key for result in arrived]
    # Whichever began before the others were asked for comes first; of the rest the newest.
    assert order[1:] == sorted(order[1:], reverse=True)
    assert 7 in order[:2]


def test_bounded_pictures_keep_their_proportions(tmp_path: Path) -> None:
    image = read_as_embedded(save(tmp_path / "a.jpg", (400, 100), "red"), 64)
    assert (image.width(), image.height()) == (64, 16)
    small = read_as_embedded(save(tmp_path / "b.png", (20, 10), "red"), 64)
    assert (small.width(), small.height()) == (20, 10)


def test_pictures_are_turned_upright(tmp_path: Path) -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    file = save(tmp_path / "a.jpg", (40, 20), "red", exif=exif.tobytes())
    image = read_as_embedded(file)
    assert (image.width(), image.height()) == (20, 40)


def test_the_content_counts_not_the_suffix(tmp_path: Path) -> None:
    file = save(tmp_path / "a.png", (5, 4), "red")
    wrong = file.rename(tmp_path / "a.jpg")
    assert read_as_embedded(wrong).width() == 5


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGBA", "I;16", "CMYK"])
def test_every_mode_can_be_shown(tmp_path: Path, mode: str) -> None:
    file = tmp_path / ("a.jpg" if mode == "CMYK" else "a.png")
    Image.new(mode, (6, 5)).save(file)
    image = read_as_embedded(file)
    assert (image.width(), image.height()) == (6, 5)


def test_unreadable_files_are_explained(qtbot: QtBot, tmp_path: Path) -> None:
    broken = tmp_path / "broken.png"
    broken.write_bytes(b"not an image")
    loader = ImageLoader()
    with qtbot.waitSignal(loader.loaded) as caught:
        loader.request(1, broken)
    assert not caught.args[0].levels
    assert caught.args[0].problem
    with pytest.raises(OSError, match="gone"):
        read_as_embedded(tmp_path / "missing.png")
