"""The folder with a dataset and its tables in a repository of code, beside few other pictures.

And which tables say too little to be those of the images around them.
"""

from collections.abc import Sequence
from pathlib import Path

from lnl_gui.dataset.readers.files.image_count import pictures_below
from lnl_gui.dataset.readers.files.places import files_in, folders_in
from lnl_gui.dataset.readers.files.split_folders import part_folders
from lnl_gui.dataset.readers.files.text_files import inner_suffix
from lnl_gui.dataset.readers.table_files.class_folders_beside import ClassFoldersBeside
from lnl_gui.dataset.readers.tables.tables import Table
from lnl_gui.util.files import file_types

_TABLES = (*file_types.SEPARATED, *file_types.EXCEL, *file_types.JSON)
_FEW = 0.1
"""Images outside of that folder for each in it, which are the program's own; and rows of a table
for each image around it, below which it is about something else."""


def main_folder(source: Path, places: Sequence[Path]) -> Path | None:
    """The one folder with tables, or whose splits have some, where it has nearly all images.

    None where those lie in class folders.

    Args:
        source: the folder around all.
        places: folders in it that hold images.
    """
    found = [place for place in places if _has_tables(place)]
    if len(found) != 1 or ClassFoldersBeside(found[0], deep=True):
        return None
    inside = pictures_below(found[0]).count
    return found[0] if pictures_below(source).count - inside <= _FEW * inside else None


def _has_tables(folder: Path) -> bool:
    places = (folder, *part_folders(folders_in(folder)))
    return any(inner_suffix(file) in _TABLES for place in places for file in files_in(place))


def has_few_rows(table: Table) -> bool:
    """Whether a table has hardly a row for ten images around it, as one of results has."""
    return len(table.rows) < _FEW * pictures_below(table.source.parent).count
