"""Datasets in the files in which they are handed out: ours agrees with torchvision image by image.

The files are written here in the official layout, and read by torchvision's own readers.
"""

import gzip
import pickle  # noqa: TID251 -- the official files are pickles
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from lnl_gui.containers.read import close_containers
from lnl_gui.dataset.readers.read import read_dataset
from lnl_gui.util.errors import UserError
from tests.dataset.array_images import drawings, labels, pixels, splits

datasets = pytest.importorskip("torchvision.datasets")
NAMES = ["airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck"]


@pytest.fixture(autouse=True)
def _closed() -> Iterator[None]:
    yield
    close_containers()


@pytest.fixture
def unchecked(monkeypatch: pytest.MonkeyPatch) -> None:
    """The checksums of the real downloads are not those of the files written here."""
    for module in ("cifar", "svhn", "stl10"):
        monkeypatch.setattr(f"torchvision.datasets.{module}.check_integrity", lambda *_: True)


def planes(images: np.ndarray) -> np.ndarray:
    return images.transpose(0, 3, 1, 2).reshape(len(images), -1)


def cifar10(folder: Path, protocol: int = 2) -> np.ndarray:
    images = drawings(60, 32, 3)
    folder.mkdir(parents=True)
    for number, name in enumerate([*(f"data_batch_{n}" for n in range(1, 6)), "test_batch"]):
        part = images[number * 10 : number * 10 + 10]
        batch = {
            "batch_label": "a batch",
            "labels": [(number + n) % 10 for n in range(10)],
            "data": np.ascontiguousarray(planes(part)),
            "filenames": [f"{name}_{n}.png" for n in range(10)],
        }
        dumped = python2(batch) if protocol == 0 else pickle.dumps(batch, protocol=protocol)
        (folder / name).write_bytes(dumped)
    meta = {"label_names": NAMES, "num_vis": 3072}
    dumped = python2(meta) if protocol == 0 else pickle.dumps(meta, protocol=protocol)
    (folder / "batches.meta").write_bytes(dumped)
    return images


def python2(values: dict[str, Any]) -> bytes:
    """A pickle as Python 2 and the NumPy of its day wrote the real files."""
    return b"\x80\x02" + _old(values) + b"."


def _old(value: Any) -> bytes:
    if isinstance(value, str):
        value = value.encode("ascii")
    if isinstance(value, bytes):
        return b"T" + len(value).to_bytes(4, "little") + value
    if isinstance(value, int):
        return b"J" + value.to_bytes(4, "little", signed=True)
    if isinstance(value, list):
        return b"](" + b"".join(map(_old, value)) + b"e"
    if isinstance(value, dict):
        return b"}(" + b"".join(_old(k) + _old(v) for k, v in value.items()) + b"u"
    assert isinstance(value, np.ndarray)
    begun = b"cnumpy.core.multiarray\n_reconstruct\n(cnumpy\nndarray\n(K\x00tU\x01btR"
    dtype = b"cnumpy\ndtype\n(U\x02u1K\x00K\x01tR(K\x03U\x01|NNN" + 2 * _old(-1) + b"K\x00tb"
    shape = b"(" + b"".join(_old(size) for size in value.shape) + b"t"
    return begun + b"(K\x01" + shape + dtype + b"\x89" + _old(value.tobytes()) + b"tb"


def torch_pixels(found: Any) -> np.ndarray:
    return np.stack([np.asarray(image) for image, _ in found])


@pytest.mark.usefixtures("unchecked")
@pytest.mark.parametrize("protocol", [0, 2, 4, 5])
@pytest.mark.parametrize("inner", [False, True])
def test_cifar10(tmp_path: Path, protocol: int, inner: bool) -> None:
    folder = tmp_path / "cifar-10-batches-py"
    cifar10(folder, protocol)
    ours = read_dataset(folder if inner else tmp_path)
    assert ours.reader == "cifar"
    theirs = [datasets.CIFAR10(str(tmp_path), train=train) for train in (True, False)]
    assert np.array_equal(pixels(ours), np.concatenate([torch_pixels(t) for t in theirs]))
    assert labels(ours) == [NAMES[label] for t in theirs for _, label in t]
    assert splits(ours) == ["train"] * 50 + ["test"] * 10
    assert ours.class_names == NAMES
    assert ours.records[12].path == "data_batch_2/00002"


@pytest.mark.parametrize(
    "name", ["CIFAR-10_human.pt", "CIFAR-10_human_ordered.npy", "data/cifar10h-probs.npy"]
)
def test_labels_of_people_beside_cifar_are_said(tmp_path: Path, name: str) -> None:
    cifar10(tmp_path / "cifar-10-batches-py")
    assert not read_dataset(tmp_path).warnings
    (tmp_path / name).parent.mkdir(exist_ok=True)
    (tmp_path / name).write_bytes(b"labels")
    (note,) = read_dataset(tmp_path).warnings
    assert f"were not read: `{Path(name).name}`" in str(note)


def test_one_batch_and_batches_that_are_missing(tmp_path: Path) -> None:
    folder = tmp_path / "cifar-10-batches-py"
    images = cifar10(folder)
    assert np.array_equal(pixels(read_dataset(folder / "data_batch_2")), images[10:20])
    (folder / "data_batch_3").unlink()
    listing = read_dataset(folder)
    assert len(listing.records) == 50
    assert any("data_batch_3" in str(warning) for warning in listing.warnings)


@pytest.mark.usefixtures("unchecked")
def test_cifar100(tmp_path: Path) -> None:
    folder = tmp_path / "cifar-100-python"
    folder.mkdir()
    images = drawings(40, 32, 3)
    fine, coarse = [f"fine {n}" for n in range(100)], [f"coarse {n}" for n in range(20)]
    for name, part in (("train", images[:30]), ("test", images[30:])):
        batch = {
            "data": planes(part),
            "fine_labels": [3 * n % 100 for n in range(len(part))],
            "coarse_labels": [n % 20 for n in range(len(part))],
            "filenames": [f"{n}.png" for n in range(len(part))],
        }
        (folder / name).write_bytes(pickle.dumps(batch, protocol=2))
    meta = {"fine_label_names": fine, "coarse_label_names": coarse}
    (folder / "meta").write_bytes(pickle.dumps(meta, protocol=2))
    ours = read_dataset(tmp_path)
    theirs = [datasets.CIFAR100(str(tmp_path), train=train) for train in (True, False)]
    assert np.array_equal(pixels(ours), np.concatenate([torch_pixels(t) for t in theirs]))
    assert labels(ours) == [fine[label] for t in theirs for _, label in t]
    assert ours.reading.columns is not None
    assert ours.reading.columns.label == "fine_labels"
    assert ours.reading.columns.candidates == (("fine_labels", 100), ("coarse_labels", 20))
    by_coarse = read_dataset(tmp_path, label_column="coarse")
    assert labels(by_coarse)[:3] == ["coarse 0", "coarse 1", "coarse 2"]


def test_cifar_binary(tmp_path: Path) -> None:
    images = drawings(20, 32, 3)
    said = np.arange(20, dtype=np.uint8)[:, None] % 10
    rows = np.concatenate([said, planes(images)], axis=1)
    (tmp_path / "data_batch_1.bin").write_bytes(rows[:10].tobytes())
    (tmp_path / "test_batch.bin").write_bytes(rows[10:].tobytes())
    (tmp_path / "batches.meta.txt").write_text("\n".join(NAMES) + "\n\n")
    listing = read_dataset(tmp_path)
    assert np.array_equal(pixels(listing), images)
    assert labels(listing) == NAMES * 2


def test_cifar100_binary(tmp_path: Path) -> None:
    images = drawings(10, 32, 3)
    said = np.stack([np.arange(10) // 5, np.arange(10)], axis=1).astype(np.uint8)
    rows = np.concatenate([said, planes(images)], axis=1)
    (tmp_path / "train.bin").write_bytes(rows.tobytes())
    (tmp_path / "fine_label_names.txt").write_text("\n".join(f"f{n}" for n in range(100)))
    (tmp_path / "coarse_label_names.txt").write_text("\n".join(f"c{n}" for n in range(20)))
    listing = read_dataset(tmp_path)
    assert np.array_equal(pixels(listing), images)
    assert labels(listing) == [f"f{n}" for n in range(10)]
    assert labels(read_dataset(tmp_path, label_column="coarse_labels")) == ["c0"] * 5 + ["c1"] * 5


def write_idx(file: Path, values: np.ndarray, *, packed: bool) -> None:
    head = bytes([0, 0, 8, values.ndim]) + np.array(values.shape, ">u4").tobytes()
    data = head + values.astype(np.uint8).tobytes()
    file.parent.mkdir(parents=True, exist_ok=True)
    if packed:
        file.with_name(f"{file.name}.gz").write_bytes(gzip.compress(data))
    else:
        file.write_bytes(data)


def mnist(folder: Path, *, packed: bool, before: str = "", test: str = "t10k") -> np.ndarray:
    images = drawings(30)
    for name, rows in (("train", slice(0, 20)), (test, slice(20, 30))):
        start = folder / f"{before}{name}"
        write_idx(Path(f"{start}-images-idx3-ubyte"), images[rows], packed=packed)
        said = np.arange(30)[rows] % 10
        write_idx(Path(f"{start}-labels-idx1-ubyte"), said, packed=packed)
    return images


@pytest.mark.parametrize("packed", [False, True])
@pytest.mark.parametrize("name", ["MNIST", "FashionMNIST", "KMNIST"])
def test_mnist(tmp_path: Path, name: str, packed: bool) -> None:
    folder = tmp_path / name / "raw"
    mnist(folder, packed=False)
    theirs = [getattr(datasets, name)(str(tmp_path), train=train) for train in (True, False)]
    if packed:
        for file in folder.iterdir():
            file.unlink()
        mnist(folder, packed=True)
    for place in (tmp_path, folder, tmp_path / name):
        ours = read_dataset(place)
        assert ours.reader == "idx"
        assert np.array_equal(pixels(ours), np.concatenate([torch_pixels(t) for t in theirs]))
        assert labels(ours) == [str(label) for t in theirs for _, label in t]
        assert splits(ours) == ["train"] * 20 + ["test"] * 10


def test_names_with_points_and_both_forms(tmp_path: Path) -> None:
    images = drawings(20)
    write_idx(tmp_path / "train-images.idx3-ubyte", images, packed=False)
    write_idx(tmp_path / "train-images.idx3-ubyte", images, packed=True)
    write_idx(tmp_path / "train-labels.idx1-ubyte", np.arange(20) % 10, packed=False)
    assert np.array_equal(pixels(read_dataset(tmp_path)), images)
    assert len(read_dataset(tmp_path / "train-images.idx3-ubyte").records) == 20


@pytest.mark.parametrize("packed", [False, True])
def test_emnist_stands_upright_with_its_letters(tmp_path: Path, packed: bool) -> None:
    folder = tmp_path / "EMNIST" / "raw"
    mnist(folder, packed=False, before="emnist-letters-", test="test")
    theirs = [datasets.EMNIST(str(tmp_path), "letters", train=train) for train in (True, False)]
    wanted = np.concatenate([torch_pixels(t) for t in theirs]).transpose(0, 2, 1)
    (folder / "emnist-letters-mapping.txt").write_text(
        "".join(f"{n} {ord('A') + n} {ord('a') + n}\n" for n in range(26))
    )
    if packed:
        for file in folder.glob("*-ubyte"):
            file.unlink()
        mnist(folder, packed=True, before="emnist-letters-", test="test")
    ours = read_dataset(tmp_path)
    assert np.array_equal(pixels(ours), wanted)
    assert labels(ours)[:3] == ["A", "B", "C"]
    assert any("upright" in str(warning) for warning in ours.warnings)


@pytest.mark.usefixtures("unchecked")
def test_svhn(tmp_path: Path) -> None:
    scipy_io = pytest.importorskip("scipy.io")
    images = drawings(30, 32, 3)
    said = (np.arange(30) % 10 + 1).astype(np.uint8)[:, None]
    for name, rows in (("train", slice(0, 20)), ("test", slice(20, 30))):
        stored = {"X": images[rows].transpose(1, 2, 3, 0), "y": said[rows]}
        scipy_io.savemat(tmp_path / f"{name}_32x32.mat", stored, do_compression=True)
    ours = read_dataset(tmp_path)
    assert ours.reader == "matlab-arrays"
    theirs = [datasets.SVHN(str(tmp_path), split=split) for split in ("train", "test")]
    assert np.array_equal(pixels(ours), np.concatenate([torch_pixels(t) for t in theirs]))
    assert labels(ours) == [str(label) for t in theirs for _, label in t]
    assert splits(ours) == ["train"] * 20 + ["test"] * 10
    assert any("10 for the digit 0" in str(warning) for warning in ours.warnings)


@pytest.mark.usefixtures("unchecked")
def test_stl10(tmp_path: Path) -> None:
    folder = tmp_path / "stl10_binary"
    folder.mkdir()
    images = drawings(24, 96, 3)
    stored = images.transpose(0, 3, 2, 1)  # planes, each column by column
    said = (np.arange(24) % 10 + 1).astype(np.uint8)
    for name, rows in (("train", slice(0, 10)), ("test", slice(10, 20))):
        (folder / f"{name}_X.bin").write_bytes(np.ascontiguousarray(stored[rows]).tobytes())
        (folder / f"{name}_y.bin").write_bytes(said[rows].tobytes())
    (folder / "unlabeled_X.bin").write_bytes(np.ascontiguousarray(stored[20:]).tobytes())
    (folder / "class_names.txt").write_text("\n".join(NAMES) + "\n")
    (folder / "fold_indices.txt").write_text("0 1 2\n")
    ours = read_dataset(tmp_path)
    assert ours.reader == "stl10"
    theirs = [datasets.STL10(str(tmp_path), split=s) for s in ("train", "test", "unlabeled")]
    assert np.array_equal(pixels(ours), np.concatenate([torch_pixels(t) for t in theirs]))
    assert labels(ours) == [NAMES[label] if label >= 0 else "" for t in theirs for _, label in t]


@pytest.mark.parametrize(
    "damage",
    [
        lambda file: file.write_bytes(file.read_bytes()[:500]),
        lambda file: file.write_bytes(b"\0\0\x08\x03" + b"\xff" * 12 + bytes(100)),
        lambda file: file.write_bytes(b"no idx file at all, but text"),
        lambda file: file.write_bytes(gzip.compress(file.read_bytes())[:200]),
    ],
)
def test_damaged_idx_files_are_refused(tmp_path: Path, damage: Any) -> None:
    mnist(tmp_path, packed=False)
    damage(tmp_path / "train-images-idx3-ubyte")
    with pytest.raises(UserError, match="train-images-idx3-ubyte"):
        read_dataset(tmp_path)


def test_mixed_idx_files_are_refused(tmp_path: Path) -> None:
    mnist(tmp_path, packed=False)
    write_idx(tmp_path / "train-labels-idx1-ubyte", np.arange(9), packed=False)
    with pytest.raises(UserError, match=r"20 images, and .* has 9 labels"):
        read_dataset(tmp_path)


@pytest.mark.parametrize(
    "change",
    [
        {b"labels": [0] * 9},
        {b"labels": [99] * 10},
        {b"data": np.zeros((10, 784), np.uint8)},
        {b"labels": [None] * 10},
    ],
)
def test_batches_that_do_not_fit_are_refused(tmp_path: Path, change: dict[bytes, Any]) -> None:
    cifar10(tmp_path / "b")
    batch = {b"labels": list(range(10)), b"data": np.zeros((10, 3072), np.uint8)} | change
    (tmp_path / "b/data_batch_1").write_bytes(pickle.dumps(batch, protocol=2))
    with pytest.raises(UserError, match="data_batch_1"):
        read_dataset(tmp_path / "b")
