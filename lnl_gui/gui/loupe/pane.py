"""One image of the loupe in its frame, with a line on its labels where there are several."""

from PySide6.QtCore import QEvent, QObject, QPointF, Qt, Signal
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QFrame, QVBoxLayout, QWidget

from lnl_gui.gui.inspector.image_view import ImageView
from lnl_gui.gui.loupe.pictures import LoupePicture
from lnl_gui.gui.widgets.basic import ElidedLabel, restyle
from lnl_gui.util.translation import tr

_PIXELS_PER_STEP = 24.0
"""How far the mouse is dragged for one step of brightness or contrast."""


class LoupePane(QFrame):
    """Shows the picture of one row; a click asks for it, the right button changes the tone."""

    chosen = Signal(int)
    dragged = Signal(float, float)
    """Steps of contrast and of brightness."""
    reset_requested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("role", "loupe-pane")
        self.row = -1
        self._picture: LoupePicture | None = None
        self._labels = ""
        self._pulled: QPointF | None = None
        self.image = ImageView()
        # It sees the mouse before the image does, whose own button for dragging is the left one.
        self.image.installEventFilter(self)
        self.caption = ElidedLabel(role="strong")
        self.caption.setContentsMargins(8, 3, 8, 3)
        column = QVBoxLayout(self)
        column.setContentsMargins(2, 2, 2, 2)
        column.setSpacing(0)
        column.addWidget(self.image, 1)
        column.addWidget(self.caption)

    def show_row(self, row: int, name: str, caption: str) -> None:
        """Make room for a row: never its labels beside the image of another."""
        if row != self.row:
            self.row, self._picture = row, None
            self.image.set_message(tr("Reading the image…"))
        self.image.setAccessibleName(name)
        self._labels = caption
        self._show_caption()

    def show_picture(self, picture: LoupePicture) -> None:
        """The picture of the row, or why there is none."""
        # One that comes late may be of the row shown before.
        if picture is self._picture or picture.row != self.row:
            return
        self._picture = picture
        if picture.levels:
            self.image.set_image(picture.levels)
        else:
            self.image.set_message(tr("This image cannot be shown: {}.").format(picture.problem))
        self._show_caption()

    def _show_caption(self) -> None:
        parts = [self._labels] if self._labels else []
        if self._picture is not None and self._picture.levels and self._picture.problem:
            parts.append(tr("Only its thumbnail: {}").format(self._picture.problem))
        self.caption.set_full("   ·   ".join(parts))
        self.caption.setVisible(bool(parts))

    def set_current(self, current: bool) -> None:
        """Frame it: a verdict is on this one."""
        restyle(self, "current", "true" if current else "false")

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Left presses choose and are then the image's own; the right button drags the tone."""
        if not isinstance(event, QMouseEvent):
            return False
        kinds, right = QEvent.Type, Qt.MouseButton.RightButton
        if event.type() == kinds.MouseButtonPress and event.button() != right:
            self.chosen.emit(self.row)
            return False
        if event.type() == kinds.MouseButtonPress:
            self._pulled = event.position()
            return True
        if event.type() == kinds.MouseMove and self._pulled is not None:
            moved = event.position() - self._pulled
            self._pulled = event.position()
            # Screens count downwards, and up is brighter.
            self.dragged.emit(moved.x() / _PIXELS_PER_STEP, -moved.y() / _PIXELS_PER_STEP)
            return True
        if event.button() != right:
            return False
        self._pulled = None
        if event.type() == kinds.MouseButtonDblClick:
            self.reset_requested.emit()
        return True
