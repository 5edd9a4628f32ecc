"""Line edit that tells when the keys may go elsewhere."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QLineEdit

_ENDS = (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Escape)


class LeavingLine(QLineEdit):
    """A line of text that Return and Escape lead out of; Escape empties it."""

    left = Signal()
    """What is in it stands: the focus may go."""

    def keyPressEvent(self, event: QKeyEvent) -> None:
        super().keyPressEvent(event)
        if event.key() == Qt.Key.Key_Escape:
            self.clear()
        if event.key() in _ENDS:
            event.accept()
            self.left.emit()
