"""A small plain file is its own thumbnail, without what tells of place and person."""

import io

import numpy as np
import pytest
from PIL import Image, PngImagePlugin

from lnl_gui.dataset.pixels.thumbnail import OWN_BYTES, own_thumbnail
from lnl_gui.pictures.decoding import decode_with_header


def encoded(kind: str, side: int = 64, mode: str = "RGB", **options: object) -> bytes:
    values = np.random.default_rng(side).integers(0, 256, (side, side, 3), dtype=np.uint8)
    stream = io.BytesIO()
    Image.fromarray(values).convert(mode).save(stream, kind, **options)
    return stream.getvalue()


def own(data: bytes) -> bytes | None:
    return own_thumbnail(data, decode_with_header(data), 256)


@pytest.mark.parametrize("mode", ["RGB", "L", "P"])
def test_a_small_png_is_its_own_without_texts(mode: str) -> None:
    words = PngImagePlugin.PngInfo()
    words.add_text("Author", "somebody")
    data = encoded("PNG", mode=mode, pnginfo=words)
    made = own(data)
    assert made is not None and b"somebody" in data and b"somebody" not in made
    expected = np.asarray(Image.open(io.BytesIO(data)).convert("RGB"))
    assert np.array_equal(np.asarray(Image.open(io.BytesIO(made)).convert("RGB")), expected)


@pytest.mark.parametrize("mode", ["RGB", "L"])
def test_a_small_jpeg_is_its_own_without_comments(mode: str) -> None:
    data = encoded("JPEG", mode=mode, comment=b"somebody", icc_profile=b"x" * 99) + b"behind it"
    made = own(data)
    assert made is not None and b"somebody" in data
    assert made.startswith(b"\xff\xd8") and made.endswith(b"\xff\xd9")
    assert not any(word in made for word in (b"somebody", b"xxx", b"behind"))
    expected = np.asarray(Image.open(io.BytesIO(data)))
    assert np.array_equal(np.asarray(Image.open(io.BytesIO(made))), expected)


def turned() -> bytes:
    exif = Image.Exif()
    exif[0x0112] = 6
    return encoded("JPEG", exif=exif)


@pytest.mark.parametrize(
    "data",
    [
        turned(),
        encoded("JPEG", mode="CMYK"),
        encoded("JPEG", 600, quality=1),
        encoded("JPEG", 300, quality=95),
        encoded("JPEG")[:-400],
        encoded("PNG", mode="RGBA"),
        encoded("PNG", 300),
        encoded("WEBP"),
        encoded("GIF", mode="P"),
    ],
    ids=["turned", "cmyk", "wide", "large", "cut", "transparent", "large png", "webp", "gif"],
)
def test_any_other_file_is_encoded(data: bytes) -> None:
    assert own(data) is None


def test_the_limit_is_one_of_bytes() -> None:
    assert len(encoded("PNG", 128)) > OWN_BYTES and own(encoded("PNG", 128)) is None
