"""What a reader finds: records, what was skipped and why, warnings and doubts."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from lnl_gui.containers.location import ImageLocation
from lnl_gui.store.dataset.dataset_preview import ColumnsFound
from lnl_gui.util.class_names import absent_names
from lnl_gui.util.messages import NOTHING, Message, message

IMAGE_SUFFIXES = frozenset(
    [
        ".jpg",
        ".jpeg",
        ".jpe",
        ".jfif",
        ".png",
        ".apng",
        ".gif",
        ".webp",
        ".bmp",
        ".dib",
        ".tif",
        ".tiff",
        ".ppm",
        ".pgm",
        ".pbm",
        ".pnm",
        ".jp2",
        ".j2k",
        ".avif",
        ".heic",
        ".heif",
        ".jxl",
        ".dcm",
    ]
)
"""File names that are taken for images; what cannot be decoded is reported when it is read."""

_SHOWN = 5


@dataclass(frozen=True, slots=True)
class Record:
    """One image, with its label or without.

    `path` is as it came (POSIX path relative to the root, or the table's cell), `place` where it
    lies (absolute), `label` the class name ("" where there is none), `split` the dataset's own word
    for its part or "", `annotations` what each annotator of the listing said ("" where one said
    nothing), `group` the patient, video or product it belongs to ("" where none is known),
    `accepted_unseen` whether the label is a suggestion of this program that nobody looked at.
    """

    path: str
    place: ImageLocation | str
    """of a file also its path as text: a `Path` takes four times the memory"""
    label: str
    split: str
    annotations: tuple[str, ...] = ()
    group: str = ""
    accepted_unseen: bool = False

    @property
    def file(self) -> ImageLocation:
        """Where the image lies."""
        return Path(self.place) if isinstance(self.place, str) else self.place


@dataclass(frozen=True, slots=True)
class Skipped:
    """Something that was not taken, with the reason in plain words."""

    path: str
    reason: Message


@dataclass(frozen=True)
class Reading:
    """How a dataset was read, as a person is told it: why so, and what was found out by itself.

    `image_root` is where the paths of a table start, `encoding` that of its text. `class_level` is
    the level of the folders that name the classes (0 where none does), `levels` how deep they lie.
    `files` hold the labels of a folder's images. `classes` are those that a list in the dataset
    names, with images or without; `empty_folders` those whose folders are empty. `drawn` says that
    the labels are those of things that were drawn into the images.
    """

    why: Message = NOTHING
    columns: ColumnsFound | None = None
    encoding: str = ""
    image_root: Path | None = None
    class_level: int = 0
    levels: int = 0
    files: tuple[Path, ...] = ()
    classes: tuple[str, ...] = ()
    empty_folders: tuple[str, ...] = ()
    drawn: bool = False


@dataclass(frozen=True)
class Listing:
    """A dataset as read.

    `class_names` covers the records' labels and annotations, in natural order or in that of
    `class_names_file`, which gave classes their names; records without a label belong to no class.
    Beside them are the classes without an image that an export of this program, or such a file,
    says there are.
    `annotators` names the columns of the records' annotations, `group_column` that of their groups
    ("" where none was asked for). `suspicions` say why this reading
    is probably not what the dataset means; a script goes on only when told to.
    """

    root: Path
    reader: str
    records: list[Record]
    skipped: list[Skipped] = field(default_factory=list)
    warnings: list[Message] = field(default_factory=list)
    class_names: list[str] = field(default_factory=list)
    annotators: list[str] = field(default_factory=list)
    suspicions: list[Message] = field(default_factory=list)
    class_names_file: Path | None = None
    votes: bool = False
    """whether a record's label is only one of its annotations, which together decide"""
    unpacked_from: Path | None = None
    """the archive that the dataset was unpacked from"""
    reading: Reading = field(default_factory=Reading)
    group_column: str = ""
    refused: dict[str, Message] = field(default_factory=dict)
    """why the machine did not list folders, by their absolute paths"""

    @property
    def listed_alone(self) -> list[str]:
        """Classes that a list in the dataset names and that no image has, in its order."""
        return absent_names(self.reading.classes, self.class_names)

    @property
    def unlisted(self) -> list[Skipped]:
        """Folders that the machine did not list: how many images they hold is not known."""
        return [Skipped(seen_from(self.root, folder), why) for folder, why in self.refused.items()]

    @property
    def unlabelled(self) -> int:
        """How many records have no label."""
        return sum(not record.label for record in self.records)


def is_image_name(name: str) -> bool:
    """Whether a file name ends like an image's."""
    return suffix_of(name) in IMAGE_SUFFIXES


def suffix_of(name: str) -> str:
    """The lower-case suffix of a file name with its dot, or ""; cheaper than a `Path`."""
    dot = name.rfind(".")
    # `.png` alone is a hidden file without a suffix.
    return name[dot:].lower() if dot > 0 else ""


def is_text(path: str) -> bool:
    """Whether a path can be written as UTF-8; on Linux a file name may be any bytes."""
    try:
        path.encode("utf-8")
    except UnicodeEncodeError:
        return False
    return True


def printable(path: str) -> str:
    """A path that can be shown and stored, whatever bytes the name holds."""
    return path.encode("utf-8", "backslashreplace").decode("utf-8")


def seen_from(root: Path, folder: str) -> str:
    """A folder's path relative to the dataset's where it lies below, in printable form."""
    place = Path(folder)
    below = place != root and place.is_relative_to(root)
    return printable(place.relative_to(root).as_posix() if below else folder)


def first_few(names: Iterable[str]) -> str:
    """The first few names for a sentence that says how many there are."""
    listed = list(names)
    more = ", …" if len(listed) > _SHOWN else ""
    return ", ".join(f"`{name}`" for name in _cut(listed[:_SHOWN], 40)) + more


def _cut(names: Sequence[str], longest: int) -> list[str]:
    """The beginnings of long names, or their ends where they begin alike, as long paths do."""
    begun = [name[:longest] for name in names]
    if len({*begun}) == len({*names}):
        return begun
    return [name if len(name) <= longest else "\u2026" + name[1 - longest :] for name in names]


def shorten(names: Iterable[str], shown: int = _SHOWN) -> Message:
    """The first few names for a message, and how many more there are."""
    listed = list(names)
    head = ", ".join(f"`{name}`" for name in _cut(listed[:shown], 60))
    if len(listed) <= shown:
        return Message(head)
    return message("{names} and {count} more", names=head, count=len(listed) - shown)
