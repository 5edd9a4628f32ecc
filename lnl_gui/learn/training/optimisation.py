"""torch's optimisers, built by name, and their rates set from outside."""

from collections.abc import Iterable
from typing import Any

import torch
from torch import nn

from lnl_gui.learn.training.rates import Optimiser
from lnl_gui.util.errors import UserError
from lnl_gui.util.messages import message


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
