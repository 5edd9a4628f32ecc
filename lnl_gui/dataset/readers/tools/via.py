"""VGG Image Annotator: projects and exports as JSON, and its CSV with JSON in the cells."""

import json
from collections.abc import Iterable, Mapping
from typing import Any

from lnl_gui.dataset.readers.tables.records_table import cell_text
from lnl_gui.dataset.readers.tables.tables import Table
from lnl_gui.dataset.readers.tools.annotated import Annotated, Answer, ToolAnnotations, answer_to

_PROJECT = "_via_img_metadata"
_COLUMNS = ("filename", "file_attributes", "region_attributes")
_COLUMNS_3 = ("file_list", "spatial_coordinates", "metadata")


def matches(value: Any) -> bool:
    """A project of version 2, or its images alone, each with its regions."""
    if not isinstance(value, dict):
        return False
    images = value.get(_PROJECT, value)
    return (
        isinstance(images, dict)
        and bool(images)
        and all(
            isinstance(i, dict) and {"filename", "regions"} <= i.keys() for i in images.values()
        )
    )


def annotations(value: Mapping[str, Any]) -> ToolAnnotations:
    """Attributes of each file; those of its regions where no file has any."""
    images = value.get(_PROJECT, value).values()
    found = []
    for image in images:
        regions = image["regions"]
        # Version 1 numbers the regions in an object, version 2 has a list.
        regions = regions.values() if isinstance(regions, Mapping) else regions or []
        inner = [region.get("region_attributes") or {} for region in regions]
        found.append((cell_text(image["filename"]), image.get("file_attributes") or {}, inner))
    return _annotations(found)


def is_via_table(table: Table) -> bool:
    """Whether a table is VIA's CSV, of version 3 or one before."""
    return set(_COLUMNS) <= set(table.columns) or set(_COLUMNS_3) <= set(table.columns)


def table_annotations(table: Table) -> ToolAnnotations:
    """One row a region: the rows of a file belong together."""
    if set(_COLUMNS_3) <= set(table.columns):
        return _annotations_3(table)
    name, outer, inner = (table.columns.index(column) for column in _COLUMNS)
    files: dict[str, Mapping[str, Any]] = {}
    regions: dict[str, list[Mapping[str, Any]]] = {}
    for row in table.rows:
        files[row[name]] = files.get(row[name]) or _object(row[outer])
        regions.setdefault(row[name], []).append(_object(row[inner]))
    return _annotations([(path, given, regions[path]) for path, given in files.items()])


def _annotations_3(table: Table) -> ToolAnnotations:
    """Version 3: attributes of the file have no place; numbers stand for the questions."""
    name, place, given = (table.columns.index(column) for column in _COLUMNS_3)
    files: dict[str, dict[str, Any]] = {}
    regions: dict[str, list[Mapping[str, Any]]] = {}
    for row in table.rows:
        listed = _parsed(row[name])
        path = cell_text(listed[0]) if isinstance(listed, list) and listed else row[name]
        attributes = _object(row[given])
        whole = files.setdefault(path, {})
        if _parsed(row[place]):
            regions.setdefault(path, []).append(attributes)
        else:
            whole.update(attributes)
    return _annotations([(path, whole, regions.get(path, [])) for path, whole in files.items()])


def _object(cell: str) -> Mapping[str, Any]:
    found = _parsed(cell)
    return found if isinstance(found, dict) else {}


def _parsed(cell: str) -> Any:
    try:
        return json.loads(cell or "{}")
    except (ValueError, RecursionError):
        return {}


Found = tuple[str, Mapping[str, Any], list[Mapping[str, Any]]]


def _annotations(found: list[Found]) -> ToolAnnotations:
    outer = any(_answers([given]) for _, given, _ in found)
    return ToolAnnotations(
        [Annotated(path, _answers([given] if outer else inner)) for path, given, inner in found]
    )


def _answers(attributes: Iterable[Mapping[str, Any]]) -> tuple[Answer, ...]:
    labels: dict[str, list[str]] = {}
    for given in attributes:
        for name, value in given.items():
            labels.setdefault(name, []).extend(_values(value))
    return tuple(answer for name, values in labels.items() for answer in answer_to(name, values))


def _values(value: Any) -> list[str]:
    """A checkbox is an object of the chosen options with true."""
    if isinstance(value, Mapping):
        return [str(option) for option, chosen in value.items() if chosen]
    text = cell_text(value).strip()
    return [text] if text else []
