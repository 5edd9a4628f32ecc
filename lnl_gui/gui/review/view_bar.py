"""How the grid is sorted, how large its pictures are, and how many it shows."""

from dataclasses import replace

import numpy as np
from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QResizeEvent, QStandardItemModel
from PySide6.QtWidgets import QFrame, QHBoxLayout, QSlider, QToolButton, QWidget

from lnl_gui.gui.model.review_model import ReviewModel
from lnl_gui.gui.review.bar_sizes import LEAST_WIDTH, SIDE_MARGIN, WORDS_FROM
from lnl_gui.gui.review.blind_mode import REASON
from lnl_gui.gui.style.theme import Theme
from lnl_gui.gui.widgets.basic import (
    THINGS,
    ElidedLabel,
    label,
    line,
    number,
    plural,
)
from lnl_gui.gui.widgets.choice import Choice
from lnl_gui.gui.widgets.low_window import fit_margins
from lnl_gui.session.browsing.views import REASON_SORTS, SORTS
from lnl_gui.store.dataset.samples import UNSEEN
from lnl_gui.util.messages import message_n
from lnl_gui.util.translation import localized, tr

SORT_LENGTH = 12
"""Characters of a sort order that are always seen."""
SLIDER_FROM = 430
"""Width of the bar from which there is room for the slider."""
VIEW_MARGIN = 6
"""Above and below the buttons."""


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
            text, shorter = self._suspects_text(order, text)
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

    def _suspects_text(self, order: np.ndarray, shown: str) -> tuple[str, list[str]]:
        """What a view of suspects holds, and shorter ways to say it: what is left comes first.

        What was decided beside suspects belongs to this view too, and would make the suspects
        more and more. To review are suspects alone, as in the banner: never more than it names.

        Args:
            order: the rows of the view, int64 (n,).
            shown: says how many they are.
        """
        review, columns = self._review, self._review.session.columns
        left = waiting = review.undecided_shown()
        parts = [shown]
        if not review.hides_reasons:
            flagged, unseen = columns.flagged[order], columns.status[order] == UNSEEN
            left = int(np.count_nonzero(flagged & unseen))
            former = int(np.count_nonzero(~flagged & unseen))
            parts = self._parts(int(np.count_nonzero(flagged)), former, len(order))
        to_review = tr("all reviewed") if not waiting else tr("all suspects reviewed")
        shortest = tr("all reviewed")
        if left:
            to_review, shortest = (
                tr("{} to review").format(number(left)),
                tr("{} left").format(number(left)),
            )
        text = f"{to_review}  ·  {', '.join(parts)}"
        return text, [f"{to_review}  ·  {parts[0]}", to_review, shortest]

    def _parts(self, suspects: int, former: int, shown: int) -> list[str]:
        """Suspects, what was decided beside them, and what another detection no longer flags."""
        parts = [THINGS["suspect"](suspects)]
        if decided := shown - suspects - former:
            parts.append(message_n("{count:,} other decided", "{count:,} others decided", decided))
        # The view stays as it is when another detection ends.
        if former:
            parts.append(
                message_n("{count:,} no longer a suspect", "{count:,} no longer suspects", former)
            )
        return [localized(part) for part in parts]

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
