"""Opens the loupe over the page of a project and leads back to the grid."""

from collections.abc import Callable, Sequence

from PySide6.QtCore import QObject
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QStackedWidget

from lnl_gui.gui.context import WindowContext
from lnl_gui.gui.loupe.arrangement import Arrangement
from lnl_gui.gui.loupe.loupe import Loupe
from lnl_gui.gui.model.review_model import ReviewModel


class LoupeController(QObject):
    """The loupe of one window.

    Args:
        context: of the window.
        layers: what fills the window; the loupe is laid over the first.
        usable: actions whose keys work in the loupe.
    """

    def __init__(
        self, context: WindowContext, layers: QStackedWidget, usable: Sequence[QAction]
    ) -> None:
        super().__init__(context.parent)
        self._context, self._layers, self._usable = context, layers, tuple(usable)
        self._arrangement = Arrangement.SINGLE
        self.loupe: Loupe | None = None
        context.project.closing.connect(self._detach)

    def _detach(self) -> None:
        loupe, self.loupe = self.loupe, None
        if loupe is not None:
            loupe.pictures.stop()
            self._layers.removeWidget(loupe)
            loupe.deleteLater()

    @property
    def is_open(self) -> bool:
        """Whether the loupe fills the window."""
        return self.loupe is not None and self._layers.currentWidget() is self.loupe

    def toggle(self) -> None:
        """Open it on the current sample, or go back to the grid."""
        if self.is_open:
            self.leave()
        elif self._context.review is not None and self._context.review.current_row is not None:
            self._open(self._context.review)

    def _open(self, review: ReviewModel) -> None:
        if self.loupe is None:
            self.loupe = Loupe(review, self._context.actions, self._usable)
            self.loupe.arrangement = self._arrangement
            self.loupe.left.connect(self.leave)
            self._layers.addWidget(self.loupe)
        self._layers.setCurrentWidget(self.loupe)
        self.loupe.begin()

    def leave(self) -> None:
        """Back to the grid, at the sample looked at last."""
        if self.loupe is not None:
            self._arrangement = self.loupe.arrangement
        self._layers.setCurrentIndex(0)
        if self._context.review is not None:
            self._context.review.focus_requested.emit()

    def leaving(self, act: Callable[[], object]) -> Callable[[], None]:
        """What leads out of the loupe before it acts: it shows something behind it."""

        def leave_and_act() -> None:
            if self.is_open:
                self.leave()
            act()

        return leave_and_act

    def keep_focus(self) -> bool:
        """Give the loupe the keys where it is open; whether it is."""
        if self.is_open and self.loupe is not None:
            self.loupe.setFocus()
        return self.is_open
