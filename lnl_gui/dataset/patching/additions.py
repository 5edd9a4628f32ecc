"""What adding new images to a dataset would do; nothing is written here."""

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath

from lnl_gui.containers.location import ImageLocation
from lnl_gui.dataset.listing import Listing, is_image_name
from lnl_gui.dataset.names import NameClaims, fold, unnumbered
from lnl_gui.dataset.patching.changes import content_digest
from lnl_gui.dataset.patching.edited import no_word
from lnl_gui.dataset.patching.matching import PatchConflict
from lnl_gui.dataset.patching.new_rows import NewRow, with_rows
from lnl_gui.dataset.patching.places import ImageFolder, ImageFolders, chosen_part, parts_of
from lnl_gui.dataset.readers.folders import class_folders
from lnl_gui.dataset.readers.options import ReaderOptions
from lnl_gui.dataset.readers.table_files import table
from lnl_gui.dataset.readers.table_files.seen_table import TableFile
from lnl_gui.dataset.readers.table_files.table_search import find_tables
from lnl_gui.util.errors import UserError
from lnl_gui.util.messages import message
from lnl_gui.util.progress import Progress, no_progress


@dataclass(frozen=True)
class NewImage:
    """An image from elsewhere and the class that it is of, in the dataset's own word."""

    place: ImageLocation
    label: str


@dataclass(frozen=True)
class Addition:
    """One image and where it goes."""

    image: Path
    number: int
    """its place among the images that were asked about"""
    digest: str
    """SHA-256 of its bytes, hexadecimal"""
    target: str
    """below the dataset's folder, with slashes"""
    path: str
    """what the dataset will call it"""
    label: str
    there: bool
    """whether the very file lies there already, from an addition that was stopped"""


@dataclass
class AdditionPlan:
    """What adding images would do to a dataset."""

    source: Path
    folder: Path
    """that the images go into"""
    listing: Listing
    split: str
    """the part that they join, "" where the dataset has none"""
    additions: list[Addition] = field(default_factory=list)
    refused: list[PatchConflict] = field(default_factory=list)
    """images that find no place, with the reason"""
    table: Path | None = None
    content: bytes = b""
    """of the table with its new rows"""
    empty_columns: tuple[str, ...] = ()
    """columns of it in which the new rows say nothing"""

    @property
    def by_class(self) -> dict[str, int]:
        """How many images each class gets, most first."""
        return dict(Counter(found.label for found in self.additions).most_common())

    @property
    def new_classes(self) -> list[str]:
        """Classes that the dataset has not had."""
        return [name for name in self.by_class if name not in self.listing.class_names]

    @property
    def renamed(self) -> int:
        """How many get another name, since theirs is taken or not possible everywhere."""
        return sum(PurePosixPath(found.target).name != found.image.name for found in self.additions)


def plan_additions(
    images: Sequence[NewImage],
    source: Path,
    listing: Listing,
    *,
    options: ReaderOptions,
    split: str = "",
    progress: Progress = no_progress,
) -> AdditionPlan:
    """Find a place for each new image in the dataset's own layout.

    Args:
        images: from elsewhere; those inside of containers find none.
        source: the dataset: a folder, or the file of a table.
        listing: of it as it was read.
        options: how it was read.
        split: the part that the images join; "" for the one for training.
        progress: called with images looked at and their number; may raise `Cancelled`.

    Raises:
        UserError: when the dataset is of a form that takes no images, or nobody said which part.
    """
    part = chosen_part(parts_of(listing), split)
    folder = source if source.is_dir() else source.parent
    plan = AdditionPlan(source, folder, listing, part)
    if listing.unpacked_from is not None or not folder.is_dir():
        raise not_extendable(source)
    columns = listing.reading.columns
    if columns is not None and columns.names_folders:
        raise not_extendable(source)
    if listing.reader == table.NAME:
        plan.table = _table_of(source, options, part)
    elif listing.reader != class_folders.NAME or not source.is_dir():
        raise not_extendable(source)
    _place(plan, images, progress)
    if plan.table is not None and plan.additions:
        _add_rows(plan, plan.table)
    return plan


def not_extendable(source: Path) -> UserError:
    """That a dataset is of a form into which no images are put."""
    return UserError(
        message("`{source}` is of a form that takes no new images here.", source=source),
        message(
            "Class folders, and CSV or TSV tables whose images lie below them, do. Export the"
            " reviewed images in the dataset's form, add them with the tool that made it, and"
            " refresh the project."
        ),
        code="not_extendable",
    )


def _table_of(source: Path, options: ReaderOptions, part: str) -> Path:
    files = [TableFile(source)] if source.is_file() else find_tables(source, options)
    # Of `train.csv` and `test.csv` the one of the part.
    fitting = files if len(files) == 1 else [file for file in files if file.split == part]
    if len(fitting) != 1:
        raise not_extendable(source)
    return fitting[0].path


def _place(plan: AdditionPlan, images: Sequence[NewImage], progress: Progress) -> None:
    folders = ImageFolders(plan.listing, plan.folder)
    names = _FreeNames(plan)
    for number, new in enumerate(images):
        progress(number, len(images))
        found = _folder_for(plan, folders, new.label)
        image = new.place
        if not isinstance(image, Path):
            plan.refused.append(
                PatchConflict(str(image), message("lies inside a file with other images"))
            )
        elif not is_image_name(image.name):
            plan.refused.append(PatchConflict(str(image), message("has no name that images have")))
        elif found is None:
            reason = message("the dataset has no folder for the class `{name}`", name=new.label)
            plan.refused.append(PatchConflict(str(image), reason))
        elif not (digest := content_digest(image)):
            plan.refused.append(PatchConflict(str(image), message("cannot be read")))
        else:
            name, there = names.take(found.folder, image.name, digest)
            target = str(found.folder / name)
            path = found.prefix + name
            plan.additions.append(Addition(image, number, digest, target, path, new.label, there))
    progress(len(images), len(images))


def _folder_for(plan: AdditionPlan, folders: ImageFolders, label: str) -> ImageFolder | None:
    found = folders.of_class(label, plan.split)
    if found is not None:
        return found
    # A table says the class itself; folders do so by their names alone.
    if plan.table is not None:
        return folders.of_part(plan.split)
    return folders.new_class(label, plan.split)


class _FreeNames:
    """Names that no file of the dataset has, whether it is read or lies there besides."""

    def __init__(self, plan: AdditionPlan) -> None:
        self._folder = plan.folder
        self._listed = {str(record.file) for record in plan.listing.records}
        self._claims = NameClaims()
        self._alike: dict[str, defaultdict[str, list[str]]] = {}

    def take(self, below: PurePosixPath, name: str, digest: str) -> tuple[str, bool]:
        """A free name like `name`, and whether the same file lies under it already."""
        key = fold(str(below))
        if key not in self._alike:
            self._look_into(below, key)
        # An addition that was stopped has left this very image. In class folders it is listed like
        # any other; the project knows none of the same content, or nothing were to be added.
        for left in self._alike[key][unnumbered(name)]:
            if content_digest(self._folder / below / left) == digest:
                return left, True
        while True:
            free = self._claims.claim(key, name)
            if not (self._folder / below / free).exists():
                return free, False

    def _look_into(self, below: PurePosixPath, key: str) -> None:
        alike = self._alike[key] = defaultdict(list)
        place = self._folder / below
        if place.is_dir():
            for file in sorted(place.iterdir()):
                alike[unnumbered(file.name)].append(file.name)
                if str(file) in self._listed:
                    self._claims.claim(key, file.name)


def _add_rows(plan: AdditionPlan, file: Path) -> None:
    rows = [NewRow(found.path, found.label, plan.split) for found in plan.additions]
    grown = with_rows(file, plan.listing, rows)
    plan.content, plan.empty_columns = grown.content, grown.empty_columns
    plan.refused += [
        PatchConflict(str(found.image), no_word(found.label))
        for found in plan.additions
        if found.label in grown.without_word
    ]
    plan.additions = [found for found in plan.additions if found.label not in grown.without_word]
