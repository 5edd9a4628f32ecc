"""Bars above the grid: verdict buttons, sort order and picture size, group head."""

from collections.abc import Sequence
from dataclasses import replace
from math import ceil

import numpy as np
from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QIcon, QResizeEvent, QStandardItemModel
from PySide6.QtWidgets import QFrame, QHBoxLayout, QSlider, QToolButton, QWidget

from lnl_gui.gui.context import ActionLookup
from lnl_gui.gui.i18n.numbers import fill
from lnl_gui.gui.model.review_model import ReviewModel
from lnl_gui.gui.model.view import SAVED
from lnl_gui.gui.review.blind_mode import REASON
from lnl_gui.gui.review.group_panel import current_pair
from lnl_gui.gui.style import icons
from lnl_gui.gui.style.theme import Theme
from lnl_gui.gui.widgets.basic import (
    THINGS,
    ElidedLabel,
    button,
    cut_middle,
    label,
    line,
    number,
    plural,
    restyle,
    tool_button,
)
from lnl_gui.gui.widgets.choice import Choice
from lnl_gui.gui.widgets.low_window import fit_margins
from lnl_gui.session.views import REASON_SORTS, SORTS
from lnl_gui.store.samples import UNSEEN
from lnl_gui.util.messages import message_n
from lnl_gui.util.translation import localized, tr

VERDICT_ACTIONS = ("accept", "keep", "exclude", "unsure", "relabel")


LEAST_WIDTH = 300
"""Of each bar, whatever its words: they must not widen the window beyond a small screen."""
SORT_LENGTH = 12
"""Characters of a sort order that are always seen."""
WORDS_FROM, SLIDER_FROM = 560, 430
"""Widths of the bar from which there is room for what can be done without."""
VERDICT_MARGIN, VIEW_MARGIN, SIDE_MARGIN = 7, 6, 12
"""Above and below the buttons of two bars, and beside those of both."""
LEFT, MARGINS, SPACING = 14, 26, 10
"""Of the bar of a group: its left margin, both margins, the gaps between its parts."""
BUTTON_FRAME = 46
"""Icon, paddings and gap of a verdict button, beside its words and two blanks."""


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
            selected = tr("{} selected")
            self.scope.set_full(
                selected.format(plural(count, "sample")),
                selected.format(number(count)),
                number(count),
            )
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
        row = self._row = QHBoxLayout(self)
        row.setContentsMargins(SIDE_MARGIN, VIEW_MARGIN, SIDE_MARGIN, VIEW_MARGIN)
        row.setSpacing(8)
        self.shown = ElidedLabel(role="strong")
        row.addWidget(self.shown, 1)
        self.sort_words = label(tr("Sort by"), "muted")
        row.addWidget(self.sort_words)
        self.sort = Choice()
        self.sort.setAccessibleName(tr("Sort by"))
        policies = Choice.SizeAdjustPolicy
        self.sort.setSizeAdjustPolicy(policies.AdjustToMinimumContentsLengthWithIcon)
        self.sort.setMinimumContentsLength(SORT_LENGTH)
        self.sort.setPlaceholderText(tr("As drawn"))
        for key, title in SORTS.items():
            self.sort.addItem(localized(title), key)
        # A person's choice alone: `currentIndexChanged` comes from `refresh` too.
        self.sort.activated.connect(self._sort)
        self.sort.left.connect(self.left)
        row.addWidget(self.sort)
        self.direction = QToolButton()
        self.direction.setAccessibleName(tr("Sort direction"))
        # A click must not take the keys from the grid.
        self.direction.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.direction.clicked.connect(self._turn)
        row.addWidget(self.direction)
        self._gap = line(vertical=True)
        self._gap.setFixedHeight(22)
        row.addWidget(self._gap)
        self.zoom = QSlider(Qt.Orientation.Horizontal)
        self.zoom.setAccessibleName(tr("Size of the pictures"))
        self.zoom.setToolTip(tr("Size of the pictures (+ and -)"))
        # A click must not take the arrow keys from the grid.
        self.zoom.setFocusPolicy(Qt.FocusPolicy.TabFocus)
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

    def set_low(self, low: bool) -> None:
        """Whether the window is low."""
        fit_margins(self._row, VIEW_MARGIN, low=low, sides=SIDE_MARGIN)

    def add_ends(self, first: QWidget, last: QWidget) -> None:
        """Put a button before everything else, and one behind."""
        self._row.insertWidget(0, first)
        self._row.addWidget(last)

    def minimumSizeHint(self) -> QSize:
        return QSize(LEAST_WIDTH, super().minimumSizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Words and the slider make room for the counts; the keys + and - do what it does."""
        super().resizeEvent(event)
        room = event.size().width()
        self.sort_words.setVisible(room >= WORDS_FROM)
        for widget in (self._gap, self.zoom):
            widget.setVisible(room >= SLIDER_FROM)

    def set_side(self, side: int) -> None:
        # The grid has set it: a signal would set the grid again, rounded to the slider's steps.
        self.zoom.blockSignals(True)
        self.zoom.setValue(side)
        self.zoom.blockSignals(False)

    def refresh(self) -> None:
        """Update the count and the sort order shown."""
        review, order = self._review, self._review.order
        things = {True: "suspect", False: "other", None: "sample"}[review.spec.flagged]
        text, shorter = plural(len(order), things), [number(len(order))]
        if review.spec.flagged and len(order):
            text = self._suspects_text(order) if not review.hides_reasons else text
            unseen = review.undecided_shown()
            left = tr("  ·  {} to review").format(number(unseen))
            done = tr("  ·  all reviewed")
            shorter = [
                text,
                tr("{} of {} left").format(number(unseen), number(len(order))),
                f"{number(unseen)} / {number(len(order))}",
            ]
            text += left if unseen else done
        if review.spec.flagged is False and not review.hides_reasons:
            # That they are no suspects says nothing of those.
            unjudged = int(np.count_nonzero(review.session.statistics.unjudged[order]))
            if unjudged:
                said = tr("  ·  {} of them not judged").format(number(unjudged))
                text, shorter = text + said, [number(len(order)) + said]
        self.shown.set_full(text, *shorter)
        self.sort.setCurrentIndex(max(0, self.sort.findData(review.spec.sort)))
        self._limit_sorts()
        self._draw()

    def _suspects_text(self, order: np.ndarray) -> str:
        """What a view of suspects holds: suspects, what was decided beside them, and the rest.

        What was decided belongs to this view too, and would make the suspects more and more.
        """
        columns = self._review.session.columns
        flagged = columns.flagged[order]
        decided = int(np.count_nonzero(~flagged & (columns.status[order] != UNSEEN)))
        suspects = int(np.count_nonzero(flagged))
        text = plural(suspects, "suspect")
        if decided:
            text = localized(
                message_n(
                    "{suspects}, {count:,} other decided",
                    "{suspects}, {count:,} others decided",
                    decided,
                    suspects=THINGS["suspect"](suspects),
                )
            )
        # The view stays as it is when another detection ends: what that no longer flags too.
        if former := len(order) - suspects - decided:
            none = message_n(
                "{count:,} no longer a suspect", "{count:,} no longer suspects", former
            )
            text = f"{text}, {localized(none)}"
        return text

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
        row.setContentsMargins(LEFT, 7, MARGINS - LEFT, 7)
        row.setSpacing(SPACING)
        self.title = ElidedLabel(role="strong")
        row.addWidget(self.title, 1)
        self.accept = button("", "primary", name=tr("Accept all"))
        self.accept.clicked.connect(self.accept_requested)
        self.keep = button("", name=tr("Keep all"))
        self.keep.clicked.connect(self.keep_requested)
        self.leave = button(tr("Show all"), "flat", name=tr("Show all"))
        self.leave.setToolTip(tr("Show all"))
        self.leave.clicked.connect(self.leave_requested)
        self.accept.setIconSize(QSize(16, 16))
        self._left = 0
        for each in (self.accept, self.keep, self.leave):
            # A click must not take the keys from the grid.
            each.setFocusPolicy(Qt.FocusPolicy.TabFocus)
            row.addWidget(each)
        review.order_changed.connect(self.refresh)
        review.changed.connect(lambda _changes: self.refresh())
        theme.changed.connect(self.refresh)
        self.refresh()

    def refresh(self) -> None:
        pair = current_pair(self._review.spec)
        # A mask without a topic comes from a chart; duplicates have a bar of their own.
        lasso = self._review.within is not None and self._review.topic in ("", SAVED)
        self.setVisible(pair is not None or lasso)
        if pair is None and not lasso:
            return
        waiting = self._review.unreviewed_shown()
        left = len(waiting)
        hidden = self._review.hides_reasons
        right = 0 if hidden else round(self._review.session.statistics.expected_right(waiting))
        self._show_title(pair, waiting, right)
        # The button that is mostly right is the one that Return and the eye find.
        keeps = 2 * right > left
        restyle(self.accept, "role", "" if keeps else "primary")
        restyle(self.keep, "role", "primary" if keeps else "")
        self.accept.setAccessibleName(
            tr("Accept the suggestion for all {} not reviewed").format(left)
        )
        colour = self._theme.color("text" if keeps else "on_accent")
        self.accept.setIcon(icons.icon("accept", colour, 16))
        self._left = left
        self.keep.setAccessibleName(tr("Keep the label of all {} not reviewed").format(left))
        self.accept.setVisible(left > 0 and not hidden)
        # Who came without a label has none to keep.
        self.keep.setVisible(left > 0 and (pair is None or pair[0] >= 0))
        # Last: which words there is room for depends on which buttons there are.
        self._show_counts()

    def _show_title(self, pair: tuple[int, int] | None, waiting: np.ndarray, right: int) -> None:
        """The name, the size and what is expected; words go before figures where it is narrow."""
        review, left = self._review, len(waiting)
        given, suggested = pair if pair is not None else (-1, -1)
        ends = (review.words.label_name(given), review.words.class_name(suggested))
        names = [" → ".join(cut_middle(end, most) for end in ends) for most in (99, 24, 12)]
        if pair is None:
            saved = review.topic == SAVED
            names = [tr("Samples of a saved view") if saved else tr("Chosen in the chart")]
        size = plural(len(review.order), "sample")
        words, brief = [names[0], size], number(len(review.order))
        if right:
            words.append(fill(tr("about {:,} of the given labels right"), right))
            found = review.session.statistics.accepting(waiting)
            # Nobody can promise that none is.
            if wrong := round(found.wrong):
                words.append(fill(tr("about {:,} of the suggestions wrong"), wrong))
            else:
                words.append(fill(tr("up to {:,} of the suggestions wrong"), ceil(found.high)))
            brief = tr("~{} of {} right as is").format(number(right), number(left))
        gap = "   ·   "
        whole = [f"{names[0]}{gap}{size}{gap}{brief}"] if right else []
        shorter = [*whole, *(f"{name} · {brief}" for name in names)]
        self.title.set_full(gap.join(words), *shorter, brief)

    def minimumSizeHint(self) -> QSize:
        return QSize(LEAST_WIDTH, super().minimumSizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._show_counts()

    def _show_counts(self) -> None:
        """How many each button decides: never cut, whatever words there is room for."""
        count, wide = number(self._left), self.width() >= WORDS_FROM
        self.accept.setText(tr("Accept all {}").format(count) if wide else count)
        keep = tr("Keep all {}") if wide else tr("Keep {}")
        self.keep.setText(keep.format(count))
        self._fit_leave()

    def _fit_leave(self) -> None:
        """The way out says its words where there is room, else it is a cross."""
        shown = [each for each in (self.accept, self.keep) if not each.isHidden()]
        self.leave.setText(tr("Show all"))
        self.leave.setIcon(QIcon())
        widths = [each.sizeHint().width() for each in (*shown, self.leave)]
        needed = MARGINS + self.title.minimumWidth() + sum(widths) + SPACING * len(widths)
        if needed > self.width():
            self.leave.setText("")
            self.leave.setIcon(icons.icon("close", self._theme.color("text"), 16))
