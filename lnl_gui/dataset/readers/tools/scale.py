"""Scale: a list of tasks, each with the image that was asked about and the response."""

from collections.abc import Iterator, Mapping
from typing import Any

from lnl_gui.dataset.readers.tables.records_table import cell_text
from lnl_gui.dataset.readers.tools.annotated import Annotated, Answer, ToolAnnotations

_CATEGORY, _ATTRIBUTES = "category", "global_attributes"
_DONE = "completed"


def matches(value: Any) -> bool:
    """A list of tasks on images, of which one is answered by a category or an attribute.

    What was drawn into an image, and forms with fields of their own, are left to be asked about.
    """
    return (
        isinstance(value, list)
        and bool(value)
        and all(isinstance(task, Mapping) and _is_task(task) for task in value)
        and any(True for task in value for _ in _answers(task))
    )


def _is_task(task: Mapping[str, Any]) -> bool:
    asked = task.get("params")
    return (
        "task_id" in task
        and isinstance(asked, Mapping)
        and isinstance(asked.get("attachment"), str)
        and asked.get("attachment_type", "image") == "image"
    )


def annotations(tasks: list[Any]) -> ToolAnnotations:
    """The category of each image, or its attributes; a task that is not done says nothing."""
    return ToolAnnotations(
        [Annotated(task["params"]["attachment"], tuple(_answers(task))) for task in tasks]
    )


def _answers(task: Mapping[str, Any]) -> Iterator[Answer]:
    response = task.get("response")
    if not isinstance(response, Mapping) or task.get("status", _DONE) != _DONE:
        return
    attributes = response.get(_ATTRIBUTES)
    given = {_CATEGORY: response.get(_CATEGORY)}
    given |= attributes if isinstance(attributes, Mapping) else {}
    for question, answer in given.items():
        chosen = answer if isinstance(answer, list) else [answer]
        labels = tuple(dict.fromkeys(filter(None, map(cell_text, chosen))))
        if labels:
            yield Answer(str(question), labels)
