"""Begins a training once it is known how long it takes; one of hours is asked about first."""

from collections.abc import Callable

from PySide6.QtCore import QTimer

from lnl_gui.gui.context import WindowContext
from lnl_gui.gui.dialogs import questions
from lnl_gui.gui.jobs.job import Job, JobState
from lnl_gui.store.jobs.parameters import FinetuneParameters, ForecastParameters, TuneParameters
from lnl_gui.util.translation import localized
from lnl_gui.util.waiting import ASKED_SECONDS, take_words


def start_training(context: WindowContext, parameters: FinetuneParameters) -> None:
    """Measure a few steps, say or ask, and train."""
    _when_agreed(context, parameters, 1, lambda: context.workflow.finetune(parameters))


def start_search(
    context: WindowContext, parameters: TuneParameters, begin: Callable[[], object]
) -> None:
    """Measure a few steps of a trial, say or ask for all of them, and `begin` the search."""
    _when_agreed(context, parameters.trial, parameters.trials, begin)


def _when_agreed(
    context: WindowContext, parameters: FinetuneParameters, times: int, begin: Callable[[], object]
) -> None:
    review = context.review
    if review is None:
        return

    def settle(job: Job) -> None:
        seconds = job.result.metrics.get("seconds") if job.result is not None else None
        if context.review is not review:
            return
        # What cannot be measured, the training itself says, with the ways out that it has.
        if seconds is None or _settled(context, float(seconds) * times):
            begin()

    def measured(job: Job) -> None:
        if job.state is not JobState.CANCELLED:
            # A dialog that waits for an answer must not hold up the worker's messages.
            QTimer.singleShot(0, context.parent, lambda: settle(job))

    wanted = ForecastParameters(str(review.session.folder), parameters)
    context.workflow.ask_worker(wanted, measured)


def _settled(context: WindowContext, seconds: float) -> bool:
    words = localized(take_words(seconds))
    if seconds >= ASKED_SECONDS:
        return questions.ask_long_training(context.parent, words)
    context.notifications.show(words)
    return True
