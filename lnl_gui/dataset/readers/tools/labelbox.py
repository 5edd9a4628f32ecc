"""Labelbox: exports as NDJSON with data rows and projects, and the older JSON."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from lnl_gui.dataset.readers.tables.records_table import cell_text
from lnl_gui.dataset.readers.tools.annotated import (
    OBJECTS,
    Annotated,
    Answer,
    ToolAnnotations,
    answer_to,
    answers_to,
    nested_question,
)
from lnl_gui.store.dataset.split_names import split_in_name


def matches(value: Any) -> bool:
    """A list of data rows with their projects."""
    return _all_have(value, "data_row", "projects")


def matches_old(value: Any) -> bool:
    """A list of labels with `Labeled Data`."""
    return _all_have(value, "Labeled Data", "Label")


def _all_have(value: Any, *keys: str) -> bool:
    return (
        isinstance(value, list)
        and bool(value)
        and all(isinstance(item, dict) and all(key in item for key in keys) for item in value)
    )


def annotations(items: list[Any]) -> ToolAnnotations:
    """One image a data row; each label of a project is one person's."""
    return ToolAnnotations([_image(item) for item in items])


def _image(item: Mapping[str, Any]) -> Annotated:
    row = item["data_row"]
    path = next(filter(None, (cell_text(row.get(k)) for k in _NAMES)), "")
    labels = [
        label
        for project in item["projects"].values()
        for label in project.get("labels") or []
        if isinstance(label, Mapping)
    ]
    answers = [answer for label in labels for answer in _answers(label)]
    return Annotated(path, tuple(answers), _split(item))


# The file's name as it was uploaded first; `row_data` may be a signed address that expires.
_NAMES = ("external_id", "global_key", "row_data", "id")


def _answers(label: Mapping[str, Any]) -> Iterator[Answer]:
    person = cell_text((label.get("label_details") or {}).get("created_by"))
    given = label.get("annotations") or {}
    classes = given.get("classifications") or []
    yield from answers_to(_asked(classes), person)
    if not classes:
        drawn = (thing.get("name") for thing in given.get("objects") or [])
        yield from answer_to(OBJECTS, drawn, person)


def _asked(
    items: Iterable[Mapping[str, Any]], above: tuple[str, ...] = ()
) -> Iterator[tuple[str, list[Any]]]:
    """Each question with the names of what was chosen, those below a choice behind it."""
    for item in items:
        question = nested_question(cell_text(item.get("name")), above)
        given = [item.get("radio_answer"), *(item.get("checklist_answers") or [])]
        found = [answer for answer in given if answer]
        yield question, [answer.get("name") or answer.get("value") for answer in found]
        for answer in found:
            yield from _asked(answer.get("classifications") or [], (*above, question))


def _split(item: Mapping[str, Any]) -> str:
    """The value of the metadata field `split`."""
    for entry in item.get("metadata_fields") or []:
        if entry.get("schema_name") == "split":
            value = entry.get("value")
            first = value[0] if isinstance(value, list) and value else value
            return cell_text(first.get("value") if isinstance(first, Mapping) else first)
    return ""


def old_annotations(items: list[Any]) -> ToolAnnotations:
    """Labels by image: the same image comes once for each person who labelled it."""
    found: dict[str, list[Answer]] = {}
    splits: dict[str, str] = {}
    for item in items:
        path = cell_text(item.get("External ID")) or cell_text(item["Labeled Data"])
        answers = found.setdefault(path, [])
        split = cell_text(item.get("Data Split"))
        splits[path] = split if split_in_name(split) else ""
        if not item.get("Skipped") and isinstance(item["Label"], Mapping):
            answers += _old_answers(item["Label"], cell_text(item.get("Created By")))
    return ToolAnnotations([Annotated(p, tuple(a), splits[p]) for p, a in found.items()])


def _old_answers(label: Mapping[str, Any], person: str) -> Iterator[Answer]:
    if "objects" not in label and "classifications" not in label:
        for question, answer in label.items():  # the oldest form: question and answer alone
            if isinstance(answer, str):
                yield Answer(question, (answer,), person)
        return
    classes = label.get("classifications") or []
    yield from answers_to(_asked_old(classes), person)
    if not classes:
        drawn = (thing.get("title") for thing in label.get("objects") or [])
        yield from answer_to(OBJECTS, drawn, person)


def _asked_old(
    items: Iterable[Mapping[str, Any]], above: tuple[str, ...] = ()
) -> Iterator[tuple[str, list[Any]]]:
    for item in items:
        question = nested_question(cell_text(item.get("title")), above)
        given = [item.get("answer"), *(item.get("answers") or [])]
        found = [answer for answer in given if isinstance(answer, Mapping)]
        yield question, [answer.get("title") or answer.get("value") for answer in found]
        for answer in found:
            yield from _asked_old(answer.get("classifications") or [], (*above, question))
