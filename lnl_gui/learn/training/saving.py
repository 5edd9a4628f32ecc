"""When a checkpoint is written within an epoch, and what it says of the epoch under way."""

from collections.abc import Callable
from time import monotonic, perf_counter
from typing import Any

from lnl_gui.learn.training.checkpoint import random_states, restore_random_states
from lnl_gui.learn.training.epoch import Epoch

CHECKPOINT_SECONDS = 60.0
"""Between two checkpoints within an epoch: a kill costs a minute, and writing stays cheap."""


class EpochSaving:
    """Writes a checkpoint between batches when the last one is old.

    Args:
        save: writes the run's checkpoint with the state of the epoch under way.
        every: seconds between two checkpoints.

    Attributes:
        epoch: the epoch under way; set before its first batch.
        started: when it began, by `perf_counter`; earlier where a part of it was done before.
    """

    epoch: Epoch

    def __init__(self, save: Callable[[dict[str, Any]], None], every: float) -> None:
        self.started = perf_counter()
        self._save, self._every = save, every
        # A clock that no one can set back, unlike the time of day.
        self._saved = monotonic()

    def after_batch(self) -> None:
        """Write a checkpoint if it is time to."""
        if monotonic() - self._saved <= self._every:
            return
        underway = {
            "epoch": self.epoch.state_dict(),
            "random": random_states(),
            "seconds": perf_counter() - self.started,
        }
        self._save(underway)
        self._saved = monotonic()

    def resume(self, underway: dict[str, Any]) -> None:
        """Enter the epoch where a checkpoint left it.

        Call within the epoch's seeding, which would else overwrite the random states.
        """
        self.epoch.load_state_dict(underway["epoch"])
        restore_random_states(underway["random"])
        # The epoch's time before the kill counts, or its rate would come out too high.
        self.started -= underway["seconds"]

    def seconds(self) -> float:
        """How long the epoch has been trained, before a kill too."""
        return perf_counter() - self.started
