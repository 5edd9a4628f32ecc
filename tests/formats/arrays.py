"""Images in arrays."""

import pickle  # noqa: TID251 - as CIFAR is handed out
import struct
from pathlib import Path

import numpy as np

from tests.formats.case import Case
from tests.formats.truth import CLASSES, SAMPLES, Sample, of_split


def images(samples: list[Sample]) -> np.ndarray:
    return np.stack([sample.pixels for sample in samples])


def labels(samples: list[Sample]) -> np.ndarray:
    return np.array([sample.class_id for sample in samples])


def _npz(folder: Path) -> Path:
    file = folder / "data.npz"
    train, test = of_split("train"), of_split("test")
    np.savez(
        file,
        x_train=images(train),
        y_train=labels(train),
        x_test=images(test),
        y_test=labels(test),
    )
    return file


def _medmnist(folder: Path) -> Path:
    file = folder / "facesmnist.npz"
    parts = {"train": of_split("train"), "test": of_split("test")}
    arrays = {f"{name}_images": images(part) for name, part in parts.items()}
    arrays |= {f"{name}_labels": labels(part)[:, None] for name, part in parts.items()}
    np.savez_compressed(file, **arrays)
    return file


def _npy_pair(folder: Path) -> Path:
    whole = list(SAMPLES)
    np.save(folder / "images.npy", images(whole).transpose(0, 3, 1, 2))
    np.save(folder / "labels.npy", labels(whole))
    return folder


def _course(folder: Path) -> Path:
    """Flattened rows of CIFAR's size as courses hand them out."""
    whole = list(SAMPLES)
    big = np.repeat(np.repeat(images(whole), 2, axis=1), 2, axis=2)
    file = folder / "cifar_subset.npz"
    np.savez(file, X=big.transpose(0, 3, 1, 2).reshape(len(whole), -1), y=labels(whole))
    return file


def _cifar(folder: Path) -> Path:
    inner = folder / "cifar-10-batches-py"
    inner.mkdir()
    parts = {"data_batch_1": of_split("train"), "test_batch": of_split("test")}
    for name, part in parts.items():
        big = np.repeat(np.repeat(images(part), 2, axis=1), 2, axis=2)
        batch = {
            b"batch_label": b"part",
            b"labels": labels(part).tolist(),
            b"data": big.transpose(0, 3, 1, 2).reshape(len(part), -1),
            b"filenames": [sample.name.encode() for sample in part],
        }
        (inner / name).write_bytes(pickle.dumps(batch, protocol=2))
    meta = {b"label_names": [name.encode() for name in CLASSES], b"num_vis": 3072}
    (inner / "batches.meta").write_bytes(pickle.dumps(meta, protocol=2))
    return folder


def _idx(folder: Path) -> Path:
    for prefix, split in (("train", "train"), ("t10k", "test")):
        part = of_split(split)
        grey = np.repeat(np.repeat(images(part)[..., 0], 2, axis=1), 2, axis=2)[:, :28, :28]
        head = struct.pack(">HBBIII", 0, 8, 3, len(part), 28, 28)
        (folder / f"{prefix}-images-idx3-ubyte").write_bytes(head + grey.tobytes())
        head = struct.pack(">HBBI", 0, 8, 1, len(part))
        body = labels(part).astype(np.uint8).tobytes()
        (folder / f"{prefix}-labels-idx1-ubyte").write_bytes(head + body)
    return folder


def _mat(folder: Path) -> Path:
    from scipy.io import savemat

    for split in ("train", "test"):
        part = of_split(split)
        big = np.repeat(np.repeat(images(part), 2, axis=1), 2, axis=2)
        body = {"X": big.transpose(1, 2, 3, 0), "y": labels(part)[:, None] + 1}
        savemat(folder / f"{split}_32x32.mat", body)
    return folder


def _pixel_table(folder: Path) -> Path:
    file = folder / "pixels.csv"
    grey = np.repeat(np.repeat(images(list(SAMPLES))[..., 0], 2, axis=1), 2, axis=2)[:, :28, :28]
    table = np.column_stack([labels(list(SAMPLES)), grey.reshape(len(SAMPLES), -1)])
    header = ",".join(["label", *(f"pixel{at}" for at in range(28 * 28))])
    np.savetxt(file, table, fmt="%d", delimiter=",", header=header, comments="")
    return file


CASES = (
    Case("npz with splits", "numpy", _npz, numbered=True),
    Case("MedMNIST npz", "numpy", _medmnist, numbered=True),
    Case("pair of npy, channels first", "numpy", _npy_pair, has_splits=False, numbered=True),
    Case(
        "flattened rows",
        "numpy",
        _course,
        options={"image_shape": (3, 32, 32)},  # flat images do not show it
        has_splits=False,
        numbered=True,
    ),
    Case("CIFAR-10 batches", "pickle", _cifar),
    Case("MNIST idx", "struct", _idx, numbered=True),
    Case("SVHN mat", "scipy", _mat, numbered=True),
    Case("pixel CSV", "numpy", _pixel_table, has_splits=False, numbered=True),
)
