"""Safe image decoding: any file becomes an 8-bit RGB picture or a reason in plain words.

Only well-known raster formats are tried, so that no file can start an interpreter (Pillow hands
PostScript to Ghostscript) and no random bytes pass for a format without a signature.
"""

import functools
import io
import stat
import warnings
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from PIL import Image, UnidentifiedImageError

from lnl_gui.containers.errors import ContainerError
from lnl_gui.containers.location import ImageLocation
from lnl_gui.containers.read import image_bytes
from lnl_gui.util.messages import Message, message

PIXEL_LIMIT = 500_000_000
"""Largest picture that is decoded (after JPEG reduction): 1.5 GB as RGB."""
FILE_SIZE_LIMIT = 1 << 31
"""Largest file that is read, in bytes."""

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
# Checked only once Pillow has refused the file, to say what it is instead.
_FOREIGN = (
    (b"version https://git-lfs", message("a Git LFS pointer, not the image itself")),
    (b"<!doctype html", message("a web page, not an image")),
    (b"<html", message("a web page, not an image")),
    (b"<svg", message("an SVG drawing, not a raster image")),
    (b"<?xml", message("an XML document, not a raster image")),
    (b"%pdf", message("a PDF document, not an image")),
    (b"%!ps", message("a PostScript document, not an image")),
    (b"pk\x03\x04", message("an archive, not an image")),
)
_LONGEST_REASON = 190
_HEIF_BRANDS = (b"heic", b"heix", b"hevc", b"mif1", b"heim")


class UnreadableImage(Exception):
    """The file cannot be shown as an image, for a reason in plain words."""

    def __init__(self, reason: Message) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True)
class DecodedImage:
    """A decoded picture and what its header says.

    `image` is RGB, upright, possibly reduced; `width` and `height` are the full upright size.
    """

    image: Image.Image
    width: int
    height: int
    format: str


def decode(data: bytes, *, minimum_side: int = 0) -> Image.Image:
    """Decode the first frame of an image file to upright 8-bit RGB, transparency on white.

    Args:
        data: the bytes of the file.
        minimum_side: a JPEG may be decoded at reduced scale while its shorter side keeps at
            least this many pixels; 0 decodes at full size.

    Raises:
        UnreadableImage: when it cannot be decoded, with the reason.
    """
    return decode_with_header(data, minimum_side=minimum_side).image


def decode_with_header(data: bytes, *, minimum_side: int = 0) -> DecodedImage:
    """As `decode`, with the full size and the format.

    Raises:
        UnreadableImage: when it cannot be decoded, with the reason.
    """
    if not data:
        raise UnreadableImage(message("the file is empty"))
    _prepare_pillow()
    try:
        return _decode(data, minimum_side)
    except UnreadableImage:
        raise
    except UnidentifiedImageError:
        raise UnreadableImage(_foreign_reason(data)) from None
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        raise UnreadableImage(
            message("more than {limit} megapixels", limit=PIXEL_LIMIT // 1_000_000)
        ) from None
    except MemoryError:
        raise UnreadableImage(message("too large for the memory that is free")) from None
    except Exception as error:  # decoders raise anything at all on damaged bytes
        raise UnreadableImage(_damage_reason(error)) from error


def read_bytes(location: ImageLocation) -> bytes:
    """The bytes of an image file or of an image in a container, never opened for writing.

    Raises:
        UnreadableImage: when it is missing, a folder, a device, forbidden or too large.
    """
    if isinstance(location, Path):
        return _read_file(location)
    try:
        return image_bytes(location)
    except ContainerError as error:
        raise UnreadableImage(error.reason) from None


def _read_file(file: Path) -> bytes:
    try:
        status = file.stat()
        # Asked before opening: a named pipe would wait for a writer for ever.
        if stat.S_ISDIR(status.st_mode):
            raise UnreadableImage(message("a folder, not a file"))
        if not stat.S_ISREG(status.st_mode):
            raise UnreadableImage(message("not a regular file"))
        if status.st_size > FILE_SIZE_LIMIT:
            raise UnreadableImage(message("larger than {limit} GiB", limit=FILE_SIZE_LIMIT >> 30))
        return file.read_bytes()
    except FileNotFoundError:
        raise UnreadableImage(message("file not found")) from None
    except PermissionError:
        raise UnreadableImage(message("no permission to read the file")) from None
    except (OSError, ValueError) as error:  # ValueError: a NUL character in the path
        reason = getattr(error, "strerror", None) or str(error)
        raise UnreadableImage(message("cannot be read: {reason}", reason=reason)) from None


def _decode(data: bytes, minimum_side: int) -> DecodedImage:
    with Image.open(io.BytesIO(data), formats=_available_formats()) as image:
        width, height = image.size
        # MPO is a JPEG with further frames, as phones and stereo cameras write it.
        picture_format = "JPEG" if image.format == "MPO" else str(image.format)
        # Only JPEG decodes at a reduced scale; for other formats `draft` does nothing.
        if minimum_side > 0:
            image.draft(None, (minimum_side, minimum_side))
        if image.width * image.height > PIXEL_LIMIT:
            raise UnreadableImage(
                message(
                    "{width} x {height} pixels, more than {limit} megapixels",
                    width=width,
                    height=height,
                    limit=PIXEL_LIMIT // 1_000_000,
                )
            )
        image.load()
        # Read after loading: Pillow turns TIFF upright by itself and then drops the tag.
        orientation = _orientation(image)
        upright = _to_rgb(image)
    if orientation in _TRANSPOSITIONS:
        upright = upright.transpose(_TRANSPOSITIONS[orientation])
    if orientation in _SIDEWAYS:
        width, height = height, width
    # Pillow has turned it already, so that the size before says nothing about the upright one.
    if picture_format == "TIFF":
        width, height = upright.size
    return DecodedImage(upright, width, height, picture_format)


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
    return image.convert("RGB") if image.mode != "RGB" else image.copy()


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


def _foreign_reason(data: bytes) -> Message:
    head = data[:64].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    for signature, reason in _FOREIGN:
        if head.startswith(signature):
            return reason
    if data[4:8] == b"ftyp" and data[8:12] in _HEIF_BRANDS:
        return message("an HEIC image, which cannot be decoded here: convert it to JPEG or PNG")
    if not any(data[:4096]):
        return message("filled with zeros: the file was probably never written completely")
    return message("not an image, or in a format that is not supported")


def _damage_reason(error: Exception) -> Message:
    text = str(error).lower()
    if isinstance(error, EOFError) or "truncated" in text or "not enough data" in text:
        return message("the file is cut short (truncated)")
    reason = str(error).strip() or type(error).__name__
    return message("damaged: {reason}", reason=reason[:_LONGEST_REASON])
