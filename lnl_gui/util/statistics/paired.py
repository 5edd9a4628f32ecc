"""Intervals and tests of the difference of two shares measured on the same samples.

From the standard library alone: the window shows them and must open without scipy.
"""

import math
from collections.abc import Callable
from fractions import Fraction

from lnl_gui.util.statistics.intervals import Estimate, critical_value

SIGNIFICANT = 0.05
"""p-value below which a difference is more than chance explains."""


def paired_difference(
    gained: float, lost: float, samples: float, *, confidence: float = 0.95
) -> Estimate:
    """Difference of two paired shares with its score interval (Tango, Statistics in Medicine 1998).

    Args:
        gained: how many samples went from wrong to right.
        lost: how many went from right to wrong.
        samples: how many there are in all, 1 or more. None needs be whole, where several samples
            are worth one.
        confidence: of the two-sided interval.

    Raises:
        ValueError: when more samples changed than there are.
    """
    # Where they are not whole, their sum may be rounded up.
    if min(gained, lost) < 0 or samples < 1 or gained + lost > samples * (1.0 + 1e-9):
        raise ValueError(f"{gained} gained and {lost} lost of {samples}")
    value, z = (gained - lost) / samples, critical_value(confidence)

    def score(difference: float) -> float:
        return _score(gained, lost, samples, difference)

    # The score falls as the difference grows; both ends lie between the estimate and -1 or 1.
    low = _crossing(lambda at: score(at) <= z, -1.0, value)
    high = _crossing(lambda at: score(at) <= -z, value, 1.0)
    return Estimate(value, low, high)


def significant_difference(gained: int, lost: int, samples: int) -> Estimate:
    """As `paired_difference` at 95 %, and with 0 in it where the exact test does not exclude it.

    The score interval rests on the normal distribution and excludes 0 a little early, as for four
    samples gained and none lost, of which the exact test says p = .125. Nothing is claimed that
    one of the two denies; the reverse does not occur.
    """
    found = paired_difference(gained, lost, samples)
    if exact_sign_test(gained, lost) < SIGNIFICANT:
        return found
    return Estimate(found.value, min(found.low, 0.0), max(found.high, 0.0))


def _score(gained: float, lost: float, samples: float, difference: float) -> float:
    """Standardised distance of the observed difference from the supposed one."""
    # The likeliest share of samples lost under that difference, the root of a quadratic.
    a = 2.0 * samples
    b = -gained - lost + (2.0 * samples - gained + lost) * difference
    c = -lost * difference * (1.0 - difference)
    share = (math.sqrt(max(b * b - 4.0 * a * c, 0.0)) - b) / (2.0 * a)
    variance = samples * (2.0 * share + difference * (1.0 - difference))
    distance = gained - lost - samples * difference
    if variance <= 0.0:
        return 0.0 if distance == 0.0 else math.copysign(math.inf, distance)
    return distance / math.sqrt(variance)


def _crossing(beyond: Callable[[float], bool], low: float, high: float) -> float:
    """Where a condition that holds above some point begins to hold, by bisection."""
    for _ in range(60):
        middle = (low + high) / 2.0
        if beyond(middle):
            high = middle
        else:
            low = middle
    return (low + high) / 2.0


def exact_sign_test(gained: int, lost: int) -> float:
    """Two-sided p-value of McNemar's exact test: gains and losses are equally likely."""
    changed = gained + lost
    # Whole numbers: floating-point powers of 1/2 vanish from some thousand changes on.
    tail = sum(math.comb(changed, number) for number in range(min(gained, lost) + 1))
    return min(1.0, 2.0 * float(Fraction(tail, 2**changed)))
