"""Menu of saved views: open, save, delete."""

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QMenu, QToolButton, QWidget

from lnl_gui.gui.dialogs import questions
from lnl_gui.gui.model.review_model import ReviewModel
from lnl_gui.gui.model.view import SAVED
from lnl_gui.gui.review.filter_counts import of_view
from lnl_gui.gui.widgets.basic import menu_text, number
from lnl_gui.session.project_views import SavedView
from lnl_gui.util.errors import UserError
from lnl_gui.util.messages import message_n
from lnl_gui.util.translation import localized, tr

COUNT_BUDGET = 2_000_000
"""Samples times views up to which the menu says how many each shows."""


class ViewsButton(QToolButton):
    """A button whose menu lists the saved views."""

    opened = Signal()
    shortened = Signal(str)
    """A message: some samples of the view just opened are not in the dataset any more."""

    def __init__(self, review: ReviewModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._review = review
        self.setText(tr("Views"))
        self.setAccessibleName(tr("Saved views"))
        self.setToolTip(tr("Open, save or forget a view"))
        self.setProperty("role", "verdict")
        # A click must not take the keys from the grid.
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self._menu = QMenu(self)
        self._menu.aboutToShow.connect(self.fill)
        self.setMenu(self._menu)

    def fill(self) -> None:
        """Fill the menu with the saved views and their counts."""
        self._menu.clear()
        saved = self._review.session.views.saved()
        counted = len(saved) * len(self._review.session) <= COUNT_BUDGET
        for name, view in saved.items():
            count = of_view(self._review, view) if counted else None
            # What follows a tab is set at the right.
            text = menu_text(name) + ("" if count is None else f"\t{number(count)}")
            self._menu.addAction(text, partial(self.show_view, view))
        if saved:
            self._menu.addSeparator()
        self._menu.addAction(tr("Save this view…"), self.save)
        if saved:
            forget = self._menu.addMenu(tr("Forget"))
            for name in saved:
                forget.addAction(menu_text(name), partial(self.forget, name))

    def show_view(self, view: SavedView) -> None:
        """Open a saved view, and tell which of its samples there are no more."""
        mask, gone = self._review.session.views.samples_of(view)
        self._review.show_view(view.spec, mask, topic="" if mask is None else SAVED)
        self.opened.emit()
        if gone and self._review.within is mask:
            self.shortened.emit(
                localized(
                    message_n(
                        "{count:,} sample of this view has no image any more and is left out.",
                        "{count:,} samples of this view have no image any more and are left out.",
                        gone,
                    )
                )
            )

    def save(self) -> None:
        """Ask for a name and save what is shown."""
        review = self._review
        # Before the questions: what is shown may change while they are open.
        spec, within = review.spec, review.within
        taken = review.session.views.saved()
        name = questions.ask_view_name(self).strip()
        while name in taken and not questions.ask_replace_view(self, name):
            name = questions.ask_view_name(self).strip()
        if name:
            self._try(lambda: review.session.views.save(name, spec, within=within))

    def forget(self, name: str) -> None:
        self._try(lambda: self._review.session.views.delete(name))

    def _try(self, operation: Callable[[], object]) -> None:
        try:
            with self._review.session.project.short_wait():
                operation()
        except UserError as error:
            self._review.refused.emit(error)
