"""A wheel that turns a page changes nothing that it passes over."""

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtWidgets import QAbstractSpinBox, QComboBox, QSlider, QWidget

TURNED = (QComboBox, QAbstractSpinBox, QSlider)
"""What Qt changes where the wheel is turned over it."""


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
    """Let the lists, number fields and sliders of a widget follow the wheel in use alone.

    The widget itself too. What is added to it later is to be spared by itself.
    """
    passing = _Passing(place)
    for each in (place, *place.findChildren(QWidget)):
        if isinstance(each, TURNED):
            # Or the first turn would give it the focus, and the second one change it.
            if each.focusPolicy() == Qt.FocusPolicy.WheelFocus:
                each.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
            each.installEventFilter(passing)
