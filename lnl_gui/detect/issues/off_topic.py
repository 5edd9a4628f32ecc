"""Images of none of the classes: distance to the nearest class, and a cut from its own null.

The distance to the k-th nearest neighbour tells images from elsewhere (Sun et al., ICML 2022).
Taken among a part of one class's images at a time, with k a fifth of that part, it holds where the
strangers resemble each other too: they vouch for one another only once they are a fifth of a class.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from scipy.optimize import minimize
from scipy.special import expit, ndtr, ndtri
from torch import Tensor

from lnl_gui.detect.inputs import usable_rows
from lnl_gui.detect.issues.issue import IssueResult, flag_above
from lnl_gui.util.messages import message
from lnl_gui.util.progress import Progress, no_progress

# Against 50, 200 images a class lift the share found among planted ones from .70 to .75 at a tenth
# of wrong labels, and from .30 to .56 at three fifths; more cost time alone.
_REFERENCES, _FEWEST_REFERENCES, _ALL_REFERENCES = 200, 5, 4_000
# Tenths: .1 of a class is passed by a batch of like strangers, .5 blurs classes of several looks.
_SHARE = 0.2
# Two standard errors of a spread by quartiles, relative to it, times the root of how many images.
_SPREAD_ERROR = 2.4
# Between the quartiles of a normal distribution, in its deviations.
_QUARTILES = 1.349
_LEAST_DISTANCE = 1e-6
_CHUNK = 4096
MOST_CELLS = 20_000_000
"""(sample, class) pairs above which nothing is judged: it would take minutes."""
_FEWEST_JUDGED = 50
# What the null is fitted on: copies may lie below, strangers above.
_BODY = (0.05, 0.85)
# Benjamini and Hochberg's rate of false discoveries, and a limit that holds however many there are:
# a half per cent of a normal null lies above.
_FALSE_DISCOVERIES, _LEAST_DEVIATIONS = 0.2, 2.6
# Where not even an image infinitely far away lies so many deviations above, as among 60 classes of
# some 15 images whose usual distances differ much, another power of the distance is the null's.
# Chosen so everywhere it would find .72 of planted images in place of .58, and call .7 % of the
# usual ones strangers where there is none, in place of .2 % (15 datasets).
_LEAST_REACH = 5.0
_POWERS = (1.0, 0.75, 0.5, 0.25, 0.0, -0.25, -0.5, -0.75, -1.0)
# The choice may be wrong: with 2.6 twice as many usual ones passed there.
_LEAST_DEVIATIONS_OF_POWERS = 3.0
_THRESHOLD = 0.5
# Who says of most images that they are none of the classes has mistaken what is usual: where half
# lie equally far, as large groups of copies do, the rest is one flank of a null without a middle.
_MOST_FLAGGED = 0.5
_LEAST_TRUSTED = 0.25


def class_distance(
    embeddings: Sequence[np.ndarray],
    labels: np.ndarray,
    *,
    number_of_classes: int,
    groups: np.ndarray | None = None,
    seed: int = 0,
    progress: Progress = no_progress,
) -> np.ndarray:
    """Distance of each sample to the nearest class, in that class's usual distance to itself.

    A class of too few images to know its usual distance takes part by the nearest of them, in the
    distance that two images of a class usually have: far from all others is not yet from all.

    Args:
        embeddings: K spaces (N, D_k), any float type. Coordinates count by their signed roots, so
            that a few large ones do not hide the rest (Perronnin et al., ECCV 2010).
        labels: (N,) int in [0, C), -1 for samples that stand for no class but are judged too.
        number_of_classes: C.
        groups: (N,) int, equal for copies of one image, -1 alone; a group stands for its class
            once, and all copies lie where the nearest of them does.
        seed: of the images that stand for large classes.
        progress: samples done of all; may raise `Cancelled`.

    Returns:
        (N,) float32, about 1 for a usual sample; NaN for unreadable ones, those of a class too
        small to compare with, and all where N C exceeds `MOST_CELLS`.

    Time O(N R sum D_k) with R at most 4 000 or five a class; memory of one block of rows.
    """
    distance = np.full(len(labels), np.nan, np.float32)
    usable = usable_rows(embeddings)
    chosen = _references(np.where(usable, labels, -1), number_of_classes, groups, seed)
    if not chosen or usable.sum() * len(chosen) > MOST_CELLS:
        return distance
    known = {label: rows for label, rows in chosen.items() if len(rows) >= _FEWEST_REFERENCES}
    if not known:
        return distance
    # Classes of a few images take part together: one may show what a suspect should be.
    small = [rows for label, rows in chosen.items() if label not in known]
    few = np.sort(np.concatenate([np.empty(0, np.int64), *small]))
    references = {label: _roots(embeddings, rows) for label, rows in known.items()}
    points_of_few = _roots(embeddings, few)
    rows = np.flatnonzero(usable)
    nearest = np.empty((len(rows), len(known)), np.float32)
    nearest_of_few = np.full(len(rows), np.inf, np.float32)
    for start in range(0, len(rows), _CHUNK):
        here = slice(start, start + _CHUNK)
        part = rows[here]
        points = _roots(embeddings, part)
        for column, (label, members) in enumerate(known.items()):
            nearest[here, column] = _kth_distance(points, part, references[label], members)
        for first in range(0, len(few), _CHUNK):
            block = slice(first, first + _CHUNK)
            found = _kth_distance(points, part, points_of_few[block], few[block], share=0.0)
            nearest_of_few[here] = np.minimum(nearest_of_few[here], found)
        progress(min(start + _CHUNK, len(rows)), len(rows))
    once = labels if groups is None else np.where(_first_of_group(groups, labels), labels, -1)
    _in_usual_distances(nearest, once[rows], list(known))
    nearest_of_few /= _usual_pair(references)
    distance[rows] = np.minimum(nearest.min(axis=1), nearest_of_few)
    # Of a class too small to know what is usual, nobody can say that an image does not fit.
    distance[(labels >= 0) & ~np.isin(labels, list(known))] = np.nan
    return distance if groups is None else _least_of_group(distance, groups)


def reference_labels(labels: np.ndarray, suspect: np.ndarray) -> np.ndarray:
    """Labels to measure the distance from classes by: those of suspects stand for no class.

    A class that would lose three quarters of its images keeps them all.

    Args:
        labels: (N,) int, -1 for none.
        suspect: (N,) bool.
    """
    size = int(labels.max(initial=-1)) + 1
    every = np.bincount(labels[labels >= 0], minlength=size)
    trusted = np.bincount(labels[(labels >= 0) & ~suspect], minlength=size)
    kept = (labels < 0) | ~suspect | (trusted < _LEAST_TRUSTED * every)[labels]
    return np.where(kept, labels, -1).astype(np.int64)


def find_off_topic(distance: np.ndarray) -> IssueResult:
    """Find images that are perhaps of none of the classes by their `class_distance` (N,).

    The inverse distance is close to normal (skewness below .2 on photographs, .5 for its logarithm;
    measured), so that its body gives the null of usual samples; Benjamini and Hochberg's procedure
    then cuts where a fifth of what is flagged would be usual after all, were the null exact. In 13
    datasets without strangers it flagged none in 7, and 172 usual images, with the longest tails,
    in the others: what is flagged is for a person to see. A score of 0.5 is that cut. Where the
    inverse is bounded too low to pass any, the power is chosen by the likelihood of the body (Box
    and Cox, 1964). Rows with NaN stay NaN; nothing is flagged among
    fewer than 50. Where most images would be flagged the usual distance is not known: all are NaN.
    """
    known = np.isfinite(distance) & (distance > 0)
    score = np.where(np.isfinite(distance), 0.0, np.nan)
    note = message("How far the image lies from every class, against the dataset's usual distance.")
    if known.sum() >= _FEWEST_JUDGED:
        margin = _over_the_cut(distance[known].astype(np.float64))
        if margin is not None and (margin > 0).mean() > _MOST_FLAGGED:
            score[:] = np.nan
        elif margin is not None:
            score[known] = expit(margin)
    return flag_above("off_topic", score, _THRESHOLD, note)


def _references(
    labels: np.ndarray, classes: int, groups: np.ndarray | None, seed: int
) -> dict[int, np.ndarray]:
    """Rows that stand for each class that has any."""
    most = int(np.clip(_ALL_REFERENCES // max(classes, 1), _FEWEST_REFERENCES, _REFERENCES))
    generator = np.random.default_rng(seed)
    order = generator.permutation(len(labels))
    if groups is not None:
        order = order[_first_of_group(groups[order], labels[order])]
    order = order[labels[order] >= 0]
    order = order[np.argsort(labels[order], kind="stable")]
    ends = np.cumsum(np.bincount(labels[order], minlength=classes))
    found = {}
    for label, rows in enumerate(np.split(order, ends[:-1])):
        if len(rows):
            found[label] = np.sort(rows[:most])
    return found


def _in_usual_distances(nearest: np.ndarray, labels: np.ndarray, known: Sequence[int]) -> None:
    """Divide distances (n, c) to c classes, in place, by what is usual in each.

    Classes of a few images share what is usual, as far as their medians differ by no more than
    chance (empirical Bayes: Efron and Morris, 1975). A class whose images differ among each other
    more than those of others counts distances beyond the usual by its own spread.

    Args:
        nearest: float32, changed.
        labels: (n,) int, of the samples.
        known: the c classes.
    """
    logarithm = np.log(np.maximum(nearest, _LEAST_DISTANCE))
    centre, spread, size = (np.empty(len(known)) for _ in range(3))
    for column, label in enumerate(known):
        own = logarithm[labels == label, column]
        # Half of a class may be wrong labels or strangers before its median is theirs, a quarter
        # before its spread is.
        below, centre[column], above = np.quantile(own, [0.25, 0.5, 0.75])
        spread[column], size[column] = (above - below) / _QUARTILES, len(own)
    shared = float(np.median(spread))
    chance = np.pi / 2 * shared**2 / size
    between = max(float(np.var(centre) - chance.mean()), 0.0)
    trust = between / np.maximum(between + chance, _LEAST_DISTANCE)
    centre = trust * centre + (1.0 - trust) * np.median(centre)
    usual = shared * (1.0 + _SPREAD_ERROR / np.sqrt(size))
    narrowed = np.minimum(usual / np.maximum(spread, _LEAST_DISTANCE), 1.0)
    logarithm -= centre.astype(np.float32)
    np.multiply(logarithm, narrowed.astype(np.float32), out=logarithm, where=logarithm > 0)
    np.exp(logarithm, out=nearest)


def _usual_pair(references: Mapping[int, Tensor]) -> float:
    """The distance that two images of a class usually have."""
    medians = []
    for points in references.values():
        apart = 1.0 - (points @ points.T).numpy()
        medians.append(np.median(apart[~np.eye(len(apart), dtype=bool)]))
    return max(float(np.median(medians)), _LEAST_DISTANCE)


def _least_of_group(distance: np.ndarray, groups: np.ndarray) -> np.ndarray:
    """(N,) float32: a copy that was dimmed or cut shows what its image shows; NaN stays."""
    rows = np.flatnonzero((groups >= 0) & ~np.isnan(distance))
    least = np.full(int(groups.max(initial=-1)) + 1, np.inf, np.float32)
    np.minimum.at(least, groups[rows], distance[rows])
    found = distance.copy()
    found[rows] = least[groups[rows]]
    return found


def _first_of_group(groups: np.ndarray, labels: np.ndarray) -> np.ndarray:
    """(N,) bool: samples alone, and the first one of each group in each class."""
    first = groups < 0
    pairs = np.stack([groups, labels], axis=1)[~first]
    _, place = np.unique(pairs, axis=0, return_index=True)
    first[np.flatnonzero(~first)[place]] = True
    return first


def _roots(embeddings: Sequence[np.ndarray], rows: np.ndarray) -> Tensor:
    """(n, sum D_k) float32 signed roots of some rows, of norm 1."""
    parts = []
    for space in embeddings:
        part = torch.from_numpy(np.asarray(space[rows], np.float32))
        part = part.sign() * part.abs().sqrt()
        parts.append(torch.nn.functional.normalize(part, dim=1))
    return torch.cat(parts, 1) / len(parts) ** 0.5


def _kth_distance(
    points: Tensor,
    rows: np.ndarray,
    references: Tensor,
    members: np.ndarray,
    share: float = _SHARE,
) -> np.ndarray:
    """Cosine distance (n,) to the nearest `share` of some references, itself left out."""
    similarity = points @ references.T
    place = np.searchsorted(members, rows).clip(0, len(members) - 1)
    own = np.flatnonzero(members[place] == rows)
    similarity[own, place[own]] = -torch.inf
    k = max(int(np.ceil(share * (len(members) - 1))), 1)
    return (1.0 - similarity.topk(k, dim=1).values[:, -1]).clamp_min(0.0).numpy()


def _over_the_cut(distance: np.ndarray) -> np.ndarray | None:
    """Deviations (n,) from the usual over those above which one is flagged; None without spread."""
    null, least = _fitted(distance, _POWERS[0]), _LEAST_DEVIATIONS
    if null is None:
        return None
    # The inverse of a distance without end is 0.
    if -null.centre / null.deviation < _LEAST_REACH:
        others = [other for power in _POWERS[1:] if (other := _fitted(distance, power)) is not None]
        null, least = min([null, *others], key=lambda one: one.loss), _LEAST_DEVIATIONS_OF_POWERS
    return null.deviations - _cut(null.deviations, least)


@dataclass(frozen=True)
class _Null:
    """The normal distribution of a power of usual samples' distances.

    Attributes:
        deviations: (n,) of all samples from its centre, in units of `deviation`.
        centre: in the unit of the power.
        deviation: likewise.
        loss: mean negative log-likelihood of the body's distances; compares powers.
    """

    deviations: np.ndarray
    centre: float
    deviation: float
    loss: float


def _fitted(distance: np.ndarray, power: float) -> _Null | None:
    """The null of `-distance ** -power / power`, of the logarithm for 0; None without spread."""
    logarithm = np.log(distance)
    values = -np.exp(-power * logarithm) / power if power else logarithm
    low, high = np.quantile(values, _BODY)
    inside = (values >= low) & (values <= high)
    body = values[inside]
    spread = float(body.std())
    if not spread > 1e-9 * max(1.0, float(np.abs(body).max())):
        return None
    # The likelihood of a truncated normal needs two moments alone, whatever the number of values.
    start = float(body.mean())
    unit = (body - start) / spread
    ends = ((low - start) / spread, (high - start) / spread)
    square = float((unit**2).mean())

    def loss(parameters: np.ndarray) -> float:
        mean, deviation = float(parameters[0]), float(np.exp(parameters[1]))
        between = ndtr((ends[1] - mean) / deviation) - ndtr((ends[0] - mean) / deviation)
        # The mean of `unit` is 0.
        return float(
            (square + mean**2) / (2 * deviation**2) + parameters[1] + np.log(max(between, 1e-12))
        )

    found = minimize(loss, np.zeros(2), method="Nelder-Mead")
    centre, deviation = start + spread * found.x[0], spread * np.exp(found.x[1])
    # The density of a distance is that of its power times the slope there.
    slope = -(power + 1.0) * float(logarithm[inside].mean())
    return _Null(
        (values - centre) / deviation,
        float(centre),
        float(deviation),
        float(found.fun) + float(np.log(spread)) - slope,
    )


def _cut(deviations: np.ndarray, least: float) -> float:
    """Deviations above which a sample is flagged, no fewer than `least`."""
    ordered = np.sort(deviations)[::-1]
    allowed = _FALSE_DISCOVERIES * np.arange(1, len(ordered) + 1) / len(ordered)
    passed = np.flatnonzero(ndtr(-ordered) <= allowed)
    if not len(passed):
        # Nothing is; the limit a single sample would have to pass.
        return max(float(-ndtri(_FALSE_DISCOVERIES / len(ordered))), least)
    last = int(passed[-1])
    following = ordered[last + 1] if last + 1 < len(ordered) else ordered[last] - 1.0
    return max(float(ordered[last] + following) / 2, least)
