"""List of the jobs of this start and of earlier runs, with the log of the one chosen."""

import time
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt, QTimer
from PySide6.QtGui import QFont, QFontDatabase
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
from lnl_gui.gui.i18n.numbers import moment, percent
from lnl_gui.gui.jobs.job import Job, JobState
from lnl_gui.gui.jobs.run_description import run_state, run_text
from lnl_gui.gui.jobs.workflow import Workflow
from lnl_gui.gui.model.current_project import CurrentProject
from lnl_gui.gui.widgets.basic import button, duration, label
from lnl_gui.session.changes import Changes
from lnl_gui.store.jobs.job_kinds import title_of
from lnl_gui.store.jobs.runs import Run
from lnl_gui.util.messages import message, message_n
from lnl_gui.util.translation import localized, tr

Index = QModelIndex | QPersistentModelIndex
COLUMNS = (
    message("Job"),
    message("State"),
    message("Progress"),
    message("Time"),
    message("Started"),
)
NO_INDEX = QModelIndex()
HEIGHT = 230


@dataclass(frozen=True)
class Divider:
    """A row of text between others: a heading, or how many rows are left out."""

    text: str


Line = Job | Run | Divider


class JobModel(QAbstractTableModel):
    """Jobs of this session of the window, then earlier runs of the project; the newest first."""

    def __init__(self, workflow: Workflow, parent: QWidget) -> None:
        super().__init__(parent)
        self._workflow = workflow
        self._runs: list[Run] = []
        self._superseded = 0
        self._section = QFont(parent.font())
        self._section.setPointSizeF(0.85 * self._section.pointSizeF())
        self._section.setWeight(QFont.Weight.Bold)
        self.lines: list[Line] = []
        self.refresh()

    def set_runs(self, runs: list[Run]) -> None:
        """The runs of the open project, oldest first."""
        self._runs = [run for run in runs if not run.is_superseded]
        self._superseded = len(runs) - len(self._runs)
        self.refresh()

    def refresh(self) -> None:
        """Read the jobs anew: reset where rows came or went, else update them in place."""
        lines = self._collect()
        if lines != self.lines:
            self.beginResetModel()
            self.lines = lines
            self.endResetModel()
        # A reset here would drop the selection at every report of progress.
        elif lines:
            self.dataChanged.emit(self.index(0, 0), self.index(len(lines) - 1, len(COLUMNS) - 1))

    def _collect(self) -> list[Line]:
        jobs = self._workflow.controller.jobs
        quiet = [j for j in jobs if self._workflow.is_quiet(j) and j.state is not JobState.FAILED]
        # Ranking again is news once; what it replaced is one number.
        replaced = [job for job in quiet[:-1] if job.is_over]
        known = {job.run_id for job in jobs}
        shown = [run for run in self._runs if run.id not in known]
        left_out = len(replaced) + self._superseded
        lines: list[Line] = [job for job in reversed(jobs) if job not in replaced]
        if shown:
            lines += [Divider(tr("EARLIER")), *reversed(shown)]
        if left_out:
            said = message_n(
                "{count:,} re-ranking replaced by newer ones",
                "{count:,} re-rankings replaced by newer ones",
                left_out,
            )
            lines.append(Divider(localized(said)))
        return lines

    def rowCount(self, parent: Index = NO_INDEX) -> int:
        return 0 if parent.isValid() else len(self.lines)

    def columnCount(self, parent: Index = NO_INDEX) -> int:
        return 0 if parent.isValid() else len(COLUMNS)

    def flags(self, index: Index) -> Qt.ItemFlag:
        is_divider = index.isValid() and isinstance(self.lines[index.row()], Divider)
        return Qt.ItemFlag.NoItemFlags if is_divider else super().flags(index)

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        if role == Qt.ItemDataRole.DisplayRole and orientation == Qt.Orientation.Horizontal:
            return localized(COLUMNS[section])
        return None

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        line = self.lines[index.row()]
        if role == Qt.ItemDataRole.FontRole and isinstance(line, Divider):
            return self._section
        if role != Qt.ItemDataRole.DisplayRole:
            return None
        if isinstance(line, Divider):
            return line.text if index.column() == 0 else ""
        told = _of_job(line) if isinstance(line, Job) else _of_run(line)
        if index.column() == 0 and isinstance(line, Job) and self._workflow.is_quiet(line):
            return tr("Re-ranking")
        return told[index.column()]


def _of_job(job: Job) -> tuple[str, ...]:
    share = percent(job.done / job.total) if job.total else ""
    if not job.started:
        return job.title, localized(job.state.value), share, "", ""
    began = moment(time.time() - (time.monotonic() - job.started))
    return job.title, localized(job.state.value), share, duration(job.elapsed()), began


def _of_run(run: Run) -> tuple[str, ...]:
    took = duration(run.ended - run.started) if run.ended is not None else ""
    title = localized(title_of(run.kind))
    return title, run_state(run), "", took, moment(run.started)


class JobPanel(QWidget):
    """The jobs list with the log beside it."""

    def __init__(
        self, workflow: Workflow, project: CurrentProject, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._controller = workflow.controller
        self._project = project
        self.model = JobModel(workflow, self)
        self.setFixedHeight(HEIGHT)
        self.setObjectName("jobs")
        # A plain QWidget does not paint the background of its style sheet otherwise.
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
        splitter.setSizes([620, 600])
        layout.addWidget(splitter, 1)
        workflow.controller.changed.connect(self._schedule)
        project.changed.connect(self._changed)
        project.opened.connect(self._list_runs)
        project.closed.connect(self._list_runs)
        self.model.modelReset.connect(self._span_dividers)
        # Many messages, one redraw.
        self._later = QTimer(self, singleShot=True, interval=120)
        self._later.timeout.connect(self.refresh)
        self.refresh()

    def _build_table(self) -> None:
        self.table = QTableView()
        self.table.setProperty("role", "table")
        self.table.setAccessibleName(tr("Jobs"))
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
        self.log.setAccessibleName(tr("Log of the job"))
        self.log.setFont(QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont))
        self.log.setPlaceholderText(tr("What the job says appears here."))

    def _build_head(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.addWidget(label(tr("JOBS"), "section"))
        row.addStretch(1)
        self.details = button(tr("Show error…"), "flat")
        self.details.clicked.connect(self._show_error)
        self.cancel = button(tr("Cancel job"), "flat")
        self.cancel.clicked.connect(self._cancel)
        row.addWidget(self.details)
        row.addWidget(self.cancel)
        return row

    def _changed(self, changes: Changes) -> None:
        if changes.runs:
            self._list_runs()

    def _list_runs(self, _review: object = None) -> None:
        review = self._project.review
        self.model.set_runs(review.session.runs.all() if review is not None else [])
        self._show_log()

    def _span_dividers(self) -> None:
        # Qt keeps the row numbers of spans when the model is reset.
        self.table.clearSpans()
        for row, line in enumerate(self.model.lines):
            if isinstance(line, Divider):
                self.table.setSpan(row, 0, 1, len(COLUMNS))

    def chosen_line(self) -> Line | None:
        """The selected row; the newest one without a selection."""
        index = self.table.currentIndex()
        place = index.row() if index.isValid() else 0
        return self.model.lines[place] if place < len(self.model.lines) else None

    def chosen(self) -> Job | None:
        """The selected row if it is a job of this session of the window."""
        line = self.chosen_line()
        return line if isinstance(line, Job) else None

    def refresh(self) -> None:
        self.model.refresh()
        self._show_log()

    def _schedule(self) -> None:
        # Begun again at each report, it would wait for as long as reports come.
        if not self._later.isActive():
            self._later.start()

    def _show_log(self) -> None:
        job = self.chosen()
        self.cancel.setEnabled(job is not None and not job.is_over)
        self.details.setVisible(job is not None and job.error is not None)
        line = self.chosen_line()
        text = "\n".join(job.log) if job is not None else ""
        if isinstance(line, Run):
            text = run_text(line)
        # Set only when it changed, or a reader who has scrolled up is thrown back.
        if text != self.log.toPlainText():
            self.log.setPlainText(text)
            bar = self.log.verticalScrollBar()
            # The newest words of a job at work, the first ones of a run told afterwards.
            bar.setValue(bar.minimum() if isinstance(line, Run) else bar.maximum())

    def _cancel(self) -> None:
        job = self.chosen()
        if job is not None and job.state is not JobState.CANCELLING:
            self._controller.cancel(job)

    def _show_error(self) -> None:
        job = self.chosen()
        if job is not None and job.error is not None:
            error = job.error
            show_error(self, error.message, error.hint, report=error.details)
