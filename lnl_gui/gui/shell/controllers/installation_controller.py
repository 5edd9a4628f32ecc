"""This installation: the desktop's menu, what is new, reports of crashes."""

from collections.abc import Callable

from PySide6.QtCore import QObject

import lnl_gui
from lnl_gui.gui.context import WindowContext
from lnl_gui.gui.dialogs.crash_reports import show_crash_reports
from lnl_gui.gui.dialogs.whats_new import show_whats_new
from lnl_gui.gui.widgets.background import Background
from lnl_gui.gui.widgets.notifications import Notification
from lnl_gui.installation.menu import MenuChange, add_to_menu, remove_from_menu
from lnl_gui.installation.news import ReleaseNotes, changelog, is_update, news
from lnl_gui.util.errors import UserError
from lnl_gui.util.process.crash_reports import crash_reports
from lnl_gui.util.process.crash_watch import collect_crashes
from lnl_gui.util.translation import localized, tr

LAST_VERSION, SEEN_REPORT = "last_version", "seen_crash_report"
"""Preferences: the version that was started last, and the newest report that was told of."""


class InstallationController(QObject):
    """What concerns the program and no project.

    Args:
        context: of the window.
    """

    def __init__(self, context: WindowContext) -> None:
        super().__init__(context.parent)
        self._context = context
        self._background = Background(self)
        self._greeting: Notification | None = None
        context.project.opened.connect(self._withdraw)

    def handlers(self) -> dict[str, Callable[[], object]]:
        """By id of the action."""
        return {
            "desktop": self.add_to_menu,
            "whats-new": self.show_news,
            "crash-reports": self.show_reports,
        }

    def greet(self, *, at_start_page: bool) -> None:
        """Tell once, after a start, of crashes and of an update.

        Args:
            at_start_page: whether no project is about to be opened; over a review nothing is told
                of an update, which waits for another start.
        """
        collect_crashes()
        if not self._tell_crashes() and at_start_page:
            self._tell_update()

    def _tell_crashes(self) -> bool:
        reports = crash_reports()
        known = self._preference(SEEN_REPORT)
        if not reports or reports[0].file.name <= known:
            return False
        self._context.settings.remember(**{SEEN_REPORT: reports[0].file.name})
        self._context.notifications.show(
            tr("LNL did not end well last time"),
            tone="warning",
            hint=tr("Your verdicts are safe. A report is kept on this computer."),
            action=(tr("Show"), self.show_reports),
            stays=True,
        )
        return True

    def _tell_update(self) -> None:
        known, running = self._preference(LAST_VERSION), lnl_gui.__version__
        if known == running:
            return
        self._context.settings.remember(**{LAST_VERSION: running})
        found = news(known)
        if is_update(known) and found:
            self._greeting = self._context.notifications.show(
                tr("LNL is now version {}").format(running),
                action=(tr("What is new"), lambda: self._show(found)),
                stays=True,
            )

    def _preference(self, name: str) -> str:
        found = dict(self._context.settings.value.preferences).get(name, "")
        return found if isinstance(found, str) else ""

    def _withdraw(self, _review: object) -> None:
        self._context.notifications.withdraw(self._greeting)

    def show_news(self) -> None:
        """What this version has changed."""
        self._show(news())

    def _show(self, found: list[ReleaseNotes]) -> None:
        show_whats_new(self._context.parent, found, changelog())

    def show_reports(self) -> None:
        """The reports that are kept."""
        show_crash_reports(self._context.parent, crash_reports())

    def add_to_menu(self) -> None:
        """Add LNL to the menu of the desktop; what adds it may take seconds."""
        self._change(add_to_menu, taken_out=False)

    def _remove_from_menu(self) -> None:
        self._change(remove_from_menu, taken_out=True)

    def _change(self, act: Callable[[], MenuChange], *, taken_out: bool) -> None:
        def work() -> MenuChange | UserError:
            try:
                return act()
            except UserError as error:
                return error

        def take(done: MenuChange | UserError | None) -> None:
            if isinstance(done, UserError):
                self._context.notifications.show_error(done)
            elif done is not None:
                back = (tr("Take it out"), self._remove_from_menu)
                self._context.notifications.show(
                    localized(done.text),
                    tone="good",
                    action=back if done.files and not taken_out else None,
                )

        self._background.compute(work, take)
