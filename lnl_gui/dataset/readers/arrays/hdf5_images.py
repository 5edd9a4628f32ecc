"""HDF5 files whose groups or arrays are named as classes, and those of networks."""

import re
from collections.abc import Sequence
from typing import Any, Protocol

import numpy as np

from lnl_gui.containers.kinds.hdf5 import WHOLE
from lnl_gui.containers.location import Member
from lnl_gui.containers.signatures import suffix_of_bytes
from lnl_gui.dataset.listing import Record
from lnl_gui.dataset.readers.arrays.roles import ArrayEntry, ArrayPair
from lnl_gui.store.dataset.split_names import canonical_split

_FEWEST = 2
_CHANNELS = (1, 3, 4)
_SMALLEST_SIDE = 4
# What Keras writes into its files, of whole models and of weights alone.
_OF_KERAS = frozenset({"keras_version", "model_config", "layer_names", "training_config"})
# TensorFlow numbers its variables, `kernel:0`; Keras 3 keeps them in `vars/0`.
_VARIABLE = re.compile(r".*:\d+|(.*/)?vars/\d+")


class _Dataset(Protocol):
    """An array in a file."""

    @property
    def entry(self) -> ArrayEntry: ...

    @property
    def values(self) -> np.ndarray: ...


def class_parts(pairs: Sequence[ArrayPair], entries: Sequence[ArrayEntry]) -> dict[ArrayEntry, str]:
    """The class of each array of images where they are named as such: `cat`, `dog/images`.

    Only where no array has labels and all are arrays of images.
    """
    # An array alone has a name too, `images` or the file's, which is no class.
    named = len(pairs) >= _FEWEST and len(pairs) == len(entries)
    if not named or any(pair.labels for pair in pairs):
        return {}
    names = {pair.images: _class_name(pair.images.name) for pair in pairs}
    return names if all(names.values()) else {}


def single_images(found: Sequence[_Dataset]) -> list[tuple[Record, str]] | None:
    """Each dataset as one image, in groups that are named as classes; None for other files."""
    records = []
    for dataset in found:
        entry = dataset.entry
        group = entry.name.rpartition("/")[0]
        if not group or not _is_image(dataset):
            return None
        parts = group.split("/")
        split = parts[0] if canonical_split(parts[0]) else ""
        label = "/".join(parts[1:] if split else parts)
        if not label:
            return None
        key = f"{entry.name}[{WHOLE}]/0"
        records.append((Record(entry.shown, Member(entry.file, "hdf5", key), "", split), label))
    labels = {label for _, label in records}
    # Groups such as `train/images` hold arrays that are not one image each.
    return records if len(records) > len(labels) >= _FEWEST else None


def is_network(file: Any) -> bool:
    """Whether an open file holds the weights of a trained network."""
    if _OF_KERAS & set(file.attrs):
        return True
    names: list[str] = []
    # Returning None goes on to the next object.
    file.visititems(lambda name, found: names.append(name) if hasattr(found, "dtype") else None)
    return bool(names) and all(map(_VARIABLE.fullmatch, names))


def _is_image(dataset: _Dataset) -> bool:
    values = dataset.values
    if values.dtype.kind not in "buif":
        return False
    if values.ndim == 1:
        return values.dtype == np.uint8 and bool(suffix_of_bytes(bytes(values[:16])))
    plain = values.ndim == 2 or (values.ndim == 3 and values.shape[2] in _CHANNELS)
    return plain and min(values.shape[:2]) >= _SMALLEST_SIDE and values.dtype == np.uint8


def _class_name(name: str) -> str:
    """`cat` for `cat`, `cat/images` and `train/cat`."""
    words = {"images", "image", "data", "x"}
    parts = [p for p in name.split("/") if p.casefold() not in words and not canonical_split(p)]
    return "/".join(parts)
