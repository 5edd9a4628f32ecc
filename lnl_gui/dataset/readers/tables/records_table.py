"""Lists of flat objects (JSON, JSON lines, Parquet) as a table of text."""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from lnl_gui.dataset.readers.tables.column_names import (
    FINDING_NAMES,
    LABEL_NAMES,
    SPECIAL_LABEL_NAMES,
    plain_name,
)
from lnl_gui.dataset.readers.tables.tables import Table, with_one_header

_LABEL_KEYS = ("label", "class", "class_name", "category", "category_name", "title")
"""Keys of an object by which its class is known; of several none is."""


def table_of_objects(source: Path, objects: Sequence[Mapping[str, Any]]) -> Table:
    """A table with one column for every key, in the order in which keys first appear."""
    columns = list(dict.fromkeys(key for item in objects for key in item))
    known = {*LABEL_NAMES, *SPECIAL_LABEL_NAMES, *FINDING_NAMES}
    labels = {c for c in columns if plain_name(str(c)) in known}
    rows = [[_cell(item.get(c), c in labels) for c in columns] for item in objects]
    return with_one_header(Table(source, [str(column) for column in columns], rows))


def _cell(value: Any, is_label: bool) -> str:
    text = cell_text(value)
    # An object of which nothing is known is no missing label: what it holds is looked at later.
    if is_label and isinstance(value, Mapping | list) and not text.strip('[", ]') and value:
        return json.dumps(value, ensure_ascii=False, default=str)
    return text


def cell_text(value: Any) -> str:
    """A value as a table would hold it: whole numbers without a point, lists of one unpacked."""
    if value is None or value != value:  # pandas writes a missing number as NaN
        return ""
    if isinstance(value, list | tuple | set):
        items = [cell_text(item) for item in value]
        return items[0] if len(items) == 1 else json.dumps(items, ensure_ascii=False)
    if isinstance(value, Mapping):
        return cell_text(value.get(known_key(value)))
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)


def known_key(value: Mapping[str, Any]) -> str:
    """The key of an object whose value stands for the whole; "" where none is known."""
    if isinstance(value.get("choices"), list):  # several choices of Label Studio
        return "choices"
    if value.get("path"):
        return "path"
    if value.get("name"):
        # A tag of Supervisely: the name of a question, and the answer.
        return "name" if "value" not in value else ""
    known = [key for key in _LABEL_KEYS if value.get(key) not in (None, "")]
    return known[0] if len(known) == 1 else ""
