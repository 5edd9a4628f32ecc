"""Label-noise generators: wrong labels made on purpose, with the exact truth of what was done.

Definitions follow the usual benchmarks: symmetric and asymmetric noise as in Patrini et al.
(CVPR 2017) and Zhang & Sabuncu (NeurIPS 2018), pair flip as in Han et al. (Co-teaching, NeurIPS
2018), instance-dependent noise as in Xia et al. (NeurIPS 2020) and Cheng et al. (ICLR 2021).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

_RATE_DEVIATION = 0.1  # of the per-sample flip rates, Xia et al., Algorithm 2
_CHUNK_CELLS = 1 << 22  # of a (rows, C) block of chances


@dataclass(frozen=True)
class InjectedNoise:
    """Labels after noise and what was done.

    Attributes:
        noisy_label: (N,) int32.
        flipped: (N,) bool, True where the label changed.
        transition_matrix: (C, C) float64; row t, column j is the share of class t now labelled
            j. Rows of classes without samples are the identity's.
    """

    noisy_label: np.ndarray
    flipped: np.ndarray
    transition_matrix: np.ndarray


def inject_symmetric(
    labels: np.ndarray,
    number_of_classes: int,
    *,
    rate: float,
    seed: int,
    exact: bool = True,
    inclusive: bool = False,
) -> InjectedNoise:
    """Give a share of the labels a class drawn uniformly.

    Args:
        labels: (N,) true class ids.
        number_of_classes: C, at least 2.
        rate: share chosen, in [0, 1].
        seed: repeats the draw.
        exact: choose exactly floor(rate * N) samples; else each with probability `rate`.
        inclusive: draw from all C classes, so that a chosen label may stay and the true noise
            rate is rate * (C - 1) / C; else from the C - 1 others.

    Raises:
        ValueError: for fewer than two classes, a rate outside [0, 1] or labels outside [0, C).
    """
    truth = _checked(labels, number_of_classes, rate)
    generator = np.random.default_rng(seed)
    chosen = _choose(len(truth), rate, exact, generator)
    noisy = truth.copy()
    count = int(chosen.sum())
    if inclusive:
        noisy[chosen] = generator.integers(0, number_of_classes, count)
    else:
        # A shift of 1 to C - 1 is uniform over the other classes and never hits the own one.
        shift = generator.integers(1, number_of_classes, count)
        noisy[chosen] = (truth[chosen] + shift) % number_of_classes
    return _result(truth, noisy, number_of_classes)


def inject_asymmetric(
    labels: np.ndarray,
    number_of_classes: int,
    *,
    rate: float,
    seed: int,
    class_map: Mapping[int, int] | Sequence[int] | np.ndarray,
    exact: bool = True,
) -> InjectedNoise:
    """Turn a share of each class into the class it is mistaken for.

    Args:
        labels: (N,) true class ids.
        number_of_classes: C, at least 2.
        rate: share flipped of each class that the map changes.
        seed: repeats the draw.
        class_map: target of each class; missing or equal classes stay clean.
        exact: flip exactly floor(rate * n) of a class with n samples; else each with
            probability `rate`.

    Raises:
        ValueError: for fewer than two classes, a rate outside [0, 1] or labels outside [0, C);
            for a map that leaves the classes.
    """
    truth = _checked(labels, number_of_classes, rate)
    generator = np.random.default_rng(seed)
    targets = _target_of_each_class(class_map, number_of_classes)
    noisy = truth.copy()
    for source in np.flatnonzero(targets != np.arange(number_of_classes)):
        members = np.flatnonzero(truth == source)
        chosen = _choose(len(members), rate, exact, generator)
        noisy[members[chosen]] = targets[source]
    return _result(truth, noisy, number_of_classes)


def inject_pair_flip(
    labels: np.ndarray, number_of_classes: int, *, rate: float, seed: int, exact: bool = True
) -> InjectedNoise:
    """Asymmetric noise with the map c -> c + 1, the last class to the first.

    Args:
        labels: (N,) true class ids.
        number_of_classes: C, at least 2.
        rate: share of flipped labels of each class, in [0, 1].
        seed: repeats the draw.
        exact: flip exactly that share, not each label with that chance.

    Raises:
        ValueError: as `inject_asymmetric`.
    """
    return inject_asymmetric(
        labels,
        number_of_classes,
        rate=rate,
        seed=seed,
        class_map=next_class_map(number_of_classes),
        exact=exact,
    )


def inject_instance_dependent(
    labels: np.ndarray,
    number_of_classes: int,
    *,
    rate: float,
    seed: int,
    features: np.ndarray,
    by_class: bool,
) -> InjectedNoise:
    """Flip by what the sample looks like.

    Each sample draws its flip rate q from a normal(rate, 0.1) truncated to [0, 1]. Its other
    classes share q by the softmax of its features times a standard normal projection; its own class
    keeps 1 - q. Two forms are published: Cheng et al. (2021) have one projection (L, C), Xia et al.
    (2020, Algorithm 2) one for each class, (C, L, C).

    Args:
        labels: (N,) true class ids.
        number_of_classes: C, at least 2.
        rate: mean of the normal; the rate that results is near it for rates within 0.2 to 0.8, and
            0 flips none.
        seed: repeats the draw.
        features: (N, L) embeddings or flattened pixels; standardised here per dimension.
        by_class: a projection for each class (Xia et al.); else one for all (Cheng et al.).

    Raises:
        ValueError: for fewer than two classes, a rate outside [0, 1] or labels outside [0, C);
            for features of another length.
    """
    truth = _checked(labels, number_of_classes, rate)
    if len(features) != len(truth):
        raise ValueError(f"{len(truth)} labels but {len(features)} rows of features")
    if rate == 0:
        # The truncated normal has a mean of .08 there.
        return _result(truth, truth.copy(), number_of_classes)
    generator = np.random.default_rng(seed)
    flip_rates = _truncated_rates(len(truth), rate, generator)
    # Drawn for all samples at once, so that the size of a chunk does not change the result.
    draws = generator.random(len(truth))
    noisy = truth.copy()
    scaled = _standardise(features)
    chunk = max(1, _CHUNK_CELLS // number_of_classes)
    weights = generator.standard_normal((scaled.shape[1], number_of_classes))
    for label in range(number_of_classes):
        if by_class and label:
            # One class's slice at a time: C = 1000 with L = 1280 would be 10 GB at once.
            weights = generator.standard_normal((scaled.shape[1], number_of_classes))
        members = np.flatnonzero(truth == label)
        for start in range(0, len(members), chunk):
            rows = members[start : start + chunk]
            chances = _flip_chances(scaled[rows] @ weights, label, flip_rates[rows])
            noisy[rows] = _draw(chances, draws[rows])
    return _result(truth, noisy, number_of_classes)


def next_class_map(number_of_classes: int) -> np.ndarray:
    """The map c -> c + 1, cyclic, as (C,) integers."""
    return (np.arange(number_of_classes) + 1) % number_of_classes


def most_confused_map(confusion: np.ndarray) -> np.ndarray:
    """Each class to the one a classifier most often takes it for.

    Args:
        confusion: (C, C) counts or shares, rows true, columns predicted. A class that is never
            mistaken goes to the next class.
    """
    off_diagonal = np.array(confusion, dtype=np.float64)
    # Below every count, so that a class is never its own target.
    np.fill_diagonal(off_diagonal, -1.0)
    following = next_class_map(len(off_diagonal))
    return np.where(off_diagonal.max(axis=1) > 0, off_diagonal.argmax(axis=1), following)


def _checked(labels: np.ndarray, number_of_classes: int, rate: float) -> np.ndarray:
    truth = np.asarray(labels, dtype=np.int32)
    if number_of_classes < 2:
        raise ValueError("noise needs at least two classes")
    if not 0.0 <= rate <= 1.0:
        raise ValueError(f"a noise rate lies between 0 and 1, not {rate}")
    if len(truth) and (truth.min() < 0 or truth.max() >= number_of_classes):
        raise ValueError(f"labels must lie between 0 and {number_of_classes - 1}")
    return truth


def _choose(count: int, rate: float, exact: bool, generator: np.random.Generator) -> np.ndarray:
    if not exact:
        return generator.random(count) < rate
    chosen = np.zeros(count, dtype=bool)
    # 0.29 * 100 is 28.999..: the tolerance keeps floor from losing one to rounding.
    chosen[generator.permutation(count)[: int(np.floor(rate * count + 1e-9))]] = True
    return chosen


def _target_of_each_class(
    class_map: Mapping[int, int] | Sequence[int] | np.ndarray, number_of_classes: int
) -> np.ndarray:
    pairs = class_map.items() if isinstance(class_map, Mapping) else enumerate(class_map)
    targets = np.arange(number_of_classes)
    for source, target in pairs:
        if not (0 <= source < number_of_classes and 0 <= target < number_of_classes):
            raise ValueError(f"the class map has {source} -> {target}, outside the classes")
        targets[source] = target
    return targets


def _truncated_rates(count: int, rate: float, generator: np.random.Generator) -> np.ndarray:
    from scipy.stats import truncnorm  # noqa: PLC0415 -- loads for a second, and few need it

    low, high = (0.0 - rate) / _RATE_DEVIATION, (1.0 - rate) / _RATE_DEVIATION
    return truncnorm.rvs(
        low, high, loc=rate, scale=_RATE_DEVIATION, size=count, random_state=generator
    )


def _standardise(features: np.ndarray) -> np.ndarray:
    """Zero mean and unit deviation per dimension, as normalised pixels have in the papers."""
    flat = np.asarray(features, dtype=np.float32).reshape(len(features), -1)
    return (flat - flat.mean(axis=0)) / (flat.std(axis=0) + 1e-6)


def _flip_chances(scores: np.ndarray, label: int, flip_rates: np.ndarray) -> np.ndarray:
    scores = scores.astype(np.float64)
    # The own class takes no part in the softmax: it keeps 1 - q.
    scores[:, label] = -np.inf
    # Shifted by the largest, because `exp` overflows from 710 on; the shares stay the same.
    scores -= scores.max(axis=1, keepdims=True)
    chances = np.exp(scores)
    chances *= (flip_rates / chances.sum(axis=1))[:, None]
    chances[:, label] = 1.0 - flip_rates
    return chances


def _draw(chances: np.ndarray, uniform: np.ndarray) -> np.ndarray:
    cumulative = np.cumsum(chances, axis=1)
    # Rounding may leave the sum just below 1, and a draw above it would name a class that is not
    # there.
    cumulative[:, -1] = 1.0
    return (uniform[:, None] >= cumulative).sum(axis=1)


def _result(truth: np.ndarray, noisy: np.ndarray, number_of_classes: int) -> InjectedNoise:
    counts = np.zeros((number_of_classes, number_of_classes))
    # `counts[truth, noisy] += 1` would count a repeated pair once.
    np.add.at(counts, (truth, noisy), 1.0)
    totals = counts.sum(axis=1, keepdims=True)
    matrix = np.where(totals > 0, counts / np.maximum(totals, 1.0), np.eye(number_of_classes))
    return InjectedNoise(noisy.astype(np.int32), noisy != truth, matrix)
