"""The window: assembles the pages, opens and closes projects, passes on what happens."""

import gc
from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import QByteArray, QUrl
from PySide6.QtGui import QCloseEvent, QDesktopServices, QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QMainWindow, QStackedWidget, QVBoxLayout, QWidget

from lnl_gui.gui.dialogs import questions
from lnl_gui.gui.dialogs.error import show_error
from lnl_gui.gui.dialogs.open_dataset import ask_open_dataset
from lnl_gui.gui.i18n.language import tr, translated
from lnl_gui.gui.i18n.numbers import fill
from lnl_gui.gui.jobs.catalogue import CatalogueController
from lnl_gui.gui.jobs.controller import Job, JobController, JobState
from lnl_gui.gui.jobs.panel import JobPanel
from lnl_gui.gui.jobs.workflow import Workflow
from lnl_gui.gui.model.review_model import NOT_HERE, ReviewModel
from lnl_gui.gui.review.tools import ReviewTools
from lnl_gui.gui.settings.environment import apply_environment
from lnl_gui.gui.settings.review_settings import review_settings
from lnl_gui.gui.settings.settings import Settings, load_settings, save_settings
from lnl_gui.gui.shell.actions import ActionTable
from lnl_gui.gui.shell.banner import Banner, BannerContent
from lnl_gui.gui.shell.banner_content import BannerActions, banner_content
from lnl_gui.gui.shell.commands import Commands
from lnl_gui.gui.shell.keys_overlay import KeysOverlay
from lnl_gui.gui.shell.preferences import ask_new_settings
from lnl_gui.gui.shell.project_page import ProjectPage
from lnl_gui.gui.shell.start_page import StartPage, describe_recent, dropped_path
from lnl_gui.gui.shell.step_bar import steps_done
from lnl_gui.gui.shell.top_bar import TopBar
from lnl_gui.gui.style.theme import Theme
from lnl_gui.gui.widgets.notifications import Notifications
from lnl_gui.jobs import protocol
from lnl_gui.session.changes import Changes
from lnl_gui.session.projects import demo_project, is_project
from lnl_gui.session.session import Session
from lnl_gui.store.parameters import ImportParameters
from lnl_gui.util.errors import UserError

NEED_PROJECT = (
    "close",
    "find-suspects",
    "find-suspects-options",
    "finetune",
    "export",
    "refresh",
    "find",
    "filters",
    "side",
    "focus-grid",
    "progress",
    "duplicates",
    "audit",
    "second-opinion",
    "disagreements",
    "merge",
    "trust",
    "trust-result",
    "zoom-in",
    "zoom-out",
)
ANNOUNCE_FROM = 20
"""From this many samples on, a verdict is announced with an offer to take it back."""


class MainWindow(QMainWindow):
    """One window, one project at a time."""

    def __init__(self, theme: Theme, settings: Settings | None = None) -> None:
        super().__init__()
        self.theme = theme
        self.settings = settings or load_settings()
        self.review: ReviewModel | None = None
        self.page: ProjectPage | None = None
        self.controller = JobController(self)
        self.workflow = Workflow(self.controller, self)
        self.catalogue = CatalogueController(self.controller, self)
        self.notifications = Notifications(self, theme)
        self.commands = Commands(self)
        self.tools = ReviewTools(self)
        self.action_table = ActionTable(
            self, theme, self.commands.handlers(), self.settings.keys_by_action()
        )
        self.addActions(self.action_table.everywhere())
        self._last_job: Job | None = None
        self._blind = False
        self._build()
        self._connect()
        self._restore()
        self._show_start()

    def _build(self) -> None:
        self.setWindowTitle("LNL")
        self.setMinimumSize(900, 600)
        self.setAcceptDrops(True)
        self.top_bar = TopBar(self.theme, self.action_table)
        self.banner = Banner(self.theme)
        self.start_page = StartPage(self.theme)
        self.job_panel = JobPanel(self.workflow)
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
        self.setCentralWidget(inner)
        self.job_panel.hide()
        self.overlay = KeysOverlay(self, self.action_table)

    def _connect(self) -> None:
        self.start_page.open_requested.connect(self.open_source)
        self.start_page.project_requested.connect(self.choose_project)
        self.start_page.table_requested.connect(self._choose_table)
        self.start_page.demo_requested.connect(self.start_demo)
        self.start_page.forget_requested.connect(self._forget)
        self.banner.cancel_requested.connect(self._cancel_job)
        self.controller.changed.connect(self._job_changed)
        self.workflow.imported.connect(self.open_project)
        self.workflow.ended.connect(self._job_ended)
        self.workflow.refused.connect(self.refuse)
        self.catalogue.refused.connect(self.refuse)
        self.catalogue.waiting.connect(
            lambda: self.notifications.show(tr("Looking up what there is…"))
        )
        self.controller.figure.connect(self._figure)
        self.theme.changed.connect(self._refresh)

    # Opening and closing

    def open_source(self, source: str) -> None:
        """Open a project, or ask how to read a dataset; "" asks for a folder first."""
        chosen = source or questions.ask_dataset_folder(self)
        if not chosen:
            return
        if is_project(Path(chosen)):
            self.open_project(Path(chosen))
            return
        parameters = ask_open_dataset(self, chosen)
        if parameters is not None:
            self.import_dataset(parameters)

    def import_dataset(self, parameters: ImportParameters) -> None:
        """Read a dataset into a project and open that."""
        if self._may_stop_job():
            self.workflow.import_dataset(parameters)

    def choose_project(self) -> None:
        folder = questions.ask_project_folder(self)
        if folder is not None:
            self.open_project(folder)

    def _choose_table(self) -> None:
        table = questions.ask_table(self)
        if table:
            self.open_source(table)

    def open_project(self, folder: Path) -> None:
        """Open a project folder in this window."""
        if not self._may_stop_job():
            return
        # This window would be the other writer that the project is opened beside.
        again = self.review is not None and (
            self.review.session.folder.resolve() == folder.resolve()
        )
        if again:
            self._leave_project()
        try:
            session = Session.open(folder, reviewer=review_settings(self.settings).reviewer or None)
        except UserError as error:
            if again:
                self._show_start()
            self.refuse(error)
            return
        self._leave_project()
        self._show_project(ReviewModel(session, self))
        self.settings = self.settings.with_recent(folder)
        save_settings(self.settings)

    def close_project(self) -> None:
        """Back to the start page."""
        if self.review is not None and self._may_stop_job():
            self._leave_project()
            self._show_start()

    def _may_stop_job(self) -> bool:
        """Whether nothing runs, or what runs may be (and now is) stopped."""
        job = self.controller.current
        if job is None:
            return True
        if self.workflow.is_quiet(job):
            self.controller.cancel_all()
            return True
        if not questions.ask_stop_job(self, job.title):
            return False
        self.controller.cancel_all()
        return True

    def _show_project(self, review: ReviewModel) -> None:
        self.review = review
        review.changed.connect(self._changed)
        review.order_changed.connect(self._order_changed)
        review.refused.connect(self.refuse)
        self.page = ProjectPage(review, self.theme, self.action_table, side=self.settings.side)
        self.page.accept_all_requested.connect(lambda: self.commands.decide_all("accept"))
        self.page.keep_all_requested.connect(lambda: self.commands.decide_all("keep"))
        self.page.filters.unreadable_requested.connect(self.commands.show_unreadable)
        self.page.grid.menu_requested.connect(self.commands.show_menu)
        self.page.splitter.restoreState(QByteArray.fromBase64(self.settings.layout_of("splitter")))
        self.pages.addWidget(self.page)
        self.pages.setCurrentWidget(self.page)
        self.workflow.set_project(review)
        self.job_panel.set_project(review)
        self.tools.attach(self.page, review)
        self._last_job = None
        self.setWindowTitle(f"{review.session.name} - LNL")
        self._refresh()
        self.page.focus_grid()
        _spare_collector()

    def _leave_project(self) -> None:
        self.catalogue.cancel()
        self.tools.detach()
        if self.page is not None:
            self.page.close_views()
        self._remember_layout()
        self.workflow.set_project(None)
        self.job_panel.set_project(None)
        if self.page is not None:
            self.pages.removeWidget(self.page)
            self.page.deleteLater()
            self.page = None
        if self.review is not None:
            self.review.session.close()
            self.review.deleteLater()
            self.review = None

    def _show_start(self) -> None:
        self.pages.setCurrentWidget(self.start_page)
        self.start_page.show_recent(describe_recent(self.settings.recent))
        self.setWindowTitle("LNL")
        self._last_job = None
        self._refresh()
        self.start_page.open_folder.setFocus()

    def start_demo(self) -> None:
        """Make the demo dataset, open it, find its suspects."""
        if not self._may_stop_job():
            return
        if is_project(demo_project()):
            self.open_project(demo_project())
        else:
            self.workflow.start_demo()

    def _forget(self, path: str) -> None:
        self.settings = self.settings.without_recent(Path(path))
        save_settings(self.settings)
        self.start_page.show_recent(describe_recent(self.settings.recent))

    # What happens

    def _changed(self, changes: Changes) -> None:
        if changes.labels and len(changes.rows) >= ANNOUNCE_FROM:
            self.notifications.show(
                translated(changes.text),
                tone="good",
                action=(tr("Undo"), self.action_table["undo"].trigger),
            )
        if changes.labels and self._last_job is not None and self._last_job.is_over:
            self._last_job = None
        self._refresh()

    def _job_changed(self, job: Job) -> None:
        if job is self.workflow.shown_job():
            self.banner.show()
            self.banner.watch(job)
            self._keep_focus()
            self.top_bar.show_busy(True)
            if job.kind == "finetune" and job.state is JobState.STARTING and self.page is not None:
                self.page.details.watch_training()

    def _figure(self, job: Job, event: protocol.Event) -> None:
        if self.page is not None and job.kind == "finetune" and event.name == "epoch":
            self.page.details.add_epoch(event.values)

    def _job_ended(self, job: Job) -> None:
        self._last_job = job
        if job.kind == "embed":
            self.catalogue.forget()  # what was downloaded needs no download any more
        if job.kind == "demo" and job.state is JobState.DONE:
            self.commands.find_suspects()
        review = self.review
        if review is not None and job.state is JobState.DONE:
            if job.kind == "detect":
                self._show_suspects(review)
            elif job.kind == "embed":
                self.notifications.show(tr("The images are embedded"), tone="good")
        self._refresh()

    def _show_suspects(self, review: ReviewModel) -> None:
        review.show_view(replace(review.spec, flagged=True, sort="suspicion", descending=True))
        if len(review.order):
            review.move_to(0)
        count = review.counts().flagged
        self.notifications.show(fill(tr("{:,} suspects found"), count), tone="good")
        for warning in review.session.detection.summary.get("warnings", ()):
            self.notifications.show(translated(str(warning)), tone="warning")

    def refuse(self, error: UserError) -> None:
        """Say what could not be done, and what to do."""
        passing = error.code == NOT_HERE
        self.notifications.show(
            translated(error.message),
            tone="warning" if passing else "danger",
            hint=translated(error.hint),
        )

    def report_bug(self, summary: str, report: str) -> None:
        """An exception nobody expected: say so, and offer the report."""
        self.notifications.show(
            tr("Something unexpected happened"),
            tone="danger",
            hint=tr("Your verdicts are safe. {}").format(summary[:200]),
            action=(
                tr("Report…"),
                lambda: show_error(self, summary, _BUG_HINT, report=report),
            ),
        )

    def offer_crash_report(self, report: str) -> None:
        """The start before this one ended in a crash."""
        self.notifications.show(
            tr("LNL did not end well last time"),
            tone="warning",
            hint=tr("Your verdicts are safe."),
            action=(
                tr("Report…"),
                lambda: show_error(self, tr("LNL crashed."), _BUG_HINT, report=report),
            ),
        )

    def _cancel_job(self) -> None:
        job = self.controller.current
        if job is not None:
            self.controller.cancel(job)

    def _refresh(self) -> None:
        review, job = self.review, self.workflow.shown_job()
        session = review.session if review is not None else None
        self.action_table.enable(NEED_PROJECT, review is not None)
        undo = session.undo_text() if session is not None else None
        redo = session.redo_text() if session is not None else None
        self.action_table.show_undo(undo, redo)
        self.top_bar.show_busy(job is not None)
        self.top_bar.show_project(
            session.name if session is not None else "",
            steps_done(session.stage()) if session is not None else 0,
        )
        if job is not None:
            self.banner.watch(job)
        else:
            content = banner_content(review, self._last_job, self._acts())
            # How many suspects there are, and the key that accepts, are nothing for who is blind.
            self._blind = review is not None and review.hides_reasons
            content = BannerContent("") if self._blind and self._last_job is None else content
            self.banner.setVisible(bool(content.title))
            self.banner.show_content(content)
        self._keep_focus()

    def _order_changed(self) -> None:
        if self.review is not None and self.review.hides_reasons != self._blind:
            self._refresh()

    def _keep_focus(self) -> None:
        """Where a button has gone with the focus, the keys go back to the grid."""
        if self.page is not None and self.focusWidget() is None:
            self.page.focus_grid()

    def _acts(self) -> BannerActions:
        return BannerActions(
            find_suspects=self.commands.find_suspects,
            find_options=self.commands.find_suspects_with_options,
            review=self.commands.review_next,
            finetune=self.commands.finetune,
            finetune_options=self.commands.finetune_with_options,
            export=self.commands.export,
            retry=self.workflow.retry,
            show_error=self._show_job_error,
            open_export=self._open_export,
            dismiss=self._dismiss,
        )

    def _dismiss(self) -> None:
        self._last_job = None
        self._refresh()

    def _show_job_error(self) -> None:
        error = self._last_job.error if self._last_job is not None else None
        if error is not None:
            show_error(self, error.message, error.hint, report=error.details)

    def _open_export(self) -> None:
        run = self.review.session.latest_run("export") if self.review is not None else None
        if run is not None:
            QDesktopServices.openUrl(QUrl.fromLocalFile(run.parameters["destination"]))

    # Preferences and layout

    def remember(self, **preferences: object) -> None:
        """Keep values beside those of the preferences dialog."""
        kept = {**dict(self.settings.preferences), **preferences}
        self.settings = replace(self.settings, preferences=tuple(kept.items()))
        save_settings(self.settings)

    def edit_preferences(self) -> None:
        """Ask for the preferences and put them in force."""
        changed = ask_new_settings(
            self, self.settings, self.theme.choice, devices=self.catalogue.devices
        )
        if changed is not None:
            if apply_environment(changed, self.settings):
                self.controller.renew_worker()
            self.settings = changed
            self.theme.choose(changed.theme)
            self.theme.keep_still(changed.reduced_motion())
            self.action_table.set_keys(changed.keys_by_action())
            save_settings(changed)
            self.tools.settings_changed()

    def _restore(self) -> None:
        geometry = QByteArray.fromBase64(self.settings.layout_of("window"))
        if geometry.isEmpty() or not self.restoreGeometry(geometry):
            self.resize(1440, 900)

    def _remember_layout(self) -> None:
        values = {"window": bytes(self.saveGeometry().toBase64().data()).decode("ascii")}
        if self.page is not None:
            state = self.page.splitter.saveState().toBase64().data()
            values["splitter"] = bytes(state).decode("ascii")
            self.settings = replace(self.settings, side=self.page.grid.side)
        self.settings = replace(self.settings.with_layout(values), theme=self.theme.choice)
        save_settings(self.settings)

    def closeEvent(self, event: QCloseEvent) -> None:
        if not self._may_stop_job():
            event.ignore()
            return
        self._leave_project()
        self.controller.shutdown()
        event.accept()

    # A dataset or project dropped anywhere on the window

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if dropped_path(event) is not None:
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        path = dropped_path(event)
        if path is not None:
            event.acceptProposedAction()
            self.open_source(str(path))


def _spare_collector() -> None:
    """What a project brought stays as long as it is open, so no collection need look at it again.

    The lists of a million paths alone cost 20 ms each time.
    """
    gc.unfreeze()
    gc.collect()
    gc.freeze()


_BUG_HINT = tr("Please report it: copy the report below. Your verdicts are safe on disk.")
