"""Events that a mouse sends a widget and QTest has no function for."""

from pathlib import Path
from typing import Protocol

from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDropEvent, QWheelEvent
from PySide6.QtWidgets import QApplication, QWidget


class DropTarget(Protocol):
    """What takes files that are dropped on it."""

    def dropEvent(self, event: QDropEvent) -> None: ...


def drop(target: DropTarget, source: Path | QUrl) -> None:
    """Let a file, folder or URL go over a window."""
    data = QMimeData()
    data.setUrls([source if isinstance(source, QUrl) else QUrl.fromLocalFile(str(source))])
    copy, left = Qt.DropAction.CopyAction, Qt.MouseButton.LeftButton
    event = QDropEvent(QPoint(50, 50), copy, data, left, Qt.KeyboardModifier.NoModifier)
    target.dropEvent(event)


def turn_wheel(widget: QWidget, notches: int, *, place: QPointF | None = None) -> None:
    """Turn the wheel over a place of a widget, by default its middle."""
    place = QPointF(widget.rect().center()) if place is None else place
    event = QWheelEvent(
        place,
        widget.mapToGlobal(place),
        QPoint(),
        QPoint(0, 120 * notches),
        Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    QApplication.sendEvent(widget, event)
