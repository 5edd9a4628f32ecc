"""What every writer is given and gives back."""

import functools
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from math import nan
from pathlib import Path
from typing import Protocol

import numpy as np

from lnl_gui.containers.location import ImageLocation
from lnl_gui.dataset.listing import Skipped
from lnl_gui.util.errors import UserError
from lnl_gui.util.messages import Message, message
from lnl_gui.util.progress import Progress, no_progress

IMAGE_MODES = ("copy", "hardlink", "symlink", "none")
"""How images may be written; `none` only assigns their names."""


@dataclass(frozen=True, slots=True)
class ExportItem:
    """One image to write: where the original lies, the class it goes to, its split ("" for none).

    `lnl_gui.containers.read.exported_file` gives name and bytes of one that lies in a container.

    Attributes:
        file: the original.
        class_name: its label now; "" where it has none, for writers that hold such.
        split: the dataset's own word for its part, or "".
        path: as the dataset names it, in POSIX form.
        given_label: what the dataset said, in its own words; "" where it said nothing.
        given_class: the class that this is now; "" where it was deleted.
        suggested_label: what detection suggests instead; "" where it suggests nothing.
        suspicion: that the given label is wrong, in [0, 1]; NaN before detection.
        flagged: whether it is a suspect.
        status: one of `lnl_gui.store.dataset.samples.STATUS_NAMES`.
        group: patient, video or product, or "".
    """

    file: ImageLocation
    class_name: str
    split: str = ""
    path: str = ""
    given_label: str = ""
    given_class: str = ""
    suggested_label: str = ""
    suspicion: float = nan
    flagged: bool = False
    status: str = "unseen"
    group: str = ""

    @property
    def is_open_suspect(self) -> bool:
        """Whether it is flagged and nobody has decided."""
        return self.flagged and self.status == "unseen"


@dataclass(frozen=True)
class ExportSet:
    """Everything that is exported.

    Attributes:
        items: N images, in the order of the samples.
        class_names: K classes in their order; a writer that numbers classes counts from 0.
        probabilities: (N, K) float32 class probabilities of a model that did not learn from the
            sample, or None before detection.
    """

    items: Sequence[ExportItem]
    class_names: Sequence[str]
    probabilities: np.ndarray | None = None

    def numbers_by(self, part_of: Callable[[ExportItem], str]) -> dict[str, list[int]]:
        """The numbers of the items of each part, parts in the order they come in.

        Args:
            part_of: names an item's part, such as its split.
        """
        parts: dict[str, list[int]] = defaultdict(list)
        for number, item in enumerate(self.items):
            parts[part_of(item)].append(number)
        return dict(parts)

    @functools.cached_property
    def class_ids(self) -> list[int]:
        """The number of each item's label, -1 where it has none."""
        numbers = {name: number for number, name in enumerate(self.class_names)}
        return [numbers[item.class_name] if item.class_name else -1 for item in self.items]


@dataclass(frozen=True)
class WrittenImages:
    """What was written.

    Attributes:
        paths: for each item the new path relative to the destination, in POSIX form; "" where
            the original could not be read (then it is in `skipped`) or nothing was to be written.
        folders: the folder of each class, relative to the destination or to its split's folder.
        made: how many images were made in which way (`copy`, `hardlink`, `symlink`).
        skipped: originals that could not be read, with the reason.
        warnings: what the person should know, such as hard links that became copies.
        failed: numbers of the items in `skipped`.
    """

    paths: list[str]
    folders: dict[str, str]
    made: Counter[str] = field(default_factory=Counter)
    skipped: list[Skipped] = field(default_factory=list)
    warnings: list[Message] = field(default_factory=list)
    failed: set[int] = field(default_factory=set)


class WriteImages(Protocol):
    """Writes the curated images in one format."""

    def __call__(
        self,
        destination: Path,
        exported: ExportSet,
        *,
        images: str = "copy",
        progress: Progress = no_progress,
    ) -> WrittenImages:
        """Write every item below `destination`; the originals are opened for reading only.

        All writers have these arguments, and raise these errors.

        Args:
            destination: a folder of the caller's; the caller makes the whole appear at once.
            exported: the images, in the order of the samples, and their classes.
            images: one of `IMAGE_MODES`.
            progress: called with items done and their number; may raise `Cancelled`.

        Raises:
            UserError: for what a person can mend, such as a full disk, a name that the form cannot
                hold, or a mode that it does not have.
        """


def check_mode(images: str) -> None:
    """Refuse a way to write images that there is not.

    Raises:
        UserError: for a mode that is none of `IMAGE_MODES`.
    """
    if images not in IMAGE_MODES:
        raise UserError(
            message("Unknown way to write images: {images}.", images=images),
            message("Use {image_modes}.", image_modes=", ".join(IMAGE_MODES)),
        )


def check_distinct(named: Iterable[tuple[str, str]], title: Message) -> None:
    """Refuse a format in which two things would be one, and one of them be lost.

    Args:
        named: the name each gets in the format, and what it is.
        title: of the format.

    Raises:
        UserError: where two different things get one name.
    """
    seen: dict[str, str] = {}
    for name, what in named:
        if (first := seen.setdefault(name, what)) != what:
            raise UserError(
                message(
                    "{title} would take `{first}` and `{second}` for the same.",
                    title=title,
                    first=first,
                    second=what,
                ),
                message("Choose another format, or rename one of them."),
                code="same_name",
            )


def original_folder(path: str) -> list[str]:
    """The folders of a path of the dataset, without those that lead out of it."""
    parts = path.replace("\\", "/").split("/")[:-1]
    return [part for part in parts if part not in ("", ".", "..")]
