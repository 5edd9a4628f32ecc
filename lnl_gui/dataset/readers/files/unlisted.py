"""Images that lie beside those a table lists and that it does not name."""

import os
import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from lnl_gui.dataset.listing import Record, Skipped, is_image_name, is_text, shorten
from lnl_gui.dataset.names import split_suffix
from lnl_gui.dataset.readers.files.companions import not_named_after
from lnl_gui.dataset.readers.files.folder_names import is_unlabelled_name
from lnl_gui.dataset.readers.files.hidden_images import hidden_notes
from lnl_gui.dataset.readers.files.listings import regular_files
from lnl_gui.dataset.readers.files.scan import is_ignored, scan_images
from lnl_gui.util.messages import Message, message, message_n


@dataclass
class Unlisted:
    """Samples without a label, and what to say of images that were not taken."""

    records: list[Record] = field(default_factory=list)
    warnings: list[Message] = field(default_factory=list)


def find_unlisted(
    root: Path,
    listed: Iterable[tuple[str, str]],
    *,
    skipped: Iterable[Skipped] = (),
    number_of_annotators: int = 0,
) -> Unlisted:
    """The images in the folders of the listed ones that the table does not name.

    So are those of a folder called `unlabelled`; other folders of which no image is listed are
    named only. Files named after a listed image (masks, crops) are left out. So are all of a folder
    most of whose images are not listed: a table of a few is a choice, and the others may be
    something else.

    Args:
        root: the dataset's folder; what lies outside it is let be.
        listed: file and split of all rows, also of those that cannot be used.
        skipped: what has been skipped with a reason stays so, such as several labels, or a path
            that several files end like.
        number_of_annotators: of the listed; none of them said anything of the others.
    """
    names: dict[str, set[str]] = defaultdict(set)
    splits: dict[str, set[str]] = defaultdict(set)
    for file, split in listed:
        parent, name = os.path.split(file)
        names[parent].add(name)
        splits[parent].add(split)
    silence = ("",) * number_of_annotators
    # By name alone: reasons name files as the table wrote them, not where they were found.
    known = {re.split(r"[/\\]", entry.path)[-1] for entry in skipped}
    stems = {name for name in known if not is_image_name(name)}
    found, left, companions = Unlisted(), [], 0
    for parent in sorted(names):
        folder = Path(parent)
        if not folder.is_relative_to(root):
            continue
        others = [
            name
            for name in _images_in(folder, names[parent] | known)
            if split_suffix(name)[0] not in stems
        ]
        new = not_named_after(others, names[parent])
        companions += len(others) - len(new)
        place = folder.relative_to(root).as_posix()
        if len(new) > len(names[parent]):
            left += [f"{place}/{name}" for name in new]
            continue
        prefix = "" if place == "." else f"{place}/"
        # A folder whose listed images are all of one split says it of the others too.
        split = next(iter(splits[parent])) if len(splits[parent]) == 1 else ""
        found.records += [Record(prefix + name, folder / name, "", split, silence) for name in new]
    other = _other_folders(root, names)
    silent = [inside for inside in other if not _says_unlabelled(inside)]
    for inside in sorted(other.keys() - set(silent)):
        found.records += [
            Record(f"{inside}/{name}", root / inside / name, "", "", silence)
            for name in _images_in(root / inside, known)
        ]
    _say(found, left, companions)
    _say_folders(found, {inside: other[inside] for inside in silent})
    found.warnings += hidden_notes(root, _hidden(root, names))
    return found


def _hidden(root: Path, listed: Mapping[str, set[str]]) -> list[str]:
    """Hidden folders and files of which none is listed."""
    found = []
    for path in scan_images(root).hidden:
        place = root / path
        inside = f"{place}{os.sep}"
        is_listed = place.name in listed.get(str(place.parent), ()) or any(
            folder == str(place) or folder.startswith(inside) for folder in listed
        )
        if not is_listed:
            found.append(path)
    return found


def _other_folders(root: Path, listed: Iterable[str]) -> dict[str, int]:
    """The number of images in each folder of which none is listed, however deep it lies."""
    known = {*listed}
    # Where a link leads into the dataset, either way may be listed.
    real = {os.path.normcase(os.path.realpath(folder)) for folder in known}
    return {
        folder: len(images)
        for folder, images in scan_images(root).images.items()
        if str(root / folder) not in known
        and os.path.normcase(os.path.realpath(root / folder)) not in real
    }


def _says_unlabelled(folder: str) -> bool:
    return any(is_unlabelled_name(part) for part in folder.split("/") if part)


def _say_folders(found: Unlisted, folders: Mapping[str, int]) -> None:
    if folders:
        found.warnings.append(
            message_n(
                "Folders with images of which what was read lists none, left out: {folders}"
                " ({count:,} image). To take them in without a label, list them with an empty one.",
                "Folders with images of which what was read lists none, left out: {folders}"
                " ({count:,} images). To take them in without a label, list them with an empty"
                " one.",
                sum(folders.values()),
                folders=shorten(folder or "." for folder in sorted(folders)),
            )
        )


def _images_in(folder: Path, known: set[str]) -> list[str]:
    """Names of image files other than the known ones."""
    return sorted(
        name
        for name in regular_files(str(folder))
        if name not in known and is_image_name(name) and is_text(name) and not is_ignored(name)
    )


def _say(found: Unlisted, left: list[str], companions: int) -> None:
    if found.records:
        found.warnings.append(
            message_n(
                "{count:,} image beside the listed ones is not listed; it has no label.",
                "{count:,} images beside the listed ones are not listed; they have no label.",
                len(found.records),
            )
        )
    if left:
        found.warnings.append(
            message(
                "More images are not listed than are, and were left out: {count:,} ({names}). To"
                " take them in without a label, list them with an empty one.",
                count=len(left),
                names=shorten(left),
            )
        )
    if companions:
        found.warnings.append(
            message(
                "Images named after a listed one, such as masks, were left out: {count:,}.",
                count=companions,
            )
        )
