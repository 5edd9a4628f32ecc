"""Whether the given labels need any noise at all to be explained.

Where images are hard, unsure probes and right labels explain the data as well as sure probes and
wrong labels. The likelihood is then flat between the two, and a fit stays where it began.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from lnl_gui.detect.consensus.calibration import (
    MOST_ROWS,
    Calibration,
    calibrate,
    fit_weights,
    log_likelihood,
    pooled,
)
from lnl_gui.detect.consensus.transition import ObservedLabels

# Nats up to which the 95 % interval of the likelihood ratio, with one parameter, holds no noise.
_TOLD, _HARDLY = 2.0, 1.0
# Log-likelihood that a free matrix gains for each of its parameters over symmetric noise: a half by
# chance alone (Wilks 1938). People's errors on 500 images gain .53.
_FREE_TOLD, _FREE_HARDLY = 0.5, 0.4
# Share of images that the last probes leave open, over that of wrong labels: .7 and more without
# noise, where hard images explain what disagrees. Sure probes do not, though at a temperature of
# their own they may explain even labels by lot.
_SURE, _UNSURE = 0.3, 0.6
NONE_SHARE = 0.5
"""Of the reading that no label is wrong where nothing in the data speaks against it: even odds."""
_RATES = (0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.4)


@dataclass(frozen=True)
class NoiseEvidence:
    """What the log-likelihood of the given labels gains by noise.

    Attributes:
        symmetric: nats by the best symmetric noise over none, not negative; of much, a part.
        free: nats by the fitted matrix over that, for each of its parameters.
    """

    symmetric: float
    free: float


@torch.inference_mode()
def noise_evidence(
    scores: Sequence[Tensor],
    observed: ObservedLabels,
    fitted: Calibration | None = None,
    *,
    seed: int = 0,
) -> NoiseEvidence:
    """Compare a fitted matrix with symmetric noise and with none, each at weights of its own.

    Args:
        scores: M matrices (n, C) float32 of out-of-fold log-scores of probes that learnt from the
            given labels alone: those that learnt from a posterior have taken a reading already.
        observed: the n samples' labels.
        fitted: on them; None fits it here.
        seed: of that fit.

    Time O(M n C) times some hundred passes, with n at most `MOST_ROWS`.
    """
    if len(observed.given) > MOST_ROWS:
        part = slice(None, None, -(-len(observed.given) // MOST_ROWS))
        scores, observed = [score[part] for score in scores], observed.at(part)
    if fitted is None:
        fitted = calibrate(scores, observed, seed=seed)
    classes = len(fitted.transition)
    weights, none = fitted.weights, -np.inf
    symmetric = none
    for rate in (0.0, *_RATES):
        transition = np.full((classes, classes), rate / (classes - 1))
        np.fill_diagonal(transition, 1.0 - rate)
        weights = fit_weights(scores, observed, transition, weights)
        nats = log_likelihood(pooled(scores, weights), transition, observed)
        none = nats if rate == 0.0 else none
        symmetric = max(symmetric, nats)
        if symmetric - none > 2.0 * _TOLD:
            break
    free = log_likelihood(pooled(scores, fitted.weights), fitted.transition, observed)
    return NoiseEvidence(symmetric - none, (free - symmetric) / (classes * (classes - 1)))


def plausibility_of_none(
    found: Sequence[NoiseEvidence], observed: ObservedLabels, *, unsure: float, rate: float
) -> float:
    """How plausible it is, in [0, 1], that no given label is wrong.

    Args:
        found: by several fits.
        observed: the n samples' labels; 0 where a person found one of them wrong.
        unsure: mean over the images of the probability that the likeliest class is not the true
            one, before the given label is read.
        rate: share of wrong labels as fitted.

    On 13 label sets of 400 to 1 000 images without noise symmetric noise gained at most 1 nat and a
    free matrix .4 a parameter; where 10 % were wrong at random it gained 15 nats and more.
    """
    wrong = observed.came & (observed.truth >= 0) & (observed.truth != observed.given)
    if not found or bool(wrong.any()):
        return 0.0
    symmetric = float(np.mean([each.symmetric for each in found]))
    free = float(np.mean([each.free for each in found]))
    told = _falling(symmetric, _HARDLY, _TOLD) * _falling(free, _FREE_HARDLY, _FREE_TOLD)
    return told * (1.0 - _falling(unsure, _SURE * rate, _UNSURE * rate) if rate > 0.0 else 1.0)


def unsureness(probability: Tensor) -> float:
    """Mean probability that the likeliest class of P(true | x) (n, C) is not the true one."""
    return 1.0 - float(probability.max(1).values.double().mean())


def _falling(value: float, begin: float, end: float) -> float:
    """1 up to `begin`, 0 from `end` on."""
    return float(np.clip((end - value) / (end - begin), 0.0, 1.0))
