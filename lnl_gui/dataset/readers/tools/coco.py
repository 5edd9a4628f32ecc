"""COCO: one class an image, from the annotations of its objects."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from lnl_gui.dataset.listing import Skipped
from lnl_gui.dataset.readers.set_aside import SET_ASIDE, is_set_aside
from lnl_gui.dataset.readers.tables.records_table import cell_text
from lnl_gui.util.errors import UserError
from lnl_gui.util.messages import message

Pairs = list[tuple[str, str]]
"""Path and label, "" for none."""


def coco_pairs(value: Mapping[str, Any], source: Path, skipped: list[Skipped]) -> Pairs:
    """One class an image from COCO; images with several classes are skipped.

    Raises:
        UserError: when a field that every COCO file has is missing.
    """
    try:
        names = {item["id"]: cell_text(item["name"]) for item in value.get("categories", [])}
        # Ids are whatever a tool chose: numbers with gaps, or texts.
        classes: dict[Any, set[str]] = {item["id"]: set() for item in value["images"]}
        aside = set()
        for item in value["annotations"]:
            if is_set_aside(item.get("attributes") or {}):
                aside.add(item["image_id"])
            category = item["category_id"]
            classes.setdefault(item["image_id"], set()).add(names.get(category, str(category)))
        aside |= {item["id"] for item in value["images"] if is_set_aside(item)}
        images = [(item["id"], cell_text(item["file_name"])) for item in value["images"]]
    except (KeyError, TypeError) as error:
        raise UserError(
            message(
                "`{source}` looks like COCO, but a field is missing: {error}.",
                source=source,
                error=error,
            ),
            message("Export the file again, with `images`, `annotations` and `categories`."),
            code="not_a_table",
        ) from error
    pairs: Pairs = []
    for identity, path in images:
        found = sorted(classes[identity])
        if identity in aside:
            skipped.append(Skipped(path, SET_ASIDE))
        elif len(found) > 1:
            skipped.append(
                Skipped(path, message("several classes: {found}", found=", ".join(found)))
            )
        else:
            pairs.append((path, found[0] if found else ""))
    return pairs


def coco_classes(value: Mapping[str, Any]) -> list[str]:
    """The categories by name, but for those that only others belong to."""
    entries = [item for item in value.get("categories") or [] if isinstance(item, Mapping)]
    above = {cell_text(item.get("supercategory")) for item in entries}
    names = [cell_text(item.get("name")) for item in entries]
    return [name for name in names if name not in above]


def coco_fields(value: Mapping[str, Any]) -> dict[str, Mapping[str, Any]]:
    """By path what is said of each image, such as the video that it is of."""
    images = value.get("images") or []
    return {cell_text(i.get("file_name")): i for i in images if isinstance(i, Mapping)}


def coco_splits(value: Mapping[str, Any]) -> dict[str, str]:
    """By path the split of the images that have a field for it, as exports of LNL do."""
    images = value.get("images") or []
    return {
        cell_text(item.get("file_name")): cell_text(item["split"])
        for item in images
        if isinstance(item.get("split"), str)
    }
