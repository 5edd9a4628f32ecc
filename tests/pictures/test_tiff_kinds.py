"""TIFF of every depth and sign keeps the order of its values, or is refused with the reason."""

import io
import struct

import numpy as np
import pytest
from PIL import Image

from lnl_gui.pictures.decoding import decode
from lnl_gui.pictures.errors import UnreadableImage
from tests.pictures.deep_files import any_tiff

RAMP = np.linspace(0, 1, 40)[None].repeat(6, axis=0)


def seen(data: bytes) -> np.ndarray:
    return np.asarray(decode(data))[..., 0].astype(float)


@pytest.mark.parametrize(
    ("dtype", "greatest"),
    [("u1", 255), ("u2", 65535), ("u4", 2**32 - 1), ("i4", 2**31 - 1), ("f4", 1)],
)
def test_brighter_is_brighter(dtype: str, greatest: float) -> None:
    values = (RAMP * greatest).astype(dtype)
    np.testing.assert_allclose(seen(any_tiff(values)), RAMP * 255, atol=1.5)


@pytest.mark.parametrize(("dtype", "greatest"), [("u1", 255), ("u2", 65535), ("f4", 1)])
def test_where_the_least_value_is_white_it_is_shown_so(dtype: str, greatest: float) -> None:
    turned = seen(any_tiff((RAMP * greatest).astype(dtype), photometric=0))
    np.testing.assert_allclose(turned, 255 - RAMP * 255, atol=1.5)


def test_values_below_zero_are_darker_than_zero() -> None:
    found = seen(any_tiff((RAMP * 2000 - 1000).astype("i2")))
    assert (np.diff(found, axis=1) >= 0).all() and np.ptp(found) > 100


@pytest.mark.parametrize(
    "data",
    [
        any_tiff((np.dstack([RAMP] * 3) * 65535).astype("u2"), photometric=2, apart=True),
        any_tiff((RAMP * 100).astype("i1")),
        any_tiff(RAMP),
        any_tiff(np.dstack([RAMP] * 3).astype("f4"), photometric=2),
    ],
    ids=["channels apart", "signed bytes", "doubles", "colours of fractions"],
)
def test_what_would_come_out_as_another_picture_is_refused(data: bytes) -> None:
    with pytest.raises(UnreadableImage, match="a TIFF whose pixels are of a kind"):
        decode(data)


def test_colours_of_bytes_that_lie_apart_are_read() -> None:
    colours = (np.dstack([RAMP, 1 - RAMP, RAMP]) * 255).astype("u1")
    found = np.asarray(decode(any_tiff(colours, photometric=2, apart=True)))
    np.testing.assert_array_equal(found, colours)


NOISE = np.random.default_rng(0).integers(0, 256, (60, 60, 3), dtype=np.uint8)


def saved(packing: str | None) -> bytes:
    stream = io.BytesIO()
    Image.fromarray(NOISE).save(stream, "TIFF", compression=packing)
    return stream.getvalue()


@pytest.mark.parametrize("part", [0.99, 0.5, 0.01])
@pytest.mark.parametrize(
    "whole",
    [saved(None), saved("tiff_lzw"), saved("jpeg"), any_tiff(NOISE, photometric=2)],
    ids=["raw", "list at the end", "JPEG", "list at the beginning"],
)
def test_one_that_is_cut_short_is_called_so(whole: bytes, part: float) -> None:
    decode(whole)
    with pytest.raises(UnreadableImage, match="cut short"):
        decode(whole[: int(len(whole) * part)])


def packed_as(number: int) -> bytes:
    whole, entry = any_tiff(NOISE, photometric=2), struct.pack("<HHI", 259, 4, 1)
    return whole.replace(entry + struct.pack("<I", 1), entry + struct.pack("<I", number))


@pytest.mark.parametrize("packing", [50001, 32809, 34887], ids=["WebP", "ThunderScan", "LERC"])
def test_a_whole_one_that_is_packed_in_an_unusual_way_is_called_so(packing: int) -> None:
    with pytest.raises(UnreadableImage, match="of a kind that is not read here"):
        decode(packed_as(packing))


def test_a_damaged_one_is_called_so() -> None:
    whole = bytearray(saved("tiff_lzw"))
    whole[8:2000] = bytes(1992)
    with pytest.raises(UnreadableImage, match="damaged"):
        decode(bytes(whole))
