"""A package that is missing is named, with how to get it."""

import sys
from pathlib import Path

import pytest

from lnl_gui.dataset.readers.read import read_dataset
from lnl_gui.util.errors import UserError

LMDB_MARK = bytes(16) + b"\xde\xc0\xef\xbe" + bytes(100)


@pytest.mark.parametrize(
    ("package", "name", "data"),
    [
        ("h5py", "a.h5", b"\x89HDF\r\n\x1a\n" + bytes(100)),
        ("crc32c", "a.tfrecord", bytes(100)),
        ("lmdb", "a.lmdb", LMDB_MARK),
    ],
)
def test_named_with_how_to_get_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, package: str, name: str, data: bytes
) -> None:
    monkeypatch.setitem(sys.modules, package, None)
    (tmp_path / name).write_bytes(data)
    with pytest.raises(UserError, match=f"package {package} that reads it is not") as caught:
        read_dataset(tmp_path / name)
    assert f"pip install {package}" in str(caught.value.hint)
    monkeypatch.setattr(sys, "frozen", True, raising=False)
    with pytest.raises(UserError) as caught:
        read_dataset(tmp_path / name)
    assert "install it again" in str(caught.value.hint)
    assert caught.value.code == "missing_package"
