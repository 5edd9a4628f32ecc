"""Scale: a list of tasks, each with the image that was asked about and the response."""

from collections.abc import Iterator, Mapping
from typing import Any

from lnl_gui.dataset.readers.tables.records_table import cell_text
from lnl_gui.dataset.readers.tools.annotated import (
    Annotated,
    Answer,
    ToolAnnotations,
    answer_to,
    answers_to,
    nested_question,
)

_CATEGORY, _ATTRIBUTES, _FIELDS = "category", "global_attributes", "annotations"
_TAXONOMIES, _FIELD_SET = "taxonomies", "field_set"
_DONE = "completed"
_PAGE = "docs"
"""Where the tasks lie in an answer of Scale's API, beside their count."""


def matches(value: Any) -> bool:
    """A list of tasks on images, of which one is answered by a category or an attribute.

    What was drawn into an image, and what was written into a form, are left to be asked about.
    """
    tasks = _tasks(value)
    return (
        bool(tasks)
        and all(isinstance(task, Mapping) and _image(task) for task in tasks)
        and any(True for task in tasks for _ in _answers(task))
    )


def _tasks(value: Any) -> list[Any]:
    tasks = value.get(_PAGE) if isinstance(value, Mapping) else value
    return tasks if isinstance(tasks, list) else []


def _image(task: Mapping[str, Any]) -> str:
    """The address of the one image that a task asks about; "" where there is none."""
    asked = task.get("params")
    if "task_id" not in task or not isinstance(asked, Mapping):
        return ""
    # A form (`textcollection`) lists what it shows, each with its kind.
    several = asked.get("attachments")
    given = several if isinstance(several, list) else [_attachment(asked)]
    images = [
        item["content"]
        for item in given
        if isinstance(item, Mapping)
        and item.get("type") == "image"
        and isinstance(item.get("content"), str)
    ]
    return images[0] if len(images) == 1 else ""


def _attachment(asked: Mapping[str, Any]) -> Mapping[str, Any]:
    return {"type": asked.get("attachment_type", "image"), "content": asked.get("attachment")}


def annotations(value: Any) -> ToolAnnotations:
    """The category of each image, or its attributes; a task that is not done says nothing."""
    return ToolAnnotations(
        [Annotated(_image(task), tuple(_answers(task))) for task in _tasks(value)]
    )


def _answers(task: Mapping[str, Any]) -> Iterator[Answer]:
    response = task.get("response")
    if not isinstance(response, Mapping) or task.get("status", _DONE) != _DONE:
        return
    given = {_CATEGORY: response.get(_CATEGORY)}
    for several in (response.get(_ATTRIBUTES), response.get(_TAXONOMIES)):
        given |= several if isinstance(several, Mapping) else {}
    for question, answer in given.items():
        chosen = answer if isinstance(answer, list) else [answer]
        yield from answer_to(str(question), map(_choice, chosen))
    yield from answers_to(_fields(response.get(_FIELDS)))


def _choice(chosen: Any) -> Any:
    """A choice, or the way through nested ones to it."""
    return "/".join(map(cell_text, chosen)) if isinstance(chosen, list) else chosen


def _fields(given: Any, above: tuple[str, ...] = ()) -> Iterator[tuple[str, list[Any]]]:
    """The choices in a form's fields, also in fields of a set of fields.

    Each answer to a field is a list of what was chosen. Of nested choices only those without
    others below can be chosen.
    """
    for name, field in given.items() if isinstance(given, Mapping) else ():
        kind = field.get("type") if isinstance(field, Mapping) else ""
        answers = (field.get("response") or []) if kind in (_CATEGORY, _FIELD_SET) else []
        question = nested_question(str(name), above)
        for answer in answers:
            if kind == _FIELD_SET:
                yield from _fields(answer, (*above, question))
            else:
                yield question, answer if isinstance(answer, list) else [answer]
