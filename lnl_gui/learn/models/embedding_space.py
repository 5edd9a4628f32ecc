"""Linear map of cached embeddings into the feature space of small heads, and back for weights.

Standardise, rotate onto the leading principal axes without whitening, scale to a fixed mean norm:
one learning rate then fits all encoders. All of it is linear, so a linear layer learnt there folds
back into one on standardised embeddings.
"""

from dataclasses import dataclass

import numpy as np
import torch

from lnl_gui.learn.models.network import Head

COMPONENTS = 256
"""Axes kept: more change accuracy little and cost in proportion."""
MEAN_NORM = 8.0
"""Mean norm of the features; one learning rate then fits all encoders."""
FLOOR = 1e-6
"""Deviations and norms below it are rounding."""
CHUNK = 8192
"""Rows prepared at a time: what is mapped from disk as float16 need not fit in memory twice."""
FITTED_ROWS = 20_000
"""Rows the axes are fitted on; the standard error of a variance is then 1 %."""


@dataclass(frozen=True)
class EmbeddingSpace:
    """x -> ((x - mean) * scale) @ axes, shapes (D,), (D,) and (D, P), float32."""

    mean: np.ndarray
    scale: np.ndarray
    axes: np.ndarray

    def apply(self, embedding: np.ndarray) -> np.ndarray:
        """Embeddings (n, D) of any float type to (n, P) float32."""
        parts = [
            ((np.asarray(embedding[start : start + CHUNK], np.float32) - self.mean) * self.scale)
            @ self.axes
            for start in range(0, len(embedding), CHUNK)
        ]
        return np.concatenate(parts) if parts else np.zeros((0, self.axes.shape[1]), np.float32)

    def fill(self, head: Head, weight: torch.Tensor, bias: torch.Tensor) -> None:
        """Fold a linear layer of this space, weight (C, P) and bias (C,), into a head on (B, D)."""
        with torch.no_grad():
            head.mean.copy_(torch.from_numpy(self.mean))
            head.scale.copy_(torch.from_numpy(self.scale))
            head.linear.weight.copy_(weight.cpu() @ torch.from_numpy(self.axes).T)
            head.linear.bias.copy_(bias)


def fit_space(embedding: np.ndarray, *, components: int = COMPONENTS) -> EmbeddingSpace:
    """Fit the space of embeddings (N, D): standardisation and principal axes, not whitened.

    Time O(n D^2 + D^3) with n, the rows it is fitted on, at most 20 000.

    Args:
        embedding: (N, D) of any float type, N >= 1.
        components: P at most.
    """
    step = max(1, -(-len(embedding) // FITTED_ROWS))
    # Spread out: datasets often come sorted by class.
    sample = np.asarray(embedding[::step], dtype=np.float32)
    mean = sample.mean(axis=0, dtype=np.float64)
    deviation = sample.std(axis=0, dtype=np.float64)
    # A constant dimension carries nothing; dividing by its rounding error would.
    scale = np.where(deviation > FLOOR, 1 / (deviation + FLOOR), 0.0)
    centred = (sample - mean.astype(np.float32)) * scale.astype(np.float32)
    # Of the D x D covariance: D is far below N, and the axes are all that is wanted.
    values, vectors = np.linalg.eigh((centred.T @ centred).astype(np.float64))
    axes = vectors[:, np.argsort(values)[::-1][: min(components, len(sample))]]
    norm = float(np.linalg.norm(centred @ axes, axis=1).mean())
    # In the axes, so that applying the space stays one product.
    axes = axes * (MEAN_NORM / norm if norm > FLOOR else 1.0)
    return EmbeddingSpace(
        mean.astype(np.float32),
        scale.astype(np.float32),
        np.ascontiguousarray(axes, dtype=np.float32),
    )
