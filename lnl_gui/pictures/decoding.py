"""Safe image decoding: any file becomes an 8-bit RGB picture or a reason in plain words.

Only well-known raster formats are tried, so that no file can start an interpreter (Pillow hands
PostScript to Ghostscript) and no random bytes pass for a format without a signature.
"""

import functools
import io
import warnings
from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
from PIL import Image, UnidentifiedImageError

from lnl_gui.containers.errors import NO_MEMORY
from lnl_gui.pictures.cost import claimed_size, decoding_cost
from lnl_gui.pictures.deep_colour import colours, deep_colour_to_rgb, is_deep_colour, values_of
from lnl_gui.pictures.dicom import DECLARED, is_dicom, open_dicom
from lnl_gui.pictures.errors import CUT_SHORT, UnreadableImage, damage_reason, foreign_reason
from lnl_gui.pictures.formats import available_formats
from lnl_gui.pictures.jpeg2000 import unwrapped
from lnl_gui.pictures.jpeg_damage import is_damaged, zero_part
from lnl_gui.pictures.jpeg_header import PlainHeader, plain_header
from lnl_gui.pictures.jpeg_pixels import jpeg_pixels, jpeg_scale, reduced_size
from lnl_gui.pictures.memory import MEBIBYTE, PICTURE_LIMIT, Reserve, unbounded
from lnl_gui.pictures.no_value import declared_no_data, is_no_data
from lnl_gui.pictures.rendering import AS_DECLARED, Range, Rendering
from lnl_gui.pictures.repair import (
    LEAST_PART,
    lacks_end,
    mended,
    missing_rows,
    without_large_metadata,
)
from lnl_gui.pictures.several import holds_several, seek_visible
from lnl_gui.pictures.tiff_kinds import as_meant, check_kind, is_signed, tag_of
from lnl_gui.pictures.tiff_reasons import tiff_reason
from lnl_gui.pictures.to_rgb import Rendered, to_rgb
from lnl_gui.util.messages import message

PIXEL_LIMIT = 500_000_000
"""Largest picture that is decoded (after JPEG reduction), in pixels."""

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
_TURNS: dict[int, Callable[[np.ndarray], np.ndarray]] = {
    2: lambda pixels: pixels[:, ::-1],
    3: lambda pixels: pixels[::-1, ::-1],
    4: lambda pixels: pixels[::-1],
    5: lambda pixels: pixels.swapaxes(0, 1),
    6: lambda pixels: pixels[::-1].swapaxes(0, 1),
    7: lambda pixels: pixels[::-1, ::-1].swapaxes(0, 1),
    8: lambda pixels: pixels[:, ::-1].swapaxes(0, 1),
}
# Of EXIF's orientations those that exchange width and height.
_SIDEWAYS = (5, 6, 7, 8)
_BITS_PER_SAMPLE_TAG = 0x0102


@dataclass(frozen=True)
class DecodedImage:
    """A decoded picture and what its header says.

    `source` is RGB, upright, possibly reduced: Pillow's image, or pixels (H, W, 3) uint8 where an
    array was asked for; `width` and `height` are the full upright size.
    `truncated` says that the file is cut short or damaged, and what is left of it was read;
    `rendered` that it would look different by another rendering; `several` that the file holds more
    pictures, pages or frames, of which this is the first that shows anything; `black_white` are the
    values that are shown so in a picture of more than 8 bits, else None.
    """

    source: Image.Image | np.ndarray
    width: int
    height: int
    format: str
    truncated: bool = False
    rendered: bool = False
    several: bool = False
    black_white: Range | None = None

    @functools.cached_property
    def image(self) -> Image.Image:
        """The picture as Pillow's image."""
        source = self.source
        return Image.fromarray(source) if isinstance(source, np.ndarray) else source


def decode(
    data: bytes,
    *,
    minimum_side: int = 0,
    reserve: Reserve = unbounded,
    rendering: Rendering = AS_DECLARED,
) -> Image.Image:
    """Decode the first frame of an image file to upright 8-bit RGB, transparency on a plain ground.

    Args:
        data: the bytes of the file.
        minimum_side: a JPEG or a very large picture may be decoded at reduced scale while its
            shorter side keeps at least this many pixels; 0 decodes at full size.
        reserve: called with the bytes that decoding takes, before they are taken.
        rendering: of the dataset, for grey of more than 8 bits.

    Raises:
        UnreadableImage: when it cannot be decoded, with the reason.
    """
    asked = _Asked(minimum_side, reserve, rendering)
    return _decode_anything(data, asked).image


def decode_with_header(
    data: bytes,
    *,
    minimum_side: int = 0,
    reserve: Reserve = unbounded,
    rendering: Rendering = AS_DECLARED,
    largest_array: int = 0,
    judged: bool = True,
) -> DecodedImage:
    """As `decode`, with the full size and the format.

    Args:
        data, minimum_side, reserve, rendering: as for `decode`.
        largest_array: a JPEG of up to so many pixels may come as an array, which takes less time.
        judged: `truncated` is to be right for any JPEG, for which one that does not come as an
            array is decoded twice.

    Raises:
        UnreadableImage: when it cannot be decoded, with the reason.
    """
    asked = _Asked(minimum_side, reserve, rendering, largest_array, judged)
    return _decode_anything(data, asked)


@dataclass(frozen=True)
class _Asked:
    """What the caller wants of a picture.

    `judged`: to be told whether it is damaged, where pixels alone do not say so.
    """

    minimum_side: int
    reserve: Reserve
    rendering: Rendering
    largest_array: int = 0
    judged: bool = False


def _decode_anything(data: bytes, asked: _Asked) -> DecodedImage:
    if not data:
        raise UnreadableImage(message("the file is empty"))
    _prepare_pillow()
    try:
        return _decode(without_large_metadata(data), asked)
    except UnreadableImage:
        raise
    except MemoryError:
        raise _beyond_memory() from None
    except Exception as error:  # decoders raise anything at all on damaged bytes
        found = _decode_mended(data, asked)
        if found is not None:
            return found
        reason = tiff_reason(data)
        if reason is not None:
            raise UnreadableImage(reason) from error
        if isinstance(error, UnidentifiedImageError):
            raise UnreadableImage(foreign_reason(data)) from None
        raise UnreadableImage(damage_reason(error)) from error


def _decode_mended(data: bytes, asked: _Asked) -> DecodedImage | None:
    """What is left of a damaged file; None when that is no picture either."""
    try:
        whole = mended(data)
        if whole is None:
            return None
        found = _decode(whole.data, asked, is_mended=True)
        return replace(found, truncated=whole.is_damaged)
    except UnreadableImage:
        raise
    except MemoryError:
        raise _beyond_memory() from None
    except Exception:  # the first error says more than that of a mended file
        return None


def _beyond_memory() -> UnreadableImage:
    return UnreadableImage(NO_MEMORY)


def _decode(data: bytes, asked: _Asked, *, is_mended: bool = False) -> DecodedImage:
    header = plain_header(data) if asked.largest_array and not is_mended else None
    if header is not None:
        plain = _plain_jpeg(data, header, asked)
        if plain is not None:
            return plain
    _check_pixels(claimed_size(data) or (0, 0))
    with opened(data) as image:
        check_kind(image)
        width, height = image.size
        # MPO is a JPEG with further frames, as phones and stereo cameras write it.
        picture_format = "JPEG" if image.format == "MPO" else str(image.format)
        # Only JPEG decodes at a reduced scale; for other formats `draft` does nothing.
        side = asked.minimum_side
        if side > 0:
            image.draft(None, (side, side))
        factor = check_memory(image, (width, height), minimum_side=side, reserve=asked.reserve)
        fits = 0 < image.width * image.height <= asked.largest_array
        if fits and header is None and not is_mended:
            found_jpeg = _jpeg_array(image, data, (width, height))
            if found_jpeg is not None:
                return found_jpeg
        several = _holds_several(image, data)
        deep = _deep_values(image, data)
        if several and deep is None:
            seek_visible(image)
        image.load()
        # Read after loading: Pillow turns TIFF upright by itself and then drops the tag.
        orientation = _orientation(image)
        # Pillow has turned it already, so that the size before says nothing about the upright one.
        if picture_format == "TIFF":
            width, height = image.size
        is_jpeg, mode = picture_format == "JPEG", image.mode
        in_passes = bool(image.info.get("progressive"))
        found = _rendered(as_meant(unwrapped(image, data)), deep, asked.rendering, factor)
    upright = found.image
    truncated = is_mended or lacks_end(data)
    if is_jpeg and asked.judged and not truncated:
        truncated = is_damaged(data, mode)
    if is_jpeg and truncated:
        missing = max(missing_rows(upright), 0 if in_passes else zero_part(data))
        if missing > 1 - LEAST_PART:
            raise UnreadableImage(CUT_SHORT)
    if orientation in _TRANSPOSITIONS:
        upright = upright.transpose(_TRANSPOSITIONS[orientation])
    if orientation in _SIDEWAYS:
        width, height = height, width
    return DecodedImage(
        upright,
        width,
        height,
        picture_format,
        truncated=truncated,
        rendered=found.depends,
        several=several,
        black_white=found.black_white,
    )


def _plain_jpeg(data: bytes, header: PlainHeader, asked: _Asked) -> DecodedImage | None:
    """A plain JPEG without Pillow; None where it is too large or something is wrong with it."""
    full = header.width, header.height
    width, height = reduced_size(full, jpeg_scale(full, asked.minimum_side))
    if width * height > asked.largest_array:
        return None
    asked.reserve(header.decoding_bytes(width * height))
    pixels = jpeg_pixels(data, (width, height))
    return None if pixels is None else DecodedImage(pixels, *full, "JPEG")


def _jpeg_array(image: Image.Image, data: bytes, full: tuple[int, int]) -> DecodedImage | None:
    """An opened JPEG that nothing is wrong with as an array; None for anything else."""
    if image.format not in ("JPEG", "MPO") or image.mode not in ("RGB", "L"):
        return None
    pixels = jpeg_pixels(data, image.size)
    if pixels is None:
        return None
    orientation = _orientation(image)
    if orientation in _TURNS:
        pixels = np.ascontiguousarray(_TURNS[orientation](pixels))
    width, height = full[::-1] if orientation in _SIDEWAYS else full
    return DecodedImage(pixels, width, height, "JPEG")


def _holds_several(image: Image.Image, data: bytes) -> bool:
    """Whether a file holds more than the picture that it was opened at."""
    is_gone_through = image.format == "GIF" or (
        image.format == "TIFF" and getattr(image, "is_animated", False)
    )
    if not is_gone_through:
        return holds_several(image)
    # That would leave the first one.
    with opened(data) as again:
        return holds_several(again)


def _deep_values(image: Image.Image, data: bytes) -> np.ndarray | None:
    """Values (H, W, C) of a picture in colours of 16 bits; None for any other."""
    if not is_deep_colour(image):
        return None
    with opened(data) as again:
        values = values_of(image, again)
    no_data = declared_no_data(image)
    if no_data is not None:
        colours(values)[is_no_data(colours(values), no_data).all(axis=-1)] = 0
    return values


def _rendered(
    image: Image.Image, deep: np.ndarray | None, rendering: Rendering, factor: int
) -> Rendered:
    """A loaded picture in RGB, reduced by a factor."""
    if deep is not None:
        clear = image.info.get("transparency")
        found = deep_colour_to_rgb(deep, rendering, clear=clear)
        return replace(found, image=found.image.reduce(factor)) if factor > 1 else found
    declared = declared_range(image)
    return to_rgb(image.reduce(factor) if factor > 1 else image, rendering, declared=declared)


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


def check_memory(
    image: Image.Image,
    full_size: tuple[int, int] | None = None,
    *,
    minimum_side: int = 0,
    reserve: Reserve = unbounded,
) -> int:
    """Make sure that an opened image may be loaded; returns the factor to reduce it by after that.

    Args:
        image: opened, not loaded.
        full_size: width and height of its header, where its decoder will reduce it.
        minimum_side: pixels of the shorter side that must be left; 0: all.
        reserve: called with the bytes that decoding takes.

    Raises:
        UnreadableImage: when it has too many pixels or takes too much memory.
    """
    _check_pixels(image.size)
    width, height = full_size or image.size
    cost = decoding_cost(image, (width, height), minimum_side=minimum_side)
    size = cost.size
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
    reserve(size)
    return cost.factor


def opened(data: bytes) -> Image.Image:
    """Open an image file of any format that can be decoded here, without decoding it.

    Raises:
        UnreadableImage: when it is of a format that needs a package which is not installed.
        OSError: when it is no image; decoders raise anything else on damaged bytes.
    """
    _prepare_pillow()
    if is_dicom(data):
        return open_dicom(data)
    return Image.open(io.BytesIO(data), formats=available_formats())


def _prepare_pillow() -> None:
    """Silence Pillow's remarks on odd files, in every thread and whatever the filters were.

    `warnings.catch_warnings` is not safe in threads, hence a filter that is added when missing.
    """
    Image.MAX_IMAGE_PIXELS = None  # the size is checked after JPEG reduction instead
    # The first that fits decides: one behind somebody's "error" would silence nothing.
    if not any(entry[0] == "ignore" and _is_pillow(entry[3]) for entry in warnings.filters[:1]):
        warnings.filterwarnings("ignore", module=r"PIL\.")


def _is_pillow(pattern: object) -> bool:
    return getattr(pattern, "pattern", pattern) == r"PIL\."


def declared_range(image: Image.Image) -> Range | None:
    """The values that a file declares black and white for grey of more than 8 bits; None: none.

    Args:
        image: opened.
    """
    said = image.info.get(DECLARED)
    if said is not None:
        return float(said[0]), float(said[1])
    # Of 32 bits nobody uses the whole range; Pillow brings other depths of PPM to 16.
    if image.mode == "F" or (image.mode == "I" and image.format != "PPM"):
        return None
    if is_signed(image):
        return None
    bits = tag_of(image, _BITS_PER_SAMPLE_TAG, 16)
    return 0.0, float(2 ** min(16, max(9, bits)) - 1)


def _orientation(image: Image.Image) -> int:
    try:
        value = image.getexif().get(_ORIENTATION_TAG, 1)
        return int(value)
    except Exception:  # damaged EXIF is no reason to refuse the pixels
        return 1
