"""Classes of which the labels do not tell whose name is the mistake.

Where most of what is labelled A looks as what is labelled B, the fit takes A's labels for wrong.
The same data come about when A's labels are right and most of its images bear the name B, or when A
is rare and resembles B: the larger number of labels wins, whoever is right.
"""

from dataclasses import dataclass

import numpy as np

# At .5 it is said of seven of eight sets where 75 % of a class bear another's name, and of none of
# 82 others with up to 40 % of wrong labels.
_MOST = 0.5
_FEWEST = 10
# So many verdicts on a class tell what its images show.
_SEEN = 3


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
    seen = np.bincount(given[decided], minlength=number_of_classes)
    rows = np.flatnonzero((suggested != given) & np.isfinite(suspicion))
    pairs, place = np.unique(given[rows] * number_of_classes + suggested[rows], return_inverse=True)
    expected = np.bincount(place, suspicion[rows], len(pairs))
    found = []
    for pair, number in zip(pairs.tolist(), expected.tolist(), strict=True):
        label, other = divmod(pair, number_of_classes)
        enough = counts[label] >= _FEWEST and seen[label] < _SEEN
        if enough and number > _MOST * counts[label]:
            found.append(ExchangedNames(label, other, round(number), int(counts[label])))
    return sorted(found, key=lambda each: -each.suspects / each.samples)
