"""List widget of sample groups with the number undecided in each."""

from collections.abc import Callable, Hashable, Sequence
from typing import Any, Generic, Protocol, TypeVar

from PySide6.QtCore import (
    QAbstractListModel,
    QModelIndex,
    QPersistentModelIndex,
    QRectF,
    QSize,
    Qt,
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

from lnl_gui.gui.style.theme import Theme
from lnl_gui.gui.widgets.basic import button, label, number
from lnl_gui.util.translation import tr

Index = QModelIndex | QPersistentModelIndex
NO_INDEX = QModelIndex()
GROUP_ROLE = Qt.ItemDataRole.UserRole


class Group(Protocol):
    """What the list needs of a group."""

    @property
    def left(self) -> int:
        """How many of its samples nobody has decided yet."""


AnyGroup = TypeVar("AnyGroup", bound=Group)
Draw = Callable[[QPainter, QRectF, QRectF, QFontMetricsF, Any], None]
"""Draws a group: painter, first line, second line without the count, metrics, group."""


class GroupModel(QAbstractListModel, Generic[AnyGroup]):
    """Groups as a list with words for a screen reader.

    Args:
        key: what tells groups apart; a list of the same groups keeps its selection.
        words: what a screen reader says of one.
        parent: owner of the model.
    """

    def __init__(
        self,
        key: Callable[[AnyGroup], Hashable],
        words: Callable[[AnyGroup], str],
        parent: QWidget,
    ) -> None:
        super().__init__(parent)
        self._key, self._words = key, words
        self.groups: list[AnyGroup] = []

    def set_groups(self, groups: Sequence[AnyGroup]) -> None:
        """Show these groups; the same ones in the same order keep selection and scroll position."""
        is_same = list(map(self._key, groups)) == list(map(self._key, self.groups))
        if not is_same:
            self.beginResetModel()
        self.groups = list(groups)
        if not is_same:
            self.endResetModel()
        elif groups:
            self.dataChanged.emit(self.index(0), self.index(len(groups) - 1))

    def update_groups(self, groups: Sequence[AnyGroup]) -> None:
        """Update the same groups in their places; other ones as in `set_groups`."""
        known = {self._key(group): group for group in groups}
        places = [self._key(group) for group in self.groups]
        self.set_groups([known[key] for key in places] if known.keys() == set(places) else groups)

    def place(self, key: Hashable) -> int:
        """Position of a group in the list, -1 if it is not in it."""
        return next((i for i, group in enumerate(self.groups) if self._key(group) == key), -1)

    def rowCount(self, parent: Index = NO_INDEX) -> int:
        return 0 if parent.isValid() else len(self.groups)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        group = self.groups[index.row()]
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
            return self._words(group)
        return group if role == GROUP_ROLE else None


class GroupDelegate(QStyledItemDelegate):
    """The two lines of a group and the number left."""

    def __init__(self, draw: Draw, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self._draw, self._theme = draw, theme

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        metrics: Any = option.fontMetrics
        return QSize(180, 2 * metrics.height() + 18)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        group, style = index.data(GROUP_ROLE), option
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        area = QRectF(style.rect).adjusted(4, 2, -4, -2)
        self._paint_ground(painter, area, style.state)
        inner = area.adjusted(10, 6, -10, -6)
        metrics = QFontMetricsF(style.font)
        first = QRectF(inner.x(), inner.y(), inner.width(), metrics.height())
        second = first.translated(0, metrics.height() + 2)
        left = number(group.left) if group.left else tr("done")
        room = metrics.horizontalAdvance(left) + 8
        self._draw(painter, first, second.adjusted(0, 0, -room, 0), metrics, group)
        painter.setPen(self._theme.color("text" if group.left else "muted"))
        right = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        painter.drawText(second, right, left)
        painter.restore()

    def _paint_ground(self, painter: QPainter, area: QRectF, state: Any) -> None:
        selected = state & QStyle.StateFlag.State_Selected
        if selected or state & QStyle.StateFlag.State_MouseOver:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(self._theme.color("accent_soft" if selected else "hover"))
            painter.drawRoundedRect(area, 7, 7)


class GroupList(QWidget):
    """The list under a hint; `chosen` says which place, `left` asks for everything again."""

    chosen = Signal(int)
    left = Signal()

    def __init__(self, name: str, model: GroupModel[Any], draw: Draw, theme: Theme) -> None:
        super().__init__()
        self.view = QListView()
        self.view.setAccessibleName(name)
        self.view.setModel(model)
        self.view.setItemDelegate(GroupDelegate(draw, theme, self.view))
        self.view.setMouseTracking(True)
        # Qt asks for the size of one row instead of thousands.
        self.view.setUniformItemSizes(True)
        # `activated` is Return, and on some platforms a double click only.
        for signal in (self.view.clicked, self.view.activated):
            signal.connect(lambda index: self.chosen.emit(index.row()))
        self.hint = label("", "muted", wrap=True)
        self._everything = button(tr("Show all suspects"), "link")
        self._everything.clicked.connect(self.left)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(8, 12, 8, 10)
        layout.addWidget(self.hint)
        layout.addWidget(self.view, 1)
        layout.addWidget(self._everything, 0, Qt.AlignmentFlag.AlignLeft)
        self.mark(-1)

    def mark(self, place: int) -> None:
        """Mark the group that is open; -1 when none is."""
        if place < 0:
            self.view.clearSelection()
        else:
            self.view.setCurrentIndex(self.view.model().index(place, 0))

    def offer_way_back(self, is_open: bool) -> None:
        """Show or hide the button that shows all samples again."""
        self._everything.setVisible(is_open)
