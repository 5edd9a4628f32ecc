"""The objects in JSON and JSON-lines files, and the table that they make."""

import json
from collections.abc import Collection
from pathlib import Path
from typing import Any

from lnl_gui.dataset.listing import is_image_name
from lnl_gui.dataset.readers.files.text_files import inner_suffix, read_text
from lnl_gui.dataset.readers.tables.column_names import LABEL_NAMES, PATH_NAMES, plain_name
from lnl_gui.dataset.readers.tables.records_table import cell_text, table_of_objects
from lnl_gui.dataset.readers.tables.tables import Table
from lnl_gui.dataset.readers.tools.camera_traps import model_table
from lnl_gui.dataset.readers.tools.json_tools import tool_of
from lnl_gui.store.dataset.split_names import canonical_split, is_part_name
from lnl_gui.util.errors import UserError
from lnl_gui.util.files import file_types
from lnl_gui.util.messages import Message, message

_SPLIT = "split"


def read_lines(source: Path) -> Table:
    """A JSON-lines file as a table.

    Raises:
        UserError: naming the first line that is not a JSON object.
    """
    text, warnings = read_text(source)
    table = table_of_objects(source, _lines(text, source))
    table.warnings += warnings
    return table


def parse_json(source: Path, *, encoding: str | None = None) -> tuple[Any, list[Message]]:
    """What a file holds, JSON lines as a list, and warnings about its encoding.

    Raises:
        UserError: naming the first line that is not JSON.
    """
    text, warnings = read_text(source, encoding=encoding)
    if inner_suffix(source) in file_types.JSON_LINES:
        return _lines(text, source), warnings
    try:
        return json.loads(text), warnings
    except (ValueError, RecursionError) as error:
        if _begins_with_object(text):  # lines under the plain suffix, as some services write them
            return _lines(text, source), warnings
        number = getattr(error, "lineno", 1)
        raise _not_json(source, number, Message(str(error))) from error


def _lines(text: str, source: Path) -> list[dict[str, Any]]:
    objects = []
    # Only "\\n" ends a line here: other line separators may stand inside a JSON string.
    for number, line in enumerate(text.split("\n"), 1):
        if not line.strip():
            continue
        try:
            item = json.loads(line)
        except (ValueError, RecursionError) as error:
            raise _not_json(source, number, Message(str(error))) from error
        if not isinstance(item, dict):
            raise _not_json(source, number, message("not an object"))
        objects.append(item)
    return objects


def _begins_with_object(text: str) -> bool:
    first = text.lstrip().partition("\n")[0]
    try:
        return isinstance(json.loads(first), dict)
    except (ValueError, RecursionError):
        return False


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


def json_table(source: Path, *, encoding: str | None = None) -> Table:
    """A list of flat objects, or a map of path to label, as a table.

    Raises:
        UserError: when it is neither.
    """
    value, warnings = parse_json(source, encoding=encoding)
    if tool_of(value) is None:
        table = table_of_value(source, value)
        if table is not None:
            table.warnings += warnings
            return table
    raise UserError(
        message("`{source}` has a structure that is not known.", source=source),
        code="not_a_table",
    )


def table_of_value(source: Path, value: Any) -> Table | None:
    """The table that a parsed value is, if it is one."""
    predicted = model_table(source, value)
    if predicted is not None:
        return predicted
    if isinstance(value, list) and all(isinstance(item, dict) for item in value):
        return table_of_objects(source, value)
    if isinstance(value, list):
        return _table_of_rows(source, value)
    if not isinstance(value, dict) or not value:
        return None
    if all(isinstance(v, str | int) for v in value.values()):
        return Table(source, ["path", "label"], [[k, cell_text(v)] for k, v in value.items()])
    return (
        _table_of_parts(source, value)
        or _table_of_columns(source, value)
        or _nested_table(source, value)
    )


def _table_of_parts(source: Path, value: dict[str, Any]) -> Table | None:
    """One table of those under the names of splits: `{"train": [...], "test": [...]}`.

    What stands beside them, such as when it was written, holds no rows.
    """
    parts = {name: inner for name, inner in value.items() if _may_hold_rows(name, inner)}
    if not parts or not all(map(is_part_name, parts)) or not _are_parts(parts):
        return None
    tables = {name: table_of_value(source, inner) for name, inner in parts.items() if inner}
    found = {name: table for name, table in tables.items() if table is not None}
    if not found or len(found) < len(tables):
        return None
    columns = list(dict.fromkeys(column for table in found.values() for column in table.columns))
    if not all(table.has_header for table in found.values()):
        return None
    columns = [column for column in columns if column != _SPLIT]
    rows = []
    for name, table in found.items():
        for row in table.rows:
            cells = dict(zip(table.columns, row, strict=True))
            rows.append([*(cells.get(at, "") for at in columns), cells.get(_SPLIT, name)])
    return Table(source, [*columns, _SPLIT], rows)


def _may_hold_rows(name: str, value: Any) -> bool:
    """Whether something may be rows, unlike a name, a number or the list of the classes."""
    if isinstance(value, list) and not is_part_name(name):
        return any(isinstance(item, list | dict) for item in value)
    return isinstance(value, list | dict)


def _table_of_rows(source: Path, value: list[Any]) -> Table | None:
    """Lists of equal length, as pandas writes values alone."""
    lengths = {len(row) if isinstance(row, list) else 0 for row in value}
    if len(lengths) != 1 or min(lengths) < 2:
        return None
    names = [f"column {number}" for number in range(1, max(lengths) + 1)]
    return Table(source, names, [list(map(cell_text, row)) for row in value], False)


def _table_of_columns(source: Path, value: dict[str, Any]) -> Table | None:
    """Columns by their names, as pandas writes a frame: objects by the row, or lists."""
    if isinstance(value.get("columns"), list) and isinstance(value.get("data"), list):
        table = _table_of_rows(source, value["data"])
        if table is None or len(table.columns) != len(value["columns"]):
            return None
        return Table(source, list(map(cell_text, value["columns"])), table.rows)
    names = set(map(plain_name, value))
    if not names.intersection(PATH_NAMES) or len(value) < 2:
        return None
    inner = list(value.values())
    if all(isinstance(v, dict) and v.keys() == inner[0].keys() for v in inner):
        columns = [list(v.values()) for v in inner]
    elif all(isinstance(v, list) and len(v) == len(inner[0]) for v in inner):
        columns = inner
    else:
        return None
    return table_of_objects(
        source, [dict(zip(value, row, strict=True)) for row in zip(*columns, strict=True)]
    )


def _are_parts(names: Collection[str]) -> bool:
    """Whether names are those of splits: one is called so, or all are of looser names.

    Images may be named after theirs: `train_001.png`.
    """
    if any(map(is_image_name, names)):
        return False
    return any(map(canonical_split, names)) or all(map(is_part_name, names))


def _nested_table(source: Path, value: dict[str, Any]) -> Table | None:
    """Objects by path, labels by path, paths by class, or the one list of objects in an object."""
    inner = list(value.values())
    if all(isinstance(v, dict) for v in inner):
        if all(map(is_image_name, value)):
            return table_of_objects(source, [{"path": k} | v for k, v in value.items()])
        names = {plain_name(str(key)) for item in inner for key in item}
        if names.intersection(PATH_NAMES) and names.intersection(LABEL_NAMES):
            return table_of_objects(source, inner)
    # Lists under `train` and `test` are parts, not classes.
    if all(isinstance(v, list) for v in inner) and not _are_parts(value):
        if all(map(is_image_name, value)):
            return Table(source, ["path", "label"], [[k, cell_text(v)] for k, v in value.items()])
        pairs = [(path, name) for name, paths in value.items() for path in paths]
        if pairs and all(isinstance(path, str) and is_image_name(path) for path, _ in pairs):
            return Table(source, ["path", "label"], [list(pair) for pair in pairs])
    lists = [v for v in inner if isinstance(v, list) and v and isinstance(v[0], dict)]
    if len(lists) == 1 and all(isinstance(item, dict) for item in lists[0]):
        return table_of_objects(source, lists[0])
    return None
