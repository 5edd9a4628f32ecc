"""What is doubtful or odd about a reading, in plain view; and the other readings that fit."""

from collections.abc import Sequence

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QScrollArea,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from lnl_gui.gui.open_dataset.texts import plain, reading_gives, reading_title
from lnl_gui.gui.style import icons
from lnl_gui.gui.style.colours import chart_colours
from lnl_gui.gui.widgets.basic import ElidedLabel, as_plain, frame, label
from lnl_gui.store.dataset.dataset_preview import OtherReading
from lnl_gui.util.messages import Message
from lnl_gui.util.translation import tr

DOUBT, CAUTION = "danger", "warning"
MOST_HEIGHT = 132
ICON_SIDE = 16


class _Limited(QScrollArea):
    """As tall as what it holds, up to a limit."""

    def __init__(self, inner: QWidget, most: int) -> None:
        super().__init__()
        self._most = most
        self.setWidget(inner)
        self.setWidgetResizable(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.viewport().setAutoFillBackground(False)
        inner.setAutoFillBackground(False)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        inner = self.widget()
        layout = inner.layout() if inner is not None else None
        if layout is None:
            return super().sizeHint()
        width = self.viewport().width()
        # Lines that wrap have a height for a width alone, and a scroll area asks for none.
        wraps = layout.hasHeightForWidth()
        height = layout.totalHeightForWidth(width) if wraps else layout.sizeHint().height()
        return QSize(200, min(height, self._most))

    def minimumSizeHint(self) -> QSize:
        return QSize(120, min(self.sizeHint().height(), 40))

    def resizeEvent(self, event: object) -> None:
        super().resizeEvent(event)  # type: ignore[arg-type]
        # Of another width the lines wrap to another height.
        self.updateGeometry()


class Notices(QWidget):
    """Doubts first, then cautions, each with its sign; hidden when there are none."""

    def __init__(self) -> None:
        super().__init__()
        self._inner = QWidget()
        self._column = QVBoxLayout(self._inner)
        self._column.setContentsMargins(0, 0, 6, 0)
        self._column.setSpacing(6)
        self._scroll = _Limited(self._inner, MOST_HEIGHT)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(self._scroll)
        self.hide()

    def show_notices(self, doubts: Sequence[Message], cautions: Sequence[Message]) -> None:
        """Show these instead."""
        _empty(self._column)
        for tone, said in [*((DOUBT, d) for d in doubts), *((CAUTION, c) for c in cautions)]:
            self._column.addWidget(self._notice(tone, plain(said)))
        self.setVisible(bool(doubts or cautions))
        self._scroll.updateGeometry()

    def texts(self) -> list[str]:
        """What is shown, line by line."""
        return [part.accessibleName() for part in self.findChildren(QFrame, "notice")]

    def _notice(self, tone: str, text: str) -> QFrame:
        box = frame("notice")
        box.setObjectName("notice")
        box.setProperty("tone", tone)
        kind = tr("Doubtful: {}") if tone == DOUBT else tr("Caution: {}")
        box.setAccessibleName(kind.format(text))
        row = QHBoxLayout(box)
        row.setContentsMargins(10, 7, 10, 7)
        row.setSpacing(9)
        sign = QLabel()
        colours = chart_colours(self.palette())
        colour = colours.bad if tone == DOUBT else colours.suspect
        sign.setPixmap(icons.pixmap("warning", colour, ICON_SIDE, self.devicePixelRatioF()))
        words = label(text, wrap=True)
        words.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        row.addWidget(sign, 0, Qt.AlignmentFlag.AlignTop)
        row.addWidget(words, 1)
        return box


class OtherReadings(QWidget):
    """Other readings that fit, each a button that asks for it."""

    chosen = Signal(object)
    """The `OtherReading` that was clicked."""

    def __init__(self) -> None:
        super().__init__()
        self.title = label("", "section")
        self.buttons: list[QPushButton] = []
        self._inner = QWidget()
        self._column = QVBoxLayout(self._inner)
        self._column.setContentsMargins(0, 0, 6, 0)
        self._column.setSpacing(4)
        self._scroll = _Limited(self._inner, MOST_HEIGHT)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.setSpacing(5)
        outer.addWidget(self.title)
        outer.addWidget(self._scroll)
        self.hide()

    def show_readings(
        self, readings: Sequence[OtherReading], *, known: bool, instead: bool = False
    ) -> None:
        """Show these; `known` is False while others are still looked for.

        `instead` is True where the dataset cannot be read as it is wanted.
        """
        _empty(self._column)
        self.buttons = [self._button(reading) for reading in readings]
        for each in self.buttons:
            self._column.addWidget(each)
        searching = tr("LOOKING FOR OTHER READINGS…")
        fitting = tr("READINGS THAT FIT") if instead else tr("OTHER READINGS THAT FIT")
        self.title.setText(fitting if known else searching)
        self._scroll.setVisible(bool(readings))
        self.setVisible(bool(readings) or not known)
        self._scroll.updateGeometry()

    def _button(self, reading: OtherReading) -> QPushButton:
        title, gives = reading_title(reading), reading_gives(reading)
        result = QPushButton()
        result.setProperty("role", "reading")
        result.setAutoDefault(False)
        result.setCursor(Qt.CursorShape.PointingHandCursor)
        result.setAccessibleName(tr("Read as {}: {}").format(title, gives))
        result.setToolTip(as_plain(f"{title}: {gives}"))
        row = QHBoxLayout(result)
        row.setContentsMargins(12, 0, 12, 0)
        row.setSpacing(10)
        name = label(title, "strong")
        words = ElidedLabel(gives, "muted")
        row.addWidget(name)
        row.addWidget(words, 1)
        for part in (name, words):
            # A click on the words is one on the button below them.
            part.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        result.clicked.connect(lambda: self.chosen.emit(reading))
        return result


def _empty(column: QVBoxLayout) -> None:
    while (item := column.takeAt(0)) is not None:
        widget = item.widget()
        if widget is not None:
            # It is deleted by the event loop, and would be seen until then.
            widget.hide()
            widget.deleteLater()
