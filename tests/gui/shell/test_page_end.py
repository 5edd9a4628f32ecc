"""No thread that reads for a page outlives it."""

import threading

import pytest
from PySide6.QtGui import QImage
from pytestqt.qtbot import QtBot

from lnl_gui.gui.inspector import image_loader
from lnl_gui.gui.shell.main_window import MainWindow


def reading() -> list[threading.Thread]:
    return [thread for thread in threading.enumerate() if thread.name == "reading"]


@pytest.fixture
def others() -> list[threading.Thread]:
    """Threads of other windows and dialogs, which stay a moment for what comes next."""
    return reading()


def test_closing_a_project_waits_for_the_picture_that_is_being_read(
    qtbot: QtBot,
    others: list[threading.Thread],
    window: MainWindow,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    begun, may_end = threading.Event(), threading.Event()

    def read(*_: object, **__: object) -> QImage:
        begun.set()
        may_end.wait(30)
        return QImage()

    monkeypatch.setattr(image_loader, "read_as_embedded", read)
    review = window.project.review
    assert review is not None
    review.move_to(5)
    qtbot.waitUntil(begun.is_set)
    threading.Timer(0.2, may_end.set).start()
    window.projects.close_project()
    assert may_end.is_set() and not set(reading()) - set(others)
