"""Encord: a list of label rows, each with its images and the answers to questions about them."""

from collections.abc import Iterator, Mapping
from typing import Any

from lnl_gui.dataset.readers.tables.records_table import cell_text
from lnl_gui.dataset.readers.tools.annotated import Annotated, Answer, ToolAnnotations

_OBJECTS = "objects"


def matches(value: Any) -> bool:
    """A list of label rows with their data units."""
    return (
        isinstance(value, list)
        and bool(value)
        and all(
            isinstance(row, Mapping)
            and isinstance(row.get("data_units"), Mapping)
            and "classification_answers" in row
            for row in value
        )
    )


def annotations(rows: list[Any]) -> ToolAnnotations:
    """The classifications of each image; the classes of its objects where no image has one."""
    images = [image for row in rows for image in _images(row)]
    if any(answer.question != _OBJECTS for image in images for answer in image.answers):
        images = [
            Annotated(i.path, tuple(a for a in i.answers if a.question != _OBJECTS)) for i in images
        ]
    return ToolAnnotations(images)


def _images(row: Mapping[str, Any]) -> Iterator[Annotated]:
    """One of a single image, several of a group; the frames of a video are no files."""
    said = row["classification_answers"] or {}
    for unit in row["data_units"].values():
        labels = unit.get("labels") or {}
        if not cell_text(unit.get("data_type")).startswith("image"):
            continue
        answers = [
            answer
            for given in labels.get("classifications") or []
            for answer in _answers(said.get(given.get("classificationHash")) or {})
        ]
        names = [cell_text(thing.get("name")) for thing in labels.get("objects") or []]
        if names:
            answers.append(Answer(_OBJECTS, tuple(dict.fromkeys(names))))
        yield Annotated(cell_text(unit.get("data_title")), tuple(answers))


def _answers(given: Mapping[str, Any]) -> Iterator[Answer]:
    for item in given.get("classifications") or []:
        answers = item.get("answers")
        # A text is an answer of its own; of a list of choices each is a label.
        chosen = answers if isinstance(answers, list) else [answers]
        names = [
            cell_text(answer.get("name") if isinstance(answer, Mapping) else answer)
            for answer in chosen
        ]
        labels = tuple(dict.fromkeys(filter(None, names)))
        if labels:
            yield Answer(cell_text(item.get("name")), labels)
