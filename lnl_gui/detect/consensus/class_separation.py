"""Whether the images tell the classes apart: all of them, and each pair.

Read off a discriminant that is cross-fitted on the given labels alone. Later scores of the
consensus learn from posteriors in which, with many samples, each one's own label has a distant
part, and then find structure in an embedding of pure noise.
"""

from dataclasses import dataclass, field
from itertools import product

import numpy as np
import torch
from scipy.sparse.csgraph import connected_components

from lnl_gui.detect.consensus.problem import Problem
from lnl_gui.detect.probes.discriminant import cross_fitted_discriminant
from lnl_gui.util.statistics.average_ranks import average_ranks
from lnl_gui.util.statistics.intervals import critical_value

# Measured: noise and random labels -.6 to 2, labels of which 40 % are wrong in 250 images of two
# classes 1.6, the other datasets 5 and more.
_LEAST_DEVIATIONS = 2.0
# With thousands of classes chance is about nothing, so that a fiftieth is far from it.
_LEAST_GAIN = 0.02
_WEAK_AREA = 0.55
# Share of what separates classes in general that a pair may have at most, at the upper end of its
# interval. Judging a pair as one hides every error between the two, so it must be sure: at .7 the
# pair that 40 % of the labels confuse on CIFAR-10 (area .53 to .60 on 370 images) was joined, and
# F1 fell from .84 to .67. One class split at random in two measured .40 to .47, at the end .55 at
# most.
_ALIKE_AT_MOST = 0.12
# With fewer of each the standard error of their area is above .13, and nothing could be told.
_FEWEST_OF_PAIR = 10


@dataclass(frozen=True)
class OverlappingPair:
    """Two classes that the images do not tell apart.

    Attributes:
        first: class id.
        second: class id, above `first`.
        area: under the receiver operating curve of one label against the other, on images that
            look like either; 0.5 is chance.
        high: upper end of its one-sided 95 % interval.
        samples: how many such images there are.
    """

    first: int
    second: int
    area: float
    high: float
    samples: int


@dataclass(frozen=True)
class ClassSeparation:
    """How well out-of-fold scores of an embedding tell c classes apart.

    Attributes:
        deviations: standard deviations by which the given labels score above labels by chance.
        area: mean area under the curve of each class against all others; 0.5 is chance.
        pairs: of classes that are not told apart while others are.
        component: (c,) int, the same number for classes that such pairs connect.
    """

    deviations: float
    area: float
    pairs: list[OverlappingPair] = field(default_factory=list)
    component: np.ndarray = field(default_factory=lambda: np.zeros(0, np.int64))

    @property
    def informative(self) -> bool:
        """Whether the labels follow the images at all."""
        return self.deviations >= _LEAST_DEVIATIONS

    @property
    def weak(self) -> bool:
        """Whether they do so too little to be of use."""
        return self.area < _WEAK_AREA


def labels_follow_images(
    separation: ClassSeparation | None, agreement: float, majority_rate: float
) -> bool:
    """Whether labels follow the images at all, so that images can tell something of labels.

    Args:
        separation: None where there are too many classes for it.
        agreement: share in [0, 1] of the labels that a classifier agrees with.
        majority_rate: what the largest class alone would agree with.
    """
    if separation is not None:
        return separation.informative
    return agreement - majority_rate > _LEAST_GAIN * (1.0 - majority_rate)


def class_separation(problem: Problem) -> ClassSeparation:
    """Measure how well the images tell apart the labels that came with the dataset.

    Args:
        problem: n samples of c classes.

    Time O(n P (P + c) + n c log n), extra memory O(n c).
    """
    classes = len(problem.present)
    scores = cross_fitted_discriminant(
        problem.matrix_on_device,
        torch.nn.functional.one_hot(problem.given, classes).float(),
        problem.folds,
        number_of_folds=problem.number_of_folds,
        sample_weights=problem.weight,
    )
    came = problem.came.numpy() & (problem.truth < 0).numpy()
    if came.sum() < len(came) / 2:
        # After a review little is left that nobody has decided: then the decided ones count too.
        came = problem.came.numpy()
    found = scores.numpy()[came].astype(np.float64)
    given = problem.given.numpy()[came]
    deviations = _deviations(found, given, classes, problem.weight.numpy()[came])
    area = _mean_area(found, given, classes)
    # Where nothing is told apart, no pair is less so than the others.
    told = classes > 2 and deviations >= _LEAST_DEVIATIONS
    pairs = _overlapping(found, given, area) if told else []
    linked = np.eye(classes, dtype=bool)
    for pair in pairs:
        linked[pair.first, pair.second] = True
    names = problem.present
    return ClassSeparation(
        deviations,
        area,
        [
            OverlappingPair(int(names[p.first]), int(names[p.second]), p.area, p.high, p.samples)
            for p in pairs
        ],
        connected_components(linked, directed=False)[1],
    )


def _deviations(scores: np.ndarray, given: np.ndarray, classes: int, weight: np.ndarray) -> float:
    """Score test of independence: the given labels against draws from their frequencies.

    Copies of one image bear one label drawn once, and count together as they do in the scores.
    """
    total = max(float(weight.sum()), 1e-12)
    share = np.bincount(given, weights=weight, minlength=classes) / total
    mean = scores @ share
    variance = float(weight @ (((scores - mean[:, None]) ** 2) @ share))
    gain = float(weight @ (scores[np.arange(len(given)), given] - mean))
    # A pair of samples of different folds counts in both their scores, and alike.
    return float(gain / np.sqrt(max(2.0 * variance, 1e-12)))


def _mean_area(scores: np.ndarray, given: np.ndarray, classes: int) -> float:
    areas = [
        _area(scores[:, label], given == label)
        for label in range(classes)
        if 0 < (given == label).sum() < len(given)
    ]
    return float(np.mean(areas)) if areas else 0.5


def _area(score: np.ndarray, positive: np.ndarray) -> float:
    """Area under the receiver operating curve, by ranks (Mann and Whitney 1947)."""
    inside = int(positive.sum())
    total = float(average_ranks(score)[positive].sum()) - inside * (inside + 1) / 2
    return total / (inside * (len(positive) - inside))


def _overlapping(scores: np.ndarray, given: np.ndarray, area: float) -> list[OverlappingPair]:
    """Pairs whose labels are as good as drawn by lot, given an image that looks like either."""
    looks = scores.argmax(axis=1)
    classes = scores.shape[1]
    cell = given * classes + looks
    confused = np.bincount(cell, minlength=classes**2).reshape(classes, classes)
    # Sorted once: looking for each pair among all samples takes C squared times as long.
    by_cell, ends = np.argsort(cell, kind="stable"), np.cumsum(confused).reshape(classes, classes)
    found = []
    # Both must be taken for the other often enough: of the other pairs nothing could be said.
    both = np.minimum(confused, confused.T)
    for first, second in np.argwhere(np.triu(both, 1) > 0).tolist():
        cells = list(product((first, second), repeat=2))
        rows = np.concatenate([by_cell[ends[at] - confused[at] : ends[at]] for at in cells])
        label = given[rows] == second
        count = (int(label.sum()), int((~label).sum()))
        if min(count) < _FEWEST_OF_PAIR:
            continue
        value = _area(scores[rows, second] - scores[rows, first], label)
        # Of an area by chance alone (Mann and Whitney): two names of one thing are drawn by lot.
        deviation = np.sqrt((sum(count) + 1) / (12.0 * count[0] * count[1]))
        # The upper end of a two-sided 90 % is that of a one-sided 95 %.
        high = value + critical_value(0.9) * float(deviation)
        usual = area - 0.5
        if high - 0.5 <= _ALIKE_AT_MOST * usual:
            found.append(OverlappingPair(first, second, value, min(high, 1.0), sum(count)))
    return sorted(found, key=lambda pair: pair.area)
