"""Numbers of rows that are one beside those of the files: `0` to `39` for `1.png` to `40.png`."""

import re
from collections.abc import Mapping, Sequence
from pathlib import Path

from lnl_gui.util.messages import Message, message

_NUMBERED = re.compile(
    r"(?P<before>.*?)(?P<number>\d{1,15})(?P<behind>\.0+|\.[A-Za-z]\w*|)", re.DOTALL
)
_FEWEST = 5
"""Fewer rows say nothing about how they are numbered."""


def shift_doubts(
    cells: Sequence[str], files: Sequence[str | Message], bases: Sequence[Path]
) -> list[Message]:
    """A doubt where the rows are numbered from 0 and the files from 1, or the other way round.

    Of an unbroken range of numbers exactly that at one end names no file, and at the other end
    exactly one file is left: then each image has the label of the one beside it.

    Args:
        cells: the path of each row.
        files: the file of each, or why there is none.
        bases: the folder that each path starts from.
    """
    if all(isinstance(file, str) for file in files):
        return []
    series: dict[tuple[Path, str, str], dict[int, str]] = {}
    for cell, file, base in zip(cells, files, bases, strict=True):
        found = _NUMBERED.fullmatch(cell.strip())
        if found is None:
            continue
        numbers = series.setdefault((base, found["before"], found["behind"]), {})
        numbers[int(found["number"])] = file if isinstance(file, str) else ""
    doubts = []
    for (_, before, behind), numbers in series.items():
        left = _file_left_over(numbers)
        if left is None or str(left) in files:
            continue
        [lost] = [number for number, file in numbers.items() if not file]
        doubts.append(
            message(
                "Of the rows `{cell}` names no image, and `{file}` is an image of no row: the rows"
                " may be numbered from another number on than the images, and each image then has"
                " the label of the one beside it. Correct the numbers, or name the images' files in"
                " the table; if the numbers are right, say with --path-column which column they"
                " stand in.",
                cell=f"{before}{lost}{behind}",
                file=left.name,
            )
        )
    return doubts


def _file_left_over(numbers: Mapping[int, str]) -> Path | None:
    """The one file behind the last number, where the first alone has none, or the reverse."""
    if len(numbers) < _FEWEST:
        return None
    first, last = min(numbers), max(numbers)
    lost = [number for number, file in numbers.items() if not file]
    is_unbroken = last - first + 1 == len(numbers)
    if len(lost) != 1 or lost[0] not in (first, last) or not is_unbroken:
        return None
    end, step = (last, 1) if lost[0] == first else (first, -1)
    file = Path(numbers[end])
    left = _numbered_alike(file, end, end + step)
    return left if left and not _numbered_alike(file, end, end + 2 * step) else None


def _numbered_alike(file: Path, number: int, other: int) -> Path | None:
    """The file with another number beside one that has the number, with or without zeros."""
    found = _NUMBERED.fullmatch(file.name)
    if found is None or int(found["number"]) != number or other < 0:
        return None
    digits = len(found["number"])
    names = (f"{found['before']}{text}{found['behind']}" for text in _spelled(other, digits))
    return next((path for name in names if (path := file.with_name(name)).is_file()), None)


def _spelled(number: int, digits: int) -> tuple[str, str]:
    return str(number), str(number).zfill(digits)
