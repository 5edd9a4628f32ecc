"""What the program is, its version and those of its parts."""

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QFormLayout,
    QLabel,
    QVBoxLayout,
    QWidget,
)

from lnl_gui.gui.dialogs.form import MARGIN, SPACING, fit, hint, label, show_until_closed
from lnl_gui.gui.dialogs.report import add_close, copy_button
from lnl_gui.util.messages import message
from lnl_gui.util.translation import localized, tr

_WHAT = message(
    "Finds suspect labels in image-classification datasets, lets you review them by keyboard, "
    "retrains and exports. All of it on this computer: no server, no account, no telemetry.",
)


class AboutDialog(QDialog):
    """Name, purpose, versions to copy, licence."""

    def __init__(
        self,
        version: str,
        parts: Sequence[tuple[str, str]] = (),
        *,
        licence: str = "Apache-2.0",
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle(tr("About LNL"))
        self.setMinimumWidth(460)
        self._lines = [("LNL", version), *parts]
        layout = QVBoxLayout(self)
        layout.setContentsMargins(MARGIN, MARGIN, MARGIN, MARGIN)
        layout.setSpacing(SPACING)
        layout.addWidget(label(f"LNL {version}", "title"))
        layout.addWidget(label(localized(_WHAT)))
        form = QFormLayout()
        form.setSpacing(6)
        form.setHorizontalSpacing(24)
        for name, value in parts:
            shown = QLabel(value)
            shown.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
            form.addRow(hint(name), shown)
        layout.addLayout(form)
        layout.addWidget(hint(tr("Licence: {}").format(licence)))
        layout.addWidget(self._buttons())
        fit(self)

    def _buttons(self) -> QDialogButtonBox:
        buttons = QDialogButtonBox()
        text = "\n".join(f"{name} {value}" for name, value in self._lines)
        self.copy_button = copy_button(tr("Copy versions"), lambda: text)
        buttons.addButton(self.copy_button, QDialogButtonBox.ButtonRole.ActionRole)
        add_close(buttons, self)
        return buttons


def show_about(parent: QWidget | None, version: str, parts: Sequence[tuple[str, str]] = ()) -> None:
    """Show the dialog until it is closed."""
    show_until_closed(AboutDialog(version, parts, parent=parent))
