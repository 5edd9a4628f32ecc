"""YOLO's text files, one for each image: the class of all boxes that are drawn into it.

They lie in `labels` beside `images`, or beside the images themselves as LabelImg and Darknet have
them. Names of the classes are in a YAML file; without one the classes are numbers, to which a list
such as `classes.txt` or `obj.names` gives names as to any others.
"""

import re
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

from lnl_gui.dataset.listing import Reading
from lnl_gui.dataset.names import path_in
from lnl_gui.dataset.readers.class_names.class_maps import yaml_names
from lnl_gui.dataset.readers.files.places import (
    files_ending,
    folders_in,
    has_images,
    homes,
    lines_of,
)
from lnl_gui.dataset.readers.files.scan import scan_images
from lnl_gui.dataset.readers.files.split_folders import part_folders, split_above
from lnl_gui.dataset.readers.files.text_files import read_text
from lnl_gui.dataset.readers.options import ReaderOptions
from lnl_gui.dataset.readers.table_files.class_folders_beside import is_no_class
from lnl_gui.dataset.readers.tables.rows import RowSet, labelled_path
from lnl_gui.util.errors import UserError
from lnl_gui.util.files.file_there import is_file, is_folder

_IMAGE_FOLDER, _LABEL_FOLDER, _TEXT = "images", "labels", ".txt"
_YAML = (".yaml", ".yml")
_LISTS = ("classes.txt", "_darknet.labels")
"""Names of the classes, as LabelImg and Roboflow write them beside the texts of each folder."""
_PEEK = 100
"""Text files that are opened to be sure of what they hold."""
_MOSTLY = 0.5
"""Share of the images of a folder, where any has a text file, that must have one."""
_BOX = 4
_ROUNDED = 0.1
"""How far outside of an image, in its sides, a box may reach."""
_OF_DARKNET = re.compile(r"obj_(train|valid|val|test)_data", re.IGNORECASE)


def find_yolo(source: Path, options: ReaderOptions) -> list[Path]:
    """A YAML file that names the classes of folders `labels` beside `images`, else the texts."""
    named = [file for file in sorted(files_ending(source, _YAML)) if yaml_names(file)]
    folders = [source, *part_folders(folders_in(source))]
    labelled = any(is_folder(f / _LABEL_FOLDER) and is_folder(f / _IMAGE_FOLDER) for f in folders)
    return named[:1] if named and labelled else _texts(source)


def yolo_rows(source: Path, files: list[Path], options: ReaderOptions) -> RowSet:
    """The class of all boxes of an image; images with boxes of several classes are skipped."""
    has_yaml = files[0].suffix.lower() in _YAML
    names = yaml_names(files[0]) if has_yaml else {}
    texts = None if has_yaml else set(files)
    listed = {} if has_yaml else _lists_beside(files)
    rows = []
    for folder, images in sorted(scan_images(source).images.items()):
        if has_yaml and _labels_beside(source / folder, source) is None:
            continue
        split = _split_of_darknet(folder) or split_above(source / folder, source)
        found = {name: _text_of(source / folder, name, source, texts) for name in sorted(images)}
        # Without a YAML file any folder may be one of something else.
        if not has_yaml and not any(found.values()):
            continue
        for name, text in found.items():
            # YOLO lets images without objects go without a file.
            own = names if text is None else listed.get(text.parent, names)
            classes = [own.get(number, number) for number in _classes(text)] if text else []
            rows.append(labelled_path(path_in(folder, name), classes, split, source))
    every = dict.fromkeys(name for own in listed.values() for name in own.values())
    return RowSet(rows, reading=Reading(classes=tuple(every)))


def _lists_beside(texts: list[Path]) -> dict[Path, dict[str, str]]:
    """The names in lists that lie among text files, by folder: each may have its own."""
    found = {}
    for place in dict.fromkeys(text.parent for text in texts):
        for name in _LISTS:
            lines = lines_of(place / name)
            if lines:
                found[place] = {str(number): line for number, line in enumerate(lines)}
                break
    return found


def _texts(source: Path) -> list[Path]:
    """The text files of images below a folder, where they hold boxes; none where others do."""
    places = [home for home in homes(source) if has_images(home)]
    if not any(text for place in places for text in _texts_beside(place, source)):
        return []
    found, images = list[Path](), 0
    for folder, names in sorted(scan_images(source).images.items()):
        place = source / folder
        there = set(_texts_beside(place, source))
        own = [text for name in names if (text := _text_of(place, name, source, there))]
        found += own
        images += len(names) if own else 0
    enough = len(found) >= _MOSTLY * images and len(found) > 1
    is_sure = enough and _hold_boxes(found) and not _follow_folders(found, source)
    return sorted(found) if is_sure else []


def _follow_folders(texts: list[Path], source: Path) -> bool:
    """Whether folders that may be classes tell the numbers too: their names say more, then."""
    numbers: dict[str, set[str]] = defaultdict(set)
    for text in _some(texts):
        parts = [part for part in text.parent.relative_to(source).parts if part != _LABEL_FOLDER]
        places = [part for part in parts if not is_no_class(part)]
        numbers["".join(places[-1:])].update(_classes(text))
    return len(numbers) > 1 and all(len(found) <= 1 for found in numbers.values())


def _some(files: list[Path]) -> list[Path]:
    """At most so many of them, evenly spread."""
    return files[:: -(-len(files) // _PEEK)]


def _texts_beside(folder: Path, source: Path) -> Iterator[Path]:
    """Text files that may be those of the images in a folder."""
    for place in (_labels_beside(folder, source), folder):
        if place is not None:
            yield from files_ending(place, (_TEXT,))


def _labels_beside(folder: Path, source: Path) -> Path | None:
    """The last `images` of a path replaced by `labels`, as YOLO's own loader does it."""
    parts = folder.relative_to(source).parts
    if _IMAGE_FOLDER not in parts:
        # The folder that was opened may itself be that of the images.
        return folder.parent / _LABEL_FOLDER if folder.name == _IMAGE_FOLDER else None
    at = len(parts) - 1 - parts[::-1].index(_IMAGE_FOLDER)
    return source.joinpath(*parts[:at], _LABEL_FOLDER, *parts[at + 1 :])


def _text_of(folder: Path, name: str, source: Path, there: set[Path] | None) -> Path | None:
    """The text file of an image, of those that are there or, without any, of those on disk."""
    for place in (_labels_beside(folder, source), folder):
        text = None if place is None else place / f"{Path(name).stem}{_TEXT}"
        if text is not None and (is_file(text) if there is None else text in there):
            return text
    return None


def _split_of_darknet(folder: str) -> str:
    found = next(filter(None, map(_OF_DARKNET.fullmatch, folder.split("/"))), None)
    return found[1].lower() if found else ""


def _hold_boxes(files: list[Path]) -> bool:
    """Whether some of them, evenly spread, hold boxes, and nothing else."""
    lines: list[str] = []
    for file in _some(files):
        try:
            lines += [line for line in read_text(file)[0].splitlines() if line.strip()]
        except UserError:
            return False
    return bool(lines) and all(map(_is_box, lines))


def _is_box(line: str) -> bool:
    """A class's number, and where the box lies in units of the image's sides; or its corners."""
    number, *rest = line.split()
    try:
        places = list(map(float, rest))
    except ValueError:
        return False
    inside = all(-_ROUNDED <= place <= 1 + _ROUNDED for place in places[:_BOX])
    return _class_number(number).isdigit() and len(places) >= _BOX and inside


def _classes(file: Path) -> list[str]:
    """Numbers of the classes of a file's boxes, each once."""
    lines = read_text(file)[0].splitlines()
    return list(dict.fromkeys(_class_number(line.split()[0]) for line in lines if line.strip()))


def _class_number(text: str) -> str:
    """`0` for `0.0`, which augmenting programs write and YOLO's own loader takes for it."""
    try:
        number = float(text)
    except ValueError:
        return text
    return str(int(number)) if number.is_integer() else text
