"""Optimisers by name with their constants, and learning rates as a pure function of the step.

Rates without state of their own resume exactly: the step number is all there is to keep.
"""

import math
from dataclasses import dataclass
from typing import Literal

from lnl_gui.util.errors import UserError
from lnl_gui.util.messages import message

OptimiserName = Literal["adamw", "adam", "sgd"]
ScheduleName = Literal["constant", "cosine", "cosine_restarts", "step"]


@dataclass(frozen=True)
class Optimiser:
    """An optimiser and its constants. `momentum` is for `sgd`, `betas` for the others."""

    name: OptimiserName = "adamw"
    learning_rate: float = 1e-3
    weight_decay: float = 0.0
    momentum: float = 0.9
    betas: tuple[float, float] = (0.9, 0.999)


@dataclass(frozen=True)
class Schedule:
    """Learning rate as a function of the step, between the optimiser's and `minimum_rate`."""

    name: ScheduleName = "cosine"
    minimum_rate: float = 0.0
    warm_up_steps: int = 0
    """The rate grows linearly to its full value over so many steps of the first cycle."""
    period_epochs: float = 1.0
    """`cosine_restarts`: length of a cycle; `step`: epochs between falls."""
    factor: float = 0.1
    """`step`: what the rate is multiplied with at each fall."""


def rate_at(step: int, *, steps_per_epoch: int, epochs: int, schedule: Schedule) -> float:
    """The learning rate at `step`, relative to the optimiser's, in [0, 1] (before the floor).

    `cosine` falls once over the whole run, `cosine_restarts` once every `period_epochs` (SGDR,
    Loshchilov and Hutter 2017, with T_mult 1), `step` multiplies by `factor` every
    `period_epochs`.

    Args:
        step: number of optimiser steps taken before this one.
        steps_per_epoch: optimiser steps of one epoch.
        epochs: of the whole run; only `cosine` looks at it.
        schedule: which curve, and its constants.

    Raises:
        UserError: for an unknown schedule.
    """
    if step < schedule.warm_up_steps:
        # From one part of many, not from 0: a first step at rate 0 would be wasted.
        return (step + 1) / schedule.warm_up_steps
    period = max(1, round(schedule.period_epochs * steps_per_epoch))
    if schedule.name == "constant":
        return 1.0
    if schedule.name == "cosine":
        return _half_cosine(step / max(1, steps_per_epoch * epochs))
    if schedule.name == "cosine_restarts":
        # The fraction never reaches 1: as in torch's CosineAnnealingWarmRestarts the last step of a
        # cycle is above the minimum.
        return _half_cosine((step % period) / period)
    if schedule.name == "step":
        return schedule.factor ** (step // period)
    raise UserError(
        message("There is no schedule called {schedule}.", schedule=schedule.name),
        code="unknown_schedule",
    )


def _half_cosine(fraction: float) -> float:
    return (1 + math.cos(math.pi * min(1.0, fraction))) / 2
