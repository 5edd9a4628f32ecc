"""Colours of 16 bits are shown on one scale for the dataset, as grey of 16 bits is."""

from collections.abc import Callable
from functools import partial
from pathlib import Path

import numpy as np
import pytest

from lnl_gui.pictures.decoding import decode, decode_with_header
from lnl_gui.pictures.rendering import Rendering, window
from lnl_gui.pictures.survey import survey
from tests.pictures.deep_files import png, ppm, tiff

Write = Callable[[np.ndarray], bytes]
WRITERS: list[Write] = [
    png, tiff, partial(tiff, order=">"), partial(tiff, deflate=True),
    partial(tiff, order=">", deflate=True),
]  # fmt: skip
TWELVE_BITS = Rendering((0.0, 4095.0))


def values(channels: int, most: int) -> np.ndarray:
    found = (
        np.random.default_rng(channels).integers(0, most + 1, (6, 7, channels)).astype(np.uint16)
    )
    if channels in (2, 4):
        found[..., -1] = 65535
    return found


def scaled(found: np.ndarray, white: float) -> np.ndarray:
    seen = found[..., :1] if found.shape[-1] == 2 else found[..., :3]
    return np.rint(np.broadcast_to(seen, (*seen.shape[:2], 3)) * (255.0 / white))


@pytest.mark.parametrize("channels", [3, 4])
@pytest.mark.parametrize("write", WRITERS)
def test_every_value_counts(write: Write, channels: int) -> None:
    found = values(channels, 4095)
    picture = decode_with_header(write(found), rendering=TWELVE_BITS)
    np.testing.assert_allclose(np.asarray(picture.image), scaled(found, 4095), atol=1)
    assert picture.rendered and picture.black_white == (0.0, 4095.0)
    alone = decode(write(values(channels, 65535)))
    np.testing.assert_allclose(np.asarray(alone), scaled(values(channels, 65535), 65535), atol=1)


def test_grey_with_opacity_is_shown_as_grey_alone_is() -> None:
    found = values(2, 4095)
    both = [decode(png(each), rendering=TWELVE_BITS) for each in (found, found[..., :1])]
    np.testing.assert_allclose(np.asarray(both[0]), scaled(found, 4095), atol=1)
    np.testing.assert_allclose(np.asarray(both[0]), np.asarray(both[1]), atol=1)


def test_a_picture_of_8_bits_written_in_16_is_that_picture() -> None:
    found = np.random.default_rng(0).integers(0, 256, (5, 5, 3)).astype(np.uint16)
    np.testing.assert_array_equal(np.asarray(decode(png(found * 257))), found)


@pytest.mark.parametrize("channels", [1, 2, 3, 4])
def test_a_camera_of_twelve_bits_is_not_dark(tmp_path: Path, channels: int) -> None:
    files = []
    for number, most in enumerate((900, 4000)):
        files.append(tmp_path / f"{number}.png")
        files[-1].write_bytes(png(values(channels, most)))
    found = survey(files)
    assert found.rendering.integers == (0.0, 4095.0)
    assert (found.deep, found.read) == (2, 2)
    dark, bright = (np.asarray(decode(f.read_bytes(), rendering=found.rendering)) for f in files)
    assert 20 < dark.mean() < 40 and 110 < bright.mean() < 150


def test_opacity_and_a_colour_declared_clear_show_the_ground() -> None:
    found = np.full((4, 4, 4), 2000, np.uint16)
    found[..., 3] = np.where(np.arange(4) < 2, 65535, 0)
    seen = np.asarray(decode(png(found), rendering=TWELVE_BITS))
    assert (abs(seen[:, :2].astype(int) - 125) <= 1).all() and (seen[:, 2:] == 255).all()
    plain = found[..., :3].copy()
    plain[0, 0] = (1, 2, 3)
    seen = np.asarray(decode(png(plain, clear=(1, 2, 3)), rendering=TWELVE_BITS))
    assert (seen[0, 0] == 255).all() and (abs(seen[1:].astype(int) - 125) <= 1).all()


def test_a_window_that_is_chosen_holds_for_colours_too() -> None:
    found = np.full((2, 2, 3), 500, np.uint16)
    assert (np.asarray(decode(png(found), rendering=window(400, 500))) == 128).all()


def test_what_it_takes_is_asked_for_beforehand() -> None:
    asked: list[int] = []
    decode(png(values(3, 4095)), reserve=asked.append)
    assert asked[0] >= 6 * 7 * 24


def test_a_file_cut_short_is_read_as_far_as_it_goes() -> None:
    found = np.random.default_rng(1).integers(0, 4096, (64, 64, 3)).astype(np.uint16)
    whole = png(found)
    picture = decode_with_header(whole[: len(whole) * 3 // 4], rendering=TWELVE_BITS)
    assert picture.truncated
    np.testing.assert_allclose(np.asarray(picture.image)[:30], scaled(found, 4095)[:30], atol=1)


@pytest.mark.parametrize("plain", [False, True])
def test_ppm_is_on_the_scale_of_the_dataset_too(tmp_path: Path, plain: bool) -> None:
    found = values(3, 4095)
    picture = decode_with_header(ppm(found, plain=plain), rendering=TWELVE_BITS)
    np.testing.assert_allclose(np.asarray(picture.image), scaled(found, 4095), atol=1)
    (tmp_path / "a.ppm").write_bytes(ppm(found, plain=plain))
    assert survey([tmp_path / "a.ppm"]).rendering.integers == (0.0, 4095.0)
    # Its own greatest value is white, whatever depth that is.
    alone = decode(ppm(found, greatest=4095, plain=plain))
    np.testing.assert_allclose(np.asarray(alone), scaled(found, 4095), atol=1)
