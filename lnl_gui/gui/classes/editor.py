"""The editor of the classes: add, rename, merge, delete, order, colour, describe."""

from collections.abc import Callable, Sequence

import numpy as np
from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QAbstractItemView,
    QComboBox,
    QDialog,
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QLineEdit,
    QTabWidget,
    QVBoxLayout,
    QWidget,
)

from lnl_gui.gui.classes.class_form import ClassForm
from lnl_gui.gui.classes.class_list import NAME, ClassList
from lnl_gui.gui.classes.hint_panel import HintPanel
from lnl_gui.gui.dialogs.form import ErrorLabel, show_until_closed
from lnl_gui.gui.inspector.sample_view import Picture
from lnl_gui.gui.model.review_model import ReviewModel
from lnl_gui.gui.widgets.basic import button, label
from lnl_gui.gui.widgets.completion import complete_from
from lnl_gui.gui.widgets.reading_table import reading_table
from lnl_gui.gui.widgets.wheel import spare_from_wheel
from lnl_gui.session.changes import Changes
from lnl_gui.store.dataset.classes import ClassInfo
from lnl_gui.util.errors import UserError
from lnl_gui.util.messages import message
from lnl_gui.util.translation import localized, tr

WIDTH, HEIGHT = 900, 600


class ClassEditor(QDialog):
    """Every button is one operation of the journal, done at once; undo takes it back."""

    def __init__(
        self,
        review: ReviewModel,
        taken: Callable[[str], str] = lambda _key: "",
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._taken = taken
        self._review, self._session = review, review.session
        self.setWindowTitle(tr("Classes"))
        self.resize(WIDTH, HEIGHT)
        self.filter, self.new_name = QLineEdit(), QLineEdit()
        self.list = ClassList(self)
        self.table = reading_table(tr("Classes"), self.list.model)
        self.form = ClassForm()
        self.into = QComboBox()
        self.hints = HintPanel(self._session.class_name, self._pictures)
        self.complaint, self.said = ErrorLabel(), label("", "muted", wrap=True)
        self.undo = button(tr("Undo"))
        self._buttons()
        self._build()
        self._connect()
        self._read_only = self._session.read_only
        if self._read_only:
            self._only_to_read()
        self.refresh()
        if self.list.shown:
            self.table.selectRow(0)

    # Building

    def _buttons(self) -> None:
        self.add = button(tr("Add"))
        self.up, self.down = button(tr("Up")), button(tr("Down"))
        self.merge, self.delete = button(tr("Merge into")), button(tr("Delete"))
        self.close_button = button(tr("Close"), "primary")

    def _build(self) -> None:
        self.filter.setPlaceholderText(tr("Type to filter"))
        self.filter.setAccessibleName(tr("Filter the classes"))
        self.filter.setClearButtonEnabled(True)
        self.new_name.setPlaceholderText(tr("Name of a new class"))
        self.new_name.setAccessibleName(tr("Name of a new class"))
        head = self.table.horizontalHeader()
        head.setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        head.setSectionResizeMode(NAME, QHeaderView.ResizeMode.Stretch)
        self.table.setTextElideMode(Qt.TextElideMode.ElideMiddle)
        self.table.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        # Long names are no reason to take the room from the list.
        self.into.setSizeAdjustPolicy(
            QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon
        )
        self.into.setMinimumContentsLength(12)
        self.into.setEditable(True)
        self.into.setInsertPolicy(QComboBox.InsertPolicy.NoInsert)
        complete_from(self.into, self.into.model())
        self.into.setAccessibleName(tr("The class that stays"))
        left, right = QVBoxLayout(), QVBoxLayout()
        left.addWidget(self.filter)
        left.addWidget(self.table, 1)
        left.addLayout(_row(self.up, self.down, None))
        left.addLayout(_row(self.new_name, self.add))
        right.addWidget(self.form)
        right.addStretch(1)
        right.addLayout(_row(self.merge, self.into))
        right.addLayout(_row(None, self.delete))
        both = QHBoxLayout()
        both.setSpacing(18)
        both.addLayout(left, 1)
        both.addLayout(right, 1)
        page = QWidget()
        page.setLayout(both)
        self.tabs = QTabWidget()
        self.tabs.tabBar().setAccessibleName(tr("Classes"))
        self.tabs.addTab(page, tr("Classes"))
        self.tabs.addTab(self.hints, "")
        column = QVBoxLayout(self)
        column.setContentsMargins(20, 20, 20, 20)
        column.setSpacing(10)
        column.addWidget(label(tr("Classes"), "title"))
        column.addWidget(self.tabs, 1)
        column.addWidget(self.complaint)
        column.addLayout(_row(self.said, self.undo, self.close_button))
        spare_from_wheel(self)

    def _connect(self) -> None:
        edits = self._session.class_edits
        self.filter.textChanged.connect(self.list.filter)
        # A reset drops the selection without `selectionChanged`.
        self.list.model.modelReset.connect(self._show_chosen)
        self.table.selectionModel().selectionChanged.connect(self._show_chosen)
        self.add.clicked.connect(self._add)
        self.new_name.returnPressed.connect(self._add)
        self.up.clicked.connect(lambda: self._move(-1))
        self.down.clicked.connect(lambda: self._move(1))
        self.merge.clicked.connect(self._merge)
        self.delete.clicked.connect(self._delete)
        self.form.applied.connect(self._apply)
        self.form.examples_wanted.connect(self._add_examples)
        self.form.examples_dropped.connect(lambda: self._set_examples(np.zeros(0, np.int64)))
        self.hints.merge_requested.connect(
            lambda gone, stays: self._do(lambda: edits.merge([gone], stays))
        )
        self.hints.class_requested.connect(self._show_class)
        self.undo.clicked.connect(lambda: self._do(self._session.undo))
        self.close_button.clicked.connect(self.accept)

    def _only_to_read(self) -> None:
        """Say why nothing can be changed, and take away what would be refused."""
        self.complaint.say(UserError(self._session.read_only_reason))
        for each in (self.new_name, self.add):
            each.setEnabled(False)
        self.form.only_to_read()
        self.hints.only_to_read()

    # What is shown

    def refresh(self) -> None:
        """Show the classes as they are now, with the same ones chosen."""
        chosen = {entry.id for entry in self.chosen()}
        shown = self._session.shown_classes
        self.list.show_classes(shown, *self._session.class_edits.sizes())
        for class_id in chosen:
            self._mark(class_id)
        self.into.clear()
        for entry in shown:
            self.into.addItem(entry.name, entry.id)
        hints = self._session.class_edits.hints()
        self.hints.show_hints(hints)
        self.tabs.setTabText(1, tr("Worth a look ({})").format(len(hints)))
        text = self._session.undo_text()
        self.undo.setEnabled(text is not None and not self._read_only)
        self.undo.setToolTip(localized(text) if text else "")
        self._show_chosen()

    def chosen(self) -> list[ClassInfo]:
        """The classes marked in the table."""
        lines = sorted(index.row() for index in self.table.selectionModel().selectedRows())
        return [self.list.shown[line] for line in lines if line < len(self.list.shown)]

    def _mark(self, class_id: int) -> None:
        line = self.list.line_of(class_id)
        if line >= 0:
            flags = self.table.selectionModel().SelectionFlag
            index = self.list.model.index(line, 0)
            self.table.selectionModel().select(index, flags.Select | flags.Rows)

    def _show_chosen(self) -> None:
        chosen = self.chosen()
        one = chosen[0] if len(chosen) == 1 else None
        self.form.show_class(one, self._pictures(self._examples(one)) if one else ())
        for each in (self.merge, self.into):
            each.setEnabled(bool(chosen) and not self._read_only)
        for each in (self.delete, self.up, self.down):
            each.setEnabled(one is not None and not self._read_only)
        # No class is merged into itself: the first other one is offered instead.
        ids = {entry.id for entry in chosen}
        if self.into.currentData() in ids:
            others = (n for n in range(self.into.count()) if self.into.itemData(n) not in ids)
            self.into.setCurrentIndex(next(others, -1))

    def _show_class(self, class_id: int) -> None:
        self.tabs.setCurrentIndex(0)
        self.filter.clear()
        self.table.selectRow(self.list.line_of(class_id))
        self.table.scrollTo(self.list.model.index(max(0, self.list.line_of(class_id)), 0))

    def _pictures(self, rows: Sequence[int]) -> tuple[Picture, ...]:
        session = self._session
        return tuple(
            Picture(
                row,
                session.images.thumbnail_of(row) or session.images.file_of(row),
                session.class_name(int(session.columns.current[row])),
            )
            for row in rows
        )

    def _examples(self, entry: ClassInfo) -> list[int]:
        wanted = set(entry.examples)
        if not wanted:
            return []
        paths = self._session.columns.paths
        found = {path: row for row, path in enumerate(paths) if path in wanted}
        return [found[path] for path in entry.examples if path in found]

    # What is done

    def _do(self, operation: Callable[[], Changes | None]) -> bool:
        """One operation; whether it was not refused."""
        try:
            changes = operation()
        except UserError as error:
            self.complaint.say(error)
            return False
        self.complaint.clear()
        if changes is not None and changes.text:
            self._review.announce(changes)
            self.said.setText(localized(changes.text))
        self.refresh()
        return True

    def _add(self) -> None:
        name = self.new_name.text()
        if self._do(lambda: self._session.class_edits.add(name)):
            self.new_name.clear()
            self.table.clearSelection()
            self._mark(self._session.shown_classes[-1].id)
            self.table.scrollToBottom()

    def _move(self, step: int) -> None:
        order = [entry.id for entry in self._session.shown_classes]
        at = order.index(self.chosen()[0].id)
        if 0 <= at + step < len(order):
            order[at], order[at + step] = order[at + step], order[at]
            self._do(lambda: self._session.class_edits.reorder(order))

    def _merge(self) -> None:
        # The current index is of the entry chosen last, and not of what has been typed since.
        place = self.into.findText(self.into.currentText())
        target = int(self.into.itemData(place)) if place >= 0 else -1
        gone = [entry.id for entry in self.chosen() if entry.id != target or place < 0]
        if self._do(lambda: self._session.class_edits.merge(gone, target)):
            self._show_class(target)

    def _delete(self) -> None:
        class_id = self.chosen()[0].id
        self._do(lambda: self._session.class_edits.delete(class_id))

    def _apply(self) -> None:
        """Each field that was changed is one operation."""
        if not self.form.changed():
            return
        entry, form, edits = self.chosen()[0], self.form, self._session.class_edits
        # Read before the first step, for each is followed by a refresh of the form.
        name, key, note = form.name.text(), form.key.text(), form.note.text()
        colour, description = form.chosen_colour, form.description.toPlainText()
        steps: list[Callable[[], Changes]] = []
        if name != entry.name:
            steps.append(lambda: edits.rename(entry.id, name))
        if key.upper() != entry.shortcut:
            steps.append(lambda: self._assign(entry.id, key))
        if colour != entry.colour:
            steps.append(lambda: edits.colour(entry.id, colour))
        if description != entry.description:
            steps.append(lambda: edits.describe(entry.id, description))
        if note != entry.note:
            steps.append(lambda: edits.note(entry.id, note))
        for step in steps:
            if not self._do(step):
                return

    def _assign(self, class_id: int, key: str) -> Changes:
        other = self._taken(key) if key else ""
        if other:
            raise UserError(
                message("{key} is the key for: {action}.", key=key.upper(), action=other),
                message("Choose a digit or another letter."),
            )
        return self._session.class_edits.assign_key(class_id, key)

    def _add_examples(self) -> None:
        entry = self.chosen()[0]
        rows = [*self._examples(entry), *self._review.selected_rows().tolist()]
        self._set_examples(np.array(list(dict.fromkeys(rows)), np.int64))

    def _set_examples(self, rows: np.ndarray) -> None:
        class_id = self.chosen()[0].id
        self._do(lambda: self._session.class_edits.describe(class_id, rows=rows))


def _row(*parts: QWidget | None) -> QHBoxLayout:
    """Widgets in a line; None is the room between."""
    row = QHBoxLayout()
    for part in parts:
        if part is None:
            row.addStretch(1)
        else:
            # A line of text takes the room; buttons keep their width.
            row.addWidget(part, int(isinstance(part, QLineEdit | QComboBox | QLabel)))
    return row


def edit_classes(parent: QWidget, review: ReviewModel, taken: Callable[[str], str]) -> None:
    """Show the editor until it is closed."""
    show_until_closed(ClassEditor(review, taken, parent))
