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
# A fraction that so many pixels share, and that lies so many times the span of all others away from
# these, is no measurement. There may be two, for what is below and above a scale.
_FEWEST_EQUAL, _SHARE_EQUAL, _FAR_OFF, _MOST_ENDS = 4, 1e-3, 2, 2
_FEW_VALUES, _LOOKED_AT = 16, 4096
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
    if lowest in _USUAL:
        others = known[known != known.min()]
        if not others.size or _span_to(others, lowest) > _span(others):
            known = others
    return _without_ends(known) if known.dtype.kind == "f" else known


def _without_ends(known: np.ndarray) -> np.ndarray:
    """Fractions without a value that many share and that lies far below or above all others.

    As 1e20, -999 or the fill value of netCDF; measurements are rarely equal. Whole numbers may be
    cut off at a value that much of a picture has.
    """
    for _ in range(_MOST_ENDS if known.size else 0):
        for end in (known.min(), known.max()):
            others = known[known != end]
            shared = known.size - others.size
            if (
                shared >= max(_FEWEST_EQUAL, _SHARE_EQUAL * known.size)
                and _span_to(others, float(end)) > _FAR_OFF * _span(others)
                and _is_varied(others)
            ):
                known = others
                break
        else:
            break
    return known


def _span(values: np.ndarray) -> float:
    return float(values.max()) - float(values.min()) if values.size else 0.0


def _span_to(values: np.ndarray, end: float) -> float:
    """How far a value is from the nearest of others; 0 where there are none."""
    if not values.size:
        return 0.0
    return max(float(values.min()) - end, end - float(values.max()))


def _is_varied(values: np.ndarray) -> bool:
    """Whether values are measured, and not those of a mask or a map of classes."""
    some = values[:: max(1, values.size // _LOOKED_AT)]
    return np.unique(some).size > _FEW_VALUES


def greatest_of(whole: np.ndarray) -> float:
    """The greatest of some whole numbers (N,), at least one, without a few hot pixels."""
    greatest = float(whole.max())
    hot = int(min(max(_HOT_PIXELS, _HOT_SHARE * whole.size), _MOST_HOT * whole.size))
    for depth in USUAL_DEPTHS:
        if np.count_nonzero(whole > depth) <= hot:
            return float(whole[whole <= depth].max()) if greatest > _FAR * depth else greatest
    return greatest
