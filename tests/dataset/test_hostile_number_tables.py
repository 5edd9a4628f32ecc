"""Files of predictions and embeddings that are none are refused with their name."""

import gzip
import io
from pathlib import Path

import numpy as np
import pytest

from lnl_gui.dataset.number_tables import read_names, read_numbers
from lnl_gui.util.errors import UserError


def _npy(array: np.ndarray) -> bytes:
    stream = io.BytesIO()
    np.save(stream, array, allow_pickle=True)
    return stream.getvalue()


def _header(text: str) -> bytes:
    return b"\x93NUMPY\x01\x00v\x00" + text.encode().ljust(117) + b"\n" + bytes(64)


FILES = {
    "empty.npy": b"",
    "random.npy": np.random.default_rng(0).bytes(500),
    "objects.npy": _npy(np.array([{}], object)),
    "records.npy": _npy(np.zeros(3, [("a", "f4")])),
    "text.npy": _npy(np.array([["x", "y"]])),
    "code.npy": _header("{'descr': __import__('os').getcwd(), 'shape': (1, 1)}"),
    "torn.npy": _header("{'descr': '<f4', 'shape': (((((((("),
    "vast.npy": _header("{'descr': '<f4', 'fortran_order': False, 'shape': (9, 99999999999999)}"),
    "pickled.npz": b"\x80\x04}\x94\x8c\x01a\x94K\x01s.",
    "torn.npz": b"PK\3\4" + b"0" * 100,
    "deep.json": b"[" * 200_000,
    "long.csv": b"path," + b"x" * 200_000 + b"\n",
    "nul.csv": b"path,a\n\0\0,\0\n",
    "torn.csv.gz": gzip.compress(b"path,a\nx,1\n")[:-9],
    "no.csv.gz": b"\x1f\x8b\x08\0",
    "other.txt": "path,a\nx,é\n".encode("latin-1"),
}


@pytest.mark.parametrize("name", FILES)
def test_they_are_refused_by_name(tmp_path: Path, name: str) -> None:
    file = tmp_path / name
    file.write_bytes(FILES[name])
    with pytest.raises(UserError) as caught:
        read_numbers(file)
    assert name in str(caught.value.message)


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("deep.json", b"[" * 200_000),
        ("number.json", b"5"),
        ("mixed.json", b'["a", 1]'),
        ("objects.npy", FILES["objects.npy"]),
        (
            "vast.npy",
            _header("{'descr': '<U9', 'fortran_order': False, 'shape': (9999999999999,)}"),
        ),
        ("code.npy", FILES["code.npy"]),
        ("bytes.txt", b"\xff\xfe\xfa"),
    ],
)
def test_lists_of_names_too(tmp_path: Path, name: str, content: bytes) -> None:
    file = tmp_path / name
    file.write_bytes(content)
    with pytest.raises(UserError) as caught:
        read_names(file)
    assert name in str(caught.value.message)
