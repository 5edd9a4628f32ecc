"""Writes the report of the open project, by the command line's own verb."""

import subprocess
from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QObject, QUrl
from PySide6.QtGui import QDesktopServices

from lnl_gui.gui.context import WindowContext
from lnl_gui.gui.dialogs import questions
from lnl_gui.gui.jobs.job import Job, JobState
from lnl_gui.store.jobs.runs import RunResult
from lnl_gui.util.errors import UserError
from lnl_gui.util.messages import Message, message
from lnl_gui.util.process.processes import no_console
from lnl_gui.util.process.program import program_command
from lnl_gui.util.progress import JobContext
from lnl_gui.util.translation import tr

_REPORT = "report"


class ReportController(QObject):
    """Asks for the file and lets a process of its own write it."""

    def __init__(self, context: WindowContext) -> None:
        super().__init__(context.parent)
        self._context = context

    def handlers(self) -> dict[str, Callable[[], object]]:
        """By id of the action."""
        return {"report": self.write}

    def write(self) -> None:
        """Ask for the file, and write it."""
        review = self._context.review
        if review is None:
            return
        folder = review.session.folder
        place = folder.parent / f"{review.session.name}-report.pdf"
        file = questions.ask_report_file(self._context.parent, place)
        if file is not None:
            self._context.workflow.start_here(
                _REPORT,
                lambda _context: _write(folder, file, _context),
                title=tr("Report"),
                ended=lambda job: self._written(job, file),
            )

    def _written(self, job: Job, file: Path) -> None:
        if job.error is not None:
            self._context.refuse(UserError(job.error.message, job.error.hint), of=_REPORT)
        elif job.state is JobState.DONE:
            self._context.notifications.settle(_REPORT)
            self._context.notifications.show(
                tr("The report is written: {}").format(file),
                tone="good",
                action=(tr("Open"), lambda: _open(file)),
            )


def _write(folder: Path, file: Path, _context: JobContext) -> RunResult:
    command = [*program_command(), "report", str(folder), str(file)]
    done = subprocess.run(
        command,
        capture_output=True,
        text=True,
        check=False,
        encoding="utf-8",
        creationflags=no_console(),
    )
    if done.returncode:
        lines = [line.strip() for line in done.stderr.splitlines() if line.strip()]
        # Other lines are what libraries print.
        why = next((line for line in lines if line.startswith("lnl-gui:")), "".join(lines[-1:]))
        raise UserError(Message("{why}", (("why", why.removeprefix("lnl-gui: ")),)), HINT)
    return RunResult()


def _open(file: Path) -> None:
    QDesktopServices.openUrl(QUrl.fromLocalFile(str(file)))


HINT = message("Choose another place, or write it on the command line with `lnl-gui report`.")
