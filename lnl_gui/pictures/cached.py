"""Reads thumbnails that LNL has made: 8-bit JPEG or PNG, upright and opaque, nothing to be told.

A page of them is read while it scrolls, with Python's lock shared with the window: here a third of
the time passes in Python that `decode` takes for a file from anywhere.
"""

import io

from PIL import Image

from lnl_gui.pictures.errors import UnreadableImage, damage_reason

_FORMATS = ("JPEG", "PNG")
_MOST_PIXELS = 1 << 24
"""Sixty times the largest thumbnail: more is no thumbnail, whoever put it there."""


def decode_cached(data: bytes, side: int) -> Image.Image:
    """A cached thumbnail in RGB; a JPEG may come reduced, its shorter side at least `side`.

    Raises:
        UnreadableImage: when it is damaged; the original is there to be read.
    """
    try:
        with Image.open(io.BytesIO(data), formats=_FORMATS) as image:
            if image.width * image.height > _MOST_PIXELS:
                raise ValueError("no thumbnail")
            image.draft(None, (side, side))
            image.load()
            return image if image.mode == "RGB" else image.convert("RGB")
    except Exception as error:  # decoders raise anything at all on damaged bytes
        raise UnreadableImage(damage_reason(error)) from error
