"""Numbers as other packages hold them, as arrays of numpy."""

from typing import Any

import numpy as np


def plain_array(values: Any) -> np.ndarray:
    """An array of lists, frames, series, and of tensors wherever they lie and with a gradient."""
    if hasattr(values, "detach"):
        values = values.detach().cpu()
        # numpy knows no such type.
        if str(values.dtype) == "torch.bfloat16":
            values = values.float()
    return np.asanyarray(values) if np.ma.isMaskedArray(values) else np.asarray(values)


def is_masked(values: Any) -> bool:
    """Whether some entries of an array are masked: what lies under the mask is no value."""
    return bool(np.ma.is_masked(values))
