"""A network with its optimiser: one of the one or two that a method trains."""

from collections.abc import Sequence
from copy import deepcopy
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor, nn

from lnl_gui.learn.data.labelled_views import BuildNetwork, build_networks
from lnl_gui.learn.training.optimisation import (
    Optimiser,
    Schedule,
    build_optimiser,
    rate_at,
    set_rates,
)


@dataclass
class Learner:
    """A network under training."""

    network: nn.Module
    optimiser: torch.optim.Optimizer
    steps: int = 0
    """Optimiser steps taken; where schedules by step stand."""

    def step(self, loss: Tensor, *, clip_norm: float = 0.0) -> None:
        """One descent step on a scalar loss, clipping the gradient's norm if above 0."""
        self.optimiser.zero_grad(set_to_none=True)
        loss.backward()
        if clip_norm:
            nn.utils.clip_grad_norm_(self.network.parameters(), clip_norm)
        self.optimiser.step()
        self.steps += 1

    def set_rate(self, relative: float, minimum: float = 0.0) -> None:
        """The learning rate, between `minimum` (at 0) and the initial one (at 1)."""
        set_rates(self.optimiser, relative, minimum)

    def follow(self, schedule: Schedule, *, steps_per_epoch: int, epochs: int) -> None:
        """The learning rate of the next step under a schedule."""
        relative = rate_at(
            self.steps, steps_per_epoch=steps_per_epoch, epochs=epochs, schedule=schedule
        )
        self.set_rate(relative, schedule.minimum_rate)

    def state_dict(self) -> dict[str, Any]:
        """Weights, optimiser and position."""
        return {
            "network": self.network.state_dict(),
            "optimiser": self.optimiser.state_dict(),
            "steps": self.steps,
        }

    def load_state_dict(self, state: dict[str, Any]) -> None:
        """Take up such a state."""
        self.network.load_state_dict(state["network"])
        # Optimisers keep the tensors they are given and write into them.
        self.optimiser.load_state_dict(deepcopy(state["optimiser"]))
        self.steps = state["steps"]


def build_learners(networks: Sequence[nn.Module], settings: Optimiser) -> list[Learner]:
    """Each network with its own optimiser."""
    return [Learner(network, build_optimiser(settings, network, network)) for network in networks]


def start_learners(
    build: BuildNetwork, count: int, settings: Optimiser, *, seed: int, device: str
) -> list[Learner]:
    """So many networks of different, seeded initialisation, each with the method's optimiser."""
    networks = build_networks(build, count, seed, torch.device(device))
    return build_learners(networks, settings)


def learner_states(learners: Sequence[Learner]) -> list[dict[str, Any]]:
    """The states of several learners."""
    return [learner.state_dict() for learner in learners]


def load_learner_states(learners: Sequence[Learner], states: Sequence[dict[str, Any]]) -> None:
    """Take up the states of as many learners."""
    for learner, state in zip(learners, states, strict=True):
        learner.load_state_dict(state)
