"""Resizing in compiled loops is Pillow's, byte for byte."""

import numpy as np
import pytest
from PIL import Image

from lnl_gui.dataset.resampling import FILTERS, LARGEST_COPY, ResizedPicture


def picture(width: int, height: int, mode: str = "RGB") -> Image.Image:
    """Noise, whose edges overshoot, so that every rounding and clipping shows."""
    shape = (height, width, 3) if mode == "RGB" else (height, width)
    values = np.random.default_rng(width).choice(np.array([0, 3, 90, 252, 255], np.uint8), shape)
    return Image.fromarray(values)


@pytest.mark.parametrize("name", FILTERS)
@pytest.mark.parametrize("mode", ["RGB", "L"])
@pytest.mark.parametrize(
    ("size", "wanted"),
    [
        ((32, 32), (260, 260)),
        ((256, 341), (260, 346)),
        ((500, 375), (346, 260)),
        ((301, 77), (32, 32)),
        ((64, 50), (64, 20)),
        ((50, 64), (20, 64)),
        ((64, 50), (64, 50)),
        ((3, 2), (40, 30)),
        ((1, 90), (7, 9)),
    ],
)
def test_bytes_are_pillows(
    name: str, mode: str, size: tuple[int, int], wanted: tuple[int, int]
) -> None:
    image = picture(*size, mode)
    expected = np.asarray(image.resize(wanted, FILTERS[name]))
    for compiled in (True, False):
        made = ResizedPicture(image, compiled=compiled).resized(wanted, name)
        np.testing.assert_array_equal(made, expected)


@pytest.mark.parametrize("compiled", [True, False])
def test_a_window_is_cut_out_of_the_whole(compiled: bool) -> None:
    image = picture(200, 301)
    whole = np.asarray(image.resize((130, 195), Image.Resampling.BICUBIC))
    part = ResizedPicture(image, compiled=compiled).resized((130, 195), "bicubic", (7, 31, 100, 90))
    np.testing.assert_array_equal(part, whole[31:121, 7:107])


def test_a_huge_picture_is_not_copied_into_an_array() -> None:
    side = int(LARGEST_COPY**0.5) + 1
    image = ResizedPicture(Image.new("L", (side, side), 7), compiled=True)
    assert (image.resized((9, 9), "box") == 7).all()
    assert "pixels" not in vars(image)
