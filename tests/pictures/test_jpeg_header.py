"""The header of a plain JPEG says what Pillow says, and Pillow reads whatever else there is."""

import io

import numpy as np
import pytest
from PIL import Image, ImageCms
from sklearn.datasets import load_sample_images

from lnl_gui.pictures.cost import decoding_cost
from lnl_gui.pictures.jpeg_header import PlainHeader, plain_header

PHOTOGRAPH = Image.fromarray(load_sample_images().images[0])
START, JFIF_LENGTH = 2, 18


def encoded(size: tuple[int, int] = (61, 45), mode: str = "RGB", **options: object) -> bytes:
    stream = io.BytesIO()
    PHOTOGRAPH.resize(size).convert(mode).save(stream, "JPEG", **options)
    return stream.getvalue()


def with_segment(kind: int, body: bytes) -> bytes:
    """A picture with one more segment, behind that of JFIF."""
    data, at = encoded(), START + JFIF_LENGTH
    segment = bytes([0xFF, kind]) + (len(body) + 2).to_bytes(2, "big") + body
    return data[:at] + segment + data[at:]


@pytest.mark.parametrize("size", [(61, 45), (300, 2), (1, 1)])
@pytest.mark.parametrize("options", [{}, {"progressive": True}, {"restart_marker_rows": 1}])
def test_it_says_what_pillow_says(size: tuple[int, int], options: dict[str, object]) -> None:
    data = encoded(size, **options)
    found = plain_header(data)
    assert found is not None
    assert found == PlainHeader(*size, progressive="progressive" in options)
    with Image.open(io.BytesIO(data)) as image:
        expected = decoding_cost(image, image.size, minimum_side=0)
    assert found.decoding_bytes(size[0] * size[1]) == expected.size


def test_comments_and_tables_are_passed_over() -> None:
    assert plain_header(with_segment(0xFE, b"a comment " * 900)) is not None
    assert plain_header(with_segment(0xDD, b"\0\5")) is not None
    assert plain_header(encoded(qtables=[[9] * 64, [8] * 64, [7] * 64])) is not None


def exif() -> bytes:
    about = Image.Exif()
    about[0x0112] = 6
    return encoded(exif=about)


def several() -> bytes:
    stream = io.BytesIO()
    PHOTOGRAPH.save(stream, "MPO", save_all=True, append_images=[PHOTOGRAPH])
    return stream.getvalue()


PROFILE = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()


@pytest.mark.parametrize(
    "data",
    [
        exif(),
        several(),
        encoded(icc_profile=PROFILE),
        encoded(mode="L"),
        encoded(mode="CMYK"),
        encoded(keep_rgb=True),
        with_segment(0xE1, b"http://ns.adobe.com/xap/1.0/\0<x/>"),
        with_segment(0xEE, b"Adobe\0\x64\0\0\0\0\0"),
        with_segment(0xE0, b"JFXX\0" + bytes(20)),
        with_segment(0xE0, b"JFIF\0\1"),
        with_segment(0xDB, b"\x10" + bytes(128)),
        with_segment(0xDB, bytes(64)),
        with_segment(0xDB, b""),
        with_segment(0xC9, bytes(15)),
        with_segment(0xC0, bytes(15)),
        with_segment(0x01, b""),
    ],
    ids=range(16),
)
def test_all_else_is_for_pillow(data: bytes) -> None:
    assert plain_header(data) is None


def frame_at(data: bytes) -> int:
    return data.index(b"\xff\xc0") + 4


@pytest.mark.parametrize(("offset", "value"), [(0, 12), (5, 1), (5, 4)])
def test_other_depths_and_colours_are_for_pillow(offset: int, value: int) -> None:
    data = bytearray(encoded())
    data[frame_at(data) + offset] = value
    assert plain_header(bytes(data)) is None


@pytest.mark.parametrize("side", [1, 3])
def test_a_picture_without_pixels_is_for_pillow(side: int) -> None:
    data = bytearray(encoded())
    data[frame_at(data) + side : frame_at(data) + side + 2] = b"\0\0"
    assert plain_header(bytes(data)) is None


def test_two_frames_are_for_pillow() -> None:
    data = encoded()
    at = frame_at(data)
    assert plain_header(data[: at + 15] + data[at - 4 : at + 15] + data[at + 15 :]) is None


@pytest.mark.parametrize("length", [0, 1])
def test_a_segment_shorter_than_its_length_is_for_pillow(length: int) -> None:
    data = bytearray(with_segment(0xFE, b"\xff\xfe\0\4\0\0"))
    at = START + JFIF_LENGTH + 2
    data[at : at + 2] = length.to_bytes(2, "big")
    assert plain_header(bytes(data)) is None
    data[at : at + 2] = (2).to_bytes(2, "big")
    assert plain_header(bytes(data)) is not None


def test_a_header_cut_anywhere_is_for_pillow() -> None:
    data = encoded()
    scan = data.index(b"\xff\xda")
    # The segment in which pixels begin is told by its length, all of which must be there.
    whole = scan + 2 + int.from_bytes(data[scan + 2 : scan + 4], "big")
    assert all(plain_header(data[:length]) is None for length in range(whole))
    assert plain_header(data[:whole]) is not None


def test_what_it_takes_for_plain_pillow_opens_alike() -> None:
    generator = np.random.default_rng(5)
    whole, plain = encoded(), 0
    end = whole.index(b"\xff\xda") + 12
    for _ in range(3000):
        data = bytearray(whole)
        for at in generator.integers(0, end, int(generator.integers(1, 4))):
            data[at] = generator.integers(256)
        found = plain_header(bytes(data))
        if found is not None:
            plain += 1
            with Image.open(io.BytesIO(bytes(data))) as image:
                assert (image.format, image.mode) == ("JPEG", "RGB")
                assert image.size == (found.width, found.height)
                assert bool(image.info.get("progressive")) == found.progressive
                assert image.getexif().get(0x0112) is None
    assert 1000 < plain < 3000
