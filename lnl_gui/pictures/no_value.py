"""Values of a picture that tell nothing of what it shows: where there is no value, and hot pixels.

Maps and measurements have a number for what was not measured, which lies far outside of all others:
on a scale that held it, everything else would be one grey.
"""

import numpy as np
from PIL import Image

from lnl_gui.pictures.rendering import USUAL_DEPTHS

NO_DATA = "no_data"
"""Among what is known of an opened image: the value that its file declares to be none."""
_GDAL_NO_DATA = 42113
# What programs write where nothing was measured, taken for that only far outside of the others.
_USUAL = (-9999.0, -99999.0, -32768.0, -32767.0, -2147483648.0)
_BEYOND_MEASURE = 1e38
"""No measurement, but what stands for none in fractions of 32 bits."""
_ROUNDING = 1e-6
# Of the pixels of a picture as many may be hot; of a small one some more.
_HOT_SHARE, _HOT_PIXELS, _MOST_HOT = 1e-4, 4, 1e-3
_FAR = 2
"""A hot pixel is as many times brighter than the depth that holds all others."""


def declared_no_data(image: Image.Image) -> float | None:
    """The value that a TIFF declares to stand for none (GDAL_NODATA); None where it does not.

    Args:
        image: opened.
    """
    tags = getattr(image, "tag_v2", None)
    try:
        text = tags[_GDAL_NO_DATA] if tags is not None else ""
        found = float((text[0] if isinstance(text, tuple) else text).strip("\0 "))
    except (TypeError, ValueError, IndexError, KeyError, AttributeError):
        return None
    return None if np.isnan(found) else found


def is_no_data(values: np.ndarray, no_data: float) -> np.ndarray:
    """Which of the values, of any shape, are the one that stands for none."""
    if values.dtype.kind != "f":
        return np.asarray(values == no_data)
    # As text it is rounded.
    return np.asarray(np.isclose(values, no_data, rtol=_ROUNDING, atol=0))


def measured_values(values: np.ndarray, no_data: float | None) -> np.ndarray:
    """The values, in one row, that something was measured by.

    Args:
        values: of any shape.
        no_data: the value that the file declares to stand for none.
    """
    known = values.reshape(-1)
    if known.dtype.kind == "f":
        known = known[np.abs(known) < _BEYOND_MEASURE]
    if no_data is not None:
        known = known[~is_no_data(known, no_data)]
    if not known.size:
        return known
    lowest = float(known.min())
    if lowest not in _USUAL:
        return known
    others = known[known != known.min()]
    if not others.size:
        return others
    least, most = float(others.min()), float(others.max())
    return others if least - lowest > most - least else known


def greatest_of(whole: np.ndarray) -> float:
    """The greatest of some whole numbers (N,), at least one, without a few hot pixels."""
    greatest = float(whole.max())
    hot = int(min(max(_HOT_PIXELS, _HOT_SHARE * whole.size), _MOST_HOT * whole.size))
    for depth in USUAL_DEPTHS:
        if np.count_nonzero(whole > depth) <= hot:
            return float(whole[whole <= depth].max()) if greatest > _FAR * depth else greatest
    return greatest
