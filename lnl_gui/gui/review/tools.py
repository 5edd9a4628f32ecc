"""What helps a review along: budget, re-ranking, audits, second opinions, duplicates.

One place joins these to the window; each of them stands alone in a module of its own.
"""

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer
from PySide6.QtWidgets import QVBoxLayout

from lnl_gui.gui.charts.projection_controller import ProjectionController
from lnl_gui.gui.i18n.language import tr
from lnl_gui.gui.model.review_model import ReviewModel
from lnl_gui.gui.review.audit_controller import AuditController
from lnl_gui.gui.review.blind_mode import HiddenTabs
from lnl_gui.gui.review.duplicate_panel import DuplicatePanel
from lnl_gui.gui.review.noise_test_controller import NoiseTestController
from lnl_gui.gui.review.progress_panel import ProgressPanel
from lnl_gui.gui.review.reranking import Reranker
from lnl_gui.gui.review.second_opinion_controller import SecondOpinionController
from lnl_gui.gui.review.task_bar import TaskBar
from lnl_gui.gui.settings.review_settings import review_settings
from lnl_gui.gui.shell.project_page import ProjectPage
from lnl_gui.util.errors import UserError

if TYPE_CHECKING:
    from lnl_gui.gui.shell.main_window import MainWindow

NOTE_MILLISECONDS = 12_000
"""How long a quiet line stays."""
BELOW_THE_GROUP = 3
"""Place of the bar in the column above the grid."""


class ReviewTools(QObject):
    """The tools of one window."""

    def __init__(self, window: "MainWindow") -> None:
        super().__init__(window)
        self._window = window
        self.reranker = Reranker(window.workflow, self)
        self.reranker.said.connect(self._note)
        self.audits, self.second_opinion = AuditController(window), SecondOpinionController(window)
        self.noise_test = NoiseTestController(window)
        self.projection = ProjectionController(window)
        self.progress: ProgressPanel | None = None
        self.duplicates: DuplicatePanel | None = None
        self.bar: TaskBar | None = None
        self._fade = QTimer(self, singleShot=True, interval=NOTE_MILLISECONDS)
        self._fade.timeout.connect(lambda: self._note(""))
        self._later = QTimer(self, singleShot=True, interval=0)
        self._later.timeout.connect(self._show_task)

    def handlers(self) -> dict[str, Callable[[], object]]:
        """What its actions do, by id."""
        return {
            "duplicates": self.show_duplicates,
            "keep-one": self._with_duplicates(DuplicatePanel.keep_one),
            "same-label": self._with_duplicates(DuplicatePanel.same_label),
            "exclude-group": self._with_duplicates(DuplicatePanel.exclude_all),
            "next-group": self._with_duplicates(lambda panel: panel.step(1)),
            "previous-group": self._with_duplicates(lambda panel: panel.step(-1)),
            "progress": self.show_progress,
            "audit": self.audits.draw,
            "second-opinion": self.second_opinion.toggle,
            "disagreements": self.second_opinion.show_disagreements,
            "merge": self.second_opinion.merge,
            "trust": self.noise_test.ask,
            "trust-result": self.noise_test.show,
        }

    def attach(self, page: ProjectPage, review: ReviewModel) -> None:
        """Serve a project that has been opened."""
        self.progress = self._progress(review)
        page.details.addTab(self.progress, tr("Progress"))
        self.duplicates = DuplicatePanel(review, self._window.theme, self._window.action_table.key)
        self.duplicates.shown.connect(page.focus_grid)
        self.duplicates.settled.connect(
            lambda text: self._window.notifications.show(text, tone="good")
        )
        page.left.addTab(self.duplicates, tr("Duplicates"))
        # A group shows other samples than those drawn, with what is thought of them.
        HiddenTabs(page.left, (self.duplicates,), review, lambda: review.spec.blind)
        self.bar = TaskBar()
        column = page.work.layout()
        assert isinstance(column, QVBoxLayout)
        column.insertWidget(BELOW_THE_GROUP, self.bar)
        self.audits.forget()
        self.second_opinion.attach(review)
        self.projection.attach(page, review)
        for signal in (review.order_changed, review.current_changed, review.changed):
            signal.connect(self._plan)
        self.settings_changed()
        self.reranker.set_project(review, page.grid)
        self._plan()

    def _progress(self, review: ReviewModel) -> ProgressPanel:
        window, chosen = self._window, review_settings(self._window.settings)
        panel = ProgressPanel(review)
        panel.set_budget(chosen.next_samples, chosen.target_percent)
        panel.budget_set.connect(
            lambda count, percent: window.remember(next_samples=count, target_percent=percent)
        )
        panel.review_requested.connect(window.commands.review_next)
        panel.audit_requested.connect(self.audits.draw)
        panel.audit_chosen.connect(self.audits.show)
        panel.second_requested.connect(self.second_opinion.toggle)
        panel.disagreements_requested.connect(self.second_opinion.show_disagreements)
        panel.adopt_requested.connect(self.second_opinion.adopt)
        return panel

    def detach(self) -> None:
        """The project is about to close."""
        self._later.stop()
        self.second_opinion.detach()
        self.reranker.set_project(None)
        self.projection.detach()
        self.progress = self.duplicates = self.bar = None

    def settings_changed(self) -> None:
        """Preferences were edited."""
        self.reranker.every = review_settings(self._window.settings).rerank_every
        self.second_opinion.name_changed()

    # What is shown

    def show_duplicates(self) -> None:
        """The list of groups, and the first of them."""
        page, panel = self._window.page, self.duplicates
        if page is not None and panel is not None:
            if not page.left.isTabEnabled(page.left.indexOf(panel)):
                self._window.refuse(
                    UserError(
                        tr("The duplicates wait until the audit is over."),
                        tr("End the audit first."),
                    )
                )
                return
            page.left.show()
            page.left.setCurrentWidget(panel)
            panel.refresh()
            if not panel.is_open:
                panel.step(0)

    def show_progress(self) -> None:
        """The progress tab to the front."""
        page, panel = self._window.page, self.progress
        if page is not None and panel is not None:
            page.details.show()
            page.details.setCurrentWidget(panel)

    def _with_duplicates(self, act: Callable[[DuplicatePanel], object]) -> Callable[[], None]:
        def run() -> None:
            if self.duplicates is not None:
                act(self.duplicates)

        return run

    def _plan(self, _changes: object = None) -> None:
        self._later.start()

    def _show_task(self) -> None:
        """The bar above the grid: the first desk that has something to say."""
        if self.bar is None or self.duplicates is None:
            return
        tasks = (self.audits.task(), self.duplicates.task(), self.second_opinion.task())
        self.bar.show_task(next((task for task in tasks if task is not None), None))

    def _note(self, text: str) -> None:
        if self._window.page is not None:
            self._window.page.verdicts.note.setText(text)
            self._fade.start()
