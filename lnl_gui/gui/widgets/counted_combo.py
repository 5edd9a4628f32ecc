"""Combo box with a count of samples beside each choice."""

from collections.abc import Callable, Sequence
from typing import Any

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QSize, Qt
from PySide6.QtGui import QFocusEvent, QPainter, QPalette
from PySide6.QtWidgets import (
    QComboBox,
    QListView,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QWidget,
)

from lnl_gui.gui.widgets.basic import number
from lnl_gui.gui.widgets.choice import Choice
from lnl_gui.util.translation import tr

Index = QModelIndex | QPersistentModelIndex
Counts = Sequence[int | None]
COUNT_ROLE = Qt.ItemDataRole.UserRole + 1
GAP = 18
FRAME = 40
"""Scroll bar and frame of the open list."""
PADDING = 16
"""Left and right of a text in the open list."""
WIDEST = 420
"""Pixels of the open list: longer names are cut in their middle, which their tool tips are not."""


class CountDelegate(QStyledItemDelegate):
    """The choice on the left, its count on the right."""

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        super().paint(painter, option, index)
        count = index.data(COUNT_ROLE)
        if count is None:
            return
        style: Any = option
        painter.save()
        colour = style.palette.color(QPalette.ColorRole.Text)
        # What would leave nothing is there, and fainter.
        colour.setAlpha(170 if count else 90)
        painter.setPen(colour)
        right = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        painter.drawText(style.rect.adjusted(0, 0, -8, 0), right, number(count))
        painter.restore()

    def initStyleOption(self, option: QStyleOptionViewItem, index: Index) -> None:
        """The text cut in its middle, before its count: names differ at their ends."""
        super().initStyleOption(option, index)
        style: Any = option
        count = index.data(COUNT_ROLE)
        taken = 0 if count is None else GAP + style.fontMetrics.horizontalAdvance(number(count))
        room = style.rect.width() - taken - PADDING
        if room > 0:
            middle = Qt.TextElideMode.ElideMiddle
            style.text = style.fontMetrics.elidedText(style.text, middle, room)

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        size = super().sizeHint(option, index)
        count = index.data(COUNT_ROLE)
        metrics: Any = option.fontMetrics
        room = 0 if count is None else GAP + metrics.horizontalAdvance(number(count))
        return QSize(min(size.width() + room, WIDEST - FRAME), size.height())


class CountedCombo(Choice):
    """Choices with values; counts come when the list opens or the keys reach it."""

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(name)
        self.setMinimumContentsLength(6)
        self.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.setMaxVisibleItems(20)
        self.setItemDelegate(CountDelegate(self))
        entries = self.view()
        assert isinstance(entries, QListView)
        # Closed lists are laid out too whenever the style changes: one line is measured and not
        # each, of a thousand classes in three lists.
        entries.setUniformItemSizes(True)
        self._count_now: Callable[[], Counts] | None = None
        self.values: list[Any] = []

    def count_with(self, count_now: Callable[[], Counts]) -> None:
        """How to count: one number for each choice, in their order."""
        self._count_now = count_now

    def set_choices(self, choices: Sequence[tuple[str, Any]], chosen: Any) -> None:
        """Offer (text, value) pairs; a chosen value that is not among them is added."""
        if all(value != chosen for _, value in choices):
            choices = [*choices, (", ".join(map(str, chosen)), chosen)]
        texts = [text for text, _ in choices]
        if texts != [self.itemText(place) for place in range(self.count())]:
            self.clear()
            self.addItems(texts)
        # Kept here: Qt makes lists of tuples.
        self.values = [value for _, value in choices]
        self.set_value(chosen)

    def value(self) -> Any:
        """The value of the choice in force."""
        return self.values[self.currentIndex()]

    def set_value(self, value: Any) -> bool:
        """Choose by value; whether it is on offer."""
        if value not in self.values:
            return False
        self.setCurrentIndex(self.values.index(value))
        return True

    def count_choices(self) -> None:
        """Bring the counts up to date."""
        if self._count_now is None:
            return
        for place, count in enumerate(self._count_now()):
            self.setItemData(place, count, COUNT_ROLE)
            if count is not None:
                text = tr("{}, {} samples").format(self.itemText(place), count)
                self.setItemData(place, text, Qt.ItemDataRole.AccessibleTextRole)

    def showPopup(self) -> None:
        self.count_choices()
        super().showPopup()
        # The list is as wide as the combo box otherwise, and its counts are cut off.
        wanted = self.view().sizeHintForColumn(0) + FRAME
        opened = self.view().window()
        if opened.width() < wanted:
            opened.resize(wanted, opened.height())
        elif opened.width() > (most := max(WIDEST, self.width())):
            # Qt has made it as wide as the longest name, and moved it to fit the screen.
            opened.resize(most, opened.height())
            opened.move(self.mapToGlobal(self.rect().topLeft()).x(), opened.y())

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        # By keyboard entries are chosen without opening the list; a screen reader reads the count.
        if event.reason() in (Qt.FocusReason.TabFocusReason, Qt.FocusReason.BacktabFocusReason):
            self.count_choices()
