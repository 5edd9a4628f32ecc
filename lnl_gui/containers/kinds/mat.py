"""Arrays in MATLAB files up to version 7, such as those of SVHN."""

from pathlib import Path
from typing import IO, Any

import numpy as np

from lnl_gui.containers.array_cache import kept_file
from lnl_gui.containers.errors import ContainerError
from lnl_gui.containers.kinds.array import ArrayContainer, load_array
from lnl_gui.util.files.array_file import save_array
from lnl_gui.util.messages import message

LAST = ":last"
"""Ends the name of an array whose images are counted by the last axis, as in SVHN."""


def open_container(path: Path) -> ArrayContainer:
    """Open a `.mat` file; a key is `NAME[LAYOUT]/ROW`."""
    return ArrayContainer(lambda name: mat_array(path, name))


def mat_shapes(path: Path) -> dict[str, tuple[tuple[int, ...], str]]:
    """Shape and MATLAB's type of each variable.

    Raises:
        ContainerError: for version 7.3, which is HDF5, and for other files.
        OSError: when it cannot be read.
    """
    from scipy.io import whosmat  # noqa: PLC0415 -- loads for a while, and few need it

    return {name: (tuple(shape), kind) for name, shape, kind in _asked(whosmat, path)}


def mat_array(path: Path, name: str) -> np.ndarray:
    """A variable of any shape, unpacked into the cache once, its images along the first axis.

    Raises:
        ContainerError: when there is no array of that name.
        OSError: when it cannot be read.
    """

    def write(target: IO[bytes]) -> None:
        values = _variable(path, name.removesuffix(LAST))
        moved = np.moveaxis(values, -1, 0) if name.endswith(LAST) else values
        save_array(target, np.ascontiguousarray(moved))

    size = path.stat().st_size
    return load_array(kept_file(path, name, write, size), "")


def _variable(path: Path, name: str) -> np.ndarray:
    from scipy.io import loadmat  # noqa: PLC0415

    found = _asked(loadmat, path, variable_names=[name]).get(name)
    if not isinstance(found, np.ndarray) or found.dtype.kind not in "buif":
        raise ContainerError(message("there is no array `{name}` in it", name=name[:80]))
    return found


def _asked(ask: Any, path: Path, **options: Any) -> Any:
    try:
        return ask(str(path), **options)
    except NotImplementedError:
        raise ContainerError(message("a MATLAB file of version 7.3, which is HDF5")) from None
    except OSError:
        raise
    except Exception as error:  # damaged files raise anything
        reason = str(error) or type(error).__name__
        raise ContainerError(message("damaged: {reason}", reason=reason[:190])) from error
