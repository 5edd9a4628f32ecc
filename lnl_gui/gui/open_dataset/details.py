"""What a preview says beside its classes: splits, what was skipped, notes, first rows."""

from collections.abc import Sequence

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QMenu,
    QTableWidget,
    QTableWidgetItem,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from lnl_gui.gui.dialogs.form import scrolled
from lnl_gui.gui.open_dataset.texts import plain
from lnl_gui.gui.widgets.basic import as_plain, button, label, number
from lnl_gui.store.dataset.dataset_preview import Changes, ColumnsFound, SkippedPreview
from lnl_gui.util.messages import Message
from lnl_gui.util.translation import localized, tr
from lnl_gui.util.visible import harmless

CELL_SPACE = 18


class SplitTable(QTableWidget):
    """The dataset's own splits with their numbers of images."""

    def __init__(self) -> None:
        super().__init__(0, 2)
        self.setAccessibleName(tr("Splits"))
        self.setHorizontalHeaderLabels([tr("Split"), tr("Images")])
        _only_read(self)
        self.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Stretch)

    def show_splits(self, splits: Sequence[tuple[str, int]]) -> None:
        self.setRowCount(len(splits))
        for line, (name, images) in enumerate(splits):
            self.setItem(line, 0, QTableWidgetItem(name or tr("(no split)")))
            self.setItem(line, 1, QTableWidgetItem(number(images)))


class SkippedList(QWidget):
    """What was skipped by reason, with examples; the list can be copied."""

    def __init__(self) -> None:
        super().__init__()
        self._skipped: Sequence[SkippedPreview] = ()
        self.tree = QTreeWidget()
        self.tree.setAccessibleName(tr("Skipped"))
        self.tree.setProperty("role", "reading")
        self.tree.setHeaderLabels([tr("Reason, examples"), tr("Number")])
        self.tree.header().setStretchLastSection(False)
        self.tree.header().setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        self.tree.header().setSectionResizeMode(1, QHeaderView.ResizeMode.ResizeToContents)
        self.copy = button(tr("Copy list"))
        self.copy.clicked.connect(lambda: QGuiApplication.clipboard().setText(self.as_text()))
        foot = QHBoxLayout()
        foot.addStretch(1)
        foot.addWidget(self.copy)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.tree, 1)
        column.addLayout(foot)

    def show_skipped(self, skipped: Sequence[SkippedPreview]) -> None:
        self._skipped = skipped
        self.tree.clear()
        for entry in skipped:
            line = QTreeWidgetItem(self.tree, [plain(entry.reason), number(entry.count)])
            line.setToolTip(0, as_plain(plain(entry.reason)))
            for path in entry.examples:
                QTreeWidgetItem(line, [harmless(path)]).setToolTip(0, as_plain(path))
            rest = entry.count - len(entry.examples)
            if rest:
                QTreeWidgetItem(line, [tr("and {} more").format(number(rest))])
        if len(skipped) <= 3:
            self.tree.expandAll()

    def as_text(self) -> str:
        """Reason, tab, path a line, for a spreadsheet."""
        return "\n".join(
            f"{localized(entry.reason)}\t{path}"
            for entry in self._skipped
            for path in entry.examples
        )


class NoteList(QWidget):
    """Sentences one below the other, to read and to copy."""

    def __init__(self) -> None:
        super().__init__()
        self._column = QVBoxLayout()
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 6, 0, 0)
        scroll = scrolled(self._column)
        scroll.setAccessibleName(tr("Notes"))
        outer.addWidget(scroll)

    def show_notes(self, notes: Sequence[Message]) -> None:
        # The last one is the stretch that `scrolled` has added.
        while self._column.count() > 1:
            item = self._column.takeAt(0)
            widget = item.widget() if item is not None else None
            if widget is not None:
                # The layout has let go of its place only: it is still a child, and would be seen.
                widget.deleteLater()
        for at, said in enumerate(notes):
            self._column.insertWidget(at, _note(plain(said)))


def _note(text: str) -> QLabel:
    note = label(text, wrap=True)
    note.setTextInteractionFlags(
        Qt.TextInteractionFlag.TextSelectableByMouse
        | Qt.TextInteractionFlag.TextSelectableByKeyboard
    )
    return note


class FirstRows(QTableWidget):
    """The first rows of a table; the head says which column was taken for what.

    A click on the head changes that.
    """

    role_chosen = Signal(object)
    """`Changes`: one column and what it is to be."""

    def __init__(self) -> None:
        super().__init__()
        self.setAccessibleName(tr("First rows of the table"))
        _only_read(self)
        self.horizontalHeader().setDefaultAlignment(Qt.AlignmentFlag.AlignLeft)
        self.horizontalHeader().setStretchLastSection(True)
        self.horizontalHeader().setToolTip(tr("Click to say what a column holds"))
        self.horizontalHeader().sectionClicked.connect(self._offer_roles)
        self._names: tuple[str, ...] = ()
        self.roles = QMenu(self)

    def _offer_roles(self, place: int) -> None:
        """A menu of what the column may be."""
        self.roles.clear()
        for field, text in (
            ("label_column", tr("Take as label")),
            ("path_column", tr("Take as path")),
            ("split_column", tr("Take as split")),
            ("group_column", tr("Take as group")),
        ):
            changes: Changes = {field: self._names[place]}
            action = self.roles.addAction(text)
            # Bound as a default: a closure would take the last choice for all.
            action.triggered.connect(lambda _on=False, chosen=changes: self._choose(chosen))
        header = self.horizontalHeader()
        corner = QPoint(header.sectionViewportPosition(place), header.height())
        self.roles.popup(header.mapToGlobal(corner))

    def _choose(self, changes: Changes) -> None:
        self.role_chosen.emit(changes)

    def show_columns(self, columns: ColumnsFound) -> None:
        self._names = columns.names
        self.setColumnCount(len(columns.names))
        self.setRowCount(len(columns.rows))
        roles = [_role(columns, name) for name in columns.names]
        heads = [f"{name}\n{role}" for name, role in zip(columns.names, roles, strict=True)]
        # A second line only where it says something.
        self.setHorizontalHeaderLabels(heads if any(roles) else list(columns.names))
        for line, row in enumerate(columns.rows):
            for place, cell in enumerate(row):
                self.setItem(line, place, QTableWidgetItem(cell))
        self.resizeColumnsToContents()
        for place in range(len(columns.names)):
            self.setColumnWidth(place, min(self.columnWidth(place) + CELL_SPACE, 260))


def _role(columns: ColumnsFound, name: str) -> str:
    roles = {
        columns.path: tr("path"),
        columns.label: tr("label"),
        columns.split: tr("split"),
        columns.annotator: tr("person"),
        columns.group: tr("group"),
    }
    roles |= dict.fromkeys(columns.annotators, tr("annotator"))
    roles |= dict.fromkeys(columns.one_hot, tr("class"))
    return roles.get(name, "")


def _only_read(table: QTableWidget) -> None:
    table.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
    table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
    table.setShowGrid(False)
    table.setProperty("role", "reading")
    table.setTabKeyNavigation(False)
    table.verticalHeader().hide()
    table.horizontalHeader().setDefaultAlignment(Qt.AlignmentFlag.AlignLeft)
    table.horizontalHeader().setHighlightSections(False)
    table.horizontalHeader().setSectionsClickable(True)
