"""YOLO's text files, one for each image: the class of all boxes that are drawn into it.

They lie in `labels` beside `images`, or beside the images themselves as LabelImg and Darknet have
them. Names of the classes are in a YAML file; without one the classes are numbers, to which a list
such as `classes.txt` or `obj.names` gives names as to any others.
"""

import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
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
from lnl_gui.dataset.readers.tables.rows import LabelledPath, RowSet, labelled_path
from lnl_gui.util.errors import UserError
from lnl_gui.util.files.file_there import is_file, is_folder
from lnl_gui.util.messages import Message, message

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
_OTHER = message("its text file holds something else than boxes")
_OF_DARKNET = re.compile(r"obj_(train|valid|val|test)_data", re.IGNORECASE)


def find_yolo(source: Path, options: ReaderOptions) -> list[Path]:
    """A YAML file that names the classes of folders `labels` beside `images`, else the texts."""
    named = [file for file in sorted(files_ending(source, _YAML)) if yaml_names(file)]
    folders = [source, *part_folders(folders_in(source))]
    labelled = any(is_folder(f / _LABEL_FOLDER) and is_folder(f / _IMAGE_FOLDER) for f in folders)
    return named[:1] if named and labelled else _texts(source)


def yolo_rows(source: Path, files: list[Path], options: ReaderOptions) -> RowSet:
    """The class of all boxes of an image; images with boxes of several classes are skipped."""
    if files[0].suffix.lower() in _YAML:
        return _rows_of_yaml(source, yaml_names(files[0]))
    texts, listed = set(files), _lists_beside(files)
    places = {text.parent for text in files}
    found = RowSet()
    for folder, images in sorted(scan_images(source).images.items()):
        place = source / folder
        split = _split_of_darknet(folder) or split_above(place, source)
        own = _own_texts(_place_of(place, source, places), sorted(images), texts)
        # Any folder may be one of something else.
        if not any(own.values()):
            continue
        for name, text in own.items():
            names = listed.get(text.parent) if text is not None else None
            found.rows.append(_row(path_in(folder, name), text, split, source, names, boxes=True))
    every = dict.fromkeys(name for names in listed.values() for name in names.values())
    found.suspicions += _unnamed(files, listed)
    found.reading = Reading(classes=tuple(every))
    return found


def _rows_of_yaml(source: Path, names: dict[str, str]) -> RowSet:
    rows = []
    for folder, images in sorted(scan_images(source).images.items()):
        labels = _labels_beside(source / folder, source)
        if labels is None:
            continue
        split = split_above(source / folder, source)
        for name in sorted(images):
            text = labels / f"{Path(name).stem}{_TEXT}"
            # YOLO lets images without objects go without a file.
            text_there = text if is_file(text) else None
            rows.append(_row(path_in(folder, name), text_there, split, source, names))
    return RowSet(rows)


def _row(
    path: str,
    text: Path | None,
    split: str,
    base: Path,
    names: dict[str, str] | None,
    *,
    boxes: bool = False,
) -> LabelledPath:
    """The row of an image, without a label where it has no text file; `boxes`: nothing else."""
    lines = [] if text is None else _lines(text)
    numbers = list(dict.fromkeys(_class_number(line.split()[0]) for line in lines))
    if not all(map(_is_box if boxes else _begins_with_class, lines)):
        return LabelledPath(path, "", split, base, problem=_OTHER)
    return labelled_path(path, [(names or {}).get(n, n) for n in numbers], split, base)


def _unnamed(texts: list[Path], listed: dict[Path, dict[str, str]]) -> list[Message]:
    """A doubt where a list beside texts has no name for a class in one of them."""
    for text in texts:
        names = listed.get(text.parent)
        if names is None:
            continue
        lacking = [number for number in _classes(text) if number not in names]
        if lacking:
            return [
                message(
                    "`{text}` holds class {number}, for which the list of names beside it has none."
                    " If the list is of other images, take it away; else add the names that are"
                    " missing.",
                    text=text.name,
                    number=lacking[0],
                )
            ]
    return []


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
        texts = _own_texts(_place_of(place, source, {t.parent for t in there}), names, there)
        own = [text for text in texts.values() if text is not None]
        found += own
        images += len(names) if own else 0
    enough = len(found) >= _MOSTLY * images and len(found) > 1
    is_sure = enough and _hold_boxes(found) and not _say_no_more(found, source)
    return sorted(found) if is_sure else []


def _say_no_more(texts: list[Path], source: Path) -> bool:
    """Whether all are of one class, or folders that may be classes tell the numbers too.

    The names of the folders say more then, also those of folders without any text.
    """
    numbers: dict[str, set[str]] = defaultdict(set)
    for text in _some(texts):
        parts = [part for part in text.parent.relative_to(source).parts if part != _LABEL_FOLDER]
        places = [part for part in parts if not is_no_class(part)]
        numbers["".join(places[-1:])].update(_classes(text))
    every = set().union(*numbers.values())
    alone = all(len(found) <= 1 for found in numbers.values())
    return len(every) < 2 or (len(numbers) > 1 and alone)


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


def _place_of(folder: Path, source: Path, places: Collection[Path]) -> Path:
    """Where the text files of a folder's images lie: in `labels`, or where none do beside them."""
    labels = _labels_beside(folder, source)
    return labels if labels is not None and labels in places else folder


def _own_texts(
    place: Path, images: Iterable[str], there: Collection[Path]
) -> dict[str, Path | None]:
    """The text file of each image, of those that are there."""
    texts = {name: place / f"{Path(name).stem}{_TEXT}" for name in images}
    return {name: text if text in there else None for name, text in texts.items()}


def _split_of_darknet(folder: str) -> str:
    found = next(filter(None, map(_OF_DARKNET.fullmatch, folder.split("/"))), None)
    return found[1].lower() if found else ""


def _hold_boxes(files: list[Path]) -> bool:
    """Whether some of them, evenly spread, hold boxes, and nothing else."""
    lines: list[str] = []
    for file in _some(files):
        try:
            lines += _lines(file)
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


def _begins_with_class(line: str) -> bool:
    return _class_number(line.split()[0]).isdigit()


def _classes(file: Path) -> list[str]:
    """Numbers of the classes of a file's boxes, each once."""
    return list(dict.fromkeys(_class_number(line.split()[0]) for line in _lines(file)))


def _lines(file: Path) -> list[str]:
    return [line for line in read_text(file)[0].splitlines() if line.strip()]


def _class_number(text: str) -> str:
    """`0` for `0.0`, which augmenting programs write and YOLO's own loader takes for it."""
    try:
        number = float(text)
    except ValueError:
        return text
    return str(int(number)) if number.is_integer() else text
