"""Datasets of known truth for the benchmarks, and their embeddings, computed once and kept."""

import csv
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from PIL import Image
from sklearn.datasets import load_digits

from lnl_gui.encoders.embedding import embed_samples
from lnl_gui.encoders.loading.load import load_encoder

DATA = Path("../shared/data")
"""Where the benchmark images lie beside a checkout."""
PEOPLE = ("aggre", "random1", "worse")
"""CIFAR-10N's columns of people's labels that the benchmarks use."""
SUFFIXES = {".jpg", ".jpeg", ".png"}


@dataclass(frozen=True)
class Images:
    """N images of known class.

    Attributes:
        name: of the dataset.
        files: N paths.
        labels: (N,) int32 true labels.
        class_names: C.
        label_sets: what people said, (N,) int32 by name.
    """

    name: str
    files: list[Path]
    labels: np.ndarray
    class_names: list[str]
    label_sets: dict[str, np.ndarray] = field(default_factory=dict)

    def first(self, count: int) -> "Images":
        """The first `count` images."""
        return Images(
            self.name,
            self.files[:count],
            self.labels[:count],
            self.class_names,
            {name: labels[:count] for name, labels in self.label_sets.items()},
        )


def read_cifar10n(data: Path, part: str = "train") -> Images:
    """CIFAR-10N's `train` (5 000 images, with people's labels) or `test` part (2 000)."""
    folder = data / f"cifar10n-{part}"
    with (folder / "labels.csv").open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))
    truth = "clean" if part == "train" else "label"
    names = sorted({row[truth] for row in rows})

    def column(name: str) -> np.ndarray:
        return np.array([names.index(row[name]) for row in rows], np.int32)

    people = PEOPLE if part == "train" else ()
    return Images(
        "cifar10n",
        [folder / row["path"] for row in rows],
        column(truth),
        names,
        {name: column(name) for name in people},
    )


def image_files(folder: Path) -> list[Path]:
    """All images below a folder, in order."""
    return sorted(path for path in folder.rglob("*") if path.suffix.lower() in SUFFIXES)


def read_clothing(data: Path) -> Images:
    """Photographs of clothing, a folder a class."""
    files = image_files(data / "clothing")
    names = sorted({file.parent.name for file in files})
    labels = np.array([names.index(file.parent.name) for file in files], np.int32)
    return Images("clothing", files, labels, names)


def write_digits(cache: Path) -> Images:
    """scikit-learn's handwritten digits as files in the cache."""
    folder = cache / "digits"
    folder.mkdir(parents=True, exist_ok=True)
    digits = load_digits()
    files = [folder / f"{index:04d}.png" for index in range(len(digits.target))]
    for file, image in zip(files, digits.images, strict=True):
        if not file.is_file():
            Image.fromarray((image * (255 / 16)).astype(np.uint8)).save(file)
    return Images("digits", files, digits.target.astype(np.int32), list("0123456789"))


READERS: dict[str, Callable[[Path, Path], Images]] = {
    "cifar10n": lambda data, _: read_cifar10n(data),
    "clothing": lambda data, _: read_clothing(data),
    "digits": lambda _, cache: write_digits(cache),
}
"""From the folder of benchmark images and that of the cache, by name."""


def embedded(name: str, files: Sequence[Path], encoder: str, cache: Path) -> np.ndarray:
    """(N, D) embeddings of images, from `cache` where it holds them under this name."""
    cache.mkdir(parents=True, exist_ok=True)
    kept = cache / f"{name}-{encoder.replace('/', '_').replace(':', '_')}.npy"
    if not kept.is_file():
        chosen = load_encoder(encoder)
        parts = embed_samples(files, [chosen], store_thumbnail=lambda key, data: None)
        np.save(kept, np.concatenate([part.embeddings[chosen.name] for part in parts]))
    return np.load(kept)
