"""Review tools: re-ranking, audits, second opinions, duplicates, noise test.

One object joins them to a page; each of them stands alone in a module of its own.
"""

from collections.abc import Callable
from typing import Protocol

from PySide6.QtCore import QObject, QTimer
from PySide6.QtWidgets import QTabWidget, QWidget

from lnl_gui.gui.context import WindowContext
from lnl_gui.gui.model.review_model import ReviewModel
from lnl_gui.gui.review.announcements import Announcements
from lnl_gui.gui.review.audit_controller import AuditController
from lnl_gui.gui.review.duplicate_panel import DuplicatePanel
from lnl_gui.gui.review.gain_controller import GainController
from lnl_gui.gui.review.noise_test_controller import NoiseTestController
from lnl_gui.gui.review.progress_panel import ProgressPanel
from lnl_gui.gui.review.queue_end import QueueEnd
from lnl_gui.gui.review.reranking import ReadingPlace, Reranker
from lnl_gui.gui.review.second_opinion_controller import SecondOpinionController
from lnl_gui.gui.review.task_bar import TaskBar
from lnl_gui.gui.review.team_controller import TeamController
from lnl_gui.util.errors import UserError
from lnl_gui.util.messages import message
from lnl_gui.util.translation import tr

NOTE_MILLISECONDS = 12_000
"""How long a status text stays."""


class ToolPage(Protocol):
    """What the tools need of the page of a project."""

    @property
    def left(self) -> QTabWidget:
        """The tabs beside the grid that choose what it shows."""

    def reading_place(self) -> ReadingPlace:
        """The grid."""
        ...

    def add_side_tab(self, widget: QWidget, title: str, *, hidden: Callable[[], bool]) -> None:
        """A tab beside the filters, out of reach while `hidden`."""
        ...

    def add_detail_tab(self, widget: QWidget, title: str) -> None:
        """A tab beside the sample and the charts."""
        ...

    def add_bar(self, bar: TaskBar) -> None:
        """A line above the grid."""
        ...

    def show_tab(self, widget: QWidget) -> bool:
        """Bring a tab to the front; False where it is out of reach."""
        ...

    def show_note(self, text: str) -> None:
        """Show a short status text beside the verdict buttons."""
        ...


class ReviewTools(QObject):
    """The tools of one window."""

    def __init__(self, context: WindowContext) -> None:
        super().__init__(context.parent)
        self._context = context
        self._page: ToolPage | None = None
        self.reranker = Reranker(context.workflow, self)
        self.reranker.noted.connect(self._note)
        self.audits = AuditController(context)
        self.end = QueueEnd(context, self.audits.draw_now)
        self.gain = GainController(context)
        self.second_opinion = SecondOpinionController(context)
        self.noise_test = NoiseTestController(context)
        self.team = TeamController(context)
        self.announcements = Announcements(context)
        self.progress: ProgressPanel | None = None
        self.duplicates: DuplicatePanel | None = None
        self._tab_before: QWidget | None = None
        self.bar: TaskBar | None = None
        self._fade = QTimer(self, singleShot=True, interval=NOTE_MILLISECONDS)
        self._fade.timeout.connect(lambda: self._note(""))
        # A verdict emits three signals: one look when control is back at the event loop.
        self._later = QTimer(self, singleShot=True, interval=0)
        self._later.timeout.connect(self._show_task)
        context.project.closing.connect(self._detach)
        context.settings.preferences_changed.connect(self._take_settings)

    def handlers(self) -> dict[str, Callable[[], object]]:
        """Handlers of the actions, by id."""
        return {
            "duplicates": self.show_duplicates,
            "keep-one": self._with_duplicates(DuplicatePanel.keep_one),
            "same-label": self._with_duplicates(DuplicatePanel.same_label),
            "exclude-group": self._with_duplicates(DuplicatePanel.exclude_all),
            "next-group": self._with_duplicates(lambda panel: panel.step(1)),
            "previous-group": self._with_duplicates(lambda panel: panel.step(-1)),
            "progress": self.show_progress,
            "audit": self.audits.draw,
            "deciding": self.gain.show,
            "second-opinion": self.second_opinion.toggle,
            "disagreements": self.second_opinion.show_disagreements,
            "adopt": self.second_opinion.adopt,
            "merge": self.second_opinion.merge,
            "trust": self.noise_test.ask,
            "trust-result": self.noise_test.show,
            **self.team.handlers(),
        }

    def attach(self, page: ToolPage, review: ReviewModel) -> None:
        """Serve a project that has been opened."""
        self._page = page
        self.progress = self._progress_panel(review)
        page.add_detail_tab(self.progress, tr("Progress"))
        self.duplicates = self._duplicate_panel(review)
        # A group shows other samples than those drawn, with what is thought of them.
        page.add_side_tab(self.duplicates, tr("Duplicates"), hidden=lambda: review.spec.blind)
        self.bar = TaskBar()
        page.add_bar(self.bar)
        for signal in (review.order_changed, review.current_changed, review.changed):
            signal.connect(self._plan)
        self._take_settings()
        self.reranker.set_project(review, page.reading_place())
        self._plan()

    def _duplicate_panel(self, review: ReviewModel) -> DuplicatePanel:
        context = self._context
        panel = DuplicatePanel(review, context.theme, context.actions.key)
        panel.shown.connect(review.focus_requested)
        panel.decided_unseen.connect(self.announcements.announce)
        panel.settled.connect(lambda text: context.notifications.show(text, tone="good"))
        return panel

    def _progress_panel(self, review: ReviewModel) -> ProgressPanel:
        settings = self._context.settings
        panel = ProgressPanel(review)
        panel.set_budget(settings.review.next_samples, settings.review.target_percent)
        panel.budget_set.connect(
            lambda count, percent: settings.remember(next_samples=count, target_percent=percent)
        )
        panel.review_requested.connect(review.move_to_suspects)
        panel.audit_requested.connect(self.audits.draw)
        panel.audit_chosen.connect(self.audits.show)
        panel.second_requested.connect(self.second_opinion.toggle)
        panel.disagreements_requested.connect(self.second_opinion.show_disagreements)
        panel.adopt_requested.connect(self.second_opinion.adopt)
        return panel

    def _detach(self) -> None:
        self._later.stop()
        self.reranker.set_project(None)
        if self.progress is not None:
            self.progress.stop()
        self._page = self.progress = self.duplicates = self.bar = None
        self._tab_before = None

    def _take_settings(self) -> None:
        settings, review = self._context.settings.review, self._context.review
        self.reranker.every = settings.rerank_every
        if review is not None:
            review.auto_advance = settings.auto_advance

    # What is shown

    def show_duplicates(self) -> None:
        """The list of groups, and the first of them; once more: back to where one was."""
        page, panel = self._page, self.duplicates
        if page is None or panel is None:
            return
        if panel.is_open and panel.isVisible():
            panel.leave()
            if self._tab_before is not None:
                page.show_tab(self._tab_before)
            return
        before = page.left.currentWidget()
        if not page.show_tab(panel):
            text = message("The duplicates wait until the audit is over.")
            self._context.refuse(UserError(text, message("End the audit first.")))
            return
        self._tab_before = before if before is not panel else None
        panel.refresh()
        if not panel.is_open:
            panel.step(0)

    def show_progress(self) -> None:
        """The progress tab to the front."""
        if self._page is not None and self.progress is not None:
            self._page.show_tab(self.progress)

    def _with_duplicates(self, act: Callable[[DuplicatePanel], object]) -> Callable[[], None]:
        def run() -> None:
            if self.duplicates is not None:
                act(self.duplicates)

        return run

    def _plan(self, _changes: object = None) -> None:
        self._later.start()

    def _show_task(self) -> None:
        """The bar above the grid: the first tool that is active."""
        if self.bar is None or self.duplicates is None:
            return
        # In order of precedence: an audit allows nothing else.
        tools = (self.audits, self.gain, self.duplicates, self.second_opinion, self.end)
        # One after the other: the last one counts what is left where no other has a task.
        tasks = (tool.task() for tool in tools)
        self.bar.show_task(next((task for task in tasks if task is not None), None))

    def _note(self, text: str) -> None:
        if self._page is not None:
            self._page.show_note(text)
            self._fade.start()
