"""Files among class folders that may hold labels, as far as their beginning tells."""

import re
from collections.abc import Iterator
from pathlib import Path

from lnl_gui.dataset.listing import IMAGE_SUFFIXES, is_image_name
from lnl_gui.dataset.readers.arrays.pixel_tables import holds_pixels_alone
from lnl_gui.dataset.readers.class_names.class_maps import is_class_list
from lnl_gui.dataset.readers.files.other_files import other_files, upper_folders
from lnl_gui.dataset.readers.files.own_files import is_own_folder
from lnl_gui.dataset.readers.files.places import files_in
from lnl_gui.dataset.readers.files.text_files import inner_suffix
from lnl_gui.dataset.readers.table_files.any_table import is_plain_table
from lnl_gui.util.files import file_types
from lnl_gui.util.files.file_there import size_of

_FORMS = (*file_types.SEPARATED, *file_types.EXCEL, *file_types.PARQUET)
_LISTS = tuple(suffix for suffix in file_types.TABLES if suffix not in file_types.SEPARATED)
_JSON = file_types.JSON
_OTHERS = (".mat", ".npy", ".npz", ".pkl", ".h5", ".xml", ".yaml", ".yml", ".pbtxt")
_MOST_FILES = 60
_BEGINNING = 1 << 14
_LARGEST_JSON = 1 << 24
"""Bytes: JSON has no beginning that could be read alone."""
_LINES = 40
_MOSTLY = 0.5
_NAMES_IN_JSON = 3
_IN_QUOTES = re.compile(
    r'"[^"\n]+(?:' + "|".join(map(re.escape, sorted(IMAGE_SUFFIXES))) + r')"', re.IGNORECASE
)
_BETWEEN = re.compile(r"[\s,;|\"']+")


def table_files(source: Path) -> Iterator[Path]:
    """Tables in a dataset's upper folders, and lists and JSON that begin with names of images.

    Those that list classes are left out, and what this program exported.
    """
    yield from _of_kinds(source, _FORMS)
    # Apart: images may have thousands of small texts beside them.
    yield from _of_kinds(source, (*_LISTS, *_JSON))


def _of_kinds(source: Path, kinds: tuple[str, ...]) -> Iterator[Path]:
    number = 0
    for home in upper_folders(source):
        files = files_in(home)
        wanted = [file for file in files if inner_suffix(file) in kinds]
        if not wanted or is_own_folder(home, {file.name for file in files}):
            continue
        for file in wanted:
            number += 1
            if number > _MOST_FILES:
                return
            if not _may_be_table(file) or is_class_list(file):
                continue
            # The value of a pixel may be the name of a file, `216`.
            if not holds_pixels_alone(file):
                yield file


def _may_be_table(file: Path) -> bool:
    if not is_plain_table(file):
        return False
    if inner_suffix(file) in _LISTS:
        return _lists_images(_beginning(file))
    if inner_suffix(file) in _JSON:
        text = _beginning(file)
        return size_of(file) <= _LARGEST_JSON and len(_IN_QUOTES.findall(text)) >= _NAMES_IN_JSON
    return True


def _beginning(file: Path) -> str:
    try:
        with file.open("rb") as stream:
            return stream.read(_BEGINNING).decode("utf-8", "replace")
    except OSError:
        return ""


def _lists_images(text: str) -> bool:
    """Whether most lines name an image, after some that may be a header."""
    lines = [line for line in text.splitlines() if line.strip()][:_LINES]
    named = sum(any(map(is_image_name, _BETWEEN.split(line))) for line in lines)
    return named > 0 and named >= _MOSTLY * (len(lines) - 3)


def label_files(source: Path) -> list[Path]:
    """Files in a dataset's upper folders that may hold labels by their kind and name."""
    kinds = (*_FORMS, *_LISTS, *_JSON, *_OTHERS)
    return [file for file in other_files(source) if inner_suffix(file) in kinds]
