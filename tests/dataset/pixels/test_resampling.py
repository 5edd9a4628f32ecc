"""Resizing in compiled loops is Pillow's, byte for byte."""

from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from PIL import Image

from lnl_gui.dataset.pixels import resampling
from lnl_gui.dataset.pixels.resampling import FILTERS, LARGEST_COPY, ResizedPicture, _axis


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
        ((61, 43), (61, 20)),
        ((61, 43), (20, 43)),
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
    resized = ResizedPicture(image, compiled=compiled)
    part = resized.resized((130, 195), "bicubic", (7, 31, 100, 90))
    np.testing.assert_array_equal(part, whole[31:121, 7:107])
    same = resized.resized((200, 301), "bicubic", (7, 31, 100, 90))
    np.testing.assert_array_equal(same, np.asarray(image)[31:121, 7:107])


@pytest.mark.parametrize("name", ["box", "bilinear", "bicubic", "lanczos"])
def test_no_pixel_outside_the_picture_is_read(name: str) -> None:
    for length in (1, 2, 7, 45, 256, 341):
        for size in (1, 5, 32, 224, 260, 600):
            axis = _axis(length, size, name, size // 4, size - size // 2)
            last = axis.first if not axis.kept else axis.first + np.uint64(axis.start)
            assert axis.start >= 0 and axis.stop <= length
            assert int(last.max()) + axis.weights.shape[1] <= length
            assert axis.first_within.min() >= 0
            assert int(axis.first_within.max()) + axis.weights.shape[1] == axis.stop - axis.start


def test_no_row_below_the_picture_is_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    loops, asked = resampling._loops(), []

    def resized(planes: np.ndarray, begin: int, height: int, *others: Any) -> None:
        asked.append((begin, begin + height <= planes.shape[2]))
        loops.resized(planes, begin, height, *others)

    spied = SimpleNamespace(resized=resized, transposed=loops.transposed)
    monkeypatch.setattr(resampling, "_loops", lambda: spied)
    image = ResizedPicture(picture(200, 301), compiled=True)
    for top in (0, 31, 95):
        image.resized((130, 195), "bicubic", (7, top, 100, 100))
    assert [begin for begin, _ in asked] == sorted({begin for begin, _ in asked})
    assert asked[-1][0] > 0 and all(inside for _, inside in asked)


@pytest.mark.parametrize("size", [(256, 341), (61, 45), (7, 9), (1, 90)])
@pytest.mark.parametrize("compiled", [True, False])
def test_grey_is_pillows_at_every_size(size: tuple[int, int], compiled: bool) -> None:
    image = picture(*size)
    grey, expected = ResizedPicture(image, compiled=compiled).grey(), image.convert("L")
    assert grey.size == size
    for made in (grey.pixels, np.asarray(grey.image), grey.within(400, "box")):
        np.testing.assert_array_equal(made, np.asarray(expected))
    for wanted in ((32, 32), size, (size[0], 5), (5, size[1])):
        resized = expected.resize(wanted, Image.Resampling.LANCZOS)
        np.testing.assert_array_equal(grey.resized(wanted, "lanczos"), np.asarray(resized))


def test_pixels_do_for_an_image() -> None:
    image = picture(61, 45)
    made = ResizedPicture(np.asarray(image), compiled=True)
    assert made.size == (61, 45) and made.image == image
    expected = image.resize((40, 30), Image.Resampling.BICUBIC)
    np.testing.assert_array_equal(made.resized((40, 30), "bicubic"), np.asarray(expected))


def test_a_huge_picture_is_not_copied_into_an_array() -> None:
    side = int(LARGEST_COPY**0.5) + 1
    image = ResizedPicture(Image.new("L", (side, side), 7), compiled=True)
    assert (image.resized((9, 9), "box") == 7).all()
    assert "pixels" not in vars(image)
