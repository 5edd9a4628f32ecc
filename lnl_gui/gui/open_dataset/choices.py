"""How the dataset is to be read: every choice with what was found filled in."""

import re
from pathlib import Path

from PySide6.QtCore import QRegularExpression, Signal
from PySide6.QtGui import QRegularExpressionValidator
from PySide6.QtWidgets import QCheckBox, QLabel, QLineEdit, QVBoxLayout, QWidget

from lnl_gui.gui.dialogs.form import PathField, absolute
from lnl_gui.gui.open_dataset.annotator_columns import AnnotatorColumns
from lnl_gui.gui.open_dataset.choice_box import ChoiceBox
from lnl_gui.gui.open_dataset.encodings import ENCODINGS
from lnl_gui.remote.address import source_text
from lnl_gui.store.dataset.dataset_preview import Changes, ColumnsFound, DatasetPreview
from lnl_gui.store.jobs.parameters import ImportParameters
from lnl_gui.util.translation import localized, tr

_CODE = re.compile(r"\d+|n\d{8}")
"""Class names that a file may give words for: numbers and ids of WordNet."""
_DIMENSIONS = (2, 3)


class ReadingChoices(QWidget):
    """Format, class level, columns, encoding, class names and image folder."""

    changed = Signal()
    """A choice was made that is complete."""
    typed = Signal()
    """A path is being typed."""

    def __init__(self) -> None:
        super().__init__()
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(10)
        self._rows: dict[QWidget, QWidget] = {}
        self.format = self._box(tr("&Format"))
        self.level = self._box(tr("&Class folders"))
        self.label_column = self._box(tr("&Label column"))
        self.path_column = self._box(tr("&Path column"))
        self.split_column = self._box(tr("&Split column"))
        self.group_column = self._box(tr("&Group column (patient, video, product)"))
        self.annotators = AnnotatorColumns()
        self.annotators.changed.connect(self.changed)
        self._column.addWidget(self.annotators)
        self.image_root = self._path(tr("I&mages lie in"), tr("Folder of the images"))
        self.image_shape = self._shape(tr("Shape of an image"))
        self.encoding = self._box(tr("&Encoding of the text"))
        self.class_names = self._path(
            tr("&Names of the classes"), tr("File with the names of the classes"), folder=False
        )
        self.keep_codes = QCheckBox(tr("&Keep numbers and codes as written"))
        # A person's click alone, for `reset` unticks it too.
        self.keep_codes.clicked.connect(self.changed)
        self._column.addWidget(self.keep_codes)
        self._column.addStretch(1)
        self.reset()

    def _box(self, caption: str) -> ChoiceBox:
        box = ChoiceBox(caption.replace("&", ""))
        box.changed.connect(self.changed)
        self._add(caption, box, box)
        return box

    def _path(self, caption: str, name: str, *, folder: bool = True) -> PathField:
        field = PathField(name, folder=folder, filters=tr("All files (*)"))
        # What is typed alone: other readings fill it in as well.
        field.line.textEdited.connect(self.typed)
        field.browsed.connect(self.changed)
        self._add(caption, field, field.line)
        return field

    def _shape(self, caption: str) -> QLineEdit:
        field = QLineEdit()
        field.setAccessibleName(caption)
        field.setPlaceholderText(tr("Found by itself; else such as 28x28 or 3x32x32"))
        field.setValidator(QRegularExpressionValidator(QRegularExpression(r"[0-9xX]*"), field))
        field.textEdited.connect(self.typed)
        self._add(caption, field, field)
        return field

    def _add(self, caption: str, field: QWidget, buddy: QWidget) -> None:
        row = QWidget()
        inner = QVBoxLayout(row)
        inner.setContentsMargins(0, 0, 0, 0)
        inner.setSpacing(4)
        text = QLabel(caption)
        text.setBuddy(buddy)
        inner.addWidget(text)
        inner.addWidget(field)
        self._column.addWidget(row)
        self._rows[field] = row

    # What a person wants

    def parameters(self, source: Path) -> ImportParameters:
        """The reading that is wanted; the project is not known here."""
        return ImportParameters(
            source=source_text(source),
            project="",
            reader=self.format.value(),
            label_column=self.label_column.value(),
            path_column=self.path_column.value(),
            split_column=self.split_column.value(),
            group_column=self.group_column.value(),
            image_root=_place(self.image_root),
            image_shape=_shape_of(self.image_shape.text()),
            annotator_columns=self.annotators.chosen(),
            class_level=self.level.value(),
            encoding=self.encoding.value(),
            class_names=_place(self.class_names),
            rename_classes=not self.keep_codes.isChecked(),
        )

    def reset(self) -> None:
        """Forget all choices: another dataset is looked at."""
        for box in self._boxes():
            box.choose(None)
        self.annotators.offer(())
        self.image_root.set_text("")
        self.image_shape.clear()
        self.class_names.set_text("")
        self.keep_codes.setChecked(False)
        for field in self._rows:
            self._show(field, shown=False)
        self.keep_codes.hide()
        self.annotators.hide()

    def apply(self, changes: Changes) -> None:
        """Choose what another reading asks for."""
        boxes: dict[str, ChoiceBox] = {
            "reader": self.format,
            "class_level": self.level,
            "label_column": self.label_column,
            "path_column": self.path_column,
            "split_column": self.split_column,
            "group_column": self.group_column,
        }
        for name, box in boxes.items():
            if name in changes:
                box.choose(changes[name])
        if "annotator_columns" in changes:
            self.annotators.tick(())
        if "rename_classes" in changes:
            self.keep_codes.setChecked(not changes["rename_classes"])
        if changes.get("class_names", "") is None:
            self.class_names.set_text("")

    def _boxes(self) -> tuple[ChoiceBox, ...]:
        return (self.format, self.level, *self._column_boxes(), self.encoding)

    def _column_boxes(self) -> tuple[ChoiceBox, ...]:
        return (self.label_column, self.path_column, self.split_column, self.group_column)

    # What was found

    def show_found(self, preview: DatasetPreview) -> None:
        """Fill in what was found, and show only what matters for this format."""
        titles = [(localized(title), name) for name, title in preview.readers]
        self.format.offer(localized(preview.title), titles)
        self._show(self.format)
        self._show_level(preview)
        self._show_columns(preview.columns)
        encodings = [(localized(title), name) for title, name in ENCODINGS]
        named = {name: title for title, name in encodings}
        self.encoding.offer(named.get(preview.encoding, preview.encoding), encodings)
        garbled = preview.error_code == "not_text"
        self._show(self.encoding, shown=bool(preview.encoding) or garbled)
        self.image_root.line.setPlaceholderText(preview.image_root or tr("Found by itself"))
        unclear = preview.error_code == "image_shape"
        chosen = bool(self.image_shape.text())
        # A shape that was typed stays in sight, or it could not be taken back.
        arrays = preview.holds_arrays or unclear or chosen
        self._show(self.image_shape, shown=arrays)
        self._show(self.image_root, shown=not preview.levels and not arrays)
        self._show_class_names(preview)

    def _show_level(self, preview: DatasetPreview) -> None:
        # A level that was chosen stays on offer, or the choice could not be taken back.
        levels = max(preview.levels, self.level.value() or 0)
        found = tr("Level {}").format(preview.class_level) if preview.class_level else ""
        self.level.offer(
            found if self.level.value() is None else "",
            [(tr("Level {}").format(at), at) for at in range(1, levels + 1)],
        )
        self._show(self.level, shown=levels > 1 or self.level.value() is not None)

    def _show_columns(self, columns: ColumnsFound | None) -> None:
        boxes = self._column_boxes()
        for box in boxes:
            self._show(box, shown=columns is not None or box.value() is not None)
        people = columns is not None and len(columns.names) > 2 and not columns.one_hot
        self.annotators.setVisible(people)
        if columns is None:
            return
        names = [(name, name) for name in columns.names]
        label = columns.label or _without_label(columns)
        split, group = (name or tr("None") for name in (columns.split, columns.group))
        found = (label, columns.path, split, group)
        for box, name in zip(boxes, found, strict=True):
            box.offer(name if box.value() is None else "", names)
        self.annotators.offer(columns.names)

    def _show_class_names(self, preview: DatasetPreview) -> None:
        coded = [entry for entry in preview.classes if _CODE.fullmatch(entry.name)]
        mostly = bool(preview.classes) and 2 * len(coded) > len(preview.classes)
        chosen = bool(self.class_names.text()) or self.keep_codes.isChecked()
        found = bool(preview.class_names_file)
        place = Path(preview.class_names_file).name if found else tr("As they are written")
        self.class_names.line.setPlaceholderText(place)
        self._show(self.class_names, shown=mostly or found or chosen)
        self.keep_codes.setVisible((found and not self.class_names.text()) or chosen)

    def _show(self, field: QWidget, *, shown: bool = True) -> None:
        self._rows[field].setVisible(shown)


def _without_label(columns: ColumnsFound) -> str:
    if columns.one_hot:
        return tr("the marked column")
    return tr("the majority") if columns.annotators else ""


def _shape_of(text: str) -> tuple[int, ...]:
    """The numbers of a shape, () while it is not whole."""
    sizes = tuple(int(part) for part in text.lower().split("x") if part)
    return sizes if len(sizes) in _DIMENSIONS and all(sizes) else ()


def _place(field: PathField) -> str | None:
    return str(absolute(field.text())) if field.text() else None
