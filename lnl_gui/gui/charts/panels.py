"""The confusion matrix and the embedding map, each with its controls."""

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QImage, QPainter, QPaintEvent
from PySide6.QtWidgets import (
    QButtonGroup,
    QComboBox,
    QHBoxLayout,
    QLabel,
    QLayout,
    QVBoxLayout,
    QWidget,
)

from lnl_gui.gui.charts.axes import small_font
from lnl_gui.gui.charts.embedding_map import EmbeddingMap
from lnl_gui.gui.charts.label_matrix import LabelMatrix
from lnl_gui.gui.charts.map_colours import COLOUR_BY
from lnl_gui.gui.charts.map_legend import MapLegend
from lnl_gui.gui.charts.pair_table import ClassOrder
from lnl_gui.gui.charts.projection_bar import ProjectionBar
from lnl_gui.gui.i18n.numbers import fill
from lnl_gui.gui.style.colours import chart_colours, heat_table
from lnl_gui.gui.widgets.basic import word_button
from lnl_gui.util.messages import message, message_n
from lnl_gui.util.translation import localized, tr

MANY = 24
"""From more classes on, the matrix begins with those that are confused."""
STRIP = 56
"""Least width of a colour scale."""
_COLOUR_TITLES = {
    "given": message("Given label"),
    "suggested": message("Suggested label"),
    "suspicion": message("Suspicion"),
    "status": message("Status"),
}


class MapPanel(QWidget):
    """The embedding map under its tools; `map` is the chart itself."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.map = EmbeddingMap()
        self.colour = QComboBox()
        self.colour.setAccessibleName(tr("Colour by"))
        for key in COLOUR_BY:
            self.colour.addItem(localized(_COLOUR_TITLES[key]), key)
        self.colour.currentIndexChanged.connect(
            lambda _place: self.map.set_colour_by(self.colour.currentData())
        )
        self.lasso = word_button(tr("Lasso"), tr("Drag around samples to take them"))
        self.hand = word_button(tr("Move"), tr("Drag to move the map"))
        group = QButtonGroup(self)
        for button in (self.lasso, self.hand):
            button.setCheckable(True)
            group.addButton(button)
        self.lasso.setChecked(True)
        self.lasso.toggled.connect(self.map.set_lasso_mode)
        fit = word_button(tr("Fit"), tr("Show all samples"))
        fit.clicked.connect(self.map.fit)
        self.taken = _small("")
        self.map.lassoed.connect(lambda mask: self._say_taken(int(mask.sum())))
        self.colour.setToolTip(tr("Colour by"))
        tools = _row(self.lasso, self.hand, fit)
        tools.addStretch(1)
        tools.addWidget(self.taken)
        rows = _rows(_row(self.colour), tools)
        self.projections = ProjectionBar()
        # Above the map, where it covers no point.
        self.legend = MapLegend()
        self.map.recoloured.connect(self.legend.set_entries)
        _stack(self, rows, self.projections, self.legend, self.map)

    def _say_taken(self, count: int) -> None:
        self.taken.setText(fill(tr("{:,} taken"), count) if count else "")


class MatrixPanel(QWidget):
    """The matrix under its tools; `matrix` is the chart itself."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.matrix = LabelMatrix()
        self.order = QComboBox()
        self.order.setAccessibleName(tr("Order of the classes"))
        self.order.addItem(tr("All classes in their order"), ClassOrder.BY_ID)
        self.order.addItem(tr("All classes, most confused first"), ClassOrder.CONFUSED_FIRST)
        self.order.addItem(
            tr("Confused classes only, most confused first"), ClassOrder.CONFUSED_ONLY
        )
        self.order.currentIndexChanged.connect(
            lambda _place: self.matrix.set_order(self.order.currentData())
        )
        self.left_out = _small("")
        self.left_out.hide()
        self.matrix.left_out.connect(self._say_left_out)
        # Once: then the order is the reader's.
        self.matrix.named.connect(self._order_many)
        smaller, larger = (
            word_button("−", tr("Smaller cells")),
            word_button("+", tr("Larger cells")),
        )
        smaller.clicked.connect(lambda: self.matrix.zoom(0.8))
        larger.clicked.connect(lambda: self.matrix.zoom(1.25))
        fit = word_button(tr("Fit"), tr("Show the whole matrix"))
        fit.clicked.connect(self.matrix.fit)
        tools = _row(smaller, larger, fit)
        tools.addStretch(1)
        tools.addWidget(HeatLegend(tr("few"), tr("many")))
        _stack(self, _rows(_row(self.order), tools), self.left_out, self.matrix)

    def _order_many(self, classes: int) -> None:
        """Of classes too many to be seen at once, those that are confused are news."""
        order = ClassOrder.CONFUSED_ONLY if classes > MANY else ClassOrder.BY_ID
        self.order.setCurrentIndex(self.order.findData(order))

    def _say_left_out(self, count: int) -> None:
        said = message_n(
            "{count:,} class confused with none is left out.",
            "{count:,} classes confused with none are left out.",
            count,
        )
        self.left_out.setText(localized(said))
        self.left_out.setVisible(count > 0)


class HeatLegend(QWidget):
    """A strip from the faint to the strong end of the heat scale."""

    def __init__(self, low: str, high: str) -> None:
        super().__init__()
        self._ends = (low, high)
        self.setAccessibleName(tr("Colour scale from {} to {}").format(low, high))

    def sizeHint(self) -> QSize:
        metrics = self.fontMetrics()
        words = sum(metrics.horizontalAdvance(word) for word in self._ends)
        return QSize(STRIP + words, metrics.height() + 4)

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        colours = chart_colours(self.palette())
        painter.setFont(small_font(self.font()))
        painter.setPen(colours.faint)
        left = painter.fontMetrics().horizontalAdvance(self._ends[0]) + 8
        right = self.width() - painter.fontMetrics().horizontalAdvance(self._ends[1]) - 8
        middle = Qt.AlignmentFlag.AlignVCenter
        painter.drawText(self.rect(), middle, self._ends[0])
        painter.drawText(self.rect(), middle | Qt.AlignmentFlag.AlignRight, self._ends[1])
        # From level 28 on, as the matrix uses it.
        table = heat_table(dark=colours.dark)[28:].copy()
        image = QImage(table.data, len(table), 1, 4 * len(table), QImage.Format.Format_RGB32)
        painter.drawImage(QRectF(left, self.height() / 2 - 4, right - left, 8), image)


def _rows(*rows: QLayout) -> QVBoxLayout:
    """Rows below each other: side by side they would be cut where the panel is narrow."""
    column = QVBoxLayout()
    for row in rows:
        column.addLayout(row)
    return column


def _small(text: str) -> QLabel:
    label = QLabel(text)
    label.setProperty("role", "small")
    return label


def _row(*widgets: QWidget) -> QHBoxLayout:
    row = QHBoxLayout()
    row.setContentsMargins(0, 4, 0, 6)
    row.setSpacing(3)
    for widget in widgets:
        row.addWidget(widget)
    return row


def _stack(panel: QWidget, row: QLayout, *widgets: QWidget) -> None:
    """Lay out the row of tools above the widgets; the last one, the chart, takes the room left."""
    column = QVBoxLayout(panel)
    column.setContentsMargins(0, 0, 0, 0)
    column.setSpacing(0)
    column.addLayout(row)
    for widget in widgets:
        column.addWidget(widget, int(widget is widgets[-1]))
