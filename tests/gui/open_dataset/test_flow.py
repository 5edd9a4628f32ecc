"""From a folder dropped on the window to its project: one key, with the real worker."""

import time
from pathlib import Path

from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from lnl_gui.gui.open_dataset.dialog import OpenDatasetDialog
from lnl_gui.gui.settings.settings import Settings
from lnl_gui.gui.shell.main_window import MainWindow
from lnl_gui.gui.style.theme import Theme
from tests.gui.events import drop

SECONDS = 90


def test_a_dropped_folder_becomes_a_project_by_one_key(
    qtbot: QtBot, theme: Theme, class_folders: Path
) -> None:
    window = MainWindow(theme, Settings())
    qtbot.addWidget(window)
    window.show()
    qtbot.waitExposed(window)
    shown: list[str] = []
    last = time.monotonic() + SECONDS

    def press() -> None:
        dialog = QApplication.activeModalWidget()
        ready = isinstance(dialog, OpenDatasetDialog) and dialog.import_button.isEnabled()
        if not isinstance(dialog, OpenDatasetDialog) or not ready:
            if time.monotonic() < last:
                QTimer.singleShot(50, press)
            elif isinstance(dialog, OpenDatasetDialog):
                dialog.reject()
            return
        shown.append(dialog.import_button.text())
        dialog.find_suspects.setChecked(False)
        qtbot.keyClick(dialog.focusWidget(), Qt.Key.Key_Return)

    QTimer.singleShot(50, press)
    drop(window, class_folders)
    assert shown == ["Import 36 images in 3 classes"]
    qtbot.waitUntil(lambda: window.project.review is not None, timeout=1000 * SECONDS)
    assert window.project.review is not None
    assert window.project.review.session.folder == class_folders.with_suffix(".lnl")
    assert len(window.project.review.session) == 36
    window.close()
