"""Of a project that may only be read, dialogs say so and offer nothing that would be refused."""

from pathlib import Path

import pytest
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication, QDialog, QPushButton
from pytestqt.qtbot import QtBot

from lnl_gui.gui.classes.editor import ClassEditor
from lnl_gui.gui.dialogs.audit import AuditDialog
from lnl_gui.gui.dialogs.form import ErrorLabel
from lnl_gui.gui.dialogs.remarks import RemarkDialog
from lnl_gui.gui.shell.main_window import MainWindow
from lnl_gui.session.session import Session
from lnl_gui.util.translation import localized
from tests.gui.conftest import OpenWindow


def opened_by(window: MainWindow, action: str) -> tuple[QDialog, list[str]]:
    """The dialog that an action opens, which is closed again, and the buttons that could be
    pressed in it."""
    found: list[tuple[QDialog, list[str]]] = []

    def look() -> None:
        dialog = QApplication.activeModalWidget()
        assert isinstance(dialog, QDialog)
        buttons = [
            each.text()
            for each in dialog.findChildren(QPushButton)
            if each.isVisibleTo(dialog) and each.isEnabled()
        ]
        # Looked at in its life: a dialog that is closed is deleted.
        complaint = dialog.findChild(ErrorLabel)
        told = complaint.text() if complaint is not None else ""
        found.append((dialog, [told, *buttons]))
        dialog.reject()

    QTimer.singleShot(0, window, look)
    window.action_table[action].trigger()
    return found[0]


@pytest.fixture
def reading(open_window: OpenWindow, project: Path) -> MainWindow:
    """A window on a project that another process writes."""
    with Session.open(project):
        return open_window(project)


@pytest.mark.parametrize(
    ("action", "kind", "left"),
    [
        ("audit", AuditDialog, ["Close"]),
        ("remark", RemarkDialog, ["Close"]),
        ("classes", ClassEditor, ["Close"]),
    ],
)
def test_a_dialog_says_that_it_is_only_to_read(
    qtbot: QtBot, reading: MainWindow, action: str, kind: type[QDialog], left: list[str]
) -> None:
    review = reading.project.review
    assert review is not None and review.session.read_only
    dialog, (told, *buttons) = opened_by(reading, action)
    assert isinstance(dialog, kind)
    assert localized(review.session.read_only_reason) in told
    assert buttons == left


def test_where_it_can_be_written_nothing_is_disabled(qtbot: QtBot, window: MainWindow) -> None:
    for action, accepting in (("audit", "Draw"), ("remark", "Apply"), ("classes", "Add")):
        _, (told, *buttons) = opened_by(window, action)
        assert told == "" and accepting in buttons
