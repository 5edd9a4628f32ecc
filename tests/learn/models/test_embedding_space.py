"""The space of prepared embeddings, and the way back into a head on raw ones."""

import numpy as np
import torch
from numpy.testing import assert_allclose
from torch import nn

from lnl_gui.learn.models.embedding_space import fit_space
from lnl_gui.learn.models.network import Head


def embeddings(samples: int = 300, dimension: int = 20) -> np.ndarray:
    generator = np.random.default_rng(0)
    mixed = generator.normal(size=(samples, dimension)) @ generator.normal(size=(dimension,) * 2)
    return (mixed + 5).astype(np.float32)


def test_rotation_keeps_distances_of_standardised_features() -> None:
    raw = embeddings()
    prepared = fit_space(raw).apply(raw)
    standard = (raw - raw.mean(0)) / raw.std(0)
    scale = 8 / np.linalg.norm(standard, axis=1).mean()
    expected = np.linalg.norm(standard[:50, None] - standard[None, :50], axis=2) * scale
    found = np.linalg.norm(prepared[:50, None] - prepared[None, :50], axis=2)
    assert_allclose(found, expected, rtol=1e-3, atol=1e-3)
    assert_allclose(np.linalg.norm(prepared, axis=1).mean(), 8, rtol=1e-4)
    assert_allclose(prepared.mean(0), 0, atol=1e-3)


def test_axes_are_the_leading_ones() -> None:
    raw = embeddings()
    few = fit_space(raw, components=3).apply(raw)
    standard = (raw - raw.mean(0)) / raw.std(0)
    singular = np.linalg.svd(standard, compute_uv=False)
    variances = few.var(0)
    assert_allclose(variances / variances[0], (singular[:3] / singular[0]) ** 2, rtol=1e-3)


def test_a_layer_folds_back_into_a_head_on_raw_embeddings() -> None:
    raw = embeddings()
    space = fit_space(raw, components=6)
    layer = nn.Linear(6, 4)
    head = Head(20, 4)
    space.fill(head, layer.weight, layer.bias)
    expected = layer(torch.from_numpy(space.apply(raw))).detach().numpy()
    assert_allclose(head(torch.from_numpy(raw)).detach().numpy(), expected, atol=1e-3)


def test_constant_dimensions_and_float16_are_harmless() -> None:
    raw = embeddings()
    raw[:, 3] = 7.0
    prepared = fit_space(raw.astype(np.float16)).apply(raw.astype(np.float16))
    assert np.isfinite(prepared).all()
    assert np.isfinite(fit_space(np.ones((5, 4))).apply(np.ones((5, 4)))).all()
    assert fit_space(raw, components=6).apply(raw[:0]).shape == (0, 6)
