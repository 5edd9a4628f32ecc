"""The papers' datasets in a folder as people have them: CIFAR-10, CIFAR-100 and MNIST.

Whatever LNL reads will do: python batches, npz, flattened rows, idx files, folders of images, each
with its test images. Which dataset it is, is seen by the classes, not by a name.
"""

from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from lnl_gui.containers.location import ImageLocation
from lnl_gui.dataset.label_noise.mistaken_classes import CIFAR10_NAMES
from lnl_gui.dataset.listing import Listing, Record
from lnl_gui.dataset.readers.read import read_dataset
from lnl_gui.encoders.preprocessing import Preprocessing
from lnl_gui.learn.bench.image_training import Pictures
from lnl_gui.learn.bench.papers.paper_table import title_of
from lnl_gui.learn.data.sources import load_pixels
from lnl_gui.store.dataset.split_names import existing_holdout
from lnl_gui.util.errors import UserError
from lnl_gui.util.messages import Message, joined, message
from lnl_gui.util.progress import Progress, no_progress

SMALL_SIDE = 32
"""Pixels; of the small networks, to which MNIST's 28 are enlarged."""
OFFICIAL = {"cifar10": (50_000, 10_000), "mnist": (60_000, 10_000), "cifar100": (50_000, 10_000)}
"""Training and test images: tells datasets apart whose classes are only numbered."""
MOST_TOLD = 8
"""Of what was looked at in vain."""
DIGITS = tuple("0123456789")
CIFAR100_CLASSES = 100


@dataclass(frozen=True)
class PaperImages:
    """A dataset of a paper.

    Attributes:
        name: `cifar10`, `cifar100` or `mnist`.
        source: where it was read.
        reader: by which reader.
        files: N training images in the order they were read.
        labels: (N,) int32 true labels.
        test_files: M test images.
        test_labels: (M,) int32.
        class_names: C.
    """

    name: str
    source: Path
    reader: str
    files: Sequence[ImageLocation]
    labels: np.ndarray
    test_files: Sequence[ImageLocation]
    test_labels: np.ndarray
    class_names: Sequence[str]


def find_images(data: Path, name: str, *, progress: Progress = no_progress) -> PaperImages:
    """The dataset of a paper in a folder, itself or one of what lies in it.

    Args:
        data: the dataset, or a folder that holds it.
        name: `cifar10`, `cifar100` or `mnist`.
        progress: of the reading.

    Raises:
        UserError: when it is not there, or has no test images.
    """
    if not data.exists():
        raise UserError(message("There is nothing at {place}.", place=data), code="benchmark_data")
    looked: list[Message] = []
    untested: list[Path] = []
    for place in _places(data):
        listing = _read(place, progress)
        if isinstance(listing, UserError):
            # A damaged file of the dataset itself is told from something else that lies there.
            said = message("{place} ({reason})", place=place.name, reason=listing.message)
            looked.append(said)
        elif _name_of(listing) != name:
            looked.append(message("{place} ({reader})", place=place.name, reader=listing.reader))
        elif not _held_out(listing).any():
            untested.append(place)
        else:
            return _images(name, place, listing)
    if untested:
        raise UserError(
            message(
                "{place} holds {dataset} without test images.",
                place=untested[0],
                dataset=title_of(name),
            ),
            message(
                "Training and test images must be told apart, by files or by folders. Looked at"
                " too: {looked}.",
                looked=joined(looked[:MOST_TOLD], ", ") if looked else "-",
            ),
            code="benchmark_data",
        )
    raise UserError(
        message("{dataset} was not found in {place}.", dataset=title_of(name), place=data),
        message(
            "Looked at: {looked}. Give the folder of its python batches, an npz file, rows of"
            " numbers or folders of images, with training and test part.",
            looked=joined(looked[:MOST_TOLD], ", ") if looked else "-",
        ),
        code="benchmark_data",
    )


def small_pictures(
    files: Sequence[ImageLocation], *, workers: int, progress: Progress = no_progress
) -> Pictures:
    """Images with their pixels (N, 32, 32, 3) uint8.

    Args:
        files: N places.
        workers: decoding threads.
        progress: images read; may raise `Cancelled`.

    Raises:
        UserError: when one cannot be read.
    """
    preprocessing = Preprocessing(SMALL_SIDE)
    pixels = np.empty((len(files), SMALL_SIDE, SMALL_SIDE, 3), np.uint8)
    with ThreadPoolExecutor(workers) as pool:
        found = pool.map(lambda file: load_pixels(file, preprocessing), files)
        for row, image in enumerate(found):
            pixels[row] = image
            progress(row + 1, len(files))
    return Pictures(files, pixels)


def _places(data: Path) -> Iterator[Path]:
    yield data
    if data.is_dir():
        # A folder of several datasets is a mixture to a reader; each for itself is not.
        yield from sorted(place for place in data.iterdir() if not place.name.startswith("."))


def _read(place: Path, progress: Progress) -> Listing | UserError:
    try:
        return read_dataset(place, progress=progress)
    except UserError as error:
        return error


def _name_of(listing: Listing) -> str:
    names = tuple(sorted(name.strip().casefold() for name in listing.class_names))
    if set(names) == set(CIFAR10_NAMES):
        return "cifar10"
    if len(names) == CIFAR100_CLASSES:
        return "cifar100"
    if names == DIGITS:
        tests = int(_held_out(listing).sum())
        counts = len(listing.records) - tests, tests
        return next((name for name in ("cifar10", "mnist") if OFFICIAL[name] == counts), "")
    return ""


def _held_out(listing: Listing) -> np.ndarray:
    return existing_holdout([record.split for record in listing.records])


def _images(name: str, place: Path, listing: Listing) -> PaperImages:
    test = _held_out(listing)
    numbers = {label: number for number, label in enumerate(listing.class_names)}

    def part(wanted: bool) -> tuple[list[ImageLocation], np.ndarray]:
        chosen: Iterable[Record] = (
            record
            for record, held in zip(listing.records, test.tolist(), strict=True)
            if held == wanted and record.label
        )
        records = list(chosen)
        labels = np.array([numbers[record.label] for record in records], np.int32)
        return [record.file for record in records], labels

    files, labels = part(False)
    test_files, test_labels = part(True)
    return PaperImages(
        name, place, listing.reader, files, labels, test_files, test_labels, listing.class_names
    )


def described(images: PaperImages) -> Message:
    """A sentence on what was read."""
    return message(
        "{dataset} from {place} ({reader}): {training:,} training images, {tests:,} test images.",
        dataset=title_of(images.name),
        place=images.source,
        reader=images.reader,
        training=len(images.files),
        tests=len(images.test_files),
    )
