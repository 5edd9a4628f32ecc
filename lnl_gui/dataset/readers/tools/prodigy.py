"""Prodigy's JSON lines: what people accepted counts, what they rejected or passed over does not."""

from collections.abc import Mapping
from typing import Any

from lnl_gui.dataset.readers.tables.records_table import cell_text
from lnl_gui.dataset.readers.tools.annotated import Annotated, Answer, ToolAnnotations, answer_to

_ACCEPTED, _DECISIONS = "accept", frozenset({"accept", "reject", "ignore"})


def matches(value: Any) -> bool:
    """Objects with a decision, an image and a label or options."""
    return (
        isinstance(value, list)
        and bool(value)
        and all(isinstance(i, dict) and i.get("answer") in _DECISIONS for i in value)
        and all("image" in item or "path" in item for item in value)
    )


def annotations(items: list[Any]) -> ToolAnnotations:
    """The accepted options or label of each image, by person."""
    found: dict[str, list[Answer]] = {}
    for item in items:
        answers = found.setdefault(_path(item), [])
        # Interfaces with several options list the chosen ones in `accept`, others have one label.
        labels = item.get("accept")
        labels = labels if isinstance(labels, list) else [item.get("label")]
        # Earlier versions wrote the session alone.
        person = cell_text(item.get("_annotator_id") or item.get("_session_id"))
        if item["answer"] == _ACCEPTED:
            answers += answer_to("label", labels, person)
    return ToolAnnotations([Annotated(path, tuple(said)) for path, said in found.items()])


def _path(item: Mapping[str, Any]) -> str:
    """The file, which stands elsewhere where the image itself is in the line."""
    image, meta = cell_text(item.get("image")), item.get("meta")
    name = meta.get("file") or meta.get("path") if isinstance(meta, Mapping) else ""
    if image.startswith("data:"):
        image = ""
    return cell_text(item.get("path")) or image or cell_text(name)
