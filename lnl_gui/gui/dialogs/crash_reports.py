"""The reports of errors in LNL itself that are kept here, to read, copy and delete."""

from collections.abc import Sequence

from PySide6.QtCore import Qt, QUrl
from PySide6.QtGui import QDesktopServices, QGuiApplication
from PySide6.QtWidgets import (
    QDialog,
    QHBoxLayout,
    QListWidget,
    QSplitter,
    QVBoxLayout,
    QWidget,
)

from lnl_gui.gui.dialogs.form import show_until_closed
from lnl_gui.gui.dialogs.report import report_field
from lnl_gui.gui.widgets.basic import button, label
from lnl_gui.util.process.crash_reports import CrashReport
from lnl_gui.util.translation import tr

_WIDTH, _HEIGHT = 900, 560


class CrashReportsDialog(QDialog):
    """When and what on the left, the report on the right.

    Args:
        reports: the newest first.
        parent: owner.
    """

    def __init__(self, reports: Sequence[CrashReport], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._reports = list(reports)
        self.setWindowTitle(tr("Crash reports"))
        self.resize(_WIDTH, _HEIGHT)
        self.list = QListWidget()
        self.list.setAccessibleName(tr("Crash reports"))
        self.list.setWordWrap(True)
        self.text = report_field()
        self._lay_out()
        self._fill()
        # After the first rows, which would each be shown.
        self.list.currentRowChanged.connect(lambda _row: self._show())
        self._show()

    def _lay_out(self) -> None:
        layout = QVBoxLayout(self)
        layout.setContentsMargins(20, 20, 20, 20)
        layout.setSpacing(12)
        layout.addWidget(label(tr("Crash reports"), "title"))
        self.hint = label("", "muted", wrap=True)
        layout.addWidget(self.hint)
        halves = QSplitter(Qt.Orientation.Horizontal)
        halves.addWidget(self.list)
        halves.addWidget(self.text)
        halves.setStretchFactor(0, 1)
        halves.setStretchFactor(1, 2)
        layout.addWidget(halves, 1)
        layout.addLayout(self._buttons())

    def _buttons(self) -> QHBoxLayout:
        self.copy_button = button(tr("Copy report"))
        self.open_button = button(tr("Open file"))
        self.delete_button = button(tr("Delete"))
        self.delete_all_button = button(tr("Delete all"))
        row = QHBoxLayout()
        for each, act in (
            (self.delete_button, self._delete),
            (self.delete_all_button, self._delete_all),
            (self.open_button, self._open),
            (self.copy_button, self._copy),
        ):
            each.clicked.connect(act)
            row.addWidget(each)
            if each is self.delete_all_button:
                row.addStretch(1)
        close = button(tr("Close"), "primary")
        close.setDefault(True)
        close.clicked.connect(self.accept)
        row.addWidget(close)
        return row

    def _fill(self) -> None:
        # Each line that comes or goes may move the current row, and its report would be shown.
        self.list.blockSignals(True)
        self.list.clear()
        for report in self._reports:
            when = report.time.astimezone()
            self.list.addItem(f"{when:%Y-%m-%d %H:%M}\n{report.summary}")
        self.list.blockSignals(False)
        self.list.setCurrentRow(0 if self._reports else -1)

    def _current(self) -> CrashReport | None:
        row = self.list.currentRow()
        return self._reports[row] if 0 <= row < len(self._reports) else None

    def _show(self) -> None:
        report = self._current()
        self.text.setPlainText(report.text if report is not None else "")
        for each in (
            self.copy_button,
            self.open_button,
            self.delete_button,
            self.delete_all_button,
        ):
            each.setEnabled(report is not None)
        self.hint.setText(
            tr("They lie on this computer and were sent nowhere. Copy one to report it.")
            if report is not None
            else tr("There are none.")
        )

    def _copy(self) -> None:
        report = self._current()
        if report is not None:
            QGuiApplication.clipboard().setText(report.text)
            self.copy_button.setText(tr("Copied"))

    def _open(self) -> None:
        report = self._current()
        if report is not None:
            QDesktopServices.openUrl(QUrl.fromLocalFile(str(report.file)))

    def _delete(self) -> None:
        report = self._current()
        self._drop([report] if report is not None else [])

    def _delete_all(self) -> None:
        self._drop(list(self._reports))

    def _drop(self, reports: Sequence[CrashReport]) -> None:
        for report in reports:
            try:
                report.delete()
            except OSError as error:
                self.hint.setText(error.strerror or str(error))
                return
            self._reports.remove(report)
        self._fill()
        self._show()


def show_crash_reports(parent: QWidget | None, reports: Sequence[CrashReport]) -> None:
    """Show the list until it is closed."""
    show_until_closed(CrashReportsDialog(reports, parent))
