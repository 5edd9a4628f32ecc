"""What a reader finds: records, what was skipped and why, and the order of class names."""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from lnl_gui.util.messages import Message, message

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
    ]
)
"""File names that are taken for images; what cannot be decoded is reported when it is read."""

_DIGITS = re.compile(r"([0-9]+)")
_SHOWN = 5


@dataclass(frozen=True, slots=True)
class Record:
    """One image with a label.

    `path` is as it came (POSIX path relative to the root, or the table's cell), `file` absolute,
    `label` the class name, `split` the dataset's own word for its part or "", `annotations` what
    each annotator of the listing said ("" where one said nothing).
    """

    path: str
    file: Path
    label: str
    split: str
    annotations: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Skipped:
    """Something that was not taken, with the reason in plain words."""

    path: str
    reason: Message


@dataclass(frozen=True)
class Listing:
    """A dataset as read.

    `class_names` is in natural order and covers the records' labels and annotations exactly.
    `annotators` names the columns of the records' annotations.
    """

    root: Path
    reader: str
    records: list[Record]
    skipped: list[Skipped] = field(default_factory=list)
    warnings: list[Message] = field(default_factory=list)
    class_names: list[str] = field(default_factory=list)
    annotators: list[str] = field(default_factory=list)


def is_image_name(name: str) -> bool:
    """Whether a file name ends like an image's."""
    return suffix_of(name) in IMAGE_SUFFIXES


def suffix_of(name: str) -> str:
    """The lower-case suffix of a file name with its dot, or ""; cheaper than a `Path`."""
    dot = name.rfind(".")
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


def natural_key(text: str) -> tuple[object, ...]:
    """Sort key in which `img2` comes before `img10`, whatever the case, and ties are settled."""
    parts: list[object] = list(_DIGITS.split(text.casefold()))
    for at in range(1, len(parts), 2):
        digits = str(parts[at]).lstrip("0")
        parts[at] = (len(digits), digits)
    return (parts, text)


def sort_class_names(labels: Iterable[str]) -> list[str]:
    """Distinct class names: numerically if all are numbers, else in natural order."""
    names = set(labels)
    try:
        return sorted(names, key=lambda name: (float(name), name))
    except ValueError:
        return sorted(names, key=natural_key)


def finish_listing(
    root: Path,
    reader: str,
    records: list[Record],
    skipped: list[Skipped],
    warnings: list[Message],
    annotators: Sequence[str] = (),
) -> Listing:
    """A listing with its class names, and warnings about classes that look wrong."""
    counts = Counter(record.label for record in records)
    said = {label for record in records for label in record.annotations if label}
    names = sort_class_names({*counts, *said})
    notes = [*warnings, *_class_warnings(names, counts)]
    return Listing(root, reader, records, skipped, notes, names, list(annotators))


def shorten(names: Iterable[str], shown: int = _SHOWN) -> Message:
    """The first few names for a message, and how many more there are."""
    listed = list(names)
    head = ", ".join(f"`{name[:60]}`" for name in listed[:shown])
    if len(listed) <= shown:
        return Message(head)
    return message("{names} and {count} more", names=head, count=len(listed) - shown)


def _class_warnings(names: list[str], counts: Counter[str]) -> list[Message]:
    found = []
    if len(names) == 1:
        found.append(
            message(
                "There is only one class, `{name}`: wrong labels cannot be found among one"
                " class, only duplicates and odd images.",
                name=names[0][:60],
            )
        )
    single = [name for name in names if counts[name] == 1]
    if single and len(names) > 1:
        found.append(
            message(
                "Classes with a single image: {count} ({names}).",
                count=len(single),
                names=shorten(single),
            )
        )
    alike: dict[str, list[str]] = {}
    for name in names:
        alike.setdefault(name.casefold(), []).append(name)
    twins = [" / ".join(group) for group in alike.values() if len(group) > 1]
    if twins:
        found.append(
            message(
                "Class names that differ only in upper and lower case: {names}.",
                names=shorten(twins),
            )
        )
    return found
