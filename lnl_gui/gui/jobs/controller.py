"""Runs jobs in a worker process, one after the other, and signals their progress.

Work that only the project's writer may do runs in a thread of this process, in the same queue.

The worker stays for the next job; a job that does not react to cancel is ended with force. All
messages of a worker that was given up are cut off: a late result has nowhere to go.

Between jobs the worker answers background requests of the window, which no list shows.
"""

import itertools
import time
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject, QProcess, Signal

from lnl_gui.gui.jobs.job import BUSY, Job, JobState
from lnl_gui.gui.jobs.local_work import Body, LocalWork
from lnl_gui.gui.jobs.worker_process import WorkerProcess
from lnl_gui.gui.widgets.quitting import before_quitting
from lnl_gui.jobs import protocol
from lnl_gui.store.jobs.runs import RunResult
from lnl_gui.util.messages import message
from lnl_gui.util.translation import localized

# A job looks for the cancel at each report of progress; one that hangs in a library does not.
CANCEL_MILLISECONDS = 5000
# `terminate` is a window message on Windows, which a console process does not see: then this passes
# in vain and `kill` follows.
TERMINATE_MILLISECONDS = 3000


class JobController(QObject):
    """A queue of jobs and the worker that takes them."""

    changed = Signal(object)
    """A `Job` whose state, progress or log changed."""
    figure = Signal(object, object)
    """A `Job` and its `protocol.Event`."""
    finished = Signal(object)
    """A `Job` that is over, whichever way."""
    answered = Signal(object)
    """A background request's `Job` that is over."""
    environment = Signal(object)
    """`protocol.Environment`: what the worker computes on."""

    def __init__(
        self,
        parent: QObject | None = None,
        *,
        command: tuple[str, list[str]] | None = None,
        grace: tuple[int, int] = (CANCEL_MILLISECONDS, TERMINATE_MILLISECONDS),
    ) -> None:
        super().__init__(parent)
        self._worker = WorkerProcess(self, command=command, grace=grace)
        self._worker.told.connect(self._take)
        self._worker.printed.connect(self._note)
        self._worker.ended.connect(self._worker_gone)
        self._worker.not_started.connect(self._worker_failed)
        self._numbers = itertools.count(1)
        self.was_ready = False
        """Whether a worker has loaded its libraries since the window was opened."""
        self._answering = False
        self._served: Job | None = None
        self._stale = False
        self._closed = False
        self._requests: list[Job] = []
        self._local: LocalWork | None = None
        self.jobs: list[Job] = []
        before_quitting(self.close)

    # What a window asks

    @property
    def current(self) -> Job | None:
        """The job at work."""
        return next((job for job in self.jobs if job.state in BUSY), None)

    @property
    def busy(self) -> bool:
        """Whether any job runs or waits."""
        return any(not job.is_over for job in self.jobs)

    @property
    def worker_pid(self) -> int:
        """The worker's process id, 0 when there is none."""
        return self._worker.pid

    def submit(
        self,
        kind: str,
        project: Path,
        run_id: str,
        parameters: dict[str, Any],
        *,
        body: Body | None = None,
        title: str = "",
    ) -> Job:
        """Queue a job; it starts when those before it are over. `body` is done in a thread here."""
        number = next(self._numbers)
        job = Job(number, kind, project, run_id, parameters, body=body, own_title=title)
        self.jobs.append(job)
        self.changed.emit(job)
        self._start_next()
        return job

    def ask(self, kind: str) -> None:
        """Queue a background request for when no job needs the worker; see `answered`."""
        self._requests.append(Job(0, kind, Path(), "", {}, is_request=True))
        self._start_next()

    def renew_worker(self) -> None:
        """Let the next job have a new worker, which sees this process's environment as it is."""
        self._stale = self._worker.is_there
        self._start_next()

    def cancel(self, job: Job) -> None:
        """Ask a job to stop; what does not stop in time is ended with force."""
        if job.state is JobState.WAITING:
            self._end(job, JobState.CANCELLED)
        elif job.state is JobState.STARTING:
            self._worker.abandon()
            self._repeat_requests()
            self._end(job, JobState.CANCELLED)
        elif job.state is JobState.RUNNING:
            self._set_state(job, JobState.CANCELLING)
            if self._local is not None:
                self._local.cancel()
            else:
                self._worker.send(protocol.Cancel())
                self._worker.end_later()

    def cancel_all(self) -> None:
        """Stop what runs and what waits."""
        # Waiting ones first: the end of the running one would start the next.
        for job in reversed(self.jobs):
            self.cancel(job)

    def wait_for_local(self) -> None:
        """Cancel the job that runs in a thread here and wait for its end."""
        local, self._local = self._local, None
        if local is not None:
            local.cancel()
            local.wait()
            local.deleteLater()
            job = self.current
            if job is not None and job.body is not None:
                self._end(job, JobState.CANCELLED)

    def close(self) -> None:
        """End the worker for good: a window that is going starts nothing any more."""
        self._closed = True
        self.shutdown()

    def shutdown(self) -> None:
        """End the worker; what runs is over. A later job starts a new one."""
        self.wait_for_local()
        self._worker.let_be()
        for job in (*self.jobs, *self._requests):
            if not job.is_over:
                job.state, job.ended = JobState.CANCELLED, time.monotonic()
        self._worker.shut_down()

    # What is next

    def _start_next(self) -> None:
        if self._closed:
            return
        if self.current is None:
            job = next((job for job in self.jobs if job.state is JobState.WAITING), None)
            if job is not None:
                job.started = time.monotonic()
                self._set_state(job, JobState.STARTING)
                if job.body is not None:
                    self._work_here(job, job.body)
        self._serve()

    def _work_here(self, job: Job, body: Body) -> None:
        self._local = LocalWork(body, self)
        self._local.sent.connect(self._take_local)
        self._set_state(job, JobState.RUNNING)
        self._local.start()

    def _take_local(self, message: protocol.JobMessage) -> None:
        local, job = self._local, self.current
        # What work that was given up had sent may come when the next one runs.
        if local is None or self.sender() is not local or job is None:
            return
        if isinstance(message, protocol.Done | protocol.CancelledMessage | protocol.ErrorMessage):
            self._local = None
            local.deleteLater()
        self._take_for(job, message)

    def _serve(self) -> None:
        """Give a free worker what is next: a job that starts, else a background request."""
        job = self._next_served()
        # Not while it works: the new worker takes over between two jobs.
        if self._stale and (self._at_work is None or self._at_work is job):
            self._stale = False
            self._worker.dismiss()
        if job is None:
            return
        if not self._worker.is_there:
            self._served, self._stale = None, False
            self._worker.start()
        elif self._worker.is_ready:
            self._hand_over(job)

    def _next_served(self) -> Job | None:
        current = self.current
        if any(request.state is JobState.RUNNING for request in self._requests):
            return None
        if current is not None:
            return current if current.state is JobState.STARTING else None
        return next((job for job in self._requests if job.state is JobState.WAITING), None)

    @property
    def _at_work(self) -> Job | None:
        """The request or job that the worker has, or is about to get."""
        return next((job for job in self._requests if job.state in BUSY), self.current)

    def _repeat_requests(self) -> None:
        """Queue again the requests that a worker now gone has not answered."""
        for request in self._requests:
            if request.state is JobState.RUNNING:
                request.state = JobState.WAITING

    def _hand_over(self, job: Job) -> None:
        self._answering, self._served = False, job
        self._worker.send(protocol.Start(job.kind, str(job.project), job.run_id, job.parameters))
        self._set_state(job, JobState.RUNNING)

    # What the worker says

    def _take(self, message: protocol.JobMessage) -> None:
        job = self._at_work
        if isinstance(message, protocol.Ready):
            self.was_ready = True
            self._serve()
        elif isinstance(message, protocol.Environment):
            self.environment.emit(message)
        elif job is not None:
            self._answering = True
            self._take_for(job, message)

    def _take_for(self, job: Job, told: protocol.JobMessage) -> None:
        match told:
            case protocol.ProgressMessage():
                job.stage, job.done, job.total = told.stage, told.done, told.total
                job.rate, job.eta_s, job.whole = told.rate, told.eta_s, told.whole
                self._tell(job)
            case protocol.Log():
                job.log.append(localized(told.text))
                self._tell(job)
            case protocol.Event():
                self.figure.emit(job, told)
            case RunResult():
                job.result = told
            case protocol.Done():
                self._end(job, JobState.DONE)
            case protocol.CancelledMessage():
                self._end(job, JobState.CANCELLED)
            case protocol.ErrorMessage():
                job.error = told
                self._end(job, JobState.FAILED)

    def _note(self, line: str) -> None:
        # What libraries print may arrive a little after the job is over.
        job = self._served
        if job is not None:
            job.log.append(line)
            self._tell(job)

    # Ends

    def _worker_gone(self, code: int, status: QProcess.ExitStatus) -> None:
        job = self._at_work or self._next_served()
        if job is None or job.body is not None:
            return
        if job.state is JobState.CANCELLING:
            self._end(job, JobState.CANCELLED)
        elif self._left_before_work(code, status):
            # It was idle for long and closed at the very moment it was given the job.
            job.restarts += 1
            self._set_state(job, JobState.WAITING)
            self._start_next()
        else:
            job.error = self._sudden_end(code, status)
            self._end(job, JobState.FAILED)

    def _left_before_work(self, code: int, status: QProcess.ExitStatus) -> bool:
        normal = status is QProcess.ExitStatus.NormalExit and code == 0
        job = self._at_work
        unanswered = job is not None and job.state is JobState.RUNNING and not self._answering
        return normal and unanswered and job is not None and job.restarts == 0

    def _sudden_end(self, code: int, status: QProcess.ExitStatus) -> protocol.ErrorMessage:
        crashed = status is QProcess.ExitStatus.CrashExit
        how = (
            message("signal {code}", code=code)
            if crashed
            else message("exit code {code}", code=code)
        )
        return protocol.ErrorMessage(
            code="worker_died",
            message=message("The worker process ended unexpectedly ({how}).", how=how),
            hint=message(
                "What was finished is kept: start again and it goes on from there. "
                "If memory ran out, close other programs first.",
            ),
            retryable=True,
            details=self._worker.last_lines,
        )

    def _worker_failed(self, reason: str) -> None:
        job = self._next_served()
        if job is not None:
            job.error = protocol.ErrorMessage(
                code="worker_start",
                message=message(
                    "The worker process could not be started: {reason}.", reason=reason
                ),
                hint=message(
                    "Install LNL again, or start it from the environment it was installed in.",
                ),
                retryable=True,
            )
            self._end(job, JobState.FAILED)

    def _end(self, job: Job, state: JobState) -> None:
        self._worker.let_be()
        job.ended, job.body = time.monotonic(), None
        self._set_state(job, state)
        if job.is_request:
            self._requests.remove(job)
            self.answered.emit(job)
        else:
            self.finished.emit(job)
        self._start_next()

    def _set_state(self, job: Job, state: JobState) -> None:
        job.state = state
        self._tell(job)

    def _tell(self, job: Job) -> None:
        if not job.is_request:
            self.changed.emit(job)
