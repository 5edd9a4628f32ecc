"""Notes, tags and second labels of samples, as the operations in force leave them.

They decide nothing about the label. Each is an operation of kind `journal.REMARK` with its samples
in the table of changes, whose labels and statuses stay as they are.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from lnl_gui.store.database import schema
from lnl_gui.store.dataset.classes import class_map, load_classes
from lnl_gui.store.dataset.samples import integer_rows
from lnl_gui.store.history.journal import REMARK
from lnl_gui.store.project import Project
from lnl_gui.util.json_text import parsed_object

NOTE, TAG, UNTAG, ALSO, NOT_ALSO = ACTIONS = ("note", "tag", "untag", "also", "not_also")
_SEVERAL, _SAID = "several", "said"


def recorded(said: Sequence[tuple[str, str]]) -> dict[str, Any]:
    """The parameters of an operation that says this: an action with its value, or several."""
    parts = [{"action": action, "value": value} for action, value in said]
    # One alone as ever: earlier versions read it.
    return parts[0] if len(parts) == 1 else {"action": _SEVERAL, _SAID: parts}


def said_in(params: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Each action with its value, of an operation's parameters; what is damaged is left out."""
    several = params.get("action") == _SEVERAL
    parts = params.get(_SAID) if several else [params]
    return [
        (part["action"], part["value"])
        for part in (parts if isinstance(parts, list) else [])
        if isinstance(part, Mapping)
        and part.get("action") in ACTIONS
        and isinstance(part.get("value"), str)
    ]


@dataclass(frozen=True)
class Remarks:
    """What people have said of samples, by row."""

    notes: Mapping[int, Mapping[str, str]] = field(default_factory=dict)
    """by reviewer: nobody's note takes the place of another's"""
    tags: Mapping[str, frozenset[int]] = field(default_factory=dict)
    """the samples of each tag"""
    also: Mapping[int, tuple[int, ...]] = field(default_factory=dict)
    """ids of classes that the image shows beside its label"""

    def tags_of(self, row: int) -> list[str]:
        """The tags of one sample, in alphabetical order."""
        return sorted(name for name, rows in self.tags.items() if row in rows)

    @property
    def any(self) -> bool:
        """Whether anything was said."""
        return bool(self.notes or self.tags or self.also)


def load_remarks(project: Project) -> Remarks:
    """All remarks in force; none in projects of formats that know none."""
    connection = project.connection
    if schema.version_of(connection) < schema.WITH_CLASS_EDITS:
        return Remarks()
    acts = connection.execute(
        # By time and then by name, which all copies share: copies merged crosswise agree.
        f"SELECT id, params, reviewer FROM op WHERE kind = '{REMARK}' AND NOT undone"
        " ORDER BY time, guid"
    ).fetchall()
    table = integer_rows(
        connection.execute(
            "SELECT op_id, sample_id FROM op_change WHERE op_id IN"
            f" (SELECT id FROM op WHERE kind = '{REMARK}' AND NOT undone)"
        ),
        2,
    )
    rows_of: dict[int, list[int]] = {}
    for act, row in table.tolist():
        rows_of.setdefault(act, []).append(row)
    found = _Collected()
    for act, params, reviewer in acts:
        for action, value in said_in(parsed_object(params)):
            found.take(action, value, reviewer, rows_of.get(act, []))
    return found.result(project)


class _Collected:
    """Remarks while the operations are gone through."""

    def __init__(self) -> None:
        self._notes: dict[int, dict[str, str]] = {}
        self._tags: dict[str, set[int]] = {}
        self._also: dict[int, list[str]] = {}

    def take(self, action: str, value: str, reviewer: str, rows: list[int]) -> None:
        if action == TAG:
            self._tags.setdefault(value, set()).update(rows)
        elif action == UNTAG:
            self._tags.get(value, set()).difference_update(rows)
        for row in rows:
            if action == NOTE:
                self._note(row, reviewer, value)
            elif action in (ALSO, NOT_ALSO):
                others = [key for key in self._also.get(row, []) if key != value]
                self._also[row] = [*others, value] if action == ALSO else others

    def _note(self, row: int, reviewer: str, text: str) -> None:
        of_sample = self._notes.setdefault(row, {})
        of_sample.pop(reviewer, None)
        if text:
            of_sample[reviewer] = text

    def result(self, project: Project) -> Remarks:
        classes = load_classes(project)
        number = {entry.key: entry.id for entry in classes}
        table = class_map(classes).table

        def now(key: str) -> int:
            found = number.get(key, -1)
            return found if table is None or found < 0 else int(table[found])

        also = {row: tuple(dict.fromkeys(map(now, keys))) for row, keys in self._also.items()}
        return Remarks(
            {row: notes for row, notes in self._notes.items() if notes},
            {name: frozenset(rows) for name, rows in self._tags.items() if rows},
            {row: kept for row, ids in also.items() if (kept := tuple(i for i in ids if i >= 0))},
        )
