"""Garbage is collected in the GUI thread, and there it is."""

import gc
import threading
import weakref
from collections.abc import Iterator

import pytest
from PySide6.QtCore import QObject
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from lnl_gui.gui.shell.program.collector import GuiThreadCollector


class Circle:
    """Only a collection frees it."""

    def __init__(self) -> None:
        self.itself = self
        self.widget = QWidget()


@pytest.fixture
def collector(qapp: QApplication) -> Iterator[GuiThreadCollector]:
    parent = QObject()
    gc.enable()
    made = GuiThreadCollector(parent)
    yield made
    made.stop()
    gc.disable()


def make_many() -> None:
    """More objects than Python's own thresholds let be."""
    kept = [[number] for number in range(100_000)]
    assert len(kept) == 100_000


def leave_circle(ended_in: list[int]) -> None:
    circle = Circle()
    weakref.finalize(circle, lambda: ended_in.append(threading.get_ident()))


def test_other_threads_collect_nothing(collector: GuiThreadCollector) -> None:
    ended_in: list[int] = []
    leave_circle(ended_in)
    thread = threading.Thread(target=make_many)
    thread.start()
    thread.join()
    assert ended_in == []


def test_circles_are_collected_in_the_gui_thread(
    qtbot: QtBot, collector: GuiThreadCollector
) -> None:
    ended_in: list[int] = []
    leave_circle(ended_in)
    kept = [[number] for number in range(10_000)]
    qtbot.waitUntil(lambda: bool(ended_in))
    assert ended_in == [threading.get_ident()] and len(kept) == 10_000


def test_stopped_it_gives_back_what_it_took(collector: GuiThreadCollector) -> None:
    assert not gc.isenabled()
    collector.stop()
    assert gc.isenabled()
