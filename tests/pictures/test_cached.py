"""The short way for LNL's own thumbnails against the way that reads any file."""

import io

import numpy as np
import pytest
from PIL import Image

from lnl_gui.dataset.pixels.resampling import ResizedPicture
from lnl_gui.dataset.pixels.thumbnail import encode_thumbnail, own_thumbnail
from lnl_gui.pictures.cached import decode_cached
from lnl_gui.pictures.decoding import decode, decode_with_header
from lnl_gui.pictures.errors import UnreadableImage
from tests.conftest import draw_image


def encoded(image: Image.Image, ending: str) -> bytes:
    stream = io.BytesIO()
    image.save(stream, ending)
    return stream.getvalue()


@pytest.mark.parametrize("side", [40, 300])
@pytest.mark.parametrize("ending", ["JPEG", "PNG"])
def test_a_thumbnail_has_the_pixels_that_any_file_would_have(side: int, ending: str) -> None:
    thumbnail = encode_thumbnail(ResizedPicture(draw_image(1, 2, side=side)), 256)
    data = encoded(draw_image(2, 3, side=side), ending)
    own = own_thumbnail(data, decode_with_header(data), 256)
    for made in (thumbnail, own):
        if made is not None:
            for wanted in (20, 256):
                whole = decode(made, minimum_side=wanted)
                np.testing.assert_array_equal(decode_cached(made, wanted), whole)


@pytest.mark.parametrize("mode", ["L", "P", "1"])
def test_grey_and_palettes_come_in_colour(mode: str) -> None:
    data = encoded(draw_image(1, 2, side=30).convert(mode), "PNG")
    np.testing.assert_array_equal(decode_cached(data, 30), decode(data))


def test_what_is_cut_short_is_not_shown_by_half() -> None:
    for ending in ("JPEG", "PNG"):
        data = encoded(draw_image(1, 2, side=200), ending)
        with pytest.raises(UnreadableImage, match="truncated"):
            decode_cached(data[: len(data) // 2], 100)


def test_what_is_no_thumbnail_is_not_read() -> None:
    for data in (b"", b"GIF89a", encoded(draw_image(1, 2, side=20), "GIF")):
        with pytest.raises(UnreadableImage):
            decode_cached(data, 20)
    with pytest.raises(UnreadableImage):
        decode_cached(encoded(Image.new("1", (5000, 5000)), "PNG"), 20)
