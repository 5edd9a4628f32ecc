"""SuperAnnotate: a JSON file for each image, or a list of what they hold.

A class of the type tag is that of a whole image. `classes/classes.json` names the classes of older
exports, whose instances have but their numbers.
"""

import json
from collections.abc import Iterator, Mapping
from pathlib import Path, PurePosixPath
from typing import Any

from lnl_gui.dataset.readers.files.folder_names import is_store_name
from lnl_gui.dataset.readers.files.listings import regular_files
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
    without_questions,
)
from lnl_gui.util.errors import UserError

_CLASS, _TAGS = "class", "tags"
"""What is asked: the tags that are classes, and free tags."""
_TAG = "tag"
_PEEK = 20
_CLASS_FILES = ("classes/classes.json", "classes.json")

Names = Mapping[str, str]
"""Classes by their number, as text."""


def matches(value: Any) -> bool:
    """A list of what is known of each image."""
    return isinstance(value, list) and bool(value) and all(map(_is_image, value))


def annotations(images: list[Any]) -> ToolAnnotations:
    """The tags of each image; the classes of what was drawn where no image has a tag."""
    return ToolAnnotations(
        _as_asked([Annotated(_name(given), tuple(_answers(given, {}))) for given in images])
    )


def find_files(source: Path, options: ReaderOptions) -> list[Path]:
    """The files of the images.

    In class folders only tags are labels: things are drawn in the images of any dataset.
    """
    found: list[Path] = []
    for home in homes(source):
        files = json_files(home)
        heads = [given for file in files[:_PEEK] if _is_image(given := _parsed(file))]
        plain = home == source or is_store_name(home.name) or is_part_folder_here(home)
        if plain or any(_tags(given) for given in heads):
            found += files if heads else []
    return found


def file_rows(source: Path, files: list[Path], options: ReaderOptions) -> RowSet:
    """What the file of each image says of it."""
    names = _class_names(source, files)
    splits = {folder: split_above(folder, source) for folder in {file.parent for file in files}}
    images = []
    for file in files:
        given = _parsed(file)
        if not _is_image(given):
            continue
        name, folder = _name(given), file.parent.relative_to(source)
        # Images lie beside their files, or in a folder of their own.
        if PurePosixPath(name).name in regular_files(str(file.parent)):
            name = (folder / PurePosixPath(name).name).as_posix()
        images.append(Annotated(name, tuple(_answers(given, names)), splits[file.parent]))
    base = options.image_root or find_base([image.path for image in images], source, [])
    found = ToolAnnotations(_as_asked(images))
    return annotated_rows(found, source, base, question=options.label_column)


def _is_image(given: Any) -> bool:
    return (
        isinstance(given, Mapping)
        and isinstance(given.get("metadata"), Mapping)
        and isinstance(given["metadata"].get("name"), str)
        and isinstance(given.get("instances"), list)
    )


def _name(given: Mapping[str, Any]) -> str:
    return cell_text(given["metadata"]["name"])


def _instances(given: Mapping[str, Any], *, tags: bool) -> list[Mapping[str, Any]]:
    things = [thing for thing in given["instances"] if isinstance(thing, Mapping)]
    return [thing for thing in things if (thing.get("type") == _TAG) == tags]


def _tags(given: Mapping[str, Any]) -> bool:
    return bool(_instances(given, tags=True) or given.get("tags"))


def _answers(given: Mapping[str, Any], names: Names) -> Iterator[Answer]:
    tags = _instances(given, tags=True)
    yield from answer_to(_CLASS, (_class(tag, names) for tag in tags))
    # `animal` with the kind `cat`: which of them is the label, only a person knows.
    kinds: dict[str, list[str]] = {}
    for tag in tags:
        for attribute in tag.get("attributes") or []:
            if isinstance(attribute, Mapping) and attribute.get("name"):
                group = cell_text(attribute.get("groupName"))
                kinds.setdefault(group, []).append(cell_text(attribute["name"]))
    for group, values in kinds.items():
        yield from answer_to(group, values)
    # Beside classes they are notes.
    if not tags:
        yield from answer_to(_TAGS, given.get("tags") or [])
    yield from answer_to(OBJECTS, (_class(i, names) for i in _instances(given, tags=False)))


def _class(instance: Mapping[str, Any], names: Names) -> str:
    number = cell_text(instance.get("classId"))
    return cell_text(instance.get("className")) or names.get(number, number)


def _as_asked(images: list[Annotated]) -> list[Annotated]:
    """What was drawn serves where no image has a tag; free tags where none has a class."""
    asked = {answer.question for image in images for answer in image.answers}
    return without_objects(without_questions(images, {_TAGS}) if _CLASS in asked else images)


def _class_names(source: Path, files: list[Path]) -> Names:
    for home in dict.fromkeys([source, *(file.parent for file in files)]):
        for name in _CLASS_FILES:
            classes = _parsed(home / name)
            if isinstance(classes, list):
                return {
                    cell_text(item.get("id")): cell_text(item.get("name"))
                    for item in classes
                    if isinstance(item, Mapping)
                }
    return {}


def _parsed(file: Path) -> Any:
    try:
        return json.loads(read_text(file)[0])
    except (UserError, ValueError, RecursionError, OSError):
        return None
