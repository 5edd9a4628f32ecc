"""Entry point of the window."""

import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QThreadPool, QTimer, Signal
from PySide6.QtGui import QFileOpenEvent
from PySide6.QtWidgets import QApplication

import lnl_gui
from lnl_gui.gui.dialogs.form import absolute
from lnl_gui.gui.i18n.language import install_language
from lnl_gui.gui.settings.environment import apply_environment
from lnl_gui.gui.settings.settings import load_settings
from lnl_gui.gui.shell.program.collector import GuiThreadCollector
from lnl_gui.gui.shell.program.crash import PART, log_qt_messages, watch_exceptions
from lnl_gui.gui.style import icons
from lnl_gui.gui.style.theme import Theme
from lnl_gui.remote.address import source_text
from lnl_gui.session.projects import trim_thumbnails
from lnl_gui.util.log import log_to_file, logger
from lnl_gui.util.process.crash_watch import watched
from lnl_gui.util.process.processes import seconds_running

if TYPE_CHECKING:
    from lnl_gui.gui.shell.main_window import MainWindow

APPLICATION_NAME = "LNL"
# Importing torch in the worker competes for the disk with the window's own first images.
ASK_AFTER_MILLISECONDS = 1000
TURN_SECONDS = 0.0005
"""Switch interval of threads: each call that paints lets go of Python's lock, and waits Python's
5 ms for a thread that reads or works in the window's process before it has it again."""


class Application(QApplication):
    """The application, which on macOS is asked by an event to open what the Finder shows."""

    asked_to_open = Signal(str)
    """The path of a project, a pack or a folder."""

    def event(self, event: QEvent) -> bool:
        """Take what is sent to the application itself; windows' events do not come by here."""
        if isinstance(event, QFileOpenEvent) and event.file():
            self.asked_to_open.emit(event.file())
            return True
        return super().event(event)


def application() -> QApplication:
    """The one application object, made if there is none."""
    found = QApplication.instance()
    if isinstance(found, QApplication):
        return found
    sys.setswitchinterval(TURN_SECONDS)
    made = Application(sys.argv[:1])
    made.setApplicationName(APPLICATION_NAME)
    made.setApplicationDisplayName(APPLICATION_NAME)
    made.setApplicationVersion(lnl_gui.__version__)
    # By this name Wayland finds the window's icon.
    made.setDesktopFileName("lnl-gui")
    return made


def trim_quietly(limit: int) -> None:
    """Keep the cache of thumbnails within its limit; a cache that cannot be kept is no harm."""
    try:
        deleted = trim_thumbnails(limit)
    except OSError as error:
        logger.warning("cache not trimmed: %s", error)
    else:
        logger.info("cache trimmed by %d thumbnails", deleted)


def log_start() -> None:
    """Note in the log how long the start took, from the process's own beginning."""
    logger.info("the window is shown after %.2f s", seconds_running())


def run_window(arguments: Sequence[str] = ()) -> int:
    """Show the window until it is closed; returns the exit code.

    Args:
        arguments: a project, or a dataset's folder or table, to open; empty for the start page.
    """
    log_to_file("window")
    with watched(PART):
        return _run(arguments)


def _run(arguments: Sequence[str]) -> int:
    log_qt_messages()
    qt = application()
    collector = GuiThreadCollector(qt)
    settings = load_settings()
    install_language(qt, settings.language())
    # Not at the top: the report's PDF takes its application from here and needs no window.
    from lnl_gui.gui.shell.program.window_keeper import WindowKeeper  # noqa: PLC0415 - only for the window

    apply_environment(settings)
    theme = Theme(qt, settings.theme)
    theme.scale_font(settings.font_percent())
    theme.reduce_motion(settings.reduced_motion())
    qt.setWindowIcon(icons.icon("app", "#000001", 64))

    def begun(window: "MainWindow") -> None:
        # Once the window has been painted, which comes before what a timer asks for.
        QTimer.singleShot(0, window, log_start)
        # Later still: the worker takes seconds to import what computes.
        QTimer.singleShot(ASK_AFTER_MILLISECONDS, window, window.catalogue.ask)

    keeper = WindowKeeper(qt, theme, settings, begun=begun)
    watch_exceptions(lambda summary, report: keeper.reports.show_bug(summary, report))
    # Off the GUI thread: the cache may hold a million files.
    limit = settings.cache_bytes()
    QThreadPool.globalInstance().start(lambda: trim_quietly(limit))
    # After the first paint: what it reads is no reason to see the window later.
    QTimer.singleShot(
        0, keeper, lambda: keeper.window.installation.greet(at_start_page=not arguments)
    )
    if isinstance(qt, Application):
        qt.asked_to_open.connect(lambda source: keeper.window.projects.open_source(source))
    if arguments:
        source = source_text(absolute(arguments[0]))
        # From the running loop, where an exception is reported and does not end the program.
        QTimer.singleShot(0, keeper, lambda: keeper.window.projects.open_source(source))
    try:
        return qt.exec()
    finally:
        sys.excepthook = sys.__excepthook__
        collector.stop()
