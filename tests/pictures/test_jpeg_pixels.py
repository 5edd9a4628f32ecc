"""A JPEG that is decoded straight into an array has Pillow's bytes, and says the same of itself."""

import io
from dataclasses import replace

import numpy as np
import pytest
from PIL import Image
from sklearn.datasets import load_sample_images

from lnl_gui.pictures import decoding
from lnl_gui.pictures.decoding import DecodedImage, decode_with_header
from lnl_gui.pictures.errors import UnreadableImage
from lnl_gui.pictures.jpeg_pixels import jpeg_pixels

PHOTOGRAPH = Image.fromarray(load_sample_images().images[0])
MANY = 1_000_000
ORIENTATION = 0x0112


def cut(width: int, height: int) -> Image.Image:
    return PHOTOGRAPH.crop((30, 50, 30 + width, 50 + height))


def encoded(image: Image.Image, **options: object) -> bytes:
    stream = io.BytesIO()
    image.save(stream, "JPEG", **options)
    return stream.getvalue()


def turned(orientation: int, size: tuple[int, int] = (61, 45)) -> bytes:
    exif = Image.Exif()
    exif[ORIENTATION] = orientation
    return encoded(cut(*size), exif=exif)


def several() -> bytes:
    stream = io.BytesIO()
    cut(61, 45).save(stream, "MPO", save_all=True, append_images=[cut(45, 61)])
    return stream.getvalue()


def read(data: bytes, **options: int) -> DecodedImage | str:
    try:
        return decode_with_header(data, **options)
    except UnreadableImage as error:
        return str(error.reason)


def same(data: bytes, **options: int) -> tuple[DecodedImage | str, bool]:
    """What both ways say, and whether the second gave an array; they must agree."""
    expected, found = read(data, **options), read(data, largest_array=MANY, **options)
    if isinstance(expected, str) or isinstance(found, str):
        assert found == expected
        return expected, False
    np.testing.assert_array_equal(np.asarray(found.source), np.asarray(expected.image))
    nothing = Image.new("RGB", (1, 1))
    assert replace(found, source=nothing) == replace(expected, source=nothing)
    return found, isinstance(found.source, np.ndarray)


@pytest.mark.parametrize("subsampling", ["4:4:4", "4:2:2", "4:2:0"])
@pytest.mark.parametrize("size", [(256, 341), (61, 45), (8, 8), (17, 1), (1, 1)])
@pytest.mark.parametrize("options", [{}, {"progressive": True}, {"restart_marker_rows": 1}])
def test_bytes_are_pillows(
    subsampling: str, size: tuple[int, int], options: dict[str, object]
) -> None:
    data = encoded(cut(*size), quality=85, subsampling=subsampling, **options)
    found, straight = same(data)
    assert straight and isinstance(found, DecodedImage)
    assert found.image.size == (found.width, found.height) == size


@pytest.mark.parametrize(
    ("data", "straight"),
    [
        (encoded(cut(61, 45), keep_rgb=True), True),
        (encoded(cut(61, 45), comment=b"x" * 5000), True),
        (encoded(cut(61, 45)) + b"trailing bytes", True),
        (several(), True),
        (turned(1), True),
        *((turned(orientation), True) for orientation in range(2, 9)),
        (encoded(cut(61, 45).convert("L")), True),
        (encoded(cut(61, 45).convert("CMYK")), False),
        (encoded(cut(61, 45))[:-2], False),
        (encoded(cut(61, 45))[: -len(encoded(cut(61, 45))) // 3], False),
        (b"\xff\xd8\xff", False),
    ],
)
def test_what_is_not_plain_is_read_by_pillow(data: bytes, straight: bool) -> None:
    assert same(data)[1] == straight


@pytest.mark.parametrize("side", [30, 37, 38, 75, 120, 150, 151, 300])
@pytest.mark.parametrize(
    "data",
    [
        encoded(cut(400, 300)),
        encoded(cut(399, 301), progressive=True, subsampling="4:4:4"),
        encoded(cut(400, 300).convert("L")),
        turned(6, (400, 300)),
    ],
)
def test_one_that_is_reduced_while_it_is_decoded_has_pillows_bytes(data: bytes, side: int) -> None:
    assert same(data, minimum_side=side)[1]


def test_no_array_is_made_in_vain(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[bytes] = []
    monkeypatch.setattr(decoding, "jpeg_pixels", lambda data, size: asked.append(data))
    data = encoded(cut(400, 300))
    decode_with_header(data, largest_array=399 * 300)
    assert not asked
    decode_with_header(data, largest_array=MANY)
    assert asked == [data]


@pytest.mark.parametrize("progressive", [False, True])
def test_damage_is_judged_alike(progressive: bool) -> None:
    generator = np.random.default_rng(7)
    whole = encoded(cut(96, 80), quality=80, progressive=progressive)
    unharmed = 0
    for _ in range(150):
        data = bytearray(whole)
        for at in generator.integers(2, len(data), int(generator.integers(1, 6))):
            data[at] = generator.integers(256)
        unharmed += same(bytes(data))[1]
    # Wrong coefficients that still make a picture are nothing either decoder could see.
    assert 0 < unharmed < 150


@pytest.mark.parametrize("side", [0, 20])
@pytest.mark.parametrize("progressive", [False, True])
def test_its_memory_is_waited_for_before_it_is_decoded(
    monkeypatch: pytest.MonkeyPatch, progressive: bool, side: int
) -> None:
    order: list[str] = []
    real = decoding.jpeg_pixels
    monkeypatch.setattr(
        decoding, "jpeg_pixels", lambda *given: (order.append("decoded"), real(*given))[1]
    )
    sizes: list[int] = []
    data = encoded(cut(61, 45), progressive=progressive)
    for largest in (MANY, 0):
        decode_with_header(
            data,
            largest_array=largest,
            minimum_side=side,
            reserve=lambda size: (order.append("reserved"), sizes.append(size))[1],
        )
    assert order == ["reserved", "decoded", "reserved"]
    assert sizes[0] == sizes[1] > 0


def test_pixels_of_another_size_are_not_taken() -> None:
    data = encoded(cut(61, 45))
    assert jpeg_pixels(data, (61, 45)) is not None
    assert jpeg_pixels(data, (45, 61)) is None
