"""All jobs of this sitting: state, progress, time, and the log of the one chosen."""

from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt, QTimer
from PySide6.QtGui import QFontDatabase
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHBoxLayout,
    QHeaderView,
    QPlainTextEdit,
    QSplitter,
    QTableView,
    QVBoxLayout,
    QWidget,
)

from lnl_gui.gui.dialogs.error import show_error
from lnl_gui.gui.job_controller import Job, JobController, JobState
from lnl_gui.gui.language import translate, translated
from lnl_gui.gui.numbers import percent
from lnl_gui.gui.parts import button, duration, label

Index = QModelIndex | QPersistentModelIndex
COLUMNS = (
    translate("Window", "Job"),
    translate("Window", "State"),
    translate("Window", "Progress"),
    translate("Window", "Time"),
)
NO_INDEX = QModelIndex()
HEIGHT = 230


class JobModel(QAbstractTableModel):
    """The controller's jobs, the newest first."""

    def __init__(self, controller: JobController, parent: QWidget) -> None:
        super().__init__(parent)
        self._controller = controller
        self._count = len(controller.jobs)

    def job(self, line: int) -> Job:
        return self._controller.jobs[-1 - line]

    def refresh(self) -> None:
        if len(self._controller.jobs) != self._count:
            self.beginResetModel()
            self._count = len(self._controller.jobs)
            self.endResetModel()
        elif self._count:
            self.dataChanged.emit(self.index(0, 0), self.index(self._count - 1, len(COLUMNS) - 1))

    def rowCount(self, parent: Index = NO_INDEX) -> int:
        return 0 if parent.isValid() else self._count

    def columnCount(self, parent: Index = NO_INDEX) -> int:
        return 0 if parent.isValid() else len(COLUMNS)

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        if role == Qt.ItemDataRole.DisplayRole and orientation == Qt.Orientation.Horizontal:
            return COLUMNS[section]
        return None

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if role != Qt.ItemDataRole.DisplayRole:
            return None
        job = self.job(index.row())
        share = percent(job.done / job.total) if job.total else ""
        time = duration(job.elapsed()) if job.started else ""
        return (job.title, translated(str(job.state.value)), share, time)[index.column()]


class JobPanel(QWidget):
    """The jobs list with the log beside it."""

    def __init__(self, controller: JobController, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._controller = controller
        self.model = JobModel(controller, self)
        self.setFixedHeight(HEIGHT)
        self.setObjectName("jobs")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._build_table()
        self._build_log()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(12, 8, 12, 8)
        layout.setSpacing(6)
        layout.addLayout(self._build_head())
        splitter = QSplitter(Qt.Orientation.Horizontal)
        splitter.addWidget(self.table)
        splitter.addWidget(self.log)
        splitter.setSizes([430, 600])
        layout.addWidget(splitter, 1)
        controller.changed.connect(self._schedule)
        # Many messages, one redraw.
        self._later = QTimer(self, singleShot=True, interval=120)
        self._later.timeout.connect(self.refresh)
        self.refresh()

    def _build_table(self) -> None:
        self.table = QTableView()
        self.table.setAccessibleName(translate("Window", "Jobs"))
        self.table.setModel(self.model)
        self.table.setShowGrid(False)
        self.table.verticalHeader().hide()
        self.table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.table.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.table.setTabKeyNavigation(False)
        header = self.table.horizontalHeader()
        header.setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        header.setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        header.setHighlightSections(False)
        header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft)
        self.table.selectionModel().currentChanged.connect(lambda *_: self._show_log())

    def _build_log(self) -> None:
        self.log = QPlainTextEdit()
        self.log.setReadOnly(True)
        self.log.setAccessibleName(translate("Window", "Log of the job"))
        self.log.setFont(QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont))
        self.log.setPlaceholderText(translate("Window", "What the job says appears here."))

    def _build_head(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.addWidget(label(translate("Window", "JOBS"), "section"))
        row.addStretch(1)
        self.details = button(translate("Window", "Show error…"), "flat")
        self.details.clicked.connect(self._show_error)
        self.cancel = button(translate("Window", "Cancel job"), "flat")
        self.cancel.clicked.connect(self._cancel)
        row.addWidget(self.details)
        row.addWidget(self.cancel)
        return row

    def chosen(self) -> Job | None:
        """The job marked in the list; the newest if none is."""
        if not self._controller.jobs:
            return None
        index = self.table.currentIndex()
        return self.model.job(index.row() if index.isValid() else 0)

    def refresh(self) -> None:
        self.model.refresh()
        self._show_log()

    def _schedule(self) -> None:
        if not self._later.isActive():
            self._later.start()

    def _show_log(self) -> None:
        job = self.chosen()
        self.cancel.setEnabled(job is not None and not job.is_over)
        self.details.setVisible(job is not None and job.error is not None)
        text = "\n".join(map(translated, job.log)) if job is not None else ""
        if text != self.log.toPlainText():
            self.log.setPlainText(text)
            bar = self.log.verticalScrollBar()
            bar.setValue(bar.maximum())

    def _cancel(self) -> None:
        job = self.chosen()
        if job is not None and job.state is not JobState.CANCELLING:
            self._controller.cancel(job)

    def _show_error(self) -> None:
        job = self.chosen()
        if job is not None and job.error is not None:
            error = job.error
            show_error(self, error.message, error.hint, report=error.details)
