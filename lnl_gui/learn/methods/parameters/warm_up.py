"""Constants of methods that warm up with cross-entropy."""

from dataclasses import dataclass
from typing import Literal

from lnl_gui.learn.methods.parameters.training import MethodTraining

WarmUpPart = Literal["full", "head"]


@dataclass(frozen=True)
class WarmUpTraining(MethodTraining):
    """Parameters of methods that warm up with cross-entropy.

    `confidence_penalty` is 1 under asymmetric noise.
    """

    warm_up_epochs: int = 10
    warm_up_part: WarmUpPart = "full"
    warm_up_batch_size: int = 128
    confidence_penalty: float = 0.0
    clip_norm: float = 0.0
    """Largest norm of the gradient; 0, as in the papers, does not clip."""
