"""LMDB databases, written by lmdb."""

import io
import pickle  # noqa: TID251 -- what is read is written here
import shutil
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from lnl_gui.containers.location import Member
from lnl_gui.containers.read import close_containers, exported_file, image_bytes
from lnl_gui.dataset.readers.read import read_dataset
from lnl_gui.util.errors import UserError
from tests.dataset.array_images import drawings, labels, pixels, splits

lmdb = pytest.importorskip("lmdb")
IMAGES = drawings(6, 16, 3)


@pytest.fixture(autouse=True)
def _closed() -> Iterator[None]:
    yield
    close_containers()


def _png(number: int) -> bytes:
    stream = io.BytesIO()
    Image.fromarray(IMAGES[number]).save(stream, "PNG")
    return stream.getvalue()


def _write(folder: Path, items: dict[bytes, bytes]) -> Path:
    folder.parent.mkdir(parents=True, exist_ok=True)
    opened = lmdb.open(str(folder), map_size=1 << 22)
    with opened.begin(write=True) as transaction:
        for key, value in items.items():
            transaction.put(key, value)
    opened.close()
    return folder


def test_labels_in_keys_and_splits_in_names(tmp_path: Path) -> None:
    for split in ("train", "val"):
        items = {f"{'cat' if n % 2 else 'dog'}/{n}.png".encode(): _png(n) for n in range(6)}
        _write(tmp_path / f"pets_{split}_lmdb", items)
    listing = read_dataset(tmp_path)
    assert listing.reader == "lmdb"
    assert labels(listing) == ["cat"] * 3 + ["dog"] * 3 + ["cat"] * 3 + ["dog"] * 3
    assert splits(listing) == ["train"] * 6 + ["val"] * 6
    assert [image_bytes(r.file) for r in listing.records[:3]] == [_png(n) for n in (1, 3, 5)]
    member = listing.records[0].file
    assert isinstance(member, Member)
    assert exported_file(member) == ("1.png", _png(1))
    # It is open for the images while it is read anew.
    assert len(read_dataset(tmp_path).records) == 12


def test_labels_in_values_beside(tmp_path: Path) -> None:
    items = {f"image-{n:09}".encode(): _png(n) for n in range(6)}
    items |= {f"label-{n:09}".encode(): [b"BMW", b"dog"][n % 2] for n in range(5)}
    items[b"num-samples"] = b"7"
    listing = read_dataset(_write(tmp_path / "a", items))
    assert labels(listing) == ["BMW", "dog", "BMW", "dog", "BMW", ""]
    assert "has 7 records" in str(listing.suspicions[0])


@pytest.mark.parametrize("protocol", [2, 5])
def test_pickled_pairs(tmp_path: Path, protocol: int) -> None:
    items = {f"{n:04}".encode(): pickle.dumps((_png(n), n % 3), protocol) for n in range(6)}
    items[b"__len__"] = pickle.dumps(6)
    listing = read_dataset(_write(tmp_path / "a", items))
    assert labels(listing) == ["0", "1", "2"] * 2
    assert np.array_equal(pixels(listing), IMAGES)
    arrays = {f"{n:04}".encode(): pickle.dumps((IMAGES[n], n % 3), protocol) for n in range(6)}
    assert np.array_equal(pixels(read_dataset(_write(tmp_path / "b", arrays))), IMAGES)


def test_datum_of_caffe(tmp_path: Path) -> None:
    def varint(value: int) -> bytes:
        return bytes([value]) if value < 128 else bytes([value & 127 | 128]) + varint(value >> 7)

    items = {}
    for number, image in enumerate(IMAGES):
        data = image[:, :, ::-1].transpose(2, 0, 1).tobytes()
        head = b"\x08\x03\x10\x10\x18\x10\x22" + varint(len(data))
        items[f"{number:08}".encode()] = head + data + b"\x28" + varint(number % 2)
    listing = read_dataset(_write(tmp_path / "a", items))
    assert labels(listing) == ["0", "1"] * 3
    assert np.array_equal(pixels(listing), IMAGES)


def test_a_pickle_that_runs_code_is_refused(tmp_path: Path) -> None:
    evil = b"\x80\x02cos\nsystem\nX\x09\x00\x00\x00touch /xx\x85R."
    folder = _write(tmp_path / "a", {b"0": evil})
    with pytest.raises(UserError, match=r"os\.system"):
        read_dataset(folder)
    shutil.rmtree(folder)
    listing = read_dataset(_write(folder, {b"0": evil, b"a/1": _png(1), b"b/2": _png(2)}))
    assert "os.system" in str(listing.skipped[0].reason)
    assert len(listing.records) == 2


def test_a_database_that_is_cut_short_is_refused(tmp_path: Path) -> None:
    folder = _write(tmp_path / "a", {f"a/{n}".encode(): _png(n % 6) * 9 for n in range(60)})
    data = (folder / "data.mdb").read_bytes()
    (folder / "data.mdb").write_bytes(data[: len(data) // 2])
    with pytest.raises(UserError, match="cut short"):
        read_dataset(folder)
