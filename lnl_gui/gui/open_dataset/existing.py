"""Says that a dataset has a project already, and opens that."""

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout

from lnl_gui.gui.i18n.numbers import moment
from lnl_gui.gui.widgets.basic import ElidedLabel, button
from lnl_gui.session.projects import last_changed
from lnl_gui.util.translation import tr


class ExistingProject(QFrame):
    """A line with a button; hidden where there is no project."""

    chosen = Signal(object)
    """The folder of the project that is to be opened."""

    def __init__(self) -> None:
        super().__init__()
        self.setProperty("role", "notice")
        self.setProperty("tone", "info")
        self.text = ElidedLabel()
        self.open = button(tr("Open that pro&ject"), "primary")
        self.open.clicked.connect(lambda: self.chosen.emit(self.folder))
        self.folder: Path | None = None
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 6, 6, 6)
        row.setSpacing(10)
        row.addWidget(self.text, 1)
        row.addWidget(self.open)
        self.hide()

    def show_projects(self, folders: Sequence[Path]) -> None:
        """Offer the first, which was worked on last."""
        self.folder = folders[0] if folders else None
        if self.folder is not None:
            changed = last_changed(self.folder)
            when = moment(changed) if changed is not None else ""
            self.text.set_full(
                tr("This dataset has a project already: {}, worked on {}").format(
                    self.folder.name, when
                )
            )
        self.setVisible(self.folder is not None)
