"""Whether what was trained and exported is older than the verdicts in force."""

from collections.abc import Callable

import numpy as np

from lnl_gui.store import run_inputs
from lnl_gui.store.dataset.classes import ClassInfo
from lnl_gui.store.history import journal_queries
from lnl_gui.store.jobs import runs
from lnl_gui.store.jobs.runs import Run
from lnl_gui.store.project import Project


class ResultAge:
    """Ages of the newest results of an open project, looked up once after each change.

    Args:
        project: open, for reading at least.
        in_force: gives the labels int32 (N,) and statuses uint8 (N,) of the project now.
    """

    def __init__(
        self, project: Project, in_force: Callable[[], tuple[np.ndarray, np.ndarray]]
    ) -> None:
        self._project, self._in_force = project, in_force
        # None where there is no result that could be.
        self._outdated: dict[str, bool | None] = {}

    def note_verdict(self) -> None:
        """A verdict was given: what is there is older."""
        # Not compared anew: a digest of a million labels at each key press would be felt.
        self._outdated = {
            kind: None if found is None else True for kind, found in self._outdated.items()
        }

    def forget(self) -> None:
        """Look it up anew: an operation was undone, a run has ended, another copy was merged."""
        self._outdated.clear()

    def is_outdated(self, kind: str, classes: list[ClassInfo]) -> bool:
        """Whether verdicts differ from those that the newest run of a kind was made from."""
        if kind not in self._outdated:
            run = runs.latest_run(self._project, kind)
            self._outdated[kind] = None if run is None else self._differs(run, classes)
        return bool(self._outdated[kind])

    def _differs(self, run: Run, classes: list[ClassInfo]) -> bool:
        made_from = run_inputs.recorded_verdicts(run)
        if made_from is None:
            # No record of them, as of exports by earlier versions: by the clock.
            return journal_queries.newest_verdict(self._project) > run.started
        now = run_inputs.digest_of_verdicts(*self._in_force(), classes)
        return now != made_from
