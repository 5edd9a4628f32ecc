"""Suspects grouped by (given -> suggested) label, the largest group first.

After them come samples without a label, grouped by their suggestion; their given class is -1.
"""

from dataclasses import replace

import numpy as np
from PySide6.QtCore import QRectF, Qt, QTimer, Signal
from PySide6.QtGui import QColor, QFontMetricsF, QPainter
from PySide6.QtWidgets import QVBoxLayout, QWidget

from lnl_gui.gui.model.review_model import ReviewModel
from lnl_gui.gui.review.group_list import GroupList, GroupModel
from lnl_gui.gui.style.theme import Theme
from lnl_gui.session.browsing.views import PairGroup, ViewSpec
from lnl_gui.util.translation import tr


def group_title(review: ReviewModel, group: PairGroup) -> str:
    """`cat -> dog` with an arrow."""
    suggested = review.words.class_name(group.suggested) or tr("no suggestion")
    return f"{review.words.label_name(group.given)} → {suggested}"


def pair_of(group: PairGroup) -> tuple[int, int]:
    """The key of a group: its given and suggested class."""
    return group.given, group.suggested


class GroupPanel(QWidget):
    """The list of groups; a click shows one, a button shows all again."""

    shown = Signal()

    def __init__(self, review: ReviewModel, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._review, self._theme = review, theme
        self.model = GroupModel[PairGroup](pair_of, self._words, self)
        name = tr("Groups of given and suggested label")
        self.list = GroupList(name, self.model, self._draw, theme)
        self.list.chosen.connect(lambda place: self._show(self.model.groups[place]))
        self.list.left.connect(self.show_all)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.list)
        # Verdicts in quick succession are one refresh.
        self._later = QTimer(self, singleShot=True, interval=150)
        self._later.timeout.connect(self.refresh)
        review.changed.connect(lambda _changes: self._later.start())
        review.order_changed.connect(self._mark)
        self.refresh()

    def _words(self, group: PairGroup) -> str:
        title = group_title(self._review, group)
        return tr("{}, {} of {} not reviewed").format(title, group.left, group.count)

    def _draw(
        self,
        painter: QPainter,
        first: QRectF,
        second: QRectF,
        metrics: QFontMetricsF,
        group: PairGroup,
    ) -> None:
        self._draw_class(painter, first, group.given, "muted", metrics)
        self._draw_class(painter, second, group.suggested, "text", metrics)

    def _draw_class(
        self, painter: QPainter, line: QRectF, class_id: int, role: str, metrics: QFontMetricsF
    ) -> None:
        if class_id >= 0:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(
                QColor(self._review.words.class_colour(class_id, dark=self._theme.dark))
            )
            painter.drawEllipse(QRectF(line.x() + 14, line.center().y() - 3.5, 7, 7))
        if role == "text":
            painter.setPen(self._theme.color("muted"))
            painter.drawText(line, Qt.AlignmentFlag.AlignVCenter, "→")
        missing = tr("no suggestion") if role == "text" else tr("no label")
        name = self._review.words.class_name(class_id) or missing
        text = metrics.elidedText(name, Qt.TextElideMode.ElideMiddle, line.width() - 28)
        painter.setPen(self._theme.color(role))
        painter.drawText(line.adjusted(27, 0, 0, 0), Qt.AlignmentFlag.AlignVCenter, text)

    def refresh(self) -> None:
        """Count the groups anew over all suspects and unlabelled, whatever the grid shows."""
        columns, views = self._review.session.columns, self._review.session.views
        asked = columns.readable & (columns.suggested >= 0)
        suspects = np.flatnonzero(asked & columns.flagged & (columns.suggested != columns.given))
        unlabelled = np.flatnonzero(asked & columns.unlabelled)
        self.model.set_groups(
            [
                group
                for rows in (suspects, unlabelled)
                if len(rows)
                for group in views.pair_groups(rows)
            ]
        )
        self.list.hint.setText(
            tr("Pick a group to see it alone; what is alike is quickly decided.")
            if self.model.groups
            else tr("Groups appear here once suspects have been found.")
        )
        self._mark()

    def show_all(self) -> None:
        """Clear the filters of a group."""
        if self._review.spec.unlabelled:
            self._review.clear_filters()
            self.shown.emit()
            return
        self._review.show_view(replace(self._review.spec, given=(), suggested=()))
        self.shown.emit()

    def show_next(self) -> bool:
        """Show the largest group with something to review; from a group, the next one."""
        self.refresh()
        groups = self.model.groups
        here = self.model.place(current_pair(self._review.spec))
        # The list is sorted by size and does not move with verdicts; from the end it begins again.
        others = (*groups[here + 1 :], *groups[: max(here, 0)])
        following = next((group for group in others if group.left), None)
        if following is None:
            return False
        self._show(following)
        self._review.begin_at(0)
        return True

    def _show(self, group: PairGroup) -> None:
        if group.given < 0:
            self._review.show_unlabelled(suggested=group.suggested)
            self.shown.emit()
            return
        base = ViewSpec(sort=self._review.spec.sort, descending=self._review.spec.descending)
        spec = replace(base, given=(group.given,), suggested=(group.suggested,))
        self._review.show_view(spec)
        self.shown.emit()

    def _mark(self) -> None:
        pair = current_pair(self._review.spec)
        self.list.offer_way_back(pair is not None)
        self.list.mark(self.model.place(pair))


def current_pair(spec: ViewSpec) -> tuple[int, int] | None:
    """The (given, suggested) pair that a view is limited to, if it is to one; given may be -1."""
    if spec.unlabelled and len(spec.suggested) == 1:
        return -1, spec.suggested[0]
    if len(spec.given) == 1 and len(spec.suggested) == 1:
        return spec.given[0], spec.suggested[0]
    return None
