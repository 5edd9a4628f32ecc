"""Merged cells of an Excel sheet, of which the file gives the first alone a value."""

import re
from collections.abc import Iterable
from pathlib import Path
from zipfile import BadZipFile, ZipFile

Area = tuple[int, int, int, int]
"""First column, first row, last column, last row, each from 1."""
_MERGED = re.compile(rb"mergeCell [^>]*?ref=[\"']\$?[A-Z]+\$?(\d+):\$?[A-Z]+\$?(\d+)")
_CHUNK = 1 << 20
_LONGEST = 200
"""Bytes that the description of one merged area takes at most."""


def has_merged_rows(workbook: Path) -> bool:
    """Whether cells of several rows are merged in any sheet; titles are merged across columns."""
    try:
        with ZipFile(workbook) as archive:
            sheets = [n for n in archive.namelist() if n.startswith("xl/worksheets/")]
            return any(_has_merged(archive, name) for name in sheets)
    except (OSError, BadZipFile):
        return False  # openpyxl says what is wrong with it


def _has_merged(archive: ZipFile, name: str) -> bool:
    end = b""
    with archive.open(name) as stream:
        while chunk := stream.read(_CHUNK):
            text = end + chunk
            if any(found[1] != found[2] for found in _MERGED.finditer(text)):
                return True
            end = text[-_LONGEST:]
    return False


def fill_merged(grid: list[list[str]], merged: Iterable[Area], *, below: int) -> None:
    """Give every row of a merged area the area's value.

    Args:
        grid: all rows of the sheet, which are changed.
        merged: the areas.
        below: the row of the header, from 0; what is merged in it or above is no value.
    """
    for column, first, _, last in merged:
        if first - 1 > below:
            value = grid[first - 1][column - 1]
            for row in grid[first:last]:
                row[column - 1] = value
