"""Optimisers by name, and learning rates as a pure function of the step.

Rates without state of their own resume exactly: the step number is all there is to keep.
"""

import math
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Literal

import torch
from torch import nn

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


def set_rates(optimiser: torch.optim.Optimizer, relative: float, minimum: float) -> None:
    """Set every group's rate between `minimum` (at 0) and its initial rate (`relative` 1)."""
    for group in optimiser.param_groups:
        top = group["initial_rate"]
        # A head or a small rate may lie below the minimum; it must not be raised to it.
        group["lr"] = min(top, minimum) + (top - min(top, minimum)) * relative


def build_optimiser(
    settings: Optimiser, network: nn.Module, head: nn.Module, *, head_rate_factor: float = 1.0
) -> torch.optim.Optimizer:
    """Build an optimiser over what requires gradients in `network`, the head with its own rate.

    Args:
        settings: name and constants.
        network: holds the head.
        head: the module whose rate is multiplied by `head_rate_factor`.
        head_rate_factor: learning rate of the head relative to the rest.

    Raises:
        UserError: for an unknown name, or when nothing is to be trained.
    """
    # By identity: parameters compare element by element.
    of_head = {id(parameter) for parameter in head.parameters()}
    trained = [p for p in network.parameters() if p.requires_grad]
    if not trained:
        # torch would say only that its parameter list is empty.
        raise UserError(message("Nothing is left to train: every layer is frozen."))
    body = [p for p in trained if id(p) not in of_head]
    ends = [p for p in trained if id(p) in of_head]
    groups = [_group(body, settings, 1.0), _group(ends, settings, head_rate_factor)]
    return _create(settings, [group for group in groups if group["params"]])


def _group(
    parameters: Iterable[nn.Parameter], settings: Optimiser, factor: float
) -> dict[str, Any]:
    rate = settings.learning_rate * factor
    return {"params": list(parameters), "lr": rate, "initial_rate": rate}


def _create(settings: Optimiser, groups: list[dict[str, Any]]) -> torch.optim.Optimizer:
    decay = settings.weight_decay
    if settings.name == "adamw":
        return torch.optim.AdamW(groups, betas=settings.betas, weight_decay=decay)
    if settings.name == "adam":
        return torch.optim.Adam(groups, betas=settings.betas, weight_decay=decay)
    if settings.name == "sgd":
        return torch.optim.SGD(groups, lr=1e-3, momentum=settings.momentum, weight_decay=decay)
    raise UserError(
        message("There is no optimiser called {settings}.", settings=settings.name),
        code="unknown_optimiser",
    )
