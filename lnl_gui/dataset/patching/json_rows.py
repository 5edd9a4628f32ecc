"""Which part of a JSON file says what of which image: records, maps, COCO, Label Studio."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from lnl_gui.dataset.patching.json_spans import Span, elements, lines, member, members, value_at
from lnl_gui.dataset.readers.tables.records_table import cell_text, known_key
from lnl_gui.dataset.readers.tools import label_studio
from lnl_gui.store.dataset.dataset_preview import ColumnsFound


@dataclass
class JsonRow:
    """What a file says of one image.

    Attributes:
        path: of the image, as the file names it.
        labels: the values that say its label.
        parts: the number of the group of siblings and the number in it of what goes if it goes.
        label_parts: the same of what goes if only its label goes; () where that is emptied.
    """

    path: str
    labels: list[Span]
    parts: list[tuple[int, int]]
    label_parts: tuple[tuple[int, int], ...] = ()


@dataclass
class JsonFile:
    """A file's rows and the elements that can be taken out of it.

    Attributes:
        rows: one for each image.
        siblings: groups of elements, or of members, in their order.
        by_line: whether they are lines.
        words: how the file says a class that no image of it may have, by its name.
    """

    rows: list[JsonRow] = field(default_factory=list)
    siblings: list[list[Span]] = field(default_factory=list)
    by_line: bool = False
    words: dict[str, str] = field(default_factory=dict)


def json_rows(text: str, columns: ColumnsFound | None) -> JsonFile | None:
    """The rows of a JSON text; None where it is of a form that cannot be edited.

    Args:
        text: of the file.
        columns: which keys hold path and label, of a list of objects or a map.

    Raises:
        ValueError: when it is no JSON.
    """
    root = _root(text)
    if root is None:
        return _of_objects(text, list(lines(text)), columns, by_line=True)
    if isinstance(root.value, list):
        return _of_objects(text, list(elements(text, root)), columns)
    if not isinstance(root.value, dict):
        return None
    if {"images", "annotations"} <= root.value.keys():
        return _of_coco(text, root)
    return _of_map(text, root, columns)


def _root(text: str) -> Span | None:
    """The one value of the text; None where there are several, one a line."""
    found = value_at(text, 0)
    return None if text[found.end :].strip() else found


def _of_objects(
    text: str, found: list[Span], columns: ColumnsFound | None, *, by_line: bool = False
) -> JsonFile | None:
    values = [span.value for span in found]
    if not all(isinstance(value, dict) for value in values):
        return None
    if columns is not None:
        rows = [
            JsonRow(
                cell_text(span.value.get(columns.path)),
                _spots(text, member(text, span, columns.label)),
                [(0, number)],
            )
            for number, span in enumerate(found)
        ]
        return JsonFile(rows, [found], by_line)
    if not label_studio.matches(values):
        return None
    rows = []
    for number, (span, image) in enumerate(
        zip(found, label_studio.annotations(values).images, strict=True)
    ):
        rows.append(JsonRow(image.path, list(_choices(text, span)), [(0, number)]))
    return JsonFile(rows, [found], by_line)


def _of_map(text: str, root: Span, columns: ColumnsFound | None) -> JsonFile | None:
    """Paths as keys, each with its label or with an object; or one list of objects."""
    if columns is None:
        return None
    inside = list(members(text, root))
    whole = [Span(key.start, value.end, value.value) for key, value in inside]
    if all(isinstance(value.value, str | int) for _, value in inside):
        rows = [JsonRow(key.value, [value], [(0, n)]) for n, (key, value) in enumerate(inside)]
        return JsonFile(rows, [whole])
    if all(isinstance(value.value, dict) for _, value in inside):
        rows = [
            JsonRow(key.value, _spots(text, member(text, value, columns.label)), [(0, number)])
            for number, (key, value) in enumerate(inside)
        ]
        return JsonFile(rows, [whole])
    lists = [v for _, v in inside if isinstance(v.value, list) and v.value]
    if len(lists) != 1:
        return None
    return _of_objects(text, list(elements(text, lists[0])), columns)


def _of_coco(text: str, root: Span) -> JsonFile | None:
    images = _list_of(text, root, "images")
    annotations = _list_of(text, root, "annotations")
    categories = _list_of(text, root, "categories")
    by_image: dict[Any, list[int]] = defaultdict(list)
    for number, annotation in enumerate(annotations):
        by_image[annotation.value["image_id"]].append(number)
    rows = []
    for number, image in enumerate(images):
        own = by_image[image.value["id"]]
        spots = [member(text, annotations[n], "category_id") for n in own]
        # An image goes with its annotations: those left would name one that is not there.
        said = tuple((1, n) for n in own)
        path = cell_text(image.value["file_name"])
        labels = [spot for spot in spots if spot is not None]
        rows.append(JsonRow(path, labels, [(0, number), *said], said))
    # `categories` has classes too that no image bears yet.
    words = {}
    for category in categories:
        found = member(text, category, "id")
        if found is not None:
            words[cell_text(category.value["name"])] = text[found.start : found.end]
    return JsonFile(rows, [images, annotations], words=words)


def _list_of(text: str, root: Span, name: str) -> list[Span]:
    found = member(text, root, name)
    return list(elements(text, found)) if found is not None else []


def _choices(text: str, task: Span) -> Iterator[Span]:
    """The choices of a task of Label Studio that count, as its reader has them."""
    given = member(text, task, "annotations") or member(text, task, "completions")
    if given is None or not isinstance(given.value, list):
        return
    for annotation in elements(text, given):
        results = member(text, annotation, "result")
        if annotation.value.get("was_cancelled") or results is None:
            continue
        for result in elements(text, results):
            value = member(text, result, "value")
            chosen = member(text, value, "choices") if value is not None else None
            if chosen is not None and isinstance(chosen.value, list):
                yield from elements(text, chosen)


def _spots(text: str, span: Span | None) -> list[Span]:
    """The plain value inside what `cell_text` takes for one: a list of one, a choice, a name."""
    if span is None:
        return []
    if isinstance(span.value, list):
        return [spot for inner in elements(text, span) for spot in _spots(text, inner)]
    if isinstance(span.value, dict):
        name = known_key(span.value)
        return _spots(text, member(text, span, name)) if name else []
    return [span]
