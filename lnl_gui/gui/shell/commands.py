"""What each action of the table does to the window and to the project under review."""

from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QPoint
from PySide6.QtWidgets import QMenu, QWidget

import lnl_gui
from lnl_gui.gui.dialogs import questions
from lnl_gui.gui.dialogs.about import show_about
from lnl_gui.gui.dialogs.class_picker import ask_class
from lnl_gui.gui.dialogs.export import ask_export
from lnl_gui.gui.dialogs.unreadable import show_unreadable
from lnl_gui.gui.i18n.language import tr
from lnl_gui.gui.model.review_model import ReviewModel
from lnl_gui.gui.shell.job_questions import JobQuestions, review_state
from lnl_gui.gui.shell.project_page import ProjectPage
from lnl_gui.gui.style.theme import DARK, LIGHT
from lnl_gui.session.stages import ProjectStage
from lnl_gui.session.verdicts import ACCEPT, EXCLUDE, KEEP, RESET, UNSURE_VERDICT
from lnl_gui.store.parameters import EmbedParameters, FinetuneParameters

if TYPE_CHECKING:
    from lnl_gui.gui.shell.main_window import MainWindow

MENU = ("accept", "keep", "exclude", "unsure", "relabel", "reset", "", "select-all", "clear")
ASK_FROM = 1000
"""From this many samples on, "accept all" asks first."""


class Commands:
    """Handlers of the actions of one window."""

    def __init__(self, window: "MainWindow") -> None:
        self._window = window
        self._questions = JobQuestions(window)

    def handlers(self) -> dict[str, Callable[[], object]]:
        """By id of the action."""
        window = self._window
        return {
            **{kind: self._verdict(kind) for kind in (ACCEPT, KEEP, EXCLUDE, RESET)},
            "unsure": self._verdict(UNSURE_VERDICT),
            "relabel": self.pick_class,
            **{f"class-{number}": self._class_key(str(number)) for number in range(1, 10)},
            "undo": lambda: self._with_review(ReviewModel.undo),
            "redo": lambda: self._with_review(ReviewModel.redo),
            "accept-all": lambda: self.decide_all(ACCEPT),
            "next": lambda: self._with_review(ReviewModel.move_to_next),
            "next-pair": lambda: self._with_page(lambda page: page.groups.show_next()),
            "all-pairs": lambda: self._with_page(lambda page: page.groups.show_all()),
            "select-all": lambda: self._select(lambda s: s.select_all()),
            "clear": lambda: self._select(lambda s: s.clear()),
            "refresh": lambda: self._with_review(ReviewModel.refresh),
            "zoom-in": lambda: self._zoom(1),
            "zoom-out": lambda: self._zoom(-1),
            "find": self.find,
            "focus-grid": lambda: self._with_page(ProjectPage.focus_grid),
            "filters": lambda: self._with_page(lambda page: _toggle(page.left)),
            "side": lambda: self._with_page(lambda page: _toggle(page.details)),
            "jobs": lambda: _toggle(window.job_panel),
            "theme": self.switch_theme,
            "keys": lambda: window.overlay.toggle(),
            "open": lambda: window.open_source(""),
            "open-project": window.choose_project,
            "close": window.close_project,
            "find-suspects": self.find_suspects_again,
            "find-suspects-options": self.find_suspects_with_options,
            "finetune": self.finetune_with_options,
            "export": self.export,
            "preferences": window.edit_preferences,
            "about": lambda: show_about(window, lnl_gui.__version__),
            "quit": window.close,
            **window.tools.handlers(),
        }

    # Verdicts

    def _with_review(self, act: Callable[[ReviewModel], object]) -> None:
        if self._window.review is not None:
            act(self._window.review)

    def _with_page(self, act: Callable[[ProjectPage], object]) -> None:
        if self._window.page is not None:
            act(self._window.page)

    def _verdict(self, kind: str) -> Callable[[], None]:
        return lambda: self._with_review(lambda review: review.verdict(kind))

    def _class_key(self, key: str) -> Callable[[], None]:
        def relabel(review: ReviewModel) -> None:
            found = next((c.id for c in review.session.classes if c.shortcut == key), None)
            if found is not None:
                review.relabel(found)

        return lambda: self._with_review(relabel)

    def _select(self, change: Callable[..., None]) -> None:
        self._with_review(lambda review: review.change_selection(change))

    def pick_class(self) -> None:
        """Type a class name for the selection."""
        review = self._window.review
        if review is None or len(review.selected_rows()) == 0:
            return
        rows = review.selected_rows()
        suggested = np.unique(review.session.columns.suggested[rows[:1000]])
        names = [found.name for found in review.session.classes]
        likely = [int(class_id) for class_id in suggested if class_id >= 0][:5]
        likely = [] if review.hides_reasons else likely
        chosen = ask_class(self._window, names, likely=likely, samples=len(rows))
        if chosen is not None:
            review.relabel(chosen)
        if self._window.page is not None:
            self._window.page.focus_grid()

    def decide_all(self, kind: str) -> None:
        """One verdict for everything shown that nobody has decided."""
        review = self._window.review
        if review is None:
            return
        rows = review.unreviewed_shown()
        if len(rows) == 0:
            return
        what = {
            ACCEPT: tr("Accept the suggestion for"),
            KEEP: tr("Keep the label of"),
        }[kind]
        right = 0.0 if review.hides_reasons else review.session.expected_right(rows)
        if len(rows) < ASK_FROM or questions.ask_bulk(self._window, what, len(rows), right):
            review.decide_rows(kind, rows)

    # View

    def _zoom(self, steps: int) -> None:
        if self._window.page is not None:
            self._window.page.grid.zoom(steps)

    def find(self) -> None:
        """Type a part of a path."""
        page = self._window.page
        if page is not None:
            page.left.show()
            page.left.setCurrentWidget(page.filters)
            page.filters.text.setFocus()
            page.filters.text.selectAll()

    def switch_theme(self) -> None:
        theme = self._window.theme
        theme.choose(LIGHT if theme.dark else DARK)

    # Road

    def find_suspects(self) -> None:
        device = self._window.settings.device()
        self._window.workflow.find_suspects(EmbedParameters(device=device))

    def find_suspects_again(self) -> None:
        """Straight away the first time; later with a choice of how."""
        review = self._window.review
        if review is None:
            return
        if review.session.stage() < ProjectStage.DETECTED:
            self.find_suspects()
            return
        self._questions.detect()

    def find_suspects_with_options(self) -> None:
        """Ask for encoders and detectors first."""
        if self._window.review is not None:
            self._questions.find_suspects()

    def show_unreadable(self) -> None:
        self._with_review(lambda r: show_unreadable(self._window, r.session.unreadable()))

    def show_menu(self, place: QPoint) -> None:
        """Verdicts on the selection, where the mouse is."""
        menu = QMenu(self._window)
        for identifier in MENU:
            if identifier:
                menu.addAction(self._window.action_table[identifier])
            else:
                menu.addSeparator()
        menu.exec(place)
        menu.deleteLater()

    def review_next(self) -> None:
        """To the suspects, worst first, and on to the next one not decided."""
        review, page = self._window.review, self._window.page
        if review is None or page is None:
            return
        if not len(review.unreviewed_shown()):
            page.filters.clear()
        if review.counts().reviewed:
            review.move_to_next()
        else:
            review.move_to_undecided()
        page.focus_grid()

    def finetune(self) -> None:
        """The one button: the quick recipe."""
        device = self._window.settings.device()
        self._window.workflow.finetune(FinetuneParameters(device=device))

    def finetune_with_options(self) -> None:
        """Ask for the recipe first."""
        self._questions.finetune()

    def export(self) -> None:
        review = self._window.review
        if review is None:
            return
        session = review.session
        destination = session.folder.parent / tr("{} curated").format(session.name)
        chosen = ask_export(
            self._window,
            review_state(review),
            destination=str(destination),
            dataset_root=str(session.dataset_root),
        )
        if chosen is not None:
            self._window.workflow.export(chosen)


def _toggle(widget: QWidget) -> None:
    widget.setVisible(not widget.isVisible())
