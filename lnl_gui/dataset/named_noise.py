"""Label noise by name: one registry of generators for the benchmarks, the window and scripts."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np

from lnl_gui.dataset.noise import (
    InjectedNoise,
    inject_asymmetric,
    inject_instance_dependent,
    inject_pair_flip,
    inject_symmetric,
    next_class_map,
)
from lnl_gui.store.benchmark_names import Noise, unknown_noise

LabelMap = np.ndarray | Mapping[int, int]


@dataclass(frozen=True)
class NoiseInput:
    """What a generator may look at.

    Attributes:
        labels: (N,) int true labels in [0, C).
        number_of_classes: C, at least 2.
        features: (N, L) float of the samples, for noise that depends on them; or None.
        class_map: (C,) int, what asymmetric noise mistakes each class for; None takes the next.
    """

    labels: np.ndarray
    number_of_classes: int
    features: np.ndarray | None = None
    class_map: LabelMap | None = None


def add_noise(source: NoiseInput, noise: Noise, *, seed: int) -> InjectedNoise:
    """Labels with the errors of a kind of noise.

    Args:
        source: the true labels, and what the kind needs to know of the samples.
        noise: its kind and rate.
        seed: repeats the draw.

    Raises:
        UserError: for a kind that nothing here makes.
        ValueError: for noise that depends on the samples without `features`.
    """
    generator = GENERATORS.get(noise.kind)
    if generator is None:
        raise unknown_noise(noise.kind, GENERATORS)
    return generator(source, noise.rate, seed)


def _symmetric(source: NoiseInput, rate: float, seed: int) -> InjectedNoise:
    return inject_symmetric(source.labels, source.number_of_classes, rate=rate, seed=seed)


def _symmetric_inclusive(source: NoiseInput, rate: float, seed: int) -> InjectedNoise:
    return inject_symmetric(
        source.labels, source.number_of_classes, rate=rate, seed=seed, inclusive=True
    )


def _asymmetric(source: NoiseInput, rate: float, seed: int) -> InjectedNoise:
    given = source.class_map
    return inject_asymmetric(
        source.labels,
        source.number_of_classes,
        rate=rate,
        seed=seed,
        class_map=next_class_map(source.number_of_classes) if given is None else given,
    )


def _pair(source: NoiseInput, rate: float, seed: int) -> InjectedNoise:
    return inject_pair_flip(source.labels, source.number_of_classes, rate=rate, seed=seed)


def _instance(source: NoiseInput, rate: float, seed: int) -> InjectedNoise:
    if source.features is None:
        raise ValueError("instance-dependent noise needs features of the samples")
    return inject_instance_dependent(
        source.labels, source.number_of_classes, rate=rate, seed=seed, features=source.features
    )


GENERATORS: dict[str, Callable[[NoiseInput, float, int], InjectedNoise]] = {
    "symmetric": _symmetric,
    "symmetric_inclusive": _symmetric_inclusive,
    "asymmetric": _asymmetric,
    "pair": _pair,
    "instance": _instance,
}
"""From (input, rate, seed) by name: `symmetric` draws from the other classes, inclusive from all;
`instance` is Xia et al.'s. Each is listed in `store.benchmark_names.KINDS` too."""
