"""Medical images (DICOM), read by pydicom where it is installed."""

import io
from typing import Any

import numpy as np
from PIL import Image

from lnl_gui.pictures.errors import EXTRA, UnreadableImage, needs_package
from lnl_gui.pictures.memory import PICTURE_LIMIT
from lnl_gui.pictures.to_rgb import INVERTED
from lnl_gui.util.messages import message

DECLARED = "declared_range"
"""Among what is known of an opened image: the values that its format declares black and white."""
# Behind a preamble that may hold anything (DICOM PS3.10).
_SIGNATURE = slice(128, 132)
# As float32 while it is scaled, beside what it was.
_VALUE_BYTES = 12
_LINEAR = (("Slope", 1.0), ("Intercept", 0.0))


def is_dicom(data: bytes) -> bool:
    """Whether the bytes of a file begin like a DICOM file."""
    return data[_SIGNATURE] == b"DICM"


def open_dicom(data: bytes) -> Image.Image:
    """The first frame: grey as fractions in the units of the modality, colour in RGB.

    Raises:
        UnreadableImage: without pydicom, and for a file without pixels that can be decoded.
    """
    try:
        import pydicom  # noqa: PLC0415
    except ImportError:
        raise UnreadableImage(needs_package("DICOM", EXTRA)) from None
    dataset = pydicom.dcmread(io.BytesIO(data))
    size = int(dataset.get("Rows", 0)) * int(dataset.get("Columns", 0))
    if not size or "PixelData" not in dataset:
        raise UnreadableImage(message("a DICOM file without an image"))
    if size * _VALUE_BYTES * max(1, int(dataset.get("SamplesPerPixel", 1))) > PICTURE_LIMIT:
        raise UnreadableImage(message("too large for the memory that is free"))
    try:
        pixels = _first_frame(dataset)
    except (NotImplementedError, RuntimeError, AttributeError) as error:
        raise UnreadableImage(
            message("a DICOM image that cannot be decoded: {reason}", reason=str(error)[:150])
        ) from error
    image = _colour(pixels) if pixels.ndim == 3 else _grey(pixels, dataset)
    image.format = "DICOM"
    return image


def _first_frame(dataset: Any) -> np.ndarray:
    from pydicom.pixels import pixel_array  # noqa: PLC0415

    # Colours come as RGB, whatever the file holds.
    return np.asarray(pixel_array(dataset, index=0))


def _colour(pixels: np.ndarray) -> Image.Image:
    if pixels.dtype != np.uint8 or pixels.shape[2] != 3:
        raise UnreadableImage(message("a DICOM image in colours of more than 8 bits"))
    return Image.fromarray(pixels)


def _grey(pixels: np.ndarray, dataset: Any) -> Image.Image:
    slope, intercept = (float(dataset.get(f"Rescale{n}", d)) for n, d in _LINEAR)
    bits = int(dataset.get("BitsStored", 16))
    signed = bool(dataset.get("PixelRepresentation", 0))
    least, most = (-(2 ** (bits - 1)), 2 ** (bits - 1) - 1) if signed else (0, 2**bits - 1)
    black, white = sorted((least * slope + intercept, most * slope + intercept))
    values = pixels.astype(np.float32) * np.float32(slope) + np.float32(intercept)
    image = Image.fromarray(values)
    image.info[DECLARED] = (black, white)
    # Its least value is white: the values stay, for windows are in their units.
    image.info[INVERTED] = dataset.get("PhotometricInterpretation") == "MONOCHROME1"
    return image
