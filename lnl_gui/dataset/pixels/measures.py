"""Brightness, contrast, sharpness and entropy of a grey picture."""

import functools
import math
from dataclasses import dataclass
from typing import Any

import numpy as np
from PIL import Image

_WHITE_NOISE_GAIN = 20.0  # 4^2 + 4 * 1^2: what the Laplacian does to the variance of white noise
_DARK_SHARE, _LIGHT_SHARE = 0.05, 0.99
_BITS = 8.0


@dataclass(frozen=True)
class Measures:
    """What is measured of a picture's luminance, which is in [0, 1].

    Attributes:
        brightness: mean luminance; `brightness_low` and `brightness_high` are its 5th and 99th
            percentiles (a dark image has a low 99th, an overexposed one a high 5th).
        sharpness: variance of the Laplacian over 20 times the variance of luminance: 1 for
            white noise, near 0 for a blurred or empty picture.
        contrast: standard deviation of luminance, 0 to 0.5.
        entropy: of the 256-bin luminance histogram, in bits over 8: 0 for one flat colour.
    """

    brightness: float
    brightness_low: float
    brightness_high: float
    sharpness: float
    contrast: float
    entropy: float


def measured(grey: np.ndarray, *, compiled: bool = False) -> Measures:
    """Measure a grey picture.

    Args:
        grey: (H, W) uint8.
        compiled: in one compiled loop, which differs in the last bits; for many pictures.
    """
    if compiled:
        return _measured_compiled(grey)
    histogram = np.array(Image.fromarray(grey).histogram())
    share, level = histogram / grey.size, np.arange(256.0)
    mean = float(share @ level)
    return Measures(
        brightness=mean / 255.0,
        brightness_low=level_at(histogram, _DARK_SHARE),
        brightness_high=level_at(histogram, _LIGHT_SHARE),
        sharpness=sharpness(grey),
        contrast=math.sqrt(float(share @ (level - mean) ** 2)) / 255.0,
        entropy=entropy(histogram),
    )


def _measured_compiled(grey: np.ndarray) -> Measures:
    loops, shares = _compiled()
    values = np.empty(4 + len(shares))
    loops.measure(np.ascontiguousarray(grey), shares, values)
    mean, deviation, of_laplacian, bits, low, high = values.tolist()
    return Measures(
        brightness=mean / 255.0,
        brightness_low=low / 255.0,
        brightness_high=high / 255.0,
        sharpness=_relative(of_laplacian, deviation**2),
        contrast=deviation / 255.0,
        entropy=bits / _BITS,
    )


@functools.cache
def _compiled() -> tuple[Any, np.ndarray]:
    from lnl_gui.dataset.pixels import fact_loops  # noqa: PLC0415 - half a second

    return fact_loops, np.array([_DARK_SHARE, _LIGHT_SHARE])


def sharpness(grey: np.ndarray) -> float:
    """Variance of the 4-neighbour Laplacian relative to that of white noise.

    Args:
        grey: (H, W) uint8, or float of the same range; edges are continued by repetition.
    """
    exact = grey.astype(np.int16 if grey.dtype == np.uint8 else np.float32)
    laplacian: np.ndarray = -4 * exact
    for axis in (0, 1):
        line = np.moveaxis(exact, axis, 0)
        total: np.ndarray = np.moveaxis(laplacian, axis, 0)
        np.add(total[1:], line[:-1], out=total[1:])
        np.add(total[:-1], line[1:], out=total[:-1])
        total[0] += line[0]
        total[-1] += line[-1]
    return _relative(_variance(laplacian), _variance(exact))


def _relative(of_laplacian: float, variance: float) -> float:
    # Below one grey level there is nothing to be sharp about: the floor keeps flat images at 0.
    return of_laplacian / (_WHITE_NOISE_GAIN * (variance + 1.0))


def _variance(values: np.ndarray) -> float:
    flat = values.ravel().astype(np.float32)
    # Not a product of vectors, for which BLAS would start threads of its own.
    return float(np.square(flat - flat.mean()).mean())


def entropy(histogram: np.ndarray) -> float:
    """Shannon entropy of a (256,) histogram of grey levels, in bits over 8."""
    share = histogram[histogram > 0] / histogram.sum()
    return max(0.0, float(-(share * np.log2(share)).sum() / _BITS))


def level_at(histogram: np.ndarray, share: float) -> float:
    """The lowest grey level, over 255, that at least `share` of the pixels do not exceed.

    Args:
        histogram: (256,) pixels of each grey level.
        share: in [0, 1].
    """
    counts = np.cumsum(histogram)
    return float(np.searchsorted(counts, share * counts[-1])) / 255.0
