"""UMAP or t-SNE for the map of the images, computed in the background by a worker of its own.

That worker has a low priority and few threads, starts when a projection is wanted and ends with it,
so that the other one is free for what a user waits for, such as re-ranking after verdicts.
"""

from PySide6.QtCore import QObject

from lnl_gui.gui.charts.charts_panel import ChartsPanel
from lnl_gui.gui.charts.projection_bar import TITLES
from lnl_gui.gui.context import WindowContext
from lnl_gui.gui.i18n.numbers import percent
from lnl_gui.gui.jobs.controller import JobController
from lnl_gui.gui.jobs.job import Job, JobState
from lnl_gui.gui.jobs.workflow import RUN_STATES
from lnl_gui.gui.model.review_model import ReviewModel
from lnl_gui.gui.widgets.basic import duration
from lnl_gui.jobs.launch import worker_command
from lnl_gui.store.jobs.parameters import PCA, MapParameters
from lnl_gui.util.errors import UserError
from lnl_gui.util.messages import NOTHING, Message, message
from lnl_gui.util.process.processes import kill_tree
from lnl_gui.util.translation import localized, tr

KIND, REPLACES = "map", "embed"
GRACE_MILLISECONDS = (1500, 1500)
"""Milliseconds to cancel and to terminate: a projection has no partial result worth waiting for."""


class ProjectionController(QObject):
    """Computes a projection of the open project when its map asks for it."""

    def __init__(self, context: WindowContext) -> None:
        super().__init__(context.parent)
        self._context = context
        self.controller = JobController(
            self, command=worker_command(background=True), grace=GRACE_MILLISECONDS
        )
        self.controller.changed.connect(self._changed)
        self.controller.finished.connect(self._finished)
        context.workflow.job_changed.connect(self._step_aside)
        context.project.closing.connect(self._detach)
        self._charts: ChartsPanel | None = None
        self._run, self._method = "", ""
        self._gave_up = False

    def attach(self, charts: ChartsPanel) -> None:
        """Serve the charts of the project just opened."""
        self._charts = charts
        self._run, self._gave_up = "", False
        charts.choose_projection(self._context.settings.review.map_projection)
        charts.projection_chosen.connect(self._remember)
        charts.projection_stopped.connect(self._stop)
        charts.projection_retried.connect(self._retry)
        charts.projection_missing.connect(self._begin)

    def _detach(self) -> None:
        """The project is about to close: end the worker and forget its charts."""
        self._end_now()
        self._charts = None

    @property
    def busy(self) -> bool:
        """Whether a projection is being computed."""
        return bool(self._run)

    def _end_now(self) -> None:
        """End the worker without waiting for it: nothing it was doing is worth keeping."""
        run, self._run = self._run, ""
        # Killed first: `shutdown` would wait 1.5 s for a worker that the library does not let go.
        kill_tree(self.controller.worker_pid)
        self.controller.shutdown()
        review = self._context.review
        if run and review is not None:
            self._record(review, run, JobState.CANCELLED)

    def _step_aside(self, job: Job) -> None:
        """An embedding under way replaces the file read here, which not every system allows."""
        if job.kind == REPLACES and not job.is_over and self._run:
            self._end_now()
            if self._charts is not None:
                self._charts.show_no_projection_work()

    def _remember(self, name: str) -> None:
        self._gave_up = False
        if self._charts is not None and not self._run:
            self._charts.show_no_projection_work()
        self._context.settings.remember(map_projection=name)
        if self._run and name != PCA and (name != self._method or self._is_stopping):
            # Nobody waits for the other one, or for the end of what was stopped, any longer.
            self._end_now()
            self._begin()

    def _retry(self) -> None:
        self._gave_up = False
        self._begin()

    # Work

    def _begin(self) -> None:
        """Start the job unless one runs, has failed, images are embedded or reasons are hidden."""
        review, charts = self._context.review, self._charts
        if review is None or charts is None or self._run or self._gave_up:
            return
        method = charts.projection()
        other = self._context.workflow.current
        embedding = other is not None and other.kind == REPLACES
        if embedding or review.hides_reasons or review.session.blind:
            return
        if review.session.read_only:
            said = localized(_READ_ONLY.with_fields(method=TITLES[method]))
            charts.show_projection_trouble(said, again=False)
            return
        self._method = method
        try:
            run = review.session.runs.start(MapParameters(method=method))
        except UserError as error:
            self._fail(charts, error.message, error.hint)
            return
        # Known before the job can be over: a start may fail at once.
        self._run = run.id
        self.controller.submit(KIND, review.session.folder, run.id, run.parameters)

    @property
    def _is_stopping(self) -> bool:
        job = self.controller.current
        return job is not None and job.state is JobState.CANCELLING

    def _stop(self) -> None:
        # At once and not when it has stopped: until then somebody may choose another, or it again.
        if self._charts is not None:
            self._charts.choose_projection(PCA)
        job = self.controller.current
        if job is not None:
            self.controller.cancel(job)

    def _changed(self, job: Job) -> None:
        if self._charts is None or job.run_id != self._run or job.is_over:
            return
        stopping = job.state is JobState.CANCELLING
        stage = localized(job.stage) or tr("Starting")
        share = job.done / job.total if job.total else None
        text = f"{stage}… {percent(share)}" if share is not None else f"{stage}…"
        if share is not None and job.eta_s is not None:
            left = tr("{} left").format(duration(job.eta_s))
            text = f"{text} · {left}"
        if stopping:
            text = tr("Stopping…")
        self._charts.show_projection_work(text, share, stopping=stopping)

    def _finished(self, job: Job) -> None:
        review, charts = self._context.review, self._charts
        if review is None or charts is None or job.run_id != self._run:
            return
        self._run = ""
        self._record(review, job.run_id, job.state, job)
        if job.state is JobState.FAILED:
            error = job.error
            self._fail(
                charts, error.message if error else NOTHING, error.hint if error else NOTHING
            )
            return
        charts.show_no_projection_work()
        if job.state is JobState.CANCELLED:
            # Else it would begin again by itself as soon as the map is next drawn.
            charts.choose_projection(PCA)
            self._context.settings.remember(map_projection=PCA)
        charts.projection_changed()

    def _fail(self, charts: ChartsPanel, message: Message, hint: Message) -> None:
        self._gave_up = True
        said = tr("No projection by {}: {}").format(TITLES[self._method], localized(message))
        charts.show_projection_trouble(f"{said} {localized(hint)}".strip(), again=True)

    def _record(
        self, review: ReviewModel, run: str, state: JobState, job: Job | None = None
    ) -> None:
        """Record the run without announcing a change: labels and scores are the same."""
        result = job.result if job is not None else None
        reason = job.error.message if job is not None and job.error is not None else NOTHING
        try:
            review.session.runs.finish(run, RUN_STATES[state], result, reason)
        except UserError as error:
            self._context.refuse(error)


_READ_ONLY = message(
    "No projection by {method}: this project is open for reading only. Close the other window,"
    " or wait until the other command has ended, then open the project again.",
)
