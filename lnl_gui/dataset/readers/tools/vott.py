"""VoTT's JSON: the tags of the regions of each image."""

from collections.abc import Mapping
from typing import Any

from lnl_gui.dataset.readers.tables.records_table import cell_text
from lnl_gui.dataset.readers.tools.annotated import Annotated, ToolAnnotations, answer_to


def matches(value: Any) -> bool:
    """An object of assets, each with its regions; in a project's own file they have none."""
    assets = value.get("assets") if isinstance(value, dict) else None
    return (
        isinstance(assets, dict)
        and bool(assets)
        and all(isinstance(a, dict) and {"asset", "regions"} <= a.keys() for a in assets.values())
    )


def annotations(value: Mapping[str, Any]) -> ToolAnnotations:
    """The class of all regions of an image, by its name: its path is one of the labelling machine.

    An export has the images beside it, under their names.
    """
    return ToolAnnotations([_image(item) for item in value["assets"].values()])


def _image(item: Mapping[str, Any]) -> Annotated:
    tags = (tag for region in item["regions"] or [] for tag in region.get("tags") or [])
    given = item["asset"]
    path = cell_text(given.get("name")) or cell_text(given.get("path"))
    return Annotated(path, answer_to("tags", tags))
