"""How much the estimated noise rate hangs on the model of the noise.

The transition matrix is fitted with as much freedom as the likelihood of the given labels pays for.
Beside it stands the simplest model, in which every class is mistaken for every other alike. Where
the labels hardly speak against that one, what it makes of the same scores is no less true, and the
distance between the two noise rates is an error that no number of samples shows. So is the distance
between reading a given label by Bayes' rule and as one that people got wrong where images are
ambiguous, which the matrix only hints at. And where the probes are unsure of many images they err
on some of which they are sure, which labels alone do not tell from wrong labels. Where the labels
are explained as well without any noise, see `none_wrong`.
"""

import numpy as np
import torch
from torch import Tensor

from lnl_gui.detect.consensus.calibration import (
    calibrate,
    log_likelihood,
    pooled,
    responsibilities,
)
from lnl_gui.detect.consensus.transition import PSEUDO_COUNTS, ObservedLabels

# Log-likelihood that a free matrix gains for each of its parameters: a half by chance alone (Wilks
# 1938), one pays for it by Akaike's criterion. On the tuning sets it was .4 to .8 under symmetric
# noise and where people erred, .8 to 1.5 where it depended on the image, above 2 where asymmetric.
_RULED_OUT, _PLAUSIBLE = 2.0, 1.0
# Standard deviation in the distance of two readings. With a half the intervals of 115 label sets of
# seven datasets covered 95 %, with none 90 %.
_SHARE = 0.5
# Of the share of images that the probes leave open. Of 76 label sets of 1 000 images the intervals
# cover all with .15 or .1 and 75 with none, those of drawings and letters then at their very ends;
# of 69 sets of 150 images 67 with .15, 65 with .1 or none. They are a fifth wider for it.
_CALIBRATION = 0.15
_LEAST = 1e-20


def noise_model_error(
    probability: Tensor,
    transition: np.ndarray,
    observed: ObservedLabels,
    *,
    reliability: float = 1.0,
    seed: int = 0,
) -> float:
    """Standard error of the noise rate for not knowing the model of the noise.

    Args:
        probability: (n, C) float32 P(true | x), out-of-fold.
        transition: (C, C) P(given | true), as fitted.
        observed: the n samples' labels.
        reliability: exponent at which the given labels were read.
        seed: of the calibration.

    Time O(n C) times some hundred passes, extra memory O(n C).
    """
    if not bool(observed.came.any()):
        return 0.0
    fitted = _rate(probability, transition, observed)
    read = _rate(probability, transition, observed, reliability=reliability)
    tempered = read - fitted
    miscalibrated = _CALIBRATION * (1.0 - float(probability.max(1).values.double().mean()))
    # Two classes: with so few parameters the matrix is symmetric already, or told not to be.
    if len(transition) < 3:
        return float(np.hypot(tempered, miscalibrated))
    symmetric, plausible = _symmetric_rate(probability, transition, observed, seed=seed)
    models = _SHARE * np.hypot(tempered, plausible * (fitted - symmetric))
    return float(np.hypot(models, miscalibrated))


def _symmetric_rate(
    probability: Tensor, transition: np.ndarray, observed: ObservedLabels, *, seed: int
) -> tuple[float, float]:
    """Noise rate by the symmetric model, and how plausible that is, in [0, 1]."""
    classes = len(transition)
    scores = [torch.log(probability.clamp_min(_LEAST))]
    rates, likelihoods = [], []
    for pseudo_count in (PSEUDO_COUNTS[0], PSEUDO_COUNTS[-1]):
        found = calibrate(
            scores,
            observed,
            weights=np.ones(1),
            transition=transition,
            pseudo_count=pseudo_count,
            seed=seed,
        )
        reading = pooled(scores, found.weights)
        rates.append(_rate(reading, found.transition, observed))
        likelihoods.append(log_likelihood(reading, found.transition, observed))
    gained = (likelihoods[0] - likelihoods[1]) / (classes * (classes - 1))
    plausible = float(np.clip((_RULED_OUT - gained) / (_RULED_OUT - _PLAUSIBLE), 0.0, 1.0))
    return rates[1], plausible


def _rate(
    probability: Tensor,
    transition: np.ndarray,
    observed: ObservedLabels,
    *,
    reliability: float = 1.0,
) -> float:
    """Share of wrong labels among those that came with the dataset."""
    posterior = responsibilities(probability, transition, observed, reliability=reliability)
    own = posterior.gather(1, observed.given.unsqueeze(1)).squeeze(1)
    return float((1.0 - own[observed.came]).double().mean())
