"""Numbers as other packages hold them, as arrays of numpy."""

from typing import Any

import numpy as np


def plain_array(values: Any) -> np.ndarray:
    """Lists, frames, series and tensors, also such with a gradient or on a device, as an array.

    It is (N,), (N, D) or of whatever shape they are; a mask stays.
    """
    if hasattr(values, "detach"):
        values = values.detach().cpu()
        # numpy knows no such type.
        if str(values.dtype) == "torch.bfloat16":
            values = values.float()
    return np.asanyarray(values) if np.ma.isMaskedArray(values) else np.asarray(values)


def is_masked(values: Any) -> bool:
    """Whether entries of an array of any shape are masked: what lies there is no value."""
    return bool(np.ma.is_masked(values))
