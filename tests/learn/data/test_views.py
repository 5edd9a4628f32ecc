"""Views of embeddings and images: what noise does, and what it depends on."""

from pathlib import Path

import numpy as np
from numpy.testing import assert_allclose, assert_array_equal
from PIL import Image

from lnl_gui.encoders.preprocessing import Preprocessing
from lnl_gui.learn.data.views import FeatureNoise, NoisySource, embedding_views, image_views


def test_noise_follows_from_the_draw() -> None:
    embedding = np.random.default_rng(0).normal(size=(30, 8)).astype(np.float16)
    views = embedding_views(embedding, seed=5)
    rows = np.array([3, 1, 7])
    assert_array_equal(views.plain.load(rows, 9), embedding[rows].astype(np.float32))
    assert_array_equal(views.weak.load(rows, 1), views.weak.load(rows, 1))
    assert not np.array_equal(views.weak.load(rows, 1), views.weak.load(rows, 2))
    assert not np.array_equal(views.weak.load(rows, 1), views.strong.load(rows, 1))
    other = embedding_views(embedding, seed=6)
    assert not np.array_equal(views.weak.load(rows, 1), other.weak.load(rows, 1))


def test_noise_has_the_moments_it_promises() -> None:
    array = np.full((20_000, 4), 3.0, np.float32)
    source = NoisySource(array, FeatureNoise(dropout=0.25, deviation=0.1), 0, 3.0)
    values = source.load(np.arange(len(array)), 0).astype(np.float64)
    # kept with 3/4 as 4, else 0; plus deviation 0.3: mean 3, variance 3 + 0.09
    assert_allclose(values.mean(), 3.0, atol=0.03)
    assert_allclose(values.var(), 3.09, rtol=0.03)
    dropped = np.abs(values) < 1.5
    assert_allclose(dropped.mean(), 0.25, atol=0.01)


def test_no_noise_is_the_plain_view() -> None:
    array = np.random.default_rng(0).normal(size=(10, 3)).astype(np.float32)
    views = embedding_views(array, weak=FeatureNoise())
    assert_array_equal(views.weak.load(np.arange(10), 4), array)


def test_image_views_differ_in_strength(tmp_path: Path) -> None:
    pixels = np.random.default_rng(0).integers(0, 256, (3, 24, 24, 3), dtype=np.uint8)
    files = [tmp_path / f"{number}.png" for number in range(3)]
    for file, image in zip(files, pixels, strict=True):
        Image.fromarray(image).save(file)
    views = image_views(files, Preprocessing(24))
    rows = np.array([2, 0])
    plain = views.plain.load(rows, 0)
    assert plain.shape == (2, 3, 24, 24)
    assert_allclose(plain[0], (pixels[2].transpose(2, 0, 1) / 255 - 0.5) / 0.5, atol=1e-6)
    weak = views.weak.load(rows, 7)
    assert_array_equal(weak, views.weak.load(rows, 7))
    assert not np.array_equal(weak, views.strong.load(rows, 7))
