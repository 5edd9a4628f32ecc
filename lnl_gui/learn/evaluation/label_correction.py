"""How probably each of two models is right where they disagree, by held-out labels that are noisy.

Two readings of a model that saw the held-out samples alone, each right on average under an
assumption that nothing there can test, so that their mean is stated and half their distance counts
as what it may be off by, beside what noise leaves open:

- the given labels through the inverse of the noise transition matrix (Natarajan et al., NeurIPS
  2013; the backward correction of Patrini et al., CVPR 2017), whatever the true labels are: right
  where noise depends on the class alone. Shares of right answers that are fitted to the labels, and
  so kept between 0 and 1, lean towards no difference;
- the model's posterior of images and labels, with the shares of either model being right fitted to
  the disagreements (EM as in Saerens et al., 2002), which are no random part of the samples: right
  where noise follows the images, too, as long as that model tells them.

Where the curated labels are themselves suggestions of such a model, which nobody has looked at, it
errs here as they do, and takes their errors for repairs: two classes whose border it misjudges look
like labels that are wrong there. Then all that correcting makes of the difference by the plain
labels may be that, and counts as an error too.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from lnl_gui.detect.consensus.consensus import find_suspects
from lnl_gui.detect.consensus.consensus_result import Consensus
from lnl_gui.detect.consensus.detection_input import DetectionInput
from lnl_gui.detect.groups import units
from lnl_gui.util.errors import UserError
from lnl_gui.util.progress import Progress, no_progress
from lnl_gui.util.statistics.paired_units import usual_size

# Of eighty disagreements the shares stand still to four decimals after fifty.
_ROUNDS = 200
_TINY = 1e-6
_LEAST_SINGULAR = 0.05
"""Singular values below this share of the largest are not inverted: nothing is read there."""
_MOST_KEPT = 4_000_000
"""Probabilities of every class are kept up to so many of them, which take 16 MB."""
_Reading = tuple[np.ndarray, np.ndarray]
"""How probably each of the two models is right, (d,) each."""


@dataclass(frozen=True)
class CorrectedLabels:
    """Probabilities on the d samples that two models disagree on.

    Read off one label each, they may lie outside [0, 1]; their sums are what counts.

    Attributes:
        right_before: (d,) float64 that the first model's class is the true one.
        right_after: (d,) float64 that the second one's is.
        error: standard error of the mean difference over all H samples that is not one of sampling.
        right: (d, C) float32 that each class is the true one, so that classes can be merged later;
            None where that would be too much to keep.
    """

    right_before: np.ndarray
    right_after: np.ndarray
    error: float
    right: np.ndarray | None = None


def correct_labels(
    before: np.ndarray,
    after: np.ndarray,
    *,
    embeddings: Sequence[np.ndarray],
    given: np.ndarray,
    truth: np.ndarray,
    number_of_classes: int,
    groups: np.ndarray | None = None,
    copies: np.ndarray | None = None,
    unseen: float = 0.0,
    seed: int = 0,
    progress: Progress = no_progress,
) -> CorrectedLabels:
    """Correct held-out labels for noise, where two models disagree.

    Args:
        before: (H,) int classes that the first model names.
        after: (H,) int classes that the second model names.
        embeddings: K spaces (H, D_k) of the held-out samples, none of which either model saw; none
            leaves the labels as they are.
        given: (H,) int given labels.
        truth: (H,) int what a person decided, -1 where nobody has.
        number_of_classes: C.
        groups: (H,) int, -1 alone: samples that are no independent witnesses; None for none.
        copies: (H,) int, -1 alone: copies of one image; None for none.
        unseen: share of what makes the two trainings differ that is a model's suggestion and that
            nobody has looked at, in [0, 1].
        seed: of the model of the held-out samples.
        progress: of that model.

    Returns:
        probabilities for the d samples with `before != after`, in their order.
    """
    rows = np.flatnonzero(before != after)
    old, new = before[rows], after[rows]
    label = np.where(truth >= 0, truth, given)[rows]
    plain = (label == old).astype(np.float64), (label == new).astype(np.float64)
    open_rows = truth[rows] < 0
    wanted = DetectionInput(
        embeddings,
        given,
        number_of_classes=number_of_classes,
        verdict_labels=truth,
        groups=groups,
        copies=copies,
        seed=seed,
    )
    found = _judged(wanted, rows, progress) if len(rows) and embeddings else None
    readings = [plain] if found is None else _readings(found, rows, old, new, label)
    mean = [np.mean([reading[side] for reading in readings], axis=0) for side in (0, 1)]
    best = [np.where(open_rows, mean[side], plain[side]) for side in (0, 1)]
    gains = [float((new_right - old_right)[open_rows].sum()) for old_right, new_right in readings]
    # Labels that nothing corrects may be off by all that they say.
    spread = abs(gains[0]) if found is None else (max(gains) - min(gains)) / 2
    # The labels of one unit may be wrong together, as those of a video's frames are.
    unit = units(len(before), groups, copies)[rows][open_rows]
    together = usual_size(np.unique(unit, return_counts=True)[1])
    doubts = [
        (_left_open(*(right[open_rows] for right in reading)) * together) ** 0.5
        for reading in readings
    ]
    alike = unseen * abs(float(np.mean(gains)) - float((plain[1] - plain[0])[open_rows].sum()))
    error = float(np.hypot(np.hypot(spread, alike), np.mean(doubts))) / max(1, len(before))
    right = None
    if len(rows) * number_of_classes <= _MOST_KEPT:
        right = _of_every_class(found, readings, rows, old, new, label, number_of_classes)
        right[~open_rows] = np.eye(number_of_classes, dtype=np.float32)[label[~open_rows]]
        right[np.arange(len(rows)), old], right[np.arange(len(rows)), new] = best
    return CorrectedLabels(best[0], best[1], error, right)


def _of_every_class(
    found: Consensus | None,
    readings: list[_Reading],
    rows: np.ndarray,
    old: np.ndarray,
    new: np.ndarray,
    label: np.ndarray,
    number_of_classes: int,
) -> np.ndarray:
    """The mean of the readings for all classes, float32 (d, C), but for what either model names."""
    if found is None:
        return np.eye(number_of_classes, dtype=np.float32)[label]
    posterior, classes = found.posterior[rows], found.posterior_classes[rows]
    dense = np.zeros((len(rows), number_of_classes), np.float32)
    row, place = np.nonzero(classes >= 0)
    dense[row, classes[row, place]] = posterior[row, place]
    dense[np.arange(len(rows)), old] = dense[np.arange(len(rows)), new] = 0.0
    # What the fitted shares leave for neither, as the posterior shares it out.
    neither = (1.0 - readings[0][0] - readings[0][1]).clip(0.0)
    dense *= (neither / dense.sum(axis=1).clip(_TINY))[:, None]
    if len(readings) > 1:
        dense = (dense + _inverse(found.transition_matrix)[label].astype(np.float32)) / 2
    return dense


def _judged(wanted: DetectionInput, rows: np.ndarray, progress: Progress) -> Consensus | None:
    """None where there are too few samples to tell noise from truth."""
    try:
        found = find_suspects(wanted, progress=progress)
    except UserError:
        return None
    return found if np.isfinite(found.posterior[rows]).all() else None


def _readings(
    found: Consensus, rows: np.ndarray, old: np.ndarray, new: np.ndarray, label: np.ndarray
) -> list[_Reading]:
    """The ways of reading whether `old` and `new` (d,) are right, for the samples `rows`."""
    readings = [of_posterior(old, new, found.posterior[rows], found.posterior_classes[rows])]
    if len(found.transition_matrix):
        readings.append(of_transition(old, new, label, found.transition_matrix))
    return readings


def _left_open(right_before: np.ndarray, right_after: np.ndarray) -> float:
    """Variance of a reading's summed difference for what the labels leave open."""
    change = right_after - right_before
    count, either = len(change), float((right_before + right_after).sum())
    squares = float((change**2).sum())
    # A true change is 0 or one either way: its square is the chance that either is right. Readings
    # of single labels scatter about it by what their squares have more.
    if squares >= either:
        return squares - either
    # Probabilities leave open what theirs lack, and shares that were fitted to the same samples are
    # the less certain, the more of the information is missing (Dempster, Laird and Rubin, 1977).
    seen = squares - float(change.sum()) ** 2 / count
    missing = either - squares
    return min(missing * (seen + missing) / max(seen, _TINY), float(count**2))


def of_posterior(
    old: np.ndarray, new: np.ndarray, posterior: np.ndarray, classes: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Probabilities that `old` or `new` is right, of a posterior of images and given labels.

    How often each of the two, or neither, is right where they differ is fitted by EM.

    Args:
        old: (d,) int classes.
        new: (d,) int classes, different from `old`.
        posterior: (d, k) float of the likeliest classes.
        classes: (d, k) int their ids, -1 where there is none.
    """
    chosen = [
        np.where(classes == label[:, None], posterior, 0.0).sum(axis=1, dtype=np.float64)
        for label in (old, new)
    ]
    evidence = np.stack([*chosen, (1.0 - chosen[0] - chosen[1]).clip(0.0)], axis=1) + _TINY
    share = np.full(3, 1 / 3)
    for _ in range(_ROUNDS):
        joint = evidence * share
        joint /= joint.sum(axis=1, keepdims=True)
        # One sample's weight of prior: of few disagreements none is taken to be all right.
        share = (joint.sum(axis=0) + 1 / 3) / (len(old) + 1)
    return joint[:, 0], joint[:, 1]


def of_transition(
    old: np.ndarray, new: np.ndarray, given: np.ndarray, transition: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Unbiased readings of whether `old` or `new` is right, from given labels and their noise.

    Where noise is strong one sample's reading lies far outside [0, 1]; no more samples are gained
    or lost in all than there are.

    Args:
        old: (d,) int classes.
        new: (d,) int classes, different from `old`.
        given: (d,) int given labels.
        transition: (C, C) P(given | true).
    """
    inverse = _inverse(transition)
    right_old, right_new = inverse[given, old], inverse[given, new]
    middle, half = (right_old + right_new) / 2, (right_new - right_old) / 2
    half *= min(1.0, len(old) / max(abs(2.0 * float(half.sum())), 1e-9))
    return middle - half, middle + half


def _inverse(transition: np.ndarray) -> np.ndarray:
    """(C, C) of a transition matrix P(given | true): what a given label says of each true one."""
    return np.linalg.pinv(np.asarray(transition, np.float64), rcond=_LEAST_SINGULAR)
