"""Medical images (DICOM), read by pydicom where it is installed."""

import io
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from PIL import Image

from lnl_gui.containers.errors import NO_MEMORY
from lnl_gui.pictures.errors import EXTRA, UnreadableImage, needs_package
from lnl_gui.pictures.memory import PICTURE_LIMIT
from lnl_gui.pictures.rendering import Range
from lnl_gui.pictures.several import FRAMES
from lnl_gui.pictures.to_rgb import INVERTED
from lnl_gui.util.messages import message

DECLARED = "declared_range"
"""Among what is known of an opened image: the values that its format declares black and white."""
# Behind a preamble that may hold anything (DICOM PS3.10).
_SIGNATURE = slice(128, 132)
# As float32 while it is scaled, beside what it was.
_VALUE_BYTES = 12
_PALETTE = "PALETTE COLOR"


def is_dicom(data: bytes) -> bool:
    """Whether the bytes of a file begin like a DICOM file."""
    return data[_SIGNATURE] == b"DICM"


def open_dicom(data: bytes) -> Image.Image:
    """The first frame: grey as fractions in the units of the modality, colour in RGB.

    Where a file has a table from its values to those of the modality, or to what is displayed, grey
    is in the units of the table. What the file declares to be no value is NaN.

    Raises:
        UnreadableImage: without pydicom, and for a file without pixels that can be decoded.
    """
    try:
        import pydicom  # noqa: PLC0415
    except ImportError:
        raise UnreadableImage(needs_package("DICOM", EXTRA)) from None
    dataset = pydicom.dcmread(io.BytesIO(data))
    size = int(_number(dataset, "Rows", 0) * _number(dataset, "Columns", 0))
    if not size or "PixelData" not in dataset:
        raise UnreadableImage(message("a DICOM file without an image"))
    if size * _VALUE_BYTES * max(1, int(_number(dataset, "SamplesPerPixel", 1))) > PICTURE_LIMIT:
        raise UnreadableImage(NO_MEMORY)
    try:
        pixels = _first_frame(dataset)
        image = _colour(pixels) if pixels.ndim == 3 else _grey(pixels, dataset)
    except (NotImplementedError, RuntimeError, AttributeError) as error:
        raise UnreadableImage(
            message("a DICOM image that cannot be decoded: {reason}", reason=str(error)[:150])
        ) from error
    image.format = "DICOM"
    image.info[FRAMES] = int(_number(dataset, "NumberOfFrames", 1))
    return image


def _number(dataset: Any, name: str, default: float) -> float:
    """The first number of an element; the default where there is none, or an empty one."""
    found = dataset.get(name)
    if isinstance(found, Sequence) and not isinstance(found, str):
        found = found[0] if found else None
    return default if found in (None, "") else float(found)


def _first_frame(dataset: Any) -> np.ndarray:
    from pydicom.pixels import apply_color_lut, pixel_array  # noqa: PLC0415

    # Colours come as RGB, whatever the file holds.
    pixels = np.asarray(pixel_array(dataset, index=0))
    if dataset.get("PhotometricInterpretation") != _PALETTE:
        return pixels
    colours = apply_color_lut(pixels, dataset)
    # Some write bytes where they declare 16 bits.
    if colours.dtype == np.uint16 and colours.max() > np.iinfo(np.uint8).max:
        colours = colours >> 8
    return colours.astype(np.uint8)


def _colour(pixels: np.ndarray) -> Image.Image:
    if pixels.dtype != np.uint8 or pixels.shape[2] != 3:
        raise UnreadableImage(message("a DICOM image in colours of more than 8 bits"))
    return Image.fromarray(pixels)


def _grey(pixels: np.ndarray, dataset: Any) -> Image.Image:
    values, declared = _in_units(pixels, dataset)
    displayed = _table(dataset, "VOILUTSequence")
    if displayed is not None:
        values, declared = displayed.of(values), displayed.declared
    values = values.astype(np.float32)
    values[_is_padding(pixels, dataset)] = np.nan
    image = Image.fromarray(values)
    image.info[DECLARED] = declared
    # Its least value is white: the values stay, for windows are in their units.
    image.info[INVERTED] = dataset.get("PhotometricInterpretation") == "MONOCHROME1"
    return image


def _in_units(pixels: np.ndarray, dataset: Any) -> tuple[np.ndarray, Range]:
    """Stored values in the units of the modality, and the range that those have."""
    units = _table(dataset, "ModalityLUTSequence")
    if units is not None:
        return units.of(pixels), units.declared
    slope = _number(dataset, "RescaleSlope", 1.0)
    intercept = _number(dataset, "RescaleIntercept", 0.0)
    bits = int(_number(dataset, "BitsStored", 16))
    signed = bool(_number(dataset, "PixelRepresentation", 0))
    least, most = (-(2 ** (bits - 1)), 2 ** (bits - 1) - 1) if signed else (0, 2**bits - 1)
    black, white = sorted((least * slope + intercept, most * slope + intercept))
    values = pixels.astype(np.float32) * np.float32(slope) + np.float32(intercept)
    return values, (black, white)


@dataclass(frozen=True)
class _Table:
    """What stands for each whole number from the first one on, and the range that it declares."""

    first: int
    found: np.ndarray
    declared: Range

    def of(self, values: np.ndarray) -> np.ndarray:
        """What stands for values (H, W); beyond the table that of its end."""
        places = np.rint(values).astype(np.int64) - self.first
        return self.found[np.clip(places, 0, len(self.found) - 1)]


def _table(dataset: Any, name: str) -> _Table | None:
    """The first table that the file has by that name; None where there is none, or an empty one."""
    items = dataset.get(name)
    if not items or not all(items[0].get(part) for part in ("LUTDescriptor", "LUTData")):
        return None
    # pydicom's own reading takes no table of bytes that fill up words.
    size, first, depth = (int(number) for number in items[0].LUTDescriptor)
    data = items[0].LUTData
    _, is_little = dataset.original_encoding
    order = "<" if is_little else ">"
    if not isinstance(data, bytes):
        data = np.atleast_1d(data).astype(f"{order}u2").tobytes()
    size = size or 1 << 16
    kind = f"{order}u2" if len(data) >= 2 * size else "u1"
    return _Table(first, np.frombuffer(data, kind)[:size], (0.0, float(2**depth - 1)))


def _is_padding(pixels: np.ndarray, dataset: Any) -> np.ndarray:
    """Which of the stored values (H, W) stand for no value."""
    value = _number(dataset, "PixelPaddingValue", np.nan)
    limit = _number(dataset, "PixelPaddingRangeLimit", value)
    return (pixels >= min(value, limit)) & (pixels <= max(value, limit))
