"""Small made-up datasets whose truth is known."""

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class SyntheticDataset:
    """Gaussian classes in space, with noisy labels."""

    embedding: np.ndarray
    truth: np.ndarray
    given: np.ndarray
    classes: int

    @property
    def wrong(self) -> np.ndarray:
        return self.truth != self.given


def noisy(truth: np.ndarray, transition: np.ndarray, *, seed: int) -> np.ndarray:
    """Given labels drawn from the rows of `transition`."""
    generator = np.random.default_rng(seed)
    cumulative = transition.cumsum(axis=1)[truth]
    drawn = generator.random((truth.size, 1)) * cumulative[:, -1:]
    return (drawn > cumulative).sum(axis=1).astype(np.int32)


def symmetric(classes: int, rate: float) -> np.ndarray:
    transition = np.full((classes, classes), rate / (classes - 1))
    np.fill_diagonal(transition, 1.0 - rate)
    return transition


def pair_flip(classes: int, rate: float) -> np.ndarray:
    return np.eye(classes) * (1.0 - rate) + np.roll(np.eye(classes), 1, axis=1) * rate


def make_dataset(
    *,
    samples: int = 800,
    classes: int = 4,
    transition: np.ndarray | None = None,
    distance: float = 4.0,
    dimensions: int = 24,
    seed: int = 0,
) -> SyntheticDataset:
    """Unit-variance blobs whose centres lie `distance` from the middle."""
    generator = np.random.default_rng(seed)
    centres = generator.standard_normal((classes, dimensions))
    centres *= distance / np.linalg.norm(centres, axis=1, keepdims=True)
    truth = np.arange(samples) % classes
    embedding = centres[truth] + generator.standard_normal((samples, dimensions))
    noise = symmetric(classes, 0.2) if transition is None else transition
    given = noisy(truth, noise, seed=seed + 1)
    return SyntheticDataset(embedding.astype(np.float32), truth.astype(np.int32), given, classes)
