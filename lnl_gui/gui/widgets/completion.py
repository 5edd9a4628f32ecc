"""A list of what could be meant, under a line of text."""

from collections.abc import Sequence

from PySide6.QtCore import QAbstractItemModel, QEvent, QObject, Qt
from PySide6.QtWidgets import QComboBox, QCompleter, QLineEdit, QListView, QWidget


def complete_from(field: QLineEdit | QComboBox, known: Sequence[str] | QAbstractItemModel) -> None:
    """Offer under a field what contains the letters typed, in whatever case."""
    completer = (
        QCompleter(known, field)
        if isinstance(known, QAbstractItemModel)
        else QCompleter(list(known), field)
    )
    completer.setCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
    completer.setFilterMode(Qt.MatchFlag.MatchContains)
    field.setCompleter(completer)
    popup = QListView()
    completer.setPopup(popup)
    popup.installEventFilter(_Dresser(field, popup))


class _Dresser(QObject):
    """Gives the list the style sheet of the field's window.

    Qt makes the list a window that belongs to none, so that it has no sheet by itself.
    """

    def __init__(self, field: QWidget, popup: QWidget) -> None:
        super().__init__(popup)
        self._field = field

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() is QEvent.Type.Show and isinstance(watched, QWidget):
            watched.setStyleSheet(sheet_of(self._field))
        return False


def sheet_of(widget: QWidget) -> str:
    """The style sheet that a widget is drawn by, its own or that of what it belongs to."""
    found: QWidget | None = widget
    while found is not None and not found.styleSheet():
        found = found.parentWidget()
    return "" if found is None else found.styleSheet()
