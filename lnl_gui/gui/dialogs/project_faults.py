"""The list of what is damaged in a project, with what was mended."""

from collections.abc import Sequence

from PySide6.QtWidgets import QDialog, QHBoxLayout, QListWidget, QVBoxLayout, QWidget

from lnl_gui.gui.dialogs.form import show_until_closed
from lnl_gui.gui.widgets.basic import button, label
from lnl_gui.session.checking import ProjectFault
from lnl_gui.util.translation import localized, tr


class FaultsDialog(QDialog):
    """Each fault in a line; may ask whether to repair."""

    def __init__(
        self, found: Sequence[ProjectFault], *, may_repair: bool, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        title = tr("Damage in this project")
        self.setWindowTitle(title)
        self.resize(680, 380)
        self.faults = QListWidget()
        self.faults.setAccessibleName(title)
        self.faults.setWordWrap(True)
        for fault in found:
            mark = tr("mended") if fault.mended else tr("damaged")
            self.faults.addItem(f"{mark}: {localized(fault.text)}")
        layout = QVBoxLayout(self)
        layout.setContentsMargins(20, 20, 20, 20)
        layout.setSpacing(12)
        layout.addWidget(label(title, "title"))
        hint = tr("Verdicts are saved first; what can be computed again is computed again.")
        layout.addWidget(label(hint, "muted", wrap=True))
        layout.addWidget(self.faults, 1)
        row = QHBoxLayout()
        row.addStretch(1)
        close = button(tr("Close"))
        close.clicked.connect(self.reject)
        row.addWidget(close)
        self.repair = button(tr("Repair"), "primary")
        self.repair.clicked.connect(self.accept)
        self.repair.setVisible(may_repair)
        row.addWidget(self.repair)
        layout.addLayout(row)


def show_faults(parent: QWidget, found: Sequence[ProjectFault], *, may_repair: bool) -> bool:
    """Show the list until it is closed; whether to repair."""
    return show_until_closed(FaultsDialog(found, may_repair=may_repair, parent=parent))
