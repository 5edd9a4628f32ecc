"""Tools that write a JSON file for each image: Supervisely, LabelMe and Darwin (V7)."""

import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from lnl_gui.dataset.listing import is_image_name
from lnl_gui.dataset.readers.files.folder_names import is_store_name
from lnl_gui.dataset.readers.files.locate import find_base
from lnl_gui.dataset.readers.files.places import homes, json_files
from lnl_gui.dataset.readers.files.split_folders import is_part_folder_here, split_above
from lnl_gui.dataset.readers.files.text_files import read_text
from lnl_gui.dataset.readers.options import ReaderOptions
from lnl_gui.dataset.readers.tables.records_table import cell_text
from lnl_gui.dataset.readers.tables.rows import RowSet
from lnl_gui.dataset.readers.tools.annotated import (
    OBJECTS,
    Annotated,
    Answer,
    ToolAnnotations,
    annotated_rows,
    answer_to,
    without_objects,
)
from lnl_gui.util.errors import UserError
from lnl_gui.util.files.file_there import is_folder

_IMAGES, _ANNOTATIONS = "img", "ann"
_TAGS, _FLAGS = "tags", "flags"
_PEEK = 20


def find_supervisely(source: Path, options: ReaderOptions) -> list[Path]:
    """`ann/1.jpg.json` for `img/1.jpg`, in the folder of each of its datasets."""
    found: list[Path] = []
    for home in homes(source):
        if is_folder(home / _IMAGES):
            files = json_files(home / _ANNOTATIONS)
            if files and {"tags", "objects"} <= _object(files[0]).keys():
                found += files
    return found


def supervisely_rows(source: Path, files: list[Path], options: ReaderOptions) -> RowSet:
    """Tags of the images; the classes of their objects where no image has a tag."""
    images = []
    for file in files:
        given, home = _object(file), file.parent.parent
        path = (home / _IMAGES / file.stem).relative_to(source).as_posix()
        answers = [*_supervisely_tags(given), *_objects(given.get("objects"), "classTitle")]
        split = home.name if home != source and is_part_folder_here(home) else ""
        images.append(Annotated(path, tuple(answers), split))
    found = ToolAnnotations(without_objects(images))
    return annotated_rows(found, source, source, question=options.label_column)


def _supervisely_tags(given: Mapping[str, Any]) -> Iterable[Answer]:
    """A tag alone is a label; one with a value is a question with its answer."""
    tags = [tag for tag in given.get("tags") or [] if isinstance(tag, Mapping)]
    plain = [cell_text(tag.get("name")) for tag in tags if tag.get("value") is None]
    yield from answer_to(_TAGS, plain)
    for tag in tags:
        if tag.get("value") is not None:
            yield from answer_to(cell_text(tag.get("name")), [tag["value"]])


def _objects(things: Any, key: str) -> tuple[Answer, ...]:
    return answer_to(
        OBJECTS, (thing.get(key) for thing in things or [] if isinstance(thing, Mapping))
    )


def find_labelme(source: Path, options: ReaderOptions) -> list[Path]:
    """LabelMe's files beside the images.

    Where the images lie in class folders, only flags are labels: shapes are drawn in any dataset.
    """
    found: list[Path] = []
    for home in homes(source):
        files = json_files(home)
        if not files or not any(_is_labelme(_object(file)) for file in files[:_PEEK]):
            continue
        # In a class folder the folder is the label already.
        plain = home == source or is_store_name(home.name) or is_part_folder_here(home)
        if plain or any(_flags(_object(file)) for file in files[:_PEEK]):
            found += files
    return found


def _is_labelme(given: Mapping[str, Any]) -> bool:
    return {"shapes", "imagePath"} <= given.keys()


def labelme_rows(source: Path, files: list[Path], options: ReaderOptions) -> RowSet:
    """The flags that are set; the classes of the shapes where no image has one."""
    splits = {folder: split_above(folder, source) for folder in {file.parent for file in files}}
    images = []
    for file in files:
        given = _object(file)  # once only: the image itself may be in it
        if not _is_labelme(given):
            continue
        # LabelMe on Windows writes backslashes, and folders of the machine it ran on.
        name = Path(cell_text(given["imagePath"]).replace("\\", "/")).name
        name = name if is_image_name(name) else file.stem
        folder = file.parent.relative_to(source)
        answers = (*answer_to(_FLAGS, _flags(given)), *_objects(given.get("shapes"), "label"))
        path = (folder / name).as_posix()
        images.append(Annotated(path, answers, splits[file.parent]))
    found = ToolAnnotations(without_objects(images))
    return annotated_rows(found, source, source, question=options.label_column)


def find_darwin(source: Path, options: ReaderOptions) -> list[Path]:
    """Darwin's files in a folder beside the images."""
    for home in homes(source):
        files = json_files(home)
        if files and _is_darwin(_object(files[0])):
            return files
    return []


def _is_darwin(given: Mapping[str, Any]) -> bool:
    return isinstance(given.get("item"), Mapping) and isinstance(given.get("annotations"), list)


def darwin_rows(source: Path, files: list[Path], options: ReaderOptions) -> RowSet:
    """The tags of each image; the classes of its objects where no image has a tag."""
    images = []
    for file in files:
        given = _object(file)
        if not _is_darwin(given):
            continue
        item = given["item"]
        # Darwin counts folders from the dataset's root, which it writes as `/`.
        folder = cell_text(item.get("path")).strip("/")
        path = f"{folder}/{cell_text(item.get('name'))}".lstrip("/")
        things = [thing for thing in given["annotations"] if isinstance(thing, Mapping)]
        tags = answer_to(_TAGS, (thing.get("name") for thing in things if "tag" in thing))
        drawn = _objects([thing for thing in things if "tag" not in thing], "name")
        images.append(Annotated(path, (*tags, *drawn)))
    base = options.image_root or find_base([image.path for image in images], source, [])
    found = ToolAnnotations(without_objects(images))
    return annotated_rows(found, source, base, question=options.label_column)


def _flags(given: Mapping[str, Any]) -> list[str]:
    flags = given.get("flags")
    given_flags = flags.items() if isinstance(flags, Mapping) else ()
    return [str(name) for name, is_set in given_flags if is_set is True]


def _object(file: Path) -> Mapping[str, Any]:
    try:
        found = json.loads(read_text(file)[0])
    except (UserError, ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}
