"""What helps a review along: budget, re-ranking, audits, second opinions, duplicates.

One place joins these to the window; each of them stands alone in a module of its own.
"""

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from lnl_gui.gui.progress_panel import ProgressPanel
from lnl_gui.gui.project_page import ProjectPage
from lnl_gui.gui.reranking import Reranker
from lnl_gui.gui.review_model import ReviewModel
from lnl_gui.gui.review_settings import review_settings

if TYPE_CHECKING:
    from lnl_gui.gui.main_window import MainWindow


class Instruments(QObject):
    """The instruments of one window."""

    def __init__(self, window: "MainWindow") -> None:
        super().__init__(window)
        self._window = window
        self.reranker = Reranker(window.flow, self)
        self.reranker.said.connect(self._note)
        self.progress: ProgressPanel | None = None

    def handlers(self) -> dict[str, Callable[[], object]]:
        """What its actions do, by id."""
        return {}

    def attach(self, page: ProjectPage, review: ReviewModel) -> None:
        """Serve a project that has been opened."""
        chosen = review_settings(self._window.settings)
        self.progress = ProgressPanel(review)
        self.progress.set_budget(chosen.next_samples, chosen.target_percent)
        self.progress.budget_set.connect(
            lambda count, percent: self._window.remember(next_samples=count, target_percent=percent)
        )
        self.progress.review_requested.connect(self._window.commands.review_next)
        page.details.addTab(self.progress, "Progress")
        self.reranker.every = chosen.rerank_every
        self.reranker.set_project(review, page.grid)

    def detach(self) -> None:
        """The project is about to close."""
        self.reranker.set_project(None)
        self.progress = None

    def settings_changed(self) -> None:
        """Preferences were edited."""
        self.reranker.every = review_settings(self._window.settings).rerank_every

    def _note(self, text: str) -> None:
        if self._window.page is not None:
            self._window.page.verdicts.note.setText(text)
