"""Pixels of any of Pillow's modes in 8-bit RGB: grey of more than 8 bits, and transparency."""

from dataclasses import dataclass, field

import numpy as np
from PIL import Image

from lnl_gui.pictures.no_value import NO_DATA, is_no_data, measured_values
from lnl_gui.pictures.rendering import USUAL_DEPTHS, Range, Rendering, covers, usual_range

INVERTED = "inverted"
"""Among what is known of an opened image: its least value is white."""
_ROWS_AT_ONCE = 256
_WHITE, _BLACK = (255, 255, 255), (0, 0, 0)
# Of the distance from black to white, on the mean of what is drawn: below it a drawing is one that
# was made for a dark ground.
_FAINT = 0.2
_LOOKED_AT = 256


@dataclass(frozen=True)
class Rendered:
    """A picture in RGB.

    `depends` says that it shows what a rendering makes of it, and would look different by another;
    `black_white` are the values of a picture of more than 8 bits that are shown so, else None.
    """

    image: Image.Image = field(repr=False)
    depends: bool = False
    black_white: Range | None = None


def to_rgb(image: Image.Image, rendering: Rendering, *, declared: Range | None) -> Rendered:
    """A loaded picture of any of Pillow's modes in 8-bit RGB.

    Args:
        image: handed on as it is where it is RGB: memory has no room for copies of large pictures.
        rendering: of the dataset.
        declared: the range that the file declares for grey of more than 8 bits, if it does.
    """
    if is_deep(image):
        return _deep(image, rendering, declared)
    if image.mode in ("LA", "La", "PA", "RGBA", "RGBa") or "transparency" in image.info:
        return _on_ground(image)
    return Rendered(image.convert("RGB") if image.mode != "RGB" else image)


def is_deep(image: Image.Image) -> bool:
    """Whether a picture is grey of more than 8 bits."""
    return image.mode in ("I", "F") or image.mode.startswith("I;")


def shown(values: np.ndarray, black_white: Range) -> np.ndarray:
    """Pixels (H, W) of any real dtype as uint8 (H, W), from black to white; NaN is black.

    Args:
        values: (H, W).
        black_white: the values shown so.
    """
    black, white = black_white
    out = np.empty(values.shape, np.uint8)
    scale = np.float32(255.0 / ((white - black) or 1.0))
    # Some rows at a time: fractions take four times the memory of the picture.
    for top in range(0, len(values), _ROWS_AT_ONCE):
        rows = values[top : top + _ROWS_AT_ONCE].astype(np.float32)
        rows = np.nan_to_num(rows, nan=black, posinf=white, neginf=black)
        # What stands for no value may be too great to be multiplied.
        np.clip(rows, np.float32(black), np.float32(white), out=rows)
        out[top : top + _ROWS_AT_ONCE] = np.clip(
            np.rint((rows - np.float32(black)) * scale), 0, 255
        )
    return out


def _deep(image: Image.Image, rendering: Rendering, declared: Range | None) -> Rendered:
    values = np.asarray(image)
    chosen = rendering.floats if image.mode == "F" else rendering.integers
    no_data = image.info.get(NO_DATA)
    black_white = chosen or declared or own_range(values, no_data)
    turned = image.info.get(INVERTED)
    levels = shown_turned(values, black_white, declared) if turned else shown(values, black_white)
    if no_data is not None:
        levels[is_no_data(values, no_data)] = 0
    return Rendered(Image.fromarray(levels).convert("RGB"), True, black_white)


def shown_turned(values: np.ndarray, black_white: Range, declared: Range | None) -> np.ndarray:
    """Values (H, W) as uint8 (H, W), as by `shown`, of a picture whose least value is white.

    The greatest value that its depth allows is black: in a dataset of greater depth it is as dark
    as in a file of that depth alone. Where the range is narrower than its depth, it is turned
    itself: it is a window, or the values are of fewer bits than the file declares.
    """
    black, white = black_white
    depth = black + next((most for most in USUAL_DEPTHS if most >= white - black), white - black)
    if declared and covers((black, depth), declared):
        return shown(np.float32(sum(declared)) - values.astype(np.float32), black_white)
    levels = 255 - shown(values, black_white)
    # No value is black in any picture.
    levels[np.isnan(values)] = 0
    return levels


def own_range(values: np.ndarray, no_data: float | None = None) -> Range:
    """The range of a picture (H, W) of which nothing else is known: a usual one that holds it.

    Args:
        values: of the picture.
        no_data: the value that the file declares to stand for none.
    """
    known = measured_values(values, no_data)
    if not known.size:
        return 0.0, 1.0
    return usual_range(float(known.min()), float(known.max()), fractions=known.dtype.kind == "f")


def _on_ground(image: Image.Image) -> Rendered:
    # RGBa and La are premultiplied; each converts only to its plain form.
    plain = {"La": "LA", "RGBa": "RGBA"}.get(image.mode)
    layer = (image.convert(plain) if plain else image).convert("RGBA")
    if _is_all_clear(layer):
        return Rendered(layer.convert("RGB"), depends=True)
    canvas = Image.new("RGBA", layer.size, (*ground_of(layer), 255))
    return Rendered(Image.alpha_composite(canvas, layer).convert("RGB"), depends=True)


def _is_all_clear(layer: Image.Image) -> bool:
    """Whether no pixel is to be seen though there is a picture.

    Programs that know nothing of opacity leave it at zero.
    """
    if np.asarray(layer.getchannel("A")).any():
        return False
    colours = np.asarray(layer)[..., :3]
    return bool((colours != colours[0, 0]).any())


def ground_of(layer: Image.Image) -> tuple[int, int, int]:
    """The ground that a transparent picture is seen on: white, or black for what is drawn in white.

    The one turns to the other at once: a ground that went over steadily would somewhere be of the
    drawing's own brightness, and show nothing.

    Args:
        layer: RGBA.
    """
    small = layer
    if max(layer.size) > _LOOKED_AT:
        small = layer.resize((min(layer.width, _LOOKED_AT), min(layer.height, _LOOKED_AT)))
    pixels = np.asarray(small)
    weight = pixels[..., 3].astype(np.float64)
    # By the channel that differs most: yellow is as bright as white, and is seen on it.
    distance = (255.0 - pixels[..., :3].min(axis=-1)) / 255.0
    drawn = weight.sum()
    faint = drawn > 0 and float((distance * weight).sum() / drawn) < _FAINT
    return _BLACK if faint else _WHITE
