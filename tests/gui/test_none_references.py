"""A sound PySide6 keeps its references to None: unsound ones abort after some thousand calls."""

import sys

from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

CALLS = 20_000


def test_calls_that_return_nothing_keep_none_alive(qtbot: QtBot) -> None:
    widget = QWidget()
    qtbot.addWidget(widget)
    before = sys.getrefcount(None)
    for _ in range(CALLS):
        widget.update()
    lost = before - sys.getrefcount(None)
    assert lost < CALLS / 100
