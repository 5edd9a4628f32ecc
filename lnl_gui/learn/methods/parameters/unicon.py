"""Constants of UNICON, and what they become under the noise there is estimated to be."""

from dataclasses import dataclass

from lnl_gui.learn.methods.method import NoiseEstimate, Setting
from lnl_gui.learn.methods.parameters.mixmatch import CLOTHING1M, MixMatchTraining

TEMPERATURE = 0.05
"""The UNICON authors' code; SimCLR takes 0.5 on CIFAR-10."""
DIVERGENCE_CEILING = 0.7
"""UNICON's d_mu. In nats the divergence is at most log 2 = 0.693, so at this value, the authors',
the threshold is never lowered; it can be set lower."""
DIVERGENCE_FILTER = 5.0
"""UNICON's tau: how far the threshold is lowered above the ceiling."""


@dataclass(frozen=True)
class UniconParameters(MixMatchTraining):
    """Constants of UNICON; the defaults are the authors' for CIFAR-10.

    `warm_up_epochs` is 30 for CIFAR-100.
    """

    epochs: int = 350
    divergence_ceiling: float = DIVERGENCE_CEILING
    divergence_filter: float = DIVERGENCE_FILTER
    unlabelled_weight: float = 30.0
    # lambda_c of the paper.
    contrastive_weight: float = 0.025
    contrastive_temperature: float = TEMPERATURE
    projection: int = 128
    """Dimensions in which views are compared."""
    train_on_strong: bool = True
    # The cosine ends at a hundredth of the paper's first rate of 0.02.
    minimum_rate: float = 2e-4


def unicon_for_noise(parameters: UniconParameters, noise: NoiseEstimate) -> dict[str, float]:
    """The confidence penalty of the warm-up, under asymmetric noise."""
    if parameters.confidence_penalty:
        return {}
    return {"confidence_penalty": float(noise.asymmetric)}


def unicon_defaults(setting: Setting, _encoder: str) -> UniconParameters:
    """The authors' for CIFAR-10, and for a backbone theirs for Clothing1M; ours on embeddings."""
    if setting == "backbone":
        return UniconParameters(epochs=200, learning_rate=5e-3, minimum_rate=1e-5, **CLOTHING1M)
    if setting == "embedding":
        return UniconParameters(epochs=20, warm_up_epochs=3)
    return UniconParameters()
