"""What each action does to the project under review and its page."""

from collections.abc import Callable

import numpy as np
from PySide6.QtCore import QPoint, qVersion
from PySide6.QtWidgets import QMenu

import lnl_gui
from lnl_gui.gui.classes.editor import edit_classes
from lnl_gui.gui.context import WindowContext
from lnl_gui.gui.dialogs import questions
from lnl_gui.gui.dialogs.about import show_about
from lnl_gui.gui.dialogs.class_picker import ask_class
from lnl_gui.gui.dialogs.doctor import show_doctor
from lnl_gui.gui.dialogs.unreadable import show_unreadable
from lnl_gui.gui.i18n.numbers import fill
from lnl_gui.gui.model.review_model import ReviewModel
from lnl_gui.gui.shell.controllers.job_questions import JobQuestions
from lnl_gui.gui.shell.controllers.preferences import edit_preferences
from lnl_gui.gui.shell.project_page import ProjectPage
from lnl_gui.gui.style.theme import DARK, LIGHT
from lnl_gui.session.acts.verdicts import ACCEPT, ASK, EXCLUDE, KEEP, RESET, UNSURE_VERDICT
from lnl_gui.session.changes import NOT_HERE
from lnl_gui.session.detection import encoders_to_renew
from lnl_gui.session.figures.accepting import describe
from lnl_gui.session.figures.stages import ProjectStage
from lnl_gui.store.dataset.classes import present_names
from lnl_gui.store.jobs import runs
from lnl_gui.store.jobs.parameters import EmbedParameters, FinetuneParameters
from lnl_gui.util.errors import UserError
from lnl_gui.util.messages import message
from lnl_gui.util.translation import localized, tr

MENU = ("accept", "keep", "exclude", "unsure", "ask", "relabel", "reset", "", "select-all", "clear")
MOST_RECENT = 5
ASK_FROM = 50
"""From this many samples on, "accept all" asks first, and says what is to be expected."""


class Commands:
    """Handlers of the actions on the open project.

    Args:
        context: of the window.
        page: the page of the open project, or None.
    """

    def __init__(self, context: WindowContext, page: Callable[[], ProjectPage | None]) -> None:
        self._context, self._page = context, page
        self._questions = JobQuestions(context)
        self._recent: list[str] = []

    def handlers(self) -> dict[str, Callable[[], object]]:
        """By id of the action."""
        return {
            **{kind: self._verdict(kind) for kind in (ACCEPT, KEEP, EXCLUDE, RESET)},
            "unsure": self._verdict(UNSURE_VERDICT),
            "ask": self._verdict(ASK),
            "relabel": self.pick_class,
            **{f"class-{number}": self._class_key(str(number)) for number in range(10)},
            "undo": lambda: self._with_review(ReviewModel.undo),
            "redo": lambda: self._with_review(ReviewModel.redo),
            "accept-all": lambda: self.decide_all(ACCEPT),
            "next": lambda: self._with_review(ReviewModel.move_to_next),
            "next-pair": lambda: self._with_page(ProjectPage.show_next_group),
            "all-pairs": lambda: self._with_page(ProjectPage.show_all_groups),
            "select-all": lambda: self._select(lambda s: s.select_all()),
            "clear": self.clear,
            "zoom-in": lambda: self._with_page(lambda page: page.zoom(1)),
            "zoom-out": lambda: self._with_page(lambda page: page.zoom(-1)),
            "find": lambda: self._with_page(ProjectPage.find_path),
            "focus-grid": lambda: self._with_review(lambda review: review.focus_requested.emit()),
            "filters": lambda: self._with_page(ProjectPage.toggle_filters),
            "side": lambda: self._with_page(ProjectPage.toggle_details),
            "theme": self.switch_theme,
            "find-suspects": self.find_suspects_again,
            "find-suspects-options": self.find_suspects_with_options,
            "finetune": self.finetune_with_options,
            "classes": self.edit_classes,
            "export": self.export,
            "preferences": lambda: edit_preferences(self._context),
            "doctor": lambda: show_doctor(self._context.parent),
            "about": self.show_about,
        }

    # Verdicts

    def _with_review(self, act: Callable[[ReviewModel], object]) -> None:
        if self._context.review is not None:
            act(self._context.review)

    def _with_page(self, act: Callable[[ProjectPage], object]) -> None:
        page = self._page()
        if page is not None:
            act(page)

    def _verdict(self, kind: str) -> Callable[[], None]:
        return lambda: self._with_review(lambda review: self._decide_selected(review, kind))

    def _decide_selected(self, review: ReviewModel, kind: str) -> None:
        """Asks first where several suggestions may all be wrong."""
        rows = review.selected_rows()
        asks = kind == ACCEPT and self._accepts_unjudged(review, rows)
        if asks and (review.refuse_unready() or not self._may_decide(review, kind, rows)):
            return
        review.verdict(kind)

    def _accepts_unjudged(self, review: ReviewModel, rows: np.ndarray) -> bool:
        """Whether accepting takes several suggestions of a detection that cannot judge."""
        unjudged = len(rows) > 1 and review.session.statistics.cannot_judge
        return unjudged and not review.hides_reasons

    def _class_key(self, key: str) -> Callable[[], None]:
        def relabel(review: ReviewModel) -> None:
            found = next((c.id for c in review.session.shown_classes if c.shortcut == key), None)
            if found is not None:
                review.relabel(found)
                return
            text = message("No class has the key {key}.", key=key)
            hint = message("Keys are given to classes in the list of classes.")
            self._context.refuse(UserError(text, hint, code=NOT_HERE))

        return lambda: self._with_review(relabel)

    def _select(self, change: Callable[..., None]) -> None:
        self._with_review(lambda review: review.change_selection(change))

    def clear(self) -> None:
        """Select nothing, and do without a dialog that is about to open."""
        self._context.catalogue.cancel()
        self._select(lambda s: s.clear())

    def pick_class(self) -> None:
        """Type a class name for the selection."""
        review = self._context.review
        if review is None or len(review.selected_rows()) == 0 or review.refuse_unready():
            return
        rows = review.selected_rows()
        # A thousand tell which classes are likely.
        suggested = np.unique(review.session.columns.suggested[rows[:1000]])
        names = present_names(review.session.classes)
        likely = [int(class_id) for class_id in suggested if class_id >= 0][:5]
        likely = [] if review.hides_reasons else likely
        ask_class(
            self._context.parent,
            names,
            # These rows, whatever is selected by then: the rest may have been ranked anew.
            chosen=lambda class_id: self._give(review, class_id, rows),
            added=lambda name: self._add_class(review, name, rows),
            closed=review.focus_requested.emit,
            likely=likely,
            recent=[] if review.hides_reasons else self._recent_of(review),
            keys={c.shortcut: c.id for c in review.session.shown_classes if c.shortcut},
            samples=len(rows),
        )

    def _give(self, review: ReviewModel, class_id: int, rows: np.ndarray) -> None:
        review.relabel(class_id, rows)
        key = review.session.classes[class_id].key
        self._recent = [key, *(other for other in self._recent if other != key)][:MOST_RECENT]

    def _recent_of(self, review: ReviewModel) -> list[int]:
        """Classes given last, the newest first; by key, since another project numbers its own."""
        number = {entry.key: entry.id for entry in review.session.shown_classes}
        return [number[key] for key in self._recent if key in number]

    def _add_class(self, review: ReviewModel, name: str, rows: np.ndarray) -> None:
        """A class that is not there, given to what the picker was asked for."""
        if review.do(lambda: review.session.class_edits.add(name)) is not None:
            self._give(review, review.session.class_named(name).id, rows)

    def decide_all(self, kind: str) -> None:
        """Give one verdict to all undecided samples of the view; asks from `ASK_FROM` on."""
        review = self._context.review
        if review is None:
            return
        rows = review.unreviewed_shown()
        if len(rows) == 0:
            return
        asks = len(rows) >= ASK_FROM or (kind == ACCEPT and self._accepts_unjudged(review, rows))
        if not asks or self._may_decide(review, kind, rows):
            review.decide_rows(kind, rows)

    def _may_decide(self, review: ReviewModel, kind: str, rows: np.ndarray) -> bool:
        """Ask whether so many samples may get one verdict."""
        what = {
            ACCEPT: tr("Accept the suggestion for {:,} samples"),
            KEEP: tr("Keep the label of {:,} samples"),
        }[kind]
        session = review.session
        # Whoever is blind is not told what the detectors think, and nobody what is not known.
        unknown = review.hides_reasons or session.statistics.cannot_judge
        right = None if unknown else session.statistics.expected_right(rows)
        wrong = ""
        if kind == ACCEPT and not review.hides_reasons:
            wrong = localized(describe(session.statistics.accepting(rows), session.class_name))
        unjudged = 0 if right is None else int(session.statistics.unjudged[rows].sum())
        text = fill(what, len(rows))
        return questions.ask_bulk(self._context.parent, text, right, wrong, unjudged)

    def edit_classes(self) -> None:
        """Add, rename, merge and delete classes."""
        self._with_review(
            lambda review: edit_classes(self._context.parent, review, self._context.actions.taken)
        )

    # View

    def show_about(self) -> None:
        """Show the versions of the program and of what its results depend on."""
        parts = {**runs.versions(), "Qt": qVersion()}
        parts.pop("lnl-gui", None)  # the dialog's first line
        show_about(self._context.parent, lnl_gui.__version__, tuple(parts.items()))

    def switch_theme(self) -> None:
        theme = self._context.theme
        theme.choose(LIGHT if theme.dark else DARK)

    # Jobs

    def find_suspects(self) -> None:
        device = self._context.settings.value.device()
        review = self._context.review
        # Those that were used, after an update and where their files are damaged.
        known = encoders_to_renew(review.session.project) if review is not None else ()
        encoders = known or EmbedParameters.encoders
        self._context.workflow.find_suspects(EmbedParameters(encoders=encoders, device=device))

    def find_suspects_again(self) -> None:
        """Straight away the first time; later with a choice of how."""
        review = self._context.review
        if review is None:
            return
        if review.session.stage() < ProjectStage.DETECTED:
            self.find_suspects()
            return
        self._questions.detect()

    def find_suspects_with_options(self) -> None:
        """Ask for encoders and detectors first."""
        if self._context.review is not None:
            self._questions.find_suspects()

    def show_unreadable(self) -> None:
        self._with_review(lambda r: show_unreadable(self._context.parent, r.session.left_out()))

    def show_menu(self, place: QPoint) -> None:
        """Verdicts on the selection, where the mouse is."""
        menu = QMenu(self._context.parent)
        for identifier in MENU:
            if identifier:
                menu.addAction(self._context.actions[identifier])
            else:
                menu.addSeparator()
        menu.exec(place)
        # Its parent would keep every menu there was.
        menu.deleteLater()

    def review_next(self) -> None:
        """To the suspects, worst first, and on to the next one not decided."""
        self._with_review(ReviewModel.move_to_suspects)

    def finetune(self) -> None:
        """The one button: the quick recipe."""
        device = self._context.settings.value.device()
        self._context.workflow.finetune(FinetuneParameters(device=device))

    def finetune_with_options(self) -> None:
        """Ask for the recipe first."""
        self._questions.finetune()

    def export(self) -> None:
        """Ask where to and in which format."""
        self._questions.export()
