"""Classes of a project: those of its dataset, and what people have made of them since.

The table of classes only grows, and a class keeps its number and its *key*, the name that dataset
and journal files call it by. Renaming, merging, deleting and everything else a person does to
classes are operations of the journal, of kind `EDIT`; what classes are now follows from those in
force. Labels in the database stay as they were written: who reads them passes them through
`LabelMap`, so that an undo of a merge or deletion brings every label back.
"""

import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Annotated, Any

import msgspec
import numpy as np
from msgspec import Meta

from lnl_gui.store.database import schema
from lnl_gui.store.dataset.class_colours import default_colour
from lnl_gui.store.project import Project
from lnl_gui.util.json_text import parsed_object
from lnl_gui.util.log import logger

UNLABELLED = -1
"""The label of a sample that has none, beside class ids; an index of -1 would be the last class."""
EDIT = schema.CLASS_EDIT
"""The kind of an operation that changes classes and no sample's verdict."""
BY_UPDATE = "by_update"
"""In an operation's parameters: the dataset has called a class so, and no person."""
DELETED = ""
"""What a deleted class was merged into."""
LONGEST_NAME = 200

_KEYS = "1234567890"

_Key = Annotated[str, Meta(max_length=1000)]
_Name = Annotated[str, Meta(min_length=1, max_length=LONGEST_NAME)]
_Text = Annotated[str, Meta(max_length=10_000)]


@dataclass(frozen=True)
class ClassInfo:
    """One class: its id is its index in every array."""

    id: int
    name: str
    colour: str
    shortcut: str
    key: str = ""
    """what dataset and journal files call it; the name it came with"""
    position: int = 0
    """where it stands in lists"""
    into: int | None = None
    """the class it was merged into, `UNLABELLED` where it was deleted, None while it is there"""
    description: str = ""
    examples: tuple[str, ...] = ()
    """paths of samples that show what belongs to it"""
    note: str = ""
    unborn: bool = False
    """not there because adding it was undone or an update forgot it, and not because it was
    deleted"""

    @property
    def live(self) -> bool:
        """Whether samples can be of this class."""
        return self.into is None


@dataclass(frozen=True)
class ClassEdit:
    """What one operation changes of a class; None for what it leaves."""

    name: _Name | None = None
    colour: Annotated[str, Meta(pattern=r"\A#[0-9a-fA-F]{6}\Z")] | None = None
    shortcut: Annotated[str, Meta(max_length=1)] | None = None
    position: Annotated[int, Meta(ge=0, le=10_000_000)] | None = None
    into: _Key | None = None
    """the key of the class it is merged into, or `DELETED`"""
    added: bool | None = None
    """True: it was not there before"""
    live: bool | None = None
    """True: it is there (again)"""
    forgotten: bool | None = None
    """True: the dataset no longer has it and nobody had used it; any use brings it back"""
    description: _Text | None = None
    examples: Annotated[tuple[_Text, ...], Meta(max_length=100)] | None = None
    note: _Text | None = None


@dataclass(frozen=True)
class _Edits:
    """The parameters of an operation, as the journal holds them."""

    set: dict[_Key, ClassEdit]


def edit_values(edits: Mapping[str, ClassEdit]) -> dict[str, dict[str, Any]]:
    """The JSON form of edits by the class's key, without what they leave."""
    built = {key: msgspec.to_builtins(edit) for key, edit in edits.items()}
    return {key: {k: v for k, v in edit.items() if v is not None} for key, edit in built.items()}


def added_keys(params: Mapping[str, Any]) -> list[str]:
    """Keys of classes that an operation's parameters add."""
    edits = _parsed(params)
    return [key for key, edit in edits.items() if edit.live]


def edited_keys(params: Mapping[str, Any]) -> set[str]:
    """Keys of all classes that an operation's parameters concern, also those merged into."""
    edits = _parsed(params)
    return {*edits, *(edit.into for edit in edits.values() if edit.into)}


def forgotten_keys(params: Mapping[str, Any]) -> set[str]:
    """Keys of classes that an operation's parameters forget."""
    return {key for key, edit in _parsed(params).items() if edit.forgotten}


def load_classes(project: Project, *, undone: Mapping[int, bool] | None = None) -> list[ClassInfo]:
    """All classes by id, also those merged or deleted, as the operations in force leave them.

    Args:
        project: open.
        undone: the operations that edit classes to count, and whether each is undone, for how they
            were at another moment; None: all, as they are.
    """
    connection = project.connection
    rows = connection.execute(
        "SELECT id, name, shortcut, position FROM class ORDER BY id"
    ).fetchall()
    found = [
        # A chosen colour is an operation; what stands in the table is a default of some version.
        ClassInfo(
            number, _text(name), default_colour(number), _text(shortcut), _text(name), position
        )
        for number, name, shortcut, position in rows
    ]
    if schema.version_of(connection) < schema.WITH_CLASS_EDITS:
        return found
    edits = connection.execute(
        # By time and then by name, which all copies share: copies merged crosswise agree.
        f"SELECT id, params, undone FROM op WHERE kind = '{EDIT}' ORDER BY time, guid"
    ).fetchall()
    parsed = [
        (_parsed(parsed_object(text)), is_undone if undone is None else undone[number])
        for number, text, is_undone in edits
        if undone is None or number in undone
    ]
    return _edited(found, parsed, _used(connection, found, parsed))


def _used(
    connection: sqlite3.Connection,
    classes: Sequence[ClassInfo],
    operations: Sequence[tuple[dict[str, ClassEdit], int]],
) -> set[str]:
    """Keys of forgotten classes that are used all the same, as by decisions of another copy."""
    forgotten = {key for edits, _ in operations for key, edit in edits.items() if edit.forgotten}
    # Looked up for these alone: each look may pass over all samples and decisions.
    return {
        entry.key
        for entry in classes
        if entry.key in forgotten
        and connection.execute(
            "SELECT EXISTS(SELECT 1 FROM op_change WHERE new_label = ?)"
            " OR EXISTS(SELECT 1 FROM sample WHERE given = ?)",
            (entry.id, entry.id),
        ).fetchone()[0]
    }


def named_by_dataset(project: Project) -> frozenset[str]:
    """Keys of classes whose present name an update took over from the dataset."""
    if schema.version_of(project.connection) < schema.WITH_CLASS_EDITS:
        return frozenset()
    rows = project.connection.execute(
        f"SELECT params FROM op WHERE kind = '{EDIT}' AND NOT undone ORDER BY time, guid"
    ).fetchall()
    found: dict[str, bool] = {}
    for (text,) in rows:
        params = parsed_object(text)
        edits = _parsed(params).items()
        found |= {key: params.get(BY_UPDATE) is True for key, edit in edits if edit.name}
    return frozenset(key for key, is_followed in found.items() if is_followed)


def _text(value: object) -> str:
    """A text of the database, which in a project from somebody else may be of any type."""
    return value.decode("utf-8", "replace") if isinstance(value, bytes) else str(value)


def _parsed(params: Mapping[str, Any]) -> dict[str, ClassEdit]:
    """What an operation changes, by key; nothing where its parameters are damaged."""
    try:
        return msgspec.convert({"set": params.get("set")}, type=_Edits, strict=True).set
    except msgspec.ValidationError as error:
        logger.warning("an edit of classes is damaged: %s", error)
        return {}


def _edited(
    classes: list[ClassInfo],
    operations: Sequence[tuple[dict[str, ClassEdit], int]],
    used: set[str],
) -> list[ClassInfo]:
    found = {entry.key: entry for entry in classes}
    # A class that only exists since somebody added it is gone when that is undone.
    for edits, undone in operations:
        for key, edit in edits.items():
            if undone and edit.added and key in found:
                found[key] = replace(found[key], into=UNLABELLED, unborn=True)
    added = {
        key for edits, undone in operations if not undone for key, e in edits.items() if e.live
    }
    for key in added & found.keys():
        found[key] = replace(found[key], into=None, unborn=False)
    for edits, undone in operations:
        if not undone:
            for key, edit in edits.items():
                if key in found and not (edit.forgotten and key in used):
                    found[key] = _with(found[key], edit, found)
    return _distinct([found[entry.key] for entry in classes])


def _with(entry: ClassInfo, edit: ClassEdit, classes: Mapping[str, ClassInfo]) -> ClassInfo:
    fields = ("name", "colour", "shortcut", "position", "description", "examples", "note")
    values = {name: getattr(edit, name) for name in fields if getattr(edit, name) is not None}
    entry = replace(entry, **values)
    if edit.live:
        return replace(entry, into=None, unborn=False)
    if edit.forgotten:
        return replace(entry, into=UNLABELLED, unborn=True)
    if edit.into == DELETED:
        return replace(entry, into=UNLABELLED, unborn=False)
    if edit.into is not None and edit.into in classes:
        by_id = {other.id: other for other in classes.values()}
        target = _root(classes[edit.into].id, by_id)
        # Two copies may have merged a pair each the other way round: the first one stays.
        return entry if target == entry.id else replace(entry, into=target)
    return entry


def _root(number: int, classes: Mapping[int, ClassInfo]) -> int:
    """The class that one has become, or `UNLABELLED`."""
    for _ in range(len(classes) + 1):
        into = classes[number].into if number >= 0 else None
        if into is None:
            return number
        number = into
    return UNLABELLED


def _distinct(classes: list[ClassInfo]) -> list[ClassInfo]:
    """No two classes of one name, as when copies are merged in which both were given it."""
    taken: set[str] = set()
    found = []
    for entry in classes:
        name, number = entry.name, 2
        while entry.live and name in taken:
            name, number = f"{entry.name} ({number})", number + 1
        if entry.live:
            taken.add(name)
        found.append(replace(entry, name=name))
    return found


@dataclass(frozen=True)
class LabelMap:
    """What labels of the database mean now."""

    table: np.ndarray | None
    """int32 (C + 1,), the class that each has become, with -1 for -1 in the last place; None where
    all are as they were"""

    def of(self, labels: np.ndarray) -> np.ndarray:
        """Present labels of those written, int of any shape; one of no class stays as it is."""
        if self.table is None:
            return labels
        return np.where(labels >= 0, self.table[np.maximum(labels, -1)], labels).astype(
            labels.dtype
        )

    def added_up(self, values: np.ndarray) -> np.ndarray:
        """Probabilities (N, C) with those of merged classes added up, and none for deleted ones."""
        if self.table is None:
            return values
        found = np.zeros((len(values), len(self.table) - 1), values.dtype)
        for number, target in enumerate(self.table[: values.shape[1]].tolist()):
            if target >= 0:
                found[:, target] += values[:, number]
        return found


def class_map(classes: Sequence[ClassInfo]) -> LabelMap:
    """The map that merges and deletions make."""
    if all(entry.live for entry in classes):
        return LabelMap(None)
    by_id = {entry.id: entry for entry in classes}
    return LabelMap(np.array([*(_root(entry.id, by_id) for entry in classes), -1], np.int32))


def load_class_map(project: Project) -> LabelMap:
    """The map of a project."""
    return class_map(load_classes(project))


def present_names(classes: Iterable[ClassInfo]) -> list[str]:
    """Names by id; "" for classes that are merged or deleted, which no label is of."""
    return [entry.name if entry.live else "" for entry in classes]


def in_order(classes: Iterable[ClassInfo]) -> list[ClassInfo]:
    """The classes that are there, as lists show them."""
    return sorted((c for c in classes if c.live), key=lambda entry: (entry.position, entry.id))


def class_rows(names: Sequence[str]) -> list[tuple[int, str, str, str, int]]:
    """Rows of the class table: default colours, keys 1 to 9 and 0 for the first ten."""
    return [(i, name, default_colour(i), _KEYS[i : i + 1], i) for i, name in enumerate(names)]


def insert_class(connection: sqlite3.Connection, number: int, key: str) -> ClassInfo:
    """Add the class of an id inside a transaction."""
    shortcut = _KEYS[number : number + 1]
    row = (number, key, default_colour(number), shortcut, number)
    connection.execute("INSERT INTO class VALUES (?, ?, ?, ?, ?)", row)
    return ClassInfo(*row[:4], key, number)
