"""Letters that give a class, where digits do already as commands of the window."""

from functools import partial

from PySide6.QtCore import QObject, Qt
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QWidget

from lnl_gui.gui.context import ActionLookup
from lnl_gui.gui.model.review_model import ReviewModel
from lnl_gui.session.changes import Changes
from lnl_gui.store.dataset.classes import ClassInfo

ORDER = "1234567890ABCDEFGHIJKLMNOPQRSTUVWXYZ"
"""Keys that a class can have, as the legend shows them."""


def keyed_classes(review: ReviewModel, actions: ActionLookup) -> list[ClassInfo]:
    """Classes that have a key of their own, digits first."""

    def is_free(key: str) -> bool:
        # A letter that a command has taken since would do neither.
        return key.isdecimal() or not actions.taken(key)

    classes = (entry for entry in review.session.shown_classes if entry.shortcut)
    found = [entry for entry in classes if entry.shortcut in ORDER and is_free(entry.shortcut)]
    return sorted(found, key=lambda entry: ORDER.index(entry.shortcut))


class ClassLetters(QObject):
    """The letters of the classes as they are now, in one widget and what it holds."""

    def __init__(self, review: ReviewModel, actions: ActionLookup, place: QWidget) -> None:
        super().__init__(place)
        self._review, self._actions, self._place = review, actions, place
        self._shortcuts: list[QShortcut] = []
        review.changed.connect(self._changed)
        actions.keys_changed.connect(self._set)
        self._set()

    def _changed(self, changes: Changes) -> None:
        if changes.classes:
            self._set()

    def _set(self) -> None:
        for each in self._shortcuts:
            # At once, for deletion waits: of two shortcuts with one key Qt calls neither.
            each.setParent(None)
            each.deleteLater()
        self._shortcuts = [
            self._shortcut(entry)
            for entry in keyed_classes(self._review, self._actions)
            # Digits are commands of the window, whose keys a person may change.
            if not entry.shortcut.isdecimal()
        ]

    def _shortcut(self, entry: ClassInfo) -> QShortcut:
        result = QShortcut(QKeySequence(entry.shortcut), self._place)
        # Held down it would label samples that nobody has seen yet.
        result.setAutoRepeat(False)
        result.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        result.activated.connect(partial(self._review.relabel, entry.id))
        return result
