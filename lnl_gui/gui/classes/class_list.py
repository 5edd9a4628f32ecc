"""The classes of a project as a table: colour and name, key, images."""

from collections.abc import Sequence

import numpy as np
from PySide6.QtGui import QColor, QPixmap
from PySide6.QtWidgets import QWidget

from lnl_gui.gui.i18n.numbers import count
from lnl_gui.gui.widgets.rows_model import Column, RowsModel
from lnl_gui.store.dataset.classes import ClassInfo
from lnl_gui.util.messages import message
from lnl_gui.util.visible import harmless

NAME = 0
"""The column of names."""
SWATCH = 12


class ClassList:
    """Classes that match what was typed, in their order."""

    def __init__(self, parent: QWidget) -> None:
        self._all: Sequence[ClassInfo] = ()
        self._now = self._given = np.zeros(0, np.int64)
        self._wanted = ""
        self.model: RowsModel[ClassInfo] = RowsModel(
            (
                Column(
                    message("Class"),
                    lambda entry: harmless(entry.name),
                    tool_tip=_told,
                    picture=_swatch,
                ),
                Column(message("Key"), lambda entry: entry.shortcut),
                Column(
                    message("Images now"),
                    lambda entry: count(int(self._now[entry.id])),
                    number=True,
                ),
                Column(
                    message("As given"),
                    lambda entry: count(int(self._given[entry.id])),
                    number=True,
                ),
            ),
            parent,
        )

    @property
    def shown(self) -> Sequence[ClassInfo]:
        """The classes on screen, from the top."""
        return self.model.rows

    def show_classes(
        self, classes: Sequence[ClassInfo], given: np.ndarray, now: np.ndarray
    ) -> None:
        """Show classes with their numbers of images, int64 (C,) by id."""
        self._all, self._given, self._now = classes, given, now
        self.filter(self._wanted)

    def filter(self, text: str) -> None:
        """Only those with a text in name or description."""
        self._wanted = text.strip().casefold()
        self.model.show_rows(
            [
                entry
                for entry in self._all
                if self._wanted in f"{entry.name}\n{entry.description}".casefold()
            ]
        )

    def line_of(self, class_id: int) -> int:
        """Where a class is shown, or -1."""
        return next((at for at, entry in enumerate(self.shown) if entry.id == class_id), -1)


def _told(entry: ClassInfo) -> str:
    return "\n".join(filter(None, (entry.name, entry.description, entry.note)))


def _swatch(entry: ClassInfo) -> QPixmap:
    swatch = QPixmap(SWATCH, SWATCH)
    swatch.fill(QColor(entry.colour))
    return swatch
