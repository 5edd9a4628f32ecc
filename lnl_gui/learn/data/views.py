"""Plain, weak and strong views of the training samples.

Images are augmented by the policies of `augmentation`. Cached embeddings have no pixels left to
augment; dropout and Gaussian noise on the features take their place (as in TURN's DivideMix-LP).
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from lnl_gui.containers.location import ImageLocation
from lnl_gui.encoders.preprocessing import Preprocessing
from lnl_gui.learn.data.augmentation import policy
from lnl_gui.learn.data.sources import ArraySource, ImageSource, Source


@dataclass(frozen=True)
class FeatureNoise:
    """Noise on features: each is dropped (set to its mean, 0 after preparation) or jittered.

    Attributes:
        dropout: probability that a feature is dropped; the others are scaled up to make up for it.
        deviation: standard deviation of the Gaussian noise, relative to the root mean square of
            all features.
    """

    dropout: float = 0.0
    deviation: float = 0.0


# Chosen here, not taken from a paper.
WEAK_NOISE = FeatureNoise(dropout=0.1, deviation=0.1)
STRONG_NOISE = FeatureNoise(dropout=0.3, deviation=0.3)


@dataclass(frozen=True)
class NoisySource:
    """Rows of an array under feature noise that depends on (seed, draw, rows) alone."""

    array: np.ndarray
    noise: FeatureNoise
    seed: int
    root_mean_square: float

    def __len__(self) -> int:
        return len(self.array)

    def load(self, rows: np.ndarray, epoch: int) -> np.ndarray:
        """Noisy features (B, D) float32 of `rows` (B,) int; `epoch` is the number of the draw."""
        values = np.asarray(self.array[rows], dtype=np.float32)
        # One generator a batch: the batches are functions of the seed, so that the draw is one too.
        generator = np.random.default_rng((self.seed, epoch, int(rows[0]), len(rows)))
        keep = 1.0 - self.noise.dropout
        if self.noise.dropout:
            kept = generator.random(values.shape, dtype=np.float32) < keep
            # Scaled up as in dropout, so that plain and noisy views have the same mean.
            values = values * kept / np.float32(keep)
        if self.noise.deviation:
            scale = np.float32(self.noise.deviation * self.root_mean_square)
            values = values + scale * generator.standard_normal(values.shape, dtype=np.float32)
        return values


@dataclass(frozen=True)
class Views:
    """Sources over the same N samples. `load(rows, draw)` gives a different view per draw."""

    plain: Source
    weak: Source
    strong: Source

    def __len__(self) -> int:
        return len(self.plain)


def embedding_views(
    embedding: np.ndarray,
    *,
    seed: int = 0,
    weak: FeatureNoise = WEAK_NOISE,
    strong: FeatureNoise = STRONG_NOISE,
) -> Views:
    """Views of cached embeddings (N, D), any float type, centred on zero."""
    # Some 10 000 rows fix the scale well enough; a mapped array need not be read whole.
    step = max(1, len(embedding) // 10_000)
    sample = np.asarray(embedding[::step], dtype=np.float64)
    size = float(np.sqrt(np.mean(sample**2)))
    return Views(
        plain=ArraySource(embedding),
        weak=NoisySource(embedding, weak, seed, size),
        # Another seed, or weak and strong views would drop the same features.
        strong=NoisySource(embedding, strong, seed + 1, size),
    )


def image_views(
    files: Sequence[ImageLocation],
    preprocessing: Preprocessing,
    *,
    seed: int = 0,
    weak: str = "weak",
    strong: str = "strong",
    workers: int = 2,
) -> Views:
    """Views of image files by named augmentation policies.

    Args:
        files: N images.
        preprocessing: of the backbone.
        seed: of the views.
        weak: policy of the weak views.
        strong: policy of the strong views.
        workers: decoding threads of each source.

    Raises:
        UserError: for an unknown policy.
    """

    def source(name: str, offset: int) -> ImageSource:
        return ImageSource(files, preprocessing, policy(name), seed + offset, workers)

    return Views(plain=source("none", 0), weak=source(weak, 0), strong=source(strong, 1))
