"""Picker of a class by typing, for a relabel."""

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QObject, QStringListModel, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QAbstractItemView, QDialog, QLineEdit, QListView, QVBoxLayout, QWidget

from lnl_gui.gui.dialogs.form import ask, hint, label
from lnl_gui.gui.i18n.numbers import fill, thinly
from lnl_gui.util.errors import UserError
from lnl_gui.util.messages import message
from lnl_gui.util.translation import tr

# With ten thousand classes the list would be rebuilt at every letter.
_MOST_SHOWN = 500
_LIST_KEYS = (Qt.Key.Key_Up, Qt.Key.Key_Down, Qt.Key.Key_PageUp, Qt.Key.Key_PageDown)


def _in_order(query: str, name: str) -> bool:
    # Each `in` reads on from where the last letter was found, so their order counts.
    letters = iter(name)
    return all(letter in letters for letter in query)


def _grade(query: str, name: str) -> int:
    """0 for the best kind of match up to 4, 9 for none."""
    if name == query:
        return 0
    if name.startswith(query):
        return 1
    if any(word.startswith(query) for word in name.replace("_", " ").replace("-", " ").split()):
        return 2
    if query in name:
        return 3
    return 4 if _in_order(query, name) else 9


def rank_classes(names: Sequence[str], query: str, likely: Sequence[int] = ()) -> list[int]:
    """Class ids that match `query`, best match first, the likely ones first among equals."""
    wanted = query.strip().casefold()
    rank = {class_id: place for place, class_id in enumerate(likely)}
    graded = [
        (_grade(wanted, name.casefold()) if wanted else 0, rank.get(class_id, len(rank)), class_id)
        for class_id, name in enumerate(names)
    ]
    return [class_id for grade, _, class_id in sorted(graded) if grade < 9]


class ClassPicker(QDialog):
    """A line edit above a list of classes; Return chooses the marked one, Escape none."""

    def __init__(
        self,
        names: Sequence[str],
        *,
        likely: Sequence[int] = (),
        samples: int = 1,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle(tr("Choose a class"))
        self.resize(360, 420)
        self._names, self._likely = tuple(names), tuple(likely)
        self._shown: list[int] = []
        what = tr("this sample") if samples == 1 else thinly(fill(tr("{:,} samples"), samples))
        self.line = QLineEdit()
        self.line.setPlaceholderText(tr("Type to filter"))
        self.line.setAccessibleName(tr("Class to give"))
        self.line.installEventFilter(self)
        self.line.textChanged.connect(self._filter)
        self.line.returnPressed.connect(self._accept_if_any)
        self._build_list()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(16, 16, 16, 16)
        layout.setSpacing(10)
        layout.addWidget(label(tr("New label of {}").format(what), "heading"))
        layout.addWidget(self.line)
        layout.addWidget(self.list, 1)
        self.foot = hint()
        layout.addWidget(self.foot)
        self._filter("")

    def _build_list(self) -> None:
        self._model = QStringListModel(self)
        self.list = QListView()
        self.list.setAccessibleName(tr("Classes, most likely first"))
        self.list.setModel(self._model)
        self.list.setUniformItemSizes(True)
        self.list.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.list.activated.connect(self._accept_if_any)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Let the arrow keys move in the list while the line has the focus."""
        if (
            watched is self.line
            and isinstance(event, QKeyEvent)
            and event.type() == QEvent.Type.KeyPress
            and event.key() in _LIST_KEYS
        ):
            self.list.keyPressEvent(event)
            return True
        return super().eventFilter(watched, event)

    def _filter(self, text: str) -> None:
        ranked = rank_classes(self._names, text, self._likely)
        self._shown = ranked[:_MOST_SHOWN]
        likely = set(self._likely)
        self._model.setStringList(
            [self._names[c] + (tr("   · likely") if c in likely else "") for c in self._shown]
        )
        if self._shown:
            self.list.setCurrentIndex(self._model.index(0))
        self.foot.setText(_foot(len(ranked), len(self._names)))

    def _accept_if_any(self) -> None:
        if self.list.currentIndex().isValid():
            self.accept()

    def parameters(self) -> int:
        """The id of the marked class.

        Raises:
            UserError: when nothing matches what was typed.
        """
        place = self.list.currentIndex().row()
        if place < 0:
            raise UserError(
                message("No class matches {text}.", text=repr(self.line.text())),
                message("Type fewer letters."),
            )
        return self._shown[place]


def _foot(matching: int, total: int) -> str:
    if not matching:
        return tr("No class matches. Type fewer letters.")
    if matching > _MOST_SHOWN:
        return tr("The first {} of {} classes. Type to see fewer.").format(_MOST_SHOWN, matching)
    if matching < total:
        return tr("{} of {} classes. Return gives the marked one.").format(matching, total)
    return tr("Return gives the marked class.")


def ask_class(
    parent: QWidget | None,
    names: Sequence[str],
    *,
    likely: Sequence[int] = (),
    samples: int = 1,
) -> int | None:
    """Ask for a class; its id, or None when the dialog was closed."""
    return ask(ClassPicker(names, likely=likely, samples=samples, parent=parent))
