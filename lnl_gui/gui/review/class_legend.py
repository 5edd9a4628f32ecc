"""The keys of the classes under the grid: a click, or the key, gives the selection the class."""

from collections.abc import Sequence

import numpy as np
from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QFontMetrics, QResizeEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QToolButton, QWidget

from lnl_gui.gui.context import ActionLookup
from lnl_gui.gui.model.review_model import ReviewModel
from lnl_gui.gui.review.class_letters import ORDER, keyed_classes
from lnl_gui.gui.widgets.basic import as_plain, button_text, label
from lnl_gui.gui.widgets.low_window import fit_margins
from lnl_gui.session.changes import Changes
from lnl_gui.store.dataset.classes import ClassInfo
from lnl_gui.util.translation import tr
from lnl_gui.util.visible import harmless

LEAST_NAME = 12
"""Width in pixels below which a name says nothing: rather fewer classes are shown."""
MIDDLE_FROM = 40
"""Width from which a name is cut in its middle; below that its beginning says more."""
GAP, MARGIN, SIDE = 0, 3, 6
FRAME = 8
"""Padding and border of a button, beside its words."""


class ClassLegend(QFrame):
    """A line of keys and classes; those without a key are counted at its end.

    Where the line is short, long names are cut before a class is left out.
    """

    def __init__(
        self, review: ReviewModel, actions: ActionLookup, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._review, self._actions = review, actions
        self.buttons: list[QToolButton] = []
        self._classes: list[ClassInfo] = []
        self.setProperty("role", "bar")
        self.setAccessibleName(tr("Keys of the classes"))
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(SIDE, MARGIN, SIDE, MARGIN)
        self._row.setSpacing(GAP)
        self.rest = label("", "muted")
        self._row.addStretch(1)
        self._row.addWidget(self.rest)
        review.changed.connect(self._classes_edited)
        actions.keys_changed.connect(self.fill)
        self.fill()

    def _classes_edited(self, changes: Changes) -> None:
        if changes.classes:
            self.fill()

    def fill(self) -> None:
        """Show the classes and keys as they are now."""
        for each in self.buttons:
            # Taken out at once: what is deleted later would keep its place until then.
            self._row.removeWidget(each)
            each.deleteLater()
        self._classes = keyed_classes(self._review, self._actions)
        self.buttons = [self._button(entry) for entry in self._classes]
        for place, each in enumerate(self.buttons):
            self._row.insertWidget(place, each)
        self.setVisible(bool(self.buttons))
        self._fit()

    def _button(self, entry: ClassInfo) -> QToolButton:
        result = QToolButton(self)
        name = harmless(entry.name)
        result.setProperty("role", "legend")
        result.setToolTip(as_plain("\n".join(filter(None, (name, entry.description, entry.note)))))
        result.setAccessibleName(tr("{}, key {}").format(name, entry.shortcut))
        result.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        # Without the argument of the signal, which would be taken for samples.
        result.clicked.connect(lambda _checked, number=entry.id: self._review.relabel(number))
        return result

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def set_low(self, low: bool) -> None:
        """Whether the window is low."""
        fit_margins(self._row, MARGIN, low=low)

    def minimumSizeHint(self) -> QSize:
        # Many classes must not widen the window.
        return QSize(0, super().minimumSizeHint().height())

    def _fit(self) -> None:
        """Write as much of each name as there is room for."""
        if not self.buttons:
            return
        # Before it is first shown a button has not yet the style sheet's font and padding.
        self.buttons[0].ensurePolished()
        metrics = self.buttons[0].fontMetrics()
        width = metrics.horizontalAdvance
        # A class may itself be called by a digit.
        marked = any(entry.name in ORDER for entry in self._classes)
        keys = [f"[{each.shortcut}] " if marked else f"{each.shortcut} " for each in self._classes]
        names = [harmless(entry.name) for entry in self._classes]
        fixed = [width(key) + FRAME + GAP for key in keys]
        widths = [width(name) + 1 for name in names]
        margins = self._row.contentsMargins()
        room = self.width() - margins.left() - margins.right()
        shown, unkeyed = len(names), len(self._review.session.shown_classes) - len(names)
        more = self._more(unkeyed)
        longest = common_limit(widths, room - sum(fixed) - width(more))
        if longest < MIDDLE_FROM:
            # Letters of names are worth more than the word.
            more = self._more(unkeyed, short=True)
            longest = common_limit(widths, room - sum(fixed) - width(more))
        if longest < min(LEAST_NAME, *widths):
            longest = LEAST_NAME
            ends = np.cumsum(fixed) + np.cumsum(np.minimum(widths, longest))
            beside = room - width(self._more(unkeyed + shown))
            shown = int(np.count_nonzero(ends <= beside))
            more = self._more(unkeyed + len(names) - shown)
        for place, each in enumerate(self.buttons):
            name = shortened(names[place], metrics, longest)
            each.setText(button_text(keys[place] + name))
            # By itself a tool button leaves two blanks beside its words.
            each.setFixedWidth(width(keys[place] + name) + FRAME)
            each.setVisible(place < shown)
        self.rest.setText(more)
        self.rest.setToolTip(self._more(unkeyed + len(names) - shown))

    def _more(self, count: int, *, short: bool = False) -> str:
        """How many classes are not shown, and the key that gives them."""
        words = "+{}: {}" if short else tr("{} more: {}")
        return words.format(count, self._actions.key("relabel")) if count else ""


def shortened(name: str, metrics: QFontMetrics, limit: int) -> str:
    """The name, cut to a width in pixels."""
    if limit >= MIDDLE_FROM:
        return metrics.elidedText(name, Qt.TextElideMode.ElideMiddle, limit)
    fitting = (name[:end] for end in range(len(name), 0, -1))
    # The sign that something is left out would take the place of two letters.
    return next((part for part in fitting if metrics.horizontalAdvance(part) <= limit), name[:1])


def common_limit(widths: Sequence[int], room: int) -> int:
    """The greatest width to which all that are wider are cut so that all have room together."""
    left, last = room, len(widths)
    for place, width in enumerate(sorted(widths)):
        if width * (last - place) > left:
            return max(left, 0) // (last - place)
        left -= width
    return max(widths, default=0)
