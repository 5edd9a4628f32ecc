"""Colours, and grey with transparency, of 16 bits, which Pillow brings to 8 by their upper half.

A camera that stores 12 bits in 16 would come out nearly black, as its grey pictures would. Pillow
has no such mode, but it can be asked for either byte of a value: both together are the value.
"""

import sys
from typing import Any

import numpy as np
from PIL import Image
from PIL.ImageFile import ImageFile

from lnl_gui.pictures.rendering import Range, Rendering
from lnl_gui.pictures.to_rgb import Rendered, shown, to_rgb

_NATIVE = "16L" if sys.byteorder == "little" else "16B"
_OTHER_BYTE = {"16B": "16L", "16L": "16B"}
_COLOURS = ("RGB", "RGBA", "RGBX")
_GREY = "LA;16B"
_GREY_AS_ONE = "I;32B"
"""Grey and transparency as the halves of one number."""
_WHITE = 65535
_GREATEST_OF_8_BITS = 255
DECODED_BYTES = 24
"""Of a pixel, beside what a picture of 8 bits takes: its other bytes, values and levels."""


def is_deep_colour(image: Image.Image) -> bool:
    """Whether an opened image, not loaded, has colours or grey with transparency of 16 bits."""
    # What a package has decoded has no tiles.
    tiles = image.tile if isinstance(image, ImageFile) else []
    if is_deep_ppm(image):
        return True
    return bool(tiles) and all(_other_layout(each.args) for each in tiles)


def is_deep_ppm(image: Image.Image) -> bool:
    """Whether an opened image, not loaded, is a PPM in colours of more than 8 bits."""
    tiles = image.tile if isinstance(image, ImageFile) and image.format == "PPM" else []
    arguments = tiles[0].args if tiles else None
    if image.mode != "RGB" or not isinstance(arguments, tuple) or len(arguments) < 2:
        return False
    greatest = arguments[1]
    return isinstance(greatest, int) and greatest > _GREATEST_OF_8_BITS


def values_of(image: Image.Image, again: Image.Image) -> np.ndarray:
    """The values (H, W, C) uint16 of a picture: red, green, blue or grey, and transparency.

    Args:
        image: of 16 bits, opened and not loaded; loaded after that.
        again: the same file, opened once more.

    Raises:
        OSError: when it cannot be read; decoders raise anything else on damaged bytes.
    """
    assert isinstance(image, ImageFile) and isinstance(again, ImageFile)
    if is_deep_ppm(image):
        return _values_of_ppm(image, again)
    layouts = [_other_layout(each.args) for each in again.tile]
    again.tile = [
        each._replace(args=layout) for each, layout in zip(again.tile, layouts, strict=True)
    ]
    if _rawmode(image.tile[0].args) == _GREY:
        # The decoder fills numbers of 32 bits, whatever the picture was taken for.
        again._mode = "I"
        again.load()
        both = np.asarray(again).view(np.uint32)
        return np.stack([both >> 16, both & 0xFFFF], axis=-1).astype(np.uint16)
    image.load()
    again.load()
    values = np.asarray(image).astype(np.uint16)
    values <<= 8
    values |= np.asarray(again)
    return values


def _values_of_ppm(image: ImageFile, again: ImageFile) -> np.ndarray:
    """Of 16 bits, as Pillow brings grey PPM of any depth to: the same file, read as grey.

    Its colours lie one after the other, so that it is a grey picture of three times the width.
    """
    width, height = image.size
    again._mode, again._size = "I", (3 * width, height)
    box = (0, 0, *again._size)
    again.tile = [each._replace(extents=box) for each in again.tile]
    again.load()
    return np.asarray(again).astype(np.uint16).reshape(height, width, 3)


def colours(values: np.ndarray) -> np.ndarray:
    """The channels (H, W, 1 or 3) of values (H, W, C) that are not transparency."""
    return values[..., :1] if values.shape[-1] == 2 else values[..., :3]


def deep_colour_to_rgb(
    values: np.ndarray, rendering: Rendering, *, clear: object = None
) -> Rendered:
    """Values (H, W, C) uint16 in 8-bit RGB, by the range of the dataset as grey pictures are.

    Args:
        values: of `values_of`.
        rendering: of the dataset; without a range the 16 bits that the file declares.
        clear: the one colour that the file declares transparent, as three values, if it does.
    """
    seen = colours(values)
    black_white: Range = rendering.integers or (0.0, float(_WHITE))
    levels = shown(seen.reshape(len(seen), -1), black_white).reshape(seen.shape)
    levels = np.broadcast_to(levels, (*levels.shape[:2], 3))
    opacity = _opacity(values, clear)
    if opacity is None:
        return Rendered(Image.fromarray(np.ascontiguousarray(levels)), True, black_white)
    layer = Image.fromarray(np.concatenate([levels, opacity[..., None]], axis=-1))
    laid = to_rgb(layer, rendering, declared=None)
    return Rendered(laid.image, True, black_white)


def _opacity(values: np.ndarray, clear: object) -> np.ndarray | None:
    if values.shape[-1] in (2, 4):
        return shown(values[..., -1], (0.0, float(_WHITE)))
    if isinstance(clear, tuple) and len(clear) == 3:
        return np.where((values == np.array(clear)).all(axis=-1), 0, 255).astype(np.uint8)
    return None


def _rawmode(arguments: object) -> str:
    """How the decoder of a tile lays out its pixels: its first argument, or its only one."""
    found = arguments[0] if isinstance(arguments, tuple) and arguments else arguments
    return found if isinstance(found, str) else ""


def _other_layout(arguments: tuple[Any, ...] | str | None) -> tuple[Any, ...] | str | None:
    """The arguments that give the other byte of each value; None for a picture of 8 bits."""
    rawmode = _rawmode(arguments)
    if rawmode == _GREY:
        other = _GREY_AS_ONE
    else:
        mode, _, layout = rawmode.partition(";")
        swapped = _OTHER_BYTE.get(_NATIVE if layout == "16N" else layout)
        if mode not in _COLOURS or swapped is None:
            return None
        other = f"{mode};{swapped}"
    return (other, *arguments[1:]) if isinstance(arguments, tuple) else other
