"""Classes of which the labels do not tell whose name is the mistake.

Where most of what is labelled A looks as what is labelled B, the fit takes A's labels for wrong.
The same data come about when A's labels are right and most of its images bear the name B, or when A
is rare and resembles B: the larger number of labels wins, whoever is right. And where a good part
of A looks as B and of B as A, either labels were exchanged or A and B are names of one thing. Where
some of A look as B in a dataset of which little else is doubted, either they are B, or the
embedding hardly tells the two apart: `I` beside `l`. Where
most of A looks as several others, A may be a name for all of them: `animal` beside `cat` and `dog`.
"""

from dataclasses import dataclass, field

import numpy as np

from lnl_gui.store.detection.doubtful_labels import SEEN

# At .5 it is said of seven of eight sets where 75 % of a class bear another's name, and of none of
# 82 others with up to 40 % of wrong labels.
_MOST = 0.5
_FEWEST = 10
# Measured on 600 images of letters, digits and textures: two names of one thing .20 to .36, 40 % of
# two classes exchanged .21 to .38, other pairs at most .02 without noise and .12 with 40 % of all.
_BOTH_WAYS = 0.17
# Of one class that looks as another, one way. On sets of 400 to 1 000 images it names the letters
# that look alike (.28 to .37, of the others .03 to .05 are doubted) and a batch under a wrong name
# (.26 and .03), and nothing where each class is mistaken for its next (.29 and .33), or by people.
_ONE_WAY, _OF_OTHER_CLASSES = 0.15, 1.0 / 3.0
_FEWEST_ALIKE = 4
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


@dataclass(frozen=True)
class AlikeNames:
    """A class some of whose labels are suspected to be another one, and little else is.

    Attributes:
        given: the class.
        other: what some of its images are taken for.
        suspects: expected number of its labels that should be `other`.
        samples: how many bear it.
    """

    given: int
    other: int
    suspects: int
    samples: int


@dataclass(frozen=True)
class DoubtfulNames:
    """Classes of which nobody can say from the data whether a name or the labels are the mistake.

    Attributes:
        exchanged: those with the largest share first.
        confused: pairs, the most confused first; none of two classes in all, of which one exchanged
            with the other is all that noise can be.
        wide: those with the largest share first; none where the labels of all classes are doubted
            as much.
        alike: those with the largest share first; none of two classes in all, and none that is
            named among the others.
    """

    exchanged: list[ExchangedNames] = field(default_factory=list)
    confused: list[ConfusedPair] = field(default_factory=list)
    wide: list[WideClass] = field(default_factory=list)
    alike: list[AlikeNames] = field(default_factory=list)

    @property
    def perhaps_right(self) -> list[int]:
        """Classes whose labels, all of them, may be right: the other reading of each name."""
        named = {each.given for each in self.exchanged} | {each.given for each in self.alike}
        named |= {each.given for each in self.wide}
        return sorted(named | {end for each in self.confused for end in (each.first, each.second)})


def doubtful_names(
    given: np.ndarray,
    suspicion: np.ndarray,
    suggested: np.ndarray,
    decided: np.ndarray,
    *,
    number_of_classes: int,
) -> DoubtfulNames:
    """Find classes of which a good part is suspected to be others; none that a person looked at.

    Args:
        given: (n,) int in [0, c).
        suspicion: (n,) probability that each label is wrong; NaN counts as none.
        suggested: (n,) int in [0, c).
        decided: (n,) bool, labels that a person has judged.
        number_of_classes: c.
    """
    rows = np.flatnonzero((suggested != given) & np.isfinite(suspicion))
    pairs, place = np.unique(given[rows] * number_of_classes + suggested[rows], return_inverse=True)
    numbers = np.bincount(place, suspicion[rows], len(pairs))
    expected: dict[int, dict[int, float]] = {}
    for pair, number in zip(pairs.tolist(), numbers.tolist(), strict=True):
        label, other = divmod(pair, number_of_classes)
        expected.setdefault(label, {})[other] = number
    counts = np.bincount(given, minlength=number_of_classes)
    seen = np.bincount(given[decided], minlength=number_of_classes)
    suspects = _Suspects(counts, (counts >= _FEWEST) & (seen < SEEN), expected)
    exchanged, confused, wide = _exchanged(suspects), _confused(suspects), _wide(suspects)
    named = set(DoubtfulNames(exchanged, confused, wide).perhaps_right)
    return DoubtfulNames(exchanged, confused, wide, _alike(suspects, named))


@dataclass(frozen=True)
class _Suspects:
    """Labels of c classes that are suspected to be wrong.

    `counts` (c,) has how many there are, `unseen` (c,) the classes of some size that no person has
    looked at, and `expected` by class how many should be each other one.
    """

    counts: np.ndarray
    unseen: np.ndarray
    expected: dict[int, dict[int, float]]

    def wrong(self, label: int) -> float:
        return sum(self.expected.get(label, {}).values())


def _exchanged(suspects: _Suspects) -> list[ExchangedNames]:
    found = []
    for label, others in suspects.expected.items():
        count = int(suspects.counts[label])
        other, number = max(others.items(), key=lambda item: item[1])
        if suspects.unseen[label] and number > _MOST * count:
            found.append(ExchangedNames(label, other, round(number), count))
    return sorted(found, key=lambda each: -each.suspects / each.samples)


def _confused(suspects: _Suspects) -> list[ConfusedPair]:
    if len(suspects.counts) < 3:
        return []
    found = {}
    for first, others in suspects.expected.items():
        for second, forward in others.items():
            back = suspects.expected.get(second, {}).get(first, 0.0)
            ends = [first, second]
            if first > second or not (forward and back) or not suspects.unseen[ends].any():
                continue
            counts = suspects.counts[ends]
            share = min(forward / counts[0], back / counts[1])
            of_all = min(forward / suspects.wrong(first), back / suspects.wrong(second))
            if counts.min() >= _FEWEST and share >= _BOTH_WAYS and of_all >= _OF_ALL_SUSPECTS:
                samples = int(counts[0]), int(counts[1])
                found[ConfusedPair(first, second, (round(forward), round(back)), samples)] = share
    return sorted(found, key=lambda pair: -found[pair])


def _wide(suspects: _Suspects) -> list[WideClass]:
    every_wrong, every_label = sum(map(suspects.wrong, suspects.expected)), suspects.counts.sum()
    found = []
    for label, others in suspects.expected.items():
        count, wrong = int(suspects.counts[label]), suspects.wrong(label)
        if not suspects.unseen[label] or wrong <= _MOST * count:
            continue
        many = [other for other in others if others[other] >= _ONE_OF_SEVERAL * count]
        rate_of_others = (every_wrong - wrong) / max(1, every_label - count)
        if len(many) > 1 and wrong / count >= _OF_OTHERS * rate_of_others:
            names = tuple(sorted(many, key=lambda other: -others[other]))
            found.append(WideClass(label, names, round(wrong), count))
    return sorted(found, key=lambda each: -each.suspects / each.samples)


def _alike(suspects: _Suspects, named: set[int]) -> list[AlikeNames]:
    if len(suspects.counts) < 3:
        return []
    every_wrong, every_label = sum(map(suspects.wrong, suspects.expected)), suspects.counts.sum()
    found = {}
    for label, others in suspects.expected.items():
        count, wrong = int(suspects.counts[label]), suspects.wrong(label)
        other, number = max(others.items(), key=lambda item: item[1])
        if (
            label in named
            or not suspects.unseen[label]
            or number < max(_ONE_WAY * count, _FEWEST_ALIKE)
        ):
            continue
        rest_wrong = every_wrong - wrong - suspects.wrong(other)
        rest = max(1, every_label - count - int(suspects.counts[other]))
        few = rest_wrong / rest <= _OF_OTHER_CLASSES * number / count
        if few and number >= _OF_ALL_SUSPECTS * wrong:
            found[AlikeNames(label, other, round(number), count)] = number / count
    return sorted(found, key=lambda each: -found[each])
