"""File names that another table holds, by the keys that stand where a table should have paths."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from lnl_gui.dataset.listing import is_image_name
from lnl_gui.dataset.readers.files.finder import FileFinder
from lnl_gui.dataset.readers.files.locate import find_base, locate_files
from lnl_gui.dataset.readers.files.places import files_in
from lnl_gui.dataset.readers.files.text_files import inner_suffix
from lnl_gui.dataset.readers.options import ReaderOptions
from lnl_gui.dataset.readers.tables.column_names import KNOWN_NAMES, PATH_NAMES, plain_name
from lnl_gui.dataset.readers.tables.named_columns import by_name
from lnl_gui.dataset.readers.tables.tables import Table, beginning_only, read_table
from lnl_gui.util.errors import UserError
from lnl_gui.util.files import file_types
from lnl_gui.util.messages import message

_KEY = re.compile(r"[\w-]{1,64}")
_OF_IMAGES = re.compile(r"(image|img|photo|picture|pic|file)_?(id|no|nr|number|key|uuid)")
_SAMPLE = 200
_MOST = 0.9
"""Share of a sample's keys that the other table must hold, and of its files that must be there."""
_HALF = 0.5
_PEEK = 1 << 16
_MOST_TABLES = 12
_LARGEST = 1 << 28


@dataclass(frozen=True)
class _Link:
    """A table that says which file each key stands for."""

    table: Table
    key: int
    path: int
    names: dict[str, str]


def take_linked_names(table: Table, path: int, folder: Path, options: ReaderOptions) -> None:
    """Put file names for keys of another table, such as `image_id`, into the path column.

    A database names its files in one table and gives labels to their numbers in another. Where
    these numbers name files too, and other ones, the table gets a suspicion.

    Args:
        table: whose rows are changed.
        path: its column of paths, or of such keys.
        folder: which paths start from.
        options: of the person; a path column they chose is one where its cells name files.
    """
    keys = [row[path].strip() for row in table.rows[:: max(1, len(table.rows) // _SAMPLE)]]
    keys = list(dict.fromkeys(filter(None, keys)))
    if not keys or not all(map(_KEY.fullmatch, keys)):
        return
    base = options.image_root or folder
    link = next(
        (link for link in _links(table, path, keys, options) if _fits(link, keys, base)), None
    )
    if link is None:
        return
    given = options.image_root is not None
    files = _files_anywhere(keys, base, root_was_given=given)
    is_found = sum(map(bool, files)) > _HALF * len(keys)
    if is_found:
        linked = [link.names.get(key, key) for key in keys]
        same = _files_anywhere(linked, base, root_was_given=given) == files
        if same or options.path_column is not None:
            return
    for row in table.rows:
        row[path] = link.names.get(row[path].strip(), row[path])
    fields = {
        "column": table.columns[path],
        "file": link.table.source.name,
        "key": link.table.columns[link.key],
        "path": link.table.columns[link.path],
    }
    if is_found:
        table.suspicions.append(
            message(
                "`{column}` was taken for `{key}` of `{file}`, which names the files in `{path}`;"
                " but there are files that are called like these cells, too. If those are meant,"
                " say --path-column {column}.",
                **fields,
            )
        )
    elif _OF_IMAGES.fullmatch(plain_name(table.columns[path])):
        table.warnings.append(
            message(
                "The files of `{column}` are named by `{path}` of `{file}`, where `{key}` is the"
                " same.",
                **fields,
            )
        )
    else:
        table.suspicions.append(
            message(
                "`{column}` was taken for `{key}` of `{file}`, which names the files in `{path}`."
                " If the two tables do not belong together, move `{file}` elsewhere.",
                **fields,
            )
        )


def _links(table: Table, path: int, keys: Sequence[str], options: ReaderOptions) -> Iterator[_Link]:
    for other in _tables_beside(table, options):
        for named in by_name(other, PATH_NAMES):
            if not _holds_images(other, named):
                continue
            own = plain_name(table.columns[path])
            places = [at for at in _others(other, named) if _are_keys(other, at)]
            # `id`, or the same name, is likelier than a count that happens to fit.
            places.sort(key=lambda at: plain_name(other.columns[at]) not in (own, "id"))
            for at in places:
                names = {row[at].strip(): row[named] for row in other.rows}
                if _share(keys, names) >= _MOST:
                    yield _Link(other, at, named, names)


def _tables_beside(table: Table, options: ReaderOptions) -> Iterator[Table]:
    """Other tables of the same database or workbook, or of the same folder."""
    yield from table.beside
    if inner_suffix(table.source) not in file_types.TABLES:
        return
    others = [
        file
        for file in files_in(table.source.parent)
        if inner_suffix(file) in file_types.SEPARATED and file != table.source
    ]
    for file in others[:_MOST_TABLES]:
        try:
            if file.stat().st_size > _LARGEST:
                continue
            with beginning_only(_PEEK):
                begun = read_table(file, known_names=KNOWN_NAMES, encoding=options.encoding)
            if _may_name_files(begun):
                yield read_table(file, known_names=KNOWN_NAMES, encoding=options.encoding)
        except (OSError, UserError):
            continue  # any text may lie there


def _may_name_files(begun: Table) -> bool:
    """Whether the first rows hold files and, in another column, keys that come once each."""
    return any(
        _holds_images(begun, named) and any(_are_keys(begun, at) for at in _others(begun, named))
        for named in by_name(begun, PATH_NAMES)
    )


def _others(table: Table, named: int) -> list[int]:
    return [at for at in range(len(table.columns)) if at != named]


def _are_keys(table: Table, at: int) -> bool:
    cells = [row[at].strip() for row in table.rows]
    return len(set(cells)) == len(cells) and all(map(_KEY.fullmatch, cells))


def _holds_images(table: Table, at: int) -> bool:
    cells = [row[at] for row in table.rows[:: max(1, len(table.rows) // _SAMPLE)]]
    return bool(cells) and sum(map(is_image_name, cells)) >= _MOST * len(cells)


def _share(keys: Sequence[str], names: dict[str, str]) -> float:
    return sum(key in names for key in keys) / len(keys)


def _fits(link: _Link, keys: Sequence[str], base: Path) -> bool:
    """Whether the files are there."""
    cells = [link.names[key] for key in keys if key in link.names]
    return _share_found(cells, base) >= _MOST


def _share_found(cells: Sequence[str], folder: Path) -> float:
    finder = FileFinder()
    base = find_base(cells, folder, [])
    return sum(finder.exists(cell, base) for cell in cells) / max(1, len(cells))


def _files_anywhere(cells: Sequence[str], folder: Path, *, root_was_given: bool) -> list[str]:
    """The file of each cell, "" for none, looked for as it is for the rows of a table."""
    base = find_base(cells, folder, [])
    found = locate_files(cells, [base] * len(cells), folder, root_was_given=root_was_given)
    return [file if isinstance(file, str) else "" for file in found.files]
