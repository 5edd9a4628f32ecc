"""Runs of an open project: begun, ended, taken up again, looked up."""

from lnl_gui.session.changes import Changes
from lnl_gui.session.state import SessionState
from lnl_gui.store import finish_run, run_inputs, runs
from lnl_gui.store.parameters import JobParameters
from lnl_gui.store.runs import Run, RunResult
from lnl_gui.util.messages import NOTHING, Message


class ProjectRuns:
    """Jobs of an open project on record.

    Args:
        state: of the open project.
    """

    def __init__(self, state: SessionState) -> None:
        self._state = state

    def start(self, parameters: JobParameters) -> Run:
        """Begin a run, or take up an unfinished one of the same parameters."""
        return runs.start_run(self._state.project, parameters)

    def finished(self, parameters: JobParameters) -> Run | None:
        """The finished run that a job of these parameters would only repeat, or None."""
        return run_inputs.finished_run(self._state.project, parameters)

    def changed_inputs(self, parameters: JobParameters) -> list[str]:
        """What such a job reads that has changed since its kind was last finished."""
        return run_inputs.changed_inputs(self._state.project, parameters)

    def finish(
        self, run_id: str, state: str, result: RunResult | None, reason: Message = NOTHING
    ) -> Changes:
        """Record how a run ended and take its result over."""
        run = finish_run.finish_run(self._state.project, run_id, state, result, reason)
        self._state.forget_runs()
        scored = state == runs.DONE and run.kind in ("embed", "detect")
        if scored:
            self._state.take_run(run.kind)
        return Changes(scores=scored, runs=True, text=NOTHING)

    def forget(self, run_id: str) -> None:
        """Remove a run nobody goes back to."""
        runs.forget_run(self._state.project, run_id)

    def all(self) -> list[Run]:
        """All runs, oldest first."""
        return runs.load_runs(self._state.project)

    def latest(self, kind: str) -> Run | None:
        """The newest run of a kind that is done."""
        return runs.latest_run(self._state.project, kind)
