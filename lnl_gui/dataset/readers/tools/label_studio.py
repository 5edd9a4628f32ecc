"""Label Studio's full JSON: tasks with the annotations of several people."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from lnl_gui.dataset.readers.files.xml_files import read_xml
from lnl_gui.dataset.readers.set_aside import is_set_aside
from lnl_gui.dataset.readers.tables.records_table import cell_text
from lnl_gui.dataset.readers.tools.annotated import Annotated, Answer, ToolAnnotations, answer_to
from lnl_gui.util.errors import UserError
from lnl_gui.util.files.file_there import is_file

_CHOICES = ("choices", "taxonomy")
_CONFIGURATION = "label_config.xml"
_BOXES = "labels"
"""End of the names of results with a place: `rectanglelabels`, `polygonlabels`."""


def matches(value: Any) -> bool:
    """A list of tasks, each with its data."""
    return (
        isinstance(value, list)
        and bool(value)
        and all(isinstance(task, dict) for task in value)
        and any(isinstance(task.get("data"), dict) for task in value)
    )


def annotations(tasks: list[Any]) -> ToolAnnotations:
    """The choices of each annotator; predictions and cancelled annotations do not count."""
    data = [task.get("data") or {} for task in tasks]
    images = [
        _annotated(said, tuple(_answers(task))) for said, task in zip(data, tasks, strict=True)
    ]
    fields = {image.path: said for image, said in zip(images, data, strict=True)}
    return ToolAnnotations(images, fields=fields)


def configured_classes(tasks: Path) -> tuple[str, ...]:
    """The choices of the labelling configuration beside the tasks; none where it asks for several
    things, or where it lies elsewhere."""
    file = tasks.parent / _CONFIGURATION
    try:
        questions = list(read_xml(file).iter("Choices")) if is_file(file) else []
    except UserError:
        return ()
    if len(questions) != 1:
        return ()
    # What is shown of a choice may have an alias, which the annotations hold.
    names = ((c.get("alias") or c.get("value") or "") for c in questions[0].iter("Choice"))
    return tuple(filter(None, names))


def _annotated(data: Mapping[str, Any], answers: tuple[Answer, ...]) -> Annotated:
    """A task's image and its split, where the data of the task say one."""
    split = data.get("split")
    part = cell_text(split) if isinstance(split, str) else ""
    return Annotated(_image(data), answers, part, is_set_aside(data))


def _image(data: Mapping[str, Any]) -> str:
    """The image's address; which file is behind it, the finder knows."""
    texts = [cell_text(value) for key, value in data.items() if isinstance(value, str)]
    # The field's name is free in a labelling configuration; `image` is that of the templates.
    return cell_text(data.get("image")) or next(iter(texts), "")


def _answers(task: Mapping[str, Any]) -> Iterator[Answer]:
    # Before version 1.0 they were called completions. `was_cancelled` is the button Skip.
    for given in task.get("annotations") or task.get("completions") or []:
        if not isinstance(given, Mapping) or given.get("was_cancelled"):
            continue
        chosen: dict[str, list[str]] = {}
        boxed: dict[str, list[str]] = {}
        for result in given.get("result") or []:
            value = result.get("value") or {}
            name = cell_text(result.get("from_name"))
            for key, labels in value.items():
                where = chosen if key in _CHOICES else boxed if key.endswith(_BOXES) else None
                if where is not None and isinstance(labels, list):
                    where.setdefault(name, []).extend(map(_label, labels))
        # Boxes serve where an image has no class of its own, as in the other forms.
        for question, labels in (chosen or boxed).items():
            yield from answer_to(question, labels, _annotator(given))


def _label(label: Any) -> str:
    """A choice, or the way through a taxonomy to it."""
    return "/".join(map(cell_text, label)) if isinstance(label, list) else cell_text(label)


def _annotator(given: Mapping[str, Any]) -> str:
    """`completed_by` is a number, or the person with their address."""
    person = given.get("completed_by")
    if isinstance(person, Mapping):
        person = person.get("email") or person.get("id")
    return cell_text(person)
