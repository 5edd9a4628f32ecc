"""Progress and cancel as one call, known to every package that computes.

Algorithms take `progress: Progress = no_progress` and call `progress(done, total)` now and then.
The caller may raise `Cancelled` from it; algorithms hold no other cancel code.
"""

from typing import Any, Protocol

from lnl_gui.util.messages import Message


class Progress(Protocol):
    """Report that `done` of `total` units are finished; may raise `Cancelled`."""

    def __call__(self, done: int, total: int) -> None:
        """Report; may raise `Cancelled`."""


def no_progress(done: int, total: int) -> None:
    """Ignore the report."""


class JobContext(Protocol):
    """Context of a running job: the worker process or the command line."""

    memory: dict[str, Any]
    """What earlier jobs of the same process left for later ones; empty in a new process."""
    threads: int | None
    """Processor threads the job may use; None means all there are."""

    def progress(self, stage: Message, done: int, total: int, *, whole: bool = False) -> None:
        """Report progress, throttled; raises `Cancelled` when asked to stop.

        Args:
            stage: what is being done.
            done: units finished.
            total: units there are.
            whole: whether these are of the whole job, see `WholeContext`, and not of the stage.
        """

    def log(self, message: Message) -> None:
        """Add one line to the job's log."""

    def event(self, name: str, **values: Any) -> None:
        """Send a small live figure, such as one epoch's loss."""


def stage_progress(context: JobContext, stage: Message) -> Progress:
    """The `Progress` of one stage of a job."""

    def report(done: int, total: int) -> None:
        context.progress(stage, done, total)

    return report
