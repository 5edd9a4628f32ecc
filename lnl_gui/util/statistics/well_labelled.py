"""Well-labelled samples: a set with a bounded share of wrong labels, which nobody need look at."""

from dataclasses import dataclass

import numpy as np

from lnl_gui.util.messages import Message, message
from lnl_gui.util.statistics.intervals import clopper_pearson, critical_value

ERROR_SHARE = 0.01
"""Share of wrong labels that is good enough, unless another is chosen."""
# One-sided 95 %.
_CONFIDENCE = 0.9
# Standard errors of the expected share itself, relative and absolute. Measured on 37 label sets of
# seven domains: the true share lay within the bound of 1 % and of 3 % on all of them, while .5 was
# exceeded on two. Nine tenths of the sound labels are in the set at 3 %, three quarters at 1 %.
_RELATIVE_ERROR, _FLOOR = 1.0, 0.002

# Below a float's precision beside 1 nothing is known of how sure a suspicion is.
_LEAST_SUSPICION, _HALVINGS = 1e-9, 40


@dataclass(frozen=True)
class WellLabelled:
    """A set of N samples' labels.

    Attributes:
        chosen: (N,) bool, its members.
        bound: upper one-sided 95 % bound of the share of wrong labels among them; 1 when empty.
        expected: share of wrong labels expected among them; 0 when empty.
        audited: how many members a person has judged blind, and so tell the bound.
    """

    chosen: np.ndarray
    bound: float
    expected: float
    audited: int = 0


def need_no_look(count: int, bound: float) -> Message:
    """How many labels are well labelled, and the bound on the share of wrong ones in [0, 1]."""
    return message(
        "{count:,} labels need no look: at most {bound:.1%} of them are wrong (95 %)",
        count=count,
        bound=bound,
    )


def well_labelled(
    suspicion: np.ndarray,
    *,
    level: float = ERROR_SHARE,
    doubt: float = 0.0,
    together: float = 1.0,
) -> WellLabelled:
    """The largest set, least suspect first, whose share of wrong labels is bounded by `level`.

    The bound adds to the expected share the error of the model that the suspicions come from, which
    more samples do not make smaller, and the chance of the draw.

    Args:
        suspicion: (N,) probability in [0, 1] that each label is wrong; NaN stays out.
        level: share in (0, 1) that is good enough.
        doubt: how many more of these labels are wrong than is expected, if the estimate of all
            wrong labels errs that way: the suspicions are then less sure than they seem.
        together: how many labels, on average, are wrong where one is, as those of a video's frames.
    """
    count = len(suspicion)
    order = np.argsort(suspicion, kind="stable")
    ordered = suspicion[order].astype(np.float64)
    ordered = _less_sure(ordered[np.isfinite(ordered)], doubt)
    if not len(ordered):
        return WellLabelled(np.zeros(count, bool), 1.0, 0.0)
    sizes = np.arange(1, len(ordered) + 1)
    mean = np.cumsum(ordered) / sizes
    bounds = upper_bound(mean, np.cumsum(ordered * (1.0 - ordered)), sizes, together)
    passed = np.flatnonzero(bounds <= level)
    chosen = np.zeros(count, bool)
    if not len(passed):
        return WellLabelled(chosen, 1.0, 0.0)
    size = int(passed[-1]) + 1
    chosen[order[:size]] = True
    return WellLabelled(chosen, float(bounds[size - 1]), float(mean[size - 1]))


def _less_sure(suspicion: np.ndarray, doubt: float) -> np.ndarray:
    """Suspicions (n,) whose sum is `doubt` greater, by one factor on their log-odds.

    Wrong labels that the model overlooks lie where it is least sure: where a tenth of some digits
    bore the name of the class that they resembled next, nine tenths of the overlooked were in the
    more suspect half.
    """
    wanted = suspicion.sum() + doubt
    if doubt <= 0.0 or not len(suspicion):
        return suspicion
    if wanted >= len(suspicion) / 2:
        return np.full_like(suspicion, 0.5)
    clipped = suspicion.clip(_LEAST_SUSPICION, 1.0 - _LEAST_SUSPICION)
    log_odds = np.log(clipped) - np.log1p(-clipped)
    low, high = 0.0, 1.0
    # A factor of 0 makes all one half.
    for _ in range(_HALVINGS):
        middle = (low + high) / 2
        if (1.0 / (1.0 + np.exp(-middle * log_odds))).sum() > wanted:
            low = middle
        else:
            high = middle
    return np.asarray(1.0 / (1.0 + np.exp(-low * log_odds)))


def upper_bound(
    share: np.ndarray, variance: np.ndarray, samples: np.ndarray, together: float = 1.0
) -> np.ndarray:
    """Upper 95 % bounds (n,) of the share of wrong labels in sets.

    Args:
        share: (n,) expected share of each set.
        variance: (n,) sum of s (1 - s) over its samples.
        samples: (n,) how many it has.
        together: how many of them are wrong where one is.
    """
    # At least the Poisson error of one mistake, which a sum of tiny suspicions leaves out.
    drawn = np.maximum(variance * together, together**2) / samples**2
    deviation = np.sqrt(drawn + (_RELATIVE_ERROR * share) ** 2 + _FLOOR**2)
    return np.asarray(share + critical_value(_CONFIDENCE) * deviation)


def with_audit(found: WellLabelled, *, wrong: int, judged: int) -> WellLabelled:
    """The set with the bound that a blind random sample of it gives, where that tells more.

    Args:
        found: the set by suspicion alone.
        wrong: labels that a person found wrong among its audited members.
        judged: how many of its members were audited and decided.
    """
    if not judged or not found.chosen.any():
        return found
    seen = clopper_pearson(wrong, judged, confidence=_CONFIDENCE)
    # A sample needs no model: it replaces the bound where it is tighter, and where it refutes it.
    bound = seen.high if seen.high < found.bound or seen.low > found.bound else found.bound
    return WellLabelled(found.chosen, bound, found.expected, judged)
