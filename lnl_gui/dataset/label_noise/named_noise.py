"""Label noise by name: one registry of generators for the benchmarks, the window and scripts."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np

from lnl_gui.dataset.label_noise.mistaken_classes import class_map_named
from lnl_gui.dataset.label_noise.noise import (
    InjectedNoise,
    inject_asymmetric,
    inject_instance_dependent,
    inject_pair_flip,
    inject_symmetric,
)
from lnl_gui.store.jobs.benchmark_names import Noise, unknown_noise


@dataclass(frozen=True)
class NoiseInput:
    """What a generator may look at.

    Attributes:
        labels: (N,) int true labels in [0, C).
        number_of_classes: C, at least 2.
        features: (N, L) float of the samples, for noise that depends on them; or None.
        class_names: C names, for maps of classes by name; or none.
        confusion: gives (C, C) counts, rows true, columns predicted, for `most-confused`.
    """

    labels: np.ndarray
    number_of_classes: int
    features: np.ndarray | None = None
    class_names: Sequence[str] = ()
    confusion: Callable[[], np.ndarray] | None = None


def add_noise(source: NoiseInput, noise: Noise, *, seed: int) -> InjectedNoise:
    """Labels with the errors of a kind of noise.

    Args:
        source: the true labels, and what the kind needs to know of the samples.
        noise: its kind and rate.
        seed: repeats the draw.

    Raises:
        UserError: for a kind that nothing here makes, or a map of classes that does not fit.
        ValueError: for noise that depends on the samples without `features`.
    """
    generator = GENERATORS.get(noise.family)
    if generator is None:
        raise unknown_noise(noise.kind, GENERATORS)
    return generator(source, noise, seed)


def _symmetric(source: NoiseInput, noise: Noise, seed: int, *, inclusive: bool) -> InjectedNoise:
    return inject_symmetric(
        source.labels, source.number_of_classes, rate=noise.rate, seed=seed, inclusive=inclusive
    )


def _asymmetric(source: NoiseInput, noise: Noise, seed: int) -> InjectedNoise:
    class_map = class_map_named(
        noise.class_map,
        source.number_of_classes,
        class_names=source.class_names,
        confusion=source.confusion,
    )
    return inject_asymmetric(
        source.labels, source.number_of_classes, rate=noise.rate, seed=seed, class_map=class_map
    )


def _pair(source: NoiseInput, noise: Noise, seed: int) -> InjectedNoise:
    return inject_pair_flip(source.labels, source.number_of_classes, rate=noise.rate, seed=seed)


def _instance(source: NoiseInput, noise: Noise, seed: int, *, by_class: bool) -> InjectedNoise:
    if source.features is None:
        raise ValueError("instance-dependent noise needs features of the samples")
    return inject_instance_dependent(
        source.labels,
        source.number_of_classes,
        rate=noise.rate,
        seed=seed,
        features=source.features,
        by_class=by_class,
    )


GENERATORS: dict[str, Callable[[NoiseInput, Noise, int], InjectedNoise]] = {
    "symmetric_inclusive": partial(_symmetric, inclusive=True),
    "symmetric_exclusive": partial(_symmetric, inclusive=False),
    "asymmetric": _asymmetric,
    "pair": _pair,
    "instance_cheng": partial(_instance, by_class=False),
    "instance_xia": partial(_instance, by_class=True),
}
"""From (input, noise, seed) by name: inclusive draws from all classes, exclusive from the others.
Each is listed in `store.jobs.benchmark_names.KINDS` too."""
