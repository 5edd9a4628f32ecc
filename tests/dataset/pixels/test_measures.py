"""Brightness, contrast, sharpness and entropy against closed forms, numpy and scipy."""

from dataclasses import asdict

import numpy as np
import pytest
from PIL import Image, ImageFilter
from scipy import ndimage, stats

from lnl_gui.dataset.pixels.measures import entropy, level_at, measured, sharpness

SIZES = [(1, 1), (1, 9), (7, 1), (2, 2), (3, 5), (48, 64), (33, 21), (256, 192)]


def noise(height: int, width: int) -> np.ndarray:
    """Of unequal levels, with both ends among them."""
    generator = np.random.default_rng(height * 1000 + width)
    return (255 * generator.beta(0.5, 1.5, (height, width))).round().astype(np.uint8)


@pytest.mark.parametrize("compiled", [True, False])
@pytest.mark.parametrize("size", SIZES)
def test_measures_are_those_of_numpy_and_scipy(size: tuple[int, int], compiled: bool) -> None:
    grey = noise(*size)
    laplacian = ndimage.laplace(grey.astype(float), mode="nearest")
    counts = np.bincount(grey.ravel(), minlength=256)
    percentiles = np.percentile(grey, [5, 99], method="inverted_cdf") / 255
    found = measured(grey, compiled=compiled)
    assert asdict(found) == pytest.approx(
        {
            "brightness": grey.mean() / 255,
            "brightness_low": percentiles[0],
            "brightness_high": percentiles[1],
            "contrast": grey.std() / 255,
            "sharpness": laplacian.var() / (20 * (grey.var() + 1)),
            "entropy": stats.entropy(counts, base=2) / 8,
        },
        rel=1e-5,
        abs=1e-9,
    )


@pytest.mark.parametrize("compiled", [True, False])
@pytest.mark.parametrize("level", [0, 51, 255])
def test_a_flat_picture_has_no_contrast(level: int, compiled: bool) -> None:
    found = measured(np.full((20, 30), level, np.uint8), compiled=compiled)
    assert found.sharpness == found.entropy == 0.0
    assert found.contrast == pytest.approx(0.0, abs=1e-6)
    assert found.brightness_low == found.brightness_high == level / 255


@pytest.mark.parametrize("compiled", [True, False])
def test_a_level_is_reached_by_a_share_that_is_exact(compiled: bool) -> None:
    grey = np.repeat(np.array([10, 200, 250], np.uint8), [5, 94, 1]).reshape(10, 10)
    found = measured(grey, compiled=compiled)
    assert (found.brightness_low * 255, found.brightness_high * 255) == pytest.approx((10, 200))


def test_a_part_of_a_picture_may_be_measured() -> None:
    part = noise(40, 60)[::2, 3:50:2]
    assert measured(part, compiled=True).brightness == pytest.approx(part.mean() / 255)


def test_sharpness_of_white_noise_is_one_and_falls_with_blur() -> None:
    values = np.random.default_rng(1).normal(127.5, 25.5, (256, 256)).astype(np.float32)
    assert sharpness(values) == pytest.approx(1.0, abs=0.03)
    picture = Image.fromarray(noise(16, 16)).resize((256, 256), Image.Resampling.NEAREST)
    found = [
        sharpness(np.asarray(picture.filter(ImageFilter.GaussianBlur(r)), np.float32))
        for r in (0, 1, 2, 4)
    ]
    assert found == sorted(found, reverse=True) and found[-1] < 0.1 * found[0]


def test_sharpness_does_not_depend_on_contrast() -> None:
    values = np.random.default_rng(1).normal(127.5, 25.5, (128, 128)).astype(np.float32)
    assert sharpness(values * 0.5) == pytest.approx(sharpness(values), rel=0.01)


def test_entropy_of_a_uniform_histogram_is_one() -> None:
    assert entropy(np.full(256, 7)) == pytest.approx(1.0)


@pytest.mark.parametrize("share", [0.05, 0.5, 0.99])
def test_levels_are_numpys_percentiles(share: float) -> None:
    levels = np.random.default_rng(3).integers(0, 200, 4001)
    expected = np.percentile(levels, 100 * share, method="inverted_cdf") / 255
    assert level_at(np.bincount(levels, minlength=256), share) == pytest.approx(expected)
