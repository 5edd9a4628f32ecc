"""Parameters that all methods share, and the learners built from them."""

from dataclasses import dataclass, fields, replace
from typing import Any, TypeVar

from lnl_gui.learn.training.learner import (
    BuildNetwork,
    Learner,
    build_learners,
    build_networks,
)
from lnl_gui.learn.training.rates import Optimiser, OptimiserName
from lnl_gui.learn.training.strategy import Strategy

P = TypeVar("P")
STEPS_OF_A_HEAD, STEPS_OF_A_NETWORK = 800, 60
"""Fewest steps of small sets, on embeddings and on images."""


@dataclass(frozen=True)
class MethodTraining:
    """Parameters of every method whose networks train with one optimiser."""

    # DivideMix's and UNICON's for CIFAR-10; methods with others override them.
    optimiser: OptimiserName = "sgd"
    learning_rate: float = 0.02
    momentum: float = 0.9
    weight_decay: float = 5e-4
    least_steps: int = 0
    """All counts of epochs are multiplied where the run would have fewer steps; 0 leaves them."""
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


def lengthened(parameters: P, samples: int) -> P:
    """Parameters whose epochs make at least `least_steps` steps over so many samples.

    Twenty epochs of 600 samples are a hundred steps, in which no network comes to its best.

    Args:
        parameters: of any method; those without epochs come back as they are.
        samples: N.
    """
    least = getattr(parameters, "least_steps", 0)
    epochs, size = getattr(parameters, "epochs", 0), getattr(parameters, "batch_size", 0)
    if not (least and epochs and size):
        return parameters
    times = -(-least // max(1, epochs * -(-samples // size)))
    if times <= 1:
        return parameters
    counts = [field.name for field in fields(parameters) if field.name.endswith("epochs")]  # type: ignore[arg-type]  # a dataclass
    changed: dict[str, Any] = {name: times * getattr(parameters, name) for name in counts}
    return replace(parameters, **changed)  # type: ignore[type-var]  # a dataclass


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
