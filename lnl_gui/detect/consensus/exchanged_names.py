"""Classes of which the labels do not tell whose name is the mistake.

Where most of what is labelled A looks as what is labelled B, the fit takes A's labels for wrong.
The same data come about when A's labels are right and most of its images bear the name B, or when A
is rare and resembles B: the larger number of labels wins, whoever is right. And where a good part
of A looks as B and of B as A, either labels were exchanged or A and B are names of one thing. Where
most of A looks as several others, A may be a name for all of them: `animal` beside `cat` and `dog`.
"""

from dataclasses import dataclass

import numpy as np

# At .5 it is said of seven of eight sets where 75 % of a class bear another's name, and of none of
# 82 others with up to 40 % of wrong labels.
_MOST = 0.5
_FEWEST = 10
# So many verdicts on a class tell what its images show.
_SEEN = 3
# Measured on 600 images of letters, digits and textures: two names of one thing .20 to .36, 40 % of
# two classes exchanged .21 to .38, other pairs at most .02 without noise and .12 with 40 % of all.
_BOTH_WAYS = 0.17
# Measured on 600 images of four kinds, 40 % of three classes under one name for the three: .54 to
# .92 of its labels are doubted, 3 to 9 times as many as of all others, with 15 % of wrong labels
# too; with 30 % of wrong labels alone at most .43, 1.5 times as many.
_OF_OTHERS = 2.5
_ONE_OF_SEVERAL = 0.08
# Noise between all classes is no sign of one thing under two names.
_OF_ALL_SUSPECTS = 0.6


@dataclass(frozen=True)
class ExchangedNames:
    """A class most of whose labels are suspected to be another one.

    Attributes:
        given: the class.
        other: what its images are taken for.
        suspects: expected number of its labels that should be `other`.
        samples: how many bear it.
    """

    given: int
    other: int
    suspects: int
    samples: int


@dataclass(frozen=True)
class WideClass:
    """A class most of whose labels are suspected to be several others.

    Attributes:
        given: the class.
        others: what its images are taken for, the most frequent first.
        suspects: expected number of its labels that should be others.
        samples: how many bear it.
    """

    given: int
    others: tuple[int, ...]
    suspects: int
    samples: int


@dataclass(frozen=True)
class ConfusedPair:
    """Two classes of each of which a good part is suspected to be the other.

    Attributes:
        first: class.
        second: class, above `first`.
        suspects: expected number of labels of the first that should be the second, and back.
        samples: how many bear the one and the other.
    """

    first: int
    second: int
    suspects: tuple[int, int]
    samples: tuple[int, int]


def exchanged_names(
    given: np.ndarray,
    suspicion: np.ndarray,
    suggested: np.ndarray,
    decided: np.ndarray,
    *,
    number_of_classes: int,
) -> list[ExchangedNames]:
    """Classes most of whose labels are suspected to be one other class.

    Args:
        given: (n,) int in [0, c).
        suspicion: (n,) probability that each label is wrong; NaN counts as none.
        suggested: (n,) int in [0, c).
        decided: (n,) bool, labels that a person has judged.
        number_of_classes: c.

    Returns:
        those with the largest share first; none that a person has looked at.
    """
    counts = np.bincount(given, minlength=number_of_classes)
    unseen = _unseen(given, decided, number_of_classes)
    found = []
    for (label, other), number in _expected(given, suspicion, suggested).items():
        if unseen[label] and number > _MOST * counts[label]:
            found.append(ExchangedNames(label, other, round(number), int(counts[label])))
    return sorted(found, key=lambda each: -each.suspects / each.samples)


def confused_pairs(
    given: np.ndarray,
    suspicion: np.ndarray,
    suggested: np.ndarray,
    decided: np.ndarray,
    *,
    number_of_classes: int,
) -> list[ConfusedPair]:
    """Pairs of classes that are taken for each other both ways.

    Args:
        given: (n,) int in [0, c).
        suspicion: (n,) probability that each label is wrong; NaN counts as none.
        suggested: (n,) int in [0, c).
        decided: (n,) bool, labels that a person has judged.
        number_of_classes: c.

    Returns:
        the most confused first; none of which a person has looked at both, and none of two classes
        in all, of which one exchanged with the other is all that noise can be.
    """
    if number_of_classes < 3:
        return []
    counts = np.bincount(given, minlength=number_of_classes)
    unseen = _unseen(given, decided, number_of_classes)
    expected = _expected(given, suspicion, suggested)
    wrong = np.zeros(number_of_classes)
    for (label, _), number in expected.items():
        wrong[label] += number
    found = {}
    for (first, second), forward in expected.items():
        back = expected.get((second, first), 0.0)
        if first > second or not (forward and back) or not (unseen[first] or unseen[second]):
            continue
        share = min(forward / counts[first], back / counts[second])
        of_all = min(forward / wrong[first], back / wrong[second])
        enough = min(counts[first], counts[second]) >= _FEWEST
        if enough and share >= _BOTH_WAYS and of_all >= _OF_ALL_SUSPECTS:
            samples = int(counts[first]), int(counts[second])
            found[ConfusedPair(first, second, (round(forward), round(back)), samples)] = share
    return sorted(found, key=lambda pair: -found[pair])


def wide_classes(
    given: np.ndarray,
    suspicion: np.ndarray,
    suggested: np.ndarray,
    decided: np.ndarray,
    *,
    number_of_classes: int,
) -> list[WideClass]:
    """Classes that may be a name for several others.

    Args:
        given: (n,) int in [0, c).
        suspicion: (n,) probability that each label is wrong; NaN counts as none.
        suggested: (n,) int in [0, c).
        decided: (n,) bool, labels that a person has judged.
        number_of_classes: c.

    Returns:
        those with the largest share first; none that a person has looked at, and none where the
        labels of all classes are doubted as much.
    """
    counts = np.bincount(given, minlength=number_of_classes)
    unseen = _unseen(given, decided, number_of_classes)
    expected = _expected(given, suspicion, suggested)
    wrong = np.zeros(number_of_classes)
    for (label, _), number in expected.items():
        wrong[label] += number
    found = []
    for label in np.flatnonzero(unseen & (wrong > _MOST * counts)).tolist():
        rate_of_others = (wrong.sum() - wrong[label]) / max(1, len(given) - counts[label])
        others = {
            other: number
            for (own, other), number in expected.items()
            if own == label and number >= _ONE_OF_SEVERAL * counts[label]
        }
        if len(others) > 1 and wrong[label] / counts[label] >= _OF_OTHERS * rate_of_others:
            names = tuple(sorted(others, key=lambda other: -others[other]))
            found.append(WideClass(label, names, round(wrong[label]), int(counts[label])))
    return sorted(found, key=lambda each: -each.suspects / each.samples)


def _unseen(given: np.ndarray, decided: np.ndarray, number_of_classes: int) -> np.ndarray:
    """(c,) bool: classes of some size that no person has looked at."""
    counts = np.bincount(given, minlength=number_of_classes)
    seen = np.bincount(given[decided], minlength=number_of_classes)
    return (counts >= _FEWEST) & (seen < _SEEN)


def _expected(
    given: np.ndarray, suspicion: np.ndarray, suggested: np.ndarray
) -> dict[tuple[int, int], float]:
    """Expected number of labels (given, suggested) that are wrong."""
    rows = np.flatnonzero((suggested != given) & np.isfinite(suspicion))
    width = 1 + int(max(given.max(initial=0), suggested.max(initial=0)))
    pairs, place = np.unique(given[rows] * width + suggested[rows], return_inverse=True)
    expected = np.bincount(place, suspicion[rows], len(pairs))
    return {divmod(int(p), width): float(n) for p, n in zip(pairs, expected, strict=True)}
