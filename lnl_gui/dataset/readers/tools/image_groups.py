"""Which images belong together by what a tool says of each: a patient, a video, a product."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from lnl_gui.dataset.readers.groups import offered_message
from lnl_gui.dataset.readers.tables.column_names import GROUP_NAMES, plain_name
from lnl_gui.dataset.readers.tables.records_table import cell_text
from lnl_gui.dataset.readers.tables.rows import RowSet

Fields = Mapping[str, Mapping[str, Any]]
"""By path what is said of an image."""


def take_groups(rows: RowSet, fields: Fields, wanted: str | None) -> None:
    """Give the rows the groups of the field that was named, or say which fields may hold them.

    Args:
        rows: of one file; their groups, or the warnings, are changed.
        fields: of their images.
        wanted: the field that a person named.
    """
    if wanted is None:
        offered = _offered(fields)
        if offered:
            rows.warnings.append(offered_message(offered))
        return
    names = dict.fromkeys(str(name) for said in fields.values() for name in said)
    alike = [name for name in names if name.casefold() == wanted.strip().casefold()]
    if not alike:
        return
    name = wanted.strip() if wanted.strip() in names else alike[0]
    rows.group_column = name
    rows.rows = [replace(row, group=_text(fields.get(row.path, {}).get(name))) for row in rows.rows]


def _offered(fields: Fields) -> list[str]:
    """Fields that are called like those of groups, and by which some images belong together."""
    values: dict[str, Counter[str]] = {}
    for said in fields.values():
        for name, value in said.items():
            if plain_name(str(name)) in GROUP_NAMES and (text := _text(value)):
                values.setdefault(str(name), Counter())[text] += 1
    return [name for name, counts in values.items() if 1 < len(counts) < counts.total()]


def _text(value: Any) -> str:
    return cell_text(value).strip()
