"""The verdicts as buttons above the grid."""

from collections.abc import Sequence

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QToolButton, QWidget

from lnl_gui.gui.context import ActionLookup
from lnl_gui.gui.model.review_model import ReviewModel
from lnl_gui.gui.review.bar_sizes import LEAST_WIDTH, SIDE_MARGIN
from lnl_gui.gui.review.blind_mode import REASON
from lnl_gui.gui.widgets.basic import (
    ElidedLabel,
    label,
    number,
    tool_button,
)
from lnl_gui.gui.widgets.low_window import fit_margins
from lnl_gui.util.messages import message_n
from lnl_gui.util.translation import localized, tr

VERDICT_ACTIONS = ("accept", "keep", "exclude", "unsure", "relabel")
VERDICT_MARGIN = 7
"""Above and below the buttons."""
BUTTON_FRAME = 46
"""Icon, paddings and gap of a button, beside its words and two blanks."""


class VerdictBar(QFrame):
    """Buttons for the verdicts with their keys, and on how many samples they act."""

    def __init__(
        self, review: ReviewModel, actions: ActionLookup, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._review, self._accept = review, actions["accept"]
        self._actions = actions
        self.setProperty("role", "bar")
        row = self._layout = QHBoxLayout(self)
        row.setContentsMargins(SIDE_MARGIN, VERDICT_MARGIN, SIDE_MARGIN, VERDICT_MARGIN)
        row.setSpacing(6)
        self.buttons: dict[str, QToolButton] = {}
        for identifier in VERDICT_ACTIONS:
            each = tool_button(actions[identifier], text=True, role="verdict", side=16)
            self.buttons[identifier] = each
            row.addWidget(each)
            # The action has written its whole text on the button.
            actions[identifier].changed.connect(self._fit)
        row.addSpacing(8)
        self.scope = ElidedLabel(role="muted")
        row.addWidget(self.scope, 1)
        self.note = label("", "small")
        row.addWidget(self.note)
        review.selection_changed.connect(self.refresh)
        review.current_changed.connect(self.refresh)
        review.changed.connect(lambda _changes: self.refresh())
        self.refresh()

    def set_low(self, low: bool) -> None:
        """Whether the window is low."""
        fit_margins(self._layout, VERDICT_MARGIN, low=low, sides=SIDE_MARGIN)

    def minimumSizeHint(self) -> QSize:
        return QSize(LEAST_WIDTH, super().minimumSizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Where the words have no room, icons and keys stay; without room for keys, icons."""
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        style = Qt.ToolButtonStyle
        room = self.width() - self._layout.contentsMargins().left() * 2
        words = [self._actions[identifier].iconText() for identifier in self.buttons]
        keys = [self._actions.key(identifier) for identifier in self.buttons]
        # Words would be cut in their middle, keys have some room to spare.
        whole = self._width_of(words) + self._least_rest() <= self.width()
        texts = words if whole else keys if self._width_of(keys) <= room else None
        for each, text in zip(self.buttons.values(), texts or keys, strict=True):
            shown = style.ToolButtonTextBesideIcon if texts and text else style.ToolButtonIconOnly
            each.setToolButtonStyle(shown)
            if each.text() != text:
                each.setText(text)

    def _width_of(self, texts: Sequence[str]) -> int:
        """Width of all buttons with these texts beside their icons."""
        metrics = self.fontMetrics()
        frame = BUTTON_FRAME + metrics.horizontalAdvance("  ")
        return sum(metrics.horizontalAdvance(text) + frame for text in texts)

    def _least_rest(self) -> int:
        """Width of all that is not a button, margins and gaps included, at its least."""
        buttons = sum(each.minimumSizeHint().width() for each in self.buttons.values())
        return self._layout.minimumSize().width() - buttons

    def refresh(self) -> None:
        """Update the number of samples that a verdict acts on."""
        count = self._review.selection.count
        if count:
            said = message_n("{count:,} sample selected", "{count:,} samples selected", count)
            shorter = tr("{} selected").format(number(count))
            self.scope.set_full(localized(said), shorter, number(count))
        elif self._review.protected:
            self.scope.set_full(tr("Decided; click it to change that"), tr("Decided"), "")
        elif self._review.current_row is not None:
            self.scope.set_full(tr("Acts on 1 sample"), "")
        else:
            self.scope.set_full("")
        # The figure of what is selected is never cut, and the words make room for it.
        self._fit()
        hidden = self._review.hides_reasons
        self.buttons["accept"].setEnabled(not hidden)
        self.buttons["accept"].setToolTip(localized(REASON) if hidden else self._accept.toolTip())
