"""Picker of a class by typing, for a relabel."""

import re
from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType

from PySide6.QtCore import (
    QEvent,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QSize,
    QStringListModel,
    Qt,
    Signal,
)
from PySide6.QtGui import QColor, QKeyEvent, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QApplication,
    QLineEdit,
    QListView,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QVBoxLayout,
    QWidget,
)

from lnl_gui.gui.dialogs.form import hint, label
from lnl_gui.gui.i18n.numbers import fill
from lnl_gui.gui.widgets.basic import frame
from lnl_gui.util.translation import tr

# With ten thousand classes the list would be rebuilt at every letter.
_MOST_SHOWN = 500
_WORDS = re.compile(r"[\s_\-/.:>|,]+")
"""What stands between the words of a name, and between the levels of a hierarchy."""
_ADD = -1
"""In the place of a class: the entry that adds one."""
_LIST_KEYS = (Qt.Key.Key_Up, Qt.Key.Key_Down, Qt.Key.Key_PageUp, Qt.Key.Key_PageDown)


def _in_order(query: str, name: str) -> bool:
    # Each `in` reads on from where the last letter was found, so their order counts.
    letters = iter(name)
    return all(letter in letters for letter in query)


def _follow(parts: Sequence[str], words: Sequence[str]) -> bool:
    """Whether words begin with the parts, one after the other."""
    left = iter(words)
    return all(any(word.startswith(part) for word in left) for part in parts if part)


def _grade(query: str, name: str) -> int:
    """0 for the best kind of match up to 4, 9 for none."""
    if name == query:
        return 0
    if name.startswith(query):
        return 1
    words = _WORDS.split(name)
    if any(word.startswith(query) for word in words):
        return 2
    # "ani do" finds animal/dog: the first letters of each level, in their order.
    if len(parts := _WORDS.split(query)) > 1 and _follow(parts, words):
        return 2
    if query in name:
        return 3
    return 4 if _in_order(query, name) else 9


def rank_classes(
    names: Sequence[str],
    query: str,
    likely: Sequence[int] = (),
    keys: Mapping[str, int] = MappingProxyType({}),
) -> list[int]:
    """Class ids that match `query`, best match first, the likely ones first among equals.

    A key of a class finds it, after a class of that name.
    """
    typed = query.strip()
    wanted = typed.casefold()
    rank = {class_id: place for place, class_id in enumerate(likely)}
    graded = [
        # The exact name first: classes may differ in case alone.
        (
            _grade(wanted, name.casefold()) if wanted else 0,
            name != typed,
            rank.get(class_id, len(rank)),
            class_id,
        )
        for class_id, name in enumerate(names)
        # Classes that are merged or deleted have none.
        if name
    ]
    # 9 is the grade of no match.
    found = [class_id for grade, *_, class_id in sorted(graded) if grade < 9]
    keyed = keys.get(wanted.upper(), _ADD)
    if keyed < 0 or (found and names[found[0]].casefold() == wanted):
        return found
    return [keyed, *(class_id for class_id in found if class_id != keyed)]


class _NarrowRow(QStyledItemDelegate):
    """A row as wide as the list: one that asked for more would scroll instead of being cut."""

    def sizeHint(
        self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> QSize:
        return QSize(0, super().sizeHint(option, index).height())


class ClassPicker(QWidget):
    """A line edit above a list of classes, over the window that asks.

    A part of the window and no dialog: it has the keys from the moment it is asked for, where a
    window of its own gets them only once the window manager says so. Return chooses the marked
    class; Escape, a click outside and whatever takes the keys away choose none.
    """

    chosen = Signal(int)
    """Id of the class."""
    added = Signal(str)
    """Name of a class that is not there."""
    closed = Signal()
    """Gone, with or without a choice; comes after `chosen`."""

    def __init__(
        self,
        names: Sequence[str],
        window: QWidget,
        *,
        likely: Sequence[int] = (),
        recent: Sequence[int] = (),
        keys: Mapping[str, int] = MappingProxyType({}),
        samples: int = 1,
    ) -> None:
        super().__init__(window)
        self._names, self._likely = tuple(names), tuple(likely)
        self._first = tuple(dict.fromkeys((*likely, *recent)))
        self._keys, self._recent = keys, frozenset(recent)
        self._key_of = {class_id: key for key, class_id in keys.items()}
        self._shown: list[int] = []
        self._window = window
        self._build(samples)
        self._filter("")
        # It lies over the window, in no layout, and follows its size by itself.
        window.installEventFilter(self)
        # The application's type, as its checker sees it, is the core's.
        application = QApplication.instance()
        assert isinstance(application, QApplication)
        application.focusChanged.connect(self._focus_changed)

    def _build(self, samples: int) -> None:
        what = tr("this sample") if samples == 1 else fill(tr("{:,} samples"), samples)
        self.line = QLineEdit()
        self.line.setPlaceholderText(tr("Type to filter"))
        self.line.setAccessibleName(tr("Class to give"))
        self.line.textChanged.connect(self._filter)
        self._build_list()
        for each in (self.line, self.list):
            each.installEventFilter(self)
        self.card = frame("overlay")
        self.card.setFixedSize(380, 440)
        inside = QVBoxLayout(self.card)
        inside.setContentsMargins(16, 16, 16, 16)
        inside.setSpacing(10)
        inside.addWidget(label(tr("New label of {}").format(what), "heading"))
        inside.addWidget(self.line)
        inside.addWidget(self.list, 1)
        self.foot = hint()
        inside.addWidget(self.foot)
        layout = QVBoxLayout(self)
        layout.addWidget(self.card, 0, Qt.AlignmentFlag.AlignCenter)

    def _build_list(self) -> None:
        self._model = QStringListModel(self)
        self.list = QListView()
        self.list.setAccessibleName(tr("Classes, most likely first"))
        self.list.setModel(self._model)
        # The view asks for the size of one row instead of all: 1 call for 500 classes, not 519.
        self.list.setUniformItemSizes(True)
        # Names of a hierarchy differ at their ends, where the key stands as well.
        self.list.setTextElideMode(Qt.TextElideMode.ElideMiddle)
        self.list.setItemDelegate(_NarrowRow(self.list))
        self.list.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.list.doubleClicked.connect(self._choose)

    def open(self) -> None:
        """Show it over the window; it has the keys when this returns."""
        self.setGeometry(self._window.rect())
        self.show()
        self.raise_()
        self.line.setFocus()

    def close_picker(self) -> None:
        """Be gone without a choice, or after it."""
        if not self.isHidden():
            self.hide()
            self.closed.emit()
            # A child of the window, it would live as long as that.
            self.deleteLater()

    def _focus_changed(self, _before: QWidget | None, now: QWidget | None) -> None:
        # While another window has the keys nothing is decided here.
        if now is not None and now.window() is self._window and not self.isAncestorOf(now):
            self.close_picker()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Keys of the picker, whatever they mean elsewhere in the window."""
        if watched is self._window:
            if event.type() == QEvent.Type.Resize:
                self.setGeometry(self._window.rect())
            return False
        if event.type() == QEvent.Type.ShortcutOverride:
            # Accepted, the key comes to the picker, and no shortcut of the window sees it.
            event.accept()
            return True
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            return self._key(watched, event)
        return False

    def _key(self, watched: QObject, event: QKeyEvent) -> bool:
        key = event.key()
        if key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._choose()
        elif key == Qt.Key.Key_Escape:
            self.close_picker()
        elif key in (Qt.Key.Key_Tab, Qt.Key.Key_Backtab):
            # The keys stay in here.
            (self.list if watched is self.line else self.line).setFocus()
        elif watched is self.line and key in _LIST_KEYS:
            self.list.keyPressEvent(event)
        else:
            return False
        return True

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(self.rect(), QColor(0, 0, 0, 90))
        painter.end()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if not self.card.geometry().contains(event.position().toPoint()):
            self.close_picker()

    def _filter(self, text: str) -> None:
        ranked = rank_classes(self._names, text, self._first, self._keys)
        self._shown = ranked[:_MOST_SHOWN]
        entries = [self._entry(class_id) for class_id in self._shown]
        typed = text.strip()
        if typed and typed.casefold() not in {name.casefold() for name in self._names}:
            self._shown.append(_ADD)
            entries.append(tr("No such class: add “{}”").format(typed))
        self._model.setStringList(entries)
        # A mistyped name and Return must not make a class: it is marked on purpose.
        if ranked:
            self.list.setCurrentIndex(self._model.index(0))
        self.foot.setText(_foot(len(ranked), sum(map(bool, self._names))))

    def marked(self) -> int | None:
        """The id of the marked class; None when nothing matches what was typed."""
        place = self.list.currentIndex().row()
        return self._shown[place] if place >= 0 and self._shown[place] != _ADD else None

    def _entry(self, class_id: int) -> str:
        """A class with its key, and why it is among the first."""
        key = self._key_of.get(class_id)
        said = f"{self._names[class_id]}   [{key}]" if key else self._names[class_id]
        if class_id in self._likely:
            return said + tr("   · likely")
        return said + (tr("   · recent") if class_id in self._recent else "")

    def _choose(self) -> None:
        place = self.list.currentIndex().row()
        if place >= 0 and self._shown[place] == _ADD and not self.isHidden():
            self.added.emit(self.line.text().strip())
            self.close_picker()
            return
        marked = self.marked()
        if marked is not None and not self.isHidden():
            self.chosen.emit(marked)
            self.close_picker()


def _foot(matching: int, total: int) -> str:
    if not matching:
        return tr("No class matches. Type fewer letters.")
    if matching > _MOST_SHOWN:
        return tr("The first {} of {} classes. Type to see fewer.").format(_MOST_SHOWN, matching)
    if matching < total:
        return tr("{} of {} classes. Return gives the marked one.").format(matching, total)
    return tr("Return gives the marked class.")


def ask_class(
    window: QWidget,
    names: Sequence[str],
    *,
    chosen: Callable[[int], object],
    closed: Callable[[], object],
    added: Callable[[str], object],
    likely: Sequence[int] = (),
    recent: Sequence[int] = (),
    keys: Mapping[str, int] = MappingProxyType({}),
    samples: int = 1,
) -> None:
    """Ask for a class over the window.

    `chosen` is called with its id, or `added` with the name of a class that is not there, unless
    none is chosen, and `closed` in any case after that.
    """
    picker = ClassPicker(names, window, likely=likely, recent=recent, keys=keys, samples=samples)
    picker.chosen.connect(chosen)
    picker.added.connect(added)
    picker.closed.connect(closed)
    picker.open()
