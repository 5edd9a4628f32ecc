"""Datumaro's JSON: `annotations/train.json` beside `images/train`."""

from collections.abc import Mapping
from typing import Any

from lnl_gui.dataset.readers.set_aside import is_set_aside
from lnl_gui.dataset.readers.tables.records_table import cell_text
from lnl_gui.dataset.readers.tools.annotated import Annotated, ToolAnnotations, answer_to


def matches(value: Any) -> bool:
    """An object with categories and items."""
    return (
        isinstance(value, dict)
        and isinstance(value.get("items"), list)
        and isinstance(value.get("categories"), dict)
    )


def annotations(value: Mapping[str, Any]) -> ToolAnnotations:
    """The label of each item; without one the class of all its objects.

    An item's attribute `split` comes before its subset, which is called as a file may be.
    """
    label = value["categories"].get("label") or {}
    names = [cell_text(entry.get("name")) for entry in label.get("labels") or []]
    images = [_image(item, names) for item in value["items"]]
    said = {
        image.path: item.get("attr") or {}
        for image, item in zip(images, value["items"], strict=True)
    }
    return ToolAnnotations(images, fields=said, classes=tuple(names))


def _image(item: Mapping[str, Any], names: list[str]) -> Annotated:
    given = item.get("annotations") or []
    labels = [a for a in given if a.get("type") == "label"] or given
    numbers = [a.get("label_id") for a in labels if a.get("label_id") is not None]
    image = item.get("image") or item.get("media") or {}
    path = cell_text(image.get("path")) or cell_text(item.get("id"))
    own = item.get("attr") or {}
    aside = any(is_set_aside(facts) for facts in (own, *(a.get("attributes") or {} for a in given)))
    answers = answer_to("label", (_named(number, names) for number in numbers))
    return Annotated(path, answers, cell_text(own.get("split")), aside)


def _named(number: Any, names: list[str]) -> str:
    known = isinstance(number, int) and 0 <= number < len(names)
    return names[number] if known else cell_text(number)
