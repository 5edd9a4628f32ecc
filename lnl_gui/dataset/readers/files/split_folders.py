"""Which folders are splits, and in which of them files lie whose names come in others too."""

from collections.abc import Callable, Sequence
from pathlib import Path

from lnl_gui.dataset.readers.files.finder import FileFinder
from lnl_gui.dataset.readers.files.folder_names import is_store_name
from lnl_gui.dataset.readers.files.places import folders_in, has_images, homes
from lnl_gui.store.dataset.split_names import canonical_split, is_part_name, split_in_name

_SAMPLE = 200


def _holds_images(folder: Path) -> bool:
    return any(map(has_images, homes(folder)))


def part_folders(
    folders: Sequence[Path], *, holds: Callable[[Path], bool] = _holds_images
) -> list[Path]:
    """Those that are splits: called so, or of looser names beside another split.

    `test_data` and `Testing Set` beside `train`; `train_data` and `test_data`. Alone `test bench`
    may be a class. Of looser names are only those that hold images, or what is asked for:
    `train_annotations` has none.
    """
    strict = [folder for folder in folders if canonical_split(folder.name)]
    loose = [f for f in folders if f not in strict and is_part_name(f.name) and holds(f)]
    if not strict and len({split_in_name(folder.name) for folder in loose} - {""}) < 2:
        return []
    return [folder for folder in folders if folder in strict or folder in loose]


def is_part_folder_here(folder: Path) -> bool:
    """Whether a folder is a split, by its name and by those of the folders beside it."""
    return bool(canonical_split(folder.name)) or (
        is_part_name(folder.name) and folder in part_folders(folders_in(folder.parent))
    )


def split_above(folder: Path, source: Path) -> str:
    """The first split on the way from the source to a folder, that folder included.

    "" where none is; whatever lies above the source says nothing.
    """
    inside = folder.relative_to(source).parts
    ways = (source.joinpath(*inside[:depth]) for depth in range(1, len(inside) + 1))
    return next((way.name for way in ways if is_part_folder_here(way)), "")


def split_of_file(file: Path, source: Path) -> str:
    """The split that one of several files of labels is for: its folder says it, or its name."""
    if file.parent != source and is_part_folder_here(file.parent):
        return file.parent.name
    return file.stem if split_in_name(file.stem) else ""


def split_folder(cells: Sequence[str], folder: Path, split: str) -> Path | None:
    """The one folder of that split where a sample of the cells is found.

    It lies in `folder` or in `images` and the like inside. None where no folder is of that split,
    where several are, or where one that is of no split has the files too.
    """
    meant = split_in_name(split)
    if not meant:
        return None
    inside = folders_in(folder)
    stores = [place for place in inside if is_store_name(place.name)]
    sample = cells[:: max(1, len(cells) // _SAMPLE)]
    finder = FileFinder()
    places = [*inside, *(place for store in stores for place in folders_in(store))]
    found = [
        place
        for place in places
        if split_in_name(place.name) in ("", meant) and all_found(finder, sample, place)
    ]
    return found[0] if len(found) == 1 and split_in_name(found[0].name) else None


def all_found(finder: FileFinder, cells: Sequence[str], folder: Path) -> bool:
    """Whether all cells name files, as seen from a folder."""
    return all(finder.exists(cell, folder) for cell in cells)
