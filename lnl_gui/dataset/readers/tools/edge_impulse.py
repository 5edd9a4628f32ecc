"""Edge Impulse: `info.labels`, in JSON, beside the folders `training` and `testing`."""

from collections.abc import Iterator, Mapping
from typing import Any

from lnl_gui.dataset.readers.tables.records_table import cell_text
from lnl_gui.dataset.readers.tools.annotated import Annotated, Answer, ToolAnnotations, answer_to
from lnl_gui.store.dataset.split_names import canonical_split

_LABEL, _BOXES = "label", "boundingBoxes"
_MOST = 0.5
"""Share of labels that come once above which they are names of files: in a project of boxes each
image has its own name there."""


def matches(value: Any) -> bool:
    """An object of files, each with its path and the category that it is in."""
    files = value.get("files") if isinstance(value, dict) else None
    return (
        isinstance(files, list)
        and bool(files)
        and all(isinstance(f, dict) and {"path", "category", _LABEL} <= f.keys() for f in files)
    )


def annotations(value: Mapping[str, Any]) -> ToolAnnotations:
    """The label of each file, or the class of its boxes where the labels are names of files."""
    files = value["files"]
    labels = [label for file in files if (label := _label(file))]
    boxed = any(file.get(_BOXES) for file in files)
    are_names = boxed and len(set(labels)) > _MOST * len(labels)
    return ToolAnnotations(
        [
            Annotated(cell_text(file["path"]), tuple(_answers(file, are_names)), _split(file))
            for file in files
        ]
    )


def _answers(file: Mapping[str, Any], are_names: bool) -> Iterator[Answer]:
    if not are_names:
        yield from answer_to(_LABEL, [_label(file)])
    yield from answer_to(_BOXES, (box.get("label") for box in file.get(_BOXES) or []))


def _label(file: Mapping[str, Any]) -> str:
    given = file[_LABEL]
    return cell_text(given.get("label")) if isinstance(given, Mapping) else cell_text(given)


def _split(file: Mapping[str, Any]) -> str:
    # `split` says that Edge Impulse has still to choose.
    category = cell_text(file["category"])
    return category if canonical_split(category) else ""
