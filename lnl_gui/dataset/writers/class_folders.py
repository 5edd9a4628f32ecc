"""Writes curated class folders: one folder for each class, inside its split's folder."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from pathlib import Path

from lnl_gui.dataset.listing import first_few
from lnl_gui.dataset.names import fold, safe_name
from lnl_gui.dataset.writers.items import ExportItem, WrittenImages
from lnl_gui.dataset.writers.placing import part_folders, place_images
from lnl_gui.store.dataset.split_names import WITHOUT_SPLIT
from lnl_gui.util.messages import message, message_n
from lnl_gui.util.progress import Progress, no_progress


def write_class_folders(
    destination: Path,
    items: Sequence[ExportItem],
    *,
    images: str = "copy",
    progress: Progress = no_progress,
) -> WrittenImages:
    """Write `[split/]class/image` for every item into `destination`.

    Where some are in a split and others in none, these go into `without_split/class`.

    A class of the form `a/b` becomes nested folders, as it is read back. Names are made safe for
    every platform and unique regardless of case; an image keeps its file name where it is free.

    Args:
        destination: a folder of the caller's; the caller makes the whole appear at once.
        items: the images.
        images: `copy`, as images in containers always are; `hardlink` (copies where the disk has
            no hard links or is another one); `symlink` (absolute; copies where they are
            refused); or `none`, which only assigns the names.
        progress: called with items done and their number; may raise `Cancelled`.

    Raises:
        UserError: for an unknown mode, or a full disk.
    """
    folders = class_folders(item.class_name for item in items)
    # Beside the splits a class would pass for one, and the splits for classes.
    part_of = part_folders(items, whole="")
    placed = ["/".join(filter(None, (part_of(i), folders[i.class_name]))) for i in items]
    result = place_images(destination, items, placed, images=images, progress=progress)
    result.folders.update(folders)
    _explain_names(result)
    _explain_nested(result)
    _explain_without_split(result, items)
    _explain_absent(result, items)
    return result


def class_folders(class_names: Iterable[str]) -> dict[str, str]:
    """A folder for each class: its name made safe part by part, unique regardless of case."""
    taken: set[str] = set()
    folders: dict[str, str] = {}
    # Names that need no change come first, so that none of them loses its name to another.
    ordered = sorted(set(class_names), key=lambda name: (_safe_path(name) != name, name))
    for name in ordered:
        plain = candidate = _safe_path(name)
        number = 2
        while fold(candidate) in taken:
            candidate = f"{plain} ({number})"
            number += 1
        taken.add(fold(candidate))
        folders[name] = candidate
    return folders


def _safe_path(class_name: str) -> str:
    return "/".join(safe_name(part) for part in class_name.split("/"))


def _explain_without_split(result: WrittenImages, items: Sequence[ExportItem]) -> None:
    without = sum(not item.split for item in items)
    if without and without < len(items):
        result.warnings.append(
            message_n(
                "{count:,} image in no split is in the folder `{folder}` beside those of the"
                " splits.",
                "{count:,} images in no split are in the folder `{folder}` beside those of the"
                " splits.",
                without,
                folder=WITHOUT_SPLIT,
            )
        )


def _explain_absent(result: WrittenImages, items: Sequence[ExportItem]) -> None:
    """Where a split lacks a class: loaders number the folders that they find in it."""
    by_split: dict[str, set[str]] = defaultdict(set)
    for item in items:
        by_split[item.split].add(item.class_name)
    classes = {item.class_name for item in items}
    lacking = {split: sorted(classes - found) for split, found in by_split.items()}
    for split, missing in sorted(lacking.items()):
        if split and missing:
            result.warnings.append(
                message_n(
                    "Split `{split}` has no folder of {count:,} class ({shown}): loaders that"
                    " number the folders of each split number its classes otherwise.",
                    "Split `{split}` has no folder of {count:,} classes ({shown}): loaders that"
                    " number the folders of each split number its classes otherwise.",
                    len(missing),
                    split=split,
                    shown=first_few(missing),
                )
            )


def _explain_names(result: WrittenImages) -> None:
    renamed = sorted(name for name, folder in result.folders.items() if name != folder)
    if renamed:
        shown = ", ".join(f"`{name[:40]}` -> `{result.folders[name]}`" for name in renamed[:5])
        result.warnings.append(
            message(
                "Classes whose folder has another name, so that every system accepts it:"
                " {count} ({shown}).",
                count=len(renamed),
                shown=shown,
            )
        )


def _explain_nested(result: WrittenImages) -> None:
    """Classes inside one outermost folder: most loaders take that for the class."""
    outermost: dict[str, list[str]] = defaultdict(list)
    for name, folder in result.folders.items():
        outermost[folder.partition("/")[0]].append(name)
    merged = {folder: sorted(names) for folder, names in outermost.items() if len(names) > 1}
    if merged:
        shown = "; ".join(
            f"`{folder}`: " + ", ".join(f"`{name[:40]}`" for name in names[:3])
            for folder, names in sorted(merged.items())[:3]
        )
        result.warnings.append(
            message(
                "{count:,} classes whose names hold `/` lie together in {folders:,} outermost"
                " folders ({shown}). LNL reads them back as they are, but torchvision's ImageFolder"
                " and others that take the outermost folders for the classes merge them without a"
                " word. Rename the classes for those, or export another format.",
                count=sum(map(len, merged.values())),
                folders=len(merged),
                shown=shown
                + (", …" if len(merged) > 3 or any(len(n) > 3 for n in merged.values()) else ""),
            )
        )
