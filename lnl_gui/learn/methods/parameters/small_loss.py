"""Constants of methods that learn from the samples with small losses."""

from dataclasses import dataclass
from typing import Self

from lnl_gui.learn.methods.method import NoiseEstimate, Setting
from lnl_gui.learn.methods.parameters.training import (
    STEPS_OF_A_HEAD,
    STEPS_OF_A_NETWORK,
    MethodTraining,
)
from lnl_gui.learn.training.rates import OptimiserName


@dataclass(frozen=True)
class SmallLossTraining(MethodTraining):
    """Parameters of methods that learn from the samples with small losses.

    `noise_rate` is the share of wrong labels, best estimated.
    """

    # Co-teaching's own, for CIFAR-10 from scratch (Han et al., NeurIPS 2018): 200 epochs, Adam at
    # 1e-3, batches of 128, the forget rate reached after 10 epochs.
    epochs: int = 200
    noise_rate: float = 0.2
    ramp_epochs: int = 10
    decay_from: float = 0.4
    """Share of the epochs after which the rate falls to 0 in a line and Adam forgets faster (beta1
    of .1): from the 80th of 200 in the authors' code. 1 never."""
    batch_size: int = 128
    optimiser: OptimiserName = "adam"
    learning_rate: float = 1e-3
    weight_decay: float = 0.0

    @classmethod
    def defaults(cls, setting: Setting, _encoder: str) -> Self:
        """The authors' from scratch; short runs for what is pre-trained, of images at a low rate.

        Args:
            setting: what is trained.
            _encoder: its name, which makes no difference here.
        """
        if setting == "backbone":
            return cls(epochs=5, learning_rate=1e-4, ramp_epochs=2, least_steps=STEPS_OF_A_NETWORK)
        if setting == "embedding":
            return cls(epochs=20, least_steps=STEPS_OF_A_HEAD)
        return cls()


@dataclass(frozen=True)
class SmallLossParameters(SmallLossTraining):
    """Constants of small-loss training; the defaults are Co-teaching's."""


@dataclass(frozen=True)
class CoTeachingParameters(SmallLossTraining):
    """Constants of Co-teaching; the defaults are the authors'."""


ASKS_NOISE = ("noise_rate",)


def share_of_wrong_labels(_parameters: SmallLossTraining, noise: NoiseEstimate) -> dict[str, float]:
    """Constant that methods with a forget rate set from an estimate: the noise rate itself."""
    return {"noise_rate": noise.rate}
