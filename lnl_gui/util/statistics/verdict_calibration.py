"""Probabilities of being wrong, corrected by the verdicts that people gave on some labels.

Whoever reviews chooses by suspicion, so that the reviewed labels are no sample of the rest. Given
its suspicion, though, a verdict says how that suspicion errs: the log-odds of each stratum of
suspicion are off by a shift, one part of which all strata share and the other their own. Verdicts
on some strata then say much of those, something of the others, and the interval knows which. An
audit of a random sample enters as what it is, verdicts on labels of low suspicion.

That holds where given its suspicion chance decides which label is judged: along the order, or by an
audit. Whoever keeps what is plainly right and leaves the rest for later tells nothing of the rest.

No shift takes a suspicion of .99 to nothing. Where the detection leaves open that no label is wrong
at all, that is a hypothesis of its own, which verdicts weigh against the shifts.
"""

import math
from dataclasses import dataclass, field
from statistics import NormalDist

import numpy as np

from lnl_gui.util.statistics.intervals import Estimate

STRATA = (0.01, 0.03, 0.1, 0.3, 0.7, 0.9, 0.97)
"""Where one stratum of suspicion ends and the next begins."""
# In log-odds. On 109 label sets of seven datasets 60 verdicts, on the most suspect, on a random
# sample of the rest or half each, gave intervals that cover 92 % on average (90 to 95), with .4
# 89 %; without verdicts 88 %.
_OWN_DEVIATION = 1.0
_LEAST = 1e-4
_DRAWS = 400
_CELLS = 512
_NEWTON_STEPS = 30
# Verdicts that find a label wrong though none is: slips, and tastes.
_SLIP = 0.01
# The least suspect tenth of what was judged may have been met by chance.
_LAST = 0.1
# Of labels without a verdict so many are taken for those that look right, and of the standard error
# of their number so much stays open whatever is found above. In reviews of six sets of images with
# wrong labels of four kinds the intervals of what was not flagged held in 99 % then and in 96 %
# without; of six others, by which it was not chosen, in 98 % and 94 %, of all unreviewed 94 and 89.
_LOOK_RIGHT, _LEFT_OPEN = 0.9, 0.3
# Who leaves every fourth for later may be leaving all that are wrong.
_PASSED_OVER = 1 / 3


@dataclass(frozen=True)
class VerdictCalibration:
    """Shifts of the log-odds of S strata of suspicion.

    Attributes:
        shift: (S,) float64, the most probable.
        draws: (M, S) float64, drawn from what the verdicts leave open.
        verdicts: how many there were.
        none_wrong: probability that no label is wrong, whatever its suspicion.
        highest: the highest stratum with a verdict.
        chosen: whether the labels may have been chosen among those of like suspicion.
        judged: (v,) float64, suspicions of the labels with a verdict, the lowest first.
    """

    shift: np.ndarray
    draws: np.ndarray
    verdicts: int
    none_wrong: float = 0.0
    highest: int = len(STRATA)
    chosen: bool = False
    judged: np.ndarray = field(default_factory=lambda: np.zeros(0))

    def tells_of(self, suspicion: np.ndarray) -> bool:
        """Whether the verdicts say what errors there are among labels with these suspicions (n,).

        Not where they were chosen, nor where most of the errors are expected in strata above all
        verdicts, as after an audit of what was not flagged. An interval is then no narrower than it
        was before them.
        """
        if self.chosen:
            return False
        known = suspicion[np.isfinite(suspicion)]
        at, _ = _place(known)
        expected = self.corrected(known)
        return float(expected[at > self.highest].sum()) <= 0.5 * float(expected.sum())

    def hidden(self, before: float, suspicion: np.ndarray) -> float:
        """Standard error of the number of wrong labels of which no suspicion tells, by now.

        Most of what is open before any verdict is whether the suspect labels are wrong. What then
        is left are labels that look right: only verdicts on labels that are as little suspect find
        them, each as often as there are such.

        Args:
            before: the same before any verdict, of the labels with these suspicions.
            suspicion: (n,) float in [0, 1], none NaN.
        """
        if not len(suspicion) or before <= 0.0:
            return 0.0
        alike = np.searchsorted(self.judged, np.quantile(suspicion, _LOOK_RIGHT), side="right")
        open_still = _LEFT_OPEN * before
        return open_still / max(1.0, float(alike) * open_still / len(suspicion))

    def corrected(self, suspicion: np.ndarray) -> np.ndarray:
        """Probability, (n,) float64, of labels with these suspicions (n,) to be wrong; NaN stays.

        At the most probable shifts: the mean over what is open would raise every low suspicion of
        which no verdict says anything.
        """
        at, odds = _place(suspicion)
        found = _logistic(odds + self.shift[at])
        return np.where(np.isfinite(suspicion), found, np.nan)

    def count(self, suspicion: np.ndarray, *, confidence: float = 0.95) -> Estimate:
        """Number of wrong labels among those with these suspicions.

        Args:
            suspicion: (n,) float in [0, 1], of labels without a verdict; NaN is left out.
            confidence: of the interval.
        """
        known = np.asarray(suspicion, np.float64)
        known = known[np.isfinite(known)]
        total, variance = self._totals(known)
        value = float(self.corrected(known).sum())
        # What the shifts leave open, and that each label is wrong or not.
        noise = np.random.default_rng(1).standard_normal(len(total))
        tail = (1.0 - confidence) / 2.0
        # The draws are what remains beside the hypothesis that the number is 0.
        least = (tail - self.none_wrong) / (1.0 - self.none_wrong)
        most = 1.0 - tail / (1.0 - self.none_wrong)
        drawn = total + noise * np.sqrt(variance)
        ends = [0.0 if at <= 0.0 else np.quantile(drawn, at) for at in (least, most)]
        low, high = float(ends[0]), float(ends[1])
        return Estimate(value, max(0.0, min(low, value)), min(float(len(known)), max(high, value)))

    def relative_error(self, suspicion: np.ndarray) -> float:
        """Standard error of the expected number of errors, relative to it.

        Args:
            suspicion: (n,) float in [0, 1], of labels without a verdict, none NaN.
        """
        total, _ = self._totals(suspicion)
        some = 1.0 - self.none_wrong
        mean, variance = total.mean(), total.var()
        deviation = math.sqrt(some * (variance + self.none_wrong * mean**2))
        return float(deviation / max(some * mean, 1e-9))

    def _totals(self, suspicion: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Expected number of errors (M,) by each draw, and its variance (M,)."""
        at, odds = _place(suspicion)
        cells, index = _cells(odds)
        flat = np.bincount(at * len(cells) + index, minlength=len(self.shift) * len(cells))
        numbers = flat.reshape(len(self.shift), len(cells)).astype(np.float64)
        total, variance = np.zeros(len(self.draws)), np.zeros(len(self.draws))
        for stratum in np.flatnonzero(numbers.any(axis=1)):
            # Of all cells a stratum has an eighth or so.
            filled = np.flatnonzero(numbers[stratum])
            wrong = _logistic(cells[filled] + self.draws[:, stratum, None])
            total += wrong @ numbers[stratum, filled]
            variance += (wrong * (1.0 - wrong)) @ numbers[stratum, filled]
        return total, variance


def fit_verdicts(
    suspicion: np.ndarray,
    wrong: np.ndarray,
    rest: np.ndarray,
    *,
    relative_error: float,
    chosen: bool = False,
) -> VerdictCalibration:
    """Fit the shifts to verdicts.

    Args:
        suspicion: (v,) float in [0, 1], of the reviewed labels before their verdict.
        wrong: (v,) bool, the verdicts.
        rest: (n,) float in [0, 1], of the labels that nobody has reviewed.
        relative_error: standard error of the expected number of errors before any verdict,
            relative to it; the shift that all strata share is believed to be as large.
        chosen: whether the labels may have been chosen among those of like suspicion.
    """
    strata = len(STRATA) + 1
    shared = _shared_deviation(rest, relative_error)
    covariance = np.full((strata, strata), shared**2) + np.eye(strata) * _OWN_DEVIATION**2
    precision = np.linalg.inv(covariance)
    at, odds = _place(suspicion)
    shift = np.zeros(strata)
    hessian = precision
    for _ in range(_NEWTON_STEPS):
        expected = _logistic(odds + shift[at])
        slope = np.bincount(at, wrong - expected, strata) - precision @ shift
        hessian = precision + np.diag(np.bincount(at, expected * (1.0 - expected), strata))
        step = np.linalg.solve(hessian, slope)
        # A full step may overshoot where all verdicts of a stratum agree.
        shift = shift + step / max(1.0, float(np.abs(step).max()))
        if np.abs(step).max() < 1e-6:
            break
    spread = np.linalg.cholesky(np.linalg.inv(hessian))
    random = np.random.default_rng(0).standard_normal((_DRAWS // 2, strata))
    # Each draw with its mirror image, so that their mean is the shift itself.
    draws = shift + np.concatenate([random, -random]) @ spread.T
    none_wrong = _none_wrong(
        wrong,
        _logistic(odds + shift[at]),
        # Laplace's approximation of what the shifts leave of their prior.
        0.5 * (_log_volume(precision) - _log_volume(hessian) - float(shift @ precision @ shift)),
        before=NormalDist().cdf(-1.0 / relative_error) if relative_error > 0.0 else 0.0,
    )
    highest = int(at.max(initial=0))
    judged = np.sort(suspicion.astype(np.float64))
    return VerdictCalibration(shift, draws, len(wrong), none_wrong, highest, chosen, judged)


def were_chosen(judged: np.ndarray, rest: np.ndarray) -> bool:
    """Whether many labels were passed over beside those that were judged.

    Whoever goes by suspicion leaves few behind that are as suspect as what they have judged.

    Args:
        judged: (v,) suspicions of labels when they were judged.
        rest: (n,) suspicions of the labels that nobody has judged; NaN is left out.
    """
    if not len(judged):
        return False
    passed_over = rest >= np.quantile(judged, _LAST)
    return int(np.count_nonzero(passed_over)) > _PASSED_OVER * len(judged)


def _none_wrong(wrong: np.ndarray, expected: np.ndarray, prior: float, *, before: float) -> float:
    """Probability that no label is wrong, by verdicts.

    Args:
        wrong: (v,) bool, the verdicts.
        expected: (v,) float in (0, 1), how likely each was to be wrong by the shifts.
        prior: log density of the shifts over their posterior's, at the most probable.
        before: the probability before any verdict: what a normal number of errors has below 0.
    """
    if before <= 0.0:
        return 0.0
    shifted = float(np.log(np.where(wrong, expected, 1.0 - expected)).sum()) + prior
    none = float(np.count_nonzero(wrong)) * math.log(_SLIP)
    odds = math.log(before) - math.log1p(-before) + none - shifted
    # Hundreds of verdicts take them beyond what the exponential of a double holds.
    return float(_logistic(np.clip(odds, -500.0, 500.0)))


def _log_volume(matrix: np.ndarray) -> float:
    """Logarithm of the determinant of a positive definite matrix (S, S)."""
    return float(np.linalg.slogdet(matrix).logabsdet)


def _shared_deviation(rest: np.ndarray, relative_error: float) -> float:
    """The shift of all log-odds at which the expected number changes by its relative error."""
    known = np.clip(rest[np.isfinite(rest)].astype(np.float64), _LEAST, 1.0 - _LEAST)
    leverage = float((known * (1.0 - known)).sum())
    if leverage <= 0.0:
        return 1.0
    return float(np.clip(relative_error * known.sum() / leverage, 0.1, 2.0))


def _place(suspicion: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Stratum (n,) and log-odds (n,) of suspicions (n,)."""
    known = np.clip(np.nan_to_num(suspicion).astype(np.float64), _LEAST, 1.0 - _LEAST)
    return np.digitize(known, STRATA), np.log(known / (1.0 - known))


def _cells(odds: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Values that log-odds (n,) are rounded to, (B,), and which of them each takes, (n,)."""
    most = np.log((1.0 - _LEAST) / _LEAST)
    cells = np.linspace(-most, most, _CELLS)
    index = np.rint((odds + most) / (2.0 * most) * (_CELLS - 1)).astype(np.int64)
    return cells, index


def _logistic(odds: np.ndarray) -> np.ndarray:
    return 1.0 / (1.0 + np.exp(-odds))
