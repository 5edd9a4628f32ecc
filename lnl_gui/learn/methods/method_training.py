"""Parameters that all methods share, and the learners built from them."""

from dataclasses import dataclass

from lnl_gui.learn.training.learner import (
    BuildNetwork,
    Learner,
    build_learners,
    build_networks,
)
from lnl_gui.learn.training.optimisation import Optimiser, OptimiserName
from lnl_gui.learn.training.strategy import Strategy


@dataclass(frozen=True)
class MethodTraining:
    """Parameters of every method whose networks train with one optimiser."""

    # DivideMix's and UNICON's for CIFAR-10; methods with others override them.
    optimiser: OptimiserName = "sgd"
    learning_rate: float = 0.02
    momentum: float = 0.9
    weight_decay: float = 5e-4
    patience: int = 0
    """Stop after so many epochs without a better validation accuracy; 0 never."""
    seed: int = 0


def optimiser_of(parameters: MethodTraining) -> Optimiser:
    """The optimiser that a method's parameters ask for."""
    return Optimiser(
        parameters.optimiser,
        parameters.learning_rate,
        parameters.weight_decay,
        parameters.momentum,
    )


def start_learners(
    build: BuildNetwork, count: int, parameters: MethodTraining, strategy: Strategy
) -> list[Learner]:
    """Build `count` networks of different, seeded initialisation, each with its optimiser.

    Args:
        build: makes one network.
        count: 1 or 2.
        parameters: optimiser, its constants and the seed.
        strategy: knows the device.
    """
    device = strategy.precision.device
    networks = build_networks(build, count, seed=parameters.seed, device=device)
    return build_learners(networks, optimiser_of(parameters))
