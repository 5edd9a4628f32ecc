"""The window of the application, built anew where its language changes."""

from collections.abc import Callable

from PySide6.QtCore import QObject, QTimer
from PySide6.QtWidgets import QApplication

from lnl_gui.gui.i18n.language import install_language
from lnl_gui.gui.settings.settings import Settings
from lnl_gui.gui.shell.main_window import MainWindow
from lnl_gui.gui.shell.program.bug_reports import BugReports
from lnl_gui.gui.style.theme import Theme


class WindowKeeper(QObject):
    """Holds the one window of the application.

    Args:
        application: of Qt.
        theme: its colours.
        settings: of the first window.
        begun: is called with every window once it is shown.
    """

    def __init__(
        self,
        application: QApplication,
        theme: Theme,
        settings: Settings,
        *,
        begun: Callable[[MainWindow], object] = lambda _window: None,
    ) -> None:
        super().__init__(application)
        self._application, self._theme, self._begun = application, theme, begun
        self.window, self.reports = self._show(settings)

    def _show(self, settings: Settings) -> tuple[MainWindow, BugReports]:
        self._language = settings.language()
        window = MainWindow(self._theme, settings)
        # Later: the dialog in which it was chosen is still on the stack.
        window.settings.preferences_changed.connect(
            lambda: QTimer.singleShot(0, window, self._preferences_changed)
        )
        window.show()
        self._begun(window)
        return window, BugReports(window, window.notifications)

    def _preferences_changed(self) -> None:
        if self.window.settings.value.language() != self._language:
            self._build_anew()

    def _build_anew(self) -> None:
        """All words are looked up as widgets are made: another language needs another window."""
        old = self.window
        if not old.projects.may_stop_job():
            # What runs goes on; the language waits for the next start.
            return
        review = old.project.review
        folder = review.session.folder if review is not None else None
        quits = self._application.quitOnLastWindowClosed()
        # Between the old window and the new one there is none, at which Qt would end the program.
        self._application.setQuitOnLastWindowClosed(False)
        old.close()
        # Only now, for closing keeps the layout in them.
        settings = old.settings.value
        old.deleteLater()
        install_language(self._application, settings.language())
        self.window, self.reports = self._show(settings)
        self._application.setQuitOnLastWindowClosed(quits)
        if folder is not None:
            self.window.projects.open_project(folder)
