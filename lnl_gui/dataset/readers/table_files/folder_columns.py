"""Tables that name the folder of each file in a column of its own: `cam1` and `001.png`."""

from collections.abc import Sequence
from pathlib import Path

from lnl_gui.dataset.readers.files.finder import FileFinder, FileNotUsable
from lnl_gui.dataset.readers.files.locate import find_base
from lnl_gui.dataset.readers.options import ReaderOptions
from lnl_gui.dataset.readers.tables.column_names import plain_name
from lnl_gui.dataset.readers.tables.tables import Table
from lnl_gui.util.messages import message

_LOOKED_AT = 100
_NEARLY = 0.9
_FOLDER_NAMES = frozenset(
    [
        *("folder", "folder_name", "dir", "directory", "subdir", "subdirectory", "subfolder"),
        *("relativepath", "relative_path", "ordner", "verzeichnis", "unterordner", "dossier"),
        *("répertoire", "repertoire", "carpeta", "directorio", "cartella", "pasta", "map"),
    ]
)


def take_folders(table: Table, path: int, folder: Path, options: ReaderOptions) -> None:
    """Put the folder of each file before its name, where another column has it.

    It does where several rows have the same name, and nearly all are files of their own with that
    folder before it.

    Args:
        table: whose cells are changed; it gets a note.
        path: the column of the files' names.
        folder: the table's.
        options: whose `image_root` the folders lie in.
    """
    names = [row[path].strip() for row in table.rows]
    if len(set(names)) == len(names) or any("/" in name or "\\" in name for name in names):
        return
    base = options.image_root or folder
    if _are_files(names, base):
        return
    others = [at for at in range(len(table.columns)) if at != path]
    others.sort(key=lambda at: plain_name(table.columns[at]) not in _FOLDER_NAMES)
    for at in others:
        joined = [
            f"{part}/{name}" if (part := row[at].strip().strip("/\\").replace("\\", "/")) else name
            for row, name in zip(table.rows, names, strict=True)
        ]
        if len(set(joined)) > len(set(names)) and _are_files(joined, find_base(joined, base, [])):
            for row, cell in zip(table.rows, joined, strict=True):
                row[path] = cell
            table.warnings.append(
                message(
                    "Column `{folders}` holds the folder of each file of column `{files}`.",
                    folders=table.columns[at],
                    files=table.columns[path],
                )
            )
            return


def _are_files(cells: Sequence[str], folder: Path) -> bool:
    """Whether nearly all cells name files in that folder."""
    looked_at = cells[:: max(1, len(cells) // _LOOKED_AT)]
    finder = FileFinder()
    return sum(_is_file(finder, cell, folder) for cell in looked_at) >= _NEARLY * len(looked_at)


def _is_file(finder: FileFinder, cell: str, base: Path) -> bool:
    try:
        return bool(finder.find_text(cell, base))
    except FileNotUsable:
        return False
