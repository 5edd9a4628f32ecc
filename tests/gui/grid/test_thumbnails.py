"""Thumbnails: newest first, the invisible unread, late answers without effect."""

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from PIL import Image
from PySide6.QtGui import QImage
from pytestqt.qtbot import QtBot

from lnl_gui.gui.grid.loader import LoadedThumbnail, Request, ThumbnailLoader, read_image
from lnl_gui.gui.grid.thumbnails import Thumbnails
from lnl_gui.pictures.rendering import AS_DECLARED


class Gate:
    """A reader that waits until it is let through, and notes the order of reads."""

    def __init__(self) -> None:
        self.open = threading.Event()
        self.begun = threading.Event()
        self.rows: list[int] = []

    def read(self, request: Request) -> QImage:
        self.rows.append(request.row)
        self.begun.set()
        self.open.wait(60)
        return QImage(4, 4, QImage.Format.Format_RGB32)


class Folder:
    """An image source in a folder: row i is `i.png`."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def file_of(self, row: int) -> Path:
        return self._folder / f"{row}.png"

    rendering = AS_DECLARED

    def thumbnail_of(self, row: int) -> Path | None:
        return None


@pytest.fixture
def gate() -> Iterator[Gate]:
    made = Gate()
    yield made
    made.open.set()


def request(row: int, stamp: int = 0) -> Request:
    return Request(stamp, row, 64, None, Path(f"{row}.png"))


def test_the_newest_request_is_read_first(qtbot: QtBot, gate: Gate) -> None:
    loader = ThumbnailLoader(threads=1, read=gate.read)
    loader.request(request(0))
    assert gate.begun.wait(60)
    for row in (1, 2, 3):
        loader.request(request(row))
    loader.request(request(1))  # asked for again: now the newest
    answers: list[int] = []
    loader.loaded.connect(lambda loaded: answers.append(loaded.request.row))
    gate.open.set()
    qtbot.waitUntil(lambda: len(answers) == 4)
    assert gate.rows == [0, 1, 3, 2]


def test_what_is_no_longer_visible_is_dropped_unread(qtbot: QtBot, gate: Gate) -> None:
    loader = ThumbnailLoader(threads=1, read=gate.read)
    dropped: list[int] = []
    loader.dropped.connect(lambda each: dropped.append(each.row))
    loader.request(request(0))
    assert gate.begun.wait(60)
    for row in range(1, 50):
        loader.request(request(row))
    loader.set_wanted(frozenset({48, 49}))
    gate.open.set()
    qtbot.waitUntil(lambda: len(dropped) == 47)
    loader.stop()
    assert gate.rows == [0, 49, 48]


def test_a_late_answer_of_another_project_is_ignored(qtbot: QtBot, tmp_path: Path) -> None:
    thumbnails = Thumbnails()
    thumbnails.set_source(Folder(tmp_path))
    ready: list[int] = []
    thumbnails.ready.connect(ready.append)
    old = Request(1, 5, 64, None, tmp_path / "5.png")
    thumbnails.set_source(Folder(tmp_path))
    thumbnails._store(LoadedThumbnail(old, QImage(8, 8, QImage.Format.Format_RGB32)))
    assert ready == []
    thumbnails.stop()


def test_dropped_requests_can_be_asked_again(qtbot: QtBot, gate: Gate, tmp_path: Path) -> None:
    loader = ThumbnailLoader(threads=1, read=gate.read)
    thumbnails = Thumbnails(loader=loader)
    thumbnails.set_source(Folder(tmp_path))
    thumbnails.set_wanted(frozenset({0}))
    assert thumbnails.pixmap(0, 64) is None
    assert gate.begun.wait(60)
    assert thumbnails.pixmap(7, 64) is None  # not wanted: dropped at its turn
    with qtbot.waitSignal(loader.dropped):
        gate.open.set()
    thumbnails.set_wanted(frozenset({0, 7}))
    with qtbot.waitSignal(thumbnails.ready, check_params_cb=lambda row: row == 7):
        assert thumbnails.pixmap(7, 64) is None
    assert thumbnails.pixmap(7, 64) is not None
    thumbnails.stop()


def test_pictures_come_within_the_size_asked_for(qtbot: QtBot, tmp_path: Path) -> None:
    Image.new("RGB", (400, 200), (200, 30, 30)).save(tmp_path / "0.png")
    thumbnails = Thumbnails()
    thumbnails.set_source(Folder(tmp_path))
    with qtbot.waitSignal(thumbnails.ready):
        thumbnails.pixmap(0, 100)
    pixmap = thumbnails.pixmap(0, 100)
    assert pixmap is not None and (pixmap.width(), pixmap.height()) == (100, 50)
    assert pixmap.toImage().pixelColor(50, 25).getRgb()[:3] == (200, 30, 30)
    thumbnails.stop()


def test_an_unreadable_file_is_asked_for_once(qtbot: QtBot, tmp_path: Path) -> None:
    (tmp_path / "3.png").write_bytes(b"no picture")
    thumbnails = Thumbnails()
    thumbnails.set_source(Folder(tmp_path))
    with qtbot.waitSignal(thumbnails.ready):
        thumbnails.pixmap(3, 100)
    assert thumbnails.failed(3) and not thumbnails.gone(3)
    with qtbot.waitSignal(thumbnails.ready):
        thumbnails.pixmap(4, 100)
    assert thumbnails.failed(4) and thumbnails.gone(4)
    with qtbot.assertNotEmitted(thumbnails.ready, wait=80):
        assert thumbnails.pixmap(3, 100) is None
    thumbnails.stop()


def test_a_thumbnail_serves_small_sizes_and_the_original_large_ones(tmp_path: Path) -> None:
    small, large = tmp_path / "small.jpg", tmp_path / "large.png"
    Image.new("RGB", (256, 128), (0, 0, 250)).save(small)
    Image.new("RGB", (1000, 500), (250, 0, 0)).save(large)

    def colour(side: int, thumbnail: Path | None) -> tuple[int, bool, bool]:
        image = read_image(Request(0, 0, side, thumbnail, large))
        assert image is not None
        pixel = image.pixelColor(10, 10)
        return max(image.width(), image.height()), pixel.red() > 200, pixel.blue() > 200

    assert colour(128, small) == (128, False, True)
    assert colour(512, small) == (512, True, False)
    assert colour(128, None) == (128, True, False)
    assert colour(128, tmp_path / "gone.jpg") == (128, True, False)
    large.unlink()
    assert colour(512, small) == (256, False, True)


def test_a_damaged_thumbnail_is_no_half_picture(tmp_path: Path) -> None:
    small, large = tmp_path / "small.jpg", tmp_path / "large.png"
    Image.effect_noise((256, 256), 90).convert("RGB").save(small)
    Image.new("RGB", (400, 400), (250, 0, 0)).save(large)
    small.write_bytes(small.read_bytes()[:9000])
    image = read_image(Request(0, 0, 128, small, large))
    assert image is not None and image.pixelColor(64, 120).red() > 200
