"""A list of choices whose first entry leaves the choice to the reader."""

from collections.abc import Iterable
from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QComboBox, QSizePolicy

from lnl_gui.util.translation import tr


class ChoiceBox(QComboBox):
    """What was found by itself, then everything else there is to choose."""

    changed = Signal()
    """A person chose; what a program sets is not told."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self.setAccessibleName(name)
        # A long name of a column must not widen the dialog.
        self.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.setMinimumContentsLength(12)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.activated.connect(lambda _place: self.changed.emit())
        self.offer("", ())

    def offer(self, found: str, choices: Iterable[tuple[str, Any]]) -> None:
        """List (text, value) pairs; the choice that was made stays."""
        chosen = self.value()
        self.clear()
        self.addItem(tr("{} (automatic)").format(found) if found else tr("Automatic"), None)
        for text, value in choices:
            self.addItem(text, value)
        self.choose(chosen)

    def value(self) -> Any:
        """The value chosen, None for what is found by itself."""
        return self.currentData()

    def choose(self, value: Any) -> None:
        """Set the choice."""
        place = self.findData(value) if value is not None else 0
        # What was chosen and is no longer on offer is shown, and not dropped without a word.
        if place < 0:
            self.addItem(str(value), value)
            place = self.count() - 1
        self.setCurrentIndex(place)
