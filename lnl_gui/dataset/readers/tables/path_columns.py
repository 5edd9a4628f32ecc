"""Chooses the column of a table that holds the paths of the images."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from lnl_gui.dataset.listing import is_image_name, shorten
from lnl_gui.dataset.names import split_suffix
from lnl_gui.dataset.readers.files.file_index import FileIndex, match_lost
from lnl_gui.dataset.readers.files.finder import FileFinder, FileNotUsable
from lnl_gui.dataset.readers.files.locate import find_base
from lnl_gui.dataset.readers.files.referred import is_label_studio, name_in, unwrapped
from lnl_gui.dataset.readers.options import ReaderOptions
from lnl_gui.dataset.readers.tables.column_names import (
    PATH_NAMES,
    TELLS_OF_IMAGES,
    plain_name,
)
from lnl_gui.dataset.readers.tables.named_columns import (
    by_name,
    common_names,
    listed,
    of_one_name,
)
from lnl_gui.dataset.readers.tables.tables import Table
from lnl_gui.dataset.readers.tables.wide_tables import columns_that_may_name
from lnl_gui.util.errors import UserError
from lnl_gui.util.messages import message

_LOOKED_UP = 100
_NEARLY = 0.9
"""Share of the files of the best column with which another is as good."""
# What pandas, R and this program call a column that has no name.
_ROW_NAMES = re.compile(r"unnamed:_\d+|index|level_\d+|row(_(name|number|nr|no|id))?|column_\d+|")
_WEB = re.compile(r"^https?://", re.IGNORECASE)


@dataclass(frozen=True)
class _Candidate:
    """A column, and the file that each of some rows names, "" for none."""

    at: int
    files: tuple[str, ...]

    @property
    def hits(self) -> int:
        return sum(map(bool, self.files))


def guess_path(table: Table, sample: list[list[str]], options: ReaderOptions) -> int:
    """The column of the paths by its name and cells, else by the files that are there.

    Args:
        table: where that can't be told without reading files, it gets a warning or suspicion.
        sample: some of its rows.
        options: whose `image_root` relative paths start from.

    Raises:
        UserError: when it is not clear.
    """
    shares = [share_of_images(sample, at) for at in range(len(table.columns))]
    named = by_name(table, PATH_NAMES)
    with_images = [at for at in named if shares[at] > 0.5]
    if with_images:
        first, names = with_images[0], common_names(table)
        if len(of_one_name(table, [at for at in with_images if names[at] == names[first]])) > 1:
            raise _unclear_path(table)
        return first
    looking = [at for at, share in enumerate(shares) if share > 0.5]
    if len(looking) == 1:
        return looking[0]
    existing = _find_existing(table, sample, looking or _ids_first(table, sample, named), options)
    if existing is not None:
        return existing
    # No file is found: the name alone decides, and each row then says what is missing.
    if not looking and named:
        return named[0]
    raise _unclear_path(table)


def _unclear_path(table: Table) -> UserError:
    return UserError(
        message(
            "It is not clear which column of `{source}` holds the image paths. Its"
            " columns are {listed}.",
            source=table.source,
            listed=listed(table.columns),
        ),
        message("Name it with --path-column."),
        code="ambiguous_column",
    )


def _ids_first(table: Table, sample: list[list[str]], named: Sequence[int]) -> list[int]:
    possible = columns_that_may_name(len(table.columns), sample)
    return [*named, *(at for at in possible if at not in named)]


def share_of_images(sample: Sequence[Sequence[str]], at: int) -> float:
    """The share of a column's filled cells that are named like images."""
    cells = [row[at].strip() for row in sample]
    filled = [cell for cell in cells if cell]
    return sum(map(_names_image, filled)) / len(filled) if filled else 0.0


def stems_of_paths(sample: Sequence[Sequence[str]], path: int) -> set[int]:
    """The columns that hold the names of the images again, without their suffix or folder."""
    stems = [_stem(row[path]) for row in sample]
    if not any(stems):
        return set()
    return {
        at
        for at in range(len(sample[0]))
        if at != path
        and all(_stem(row[at]) == stem for row, stem in zip(sample, stems, strict=True))
    }


def _stem(cell: str) -> str:
    name = re.split(r"[/\\]", cell.strip())[-1]
    return split_suffix(name)[0] if is_image_name(name) else name


def _names_image(cell: str) -> bool:
    # A web address may end like an image, and yet the file is named by another column.
    if is_label_studio(cell):
        return bool(name_in(cell))
    path = unwrapped(cell)
    return is_image_name(path) and not _WEB.match(path)


def _find_existing(
    table: Table, sample: list[list[str]], candidates: Sequence[int], options: ReaderOptions
) -> int | None:
    """The column most of whose cells name files that are there: ids without a suffix, say.

    Row numbers and keys of a database may be names of files too. Where several columns name
    files, and not the same ones, the table gets a suspicion.

    Args:
        table: which the columns are of.
        sample: some of its rows.
        candidates: columns, the likeliest first.
        options: whose `image_root` relative paths start from.
    """
    folder = options.image_root or table.source.parent
    rows = sample[:: max(1, len(sample) // _LOOKED_UP)]
    finder = FileFinder()
    found = [_Candidate(at, _files(finder, [row[at] for row in rows], folder)) for at in candidates]
    found = [candidate for candidate in found if candidate.hits > len(rows) // 2]
    exact = {candidate.files for candidate in found}
    by_end = _by_addresses(table, sample, rows, folder, root_was_given=bool(options.image_root))
    # An address of the very file that an id names is no other way to it.
    found += [c for c in by_end if c.hits > len(rows) // 2 and c.files not in exact]
    if not found:
        return None
    best = max(found, key=lambda candidate: candidate.hits)
    good = [c for c in found if c is best or _is_as_good(c, best)]
    counting = {c.at for c in good if _counts_rows(table, c.at)}
    addresses = {c.at for c in by_end}
    chosen = min(
        good, key=lambda c: c.at not in addresses and _rank(table, c.at, is_count=c.at in counting)
    )
    others = [c.at for c in good if c.files != chosen.files]
    if chosen.at not in addresses:
        others += _speak_of_others(table, rows, chosen, {c.at for c in good})
    if others:
        _say_of_others(table, chosen.at, others, counting)
    return chosen.at


def _by_addresses(
    table: Table,
    sample: list[list[str]],
    rows: Sequence[Sequence[str]],
    folder: Path,
    *,
    root_was_given: bool,
) -> list[_Candidate]:
    """Columns of web addresses, and the files below the folder that have the end of each."""
    columns = [at for at in range(len(table.columns)) if _are_addresses(rows, at)]
    if not columns:
        return []
    index, found = FileIndex(folder), []
    for at in columns:
        cells = [row[at] for row in sample if row[at].strip() and "\0" not in row[at]]
        files = match_lost(cells, index, claimed=(), root_was_given=root_was_given)
        hits = [files.get(row[at]) for row in rows]
        found.append(_Candidate(at, tuple(str(h) if isinstance(h, Path) else "" for h in hits)))
    return [candidate for candidate in found if len(set(candidate.files)) > 1]


def _are_addresses(rows: Sequence[Sequence[str]], at: int) -> bool:
    filled = [cell for row in rows if (cell := row[at].strip())]
    return bool(filled) and 2 * sum(bool(_WEB.match(cell)) for cell in filled) > len(filled)


def _speak_of_others(
    table: Table, rows: Sequence[Sequence[str]], chosen: _Candidate, known: set[int]
) -> list[int]:
    """Columns whose texts speak of other files that are there: `x.org/get?name=7.png`, `photo 7`.

    Where the number of a row names a file too, the texts may well be the ones that are right.
    """
    finder = FileFinder()
    folders = {Path(file).parent for file in chosen.files if file}
    if len(folders) != 1:
        return []
    base, others = folders.pop(), []
    for at in columns_that_may_name(len(table.columns), rows):
        if at in known:
            continue
        telling = bool(TELLS_OF_IMAGES.search(plain_name(table.columns[at])))
        names = [name_in(row[at], numbers=telling) for row in rows]
        files = tuple(_file(finder, name, base) for name in names)
        spoken = _Candidate(at, files)
        if 2 * spoken.hits > len(rows) and _is_as_good(spoken, chosen) and files != chosen.files:
            others.append(at)
    return others


def _files(finder: FileFinder, cells: Sequence[str], folder: Path) -> tuple[str, ...]:
    base = find_base(cells, folder, [])
    return tuple(_file(finder, cell, base) for cell in cells)


def _file(finder: FileFinder, cell: str, base: Path) -> str:
    try:
        return finder.find_text(cell, base)
    except FileNotUsable:
        return ""


def _is_as_good(candidate: _Candidate, best: _Candidate) -> bool:
    """Whether a column names nearly as many files, and different ones: classes come again."""
    distinct = len(set(candidate.files) - {""})
    return (
        candidate.hits >= _NEARLY * best.hits
        and distinct >= _NEARLY * len(set(best.files) - {""})
        and distinct > 1
    )


def _counts_rows(table: Table, at: int) -> bool:
    """Whether a column holds nothing but the numbers of the rows, from 0 or 1."""
    first = table.rows[0][at].strip() if table.rows else ""
    if first not in ("0", "1"):
        return False
    return all(row[at].strip() == str(number) for number, row in enumerate(table.rows, int(first)))


def _rank(table: Table, at: int, *, is_count: bool) -> int:
    """0 for a name that tells of images, 2 for mere row numbers."""
    name = plain_name(table.columns[at])
    if is_count and _ROW_NAMES.fullmatch(name):
        return 2
    return 0 if (name in PATH_NAMES and name != "id") or TELLS_OF_IMAGES.search(name) else 1


def _say_of_others(table: Table, chosen: int, others: Sequence[int], counting: set[int]) -> None:
    path = table.columns[chosen]
    rivals = [at for at in others if _rank(table, at, is_count=at in counting) < 2]
    is_named = plain_name(path) == "id" or _rank(table, chosen, is_count=False) == 0
    if rivals or not is_named:
        table.suspicions.append(
            message(
                "The images were found by column `{path}`, but {others} names files that are there"
                " too, and not the same. Say which column holds the paths with --path-column.",
                path=path,
                others=shorten(table.columns[at] for at in rivals or others),
            )
        )
        return
    table.warnings.append(
        message(
            "The images were found by column `{path}`; {others} only counts the rows.",
            path=path,
            others=shorten(table.columns[at] for at in others),
        )
    )
