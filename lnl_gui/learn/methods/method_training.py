"""What the parameters of all methods have in common."""

from dataclasses import dataclass

from lnl_gui.learn.training.optimisation import Optimiser, OptimiserName


@dataclass(frozen=True)
class MethodTraining:
    """What the parameters of every method have whose networks train with one optimiser."""

    optimiser: OptimiserName = "sgd"
    learning_rate: float = 0.02
    momentum: float = 0.9
    weight_decay: float = 5e-4
    seed: int = 0


def optimiser_of(parameters: MethodTraining) -> Optimiser:
    """The optimiser that a method's parameters ask for."""
    return Optimiser(
        parameters.optimiser,
        parameters.learning_rate,
        parameters.weight_decay,
        parameters.momentum,
    )
