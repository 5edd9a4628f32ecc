"""Overlay with all keyboard shortcuts; any key or click closes it."""

from PySide6.QtCore import QEvent, QObject, QSize, Qt
from PySide6.QtGui import QColor, QKeyEvent, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import (
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QScrollArea,
    QScrollBar,
    QVBoxLayout,
    QWidget,
)

from lnl_gui.gui.i18n.keys import modifier, shown
from lnl_gui.gui.shell.actions import GROUPS, MOVING, VIEW
from lnl_gui.gui.shell.actions.spec import ActionGroup, ActionSpec
from lnl_gui.gui.shell.actions.table import ActionTable
from lnl_gui.gui.widgets.basic import frame, label
from lnl_gui.util.messages import Message, message
from lnl_gui.util.translation import localized, tr

AROUND = QSize(84, 170)
"""What of the window the card's edges, heading and foot take."""
LINE = 40
"""Pixels that one step scrolls."""
_PLACES = ((0, 1, 1, 0, 2), (0, 1, 1, 0, 1), (0, 0, 0, 0, 0))
"""The column of each group, with three columns, two and one."""


def _fixed() -> dict[Message, tuple[tuple[Message, Message], ...]]:
    """Keys that are no actions, by the heading they stand under."""
    control, alt = modifier("Ctrl"), modifier("Alt")
    return {
        MOVING.title: (
            (message("Arrows"), message("Move; wraps at line ends")),
            (message("Shift + arrows, click"), message("Select a range")),
            (
                message("{control} + click, {control} + Space", control=control),
                message("Add or remove one"),
            ),
            (message("Drag"), message("Select by rubber band")),
            (message("Return"), message("Look closely")),
            (message("Page Up / Down"), message("A screen up or down")),
        ),
        VIEW.title: (
            (message("{alt} + arrows", alt=alt), message("In the loupe: brightness and contrast")),
            (message("F2"), message("In the loupe: what stands beside the image")),
        ),
    }


HELP_WIDTH = 240


class KeysOverlay(QWidget):
    """A card with the table of actions, as the keys are set now."""

    def __init__(self, window: QWidget, actions: ActionTable) -> None:
        super().__init__(window)
        self._actions = actions
        self._window = window
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName(tr("Keys"))
        self._before: QWidget | None = None
        self._card: QWidget | None = None
        self._bar: QScrollBar | None = None
        self._layout = QVBoxLayout(self)
        self._layout.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.hide()
        # It lies over the window, in no layout, and follows its size by itself.
        window.installEventFilter(self)

    def toggle(self) -> None:
        """Show the keys, or hide them."""
        if self.isVisible():
            self.dismiss()
            return
        self._rebuild()
        self._before = self.window().focusWidget()
        self.setGeometry(self._window.rect())
        self.show()
        self.raise_()
        self.setFocus()

    def dismiss(self) -> None:
        self.hide()
        if self._before is not None:
            self._before.setFocus()

    def _rebuild(self) -> None:
        if self._card is not None:
            self._card.deleteLater()
        self._card = frame("overlay")
        inner = QVBoxLayout(self._card)
        inner.setContentsMargins(30, 24, 30, 24)
        inner.setSpacing(16)
        inner.addWidget(label(tr("Keys"), "title"))
        inner.addWidget(self._scrolling(self._page()))
        inner.addWidget(label(tr("Any key closes this."), "small"))
        self._layout.addWidget(self._card, 0, Qt.AlignmentFlag.AlignCenter)

    def _page(self) -> QWidget:
        """The groups in as many columns as have room side by side."""
        room = self._window.width() - AROUND.width()
        for places in _PLACES:
            page = self._in_columns(places)
            if page.sizeHint().width() <= room or places is _PLACES[-1]:
                break
            page.deleteLater()
        return page

    def _in_columns(self, places: tuple[int, ...]) -> QWidget:
        # Inside the window, whose style sheet its size hangs on.
        page = QWidget(self)
        row = QHBoxLayout(page)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(32)
        columns = [QVBoxLayout() for _ in range(max(places) + 1)]
        for place, group in zip(places, GROUPS, strict=True):
            column = columns[place]
            column.setSpacing(8)
            column.addWidget(label(localized(group.title).upper(), "section"))
            column.addLayout(self._table(group))
            column.addSpacing(10)
        for column in columns:
            column.addStretch(1)
            row.addLayout(column)
        return page

    def _scrolling(self, page: QWidget) -> QScrollArea:
        """The page in as much room as it needs, or as there is."""
        scroll = QScrollArea(self)
        scroll.setFrameShape(QFrame.Shape.NoFrame)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setWidgetResizable(True)
        scroll.setWidget(page)
        # `setWidget` turns the filling on; the card's own colour is to be seen.
        for ground in (page, scroll.viewport()):
            ground.setAutoFillBackground(False)
        wanted, room = page.sizeHint(), self._window.size() - AROUND
        height = min(wanted.height(), room.height())
        bar = scroll.verticalScrollBar().sizeHint().width() if height < wanted.height() else 0
        self._bar = scroll.verticalScrollBar()
        scroll.setFixedSize(min(wanted.width(), room.width()) + bar, height)
        return scroll

    def _table(self, group: ActionGroup) -> QGridLayout:
        grid = QGridLayout()
        grid.setHorizontalSpacing(14)
        grid.setVerticalSpacing(5)
        fixed = [(localized(keys), localized(text)) for keys, text in _fixed().get(group.title, ())]
        lines = [*fixed, *self._of_group(group)]
        for number, (keys, text) in enumerate(lines):
            grid.addWidget(label(keys, "key"), number, 0, Qt.AlignmentFlag.AlignRight)
            grid.addWidget(_words(text), number, 1)
        grid.setColumnStretch(1, 1)
        return grid

    def _of_group(self, group: ActionGroup) -> list[tuple[str, str]]:
        specs = group.actions
        shown = [(self._keys(spec), _said(spec)) for spec in specs if not _is_class_key(spec)]
        if any(_is_class_key(spec) for spec in specs):
            # After the five verdicts.
            shown.insert(5, ("1 … 9  0", tr("Relabel as the class with that key")))
        return [(keys, text) for keys, text in shown if keys]

    def _keys(self, spec: ActionSpec) -> str:
        sequences = self._actions[spec.id].shortcuts()
        return "  ".join(map(shown, sequences))

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(self.rect(), QColor(0, 0, 0, 130))
        painter.end()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Up and down scroll where the keys do not fit; any other key closes."""
        keys = Qt.Key
        steps = {keys.Key_Up: -1, keys.Key_Down: 1, keys.Key_PageUp: -8, keys.Key_PageDown: 8}
        bar = self._bar
        if bar is not None and bar.maximum() > 0 and event.key() in steps:
            bar.setValue(bar.value() + steps[Qt.Key(event.key())] * LINE)
        else:
            self.dismiss()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self.dismiss()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Resize and self.isVisible():
            self.setGeometry(self._window.rect())
        return False


def _said(spec: ActionSpec) -> str:
    """The word on its button, and what it does where that says more."""
    word, does = localized(spec.text).rstrip("…"), localized(spec.help)
    return word if word == does else f"{word}: {does}"


def _words(text: str) -> QLabel:
    """What a key does, on two lines where a language needs them."""
    words = label(text, wrap=True)
    # Before it is first shown a label has not yet the style sheet's font.
    words.ensurePolished()
    words.setMinimumWidth(min(words.fontMetrics().horizontalAdvance(text) + 4, HELP_WIDTH))
    words.setMaximumWidth(HELP_WIDTH)
    return words


def _is_class_key(spec: ActionSpec) -> bool:
    return spec.id.startswith("class-")
