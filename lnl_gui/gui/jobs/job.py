"""What the window knows of one job: what to run, its state, progress and end."""

import time
from collections import deque
from dataclasses import dataclass, field
from enum import Enum
from pathlib import Path
from typing import Any

from lnl_gui.gui.jobs.local_work import Body
from lnl_gui.jobs import protocol
from lnl_gui.store.jobs.job_kinds import title_of
from lnl_gui.store.jobs.runs import RunResult
from lnl_gui.util.messages import NOTHING, Message, message
from lnl_gui.util.translation import localized

MAXIMUM_LOG_LINES = 2000


class JobState(Enum):
    """State of a job; the value is its text in the jobs list."""

    WAITING = message("Waiting")
    STARTING = message("Starting")
    RUNNING = message("Running")
    CANCELLING = message("Cancelling")
    DONE = message("Done")
    CANCELLED = message("Cancelled")
    FAILED = message("Failed")


BUSY = (JobState.STARTING, JobState.RUNNING, JobState.CANCELLING)
ENDED = (JobState.DONE, JobState.CANCELLED, JobState.FAILED)


@dataclass
class Job:
    """One job: what to run, its state and progress. Times are monotonic seconds."""

    number: int
    kind: str
    project: Path
    run_id: str
    parameters: dict[str, Any]
    state: JobState = JobState.WAITING
    stage: Message = NOTHING
    done: int = 0
    total: int = 0
    whole: bool = False
    """`done` and `total` are of all of its stages together"""
    rate: float = 0.0
    eta_s: float | None = None
    started: float = 0.0
    ended: float = 0.0
    result: RunResult | None = None
    error: protocol.ErrorMessage | None = None
    restarts: int = 0
    is_request: bool = False
    """A background request of the window, in no list of jobs."""
    body: Body | None = None
    """Done by a thread of this process instead of the worker."""
    own_title: str = ""
    """What such a job is called; jobs of the worker are called as their kind is."""
    log: deque[str] = field(default_factory=lambda: deque(maxlen=MAXIMUM_LOG_LINES))

    @property
    def title(self) -> str:
        return self.own_title or localized(title_of(self.kind))

    @property
    def is_over(self) -> bool:
        return self.state in ENDED

    def elapsed(self) -> float:
        """Seconds at work."""
        if not self.started:
            return 0.0
        return (self.ended or time.monotonic()) - self.started
