"""Whether the given labels need any noise at all to be explained, and how much at most.

Where images are hard, unsure probes and right labels explain the data as well as sure probes and
wrong labels. The likelihood is then flat between the two, and a fit stays where it began.

Of classes that no probe can see, what is learnt from a reading of the labels confirms it: the rate
grows from fit to fit, and no likelihood of the given labels bears it any more. Probes that learnt
from the given labels alone have taken no reading, and say how much noise they bear.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from scipy.optimize import minimize_scalar
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
_RATES = (0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.4, 0.6)
# To which the most noise that is borne is found; what a rate is off by anyway is .12 of it.
_PRECISION = 0.02
_STEPS = 8


@dataclass(frozen=True)
class NoiseEvidence:
    """What the log-likelihood of the given labels gains by noise.

    Attributes:
        symmetric: nats by the best symmetric noise over none, not negative; of much, a part.
        free: nats by the fitted matrix over that, for each of its parameters.
        most: share of wrong labels that symmetric noise has at most, by the upper end of the 95 %
            interval of the likelihood ratio; 1 where that is not known.
    """

    symmetric: float
    free: float
    most: float = 1.0


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
    weights = fitted.weights

    def nats(rate: float) -> float:
        """Of symmetric noise, at weights of its own."""
        nonlocal weights
        transition = np.full((classes, classes), rate / (classes - 1))
        np.fill_diagonal(transition, 1.0 - rate)
        # From those of the rate before, which was near.
        weights = fit_weights(scores, observed, transition, weights)
        return log_likelihood(pooled(scores, weights), transition, observed)

    found = _by_rate(nats, 1.0 - 1.0 / classes)
    free = log_likelihood(pooled(scores, fitted.weights), fitted.transition, observed)
    gained = (free - found.best) / (classes * (classes - 1))
    return NoiseEvidence(found.best - found.none, gained, found.most)


@dataclass(frozen=True)
class _ByRate:
    """Log-likelihood without noise, at the best rate, and the highest rate near that."""

    none: float
    best: float
    most: float


def _by_rate(nats: Callable[[float], float], chance: float) -> _ByRate:
    """Of a log-likelihood by the rate of noise, which rises and then falls.

    Args:
        nats: of a rate in [0, 1).
        chance: rate of labels that tell nothing, up to which it is looked at.
    """
    rates, values = [0.0], [nats(0.0)]
    for rate in (rate for rate in _RATES if rate < chance):
        rates.append(rate)
        values.append(nats(rate))
        # Beyond the best it only falls.
        if values[-1] < max(values) - _TOLD:
            break
    place = int(np.argmax(values))
    least, beyond = rates[max(place - 1, 0)], rates[min(place + 1, len(rates) - 1)]
    found = minimize_scalar(
        lambda rate: -nats(rate),
        bounds=(least, beyond),
        method="bounded",
        options={"xatol": _PRECISION * beyond, "maxiter": _STEPS},
    )
    best, at = max((-float(found.fun), float(found.x)), (values[place], rates[place]))
    # Rounding, or a likelihood that is flat, may leave nothing to look for.
    if values[-1] >= best - _TOLD or rates[-1] <= at:
        return _ByRate(values[0], best, 1.0)
    borne, too_much = at, rates[-1]
    while too_much - borne > _PRECISION * too_much:
        middle = (borne + too_much) / 2.0
        if nats(middle) >= best - _TOLD:
            borne = middle
        else:
            too_much = middle
    return _ByRate(values[0], best, too_much)


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


def most_borne(found: Sequence[NoiseEvidence]) -> float:
    """Share of wrong labels in [0, 1] that the given labels bear at most.

    Symmetric noise bears what its likelihood does. Where a fitted matrix gains more than its
    parameters do by chance it bears any rate: 1.

    Args:
        found: by several fits.
    """
    if not found or float(np.mean([each.free for each in found])) >= _FREE_TOLD:
        return 1.0
    return float(np.mean([each.most for each in found]))


def unsureness(probability: Tensor) -> float:
    """Mean probability that the likeliest class of P(true | x) (n, C) is not the true one."""
    return 1.0 - float(probability.max(1).values.double().mean())


def _falling(value: float, begin: float, end: float) -> float:
    """1 up to `begin`, 0 from `end` on."""
    return float(np.clip((end - value) / (end - begin), 0.0, 1.0))
