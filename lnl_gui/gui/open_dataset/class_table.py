"""The classes of a preview: name, number of images, and a few of the images themselves."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from PySide6.QtCore import (
    QAbstractTableModel,
    QModelIndex,
    QPersistentModelIndex,
    QRect,
    QSize,
    Qt,
)
from PySide6.QtGui import QPainter, QPainterPath, QPixmap, QResizeEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHeaderView,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
    QWidget,
)

from lnl_gui.containers.location import ImageLocation, parse_location
from lnl_gui.gui.grid.thumbnails import Thumbnails
from lnl_gui.gui.style.colours import ChartColours, chart_colours, with_alpha
from lnl_gui.gui.widgets.basic import as_plain, number, plural
from lnl_gui.pictures.rendering import AS_DECLARED, Rendering
from lnl_gui.store.dataset.dataset_preview import EXAMPLES, ClassPreview
from lnl_gui.util.messages import message
from lnl_gui.util.translation import localized, tr
from lnl_gui.util.visible import visible

Index = QModelIndex | QPersistentModelIndex
NO_INDEX = QModelIndex()
NAME, IMAGES, PICTURES = range(3)
HEADS = (message("Class"), message("Images"), message("Examples"))
SIDE, GAP = 46, 5
ROW_HEIGHT = SIDE + 10
BAR_HEIGHT = 8
_ROOT = Path("/")


class ClassExamples:
    """Where the pictures of the table lie; a picture's number is that of its class and its own."""

    def __init__(self, classes: Sequence[ClassPreview]) -> None:
        self._classes = classes

    def file_of(self, row: int) -> ImageLocation:
        line, at = divmod(row, EXAMPLES)
        return parse_location(_ROOT, self._classes[line].examples[at])

    def thumbnail_of(self, row: int) -> Path | None:
        return None

    @property
    def rendering(self) -> Rendering:
        return AS_DECLARED


class ClassModel(QAbstractTableModel):
    """Classes as lines, in their own order or sorted by a column."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.classes: Sequence[ClassPreview] = ()
        self.most = 1
        self._order: list[int] = []

    def show(self, classes: Sequence[ClassPreview]) -> None:
        """Show other classes, in their own order."""
        self.beginResetModel()
        self.classes = classes
        self.most = max((entry.images for entry in classes), default=1) or 1
        self._order = list(range(len(classes)))
        self.endResetModel()

    def line_of(self, row: int) -> int:
        """The place of a line's class in their own order."""
        return self._order[row]

    def row_of(self, line: int) -> int:
        """Where a class is shown."""
        return self._order.index(line)

    def sort(self, column: int, order: Qt.SortOrder = Qt.SortOrder.AscendingOrder) -> None:
        """By name, which is the classes' own order, or by the number of images."""
        lines = list(range(len(self.classes)))
        if column == IMAGES:
            lines.sort(key=lambda line: self.classes[line].images)
        if order == Qt.SortOrder.DescendingOrder:
            lines.reverse()
        self.layoutAboutToBeChanged.emit()
        self._order = lines
        self.layoutChanged.emit()

    def rowCount(self, parent: Index = NO_INDEX) -> int:
        return 0 if parent.isValid() else len(self.classes)

    def columnCount(self, parent: Index = NO_INDEX) -> int:
        return 0 if parent.isValid() else len(HEADS)

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        shown = role == Qt.ItemDataRole.DisplayRole and orientation == Qt.Orientation.Horizontal
        return localized(HEADS[section]) if shown else None

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        entry = self.classes[self._order[index.row()]]
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return _spoken(entry, index.column())
        if role == Qt.ItemDataRole.ToolTipRole:
            return as_plain(class_text(entry))
        if role == Qt.ItemDataRole.DisplayRole and index.column() == NAME:
            return class_text(entry)
        return None


def class_text(entry: ClassPreview) -> str:
    """The name as it can be told from others; the line of images without a label has none."""
    return visible(entry.name) if entry.name else tr("(no label)")


def _spoken(entry: ClassPreview, column: int) -> str:
    if column == NAME:
        return class_text(entry)
    shown = entry.images if column == IMAGES else len(entry.examples)
    return plural(shown, "image")


class ClassDelegate(QStyledItemDelegate):
    """Paints the number with a bar, and the pictures in a row."""

    def __init__(self, table: QTableView, model: ClassModel, thumbnails: Thumbnails) -> None:
        super().__init__(table)
        self._model, self._thumbnails = model, thumbnails

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        super().paint(painter, option, index)
        if index.column() == NAME:
            return
        style: Any = option
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        colours = chart_colours(style.palette)
        line = self._model.line_of(index.row())
        if index.column() == IMAGES:
            self._paint_number(painter, style.rect, self._model.classes[line], colours)
        else:
            self._paint_pictures(painter, style.rect, line, colours)
        painter.restore()

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        return QSize(super().sizeHint(option, index).width(), ROW_HEIGHT)

    def _paint_number(
        self, painter: QPainter, cell: QRect, entry: ClassPreview, colours: ChartColours
    ) -> None:
        inner = cell.adjusted(8, 0, -12, 0)
        middle = inner.center().y()
        text = inner.adjusted(0, 0, 0, middle - inner.bottom() + 2)
        painter.setPen(colours.text)
        bottom = Qt.AlignmentFlag.AlignBottom | Qt.AlignmentFlag.AlignLeft
        painter.drawText(text, bottom, number(entry.images))
        track = QRect(inner.left(), middle + 6, inner.width(), BAR_HEIGHT)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(colours.line)
        painter.drawRoundedRect(track, BAR_HEIGHT / 2, BAR_HEIGHT / 2)
        width = round(track.width() * entry.images / self._model.most)
        if entry.images:
            # However few they are, there is something to see.
            track.setWidth(max(BAR_HEIGHT, width))
            painter.setBrush(colours.suspect if entry.images == 1 else colours.clean)
            painter.drawRoundedRect(track, BAR_HEIGHT / 2, BAR_HEIGHT / 2)

    def _paint_pictures(
        self, painter: QPainter, cell: QRect, line: int, colours: ChartColours
    ) -> None:
        scale = painter.device().devicePixelRatioF()
        left, top = cell.left() + 8, cell.top() + (cell.height() - SIDE) // 2
        for at in range(len(self._model.classes[line].examples)):
            place = QRect(left + at * (SIDE + GAP), top, SIDE, SIDE)
            if place.right() > cell.right():
                break
            row = line * EXAMPLES + at
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(with_alpha(colours.text, 0.07))
            painter.drawRoundedRect(place, 5, 5)
            pixmap = self._thumbnails.pixmap(row, round(SIDE * scale))
            if pixmap is not None:
                _paint_picture(painter, place, pixmap, scale)
            elif self._thumbnails.failed(row):
                painter.setPen(colours.bad)
                painter.drawText(place, Qt.AlignmentFlag.AlignCenter, "?")


def _paint_picture(painter: QPainter, place: QRect, pixmap: QPixmap, scale: float) -> None:
    size = (pixmap.size() / scale).boundedTo(place.size())
    inner = QRect(place.topLeft(), size)
    inner.moveCenter(place.center())
    path = QPainterPath()
    path.addRoundedRect(inner, 4, 4)
    painter.save()
    painter.setClipPath(path)
    painter.drawPixmap(inner, pixmap)
    painter.restore()


class ClassTable:
    """The table and what belongs to it."""

    def __init__(self, parent: QWidget) -> None:
        self.thumbnails = Thumbnails(parent)
        self.model = ClassModel(parent)
        self.view = _ClassView(self.model, self.thumbnails)

    def show(self, classes: Sequence[ClassPreview]) -> None:
        """Show other classes; the same ones keep the place that one was at."""
        if list(classes) == list(self.model.classes):
            return
        self.thumbnails.set_source(ClassExamples(classes))
        # Other classes come in their own order: the arrow must not stay at another column.
        self.view.horizontalHeader().setSortIndicator(NAME, Qt.SortOrder.AscendingOrder)
        self.model.show(classes)
        self.view.fit_names()
        self.view.want_visible()

    def stop(self) -> None:
        """End the threads that read images."""
        self.thumbnails.stop()


class _ClassView(QTableView):
    """The pictures that are wanted are those of the lines in sight."""

    def __init__(self, model: ClassModel, thumbnails: Thumbnails) -> None:
        super().__init__()
        self._classes, self._thumbnails = model, thumbnails
        self.setAccessibleName(tr("Classes"))
        self.setModel(model)
        self.setShowGrid(False)
        self.setProperty("role", "reading")
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.verticalHeader().hide()
        self.setItemDelegate(ClassDelegate(self, model, thumbnails))
        self.verticalHeader().setDefaultSectionSize(ROW_HEIGHT)
        self.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        # One tab stop: arrow keys go through the lines.
        self.setTabKeyNavigation(False)
        header = self.horizontalHeader()
        header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        header.setHighlightSections(False)
        header.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        header.setSectionResizeMode(NAME, QHeaderView.ResizeMode.Stretch)
        self.setSortingEnabled(True)
        self.verticalScrollBar().valueChanged.connect(self.want_visible)
        thumbnails.ready.connect(self._picture_came)
        model.layoutChanged.connect(self.want_visible)

    def fit_names(self) -> None:
        """Divide the width among number and pictures; the names take what is left."""
        width = self.viewport().width()
        pictures = min(EXAMPLES * (SIDE + GAP) + 12, max(width // 2, SIDE + GAP + 12))
        self.setColumnWidth(PICTURES, pictures)
        self.setColumnWidth(IMAGES, max(96, width // 5))

    def want_visible(self, *_cause: object) -> None:
        """Tell which pictures are in sight."""
        first = max(0, self.rowAt(0))
        last = self.rowAt(self.viewport().height() - 1)
        # Qt says -1 where the lines end above the lower edge.
        last = last if last >= 0 else len(self._classes.classes) - 1
        lines = map(self._classes.line_of, range(first, last + 1))
        self._thumbnails.set_wanted(
            frozenset(line * EXAMPLES + at for line in lines for at in range(EXAMPLES))
        )

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.fit_names()
        self.want_visible()

    def _picture_came(self, row: int) -> None:
        line = row // EXAMPLES
        # It may be of the classes that were shown before.
        if line < len(self._classes.classes):
            self.update(self._classes.index(self._classes.row_of(line), PICTURES))
