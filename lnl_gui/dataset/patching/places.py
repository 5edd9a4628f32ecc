"""Where new images belong in a dataset: beside those of their class and part."""

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import TypeVar

from lnl_gui.dataset.listing import Listing
from lnl_gui.dataset.names import safe_name
from lnl_gui.dataset.patching.moves import class_prefix, path_below
from lnl_gui.store.dataset.split_names import canonical_split
from lnl_gui.util.errors import UserError
from lnl_gui.util.messages import message

T = TypeVar("T")
TRAIN = "train"


@dataclass(frozen=True)
class ImageFolder:
    """A folder for new images, and what the dataset puts before a file's name in their paths."""

    folder: PurePosixPath
    """below the dataset's folder"""
    prefix: str


def parts_of(listing: Listing) -> list[str]:
    """The words for the dataset's parts, most images first; "" for images of none."""
    counts = Counter(record.split for record in listing.records)
    return [name for name, _ in counts.most_common()]


def chosen_part(parts: Sequence[str], wanted: str) -> str:
    """The part that new images join: as wanted, else the one for training.

    Args:
        parts: the dataset's own words.
        wanted: a word of somebody who was asked; "" where nobody was.

    Raises:
        UserError: when there is no such part, or none of several is the one for training.
    """
    if wanted in parts and (wanted or len(parts) == 1):
        return wanted
    training = [name for name in parts if canonical_split(name) == TRAIN]
    if not wanted and (len(training) == 1 or len(parts) == 1):
        return training[0] if training else parts[0]
    names = ", ".join(name or "-" for name in parts)
    raise UserError(
        message("Which part of the dataset do the images join? It has: {names}.", names=names),
        message("Choose one (`--split NAME`)."),
        code="which_split",
    )


class ImageFolders:
    """The folders that a dataset keeps its images in, by class and part.

    Args:
        listing: of the dataset.
        folder: the dataset's own; images outside of it are nowhere to add to.
    """

    def __init__(self, listing: Listing, folder: Path) -> None:
        self._by_class: dict[tuple[str, str], Counter[ImageFolder]] = defaultdict(Counter)
        self._by_part: dict[str, Counter[ImageFolder]] = defaultdict(Counter)
        self._around: dict[str, Counter[tuple[str, str]]] = defaultdict(Counter)
        for record in listing.records:
            place = path_below(folder, record)
            if place is None or not record.path.endswith(place.name):
                continue
            found_in = ImageFolder(place.parent, record.path[: -len(place.name)])
            self._by_part[record.split][found_in] += 1
            if record.label:
                self._by_class[record.split, record.label][found_in] += 1
                self._note_around(place, record.label, record.split)

    def _note_around(self, place: PurePosixPath, label: str, split: str) -> None:
        found = class_prefix(place, label)
        if found is not None:
            rest = place.parent.relative_to(found[1])
            self._around[split][str(found[0]), str(rest)] += 1

    def of_class(self, label: str, split: str) -> ImageFolder | None:
        """Where most images of a class and part lie; None where there are none."""
        return _commonest(self._by_class[split, label])

    def of_part(self, split: str) -> ImageFolder | None:
        """Where most images of a part lie."""
        return _commonest(self._by_part[split])

    def new_class(self, label: str, split: str) -> ImageFolder | None:
        """A folder like those of the other classes; None where folders do not bear their names."""
        around = _commonest(self._around[split])
        if around is None:
            return None
        folder = PurePosixPath(around[0]).joinpath(*map(safe_name, label.split("/")), around[1])
        return ImageFolder(folder, f"{folder}/")


def _commonest(counts: Counter[T]) -> T | None:
    return counts.most_common(1)[0][0] if counts else None
