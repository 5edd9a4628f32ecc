"""The hash of `imagehash.phash`: which of a picture's slowest waves are above their median."""

import functools
from typing import Any

import numpy as np
from PIL import Image

from lnl_gui.dataset.pixels.resampling import ResizedPicture

_SIDE, _COUNT = 32, 8
"""Pixels of each side of the picture that is hashed; waves in each direction that are compared."""
_ROUNDING = 1e-6
"""The waves are sums of a thousand values below 4 * 255: rounding changes them by a hundredth of
this at most, whatever the order."""


def perceptual_hash(image: Image.Image) -> int:
    """The 64-bit DCT hash of `imagehash.phash` as an unsigned number."""
    return hash_of(ResizedPicture(image.convert("L")))


def hash_of(grey: ResizedPicture, *, compiled: bool = False) -> int:
    """The same of a grey picture; compiled it takes a twentieth of the time.

    Args:
        grey: in one channel.
        compiled: by the loops of `lnl_gui.dataset.pixels.fact_loops`; the hash is the same.
    """
    small = grey.resized((_SIDE, _SIDE), "lanczos")
    if compiled:
        is_certain, bits = _loops().hashed(small, _waves(), _ROUNDING)
        if is_certain:
            return int(bits)
    # Where two waves are as good as equal, the order of the sums decides: that of imagehash.
    return _hash(small)


def _hash(small: np.ndarray) -> int:
    """Of (32, 32) uint8, by the steps of imagehash without its conversions, which take longer."""
    from scipy import fft  # noqa: PLC0415 - a fifth of a second, which what reads no image saves

    slowest = fft.dctn(small.astype(np.float64))[:_COUNT, :_COUNT]
    middle = _COUNT**2 // 2
    median = np.partition(slowest.ravel(), (middle - 1, middle))[middle - 1 : middle + 1].mean()
    # Big-endian, so that the hexadecimal form equals that of imagehash.
    return int.from_bytes(np.packbits(slowest > median).tobytes(), "big")


@functools.cache
def _waves() -> np.ndarray:
    """(8, 32) float64: the slowest cosines of the type-II transform, as scipy scales them."""
    places = np.arange(_SIDE) + 0.5
    return 2 * np.cos(np.pi / _SIDE * np.arange(_COUNT)[:, None] * places)


@functools.cache
def _loops() -> Any:
    from lnl_gui.dataset.pixels import fact_loops  # noqa: PLC0415 - half a second

    return fact_loops
