"""What is known of one class, to be changed: name, key, colour, description, note, examples."""

from PySide6.QtCore import Signal
from PySide6.QtGui import QColor, QIcon, QPixmap
from PySide6.QtWidgets import (
    QColorDialog,
    QHBoxLayout,
    QLineEdit,
    QPlainTextEdit,
    QVBoxLayout,
    QWidget,
)

from lnl_gui.gui.classes.class_list import SWATCH
from lnl_gui.gui.dialogs.form import FormRows
from lnl_gui.gui.inspector.sample_view import Picture
from lnl_gui.gui.inspector.tiles import PictureTiles
from lnl_gui.gui.widgets.basic import button, label
from lnl_gui.store.dataset.classes import LONGEST_NAME, ClassInfo
from lnl_gui.util.translation import tr

TEXT_HEIGHT = 64


class ClassForm(QWidget):
    """The fields of one class; nothing is changed before `applied`."""

    applied = Signal()
    examples_wanted = Signal()
    examples_dropped = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._entry: ClassInfo | None = None
        self.name, self.key, self.note = QLineEdit(), QLineEdit(), QLineEdit()
        self.name.setMaxLength(LONGEST_NAME)
        self.key.setMaxLength(1)
        self.key.setFixedWidth(48)
        self.colour = button(tr("Colour…"))
        self.colour.clicked.connect(self._choose_colour)
        self.description = QPlainTextEdit()
        self.description.setFixedHeight(TEXT_HEIGHT)
        # Or Tab would write a tab, and the keyboard never leave the text.
        self.description.setTabChangesFocus(True)
        self.apply = button(tr("Apply"), "primary")
        self.apply.clicked.connect(self.applied)
        self.add_examples = button(tr("Add the selected images"))
        self.add_examples.clicked.connect(self.examples_wanted)
        self.drop_examples = button(tr("Remove them"))
        self.drop_examples.clicked.connect(self.examples_dropped)
        self.tiles = PictureTiles(tr("Images that show the class"), side=56, captions=False)
        self._build()
        for line in (self.name, self.key, self.note):
            line.textEdited.connect(self._compare)
            line.returnPressed.connect(self.applied)
        self.description.textChanged.connect(self._compare)

    def _build(self) -> None:
        names = {
            self.name: tr("Name"),
            self.key: tr("Key"),
            self.description: tr("Description"),
            self.note: tr("Note"),
        }
        rows = FormRows()
        small = QHBoxLayout()
        small.addWidget(self.key)
        small.addWidget(self.colour)
        small.addStretch(1)
        beside = QWidget()
        beside.setLayout(small)
        small.setContentsMargins(0, 0, 0, 0)
        for field, name in names.items():
            field.setAccessibleName(name)
            rows.add(name, beside if field is self.key else field, buddy=field)
        self.description.setPlaceholderText(tr("What belongs to this class, and what does not"))
        self.note.setPlaceholderText(tr("For those who review"))
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addLayout(rows.layout)
        line = QHBoxLayout()
        line.addWidget(label(tr("Examples"), "muted"), 1)
        line.addWidget(self.add_examples)
        line.addWidget(self.drop_examples)
        column.addLayout(line)
        column.addWidget(self.tiles)
        foot = QHBoxLayout()
        foot.addStretch(1)
        foot.addWidget(self.apply)
        column.addLayout(foot)

    def only_to_read(self) -> None:
        """What is known of a class can be read and copied, and not be changed."""
        for field in (self.name, self.key, self.note, self.description):
            field.setReadOnly(True)
        for each in (self.colour, self.add_examples, self.drop_examples):
            each.setEnabled(False)

    def show_class(self, entry: ClassInfo | None, pictures: tuple[Picture, ...]) -> None:
        """Show a class as it is; None: several or none is chosen."""
        self._entry = entry
        self.setEnabled(entry is not None)
        self.name.setText(entry.name if entry else "")
        self.key.setText(entry.shortcut if entry else "")
        self.note.setText(entry.note if entry else "")
        self.description.setPlainText(entry.description if entry else "")
        self._show_colour(entry.colour if entry else "")
        self.tiles.set_pictures(pictures)
        self.drop_examples.setVisible(bool(pictures))
        self._compare()

    def _show_colour(self, colour: str) -> None:
        self.chosen_colour = colour
        # Beside the word, which could not be read on a ground of any colour.
        swatch = QPixmap(SWATCH, SWATCH)
        swatch.fill(QColor(colour or "transparent"))
        self.colour.setIcon(QIcon(swatch))

    def _choose_colour(self) -> None:
        found = QColorDialog.getColor(QColor(self.chosen_colour), self, tr("Colour of the class"))
        if found.isValid():
            self._show_colour(found.name())
            self._compare()

    def _compare(self) -> None:
        self.apply.setEnabled(self._entry is not None and self.changed())

    def changed(self) -> bool:
        """Whether anything was typed that is not applied."""
        entry = self._entry
        return entry is not None and (
            self.name.text() != entry.name
            or self.key.text().upper() != entry.shortcut
            or self.note.text() != entry.note
            or self.description.toPlainText() != entry.description
            or self.chosen_colour != entry.colour
        )
