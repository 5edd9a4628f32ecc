"""What `lnl-gui doctor` says of this installation, to read and to copy."""

from collections.abc import Sequence

from PySide6.QtCore import QProcess
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QVBoxLayout,
    QWidget,
)

from lnl_gui.gui.dialogs.form import MARGIN, SPACING, fit, label, show_until_closed
from lnl_gui.gui.dialogs.report import add_close, copy_button, report_field
from lnl_gui.util.process.program import program_command
from lnl_gui.util.translation import tr


class DoctorDialog(QDialog):
    """Runs the command in a process of its own, as a terminal would, and shows its text."""

    def __init__(
        self, command: Sequence[str] | None = None, *, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle(tr("Check this installation"))
        self.setMinimumSize(760, 520)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(MARGIN, MARGIN, MARGIN, MARGIN)
        layout.setSpacing(SPACING)
        self.heading = label(tr("Looking at this installation…"), "title")
        layout.addWidget(self.heading)
        self.text = report_field()
        layout.addWidget(self.text, 1)
        self._build_buttons(layout)
        fit(self)
        self._start([*program_command(), "doctor"] if command is None else command)

    def _build_buttons(self, layout: QVBoxLayout) -> None:
        buttons = QDialogButtonBox()
        layout.addWidget(buttons)
        self.copy_button = copy_button(tr("Copy report"), self.text.toPlainText)
        self.copy_button.setEnabled(False)
        buttons.addButton(self.copy_button, QDialogButtonBox.ButtonRole.ActionRole)
        add_close(buttons, self)

    def _start(self, command: Sequence[str]) -> None:
        self._process = QProcess(self)
        self._process.setProcessChannelMode(QProcess.ProcessChannelMode.MergedChannels)
        self._process.finished.connect(self._finished)
        self._process.errorOccurred.connect(self._failed)
        self._process.start(command[0], list(command[1:]))

    def _finished(self, code: int) -> None:
        self._show(bytes(self._process.readAll().data()).decode("utf-8", "replace"))
        self.heading.setText(
            tr("Something that is needed is missing") if code else tr("Nothing is missing")
        )

    def _failed(self, _error: QProcess.ProcessError) -> None:
        self.heading.setText(tr("The check could not be run"))
        self._show(self._process.errorString())

    def _show(self, text: str) -> None:
        self.text.setPlainText(text)
        self.copy_button.setEnabled(True)

    def done(self, result: int) -> None:
        """Close; a check that still runs is of no use to anybody."""
        # Its end would be shown in a dialog that is gone.
        self._process.blockSignals(True)
        if self._process.state() != QProcess.ProcessState.NotRunning:
            self._process.kill()
            # Qt warns of a process that still runs when its object goes, with the dialog.
            self._process.waitForFinished()
        super().done(result)


def show_doctor(parent: QWidget | None) -> None:
    """Look at the installation and show what was found until it is closed."""
    show_until_closed(DoctorDialog(parent=parent))
