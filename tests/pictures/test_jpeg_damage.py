"""A JPEG that is damaged before its end mark is marked or refused, whichever way it is read."""

import io
from collections.abc import Callable

import numpy as np
import pytest
from PIL import Image

from lnl_gui.pictures.decoding import DecodedImage, decode_with_header
from lnl_gui.pictures.errors import UnreadableImage

END = b"\xff\xd9"
ROWS, COLUMNS = np.mgrid[0:256, 0:256]
NOISE = np.random.default_rng(3).normal(0, 12, (256, 256, 3))
SCENE = np.stack([COLUMNS, ROWS, (ROWS + COLUMNS) // 2], -1) + NOISE
PICTURE = Image.fromarray(np.clip(SCENE, 0, 255).astype(np.uint8))
Harm = Callable[[bytes], bytes]


def encoded(mode: str = "RGB", **options: object) -> bytes:
    stream = io.BytesIO()
    PICTURE.convert(mode).save(stream, "JPEG", quality=90, **options)
    return stream.getvalue()


def scan(data: bytes) -> int:
    """Where the pixels begin."""
    at = data.rfind(b"\xff\xda")
    return at + 2 + int.from_bytes(data[at + 2 : at + 4], "big")


def zeros(start: float, size: int | None = None) -> Harm:
    def harm(data: bytes) -> bytes:
        at = int(len(data) * start)
        end = len(data) - 2 if size is None else at + size
        return data[:at] + bytes(end - at) + data[end:]

    return harm


def middle_third_missing(data: bytes) -> bytes:
    return data[: len(data) // 3] + data[2 * len(data) // 3 :]


def cut_with_end(part: float) -> Harm:
    def harm(data: bytes) -> bytes:
        start = scan(data)
        return data[: start + int((len(data) - start) * part)] + END

    return harm


def read(data: bytes, way: dict[str, int]) -> DecodedImage:
    return decode_with_header(data, **way)


WAYS = pytest.mark.parametrize(
    "way",
    [
        {},
        {"largest_array": 1 << 20},
        {"minimum_side": 64},
        {"largest_array": 1 << 20, "minimum_side": 64},
    ],
    ids=["Pillow", "array", "reduced by Pillow", "reduced array"],
)
KINDS = pytest.mark.parametrize(
    "whole",
    [encoded(), encoded("L"), encoded("CMYK"), encoded(restart_marker_rows=1)],
    ids=["colour", "grey", "CMYK", "restart marks"],
)


@WAYS
@KINDS
@pytest.mark.parametrize(
    "harm", [zeros(0.6), zeros(0.5, 4096), middle_third_missing, cut_with_end(0.6)]
)
def test_what_is_missing_in_between_is_marked(
    whole: bytes, harm: Harm, way: dict[str, int]
) -> None:
    assert not read(whole, way).truncated
    assert read(harm(whole), way).truncated


@WAYS
@KINDS
@pytest.mark.parametrize("harm", [zeros(0.15), cut_with_end(0.05), cut_with_end(0)])
def test_of_less_than_a_quarter_nobody_could_say_what_it_shows(
    whole: bytes, harm: Harm, way: dict[str, int]
) -> None:
    with pytest.raises(UnreadableImage, match="cut short"):
        read(harm(whole), way)


@WAYS
@pytest.mark.parametrize("harm", [zeros(0.6), middle_third_missing, cut_with_end(0.3)])
def test_one_in_several_passes_is_marked_too(harm: Harm, way: dict[str, int]) -> None:
    whole = encoded(progressive=True)
    assert not read(whole, way).truncated
    assert read(harm(whole), way).truncated


@WAYS
@pytest.mark.parametrize(
    "filling", [b"\0", b"\0\0", b"\0" * 400, b"\xff" * 40, b"\x11" * 40], ids=len
)
def test_filling_before_the_end_mark_is_no_damage(filling: bytes, way: dict[str, int]) -> None:
    whole = encoded()
    found = read(whole[:-2] + filling + END, way)
    assert not found.truncated
    np.testing.assert_array_equal(found.image, read(whole, way).image)


@WAYS
def test_pixels_that_are_left_over_are_damage(way: dict[str, int]) -> None:
    whole = encoded()
    assert read(whole[:-2] + whole[-500:-2] + END, way).truncated


@WAYS
def test_pixels_that_are_made_of_zeros_are_damage(way: dict[str, int]) -> None:
    noise = np.random.default_rng(1).integers(0, 255, (200, 200, 3), dtype=np.uint8)
    stream = io.BytesIO()
    Image.fromarray(noise).save(stream, "JPEG")
    # Zeros make all blocks of the picture, and some are left over.
    assert read(zeros(0.6)(stream.getvalue()), way).truncated
    with pytest.raises(UnreadableImage, match="cut short"):
        read(zeros(0.1)(stream.getvalue()), way)


@WAYS
@pytest.mark.parametrize(
    "segment",
    [b"\xff\xe0\0\x10JFIF\0\x09\x09\0\0\1\0\1\0\0", b"\xff\xe2\0\x10ICC_PROFILE\0\7\2"],
    ids=["version", "profile"],
)
def test_what_is_odd_beside_the_pixels_is_no_damage(segment: bytes, way: dict[str, int]) -> None:
    whole = encoded()
    assert not read(whole[:20] + segment + whole[20:], way).truncated
    # Of two remarks the one that matters is told.
    harmed = cut_with_end(0.6)(whole)
    assert read(harmed[:20] + segment + harmed[20:], way).truncated
