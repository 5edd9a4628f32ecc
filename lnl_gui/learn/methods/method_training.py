"""What a method's parameters come to: an optimiser, counts of epochs, and learners."""

from dataclasses import fields, replace
from typing import Any, TypeVar

from lnl_gui.learn.methods.parameters.training import MethodTraining
from lnl_gui.learn.training.learner import (
    BuildNetwork,
    Learner,
    build_learners,
    build_networks,
)
from lnl_gui.learn.training.rates import Optimiser
from lnl_gui.learn.training.strategy import Strategy

P = TypeVar("P")


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
