"""Dialogs by keyboard: the first field has the keys, the buttons come last, Return accepts."""

from collections.abc import Callable

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QWidget
from pytestqt.qtbot import QtBot

from lnl_gui.gui.dialogs.audit import AuditDialog
from lnl_gui.gui.dialogs.choices import ReviewState
from lnl_gui.gui.dialogs.export import ExportDialog


def audit() -> tuple[QDialog, QWidget]:
    dialog = AuditDialog(lambda: 500)
    return dialog, dialog.size_field


def export() -> tuple[QDialog, QWidget]:
    dialog = ExportDialog(ReviewState(10))
    return dialog, dialog.destination.line


def in_front(qtbot: QtBot, made: Callable[[], tuple[QDialog, QWidget]]) -> tuple[QDialog, QWidget]:
    dialog, first = made()
    qtbot.addWidget(dialog)
    dialog.show()
    dialog.activateWindow()
    qtbot.waitUntil(dialog.isActiveWindow)
    return dialog, first


@pytest.mark.parametrize("made", [audit, export])
def test_the_keys_go_from_the_first_field_to_the_buttons(
    qtbot: QtBot, made: Callable[[], tuple[QDialog, QWidget]]
) -> None:
    dialog, first = in_front(qtbot, made)
    assert dialog.focusWidget() is first
    qtbot.keyClick(dialog.focusWidget(), Qt.Key.Key_Backtab)
    assert dialog.focusWidget().text() == "Cancel"
    qtbot.keyClick(dialog.focusWidget(), Qt.Key.Key_Backtab)
    assert dialog.focusWidget() is dialog._frame.accept_button


@pytest.mark.parametrize("made", [audit, export])
def test_tab_comes_round_to_the_first_field(
    qtbot: QtBot, made: Callable[[], tuple[QDialog, QWidget]]
) -> None:
    dialog, first = in_front(qtbot, made)
    # As Qt does over the program's window.
    dialog._frame.buttons.setFocusProxy(dialog._frame.accept_button)
    passed = []
    for _ in range(40):
        qtbot.keyClick(dialog.focusWidget(), Qt.Key.Key_Tab)
        passed.append(dialog.focusWidget())
        if passed[-1] is first:
            break
    assert passed[-1] is first and dialog._frame.accept_button in passed
    assert len(passed) == len(set(passed)) > 3


def test_return_in_the_first_field_accepts(qtbot: QtBot) -> None:
    dialog, first = audit()
    qtbot.addWidget(dialog)
    dialog.show()
    qtbot.keyClick(first, Qt.Key.Key_Return)
    assert dialog.result() == QDialog.DialogCode.Accepted
