"""Lists of flat objects (JSON, JSON lines, Parquet) as a table of text."""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from lnl_gui.dataset.readers.tables.tables import Table


def table_of_objects(source: Path, objects: Sequence[Mapping[str, Any]]) -> Table:
    """A table with one column for every key, in the order in which keys first appear."""
    columns = list(dict.fromkeys(key for item in objects for key in item))
    rows = [[cell_text(item.get(column)) for column in columns] for item in objects]
    return Table(source, [str(column) for column in columns], rows)


def cell_text(value: Any) -> str:
    """A value as a table would hold it: whole numbers without a point, lists of one unpacked."""
    if value is None or value != value:  # pandas writes a missing number as NaN
        return ""
    if isinstance(value, list | tuple | set):
        items = [cell_text(item) for item in value]
        return items[0] if len(items) == 1 else json.dumps(items, ensure_ascii=False)
    if isinstance(value, Mapping):
        if isinstance(value.get("choices"), list):  # several choices of Label Studio
            return cell_text(value["choices"])
        return cell_text(value.get("path") or value.get("name"))
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)
