"""Pixels of an array as an image file: uncompressed for reading, PNG for people."""

import io
from dataclasses import dataclass

import numpy as np

from lnl_gui.containers.errors import ContainerError
from lnl_gui.util.messages import message

_HEADERS = {2: b"P5", 3: b"P6"}
_CHANNELS = (1, 2, 3, 4)


@dataclass(frozen=True, eq=False)
class Pixels:
    """One image as an array.

    Args:
        values: (H, W) or (H, W, C) of one to four channels (grey, grey and alpha, RGB, RGBA), any
            real dtype.
        white, black: the values that are shown so; 255 and 0 for bytes, 1 and 0 for floats within
            [0, 1]. One pair for a whole dataset: a scale for each image would show equal values
            unequally.
    """

    values: np.ndarray
    white: float = 255.0
    black: float = 0.0


def picture_bytes(pixels: Pixels) -> bytes:
    """An uncompressed image file of 8 bits a channel: fast, and the same bytes on every machine.

    Raises:
        ContainerError: when the array has no shape of an image.
    """
    values = as_bytes(pixels)
    header = _HEADERS.get(values.ndim if values.shape[-1] == 3 or values.ndim == 2 else 0)
    if header is None:
        return _png(values, level=0)
    height, width = values.shape[:2]
    # Netpbm and not PNG, whose bytes depend on the version of zlib: they give the content's hash.
    return header + b"\n%d %d\n255\n" % (width, height) + values.tobytes()


def png_bytes(pixels: Pixels) -> bytes:
    """A PNG: lossless for bytes and for grey values of 16 bits, else of 8 bits a channel."""
    values = pixels.values
    if values.dtype == np.uint16 and values.ndim == 2:
        return _png(values, level=6)
    return _png(as_bytes(pixels), level=6)


def as_bytes(pixels: Pixels) -> np.ndarray:
    """uint8 (H, W) or (H, W, C) with C > 1.

    Raises:
        ContainerError: when the array has no shape of an image.
    """
    values = pixels.values
    if values.ndim == 3 and values.shape[2] == 1:
        values = values[:, :, 0]
    shaped = values.ndim == 2 or (values.ndim == 3 and values.shape[2] in _CHANNELS)
    if not shaped or values.size == 0 or values.dtype.kind not in "buif":
        raise ContainerError(
            message(
                "an array of shape {shape} and type {dtype} is no image",
                shape=str(values.shape),
                dtype=str(values.dtype),
            )
        )
    white, black = pixels.white, pixels.black
    if values.dtype == np.uint8 and (white, black) == (255, 0):
        return np.ascontiguousarray(values)
    numbers = np.nan_to_num(values.astype(np.float64), nan=black, posinf=white, neginf=black)
    scaled = (numbers - black) * (255.0 / ((white - black) or 1.0))
    return np.clip(np.rint(scaled), 0, 255).astype(np.uint8)


def _png(values: np.ndarray, *, level: int) -> bytes:
    # The window shows grey and colour without it, and starts the faster.
    from PIL import Image  # noqa: PLC0415

    stream = io.BytesIO()
    Image.fromarray(values).save(stream, "PNG", compress_level=level)
    return stream.getvalue()
