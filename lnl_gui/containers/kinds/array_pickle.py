"""Pickles of dictionaries, lists, texts, numbers and arrays, read without running anything.

A pickle names functions to call. Here every name stands for a class of this module that only takes
notes, so that NumPy itself is never asked to build from what a stranger wrote; any other name is
refused.
"""

import io
import pickle  # noqa: TID251 -- only through `_ArrayUnpickler`, which knows six names
import re
from typing import Any

import numpy as np

from lnl_gui.containers.errors import ContainerError
from lnl_gui.containers.limits import check_size
from lnl_gui.util.messages import message

_DTYPE = re.compile(r"[<>|=]?[buif][1248]")


def read_pickle(data: bytes) -> Any:
    """What a pickle holds; texts of Python 2 stay bytes.

    Raises:
        ContainerError: when it wants to build anything but plain values and arrays of numbers, or
            is damaged.
    """
    check_size(len(data))
    try:
        # In texts of Python 2, such as CIFAR's, any byte may stand.
        return _finished(_ArrayUnpickler(io.BytesIO(data), encoding="bytes").load())
    except ContainerError:
        raise
    except Exception as error:  # damaged pickles raise nearly anything
        reason = str(error) or type(error).__name__
        raise ContainerError(
            message("no pickle that can be read: {reason}", reason=reason[:190])
        ) from error


class _DtypeNotes:
    """Stands for `numpy.dtype`."""

    def __init__(self, code: Any, *_: Any) -> None:
        self.code = code.decode("ascii") if isinstance(code, bytes) else str(code)
        self.order = "="

    def __setstate__(self, state: Any) -> None:
        order = state[1]
        self.order = order.decode("ascii") if isinstance(order, bytes) else str(order)

    def dtype(self) -> np.dtype:
        if not _DTYPE.fullmatch(self.code) or self.order not in "<>|=":
            raise _refused(f"dtype {self.code}")
        return np.dtype(f"{self.order if self.order in '<>' else '='}{self.code.lstrip('<>|=')}")


class _ArrayNotes:
    """Stands for an array that `numpy._reconstruct` has begun and `__setstate__` fills."""

    def __init__(self, *_: Any) -> None:
        self._state: tuple[Any, ...] = ()

    def __setstate__(self, state: tuple[Any, ...]) -> None:
        self._state = state

    def array(self) -> np.ndarray:
        _, shape, dtype, fortran, data = self._state
        sizes = tuple(int(size) for size in shape)
        if not isinstance(dtype, _DtypeNotes) or not isinstance(data, bytes):
            raise _refused("ndarray")
        return np.frombuffer(data, dtype.dtype()).reshape(sizes, order="F" if fortran else "C")


class _BufferNotes:
    """Stands for an array as protocol 5 writes it."""

    def __init__(self, data: Any, dtype: Any, shape: Any, order: Any = "C") -> None:
        self._given = data, dtype, shape, order

    def array(self) -> np.ndarray:
        data, dtype, shape, order = self._given
        if not isinstance(dtype, _DtypeNotes) or not isinstance(data, bytes | bytearray):
            raise _refused("ndarray")
        found = np.frombuffer(bytes(data), dtype.dtype())
        return found.reshape(tuple(map(int, shape)), order="F" if order == "F" else "C")


class _ScalarNotes:
    """Stands for a single number of NumPy."""

    def __init__(self, dtype: Any, data: Any = b"") -> None:
        self._dtype, self._data = dtype, data

    def value(self) -> Any:
        if not isinstance(self._dtype, _DtypeNotes) or not isinstance(self._data, bytes):
            raise _refused("scalar")
        return np.frombuffer(self._data, self._dtype.dtype())[0].item()


class _ArrayType:
    """Stands for the type `numpy.ndarray`, which is only passed on."""


def _encoded(text: Any, encoding: Any = "latin1") -> bytes:
    """Stands for `_codecs.encode`, by which Python 3 writes bytes for Python 2."""
    if not isinstance(text, str) or encoding not in ("latin1", "latin-1"):
        raise _refused("_codecs.encode")
    return text.encode("latin1")


_KNOWN: dict[tuple[str, str], Any] = {
    ("numpy", "dtype"): _DtypeNotes,
    ("numpy", "ndarray"): _ArrayType,
    ("_codecs", "encode"): _encoded,
}
# NumPy 2 renamed the package; from protocol 5 on arrays are written by `_frombuffer`.
for _package in ("numpy.core", "numpy._core"):
    _KNOWN[(f"{_package}.multiarray", "_reconstruct")] = _ArrayNotes
    _KNOWN[(f"{_package}.multiarray", "scalar")] = _ScalarNotes
    _KNOWN[(f"{_package}.numeric", "_frombuffer")] = _BufferNotes


class _ArrayUnpickler(pickle.Unpickler):
    def find_class(self, module: str, name: str) -> Any:
        if (module, name) not in _KNOWN:
            raise _refused(f"{module}.{name}")
        return _KNOWN[(module, name)]

    def persistent_load(self, identifier: Any) -> Any:
        raise _refused("persistent_load")


def _finished(value: Any, depth: int = 3) -> Any:
    """The value with its notes turned into arrays, some levels deep; tuples become lists."""
    if isinstance(value, _ArrayNotes | _BufferNotes):
        return value.array()
    if isinstance(value, _ScalarNotes):
        return value.value()
    if depth and isinstance(value, dict):
        return {key: _finished(entry, depth - 1) for key, entry in value.items()}
    if depth and isinstance(value, list | tuple):
        return [_finished(entry, depth - 1) for entry in value]
    return value


def _refused(name: str) -> ContainerError:
    return ContainerError(
        message(
            "a pickle that asks for `{name}`, which is not built: only plain arrays are read",
            name=name[:80],
        )
    )
