"""Asks a worker of its own for previews, one at a time; a new request cuts the old one off.

Its own worker, because the window's may be at work on a job for hours.
"""

from pathlib import Path

from PySide6.QtCore import QObject, Signal

from lnl_gui.gui.jobs.controller import JobController
from lnl_gui.gui.jobs.job import Job, JobState
from lnl_gui.jobs import protocol
from lnl_gui.store.dataset.dataset_preview import DatasetPreview
from lnl_gui.store.jobs.job_kinds import to_dict
from lnl_gui.store.jobs.parameters import ImportParameters, PreviewParameters
from lnl_gui.util.errors import UserError
from lnl_gui.util.messages import NOTHING
from lnl_gui.util.typed import typed

KIND = "preview"
GRACE_MILLISECONDS = (300, 300)
"""A preview writes nothing, so that its worker may be ended at any moment."""


class PreviewRequests(QObject):
    """The preview that is wanted now."""

    found = Signal(object)
    """A `DatasetPreview`: first the reading alone, then with the others that fit."""
    progressed = Signal(object, int, int)
    """Stage (a `Message`), done, total; total is 0 where it is not known."""
    failed = Signal(object)
    """A `UserError`: the worker could not say anything."""

    def __init__(
        self, parent: QObject | None = None, *, command: tuple[str, list[str]] | None = None
    ) -> None:
        super().__init__(parent)
        self._controller = JobController(self, command=command, grace=GRACE_MILLISECONDS)
        self._job: Job | None = None
        self._controller.changed.connect(self._changed)
        self._controller.figure.connect(self._figure)
        self._controller.finished.connect(self._finished)

    @property
    def at_work(self) -> bool:
        """Whether an answer is still to come."""
        return self._job is not None

    def request(self, parameters: ImportParameters) -> None:
        """Ask for a preview instead of any that was asked for before."""
        self.cancel()
        wanted = to_dict(PreviewParameters(parameters))
        self._job = self._controller.submit(KIND, Path(), "", wanted)

    def cancel(self) -> None:
        """Nobody wants the preview any more."""
        job, self._job = self._job, None
        if job is not None:
            self._controller.cancel(job)

    def shutdown(self) -> None:
        """End the worker for good."""
        self._job = None
        self._controller.close()

    def _changed(self, job: Job) -> None:
        if job is self._job and job.state is JobState.RUNNING and job.stage:
            self.progressed.emit(job.stage, job.done, job.total)

    def _figure(self, job: Job, event: protocol.Event) -> None:
        if job is self._job and event.name == KIND:
            self.found.emit(_preview_of(event.values[KIND]))

    def _finished(self, job: Job) -> None:
        if job in self._controller.jobs:
            # A dialog may ask hundreds of times; no list shows these jobs.
            self._controller.jobs.remove(job)
        if job is not self._job:
            return
        self._job = None
        if job.state is JobState.DONE and job.result is not None:
            self.found.emit(_preview_of(job.result.metrics))
        elif job.state is JobState.FAILED:
            error = job.error
            self.failed.emit(
                UserError(error.message, error.hint) if error is not None else UserError(NOTHING)
            )


def _preview_of(values: object) -> DatasetPreview:
    return typed(values, DatasetPreview, source="preview")
