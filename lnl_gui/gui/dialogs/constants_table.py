"""A table of constants by name: the default of each, the paper's, and a value to edit."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QComboBox,
    QHBoxLayout,
    QHeaderView,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
    QWidget,
)

from lnl_gui.gui.widgets.basic import button
from lnl_gui.gui.widgets.wheel import spare_from_wheel
from lnl_gui.util.constants import Constant, as_constant, check_choice
from lnl_gui.util.translation import tr

LOSS = "loss"
NAME, VALUE, DEFAULT, PAPER = range(4)
ROW_HEIGHT, LEAST_HEIGHT = 30, 260
_SHOWN_CHANGES = 3
Changes = Mapping[str, str]


@dataclass(frozen=True)
class ConstantSet:
    """Constants that can be changed.

    Attributes:
        defaults: values by name, in the order to show them.
        words: what those that are not free can be.
        published: what the paper takes.
        losses: constants of each loss; choosing another loss brings its own.
    """

    defaults: Mapping[str, Constant] = field(default_factory=dict)
    words: Mapping[str, Sequence[str]] = field(default_factory=dict)
    published: Mapping[str, Constant] = field(default_factory=dict)
    losses: Mapping[str, Mapping[str, Constant]] = field(default_factory=dict)

    def with_loss(self, loss: str) -> Mapping[str, Constant]:
        """The defaults as they are with a loss."""
        own = str(self.defaults.get(LOSS, ""))
        if loss == own or loss not in self.losses:
            return self.defaults
        gone = set(self.losses.get(own, ()))
        kept = {name: value for name, value in self.defaults.items() if name not in gone}
        return {**kept, **self.losses[loss]}

    def checked(self, name: str, text: str) -> Constant:
        """The value that a text stands for.

        Raises:
            UserError: for one that the constant cannot take.
        """
        like = self.with_loss_of(name)[name]
        # Several languages write a decimal comma.
        number = isinstance(like, float) and not isinstance(like, bool)
        value = as_constant(name, text.replace(",", ".") if number else text, like)
        check_choice(name, value, self.words.get(name, ()))
        return value

    def with_loss_of(self, name: str) -> Mapping[str, Constant]:
        """Defaults that have a constant, whichever loss it belongs to."""
        if name in self.defaults:
            return self.defaults
        return next((own for own in self.losses.values() if name in own), self.defaults)


def text_of(value: Constant) -> str:
    """A constant as a person writes it: 0.0001, true, adamw."""
    if isinstance(value, bool):
        return str(value).lower()
    return f"{value:g}" if isinstance(value, float) else str(value)


class ConstantsTable(QWidget):
    """Constants with their defaults, which can be edited and set back."""

    changed = Signal()

    def __init__(self, name: str, *, value: str = "", published: bool = True) -> None:
        """A table called `name`, with another heading of the values, or without the papers'."""
        super().__init__()
        self._set = ConstantSet()
        self._changes: dict[str, str] = {}
        self._filling = False
        self.table = QTableWidget(0, 4)
        self.table.setAccessibleName(name)
        # Names and values as `--set` takes them, in every language.
        self.table.setProperty("holds", "names")
        self.table.setHorizontalHeaderLabels(
            [tr("Constant"), value or tr("Value"), tr("Default"), tr("In the paper")]
        )
        self.table.setColumnHidden(PAPER, not published)
        self.table.verticalHeader().hide()
        self.table.verticalHeader().setDefaultSectionSize(ROW_HEIGHT)
        self.table.setMinimumHeight(LEAST_HEIGHT)
        self.table.setShowGrid(False)
        self.table.setTabKeyNavigation(False)
        header = self.table.horizontalHeader()
        header.setSectionResizeMode(QHeaderView.ResizeMode.Stretch)
        header.setSectionResizeMode(NAME, QHeaderView.ResizeMode.ResizeToContents)
        self.table.itemChanged.connect(self._edited)
        self.reset = button(tr("Reset this one"))
        self.reset_all = button(tr("Reset all"))
        self.reset.clicked.connect(self._reset_current)
        self.reset_all.clicked.connect(lambda: self.change({}))
        row = QHBoxLayout()
        row.addStretch(1)
        row.addWidget(self.reset)
        row.addWidget(self.reset_all)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.table, 1)
        column.addLayout(row)

    def show_set(self, constants: ConstantSet, changes: Changes) -> None:
        """Show other constants, some of them changed; a change of an unknown name is dropped."""
        self._set = constants
        self.change(changes)

    def change(self, changes: Changes) -> None:
        """Put values in place of those that were changed."""
        known = self._set.with_loss(changes.get(LOSS, str(self._set.defaults.get(LOSS, ""))))
        self._changes = {name: text for name, text in changes.items() if name in known}
        self._fill(known)
        self.changed.emit()

    def edited(self) -> dict[str, str]:
        """What was changed, as it was written, whether it can be used or not."""
        return dict(self._changes)

    def settings(self) -> tuple[tuple[str, str], ...]:
        """What was changed, by name, as `--set` takes it.

        Raises:
            UserError: for the first value that cannot be used.
        """
        found = ((name, self._set.checked(name, text)) for name, text in self._changes.items())
        return tuple((name, text_of(value)) for name, value in found)

    def _fill(self, known: Mapping[str, Constant]) -> None:
        self._filling = True
        self.table.setRowCount(0)
        self.table.setRowCount(len(known))
        for line, (name, default) in enumerate(known.items()):
            self._fill_line(line, name, default)
        self._filling = False
        self._enable()

    def _fill_line(self, line: int, name: str, default: Constant) -> None:
        published = self._set.published.get(name)
        texts = {
            NAME: name,
            VALUE: self._changes.get(name, text_of(default)),
            DEFAULT: text_of(default),
            PAPER: "" if published is None else text_of(published),
        }
        for column, text in texts.items():
            item = QTableWidgetItem(text)
            if column != VALUE:
                item.setFlags(item.flags() & ~Qt.ItemFlag.ItemIsEditable)
            self.table.setItem(line, column, item)
        words = ("true", "false") if isinstance(default, bool) else self._set.words.get(name, ())
        if words:
            self._offer(line, name, words, texts[VALUE])
        self._mark(line)

    def _offer(self, line: int, name: str, words: Sequence[str], chosen: str) -> None:
        combo = QComboBox()
        combo.setAccessibleName(name)
        combo.addItems(list(words))
        # What was remembered of an earlier version may be no word of today.
        combo.setCurrentIndex(max(0, combo.findText(chosen)))
        combo.currentTextChanged.connect(lambda text: self._chosen(name, text))
        spare_from_wheel(combo)
        self.table.setCellWidget(line, VALUE, combo)

    def _chosen(self, name: str, text: str) -> None:
        line = self._line_of(name)
        item = self.table.item(line, VALUE)
        if item is not None:
            item.setText(text)
        if name == LOSS:
            self.change(self._changes)

    def _edited(self, item: QTableWidgetItem) -> None:
        if self._filling or item.column() != VALUE:
            return
        name, default = self._text(item.row(), NAME), self._text(item.row(), DEFAULT)
        text = item.text().strip()
        self._changes.pop(name, None)
        if text and text != default:
            self._changes[name] = text
        self._filling = True
        # An empty value is the default again.
        item.setText(text or default)
        self._mark(item.row())
        self._filling = False
        self._enable()
        self.changed.emit()

    def _mark(self, line: int) -> None:
        changed = self._text(line, NAME) in self._changes
        for column in (NAME, VALUE):
            item = self.table.item(line, column)
            if item is not None:
                font = item.font()
                font.setBold(changed)
                item.setFont(font)

    def _reset_current(self) -> None:
        name = self._text(self.table.currentRow(), NAME)
        self.change({own: text for own, text in self._changes.items() if own != name})
        self.table.setCurrentCell(max(0, self._line_of(name)), VALUE)

    def _enable(self) -> None:
        self.reset.setEnabled(bool(self._changes))
        self.reset_all.setEnabled(bool(self._changes))

    def _text(self, line: int, column: int) -> str:
        item = self.table.item(line, column)
        return item.text() if item is not None else ""

    def _line_of(self, name: str) -> int:
        lines = range(self.table.rowCount())
        return next((line for line in lines if self._text(line, NAME) == name), -1)


def changes_in_words(changes: Changes) -> str:
    """What was changed: epochs=5, q=0.5 and 2 more."""
    shown = [f"{name}={text}" for name, text in list(changes.items())[:_SHOWN_CHANGES]]
    text = ", ".join(shown)
    left = len(changes) - len(shown)
    return tr("{} and {} more").format(text, left) if left else text
