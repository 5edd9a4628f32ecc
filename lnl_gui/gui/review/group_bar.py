"""The head of a group of suspects that is reviewed as one."""

from math import ceil

import numpy as np
from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QIcon, QResizeEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QWidget

from lnl_gui.gui.i18n.numbers import fill
from lnl_gui.gui.model.review_model import ReviewModel
from lnl_gui.gui.model.view import SAVED
from lnl_gui.gui.review.bar_sizes import LEAST_WIDTH, WORDS_FROM
from lnl_gui.gui.review.group_panel import current_pair
from lnl_gui.gui.style import icons
from lnl_gui.gui.style.theme import Theme
from lnl_gui.gui.widgets.basic import (
    ElidedLabel,
    button,
    cut_middle,
    number,
    plural,
    restyle,
)
from lnl_gui.util.translation import tr

LEFT, MARGINS, SPACING = 14, 26, 10
"""The left margin, both margins, the gaps between the parts."""


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
        statistics = self._review.session.statistics
        unknown = hidden or statistics.cannot_judge
        right = 0 if unknown else round(statistics.expected_right(waiting))
        self._show_title(pair, waiting, right)
        # The button that is mostly right is the one that Return and the eye find.
        keeps = 2 * right > left or statistics.cannot_judge
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
            if (wrong := round(found.wrong.value)) and not found.doubts:
                words.append(fill(tr("about {:,} of the suggestions wrong"), wrong))
            else:
                words.append(
                    fill(tr("up to {:,} of the suggestions wrong"), ceil(found.wrong.high))
                )
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
