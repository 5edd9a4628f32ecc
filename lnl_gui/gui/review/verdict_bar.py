"""Bars above the grid: verdict buttons, sort order and picture size, group head."""

from dataclasses import replace

import numpy as np
from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QResizeEvent, QStandardItemModel
from PySide6.QtWidgets import QComboBox, QFrame, QHBoxLayout, QSlider, QToolButton, QWidget

from lnl_gui.gui.context import ActionLookup
from lnl_gui.gui.i18n.numbers import fill
from lnl_gui.gui.model.review_model import ReviewModel
from lnl_gui.gui.review.blind_mode import REASON
from lnl_gui.gui.review.group_panel import current_pair
from lnl_gui.gui.style import icons
from lnl_gui.gui.style.theme import Theme
from lnl_gui.gui.widgets.basic import ElidedLabel, button, label, line, number, plural, tool_button
from lnl_gui.session.views import REASON_SORTS, SORTS
from lnl_gui.store.samples import UNSEEN
from lnl_gui.util.translation import localized, tr

VERDICT_ACTIONS = ("accept", "keep", "exclude", "unsure", "relabel")


BUTTON_FRAME = 54
"""Icon, paddings and gap of a verdict button, beside its words."""


class VerdictBar(QFrame):
    """Buttons for the verdicts with their keys, and on how many samples they act."""

    def __init__(
        self, review: ReviewModel, actions: ActionLookup, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._review, self._accept = review, actions["accept"]
        self.setProperty("role", "bar")
        row = self._layout = QHBoxLayout(self)
        row.setContentsMargins(12, 7, 12, 7)
        row.setSpacing(6)
        self.buttons: dict[str, QToolButton] = {}
        for identifier in VERDICT_ACTIONS:
            each = tool_button(actions[identifier], text=True, role="verdict", side=16)
            self.buttons[identifier] = each
            row.addWidget(each)
        row.addSpacing(8)
        self.scope = ElidedLabel(role="muted")
        row.addWidget(self.scope, 1)
        self.note = label("", "small")
        row.addWidget(self.note)
        review.selection_changed.connect(self.refresh)
        review.current_changed.connect(self.refresh)
        review.changed.connect(lambda _changes: self.refresh())
        self.refresh()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Where the words have no room, the icons stay; their tool tips name the keys."""
        super().resizeEvent(event)
        style = Qt.ToolButtonStyle
        room = event.size().width() - self._layout.contentsMargins().left() * 2
        fits = room >= self._full_width()
        wanted = style.ToolButtonTextBesideIcon if fits else style.ToolButtonIconOnly
        for each in self.buttons.values():
            each.setToolButtonStyle(wanted)

    def _full_width(self) -> int:
        """Width of all buttons with their words."""
        metrics = self.fontMetrics()
        words = sum(metrics.horizontalAdvance(each.text()) for each in self.buttons.values())
        return words + len(self.buttons) * BUTTON_FRAME

    def refresh(self) -> None:
        """Update the number of samples that a verdict acts on."""
        count = self._review.selection.count
        if count:
            self.scope.set_full(tr("{} selected").format(plural(count, "sample")))
        elif self._review.current_row is not None:
            self.scope.set_full(tr("Acts on 1 sample"))
        else:
            self.scope.set_full("")
        hidden = self._review.hides_reasons
        self.buttons["accept"].setEnabled(not hidden)
        self.buttons["accept"].setToolTip(localized(REASON) if hidden else self._accept.toolTip())


class ViewBar(QFrame):
    """Sort, size of the pictures and how many are shown."""

    side_chosen = Signal(int)
    left = Signal()

    def __init__(
        self,
        review: ReviewModel,
        theme: Theme,
        *,
        side: int,
        sides: range,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._review, self._theme = review, theme
        self.setProperty("role", "bar")
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 6, 12, 6)
        row.setSpacing(8)
        self.shown = ElidedLabel(role="strong")
        row.addWidget(self.shown, 1)
        row.addWidget(label(tr("Sort by"), "muted"))
        self.sort = QComboBox()
        self.sort.setAccessibleName(tr("Sort by"))
        self.sort.setPlaceholderText(tr("As drawn"))
        for key, title in SORTS.items():
            self.sort.addItem(localized(title), key)
        # A person's choice alone: `currentIndexChanged` comes from `refresh` too.
        self.sort.activated.connect(self._sort)
        row.addWidget(self.sort)
        self.direction = QToolButton()
        self.direction.setAccessibleName(tr("Sort direction"))
        self.direction.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.direction.clicked.connect(self._turn)
        row.addWidget(self.direction)
        gap = line(vertical=True)
        gap.setFixedHeight(22)
        row.addWidget(gap)
        self.zoom = QSlider(Qt.Orientation.Horizontal)
        self.zoom.setAccessibleName(tr("Size of the pictures"))
        self.zoom.setToolTip(tr("Size of the pictures (+ and -)"))
        self.zoom.setRange(sides[0], sides[-1])
        self.zoom.setSingleStep(sides.step)
        self.zoom.setPageStep(sides.step)
        self.zoom.setFixedWidth(110)
        self.zoom.setValue(side)
        self.zoom.valueChanged.connect(self.side_chosen)
        row.addWidget(self.zoom)
        review.order_changed.connect(self.refresh)
        review.changed.connect(lambda _changes: self.refresh())
        theme.changed.connect(self._draw)
        self.refresh()

    def set_side(self, side: int) -> None:
        # The grid has set it: a signal would set the grid again, rounded to the slider's steps.
        self.zoom.blockSignals(True)
        self.zoom.setValue(side)
        self.zoom.blockSignals(False)

    def refresh(self) -> None:
        """Update the count and the sort order shown."""
        review, order = self._review, self._review.order
        unseen = int(np.count_nonzero(review.session.columns.status[order] == UNSEEN))
        things = {True: "suspect", False: "other", None: "sample"}[review.spec.flagged]
        text = plural(len(order), things)
        if review.spec.flagged and len(order):
            text += (
                tr("  ·  {} to review").format(number(unseen))
                if unseen
                else tr("  ·  all reviewed")
            )
        self.shown.set_full(text)
        self.sort.setCurrentIndex(max(0, self.sort.findData(review.spec.sort)))
        self._limit_sorts()
        self._draw()

    def _limit_sorts(self) -> None:
        """Disable the choice of order in an audit, and orders by score in a blind review."""
        drawn, hidden = self._review.spec.blind, self._review.hides_reasons
        for widget in (self.sort, self.direction):
            widget.setEnabled(not drawn)
        if drawn:
            self.sort.setCurrentIndex(-1)
        self.sort.setToolTip(localized(REASON) if hidden else "")
        model = self.sort.model()
        # The model a combo box makes; only its items can be disabled.
        assert isinstance(model, QStandardItemModel)
        for place in range(self.sort.count()):
            allowed = not hidden or self.sort.itemData(place) not in REASON_SORTS
            model.item(place).setEnabled(allowed)

    def _draw(self) -> None:
        down = self._review.spec.descending
        self.direction.setText("↓" if down else "↑")
        self.direction.setToolTip(tr("Highest first") if down else tr("Lowest first"))

    def _sort(self) -> None:
        key = self.sort.currentData()
        descending = key in ("suspicion", "pair", "loss", "verdict_time", "agreement")
        self._review.show_view(
            replace(self._review.spec, sort=key, descending=descending), self._review.within
        )
        self.left.emit()

    def _turn(self) -> None:
        spec = self._review.spec
        self._review.show_view(replace(spec, descending=not spec.descending), self._review.within)
        self.left.emit()


class GroupBar(QFrame):
    """The head of one group: its name, its size, and one button for all of it."""

    accept_requested = Signal()
    keep_requested = Signal()
    leave_requested = Signal()

    def __init__(self, review: ReviewModel, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._review, self._theme = review, theme
        self.setProperty("role", "banner")
        row = QHBoxLayout(self)
        row.setContentsMargins(14, 7, 12, 7)
        row.setSpacing(10)
        self.title = ElidedLabel(role="strong")
        row.addWidget(self.title, 1)
        self.accept = button("", "primary", name=tr("Accept all"))
        self.accept.clicked.connect(self.accept_requested)
        self.keep = button("", name=tr("Keep all"))
        self.keep.clicked.connect(self.keep_requested)
        self.leave = button(tr("Show all"), "flat")
        self.leave.clicked.connect(self.leave_requested)
        for each in (self.accept, self.keep, self.leave):
            each.setFocusPolicy(Qt.FocusPolicy.TabFocus)
            row.addWidget(each)
        review.order_changed.connect(self.refresh)
        review.changed.connect(lambda _changes: self.refresh())
        theme.changed.connect(self.refresh)
        self.refresh()

    def refresh(self) -> None:
        pair = current_pair(self._review.spec)
        # A mask without a topic comes from a chart; others have a bar of their own.
        lasso = self._review.within is not None and self._review.topic == ""
        self.setVisible(pair is not None or lasso)
        if pair is None and not lasso:
            return
        waiting = self._review.unreviewed_shown()
        left = len(waiting)
        if pair is not None:
            name = f"{self._review.label_name(pair[0])} → {self._review.class_name(pair[1])}"
        else:
            name = tr("Chosen in the chart")
        words = [name, plural(len(self._review.order), "sample")]
        hidden = self._review.hides_reasons
        right = 0 if hidden else round(self._review.session.statistics.expected_right(waiting))
        if right:
            words.append(fill(tr("about {:,} of the given labels right"), right))
            wrong = round(self._review.session.statistics.accepting(waiting).wrong)
            words.append(fill(tr("about {:,} of the suggestions wrong"), wrong))
        self.title.set_full("   ·   ".join(words))
        self.accept.setText(tr("Accept all {}").format(number(left)))
        self.accept.setAccessibleName(
            tr("Accept the suggestion for all {} not reviewed").format(left)
        )
        self.accept.setIcon(icons.icon("accept", self._theme.color("on_accent"), 16))
        self.keep.setText(tr("Keep all {}").format(number(left)))
        self.keep.setAccessibleName(tr("Keep the label of all {} not reviewed").format(left))
        self.accept.setVisible(left > 0 and not hidden)
        # Who came without a label has none to keep.
        self.keep.setVisible(left > 0 and (pair is None or pair[0] >= 0))
