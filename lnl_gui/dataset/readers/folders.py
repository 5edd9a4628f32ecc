"""Class folders: the folder's name is the label, with or without split folders around it."""

import unicodedata
from dataclasses import dataclass
from pathlib import Path

from lnl_gui.dataset.listing import (
    IMAGE_SUFFIXES,
    Listing,
    Record,
    Skipped,
    finish_listing,
    shorten,
)
from lnl_gui.dataset.readers.options import ReaderOptions
from lnl_gui.dataset.readers.scan import Scan, scan_images
from lnl_gui.dataset.splits import canonical_split
from lnl_gui.util.errors import UserError
from lnl_gui.util.messages import NOTHING, Message, joined, message
from lnl_gui.util.progress import Progress

NAME = "class-folders"
_NO_CLASS = message("lies in no class folder")
_SPLIT_ONLY = message("lies directly in the split folder, in no class folder")

Parts = tuple[str, ...]


@dataclass(frozen=True)
class Placement:
    """What a folder stands for: its class name ("" if none) and split ("" if none)."""

    label: str
    split: str
    reason: Message = NOTHING


def detects(source: Path, options: ReaderOptions) -> bool:
    """Any folder may hold class folders, unless columns were named."""
    return source.is_dir() and not options.concerns_table


def read(source: Path, options: ReaderOptions, progress: Progress) -> Listing:
    """Read a folder of class folders.

    Layouts: `class/image`, nested classes `a/b/image` (class `a/b`), `split/class/image`,
    `class/split/image`, each also below folders that hold everything else.

    Raises:
        UserError: when there is no image, or none in a class folder.
    """
    scan = scan_images(source, progress=progress)
    warnings = _scan_warnings(scan)
    if options.image_root is not None:
        warnings.append(message("The image root was ignored: it only concerns tables of paths."))
    placements = place_folders(list(scan.images), warnings)
    records: list[Record] = []
    skipped = list(scan.skipped)
    for folder in sorted(scan.images):
        _take_folder(scan, folder, placements[folder], records, skipped)
    if not records:
        raise _nothing_found(source, scan)
    records.sort(key=lambda record: record.path)
    return finish_listing(source, NAME, records, skipped, warnings)


def place_folders(folders: list[str], warnings: list[Message]) -> dict[str, Placement]:
    """Decide for each folder that holds images (path from the root) its class and split."""
    parts: dict[str, Parts] = {name: tuple(name.split("/")) if name else () for name in folders}
    common = _common_wrapper(list(parts.values()))
    below = {name: way[common:] for name, way in parts.items()}
    ways = [way for way in below.values() if way]
    if _has_splits_on_top(ways, warnings):
        inner = [way[1:] for way in ways]
        inner_common = _common_wrapper(inner)
        return {name: _below_split(way, inner_common) for name, way in below.items()}
    if ways and all(len(way) > 1 and canonical_split(way[-1]) for way in ways):
        return {
            name: Placement(_class_name(way[:-1]), way[-1]) if way else _unplaced(_NO_CLASS)
            for name, way in below.items()
        }
    return {
        name: Placement(_class_name(way), "") if way else _unplaced(_NO_CLASS)
        for name, way in below.items()
    }


def _unplaced(reason: Message, split: str = "") -> Placement:
    return Placement("", split, reason)


def _below_split(way: Parts, wrapper: int) -> Placement:
    if not way:
        return _unplaced(_NO_CLASS)
    inner = way[1 + wrapper :]
    if not inner:
        return _unplaced(_SPLIT_ONLY, way[0])
    return Placement(_class_name(inner), way[0])


def _class_name(way: Parts) -> str:
    # macOS disks hand out decomposed letters; the same name typed in a table is composed.
    return unicodedata.normalize("NFC", "/".join(way))


def _common_wrapper(ways: list[Parts]) -> int:
    """How many leading folders all images share that are neither a class nor a split."""
    ways = [way for way in ways if way]
    depth = 0
    while ways and len({way[depth] for way in ways}) == 1:
        rest = [way[depth + 1 :] for way in ways]
        if not all(rest) or canonical_split(ways[0][depth]):
            break
        if all(len(way) == 1 and canonical_split(way[0]) for way in rest):
            break  # a single class with its splits inside it
        depth += 1
    return depth


def _has_splits_on_top(ways: list[Parts], warnings: list[Message]) -> bool:
    tops = {way[0] for way in ways}
    deep = {way[0] for way in ways if len(way) > 1}
    splits = {top for top in tops if canonical_split(top)}
    if not splits & deep:
        if splits and splits == tops:
            warnings.append(
                message(
                    "{splits} hold images directly, so they were read as classes,"
                    " although they are named like parts of a split.",
                    splits=shorten(sorted(splits)),
                )
            )
        return False
    others = sorted(tops - splits)
    if not others:
        return True
    if len({canonical_split(top) for top in splits & deep}) < 2:
        return False
    warnings.append(
        message(
            "{others} lie beside split folders and were read as splits too.", others=shorten(others)
        )
    )
    return True


def _take_folder(
    scan: Scan,
    folder: str,
    placement: Placement,
    records: list[Record],
    skipped: list[Skipped],
) -> None:
    prefix = f"{folder}/" if folder else ""
    place = scan.root / folder
    if placement.reason:
        skipped.extend(
            Skipped(prefix + name, placement.reason) for name in sorted(scan.images[folder])
        )
        return
    records.extend(
        Record(prefix + name, place / name, placement.label, placement.split)
        for name in scan.images[folder]
    )


def _scan_warnings(scan: Scan) -> list[Message]:
    warnings: list[Message] = []
    if scan.other_files:
        kinds = joined(
            message("{count} {suffix}", count=count, suffix=suffix or message("without suffix"))
            for suffix, count in scan.other_files.most_common(5)
        )
        total = scan.other_files.total()
        warnings.append(
            message(
                "Files passed over because they are no images: {total} ({kinds}).",
                total=total,
                kinds=kinds,
            )
        )
    if scan.repeated_links:
        warnings.append(
            message(
                "Links to folders that were not followed, because those are read"
                " already: {count} ({repeated_links}).",
                count=len(scan.repeated_links),
                repeated_links=shorten(sorted(scan.repeated_links)),
            )
        )
    return warnings


def _nothing_found(source: Path, scan: Scan) -> UserError:
    if scan.image_count:
        return UserError(
            message(
                "`{source}` holds {image_count} images, but none lies in a class folder.",
                source=source,
                image_count=scan.image_count,
            ),
            message(
                "Put each class into a folder of its own (`cat/1.jpg`, `dog/2.jpg`), or"
                " open a CSV file with the columns `path` and `label`."
            ),
            code="no_classes",
        )
    kinds = ", ".join(sorted(IMAGE_SUFFIXES))
    return UserError(
        message(
            "No images were found in `{source}`. Looked for files ending in {kinds} in"
            " it and in all folders below; {total} other files were seen.",
            source=source,
            kinds=kinds,
            total=scan.other_files.total(),
        ),
        message(
            "Choose the folder that holds one folder for each class, or a CSV file of"
            " paths and labels."
        ),
        code="no_images",
    )
