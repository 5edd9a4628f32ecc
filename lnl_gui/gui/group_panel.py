"""Suspects grouped by (given -> suggested) label, the largest group first."""

from dataclasses import replace
from typing import Any

import numpy as np
from PySide6.QtCore import (
    QAbstractListModel,
    QModelIndex,
    QPersistentModelIndex,
    QRectF,
    QSize,
    Qt,
    QTimer,
    Signal,
)
from PySide6.QtGui import QFontMetricsF, QPainter
from PySide6.QtWidgets import (
    QListView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QVBoxLayout,
    QWidget,
)

from lnl_gui.gui.charts.colours import class_colour
from lnl_gui.gui.language import translate
from lnl_gui.gui.parts import button, label, number
from lnl_gui.gui.review_model import ReviewModel
from lnl_gui.gui.theme import Theme
from lnl_gui.session.views import PairGroup, ViewSpec

Index = QModelIndex | QPersistentModelIndex
NO_INDEX = QModelIndex()
GROUP_ROLE = Qt.ItemDataRole.UserRole


def group_title(review: ReviewModel, group: PairGroup) -> str:
    """`cat -> dog` with an arrow."""
    suggested = review.class_name(group.suggested) or translate("Window", "no suggestion")
    return f"{review.class_name(group.given)} → {suggested}"


class GroupModel(QAbstractListModel):
    """The groups as a list with words for a screen reader."""

    def __init__(self, review: ReviewModel, parent: QWidget) -> None:
        super().__init__(parent)
        self._review = review
        self.groups: list[PairGroup] = []

    def set_groups(self, groups: list[PairGroup]) -> None:
        if [(g.given, g.suggested) for g in groups] == [
            (g.given, g.suggested) for g in self.groups
        ]:
            self.groups = groups
            if groups:
                self.dataChanged.emit(self.index(0), self.index(len(groups) - 1))
            return
        self.beginResetModel()
        self.groups = groups
        self.endResetModel()

    def rowCount(self, parent: Index = NO_INDEX) -> int:
        return 0 if parent.isValid() else len(self.groups)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        group = self.groups[index.row()]
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
            title = group_title(self._review, group)
            return translate("Window", "{}, {} of {} not reviewed").format(
                title, group.left, group.count
            )
        return group if role == GROUP_ROLE else None


class GroupDelegate(QStyledItemDelegate):
    """Two class names, the number left, and how much of the group is done."""

    def __init__(self, review: ReviewModel, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self._review, self._theme = review, theme

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        metrics: Any = option.fontMetrics
        return QSize(180, 2 * metrics.height() + 18)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        group: PairGroup = index.data(GROUP_ROLE)
        style: Any = option
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        area = QRectF(style.rect).adjusted(4, 2, -4, -2)
        self._paint_ground(painter, area, style.state)
        inner = area.adjusted(10, 6, -10, -6)
        metrics = QFontMetricsF(style.font)
        line = QRectF(inner.x(), inner.y(), inner.width(), metrics.height())
        self._paint_class(painter, line, group.given, "muted", metrics)
        second = line.translated(0, metrics.height() + 2)
        room = metrics.horizontalAdvance("88,888") + 4
        self._paint_class(
            painter, second.adjusted(0, 0, -room, 0), group.suggested, "text", metrics
        )
        painter.setPen(self._theme.color("text" if group.left else "muted"))
        right = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        painter.drawText(second, right, number(group.left) if group.left else "done")
        painter.restore()

    def _paint_ground(self, painter: QPainter, area: QRectF, state: Any) -> None:
        flags = QStyle.StateFlag
        painter.setPen(Qt.PenStyle.NoPen)
        if state & flags.State_Selected:
            painter.setBrush(self._theme.color("accent_soft"))
            painter.drawRoundedRect(area, 7, 7)
        elif state & flags.State_MouseOver:
            painter.setBrush(self._theme.color("hover"))
            painter.drawRoundedRect(area, 7, 7)

    def _paint_class(
        self, painter: QPainter, line: QRectF, class_id: int, role: str, metrics: QFontMetricsF
    ) -> None:
        if class_id >= 0:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(class_colour(class_id, dark=self._theme.dark))
            painter.drawEllipse(QRectF(line.x() + 14, line.center().y() - 3.5, 7, 7))
        if role == "text":
            painter.setPen(self._theme.color("muted"))
            painter.drawText(line, Qt.AlignmentFlag.AlignVCenter, "→")
        name = self._review.class_name(class_id) or translate("Window", "no suggestion")
        text = metrics.elidedText(name, Qt.TextElideMode.ElideRight, line.width() - 28)
        painter.setPen(self._theme.color(role))
        painter.drawText(line.adjusted(27, 0, 0, 0), Qt.AlignmentFlag.AlignVCenter, text)


class GroupPanel(QWidget):
    """The list of groups; a click shows one, a button shows all again."""

    shown = Signal()

    def __init__(self, review: ReviewModel, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._review = review
        self.model = GroupModel(review, self)
        self.list = QListView()
        self.list.setAccessibleName(translate("Window", "Groups of given and suggested label"))
        self.list.setModel(self.model)
        self.list.setItemDelegate(GroupDelegate(review, theme, self.list))
        self.list.setMouseTracking(True)
        self.list.setUniformItemSizes(True)
        self.list.clicked.connect(self._open)
        self.list.activated.connect(self._open)
        self.hint = label("", "muted", wrap=True)
        self.everything = button(translate("Window", "Show all suspects"), "link")
        self.everything.clicked.connect(self.show_all)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(8, 12, 8, 10)
        layout.addWidget(self.hint)
        layout.addWidget(self.list, 1)
        layout.addWidget(self.everything, 0, Qt.AlignmentFlag.AlignLeft)
        self._later = QTimer(self, singleShot=True, interval=150)
        self._later.timeout.connect(self.refresh)
        review.changed.connect(lambda _changes: self._later.start())
        review.order_changed.connect(self._mark)
        self.refresh()

    def refresh(self) -> None:
        """Count the groups anew over all suspects, whatever the grid shows."""
        columns = self._review.session.columns
        rows = np.flatnonzero(columns.flagged & columns.readable & (columns.suggested >= 0))
        differing = rows[columns.suggested[rows] != columns.given[rows]]
        self.model.set_groups(self._review.session.pair_groups(differing) if len(differing) else [])
        self.hint.setText(
            translate("Window", "Pick a group to see it alone; what is alike is quickly decided.")
            if self.model.groups
            else translate("Window", "Groups appear here once suspects have been found.")
        )
        self._mark()

    def show_all(self) -> None:
        """Leave the group."""
        self._review.show_view(replace(self._review.spec, given=(), suggested=()))
        self.shown.emit()

    def show_next(self) -> bool:
        """Show the largest group with something to review; from a group, the next one."""
        self.refresh()
        pair, groups = current_pair(self._review.spec), self.model.groups
        here = next((i for i, g in enumerate(groups) if (g.given, g.suggested) == pair), -1)
        others = (*groups[here + 1 :], *groups[: max(here, 0)])
        following = next((group for group in others if group.left), None)
        if following is None:
            return False
        self._show(following)
        self._review.move_to(0)
        self._review.move_to_undecided()
        return True

    def _open(self, index: QModelIndex) -> None:
        self._show(self.model.groups[index.row()])

    def _show(self, group: PairGroup) -> None:
        base = ViewSpec(sort=self._review.spec.sort, descending=self._review.spec.descending)
        spec = replace(base, given=(group.given,), suggested=(group.suggested,))
        self._review.show_view(spec)
        self.shown.emit()

    def _mark(self) -> None:
        pair = current_pair(self._review.spec)
        self.everything.setVisible(pair is not None)
        wanted = next(
            (i for i, g in enumerate(self.model.groups) if (g.given, g.suggested) == pair), None
        )
        if wanted is None:
            self.list.clearSelection()
        else:
            self.list.setCurrentIndex(self.model.index(wanted))


def current_pair(spec: ViewSpec) -> tuple[int, int] | None:
    """The (given, suggested) pair that a view is limited to, if it is to one."""
    if len(spec.given) == 1 and len(spec.suggested) == 1:
        return spec.given[0], spec.suggested[0]
    return None
