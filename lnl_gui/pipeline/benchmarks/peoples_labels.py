"""CIFAR-N's files: the labels that people gave to CIFAR's training images (Wei et al., ICLR 2022).

`CIFAR-10_human.pt` and `CIFAR-100_human.pt` as the authors publish them, or an npz of the same
vectors. They belong to the images in the datasets' own order, which is checked by the true labels
that lie in the same file.
"""

import zipfile
from collections.abc import Mapping
from pathlib import Path

import numpy as np

from lnl_gui.containers.errors import ContainerError
from lnl_gui.containers.kinds.array_pickle import read_pickle
from lnl_gui.util.errors import UserError
from lnl_gui.util.messages import message

TRUTH = "clean"
MOST_BYTES = 64 << 20
"""Of the vectors of one file: those of 50 000 images take 3 MB."""
_ENDING = "_label"
_PREFIXES = {"cifar10": "c10_", "cifar100": "c100_"}
"""Of vectors of both datasets in one npz."""
_SPELLINGS = {"random_label1": "random1", "random_label2": "random2", "random_label3": "random3"}


def peoples_labels(data: Path, name: str, truth: np.ndarray) -> dict[str, np.ndarray]:
    """What people said of the training images, (N,) int32 by label set.

    Args:
        data: a folder that holds the file, or whose folders do.
        name: `cifar10` or `cifar100`.
        truth: (N,) int true labels of the images in the order they were read.

    Raises:
        UserError: when there is no such file, or it belongs to images in another order.
    """
    known: list[str] = []
    for file in _files(data):
        found = _label_sets(file, name)
        if TRUTH not in found or len(found[TRUTH]) != len(truth):
            continue
        known.append(file.name)
        if _same_order(found[TRUTH], truth):
            return {key: labels for key, labels in found.items() if key != TRUTH}
    if known:
        raise UserError(
            message(
                "The images are in another order than the labels of people in {file}.",
                file=known[0],
            ),
            message("Give CIFAR's own files (python batches), whose order CIFAR-N follows."),
            code="benchmark_data",
        )
    raise UserError(
        message("There are no labels of people (CIFAR-N) in {place}.", place=data),
        message("Put {file} of CIFAR-N beside the images.", file="CIFAR-10_human.pt"),
        code="benchmark_data",
    )


def _files(data: Path) -> list[Path]:
    folder = data if data.is_dir() else data.parent
    places = [folder, *sorted(place for place in folder.iterdir() if place.is_dir())]
    return sorted(
        file for place in places for pattern in ("*.pt", "*.npz") for file in place.glob(pattern)
    )


def _same_order(clean: np.ndarray, truth: np.ndarray) -> bool:
    """Whether both name the same class at each place, whatever the classes' numbers."""
    pairs = np.unique(np.stack([clean, truth]), axis=1)
    # As many pairs as either has classes: each class of one is then one class of the other.
    return len(pairs[0]) == len(np.unique(clean)) == len(np.unique(truth))


def _label_sets(file: Path, name: str) -> dict[str, np.ndarray]:
    try:
        vectors = _npz(file) if file.suffix == ".npz" else _torch_file(file)
    except (OSError, ValueError, KeyError, zipfile.BadZipFile, ContainerError):
        # Some other file of that ending.
        return {}
    prefix = _PREFIXES[name]
    if any(key.startswith(tuple(_PREFIXES.values())) for key in vectors):
        vectors = {
            key.removeprefix(prefix): vector
            for key, vector in vectors.items()
            if key.startswith(prefix)
        }
    return {
        _SPELLINGS.get(key, key.removesuffix(_ENDING)): np.asarray(vector, np.int32)
        for key, vector in vectors.items()
        if _ENDING in key and vector.ndim == 1 and vector.dtype.kind in "iu"
    }


def _npz(file: Path) -> Mapping[str, np.ndarray]:
    # Opened here: where a file is no archive after all, numpy leaves its own open.
    with file.open("rb") as stream, np.load(stream, allow_pickle=False) as found:
        return {key: found[key] for key in found.files if _ENDING in key}


def _torch_file(file: Path) -> Mapping[str, np.ndarray]:
    """Arrays of a torch file by name; nothing in it is run."""
    with zipfile.ZipFile(file) as archive:
        inner = [entry for entry in archive.infolist() if entry.filename.endswith("data.pkl")]
        if len(inner) != 1 or inner[0].file_size > MOST_BYTES:
            raise ValueError(f"{file} is no torch file of label vectors")
        found = read_pickle(archive.read(inner[0]))
    if not isinstance(found, dict):
        raise ValueError(f"{file} holds no vectors by name")
    return {str(key): value for key, value in found.items() if isinstance(value, np.ndarray)}
