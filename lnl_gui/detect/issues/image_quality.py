"""Issues of images from pixel statistics: dark, bright, blurry, empty, odd size or shape, damaged.

Every score is absolute, so that 0.9 means the same in any dataset; the threshold is too, unless
the whole dataset lies beyond it. The absolute thresholds for dark and bright follow CleanVision.
O(N log N).
"""

from collections.abc import Mapping

import numpy as np

from lnl_gui.detect.issues.issue import IssueResult, flag_above, flag_unusual
from lnl_gui.util.messages import message

# CleanVision's defaults.
_DARK = 0.68
_BRIGHT = 0.95
# The sharpness of a photograph blurred by about two of 256 pixels.
_HALF_SHARP = 0.001
_BLURRY = 0.5
_FLAT = 0.01
_LOW_INFORMATION = 0.7
_ODD_SIZE = 0.75
# CleanVision's too: a shorter side of .35 of the longer.
_ODD_ASPECT_RATIO = 0.65


def find_image_issues(facts: Mapping[str, np.ndarray] | np.ndarray) -> list[IssueResult]:
    """Find all seven image-quality issues, in a fixed order.

    Args:
        facts: columns (N,) by name, as a structured array or a mapping: `width` and
            `height` in pixels (0 for an unreadable image), `brightness_low`,
            `brightness_high`, `contrast` and `entropy` in [0, 1], `sharpness`, and `truncated`;
            see `lnl_gui.dataset.pixels.facts`.
    """
    # Facts of unreadable images are zeros, which would count as black.
    readable = np.asarray(facts["width"]) > 0

    def column(name: str) -> np.ndarray:
        return np.where(readable, np.asarray(facts[name], dtype=np.float64), np.nan)

    return [
        dark(column("brightness_high")),
        bright(column("brightness_low")),
        blurry(column("sharpness"), column("contrast")),
        low_information(column("entropy")),
        odd_size(column("width"), column("height")),
        odd_aspect_ratio(column("width"), column("height")),
        truncated(column("truncated")),
    ]


def truncated(damaged: np.ndarray) -> IssueResult:
    """Score (N,), 1 where the file is cut short or damaged (N,) and only what is left was read."""
    note = message("1 where the file is cut short or damaged, and what is left of it was read.")
    return flag_above("truncated", damaged, 0.5, note)


def dark(brightness_high: np.ndarray) -> IssueResult:
    """Score (N,) from the 99th percentile of luminance (N,) in [0, 1]: 1 is black."""
    note = message("One less the luminance that 99 % of the pixels stay below.")
    return flag_unusual("dark", 1 - brightness_high, _DARK, note)


def bright(brightness_low: np.ndarray) -> IssueResult:
    """Score (N,) from the 5th percentile of luminance (N,) in [0, 1]: 1 is white."""
    note = message("The luminance that 95 % of the pixels lie above.")
    return flag_unusual("bright", brightness_low, _BRIGHT, note)


def blurry(sharpness: np.ndarray, contrast: np.ndarray) -> IssueResult:
    """Score (N,) from the Laplacian's share of the variance, high where an image is smooth.

    0.5 is a photograph blurred by about two of 256 pixels. A flat image is empty, not blurred.

    Args:
        sharpness: (N,) as `lnl_gui.dataset.pixels.facts.sharpness` measures it.
        contrast: (N,) in [0, 1].
    """
    score = _HALF_SHARP / (_HALF_SHARP + sharpness)
    # Of almost no variance the Laplacian's share is rounding.
    score[contrast < _FLAT] = 0
    note = message("High where neighbouring pixels hardly differ for the contrast there is.")
    return flag_unusual("blurry", score, _BLURRY, note)


def low_information(entropy: np.ndarray) -> IssueResult:
    """Score (N,) from the entropy (N,) in [0, 1] of the grey levels: 1 is one flat colour."""
    note = message("One less the entropy of the grey levels.")
    return flag_unusual("low_information", 1 - entropy, _LOW_INFORMATION, note)


def odd_size(width: np.ndarray, height: np.ndarray) -> IssueResult:
    """Score (N,) of how much larger or smaller than the median image one is.

    0.75 is four times either way in length.

    Args:
        width: (N,) in pixels.
        height: (N,) in pixels.
    """
    # In the logarithm, so that four times as large and a quarter are as odd.
    side = np.log2(np.sqrt(width * height))
    known = np.isfinite(side)
    median = np.median(side[known]) if known.any() else 0.0
    note = message(
        "Against the median side of {side:.0f} pixels; 0.75 is four times either way.",
        side=2**median,
    )
    return flag_unusual("odd_size", 1 - 2 ** -np.abs(side - median), _ODD_SIZE, note)


def odd_aspect_ratio(width: np.ndarray, height: np.ndarray) -> IssueResult:
    """Score (N,), one less the shorter side over the longer: 0 is a square.

    Args:
        width: (N,) in pixels.
        height: (N,) in pixels.
    """
    score = 1 - np.minimum(width, height) / np.maximum(width, height)
    note = message("One less the shorter side over the longer.")
    return flag_unusual("odd_aspect_ratio", score, _ODD_ASPECT_RATIO, note)
