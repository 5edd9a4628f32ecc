"""Arrays as `.npy` files that appear whole or not at all.

Apart from `util.atomic`, so that the command line's `--help` need not load numpy.
"""

from pathlib import Path

import numpy as np

from lnl_gui.util.atomic import atomic_file


def write_array(target: Path, array: np.ndarray) -> None:
    """Write an array of any shape as a `.npy` file, atomically and without pickling."""
    with atomic_file(target) as stream:
        np.save(stream, array, allow_pickle=False)
