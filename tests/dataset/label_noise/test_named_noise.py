"""Noise by name: each kind has its generator, and means what it says."""

import numpy as np
import pytest

from lnl_gui.dataset.label_noise.named_noise import GENERATORS, NoiseInput, add_noise
from lnl_gui.store.jobs.benchmark_names import KINDS, Noise
from lnl_gui.util.errors import UserError

N, C = 4000, 10
LABELS = np.random.default_rng(0).integers(0, C, N)
SOURCE = NoiseInput(LABELS, C, np.random.default_rng(1).normal(size=(N, 8)).astype(np.float32))


def test_every_kind_that_can_be_named_has_a_generator() -> None:
    assert tuple(GENERATORS) == KINDS


@pytest.mark.parametrize("kind", KINDS)
def test_seeds_repeat_and_differ(kind: str) -> None:
    first, again, other = (add_noise(SOURCE, Noise(kind, 0.3), seed=seed) for seed in (1, 1, 2))
    assert np.array_equal(first.noisy_label, again.noisy_label)
    assert not np.array_equal(first.noisy_label, other.noisy_label)


@pytest.mark.parametrize(
    ("kind", "share"),
    [
        ("symmetric_exclusive", 0.4),
        ("symmetric_inclusive", 0.36),
        ("pair", 0.4),
        ("asymmetric", 0.4),
        ("asymmetric@cifar10-pairs", 0.2),
        ("instance_cheng", 0.4),
        ("instance_xia", 0.4),
    ],
)
def test_a_kind_flips_its_share(kind: str, share: float) -> None:
    # Five of CIFAR-10's ten classes are mistaken for another, so half of the labels may flip.
    flipped = add_noise(SOURCE, Noise(kind, 0.4), seed=0).flipped
    assert flipped.mean() == pytest.approx(share, abs=0.02)
    assert not add_noise(SOURCE, Noise(kind, 0.0), seed=0).flipped.any()


def test_asymmetric_takes_the_next_class_without_a_map() -> None:
    noise = add_noise(NoiseInput(LABELS, C), Noise("asymmetric", 0.5), seed=0)
    moved = noise.flipped
    assert np.array_equal(noise.noisy_label[moved], (LABELS[moved] + 1) % C)


def test_what_cannot_be_made_is_refused() -> None:
    with pytest.raises(UserError, match="no noise called love"):
        add_noise(SOURCE, Noise("love", 0.1), seed=0)
    with pytest.raises(ValueError, match="features"):
        add_noise(NoiseInput(LABELS, C), Noise("instance_xia", 0.1), seed=0)
