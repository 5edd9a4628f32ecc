"""Parameters that all methods with one optimiser share."""

from dataclasses import dataclass

from lnl_gui.learn.training.rates import OptimiserName

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
