"""The dialog that shows what `lnl-gui doctor` says."""

import sys

import pytest
from PySide6.QtGui import QGuiApplication
from pytestqt.qtbot import QtBot

from lnl_gui.gui.dialogs.doctor import DoctorDialog

SAYS = "import sys; print('Versions'); print('x torch gone'); sys.exit({})"


@pytest.mark.parametrize(("code", "title"), [(0, "Nothing is missing"), (3, "is missing")])
def test_the_text_of_the_command_is_shown_and_copied(code: int, title: str, qtbot: QtBot) -> None:
    dialog = DoctorDialog([sys.executable, "-c", SAYS.format(code)])
    qtbot.addWidget(dialog)
    qtbot.waitUntil(dialog.copy_button.isEnabled)
    assert dialog.text.toPlainText().split() == ["Versions", "x", "torch", "gone"]
    assert title in dialog.heading.text()
    dialog.copy_button.click()
    assert QGuiApplication.clipboard().text() == dialog.text.toPlainText()


def test_a_program_that_is_not_there_is_said(qtbot: QtBot) -> None:
    dialog = DoctorDialog(["/no/such/program"])
    qtbot.addWidget(dialog)
    qtbot.waitUntil(dialog.copy_button.isEnabled)
    assert "could not be run" in dialog.heading.text()


def test_closing_ends_the_check(qtbot: QtBot) -> None:
    dialog = DoctorDialog([sys.executable, "-c", "import time; time.sleep(600)"])
    qtbot.addWidget(dialog)
    qtbot.waitUntil(lambda: dialog._process.processId() > 0)
    dialog.reject()
    assert dialog._process.processId() == 0
