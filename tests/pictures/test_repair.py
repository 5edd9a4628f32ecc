"""Files that are damaged or carry too much beside their pixels are read as far as pixels go."""

import io
import struct
import zlib

import numpy as np
import pytest
from PIL import Image

from lnl_gui.pictures.decoding import decode_with_header
from lnl_gui.pictures.errors import UnreadableImage

GENERATOR = np.random.default_rng(3)
NOISE = GENERATOR.integers(0, 256, (120, 90, 3)).astype(np.uint8)
SMOOTH = np.asarray(Image.fromarray(NOISE[:12, :9]).resize((300, 400), Image.Resampling.BICUBIC))


def encoded(pixels: np.ndarray, picture_format: str, **options: object) -> bytes:
    stream = io.BytesIO()
    Image.fromarray(pixels).save(stream, picture_format, **options)
    return stream.getvalue()


def chunk(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def with_chunk(extra: bytes) -> bytes:
    """A PNG with something between its header and its pixels."""
    whole = encoded(NOISE, "PNG")
    return whole[:33] + extra + whole[33:]


def packed(size: int) -> bytes:
    return zlib.compress(b"a word, " * (size // 8))


METADATA = {
    "compressed text": chunk(b"zTXt", b"prompt\0\0" + packed(2_000_000)),
    "international text": chunk(b"iTXt", b"XML:com.adobe.xmp\0\1\0\0\0" + packed(1_600_000)),
    "colour profile": chunk(b"iCCP", b"p\0\0" + packed(2_000_000)),
    "much text": b"".join(chunk(b"zTXt", b"k%d\0\0" % i + packed(1_000_000)) for i in range(70)),
    "plain text": chunk(b"tEXt", b"k\0" + b"x" * 9_000_000),
    "text for Pillow's limit": chunk(b"tEXt", b"k\0" + b"x" * 70_000_000),
}


@pytest.mark.parametrize("name", METADATA)
def test_large_metadata_does_not_cost_the_pixels(name: str) -> None:
    read = decode_with_header(with_chunk(METADATA[name]))
    assert np.array_equal(np.asarray(read.image), NOISE) and not read.truncated


@pytest.mark.parametrize("kind", [b"tEXt", b"iCCP", b"pHYs", b"gAMA", b"zzZz"])
def test_a_wrong_check_sum_beside_the_pixels_is_marked(kind: bytes) -> None:
    broken = struct.pack(">I", 4) + kind + b"a\0bc" + b"\0\0\0\0"
    read = decode_with_header(with_chunk(broken))
    assert np.array_equal(np.asarray(read.image), NOISE) and read.truncated
    assert not decode_with_header(encoded(NOISE, "PNG")).truncated


@pytest.mark.parametrize("side", [12, 16, 20, 24, 28, 32])
def test_a_jpeg_without_its_end_mark_is_whole_and_marked(side: int) -> None:
    # Whether a decoder misses the mark depends on how many bits the last pixels leave over.
    noise = np.random.default_rng(1).integers(0, 256, (40, 40, 3), dtype=np.uint8)
    whole = encoded(noise[:side, :side], "JPEG")
    read, expected = decode_with_header(whole[:-2]), decode_with_header(whole)
    assert read.truncated and not expected.truncated
    assert np.array_equal(np.asarray(read.image), np.asarray(expected.image))


@pytest.mark.parametrize("minimum_side", [0, 100])
def test_a_jpeg_that_is_cut_shows_its_upper_rows(minimum_side: int) -> None:
    whole = encoded(SMOOTH, "JPEG", quality=95)
    read = decode_with_header(whole[: len(whole) * 2 // 3], minimum_side=minimum_side)
    expected = decode_with_header(whole, minimum_side=minimum_side)
    assert read.truncated and (read.width, read.height) == (300, 400)
    rows = expected.image.height // 2
    upper = np.asarray(read.image)[:rows].astype(int) - np.asarray(expected.image)[:rows]
    assert np.abs(upper).max() <= 2
    assert (np.asarray(read.image)[-1] == 128).all()


@pytest.mark.parametrize("part", [0.5, 0.9])
def test_a_png_that_is_cut_shows_its_upper_rows(part: float) -> None:
    whole = encoded(NOISE, "PNG")
    read = decode_with_header(whole[: int(len(whole) * part)])
    rows = int(len(NOISE) * part) - 3
    assert read.truncated and np.array_equal(np.asarray(read.image)[:rows], NOISE[:rows])
    assert (np.asarray(read.image)[-1] == 128).all()


def test_a_png_with_a_broken_place_shows_the_rows_above_it() -> None:
    whole = bytearray(encoded(NOISE, "PNG"))
    at = len(whole) * 3 // 4
    whole[at : at + 60] = b"\xff" * 60
    read = decode_with_header(bytes(whole))
    assert read.truncated
    assert np.array_equal(np.asarray(read.image)[:60], NOISE[:60])


@pytest.mark.parametrize("mode", ["L", "1", "P", "LA", "RGBA", "I;16"])
def test_every_kind_of_png_can_be_filled_up(mode: str) -> None:
    grey = NOISE[:, :, 0]
    image = Image.fromarray(grey.astype(np.uint16) * 257) if mode == "I;16" else None
    image = image or Image.fromarray(grey).convert(mode)
    stream = io.BytesIO()
    image.save(stream, "PNG")
    cut = stream.getvalue()[: len(stream.getvalue()) * 4 // 5]
    read = decode_with_header(cut)
    assert read.truncated and read.image.size == (90, 120)
    # Rows that are there are those of the whole file.
    whole = decode_with_header(stream.getvalue())
    assert np.array_equal(np.asarray(read.image)[:70], np.asarray(whole.image)[:70])


def palette_png(harm: str) -> tuple[bytes, np.ndarray]:
    """A PNG with a palette whose check sum is wrong, or that is no palette; and its pixels."""
    stream = io.BytesIO()
    image = Image.fromarray(NOISE).quantize(16)
    image.save(stream, "PNG")
    whole = bytearray(stream.getvalue())
    at = whole.index(b"PLTE")
    length = int.from_bytes(whole[at - 4 : at], "big")
    if harm == "check sum":
        whole[at + 4 + length] ^= 1
    else:
        whole[at : at + 4] = b"junk"
    return bytes(whole), np.asarray(image.convert("RGB"))


def test_a_palette_with_a_wrong_check_sum_is_kept_and_marked() -> None:
    data, pixels = palette_png("check sum")
    read = decode_with_header(data)
    np.testing.assert_array_equal(np.asarray(read.image), pixels)
    assert read.truncated


def test_without_its_palette_nobody_knows_the_colours() -> None:
    with pytest.raises(UnreadableImage):
        decode_with_header(palette_png("no palette")[0])


def test_a_header_that_is_damaged_is_not_believed() -> None:
    whole = bytearray(encoded(NOISE, "PNG"))
    whole[18] ^= 1  # of the width; the check sum stays
    with pytest.raises(UnreadableImage):
        decode_with_header(bytes(whole))
