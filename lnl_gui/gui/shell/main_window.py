"""The window: assembles its parts and the page of the open project."""

import gc
from collections.abc import Callable
from dataclasses import replace

from PySide6.QtCore import QByteArray, QSize, QTimer
from PySide6.QtGui import QCloseEvent, QDragEnterEvent, QDropEvent, QResizeEvent
from PySide6.QtWidgets import QMainWindow, QStackedWidget, QVBoxLayout, QWidget

from lnl_gui.gui.charts.projection_controller import ProjectionController
from lnl_gui.gui.context import WindowContext
from lnl_gui.gui.help.guide import load_guide
from lnl_gui.gui.help.window import HelpWindow
from lnl_gui.gui.jobs.catalogue import CatalogueController
from lnl_gui.gui.jobs.controller import JobController
from lnl_gui.gui.jobs.job import Job, JobState
from lnl_gui.gui.jobs.job_results import JobResults
from lnl_gui.gui.jobs.panel import JobPanel
from lnl_gui.gui.jobs.workflow import Workflow
from lnl_gui.gui.loupe.controller import LoupeController
from lnl_gui.gui.model.current_project import CurrentProject
from lnl_gui.gui.model.review_model import ReviewModel
from lnl_gui.gui.review.resume import Resume
from lnl_gui.gui.review.reversals import Reversals
from lnl_gui.gui.review.tools import ReviewTools
from lnl_gui.gui.settings.settings import Settings, load_settings
from lnl_gui.gui.settings.store import SettingsStore
from lnl_gui.gui.shell.actions.table import ActionTable
from lnl_gui.gui.shell.banners.banner import Banner
from lnl_gui.gui.shell.banners.banner_controller import BannerController
from lnl_gui.gui.shell.commands import Commands
from lnl_gui.gui.shell.controllers.addition_controller import AdditionController
from lnl_gui.gui.shell.controllers.care_controller import CareController
from lnl_gui.gui.shell.controllers.dataset_controller import DatasetController
from lnl_gui.gui.shell.controllers.installation_controller import InstallationController
from lnl_gui.gui.shell.controllers.model_controller import ModelController
from lnl_gui.gui.shell.controllers.project_controller import ProjectController
from lnl_gui.gui.shell.controllers.report_controller import ReportController
from lnl_gui.gui.shell.keys_overlay import KeysOverlay
from lnl_gui.gui.shell.native_menu import has_menu_bar, native_menu
from lnl_gui.gui.shell.project_page import ProjectPage
from lnl_gui.gui.shell.start_page import StartPage, describe_recent
from lnl_gui.gui.shell.top_bar import TopBar
from lnl_gui.gui.style.theme import Theme
from lnl_gui.gui.widgets.drops import dropped_path
from lnl_gui.gui.widgets.low_window import LOW_WINDOW
from lnl_gui.gui.widgets.notifications import Notifications
from lnl_gui.jobs import protocol
from lnl_gui.util.errors import UserError
from lnl_gui.util.translation import current_language, tr
from lnl_gui.util.visible import visible

FIRST_SIZE, FRAME = QSize(1440, 900), QSize(8, 40)
"""Of the window at its first start, and what a desktop puts around one."""
LEAST_SIZE = QSize(760, 440)
"""Of any window: with its frame and a task bar it fits a screen of 960 × 540, as one of twice as
many pixels is at 200 %."""
BEHIND_LOUPE = ("find", "focus-grid", "filters", "side", "progress", "duplicates", "jobs")
"""Actions that show a part of the page or lead the keys into it."""


class MainWindow(QMainWindow):
    """One window, one project at a time."""

    def __init__(self, theme: Theme, settings: Settings | None = None) -> None:
        super().__init__()
        self.theme = theme
        theme.changed.connect(self._dress)
        self.settings = SettingsStore(settings or load_settings(), self)
        # Built from the bottom up: each part is given those before it, none the window.
        self.project = CurrentProject(self)
        self.controller = JobController(self)
        self.workflow = Workflow(self.controller, self.project, self)
        self.catalogue = CatalogueController(self.controller, self)
        self.notifications = Notifications(self, theme)
        self.action_table = ActionTable(self, theme, self.settings.value.keys_by_action())
        context = WindowContext(
            parent=self,
            theme=theme,
            settings=self.settings,
            notifications=self.notifications,
            actions=self.action_table,
            project=self.project,
            workflow=self.workflow,
            catalogue=self.catalogue,
        )
        self.page: ProjectPage | None = None
        self._help: HelpWindow | None = None
        self.projects = ProjectController(context)
        self.dataset = DatasetController(context, self.projects.open_project)
        self.care = CareController(context, self.projects.open_project)
        self.report = ReportController(context)
        self.additions = AdditionController(context, self.projects.open_project)
        self.models = ModelController(context, self.projects.open_source)
        self.installation = InstallationController(context)
        self.projects.not_opened.connect(self.care.could_not_open)
        self.commands = Commands(context, lambda: self.page)
        self.tools = ReviewTools(context)
        Reversals(context)
        Resume(context)
        self.projection = ProjectionController(context)
        self.layers = QStackedWidget()
        self.loupe = LoupeController(context, self.layers, self.action_table.in_loupe())
        JobResults(self.workflow, self.project, self.notifications)
        self._build()
        self.banner_controller = BannerController(self.banner, context, self.commands)
        # Only now: handlers come from parts that are given the table.
        self.action_table.connect_handlers(self.handlers())
        self.addActions(self.action_table.everywhere())
        self._connect()
        self._restore()
        self._show_start()
        # Last: what is put together before costs no look into the style sheet.
        self._dress()

    def _dress(self) -> None:
        self.setStyleSheet(self.theme.sheet)

    def _build(self) -> None:
        self.setWindowTitle("LNL")
        self.setMinimumSize(LEAST_SIZE)
        self.setAcceptDrops(True)
        self.top_bar = TopBar(self.theme, self.action_table)
        self.banner = Banner(self.theme)
        self.start_page = StartPage(self.theme)
        self.job_panel = JobPanel(self.workflow, self.project)
        self.pages = QStackedWidget()
        self.pages.addWidget(self.start_page)
        inner = QWidget()
        column = QVBoxLayout(inner)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        for widget in (self.top_bar, self.banner):
            column.addWidget(widget)
        column.addWidget(self.pages, 1)
        column.addWidget(self.job_panel)
        self.layers.addWidget(inner)
        self.setCentralWidget(self.layers)
        self.job_panel.hide()
        if has_menu_bar():
            self.setMenuBar(native_menu(self, self.action_table))
        self.overlay = KeysOverlay(self, self.action_table)

    def _connect(self) -> None:
        self.settings.preferences_changed.connect(self._forget_help)
        self._connect_start_page()
        self.project.opened.connect(self._show_page)
        self.project.closing.connect(self._remove_page)
        self.project.closed.connect(self._refresh)
        self.project.changed.connect(self._refresh)
        self.project.closing.connect(self.catalogue.cancel)
        self.catalogue.refused.connect(self.notifications.show_error)
        self.catalogue.waiting.connect(self._await_dialog)
        self.catalogue.settled.connect(lambda: self._hold_verdicts(False))
        self.controller.changed.connect(self._job_changed)
        self.controller.figure.connect(self._figure)
        self.workflow.ended.connect(self._refresh)
        self.banner_controller.updated.connect(self._keep_focus)
        self.banner_controller.reopen_requested.connect(self.projects.reopen)
        self.settings.preferences_changed.connect(
            lambda: self.action_table.set_keys(self.settings.value.keys_by_action())
        )

    def _connect_start_page(self) -> None:
        page, projects = self.start_page, self.projects
        page.open_requested.connect(projects.open_source)
        page.project_requested.connect(projects.choose_project)
        page.table_requested.connect(projects.choose_table)
        page.demo_requested.connect(projects.start_demo)
        page.forget_requested.connect(projects.forget)
        projects.left.connect(self._show_start)
        projects.recent_changed.connect(self._show_recent)

    def handlers(self) -> dict[str, Callable[[], object]]:
        """Handlers of the actions, by id."""
        handlers: dict[str, Callable[[], object]] = {
            **self.commands.handlers(),
            **self.tools.handlers(),
            **self.dataset.handlers(),
            **self.care.handlers(),
            **self.report.handlers(),
            **self.models.handlers(),
            **self.additions.handlers(),
            **self.installation.handlers(),
            "loupe": self.loupe.toggle,
            "refresh": self.projects.look_again,
            "open": lambda: self.projects.open_source(""),
            "open-project": self.projects.choose_project,
            "close": self.projects.close_project,
            "jobs": lambda: self.job_panel.setVisible(not self.job_panel.isVisible()),
            "keys": self.overlay.toggle,
            "help": self.show_help,
            "quit": self.close,
        }
        return handlers | {each: self.loupe.leaving(handlers[each]) for each in BEHIND_LOUPE}

    def show_help(self) -> None:
        """The guide, at the page it was left at."""
        if self._help is None:
            pages = load_guide(current_language().code, self.action_table.words)
            self._help = HelpWindow(pages, self)
        self._help.show()
        self._help.raise_()
        self._help.activateWindow()

    def _forget_help(self) -> None:
        """Keys have changed, and the guide names them."""
        if self._help is not None:
            self._help.close()
            self._help.deleteLater()
            self._help = None

    # The page of the open project

    def _show_page(self, review: ReviewModel) -> None:
        try:
            self._build_page(review)
        except Exception as error:
            # Later: other slots are still called with the opened project, and would find it closed.
            QTimer.singleShot(0, self, lambda: self._give_up(review))
            if not isinstance(error, UserError):
                raise
            self.notifications.show_error(error)

    def _give_up(self, review: ReviewModel) -> None:
        """Close a project that cannot be shown: nobody could work in it or close it."""
        if self.project.review is review:
            self.project.close()
            self._show_start()

    def _build_page(self, review: ReviewModel) -> None:
        side = self.settings.value.side
        page = self.page = ProjectPage(review, self.theme, self.action_table, side=side)
        page.details.training.deciding_requested.connect(self.action_table["deciding"].trigger)
        page.accept_all_requested.connect(lambda: self.commands.decide_all("accept"))
        page.keep_all_requested.connect(lambda: self.commands.decide_all("keep"))
        page.unreadable_requested.connect(self.commands.show_unreadable)
        page.menu_requested.connect(self.commands.show_menu)
        page.filters.views.shortened.connect(
            lambda text: self.notifications.show(text, tone="warning")
        )
        review.focus_requested.connect(self._give_keys_back)
        page.restore_layout(QByteArray.fromBase64(self.settings.value.layout_of("splitter")))
        self.pages.addWidget(page)
        self.pages.setCurrentWidget(page)
        self.tools.attach(page, review)
        page.set_low(self.height() < LOW_WINDOW)
        self.projection.attach(page.charts)
        self.setWindowTitle(f"{visible(review.session.name)} - LNL")
        self._refresh()
        page.focus_grid()
        _spare_collector()

    def _remove_page(self) -> None:
        page, self.page = self.page, None
        if page is not None:
            page.close_views()
            # After `close_views`, which restores the usual widths.
            settings = replace(self.settings.value, side=page.grid.side)
            self.settings.update(settings.with_layout({"splitter": _text(page.layout_state())}))
            self.pages.removeWidget(page)
            page.deleteLater()

    def _show_start(self) -> None:
        self.pages.setCurrentWidget(self.start_page)
        self._show_recent()
        self.setWindowTitle("LNL")
        self._refresh()
        self.start_page.open_folder.setFocus()

    def _show_recent(self) -> None:
        self.start_page.show_recent(describe_recent(self.settings.value.recent))

    # What happens

    def _job_changed(self, job: Job) -> None:
        self.top_bar.show_busy(self.workflow.shown_job() is not None)
        training = job.kind == "finetune" and job.state is JobState.STARTING
        if training and self.page is not None and job is self.workflow.shown_job():
            self.page.watch_training()

    def _figure(self, job: Job, event: protocol.Event) -> None:
        if self.page is not None and job.kind == "finetune" and event.name == "epoch":
            self.page.add_epoch(event.values)

    def _refresh(self, _cause: object = None) -> None:
        """What can be done now, and how far the project has come."""
        review = self.project.review
        session = review.session if review is not None else None
        self.action_table.enable_for_project(session is not None)
        self.action_table.show_undo(
            session.undo_text() if session is not None else None,
            session.redo_text() if session is not None else None,
        )
        self.top_bar.show_busy(self.workflow.shown_job() is not None)
        self.top_bar.show_project(
            session.name if session is not None else "",
            session.steps() if session is not None else None,
        )

    def _await_dialog(self) -> None:
        """A dialog opens once the worker has answered: keys until then were not meant for it."""
        self._hold_verdicts(True)
        hint = tr("The dialog opens in a moment; Escape does without it.")
        self.notifications.show(tr("Looking up what there is…"), hint=hint)

    def _hold_verdicts(self, hold: bool) -> None:
        if self.project.review is not None:
            self.project.review.on_hold = hold

    def _keep_focus(self) -> None:
        """Where a button has gone with the focus, the keys go back to the pictures."""
        if self.focusWidget() is None:
            self._give_keys_back()

    def _give_keys_back(self) -> None:
        """The keys go to the loupe where it is open: behind it the grid would decide nothing."""
        if not self.loupe.keep_focus() and self.page is not None:
            self.page.focus_grid()

    # Its place on the screen, and its end

    def _restore(self) -> None:
        geometry = QByteArray.fromBase64(self.settings.value.layout_of("window"))
        if geometry.isEmpty() or not self.restoreGeometry(geometry):
            self._fit_screen()

    def _fit_screen(self) -> None:
        """A first size that the screen has room for, frame and task bar included."""
        room = self.screen().availableGeometry()
        most = room.size() - FRAME
        self.resize(FIRST_SIZE.boundedTo(most).expandedTo(self.minimumSize()))
        self.move(room.center() - self.rect().center())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        for part in (self.top_bar, self.banner, self.page):
            if part is not None:
                part.set_low(self.height() < LOW_WINDOW)

    def closeEvent(self, event: QCloseEvent) -> None:
        if not self.projects.may_stop_job():
            event.ignore()
            return
        # First: its jobs are cancelled while there is a worker to tell.
        self.project.close()
        settings = self.settings.value.with_layout({"window": _text(self.saveGeometry())})
        self.settings.update(replace(settings, theme=self.theme.choice))
        self.controller.close()
        self.projects.shutdown()
        event.accept()

    # A dataset or project dropped anywhere on the window

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if dropped_path(event) is not None:
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        path = dropped_path(event)
        if path is not None:
            event.acceptProposedAction()
            self.projects.open_source(str(path))


def _text(state: QByteArray) -> str:
    """One of Qt's own states as the settings keep it."""
    return bytes(state.toBase64().data()).decode("ascii")


def _spare_collector() -> None:
    """What a project brought stays as long as it is open, so no collection need look at it again.

    The lists of a million paths alone cost 20 ms each time.
    """
    gc.unfreeze()
    gc.collect()
    gc.freeze()
