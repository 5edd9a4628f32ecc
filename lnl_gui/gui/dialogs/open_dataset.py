"""Dialog for the parameters of an import."""

import os
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QAbstractItemView,
    QComboBox,
    QDialog,
    QFileDialog,
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QLineEdit,
    QPushButton,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
    QWidget,
)

from lnl_gui.gui.dialogs.annotator_columns import AnnotatorColumns
from lnl_gui.gui.dialogs.form import DialogFrame, PathField, absolute, ask, hint, is_filled
from lnl_gui.gui.dialogs.preview import (
    OTHER_SUFFIXES,
    FolderPreview,
    TablePreview,
    preview_folder,
    preview_table,
)
from lnl_gui.session.projects import SUFFIX, default_name
from lnl_gui.store.parameters import ImportParameters
from lnl_gui.util.errors import UserError
from lnl_gui.util.messages import message
from lnl_gui.util.translation import localized, tr

_TABLE_FILTER = message("Tables (*.csv *.tsv *.txt *.json *.jsonl *.parquet);;All files (*)")


def default_project(source: Path) -> Path:
    """The project folder beside the data, with a number if that name is taken.

    Beside data that may only be read there is no place: then in the user's home.
    """
    place = source.parent if os.access(source.parent, os.W_OK) else Path.home()
    first = candidate = place / default_name(source)
    number = 2
    while candidate.exists():
        candidate = first.with_stem(f"{first.stem} {number}")
        number += 1
    return candidate


def describe_folder(preview: FolderPreview) -> str:
    """What the folder seems to hold, in a sentence or two."""
    parts = []
    if preview.folders:
        shown = ", ".join(preview.folders[:12])
        rest = len(preview.folders) - 12
        more = tr(" and {} more").format(rest) if rest > 0 else ""
        at_least = tr("At least ") if preview.cut_short else ""
        one, several = tr("{}{} subfolder"), tr("{}{} subfolders")
        count = (several if len(preview.folders) > 1 else one).format(
            at_least, len(preview.folders)
        )
        parts.append(f"{count}: {shown}{more}.")
    if preview.tables:
        parts.append(tr("Tables: {}.").format(", ".join(preview.tables[:5])))
    return " ".join(parts) or tr("No subfolders and no table.")


class OpenDatasetDialog(QDialog):
    """Folder or table, its columns, and the project's place."""

    def __init__(self, source: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setMinimumWidth(640)
        frame = DialogFrame(
            self,
            tr("Open a dataset"),
            tr(
                "A folder with one subfolder for each class, or a table (CSV) that names the label "
                "of each image. The images are only read, never changed.",
            ),
            accept=tr("Create project"),
        )
        self.complaint = frame.complaint
        self._frame = frame
        self._build_source()
        self._build_preview()
        self._build_columns()
        self._build_project()
        frame.check_with(self.parameters)
        self._project_is_typed = False
        self.source.textChanged.connect(self._source_changed)
        self.project.line.textEdited.connect(self._project_typed)
        self.source.setText(source)
        self._source_changed(source)

    def _build_source(self) -> None:
        self.source = QLineEdit()
        self.source.setAccessibleName(tr("Dataset folder or table"))
        self.source.setPlaceholderText(tr("Folder or CSV file"))
        self.source.setClearButtonEnabled(True)
        folder, table = (
            QPushButton(tr("Folder…")),
            QPushButton(tr("Table…")),
        )
        for button, action in ((folder, self._browse_folder), (table, self._browse_table)):
            button.setAutoDefault(False)
            button.clicked.connect(action)
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(self.source, 1)
        row.addWidget(folder)
        row.addWidget(table)
        line = QWidget()
        line.setLayout(row)
        row.setContentsMargins(0, 0, 0, 0)
        self._frame.rows().add(tr("&Dataset"), line, buddy=self.source)

    def _build_preview(self) -> None:
        self.summary = hint()
        self.table = QTableWidget()
        self.table.setAccessibleName(tr("First rows of the table"))
        self.table.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.table.verticalHeader().hide()
        self.table.setAlternatingRowColors(True)
        self.table.setShowGrid(False)
        self.table.setSelectionMode(QAbstractItemView.SelectionMode.NoSelection)
        self.table.setMinimumHeight(170)
        header = self.table.horizontalHeader()
        header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft)
        header.setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        header.setStretchLastSection(True)
        self._frame.body.addWidget(self.summary)
        self._frame.body.addWidget(self.table, 1)

    def _build_columns(self) -> None:
        self.columns = QWidget()
        inner = QVBoxLayout(self.columns)
        inner.setContentsMargins(0, 0, 0, 0)
        row = QHBoxLayout()
        row.setSpacing(16)
        self.label_column = self._column_choice(row, tr("&Label column"))
        self.path_column = self._column_choice(row, tr("&Path column"))
        self.split_column = self._column_choice(row, tr("&Split column"))
        inner.addLayout(row)
        self.annotators = AnnotatorColumns()
        inner.addWidget(self.annotators)
        self.image_root = PathField(tr("Image folder"))
        self.image_root.line.setPlaceholderText(tr("The folder of the table"))
        inner.addWidget(QLabel(tr("Paths in the table start from")))
        inner.addWidget(self.image_root)
        self._frame.body.addWidget(self.columns)

    def _column_choice(self, row: QHBoxLayout, name: str) -> QComboBox:
        combo = QComboBox()
        combo.setAccessibleName(name.replace("&", ""))
        label = QLabel(name)
        label.setBuddy(combo)
        cell = QVBoxLayout()
        cell.setSpacing(4)
        cell.addWidget(label)
        cell.addWidget(combo)
        row.addLayout(cell, 1)
        return combo

    def _build_project(self) -> None:
        self.project = PathField(tr("Project folder"))
        self._frame.rows().add(
            tr("P&roject"),
            self.project,
            tr("Verdicts, embeddings and results are kept there."),
            buddy=self.project.line,
        )

    def _browse_folder(self) -> None:
        chosen = QFileDialog.getExistingDirectory(self, tr("Dataset folder"), self.source.text())
        if chosen:
            self.source.setText(str(Path(chosen)))

    def _browse_table(self) -> None:
        chosen, _ = QFileDialog.getOpenFileName(
            self, tr("Table of labels"), self.source.text(), localized(_TABLE_FILTER)
        )
        if chosen:
            self.source.setText(str(Path(chosen)))

    def _project_typed(self, text: str) -> None:
        self._project_is_typed = bool(text.strip())

    def _source_changed(self, text: str) -> None:
        self.complaint.clear()
        self.summary.hide()
        self.table.hide()
        self.columns.hide()
        source = absolute(text.strip()) if text.strip() else None
        if source is None or not source.exists():
            return
        if not self._project_is_typed:
            self.project.set_text(str(default_project(source)))
        try:
            if source.is_dir():
                self.summary.setText(describe_folder(preview_folder(source)))
                self.summary.show()
            elif source.suffix.lower() in OTHER_SUFFIXES:
                self.summary.setText(tr("Its columns are found when it is read."))
                self.summary.show()
            else:
                self._show_table(preview_table(source))
        except UserError as error:
            self.complaint.say(error)
        self._frame.fit()

    def _show_table(self, preview: TablePreview) -> None:
        self.table.setColumnCount(len(preview.columns))
        self.table.setHorizontalHeaderLabels(list(preview.columns))
        self.table.setRowCount(len(preview.rows))
        for line, row in enumerate(preview.rows):
            for place, cell in enumerate(row[: len(preview.columns)]):
                self.table.setItem(line, place, QTableWidgetItem(cell))
        self._fill(
            self.label_column,
            preview.columns,
            preview.label_column,
            tr("Find by itself"),
        )
        self._fill(
            self.path_column,
            preview.columns,
            preview.path_column,
            tr("Find by itself"),
        )
        self._fill(self.split_column, preview.columns, preview.split_column, tr("None"))
        self.annotators.offer(preview.columns)
        self.table.show()
        self.columns.show()

    @staticmethod
    def _fill(combo: QComboBox, columns: tuple[str, ...], guess: str | None, none: str) -> None:
        combo.clear()
        combo.addItem(none, None)
        for column in columns:
            combo.addItem(column, column)
        combo.setCurrentIndex(max(0, combo.findData(guess)) if guess else 0)

    def parameters(self) -> ImportParameters:
        """What to import.

        Raises:
            UserError: when the dataset is not there, the columns clash or the project's folder
                is taken.
        """
        source = self._source()
        is_table = source.is_file() and source.suffix.lower() not in OTHER_SUFFIXES
        label = self.label_column.currentData() if is_table else None
        path = self.path_column.currentData() if is_table else None
        if label is not None and label == path:
            raise UserError(
                message("The column {label} cannot be both label and path.", label=repr(label)),
                message("Choose two columns."),
            )
        annotators = self.annotators.chosen() if is_table else ()
        self._check_annotators(annotators, label, path)
        return ImportParameters(
            source=str(source),
            project=str(self._project(source)),
            label_column=label,
            path_column=path,
            split_column=self.split_column.currentData() if is_table else None,
            image_root=self._image_root() if is_table else None,
            annotator_columns=annotators,
        )

    @staticmethod
    def _check_annotators(annotators: tuple[str, ...], label: str | None, path: str | None) -> None:
        clash = next((name for name in annotators if name == path), None)
        if clash is not None:
            raise UserError(
                message("The column {clash} cannot be both path and annotator.", clash=repr(clash)),
                message("Take the tick away, or choose another path column."),
            )
        if len(annotators) == 1 and label is None:
            raise UserError(
                message("One annotator is no majority."),
                message("Tick another column, or choose it as the label column."),
            )

    def _source(self) -> Path:
        text = self.source.text().strip()
        if not text:
            raise UserError(
                message("No dataset was chosen."),
                message("Choose a folder or a table."),
            )
        source = absolute(text)
        if not source.exists():
            raise UserError(
                message("There is no {source}.", source=source),
                message("Check the spelling, or browse for it."),
            )
        if source.is_dir():
            self._check_folder(source)
        return source

    def _check_folder(self, source: Path) -> None:
        if source.suffix.lower() == SUFFIX:
            raise UserError(
                message("{source} is a project.", source=source.name),
                message("Open it as a project instead."),
            )
        preview = preview_folder(source)
        if not preview.folders and not preview.tables:
            raise UserError(
                message("{source} has no subfolders and no table.", source=source.name),
                message(
                    "Each class needs a folder of its own; or choose a table of paths and labels."
                ),
            )

    def _image_root(self) -> str | None:
        if not self.image_root.text():
            return None
        root = absolute(self.image_root.text())
        if not root.is_dir():
            raise UserError(
                message("The image folder {root} does not exist.", root=root),
                message("Browse for it."),
            )
        return str(root)

    def _project(self, source: Path) -> Path:
        if not self.project.text():
            raise UserError(
                message("The project needs a folder."),
                message("Say where its results go."),
            )
        project = absolute(self.project.text())
        if project.is_file():
            raise UserError(
                message("{project} is a file.", project=project),
                message("Choose a new folder for the project."),
            )
        if is_filled(project):
            raise UserError(
                message("{project} is not empty.", project=project),
                message("Choose a new folder, or open it as a project if it is one."),
            )
        if source.is_dir() and source in project.parents:
            raise UserError(
                message("The project lies inside the dataset, as if it were one of its classes."),
                message("Choose a folder beside it."),
            )
        return project


def ask_open_dataset(parent: QWidget | None = None, source: str = "") -> ImportParameters | None:
    """Ask for a dataset; None when the dialog was closed."""
    return ask(OpenDatasetDialog(source, parent))
