"""JSON and JSON lines: flat objects, a map of path to label, COCO, Label Studio exports."""

import json
from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from lnl_gui.dataset.listing import Listing, Skipped
from lnl_gui.dataset.readers.locate import find_base
from lnl_gui.dataset.readers.options import ReaderOptions
from lnl_gui.dataset.readers.records_table import cell_text, table_of_objects
from lnl_gui.dataset.readers.rows import LabelledPath, RowSet, list_rows
from lnl_gui.dataset.readers.table import rows_of
from lnl_gui.dataset.readers.tables import Table
from lnl_gui.dataset.readers.text_files import inner_suffix, read_text
from lnl_gui.util import file_types
from lnl_gui.util.errors import UserError
from lnl_gui.util.messages import Message, message
from lnl_gui.util.progress import Progress

NAME = "json"

_UNKNOWN = message(
    "Known are: a list of objects with a path and a label, a map of path to label, COCO "
    "(`images`, `annotations`, `categories`) and Label Studio exports."
)

Pairs = list[tuple[str, str]]


def detects(source: Path, options: ReaderOptions) -> bool:
    """A file with a JSON suffix."""
    return source.is_file() and inner_suffix(source) in file_types.JSON


def read(source: Path, options: ReaderOptions, progress: Progress) -> Listing:
    """Read a JSON or JSON-lines file by its structure.

    Raises:
        UserError: when it is not JSON or of no known structure.
    """
    if inner_suffix(source) in file_types.JSON_LINES:
        table = read_lines(source)
        return _list_table(source, table, options, progress)
    value = _parse(source)
    skipped: list[Skipped] = []
    if isinstance(value, dict) and {"images", "annotations"} <= value.keys():
        return _list_pairs(source, coco_pairs(value, source, skipped), skipped, options, progress)
    if isinstance(value, dict) and value and all(isinstance(v, str | int) for v in value.values()):
        pairs = [(path, cell_text(label)) for path, label in value.items()]
        return _list_pairs(source, pairs, skipped, options, progress)
    if isinstance(value, list) and value and all(isinstance(item, dict) for item in value):
        if any(isinstance(item.get("data"), dict) for item in value):
            pairs = _label_studio(value, skipped)
            return _list_pairs(source, pairs, skipped, options, progress)
        return _list_table(source, table_of_objects(source, value), options, progress)
    raise UserError(
        message("`{source}` has a structure that is not known.", source=source),
        _UNKNOWN,
        code="not_a_table",
    )


def read_lines(source: Path) -> Table:
    """A JSON-lines file as a table.

    Raises:
        UserError: naming the first line that is not a JSON object.
    """
    text, warnings = read_text(source)
    objects = []
    # Only "\\n" ends a line here: other line separators may stand inside a JSON string.
    for number, line in enumerate(text.split("\n"), 1):
        if not line.strip():
            continue
        try:
            item = json.loads(line)
        except ValueError as error:
            raise _not_json(source, number, Message(str(error))) from error
        if not isinstance(item, dict):
            raise _not_json(source, number, message("not an object"))
        objects.append(item)
    table = table_of_objects(source, objects)
    table.warnings += warnings
    return table


def _parse(source: Path) -> Any:
    text, _ = read_text(source)
    try:
        return json.loads(text)
    except (ValueError, RecursionError) as error:
        number = getattr(error, "lineno", 1)
        raise _not_json(source, number, Message(str(error))) from error


def _not_json(source: Path, line: int, reason: Message) -> UserError:
    return UserError(
        message(
            "`{source}`, line {line}, is not valid JSON: {reason}.",
            source=source,
            line=line,
            reason=reason,
        ),
        message("Correct the line and open it again."),
        code="not_json",
    )


def _list_table(source: Path, table: Table, options: ReaderOptions, progress: Progress) -> Listing:
    if not table.columns:
        raise UserError(
            message("`{source}` is empty.", source=source),
            message("Choose a file with paths and labels."),
        )
    found = rows_of(table, source.parent, options)
    return list_rows(source.parent, NAME, found, search_root=options.image_root, progress=progress)


def _list_pairs(
    source: Path,
    pairs: Pairs,
    skipped: list[Skipped],
    options: ReaderOptions,
    progress: Progress,
) -> Listing:
    warnings: list[Message] = []
    suspicions: list[Message] = []
    base = options.image_root
    if base is None:
        cells = [path for path, _ in pairs]
        base = find_base(cells, source.parent, warnings, suspicions)
    rows = [LabelledPath(path, label, "", base) for path, label in pairs]
    found = RowSet(rows, skipped, warnings, suspicions)
    return list_rows(source.parent, NAME, found, search_root=options.image_root, progress=progress)


def coco_pairs(value: Mapping[str, Any], source: Path, skipped: list[Skipped]) -> Pairs:
    """One class an image from COCO; images with several classes are skipped.

    Raises:
        UserError: when a field that every COCO file has is missing.
    """
    try:
        names = {item["id"]: cell_text(item["name"]) for item in value.get("categories", [])}
        classes: dict[Any, set[str]] = {item["id"]: set() for item in value["images"]}
        for item in value["annotations"]:
            category = item["category_id"]
            classes.setdefault(item["image_id"], set()).add(names.get(category, str(category)))
        images = [(item["id"], cell_text(item["file_name"])) for item in value["images"]]
    except (KeyError, TypeError) as error:
        raise UserError(
            message(
                "`{source}` looks like COCO, but a field is missing: {error}.",
                source=source,
                error=error,
            ),
            _UNKNOWN,
            code="not_a_table",
        ) from error
    pairs: Pairs = []
    for identity, path in images:
        found = sorted(classes[identity])
        if len(found) > 1:
            skipped.append(
                Skipped(path, message("several classes: {found}", found=", ".join(found)))
            )
        else:
            pairs.append((path, found[0] if found else ""))
    return pairs


def _label_studio(tasks: list[dict[str, Any]], skipped: list[Skipped]) -> Pairs:
    pairs: Pairs = []
    for task in tasks:
        path = _task_image(task.get("data") or {})
        choices = _task_choices(task)
        if len(choices) > 1:
            counts = ", ".join(f"{name} ({count})" for name, count in choices.most_common())
            skipped.append(
                Skipped(
                    path, message("annotators disagree or chose several: {counts}", counts=counts)
                )
            )
        else:
            pairs.append((path, next(iter(choices), "")))
    return pairs


def _task_choices(task: Mapping[str, Any]) -> Counter[str]:
    choices: Counter[str] = Counter()
    for annotation in task.get("annotations") or task.get("completions") or []:
        if annotation.get("was_cancelled"):
            continue
        for result in annotation.get("result") or []:
            choices.update((result.get("value") or {}).get("choices") or [])
    return choices


def _task_image(data: Mapping[str, Any]) -> str:
    """The image's address; which file is behind it, the finder knows."""
    return cell_text(data.get("image") or next(iter(data.values()), ""))
