"""Runs of an open project: start, resume, finish, look up."""

from collections.abc import Callable

from lnl_gui.session.changes import Changes
from lnl_gui.session.samples.columns import ReadDetection, read_detection
from lnl_gui.session.state import SessionState
from lnl_gui.store import finish_run, run_inputs
from lnl_gui.store.jobs import runs
from lnl_gui.store.jobs.parameters import JobParameters
from lnl_gui.store.jobs.runs import Run, RunResult
from lnl_gui.util.errors import UserError
from lnl_gui.util.messages import NOTHING, Message, message


class ProjectRuns:
    """The recorded runs of an open project.

    Args:
        state: of the open project.
    """

    def __init__(self, state: SessionState) -> None:
        self._state = state

    def start(self, parameters: JobParameters) -> Run:
        """Record a new run, or resume an unfinished one of the same parameters.

        Raises:
            UserError: when the project cannot be written.
        """
        return runs.start_run(self._state.project, parameters)

    def finished(self, parameters: JobParameters) -> Run | None:
        """The finished run that a job of these parameters would only repeat, or None."""
        return run_inputs.finished_run(self._state.project, parameters)

    def changed_inputs(self, parameters: JobParameters) -> list[str]:
        """What such a job reads that has changed since its kind was last finished."""
        return run_inputs.changed_inputs(self._state.project, parameters)

    def reading(self, run_id: str) -> Callable[[], ReadDetection]:
        """Reads what a detection that has just ended has left; may be called in any thread."""
        folder = self._state.project.run_folder(run_id)
        count, classes = len(self._state), len(self._state.classes)
        return lambda: read_detection(folder, count, classes)

    def finish(
        self,
        run_id: str,
        state: str,
        result: RunResult | None,
        reason: Message = NOTHING,
        *,
        read: ReadDetection | None = None,
    ) -> Changes:
        """Record how a run ended; after an embedding or detection load its results.

        Args:
            run_id: of the run.
            state: how it ended.
            result: what its body returned.
            reason: why it failed.
            read: what `reading` gave, where it has been called.

        Raises:
            UserError: when the project cannot be written.
        """
        try:
            run = finish_run.finish_run(self._state.project, run_id, state, result, reason)
        except UserError as error:
            if state == runs.DONE and result is not None:
                # What the run's folder says is read when the project is next opened.
                later = message("The record is made up for when the project is next opened.")
                raise runs.not_on_record(error, result, later) from error
            raise
        self._state.forget_runs()
        scored = state == runs.DONE and run.kind in ("embed", "detect", runs.FIRST_LOOK)
        if scored:
            self._state.take_run(run.kind, read)
        return Changes(scores=scored, runs=True, text=NOTHING)

    def forget(self, run_id: str) -> None:
        """Delete a run with its folder, such as a detection that a newer one has replaced."""
        runs.forget_run(self._state.project, run_id)

    def all(self) -> list[Run]:
        """All runs, oldest first."""
        return runs.load_runs(self._state.project)

    def latest(self, kind: str) -> Run | None:
        """The newest run of a kind that is done."""
        return runs.latest_run(self._state.project, kind)
