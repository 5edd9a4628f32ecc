"""Brings the rows of a table and its header to one width, whichever of them is shorter."""

from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from lnl_gui.dataset.listing import Skipped, is_image_name
from lnl_gui.dataset.readers.tables.column_names import (
    KNOWN_NAMES,
    PATH_NAMES,
    TELLS_OF_IMAGES,
    is_label_name,
    plain_name,
)
from lnl_gui.util.messages import Message, message

TOO_LONG = message("the line has {count} cells, the header {width}")
_SAMPLE = 1000
_HALF = 0.5
_MOSTLY = 0.9
"""Share of the rows with one cell more than the header where R wrote them, which it does in all,
and share of different cells among the ids of images."""


def usual_width(rows: Sequence[Sequence[str]]) -> int:
    """The number of cells that most of the first rows have."""
    return Counter(len(row) for row in rows[:_SAMPLE]).most_common(1)[0][0]


def with_even_header(
    rows: list[list[str]], source: Path, warnings: list[Message], suspicions: list[Message]
) -> list[list[str]]:
    """The rows, the header first, where the header has a cell less or more than all others.

    R's `write.table` leaves the name of the first column, that of the rows, out. Where that is not
    so, a cell holds the sign between the columns, and the rows are read from the left.

    Args:
        rows: of which the first is the header.
        source: the file, for messages.
        warnings: gets what was assumed.
        suspicions: gets a doubt where it remains open which cell belongs to which name.
    """
    head, body = rows[0], rows[1:]
    if not body or any(map(is_image_name, head)):
        return rows
    width = usual_width(body)
    if width == len(head) + 1:
        even = [row for row in body[:_SAMPLE] if len(row) == width]
        if _has_row_names(head, body, even):
            return [["row name", *head], *body]
        # Where images stand in the second column, it is their names that hold the sign.
        here, behind = _images_below(head, even)
        if here >= behind and all(len(row) == width and row[-1].strip() for row in body):
            suspicions.append(_read_from_the_left(source, head, body[0]))
            return [[*head, ""], *body]
    elif width + 1 == len(head) == max(map(len, body)) + 1 and head[-1].strip():
        return _without_first_column(rows, source, warnings, suspicions)
    return rows


def _has_row_names(
    head: Sequence[str], body: Sequence[Sequence[str]], even: Sequence[Sequence[str]]
) -> bool:
    """Whether the first column of rows one cell longer than the header has no name there."""
    if len({row[0] for row in body}) < len(body):
        return False
    named = [at for at, name in enumerate(head) if _is_of_images(name)]
    if not named:
        # Nothing tells but that R writes all rows alike, and no empty column at their end.
        is_regular = len(even) >= _MOSTLY * len(body[:_SAMPLE])
        return is_regular and any(row[-1].strip() for row in even)
    here, behind = _images_below(head, even)
    if here or behind:
        return behind > here
    # Ids of images differ; a class that stands there instead comes again.
    return len({row[named[0] + 1] for row in even}) >= _MOSTLY * len(even)


def _images_below(head: Sequence[str], even: Sequence[Sequence[str]]) -> tuple[float, float]:
    """Shares of images below names that tell of them, and in the columns behind those."""
    named = [at for at, name in enumerate(head) if _is_of_images(name)]
    here = max((_share_of_images(even, at) for at in named), default=0.0)
    return here, max((_share_of_images(even, at + 1) for at in named), default=0.0)


def _surest_path(head: Sequence[str]) -> int:
    """The column whose name tells most surely that it holds paths, the first of equals."""
    names = list(map(plain_name, head))
    known = [names.index(name) for name in PATH_NAMES if name in names]
    telling = (at for at, name in enumerate(head) if _is_of_images(name))
    return next(iter(known), next(telling, 0))


def _is_of_images(name: str) -> bool:
    plain = plain_name(name)
    return plain in PATH_NAMES or bool(TELLS_OF_IMAGES.search(plain))


def _share_of_images(rows: Sequence[Sequence[str]], at: int) -> float:
    return sum(is_image_name(row[at]) for row in rows) / len(rows)


def _read_from_the_left(source: Path, head: Sequence[str], row: Sequence[str]) -> Message:
    return message(
        "The rows of `{source}` have {count} cells, the header has {width} names. They were read"
        " from the left: `{name}` is `{cell}`, `{last}` is `{last_cell}`, and the last cell has no"
        " name. If a cell holds the sign between the columns, as in `12,5`, put it in quotation"
        " marks; if the first column has no name, give it one.",
        source=source.name,
        count=len(row),
        width=len(head),
        name=head[0],
        cell=row[0],
        last=head[-1],
        last_cell=row[len(head) - 1],
    )


def _without_first_column(
    rows: list[list[str]], source: Path, warnings: list[Message], suspicions: list[Message]
) -> list[list[str]]:
    """The rows, which all lack a cell; the first, where only then images stand below their name."""
    head, body = rows[0], rows[1:]
    if not any(plain_name(name) in KNOWN_NAMES for name in head):
        return rows
    width = len(head) - 1
    even = [row for row in body[:_SAMPLE] if len(row) == width]
    path = _surest_path(head)
    right = path < width and _share_of_images(even, path) > 0
    moved = path > 0 and not right and _share_of_images(even, path - 1) > _HALF
    if moved:
        rows = [head, *(["", *row] for row in body)]
    if moved and path == 1:
        warnings.append(
            message(
                "The rows of `{source}` have no cell for the first column, `{name}`.",
                source=source.name,
                name=head[0],
            )
        )
        return rows
    # The cell that is missing lies behind the path, and behind a label that follows it.
    if right and is_label_name(head[path + 1]):
        return rows
    suspicions.append(
        message(
            "The rows of `{source}` have {count} cells, the header has {width} names: cells may"
            " stand below the wrong name, such as `{cell}` below `{name}`. Put an empty cell into"
            " the rows where one is missing, or take its name out of the header.",
            source=source.name,
            count=width,
            width=len(head),
            cell=rows[1][width - 1],
            name=head[width - 1],
        )
    )
    return rows


def level_rows(rows: Sequence[list[str]], width: int, skipped: list[Skipped]) -> list[list[str]]:
    """The rows with as many cells as there are columns; those that have more are skipped.

    Args:
        rows: as they stand.
        width: how many columns there are.
        skipped: gets the rows that are left out.
    """
    level: list[list[str]] = []
    for row in rows:
        if len(row) < width:
            level.append(row + [""] * (width - len(row)))
        elif len(row) == width:
            level.append(row)
        # Spreadsheets end every line with the separators of columns that once held something.
        elif not any(cell.strip() for cell in row[width:]):
            level.append(row[:width])
        else:
            skipped.append(Skipped(row[0], TOO_LONG.with_fields(count=len(row), width=width)))
    return level
