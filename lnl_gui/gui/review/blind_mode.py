"""Tabs that are disabled during blind review (audit or second opinion)."""

from collections.abc import Callable, Sequence

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QTabWidget, QWidget

from lnl_gui.gui.model.review_model import ReviewModel
from lnl_gui.util.messages import message
from lnl_gui.util.translation import localized

REASON = message("Hidden while you judge blind: it would tell what the detectors think")


class HiddenTabs(QObject):
    """Disables tabs while a condition holds; then the tab open before is shown again.

    Args:
        tabs: the tabs; the first one can always be seen.
        pages: those out of reach.
        review: after its changes the condition is asked again.
        hidden: the condition; by default that reasons are hidden.
    """

    def __init__(
        self,
        tabs: QTabWidget,
        pages: Sequence[QWidget],
        review: ReviewModel,
        hidden: Callable[[], bool] | None = None,
    ) -> None:
        super().__init__(tabs)
        self._tabs, self._pages = tabs, tuple(pages)
        self._condition = hidden or (lambda: review.hides_reasons)
        self._hidden = False
        self._left: QWidget | None = None
        review.order_changed.connect(self.refresh)
        review.changed.connect(lambda _changes: self.refresh())

    def refresh(self) -> None:
        """Close or open the tabs as the condition says now."""
        hidden = self._condition()
        if hidden == self._hidden:
            return
        self._hidden = hidden
        current = self._tabs.currentWidget()
        if hidden and current in self._pages:
            self._left = current
            self._tabs.setCurrentIndex(0)
        for page in self._pages:
            index = self._tabs.indexOf(page)
            self._tabs.setTabEnabled(index, not hidden)
            self._tabs.setTabToolTip(index, localized(REASON) if hidden else "")
        if not hidden and self._left is not None:
            self._tabs.setCurrentWidget(self._left)
            self._left = None
