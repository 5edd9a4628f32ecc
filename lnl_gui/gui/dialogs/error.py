"""Error dialog: what happened, what to do, a report to copy."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from lnl_gui.gui.dialogs.form import MARGIN, SPACING, fit, label, show_until_closed
from lnl_gui.gui.dialogs.report import add_close, copy_button, report_field
from lnl_gui.util.messages import NOTHING, Message
from lnl_gui.util.translation import localized, tr


class ErrorDialog(QDialog):
    """What happened, what to do, details on request."""

    def __init__(
        self,
        message: Message,
        to_do: Message = NOTHING,
        *,
        report: str = "",
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        heading = tr("Something went wrong")
        self.setWindowTitle(heading)
        self.setMinimumWidth(520)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(MARGIN, MARGIN, MARGIN, MARGIN)
        layout.setSpacing(SPACING)
        self.message = label(localized(message))
        self.message.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.to_do = label(localized(to_do), "strong")
        self.to_do.setVisible(bool(to_do))
        for widget in (label(heading, "title"), self.message, self.to_do):
            layout.addWidget(widget)
        self._report = report
        self._build_report(layout)
        self._build_buttons(layout)
        fit(self)

    def _build_report(self, layout: QVBoxLayout) -> None:
        self.details = report_field(self._report)
        self.details.setMinimumHeight(180)
        self.details.hide()
        layout.addWidget(self.details, 1)

    def _build_buttons(self, layout: QVBoxLayout) -> None:
        buttons = QDialogButtonBox()
        layout.addWidget(buttons)
        self.copy_button = copy_button(tr("Copy report"), lambda: self._report)
        self.details_button = QPushButton(tr("Show details"))
        self.details_button.setAutoDefault(False)
        self.details_button.clicked.connect(self._toggle_details)
        for button in (self.details_button, self.copy_button) if self._report else ():
            buttons.addButton(button, QDialogButtonBox.ButtonRole.ActionRole)
        add_close(buttons, self)

    def _toggle_details(self) -> None:
        show = self.details.isHidden()
        self.details.setVisible(show)
        self.details_button.setText(tr("Hide details") if show else tr("Show details"))
        fit(self)


def show_error(
    parent: QWidget | None,
    message: Message,
    to_do: Message = NOTHING,
    *,
    report: str = "",
) -> None:
    """Show an error until it is closed; `report` can be looked at and copied."""
    show_until_closed(ErrorDialog(message, to_do, report=report, parent=parent))
