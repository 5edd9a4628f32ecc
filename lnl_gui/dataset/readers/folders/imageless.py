"""Folders beside the class folders that hold no images, and archives that lie there."""

from collections import Counter
from collections.abc import Iterator, Mapping
from itertools import islice
from pathlib import Path

from lnl_gui.dataset.archives.members import members
from lnl_gui.dataset.listing import is_image_name, printable, shorten
from lnl_gui.dataset.readers.files.folder_names import (
    SHELVES,
    is_aside_name,
    is_store_name,
    is_unlabelled_name,
)
from lnl_gui.dataset.readers.files.scan import Scan
from lnl_gui.dataset.readers.folders.layout import Placement, class_folder
from lnl_gui.dataset.readers.folders.mask_folders import made_name
from lnl_gui.store.dataset.split_names import canonical_split
from lnl_gui.util.class_names import clean_label
from lnl_gui.util.files.file_types import archive_stem
from lnl_gui.util.messages import Message, joined, message

_NOT_READ = frozenset(
    [
        # Of drawing programs, cameras and sciences; what lies beside many a dataset for other
        # reasons, such as logos, films and arrays, is none.
        *(".psd", ".psb", ".xcf", ".kra", ".tga", ".pcx"),
        *(".raw", ".cr2", ".cr3", ".nef", ".arw", ".dng", ".orf", ".rw2", ".raf", ".pef", ".srw"),
        *(".exr", ".hdr", ".fits", ".fit", ".nii", ".mha", ".nrrd", ".czi", ".lif", ".svs"),
        *(".zip", ".tar", ".tgz", ".7z", ".rar"),
    ]
)
"""Kinds of files that hold images and are not read in class folders."""
_LEAST_BARE = 2
"""Files without a suffix that may be images: one alone is a licence or a list."""
_FIRST_MEMBERS = 30


def imageless(
    scan: Scan, placements: Mapping[str, Placement]
) -> tuple[list[Message], list[Message], list[str]]:
    """Notes and suspicions about what is probably a class and gave no images, and the names of
    empty folders.

    Args:
        scan: the folders and files.
        placements: of the folders that were read.
    """
    classes = {folder: place.label for folder, place in placements.items() if place.label}
    around = {class_folder(folder, label).rpartition("/")[0] for folder, label in classes.items()}
    labels = {label.rpartition("/")[2].casefold() for label in classes.values()}
    empty, refused_in, unread = list[str](), list[str](), list[Message]()
    reasons: list[Message] = []
    for folder, kinds in _without_images(scan):
        parent, _, name = folder.rpartition("/")
        if parent not in around or clean_label(name).casefold() in labels or _is_no_class(name):
            continue
        could = Counter({kind: number for kind, number in kinds.items() if kind in _NOT_READ})
        if kinds[""] >= max(_LEAST_BARE, kinds.total() / 2):
            could[""] = kinds[""]
        if could:
            unread.append(_folder_and_kinds(folder, could))
        elif not kinds:
            refused = _skipped_below(scan, folder)
            (refused_in if refused else empty).append(printable(folder))
            reasons += refused
    packed = [
        path
        for path in sorted(scan.archives)
        if path.rpartition("/")[0] in around and _is_packed_class(scan.root, path, labels)
    ]
    notes = []
    if empty:
        notes.append(
            message(
                "Empty folders beside the class folders, which are no classes therefore: {names}.",
                names=shorten(empty),
            )
        )
    found = _suspicions(unread, packed)
    if refused_in:
        found.append(
            message(
                "Folders beside the class folders of which no image could be taken, and which are"
                " no classes therefore: {names} ({reason}).",
                names=shorten(refused_in),
                reason=reasons[0],
            )
        )
    return notes, found, [folder.rpartition("/")[2] for folder in empty]


def _skipped_below(scan: Scan, folder: str) -> list[Message]:
    """Why each image of a folder was not taken."""
    start = printable(folder) + "/"
    return [entry.reason for entry in scan.skipped if entry.path.startswith(start)]


def _suspicions(unread: list[Message], packed: list[str]) -> list[Message]:
    found = []
    if unread:
        found.append(
            message(
                "Folders beside the class folders hold files that may be images, in forms that are"
                " not read, and are no classes therefore: {names}. Convert them to JPEG or PNG, or"
                " move those folders out of the dataset's folder.",
                names=joined(unread),
            )
        )
    if packed:
        found.append(
            message(
                "Archives beside the class folders hold images that were not read: {names}. Unpack"
                " them, each into a folder of its class, or move them out of the dataset's folder.",
                names=shorten(packed),
            )
        )
    return found


def _folder_and_kinds(folder: str, kinds: Counter[str]) -> Message:
    listed = joined(
        message("{count} {suffix}", count=count, suffix=suffix or message("without suffix"))
        for suffix, count in kinds.most_common(2)
    )
    return message("`{folder}` ({kinds})", folder=folder[:60], kinds=listed)


def _without_images(scan: Scan) -> Iterator[tuple[str, Counter[str]]]:
    """Folders without images in them and below, and the suffixes of all files there."""
    full = {
        "/".join(parts[:at]) for parts in map(_parts, scan.images) for at in range(len(parts) + 1)
    }
    below: dict[str, Counter[str]] = {}
    for folder, kinds in scan.without_images.items():
        parts = _parts(folder)
        for at in range(len(parts), 0, -1):
            around = "/".join(parts[:at])
            if around in full:
                break
            below.setdefault(around, Counter()).update(kinds)
    yield from sorted(below.items())


def _parts(folder: str) -> list[str]:
    return folder.split("/") if folder else []


def _is_no_class(name: str) -> bool:
    """Whether a folder is called after something that any dataset has beside its classes."""
    return (
        name.casefold() in SHELVES
        or is_store_name(name)
        or is_aside_name(name)
        or is_unlabelled_name(name)
        or bool(made_name(name) or canonical_split(name))
    )


def _is_packed_class(root: Path, path: str, labels: set[str]) -> bool:
    """Whether an archive holds images and is neither a class's that is there nor that of all."""
    name = path.rpartition("/")[2]
    if archive_stem(name).casefold() in labels:
        return False
    kind = "zip" if name.lower().endswith(".zip") else "tar"
    try:
        found = [member.parts for member in islice(members(root / path, kind), _FIRST_MEMBERS)]
    # Libraries raise whatever they stumble over; of a damaged archive nothing is known.
    except Exception:
        return False
    folders = {part.casefold() for parts in found for part in parts[:-1]}
    return not folders & labels and any(is_image_name(parts[-1]) for parts in found if parts)
