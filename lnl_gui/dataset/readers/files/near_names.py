"""Finds files whose names differ from the table's in the suffix, in leading zeros or in a word."""

import os
import re
from collections import Counter
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from lnl_gui.dataset.listing import is_image_name
from lnl_gui.dataset.names import fold, split_suffix
from lnl_gui.dataset.readers.files.file_index import FileIndex
from lnl_gui.dataset.readers.files.finder import spellings
from lnl_gui.dataset.readers.files.folder_names import is_store_name
from lnl_gui.util.messages import Message, message

_HALF = 0.5
_MOSTLY = 0.9
# A spreadsheet takes an id for a number, pandas one with a cell missing for a fraction.
_NUMBER = re.compile(r"(\d{1,18})(?:\.0+)?")


@dataclass
class NearFiles:
    """Files by the cells that mean them, and what to say about it."""

    files: dict[str, Path] = field(default_factory=dict)
    warnings: list[Message] = field(default_factory=list)


def near_files(cells: Mapping[str, Path], index: FileIndex, taken: Collection[str]) -> NearFiles:
    """Files for cells that name none: of another suffix, or with zeros before the number.

    A file is taken only where it is the one that fits, no other cell means it and it lies where
    the cell says; and only where most cells find one so, and of the numbers nearly all, padded to
    one length.

    Args:
        cells: that found no file, with the folders that their paths start from.
        index: of the images.
        taken: files that other cells name.
    """
    found = NearFiles()
    same_stem = _unique(cells, index, index.with_stem, taken)
    if same_stem and len(same_stem) >= _HALF * len(cells):
        cell, file = next(iter(same_stem.items()))
        found.files = same_stem
        found.warnings.append(
            message(
                "Files found by their names with another suffix: {count}, such as `{cell}` at"
                " `{file}`.",
                count=len(same_stem),
                cell=cell[-120:],
                file=file.relative_to(index.root).as_posix(),
            )
        )
        return found
    numbered = _unique(cells, index, lambda stem: _of_number(index, stem), taken)
    # Of `01` and `010` one is another image's: a program pads all numbers to one length.
    stems = [split_suffix(file.name)[0] for file in numbered.values()]
    padded = {len(stem) for stem in stems if stem.startswith("0")} - {1}
    if numbered and len(numbered) >= _MOSTLY * len(cells) and len(padded) < 2:
        cell, file = next(iter(numbered.items()))
        found.files = numbered
        found.warnings.append(
            message(
                "Files found by their numbers, which the table writes without leading zeros or"
                " with a decimal point: {count}, such as `{cell}` at `{file}`.",
                count=len(numbered),
                cell=cell[-120:],
                file=file.relative_to(index.root).as_posix(),
            )
        )
        return found
    found.files = {} if taken else files_of_numbers(cells, index)
    if found.files:
        cell, file = next(iter(found.files.items()))
        found.warnings.append(
            message(
                "Files found by the numbers in their names, which the table writes without the"
                " word before them: {count}, such as `{cell}` at `{file}`.",
                count=len(found.files),
                cell=cell[-120:],
                file=file.relative_to(index.root).as_posix(),
            )
        )
    return found


def files_of_numbers(cells: Collection[str], index: FileIndex) -> dict[str, Path]:
    """Files for cells that are the numbers of all images and no others: `7` for `img7.png`.

    None where a cell has no file or a file no cell: the numbers may then be those of the rows, from
    0 where the files begin with 1.

    Args:
        cells: all of a table's column.
        index: of the images.
    """
    wanted: dict[int, str] = {}
    for cell in cells:
        number = _NUMBER.fullmatch(cell.strip())
        if number is None or int(number[1]) in wanted:
            return {}
        wanted[int(number[1])] = cell
    files = index.numbered_alike() if wanted else {}
    if files.keys() != wanted.keys():
        return {}
    return {cell: index.root / files[number] for number, cell in wanted.items()}


def _of_number(index: FileIndex, stem: str) -> list[str]:
    number = _NUMBER.fullmatch(stem)
    return index.with_number(int(number[1])) if number else []


def _unique(
    cells: Mapping[str, Path],
    index: FileIndex,
    candidates: Callable[[str], list[str]],
    taken: Collection[str],
) -> dict[str, Path]:
    """The one file of each cell that no other cell means."""
    found: dict[str, Path] = {}
    for cell, base in cells.items():
        folder, _, name = spellings(cell)[-1].rpartition("/")
        stem = split_suffix(name)[0] if is_image_name(name) else name
        files = [index.root / file for file in candidates(stem)]
        here = os.path.normpath(base / folder.lstrip("/"))
        fitting = [file for file in files if str(file.parent) == here]
        fitting = fitting or [file for file in files if _may_lie_in(file.parent, folder, index)]
        if len(fitting) == 1:
            found[cell] = fitting[0]
    meant = Counter(found.values())
    return {
        cell: file for cell, file in found.items() if meant[file] == 1 and str(file) not in taken
    }


def _may_lie_in(place: Path, folder: str, index: FileIndex) -> bool:
    """Whether a file's folder is called as the cell says, or is that of the images.

    Beside the images their masks may lie, under the same names with another suffix.
    """
    if folder:
        return fold(place.name) == fold(folder.rpartition("/")[2])
    return place == index.root or is_store_name(place.name) or index.is_one_folder
