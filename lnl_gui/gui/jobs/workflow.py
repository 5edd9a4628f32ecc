"""Starts the jobs of a project, records how they ended, starts what follows.

The worker writes files only; the window's process is the one that writes the database.
"""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject, Signal

from lnl_gui.gui.jobs.controller import JobController
from lnl_gui.gui.jobs.job import Job, JobState
from lnl_gui.gui.jobs.local_work import Body
from lnl_gui.gui.model.current_project import CurrentProject
from lnl_gui.gui.model.review_model import ReviewModel
from lnl_gui.gui.widgets import background
from lnl_gui.gui.widgets.background import Background
from lnl_gui.session.figures.stages import ProjectStage
from lnl_gui.session.projects import demo_project
from lnl_gui.session.samples.columns import ReadDetection
from lnl_gui.store.jobs import runs
from lnl_gui.store.jobs.job_kinds import kind_of, to_dict
from lnl_gui.store.jobs.parameters import (
    DemoParameters,
    DetectParameters,
    EmbedParameters,
    ExportParameters,
    FinetuneParameters,
    FirstLookParameters,
    ImportParameters,
    JobParameters,
)
from lnl_gui.util.errors import UserError
from lnl_gui.util.messages import NOTHING, message

RUN_STATES = {
    JobState.DONE: runs.DONE,
    JobState.CANCELLED: runs.CANCELLED,
    JobState.FAILED: runs.FAILED,
}
"""How a job that is over is recorded."""


class Workflow(QObject):
    """Starts and records the jobs of the open project, and imports of new ones."""

    job_changed = Signal(object)
    """A `Job` whose state, progress or log changed."""
    imported = Signal(object)
    """The folder of a project that an import has made."""
    ended = Signal(object)
    """A `Job` of the open project (or an import) that is over and recorded."""
    refused = Signal(object)
    """A `UserError` that kept a job from starting or being recorded."""
    quietly_ended = Signal(object)
    """A `Job` the window began by itself that is over and recorded."""

    def __init__(
        self, controller: JobController, project: CurrentProject, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self.controller = controller
        self._project = project
        self._mine: dict[int, ReviewModel] = {}
        self._then: dict[int, tuple[JobParameters, ...]] = {}
        self._local: dict[int, Callable[[Job], None]] = {}
        self._last: JobParameters | None = None
        self._after_last: tuple[JobParameters, ...] = ()
        self._quiet: set[int] = set()
        self._reading: tuple[ReviewModel, Job] | None = None
        self._background = Background(self)
        controller.changed.connect(self.job_changed)
        controller.finished.connect(self._finished)
        project.closing.connect(self._let_go)

    def _let_go(self) -> None:
        """The project closes: cancel its jobs and forget what was to follow them."""
        # Before what follows is forgotten: what has ended is on record.
        self._then.clear()
        self._settle()
        self._background.stop()
        # First: the ends of jobs cancelled below are nothing to record in a project that closes.
        self._local.clear()
        self._mine.clear()
        # A thread of this process must have let go of the project before that is closed.
        self.controller.wait_for_local()
        self.controller.cancel_all()

    # Starting

    def import_dataset(self, parameters: ImportParameters) -> Job:
        """Read a dataset into a new project."""
        self._last = parameters
        folder = Path(parameters.project)
        return self.controller.submit("import", folder, "", to_dict(parameters))

    def start_demo(self) -> Job:
        """Make the demo dataset and its project, which then opens."""
        folder = demo_project()
        self._last = DemoParameters(project=str(folder))
        return self.controller.submit("demo", folder, "", to_dict(self._last))

    def find_suspects(
        self, embed: EmbedParameters | None = None, detect: DetectParameters | None = None
    ) -> None:
        """Embed, where that has not been done, and detect."""
        review = self._project.review
        if review is None:
            return
        detection = detect or DetectParameters(device=embed.device if embed else "auto")
        session = review.session
        if session.stage() >= ProjectStage.EMBEDDED and not session.statistics.unread:
            self.start(detection)
        else:
            self.embed(embed or EmbedParameters(), then=detection)

    def embed(self, parameters: EmbedParameters, *, then: JobParameters) -> None:
        """Embed all images and go on with `then`; where that takes long, look at some first."""
        review = self._project.review
        if review is not None and review.session.wants_first_look:
            self.start(FirstLookParameters(), then=(parameters, then))
        else:
            self.start(parameters, then=then)

    def finetune(self, parameters: FinetuneParameters) -> None:
        self.start(parameters)

    def export(self, parameters: ExportParameters) -> None:
        self.start(parameters)

    def start(
        self,
        parameters: JobParameters,
        *,
        then: JobParameters | tuple[JobParameters, ...] | None = None,
    ) -> None:
        """Begin a run of the open project and queue its job; `then` follows it, in its order."""
        following = then if isinstance(then, tuple) else (then,) if then is not None else ()
        review = self._project.review
        if review is None:
            return
        self._settle()
        try:
            if not self._make_room():
                raise _busy()
            if review.session.read_only:
                raise UserError(message("This project is open for reading only."), _READ_ONLY_HINT)
            run = review.session.runs.start(parameters)
        except UserError as error:
            self.refused.emit(error)
            return
        self._last, self._after_last = parameters, following
        # The number is taken before the job can be over: a start may fail at once.
        number = len(self.controller.jobs) + 1
        self._mine[number] = review
        if following:
            self._then[number] = following
        self.controller.submit(run.kind, review.session.folder, run.id, run.parameters)

    def start_here(
        self, kind: str, body: Body, *, title: str, ended: Callable[[Job], None]
    ) -> None:
        """Queue what only this process may do to the open project.

        `ended` is called with the job when it is over, unless the project closed before.
        """
        folder = self._unrecorded(ended)
        if folder is not None:
            self.controller.submit(kind, folder, "", {}, body=body, title=title)

    def ask_worker(self, parameters: JobParameters, ended: Callable[[Job], None]) -> None:
        """Queue what writes nothing and is recorded nowhere; `ended` is called when it is over."""
        folder = self._unrecorded(ended)
        if folder is not None:
            self.controller.submit(kind_of(parameters).name, folder, "", to_dict(parameters))

    def _unrecorded(self, ended: Callable[[Job], None]) -> Path | None:
        """Make room for a job without a run, submitted next; the open project, None to refuse."""
        review = self._project.review
        if review is None:
            return None
        if not self._make_room():
            self.refused.emit(_busy())
            return None
        self._local[len(self.controller.jobs) + 1] = ended
        return review.session.folder

    def start_quietly(self, parameters: JobParameters) -> bool:
        """Start a run in the background if no job runs or waits; any other job cancels it.

        Returns whether it was started.
        """
        review = self._project.review
        # A run that is not on record yet would be taken up again as one that was interrupted.
        if self._reading is not None:
            return False
        if review is None or self.controller.busy or review.session.read_only:
            return False
        try:
            run = review.session.runs.start(parameters)
        except UserError:
            return False
        number = len(self.controller.jobs) + 1
        self._mine[number] = review
        self._quiet.add(number)
        self.controller.submit(run.kind, review.session.folder, run.id, run.parameters)
        return True

    @property
    def current(self) -> Job | None:
        """The running job, if there is one."""
        return self.controller.current

    @property
    def busy(self) -> bool:
        """Whether any job runs or waits."""
        return self.controller.busy

    def stop_current(self) -> None:
        """Cancel the job at work, if there is one."""
        if self.current is not None:
            self.controller.cancel(self.current)

    def stop_all(self) -> None:
        """Cancel what runs and what waits."""
        self.controller.cancel_all()

    def renew_worker(self) -> None:
        """Let the next job have a worker that sees the environment as it is now."""
        self.controller.renew_worker()

    def is_quiet(self, job: Job) -> bool:
        """Whether this is a background job, which the window started by itself."""
        return job.number in self._quiet

    def shown_job(self) -> Job | None:
        """The running job, unless it is a background job."""
        job = self.controller.current
        return None if job is None or self.is_quiet(job) else job

    def _make_room(self) -> bool:
        """Cancel background jobs; returns whether no other job runs or waits."""
        at_work = [job for job in self.controller.jobs if not job.is_over]
        if not all(self.is_quiet(job) for job in at_work):
            return False
        for job in at_work:
            self.controller.cancel(job)
        return True

    def retry(self) -> None:
        """Start again what failed or was cancelled; finished parts are not done again."""
        if self._last is None or not self._make_room():
            return
        match self._last:
            case ImportParameters() as parameters:
                self.import_dataset(parameters)
            case DemoParameters():
                self.start_demo()
            case parameters:
                self.start(parameters, then=self._after_last)

    def again(self, **changes: Any) -> None:
        """Start what was started last once more, with other parameters."""
        if self._last is not None:
            self._last = replace(self._last, **changes)
            self.retry()

    # Ending

    def _finished(self, job: Job) -> None:
        if job.kind in ("import", "demo"):
            if job.state is JobState.DONE:
                self.imported.emit(job.project)
            self.ended.emit(job)
            return
        tell = self._local.pop(job.number, None)
        if tell is not None:
            tell(job)
            return
        review = self._mine.pop(job.number, None)
        # The project was closed while it ran; the run is settled when that is opened again.
        if review is None or review is not self._project.review:
            self._then.pop(job.number, None)
            return
        scored = job.kind in ("detect", runs.FIRST_LOOK) and job.state is JobState.DONE
        if scored and len(review.session) >= background.MANY_SAMPLES:
            self._read_ahead(review, job)
        else:
            self._conclude(review, job)

    def _read_ahead(self, review: ReviewModel, job: Job) -> None:
        """Read the scores of many samples in a thread: the window is in use meanwhile."""
        self._settle()
        self._reading = (review, job)
        # What could not be read is read once more by the window's thread, which says what is wrong.
        self._background.compute(review.session.runs.reading(job.run_id), self._take_read)

    def _take_read(self, found: ReadDetection | None) -> None:
        reading, self._reading = self._reading, None
        if reading is not None:
            self._conclude(*reading, found)

    def _settle(self) -> None:
        """Conclude at once the detection whose scores are being read."""
        self._background.forget()
        self._take_read(None)

    def _conclude(self, review: ReviewModel, job: Job, read: ReadDetection | None = None) -> None:
        then = self._then.pop(job.number, ())
        self._record(review, job, read)
        # A first look that fails takes nothing away: what follows says all that it would have said.
        passed = job.state is JobState.DONE or (
            job.kind == runs.FIRST_LOOK and job.state is JobState.FAILED
        )
        if passed and then:
            self.start(then[0], then=then[1:])
            if job.state is JobState.FAILED:
                return
        (self.quietly_ended if self.is_quiet(job) else self.ended).emit(job)

    def _record(self, review: ReviewModel, job: Job, read: ReadDetection | None) -> None:
        reason = job.error.message if job.error is not None else NOTHING
        try:
            changes = review.session.runs.finish(
                job.run_id, RUN_STATES[job.state], job.result, reason, read=read
            )
        except UserError as error:
            self.refused.emit(error)
        else:
            review.announce(changes)


def _busy() -> UserError:
    return UserError(
        message("Another job is at work."),
        message("Wait for it, or cancel it."),
    )


_READ_ONLY_HINT = message(
    "Close the other window, or wait until the other command has ended, then open the project"
    " again."
)
