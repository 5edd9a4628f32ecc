"""Constants of DivideMix, and what they become under the noise there is estimated to be."""

from dataclasses import dataclass

from lnl_gui.learn.methods.method import NoiseEstimate, Setting
from lnl_gui.learn.methods.parameters.mixmatch import CLOTHING1M, MixMatchTraining


@dataclass(frozen=True)
class DivideMixParameters(MixMatchTraining):
    """Constants of DivideMix; the defaults are the authors' for CIFAR-10.

    `unlabelled_weight` is 0 at 20 % symmetric noise, 25 at 50 %, 50 at 80 %, 150 for very noisy
    CIFAR-100. `warm_up_epochs` is 30 for CIFAR-100. `loss_history` is 5 at 90 % noise: the losses
    of so many epochs are averaged.
    """

    epochs: int = 300
    clean_threshold: float = 0.5
    """Of the paper; TURN takes .6 for its mixtures per class."""
    loss_history: int = 1
    fall_at: float = 0.5
    """After this share of the epochs the learning rate is a tenth; 1 never."""


UNLABELLED_WEIGHTS = ((0.35, 0.0), (0.65, 25.0), (1.0, 50.0))
"""lambda_u up to a noise rate: 0 at 20 %, 25 at 50 %, 50 at 80 %, changing half-way."""
OF_MANY_CLASSES = ((0.35, 25.0), (1.0, 150.0))
"""The same for CIFAR-100."""
MANY_CLASSES = 50
HIGH_NOISE, LONG_HISTORY = 0.8, 5
"""The losses of so many epochs are averaged from this rate on; the authors do at 90 %, and
estimates end at 80 %."""


def _unlabelled_weight(noise: NoiseEstimate) -> float:
    if noise.asymmetric:
        return 0.0
    many = noise.transition is not None and len(noise.transition) >= MANY_CLASSES
    table = OF_MANY_CLASSES if many else UNLABELLED_WEIGHTS
    return next(weight for limit, weight in table if noise.rate <= limit)


def divide_mix_for_noise(parameters: MixMatchTraining, noise: NoiseEstimate) -> dict[str, float]:
    """The authors' switches: lambda_u, the confidence penalty, and averaged losses."""
    chosen: dict[str, float] = {"loss_history": LONG_HISTORY if noise.rate >= HIGH_NOISE else 1}
    # With pre-trained backbones the authors take 0 whatever the noise, and always the penalty.
    if parameters.unlabelled_weight > 0:
        chosen["unlabelled_weight"] = _unlabelled_weight(noise)
    if not parameters.confidence_penalty:
        chosen["confidence_penalty"] = float(noise.asymmetric)
    return chosen


def divide_mix_defaults(setting: Setting, _encoder: str) -> DivideMixParameters:
    """The authors' for CIFAR-10, and for a backbone theirs for Clothing1M; ours on embeddings.

    On images the views that are trained on are strong and those that losses are modelled on weak,
    which Nishi et al. (CVPR 2021) found better at every rate of noise.
    """
    if setting == "backbone":
        return DivideMixParameters(
            epochs=80, learning_rate=2e-3, train_on_strong=True, **CLOTHING1M
        )
    if setting == "embedding":
        return DivideMixParameters(epochs=20, warm_up_epochs=5)
    return DivideMixParameters()
