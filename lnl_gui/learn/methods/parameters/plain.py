"""Constants of plain training."""

from dataclasses import dataclass
from typing import Literal

from lnl_gui.learn.methods.method import Setting
from lnl_gui.learn.methods.parameters.training import MethodTraining
from lnl_gui.learn.training.rates import OptimiserName, ScheduleName


@dataclass(frozen=True)
class PlainParameters(MethodTraining):
    """Constants of plain training; the defaults are for fine-tuning a pre-trained backbone."""

    loss: str = "ce"
    loss_constants: tuple[tuple[str, float], ...] = ()
    warm_up: float = 0.0
    """Share of the epochs, from the first on, that take cross-entropy instead."""
    epochs: int = 5
    batch_size: int = 128
    view: Literal["plain", "weak", "strong"] = "weak"
    optimiser: OptimiserName = "adamw"
    learning_rate: float = 1e-4
    weight_decay: float = 0.01
    schedule: ScheduleName = "cosine"
    minimum_rate: float = 0.0
    clip_norm: float = 0.0


SMALL_CNN = PlainParameters(
    epochs=7,
    batch_size=256,
    view="plain",
    optimiser="sgd",
    learning_rate=0.01,
    weight_decay=1e-4,
    schedule="constant",
)
"""The small CNN of the active-passive and dynamic-weight experiments, from scratch."""


def plain_defaults(loss: str, setting: Setting, _encoder: str) -> PlainParameters:
    """The active-passive paper's from scratch; ours for what is pre-trained.

    Args:
        loss: its name.
        setting: what is trained.
        _encoder: its name, which makes no difference here.
    """
    if setting == "scratch":
        # APL's (Ma et al., ICML 2020).
        return PlainParameters(
            loss=loss,
            epochs=120,
            optimiser="sgd",
            learning_rate=0.01,
            weight_decay=1e-4,
            clip_norm=5.0,
        )
    if setting == "embedding":
        # The decay at which cross-entropy itself does well: below, it learns the wrong labels.
        return PlainParameters(loss=loss, epochs=20, learning_rate=1e-2, weight_decay=1.0)
    return PlainParameters(loss=loss)
