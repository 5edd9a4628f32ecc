"""Encord: a list of label rows, each with its images and the answers to questions about them."""

from collections.abc import Iterator, Mapping, Sequence, Set
from typing import Any

from lnl_gui.dataset.readers.tables.records_table import cell_text
from lnl_gui.dataset.readers.tools.annotated import (
    OBJECTS,
    Annotated,
    Answer,
    ToolAnnotations,
    answer_to,
    answers_to,
    without_objects,
)

_FRAME = "0"
"""Of an image in a group of files, which is labelled as a video of one frame would be."""

Labels = Mapping[str, Any]
"""The objects and the classifications of one image."""


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
    twice = {name for row in rows for name in _asked_twice(row)}
    return ToolAnnotations(
        without_objects([image for row in rows for image in _images(row, twice)])
    )


def _asked_twice(row: Mapping[str, Any]) -> Iterator[str]:
    """Questions that are called as one below them, which stands beside it in a list."""
    for given in (row["classification_answers"] or {}).values():
        features: dict[str, set[str]] = {}
        for item in given.get("classifications") or []:
            name = cell_text(item.get("name"))
            features.setdefault(name, set()).add(cell_text(item.get("featureHash")))
        yield from (name for name, found in features.items() if len(found) > 1)


def _images(row: Mapping[str, Any], twice: Set[str]) -> Iterator[Annotated]:
    """One of a single image, several of an image group or a data group.

    The frames of a video are no files.
    """
    said = row["classification_answers"] or {}
    units = [u for u in row["data_units"].values() if _is_image(u.get("data_type"))]
    everywhere = _of_whole_row(said, units)
    for unit in units:
        answers = _answers(unit.get("labels") or {}, said, everywhere, twice)
        yield Annotated(cell_text(unit.get("data_title")), tuple(answers))
    for identity, space in (row.get("spaces") or {}).items():
        # A row that came through Encord's own library has lost the names of a group's files.
        name = cell_text((space.get("child_info") or {}).get("file_name"))
        if _is_image(space.get("space_type")) and name:
            labels = (space.get("labels") or {}).get(_FRAME) or {}
            of_space = _of_space(said, identity)
            yield Annotated(name, tuple(_answers(labels, said, of_space, twice)))


def _is_image(kind: Any) -> bool:
    """Whether a file is one: `image/png`; `image_sequence` is a video."""
    return cell_text(kind).partition("/")[0] == "image"


def _of_whole_row(said: Mapping[str, Any], units: Sequence[Mapping[str, Any]]) -> list[str]:
    """The classifications of a row as a whole: of an empty range, and marked in no image."""
    marked = {mark for unit in units for mark in _marks(unit.get("labels") or {})}
    return [
        key
        for key, answer in said.items()
        if _is_unbounded(answer) and not answer.get("spaces") and key not in marked
    ]


def _of_space(said: Mapping[str, Any], space: str) -> list[str]:
    return [
        key
        for key, answer in said.items()
        if _is_unbounded((answer.get("spaces") or {}).get(space) or {})
    ]


def _is_unbounded(given: Mapping[str, Any]) -> bool:
    return given.get("range") == []


def _marks(labels: Labels) -> list[Any]:
    return [given.get("classificationHash") for given in labels.get("classifications") or []]


def _answers(
    labels: Labels, said: Mapping[str, Any], everywhere: list[str], twice: Set[str]
) -> Iterator[Answer]:
    for mark in dict.fromkeys([*_marks(labels), *everywhere]):
        yield from answers_to(_chosen(said.get(mark) or {}, twice))
    # One that a person has deleted may stay in the file.
    objects = [thing for thing in labels.get("objects") or [] if not thing.get("isDeleted")]
    yield from answer_to(OBJECTS, (thing.get("name") for thing in objects))


def _chosen(given: Mapping[str, Any], twice: Set[str]) -> Iterator[tuple[str, list[Any]]]:
    """Each question with what was chosen; those below a choice stand beside the first."""
    for item in given.get("classifications") or []:
        answers = item.get("answers")
        # A text is an answer of its own; of a list of choices each is a label.
        chosen = answers if isinstance(answers, list) else [answers]
        names = [answer.get("name") if isinstance(answer, Mapping) else answer for answer in chosen]
        question = cell_text(item.get("name"))
        if question in twice:
            question = f"{question} ({cell_text(item.get('featureHash'))})"
        yield question, names
