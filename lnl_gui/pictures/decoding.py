"""Safe image decoding: any file becomes an 8-bit RGB picture or a reason in plain words.

Only well-known raster formats are tried, so that no file can start an interpreter (Pillow hands
PostScript to Ghostscript) and no random bytes pass for a format without a signature.
"""

import functools
import io
import warnings
from dataclasses import dataclass, replace

import numpy as np
from PIL import Image, UnidentifiedImageError

from lnl_gui.pictures.cost import claimed_size, decoding_cost
from lnl_gui.pictures.errors import CUT_SHORT, UnreadableImage, damage_reason, foreign_reason
from lnl_gui.pictures.memory import MEBIBYTE, PICTURE_LIMIT, Reserve, unbounded
from lnl_gui.pictures.repair import LEAST_PART, mended, missing_rows, without_large_metadata
from lnl_gui.util.messages import message

PIXEL_LIMIT = 500_000_000
"""Largest picture that is decoded (after JPEG reduction), in pixels."""

_FORMATS = ("JPEG", "PNG", "MPO", "GIF", "WEBP", "BMP", "DIB", "TIFF", "PPM", "JPEG2000", "AVIF")
_ORIENTATION_TAG = 0x0112
_TRANSPOSITIONS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
_SIDEWAYS = (5, 6, 7, 8)
# Cameras and scanners store 10, 12 or 14 bits in 16; dividing by 65535 would leave them nearly
# black.
_USUAL_DEPTHS = (255, 1023, 4095, 16383, 65535)


@dataclass(frozen=True)
class DecodedImage:
    """A decoded picture and what its header says.

    `image` is RGB, upright, possibly reduced; `width` and `height` are the full upright size.
    `truncated` says that the file is cut short or damaged, and what is left of it was read.
    """

    image: Image.Image
    width: int
    height: int
    format: str
    truncated: bool = False


def decode(data: bytes, *, minimum_side: int = 0, reserve: Reserve = unbounded) -> Image.Image:
    """Decode the first frame of an image file to upright 8-bit RGB, transparency on white.

    Args:
        data: the bytes of the file.
        minimum_side: a JPEG or a very large picture may be decoded at reduced scale while its
            shorter side keeps at least this many pixels; 0 decodes at full size.
        reserve: called with the bytes that decoding takes, before they are taken.

    Raises:
        UnreadableImage: when it cannot be decoded, with the reason.
    """
    return decode_with_header(data, minimum_side=minimum_side, reserve=reserve).image


def decode_with_header(
    data: bytes, *, minimum_side: int = 0, reserve: Reserve = unbounded
) -> DecodedImage:
    """As `decode`, with the full size and the format.

    Raises:
        UnreadableImage: when it cannot be decoded, with the reason.
    """
    if not data:
        raise UnreadableImage(message("the file is empty"))
    _prepare_pillow()
    try:
        return _decode(without_large_metadata(data), minimum_side, reserve)
    except UnreadableImage:
        raise
    except MemoryError:
        raise _beyond_memory() from None
    except Exception as error:  # decoders raise anything at all on damaged bytes
        found = _decode_mended(data, minimum_side, reserve)
        if found is not None:
            return found
        if isinstance(error, UnidentifiedImageError):
            raise UnreadableImage(foreign_reason(data)) from None
        raise UnreadableImage(damage_reason(error)) from error


def _decode_mended(data: bytes, minimum_side: int, reserve: Reserve) -> DecodedImage | None:
    """What is left of a damaged file; None when that is no picture either."""
    try:
        whole = mended(data)
        if whole is None:
            return None
        found = _decode(whole.data, minimum_side, reserve, is_mended=True)
        return replace(found, truncated=whole.is_damaged)
    except UnreadableImage:
        raise
    except MemoryError:
        raise _beyond_memory() from None
    except Exception:  # the first error says more than that of a mended file
        return None


def _beyond_memory() -> UnreadableImage:
    return UnreadableImage(message("too large for the memory that is free"))


def _decode(
    data: bytes, minimum_side: int, reserve: Reserve, *, is_mended: bool = False
) -> DecodedImage:
    _check_pixels(claimed_size(data) or (0, 0))
    with Image.open(io.BytesIO(data), formats=_available_formats()) as image:
        width, height = image.size
        # MPO is a JPEG with further frames, as phones and stereo cameras write it.
        picture_format = "JPEG" if image.format == "MPO" else str(image.format)
        # Only JPEG decodes at a reduced scale; for other formats `draft` does nothing.
        if minimum_side > 0:
            image.draft(None, (minimum_side, minimum_side))
        _check_pixels(image.size)
        cost = decoding_cost(image, (width, height), minimum_side=minimum_side)
        _check_memory(width, height, cost.size)
        reserve(cost.size)
        image.load()
        # Read after loading: Pillow turns TIFF upright by itself and then drops the tag.
        orientation = _orientation(image)
        # Pillow has turned it already, so that the size before says nothing about the upright one.
        if picture_format == "TIFF":
            width, height = image.size
        upright = _to_rgb(image.reduce(cost.factor) if cost.factor > 1 else image)
    if is_mended and picture_format == "JPEG" and missing_rows(upright) > 1 - LEAST_PART:
        raise UnreadableImage(CUT_SHORT)
    if orientation in _TRANSPOSITIONS:
        upright = upright.transpose(_TRANSPOSITIONS[orientation])
    if orientation in _SIDEWAYS:
        width, height = height, width
    return DecodedImage(upright, width, height, picture_format)


def _check_pixels(size: tuple[int, int]) -> None:
    width, height = size
    if width * height > PIXEL_LIMIT:
        raise UnreadableImage(
            message(
                "{width} x {height} pixels, more than {limit} megapixels",
                width=width,
                height=height,
                limit=PIXEL_LIMIT // 1_000_000,
            )
        )


def _check_memory(width: int, height: int, size: int) -> None:
    if size > PICTURE_LIMIT:
        raise UnreadableImage(
            message(
                "{width} x {height} pixels take {size} MiB to decode, more than {limit} MiB:"
                " reduce the image",
                width=width,
                height=height,
                size=size // MEBIBYTE,
                limit=PICTURE_LIMIT // MEBIBYTE,
            )
        )


@functools.cache
def _available_formats() -> tuple[str, ...]:
    Image.init()
    # Pillow is built without some of them on some platforms, and refuses a name it does not know.
    return tuple(name for name in _FORMATS if name in Image.OPEN)


def _prepare_pillow() -> None:
    """Silence Pillow's remarks on odd files, in every thread and whatever the filters were.

    `warnings.catch_warnings` is not safe in threads, hence a filter that is added when missing.
    """
    Image.MAX_IMAGE_PIXELS = None  # the size is checked after JPEG reduction instead
    if not any(entry[0] == "ignore" and _is_pillow(entry[3]) for entry in warnings.filters[:4]):
        warnings.filterwarnings("ignore", module=r"PIL\.")


def _is_pillow(pattern: object) -> bool:
    return getattr(pattern, "pattern", pattern) == r"PIL\."


def _orientation(image: Image.Image) -> int:
    try:
        value = image.getexif().get(_ORIENTATION_TAG, 1)
        return int(value)
    except Exception:  # damaged EXIF is no reason to refuse the pixels
        return 1


def _to_rgb(image: Image.Image) -> Image.Image:
    if image.mode in ("I", "F") or image.mode.startswith("I;"):
        return Image.fromarray(_scale_to_bytes(np.asarray(image))).convert("RGB")
    if image.mode in ("LA", "La", "PA", "RGBA", "RGBa") or "transparency" in image.info:
        return _on_white(image)
    # Handed on as it is: a copy of a large picture is what memory has no room for.
    return image.convert("RGB") if image.mode != "RGB" else image


def _on_white(image: Image.Image) -> Image.Image:
    # RGBa and La are premultiplied; each converts only to its plain form.
    plain = {"La": "LA", "RGBa": "RGBA"}.get(image.mode)
    layer = (image.convert(plain) if plain else image).convert("RGBA")
    canvas = Image.new("RGBA", layer.size, (255, 255, 255, 255))
    return Image.alpha_composite(canvas, layer).convert("RGB")


def _scale_to_bytes(values: np.ndarray) -> np.ndarray:
    """Map 16-bit, 32-bit and float pixels (H, W) to uint8 (H, W).

    Integers are divided by the smallest usual depth (8, 10, 12, 14, 16 bits) that holds them;
    floats within [0, 1] by 1; whatever fits neither is stretched from minimum to maximum.
    """
    numbers = np.nan_to_num(values.astype(np.float32), nan=0.0, posinf=0.0, neginf=0.0)
    low, high = float(numbers.min()), float(numbers.max())
    if low < 0 or high > _USUAL_DEPTHS[-1]:
        numbers, high = numbers - low, max(high - low, 1e-12)
    elif values.dtype.kind == "f" and high <= 1:
        high = 1.0
    else:
        high = float(next(depth for depth in _USUAL_DEPTHS if high <= depth))
    return np.clip(np.rint(numbers * (255.0 / high)), 0, 255).astype(np.uint8)
