"""Where in a folder a dataset may lie, which files are there, and the lines of its lists."""

import os
from collections.abc import Iterator
from pathlib import Path

from lnl_gui.dataset.listing import is_image_name
from lnl_gui.dataset.readers.files.folder_names import SHELVES, is_store_name
from lnl_gui.dataset.readers.files.listings import FolderNames, is_listed, listing
from lnl_gui.dataset.readers.files.text_files import inner_suffix, read_text
from lnl_gui.store.dataset.split_names import split_in_name
from lnl_gui.util.files import file_types
from lnl_gui.util.files.file_there import is_file

_MOST_HOMES = 120
_MOST_WRAPPERS = 3
_MAY_BE_LABELS = (*file_types.SEPARATED, *file_types.JSON, *file_types.BINARY_TABLES)
"""Files beside a folder that may say more of the dataset than those inside it."""


def homes(source: Path) -> list[Path]:
    """The folder, those inside and those inside them: archives unpack into folders of their own.

    Only the first hundred or so, nearest first: class folders are many and no homes.
    """
    found, level = [source], [source]
    for _ in range(2):
        level = [child for folder in level for child in folders_in(folder)]
        found += level[: _MOST_HOMES - len(found)]
    return found


def wrapped_in(source: Path) -> list[Path]:
    """The folder, and the one that is all there is in it: archives unpack into a folder more.

    A folder of images, labels or a split is a part of the dataset.
    """
    found = [source]
    while len(found) <= _MOST_WRAPPERS:
        inside = folders_in(found[-1])
        labels = [file for file in files_in(found[-1]) if inner_suffix(file) in _MAY_BE_LABELS]
        if len(inside) != 1 or labels or has_images(found[-1]) or _is_part(inside[0].name):
            break
        found += inside
    return found


def _is_part(name: str) -> bool:
    return is_store_name(name) or name.casefold() in SHELVES or bool(split_in_name(name))


def folders_in(folder: Path) -> list[Path]:
    """The first hundred or so folders directly inside, without hidden ones and projects."""
    return [folder / name for name in _inside(folder).shown_folders[:_MOST_HOMES]]


def files_in(folder: Path) -> list[Path]:
    """Files directly inside that are neither hidden nor images by their name."""
    return [folder / name for name in _inside(folder).shown_files]


def files_ending(folder: Path, suffixes: tuple[str, ...]) -> list[Path]:
    """Those of `files_in` that have one of some suffixes, lower-case and with their dots.

    Of a folder that nothing else looks into, such as one above the dataset, only names are read: it
    may hold thousands of others.
    """
    if is_listed(str(folder)):
        return [file for file in files_in(folder) if file.suffix.lower() in suffixes]
    try:
        # A third of the time of the other ways, which make an object of each name.
        names = os.listdir(folder)  # noqa: PTH208
    except OSError:
        return []
    ending = [name for name in names if name.lower().endswith(suffixes) and name[0] != "."]
    wanted = [folder / name for name in sorted(ending) if not is_image_name(name)]
    return [file for file in wanted if not os.path.isdir(file)]  # noqa: PTH112 - never an error


def json_files(folder: Path) -> list[Path]:
    """JSON files directly inside, without those that hold one object a line."""
    return [file for file in files_in(folder) if file.suffix.lower() == ".json"]


def has_images(folder: Path) -> bool:
    """Whether files directly inside are images by their name."""
    return _inside(folder).has_images


def _inside(folder: Path) -> FolderNames:
    return listing(str(folder))


def lines_of(file: Path) -> list[str]:
    """The lines of a text file without blank ones and comments; none where it is missing."""
    if not is_file(file):
        return []
    text, _ = read_text(file)
    return [line.strip() for line in text.splitlines() if line.strip() and line[0] != "#"]


def pairs_of(file: Path) -> Iterator[tuple[str, str]]:
    """Each line at its first blank: a key and the rest."""
    for line in lines_of(file):
        key, _, value = line.partition(" ")
        yield key, value.strip()


def holds_class_folders(folder: Path) -> bool:
    """Whether at least two folders inside hold images directly or one level down."""
    return sum(map(_holds_image, folders_in(folder))) >= 2


def _holds_image(folder: Path) -> bool:
    try:
        with os.scandir(folder) as entries:
            return any(entry.is_dir() or is_image_name(entry.name) for entry in entries)
    except OSError:
        return False
