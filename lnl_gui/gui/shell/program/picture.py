"""A picture of the window, for the demo where there is no display."""

import argparse
import os
import sys
from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QEventLoop, QTimer

from lnl_gui.gui.i18n.language import install_language
from lnl_gui.gui.settings.settings import Settings
from lnl_gui.gui.shell.program.app import application
from lnl_gui.gui.style.theme import LIGHT, Theme

SIZE = (1440, 900)
SETTLE_MILLISECONDS = 600
"""Thumbnails are read in threads; the picture waits for those of the first page."""


def main(arguments: Sequence[str]) -> int:
    """Draw the suspects of a project into a .png file; returns the exit code."""
    parser = argparse.ArgumentParser(prog="lnl-gui picture", description=__doc__)
    parser.add_argument("project", type=Path, help="project folder")
    parser.add_argument("target", type=Path, help="a .png file")
    options = parser.parse_args(list(arguments))
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    save_picture(options.project, options.target)
    return 0


def save_picture(project: Path, target: Path) -> None:
    """Open a project in a window of its own, draw it once its thumbnails are there, close it.

    Raises:
        OSError: when the picture cannot be written.
    """
    qt = application()
    install_language(qt)
    from lnl_gui.gui.shell.main_window import MainWindow  # noqa: PLC0415 - used here alone

    window = MainWindow(Theme(qt, LIGHT), Settings(theme=LIGHT, temporary=True))
    window.resize(*SIZE)
    window.show()
    window.activateWindow()
    # Nobody is there to answer.
    window.projects.open_project(project, ask=False)
    loop = QEventLoop()
    QTimer.singleShot(SETTLE_MILLISECONDS, loop.quit)
    loop.exec()
    target.parent.mkdir(parents=True, exist_ok=True)
    saved = window.grab().save(str(target))
    window.close()
    if not saved:
        raise OSError(f"could not write {target}")
    sys.stderr.write(f"{target}\n")
