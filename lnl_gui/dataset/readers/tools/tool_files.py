"""Folders with an annotation tool's JSON in them: found and read by its structure."""

import json
from collections.abc import Iterable
from dataclasses import replace
from functools import lru_cache
from pathlib import Path
from typing import Any

from lnl_gui.dataset.readers.files.file_index import FileIndex, match_lost
from lnl_gui.dataset.readers.files.finder import FileFinder
from lnl_gui.dataset.readers.files.folder_names import SHELVES
from lnl_gui.dataset.readers.files.locate import find_base
from lnl_gui.dataset.readers.files.places import files_in, folders_in
from lnl_gui.dataset.readers.files.split_folders import part_folders, split_of_file
from lnl_gui.dataset.readers.files.unclear_files import UnclearFiles
from lnl_gui.dataset.readers.options import ReaderOptions
from lnl_gui.dataset.readers.reasons import tool_reason
from lnl_gui.dataset.readers.tables.rows import RowSet
from lnl_gui.dataset.readers.tools.annotated import annotated_rows
from lnl_gui.dataset.readers.tools.json_text import parse_json
from lnl_gui.dataset.readers.tools.json_tools import JsonTool, tool_of
from lnl_gui.util.errors import UserError
from lnl_gui.util.files import file_types
from lnl_gui.util.files.file_there import is_folder

_PEEK = 50
# More are a file for each image, as LabelMe and Darwin write them.
_FEW = 5
_HEAD = 1 << 16


def find_tool_files(source: Path, options: ReaderOptions) -> list[Path]:
    """Files of a tool at the root, on a shelf or in split folders, whose images are there.

    Raises:
        UserError: when there are several that are not those of the splits.
    """
    inside = folders_in(source)
    shelves = [f for f in inside if f.name.casefold() in SHELVES or holds_few_json(f)]
    splits = part_folders(inside)
    for folders in ([source], shelves, splits):
        found = [(f, tool) for folder in folders for f in _json_files(folder) if (tool := _tool(f))]
        good = [(f, tool) for f, tool in found if _names_images(f, tool, source, options)]
        if good:
            files = [file for file, _ in good]
            by_split = all(tool.is_by_split for _, tool in good) or folders == splits
            if len(files) > 1 and not by_split:
                raise UnclearFiles(source, files)
            return files
    return []


def tool_file_rows(source: Path, files: list[Path], options: ReaderOptions) -> RowSet:
    """The labels of every file; a file named like a split, or in its folder, is that split."""
    found, classes = RowSet(), list[str]()
    for file in files:
        tool = _tool(file)
        if tool is None:
            continue
        given = tool.read(_parsed(file), file)
        base = _base([image.path for image in given.images], file, source, options)
        rows = annotated_rows(
            given, file, base, question=options.label_column, group=options.group_column
        )
        split = split_of_file(file, source) if len(files) > 1 else ""
        rows.rows = [row if row.split or not split else row.in_split(split) for row in rows.rows]
        why = tool_reason(files, source, tool.title)
        classes += rows.reading.classes
        found.extend(rows)
        found.reading = replace(found.reading, why=why)
    found.reading = replace(found.reading, classes=tuple(dict.fromkeys(classes)))
    return found


def _base(paths: Iterable[str], file: Path, source: Path, options: ReaderOptions) -> Path:
    """Where paths start: Datumaro has `images/train` for `annotations/train.json`."""
    if options.image_root is not None:
        return options.image_root
    cells = list(paths)
    sample = cells[:: max(1, len(cells) // _PEEK)]
    finder = FileFinder()
    for place in (source / "images" / file.stem, file.parent):
        if is_folder(place) and all(finder.exists(cell, place) for cell in sample):
            return place
    return find_base(cells, source, [])


def _tool(file: Path) -> JsonTool | None:
    try:
        # One line tells: a caption file of a gigabyte is not parsed to find that no tool wrote it.
        if file.suffix.lower() in file_types.JSON_LINES and tool_of(_first_line(file)) is None:
            return None
        return tool_of(_parsed(file))
    except (UserError, OSError):
        return None


def _first_line(file: Path) -> list[Any]:
    with file.open("rb") as stream:
        line = stream.readline(_HEAD)
    try:
        return [json.loads(line)] if line.endswith(b"\n") else _parsed(file)
    except (ValueError, RecursionError):
        return []


def _parsed(file: Path) -> Any:
    status = file.stat()
    return _load(str(file), status.st_mtime_ns, status.st_size)


@lru_cache(maxsize=4)  # a file is looked at to recognise the form, then read
def _load(file: str, _modified: int, _size: int) -> Any:
    return parse_json(Path(file))[0]


def _names_images(file: Path, tool: JsonTool, source: Path, options: ReaderOptions) -> bool:
    paths = [image.path for image in tool.read(_parsed(file), file).images]
    cells = [cell for cell in paths[:: max(1, len(paths) // _PEEK)] if cell.strip()]
    base, finder = _base(cells, file, source, options), FileFinder()
    if any(finder.exists(cell, base) for cell in cells):
        return True
    index = FileIndex(options.image_root or source)
    given = options.image_root is not None
    found = match_lost(cells, index, claimed=(), root_was_given=given)
    return any(isinstance(hit, Path) for hit in found.values())


def _json_files(folder: Path) -> list[Path]:
    return [file for file in files_in(folder) if file.suffix.lower() in file_types.JSON]


def holds_few_json(folder: Path) -> bool:
    """Whether a folder has JSON files, but not one for each image."""
    return 0 < len(_json_files(folder)) <= _FEW
