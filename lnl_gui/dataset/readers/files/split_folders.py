"""Finds the folder of a split in which files lie whose names come in other splits too."""

from collections.abc import Sequence
from pathlib import Path

from lnl_gui.dataset.readers.files.finder import FileFinder
from lnl_gui.dataset.readers.files.folder_names import is_store_name
from lnl_gui.dataset.readers.files.places import folders_in
from lnl_gui.store.split_names import split_in_name

_SAMPLE = 200


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
