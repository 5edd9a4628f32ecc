"""A network under training with its optimiser; methods train one or two."""

import logging
from collections.abc import Callable, Sequence
from copy import deepcopy
from dataclasses import dataclass, field
from typing import Any

import torch
from torch import Tensor, nn

from lnl_gui.encoders.loading.batch_halving import is_out_of_memory
from lnl_gui.learn.data.labelled_views import NETWORKS
from lnl_gui.learn.models.network import set_mode
from lnl_gui.learn.training.optimisation import build_optimiser, set_rates
from lnl_gui.learn.training.rates import Optimiser, Schedule, rate_at

logger = logging.getLogger(__name__)

BuildNetwork = Callable[[], nn.Module]
"""Makes a freshly initialised network; called under a seed of its own for each network."""


@dataclass
class Learner:
    """A network under training.

    Attributes:
        network: what learns, from inputs to logits.
        optimiser: over its trained parameters.
        trained: the modules that learn; empty means the whole network.
        batch_norm: False keeps batch-norm statistics as they are.
        whole: what a checkpoint keeps, if the network is only a part of that.
        compile: pass through `torch.compile`.
        steps: optimiser steps taken; where schedules by step stand.
    """

    network: nn.Module
    optimiser: torch.optim.Optimizer
    trained: Sequence[nn.Module] = ()
    batch_norm: bool = True
    whole: nn.Module | None = None
    compile: bool = False
    steps: int = 0
    _compiled: list[Callable[[Tensor], Tensor]] = field(default_factory=list, repr=False)

    def forward(self, inputs: Tensor) -> Tensor:
        """Inputs (B, ...) to logits (B, C)."""
        if not self.compile:
            return self.network(inputs)
        if not self._compiled:
            self._compiled.append(compiled(self.network))
        return self._compiled[0](inputs)

    def training_mode(self) -> None:
        """Set what learns to training mode, the rest to evaluation mode."""
        # A frozen part in training mode would drop activations and move batch-norm statistics.
        set_mode(self.network, self.trained or [self.network], batch_norm=self.batch_norm)

    def set_rate(self, relative: float, minimum: float = 0.0) -> None:
        """Set the learning rate between `minimum` (`relative` 0) and the initial one (1)."""
        set_rates(self.optimiser, relative, minimum)

    def follow(self, schedule: Schedule, *, steps_per_epoch: int, epochs: int) -> None:
        """Set the learning rate of the next step under a schedule."""
        relative = rate_at(
            self.steps, steps_per_epoch=steps_per_epoch, epochs=epochs, schedule=schedule
        )
        self.set_rate(relative, schedule.minimum_rate)

    def state_dict(self) -> dict[str, Any]:
        """State of weights and optimiser, and the number of steps taken."""
        return {
            "network": (self.whole or self.network).state_dict(),
            "optimiser": self.optimiser.state_dict(),
            "steps": self.steps,
        }

    def load_state_dict(self, state: dict[str, Any]) -> None:
        """Restore a state of `state_dict`."""
        (self.whole or self.network).load_state_dict(state["network"])
        # Optimisers keep the tensors they are given and write into them.
        self.optimiser.load_state_dict(deepcopy(state["optimiser"]))
        self.steps = state["steps"]


def build_networks(
    build: BuildNetwork, count: int, *, seed: int, device: torch.device
) -> list[nn.Module]:
    """Build networks of different, seeded initialisation; torch's generator is left as it was.

    Two networks that begin alike would agree on the same errors (Han et al., NeurIPS 2018).

    Args:
        build: makes one network on the CPU.
        count: 1 or 2.
        seed: of the run.
        device: where the networks are moved.
    """
    networks = []
    for number in range(count):
        # Weights are drawn on the CPU and then moved: the same on every device.
        with torch.random.fork_rng(devices=[]):
            torch.manual_seed(seed * NETWORKS + number)
            # Channels last, the layout `Precision.place` gives images.
            networks.append(build().to(device).to(memory_format=torch.channels_last))
    return networks


def build_learners(networks: Sequence[nn.Module], settings: Optimiser) -> list[Learner]:
    """Each network with its own optimiser."""
    return [Learner(network, build_optimiser(settings, network, network)) for network in networks]


def compiled(network: nn.Module) -> Callable[[Tensor], Tensor]:
    """The network, (B, ...) to (B, C), through `torch.compile`, or as it is where that fails.

    A missing compiler is no reason not to train.
    """
    fast: Callable[[Tensor], Tensor] | None = torch.compile(network)

    def forward(values: Tensor) -> Tensor:
        nonlocal fast
        if fast is not None:
            try:
                return fast(values)
            except RuntimeError as error:
                # The strategy answers that with a smaller batch; dropping the compiled network
                # would not help.
                if is_out_of_memory(error):
                    raise
                # An error of the network itself comes again below.
                logger.warning("torch.compile failed, going on without it: %s", error)
                fast = None
        return network(values)

    return forward
