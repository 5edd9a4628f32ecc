"""Opens the window."""

import sys
from collections.abc import Sequence
from pathlib import Path

from PySide6.QtWidgets import QApplication

import lnl_gui
from lnl_gui.gui import icons
from lnl_gui.gui.crash import CrashLog, log_qt_messages, watch_exceptions
from lnl_gui.gui.main_window import MainWindow
from lnl_gui.gui.settings import load_settings
from lnl_gui.gui.theme import Theme
from lnl_gui.util.log import log_to_file

APPLICATION_NAME = "LNL"


def application() -> QApplication:
    """The one application object, made if there is none."""
    found = QApplication.instance()
    if isinstance(found, QApplication):
        return found
    made = QApplication(sys.argv[:1])
    made.setApplicationName(APPLICATION_NAME)
    made.setApplicationDisplayName(APPLICATION_NAME)
    made.setApplicationVersion(lnl_gui.__version__)
    made.setDesktopFileName("lnl-gui")
    return made


def run_window(arguments: Sequence[str] = ()) -> int:
    """Show the window until it is closed; returns the exit code.

    Args:
        arguments: a project, or a dataset's folder or table, to open; empty for the start page.
    """
    log_to_file("window")
    crash_log = CrashLog()
    crash_log.start()
    log_qt_messages()
    qt = application()
    settings = load_settings()
    theme = Theme(qt, settings.theme)
    qt.setWindowIcon(icons.icon("app", "#000001", 64))
    window = MainWindow(theme, settings)
    watch_exceptions(window.report_bug)
    window.show()
    if crash_log.previous:
        window.offer_crash_report(crash_log.previous)
    if arguments:
        window.open_source(str(Path(arguments[0]).absolute()))
    try:
        return qt.exec()
    finally:
        sys.excepthook = sys.__excepthook__
        crash_log.stop()
