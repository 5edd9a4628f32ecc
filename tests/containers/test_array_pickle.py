"""Pickles of arrays give what NumPy gives, and nothing else is ever built."""

import os
import pickle  # noqa: TID251 -- what is read is written here
from collections import OrderedDict
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from lnl_gui.containers.errors import ContainerError
from lnl_gui.containers.kinds.array_pickle import read_pickle


@pytest.mark.parametrize("protocol", [0, 1, 2, 3, 4, 5])
@pytest.mark.parametrize(
    "array",
    [
        np.arange(24, dtype=np.uint8).reshape(2, 12),
        np.asfortranarray(np.arange(24, dtype=np.int64).reshape(2, 12)),
        np.linspace(0, 1, 7, dtype=np.float32),
        np.arange(6, dtype=">i4"),
        np.array([True, False]),
    ],
)
def test_arrays_come_back(array: np.ndarray, protocol: int) -> None:
    found = read_pickle(pickle.dumps({b"data": array, "n": 3, b"l": [1, 2]}, protocol=protocol))
    assert np.array_equal(found[b"data"], array)
    assert found[b"data"].dtype == array.dtype
    assert found[b"l"] == [1, 2]


def test_numbers_of_numpy_in_a_list() -> None:
    values = [np.int64(3), np.int64(250)]
    assert read_pickle(pickle.dumps({"labels": values}, protocol=2)) == {"labels": [3, 250]}


def test_python_2() -> None:
    """A dictionary as Python 2 wrote it: texts are bytes."""
    old = b"(dp0\nS'labels'\np1\n(lp2\nI6\naI9\nasS'label_names'\np3\n(lp4\nS'frog'\np5\nas."
    assert read_pickle(old) == {b"labels": [6, 9], b"label_names": [b"frog"]}


class Evil:
    def __init__(self, call: Any, *arguments: Any) -> None:
        self._call, self._arguments = call, arguments

    def __reduce__(self) -> tuple[Any, ...]:
        return self._call, self._arguments


@pytest.mark.parametrize(
    "value",
    [
        Evil(os.system, "touch ran"),
        Evil(Path.touch, Path("ran")),
        Evil(exec, "open('ran', 'w')"),
        Evil(np.load, "ran"),
        Evil(np.frombuffer, b"abc"),
        Evil(np.zeros, 10**12),
        OrderedDict(a=1),
        np.array([object()], object),
        np.array([{}], object),
        np.array([("a", 1)], [("x", "U3"), ("y", "i4")]),
        np.ma.masked_array([1, 2]),
    ],
)
@pytest.mark.parametrize("protocol", [0, 2, 4])
def test_nothing_else_is_built(
    value: Any, protocol: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(ContainerError):
        read_pickle(pickle.dumps({"data": value}, protocol=protocol))
    assert not Path("ran").exists()


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"text",
        b"\x80\x04\x8e\xff\xff\xff\xff\xff\xff\xff\x7f",  # bytes of a claimed length
        b"\x80\x02cnumpy\ndtype\n(X\x01\x00\x00\x00Otb.",
        b"\x80\x02cnumpy.core.multiarray\n_reconstruct\n)R(K\x01K\xfftb.",
        pickle.dumps(np.arange(5))[:40],
        b"\x80\x04Pid\n.",
    ],
)
def test_damaged_pickles_are_refused(data: bytes) -> None:
    with pytest.raises(ContainerError):
        found = read_pickle(data)
        raise AssertionError(found)


def test_an_array_that_lies_about_its_shape_is_refused() -> None:
    data = pickle.dumps(np.zeros((2, 3), np.uint8), protocol=2)
    lying = data.replace(b"K\x02K\x03\x86", b"K\xffK\xff\x86")
    assert lying != data
    with pytest.raises(ContainerError):
        read_pickle(lying)
