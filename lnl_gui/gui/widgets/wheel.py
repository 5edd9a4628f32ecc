"""A wheel that turns a page changes nothing that it passes over."""

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtWidgets import QAbstractSpinBox, QComboBox, QSlider, QWidget


class _Passing(QObject):
    """Hands the wheel on to what can be scrolled, unless the widget has the keyboard focus."""

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        passes = (
            event.type() == QEvent.Type.Wheel
            and isinstance(watched, QWidget)
            and not watched.hasFocus()
        )
        if passes:
            # Ignored, Qt offers it to the parents.
            event.ignore()
        return passes


def spare_from_wheel(place: QWidget) -> None:
    """Let the lists, number fields and sliders of a widget follow the wheel in use alone."""
    passing = _Passing(place)
    for kind in (QComboBox, QAbstractSpinBox, QSlider):
        for each in place.findChildren(kind):
            # Or the first turn would give it the focus, and the second one change it.
            if each.focusPolicy() == Qt.FocusPolicy.WheelFocus:
                each.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
            each.installEventFilter(passing)
