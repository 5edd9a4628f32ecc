"""The journal as JSON lines, and its replay on a fresh import of the same images.

The first line is a header. Every other line is one operation; its samples are named by path and,
once the pixels have been read, by the hash of the file's content, so that moved files are found.
A label is a class's name, or empty where there was none.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from lnl_gui.store import arrays
from lnl_gui.store.column_cache import FixedColumns, load_fixed
from lnl_gui.store.import_operations import (
    ForeignJournal,
    ForeignOperation,
    ImportedOperations,
    import_operations,
    origin,
)
from lnl_gui.store.journal import REDO, UNDO, Change, load_change, operations
from lnl_gui.store.merge import operation_guids
from lnl_gui.store.project import Project
from lnl_gui.store.samples import STATUS_NAMES, UNLABELLED, insert_class, load_classes
from lnl_gui.util.atomic import atomic_file
from lnl_gui.util.errors import UserError, as_user_error
from lnl_gui.util.messages import message

FORMAT = "lnl-journal"
VERSION = 2
"""Since 2 a label may be empty, which readers of 1 would take for a class of that name."""


@dataclass(frozen=True)
class ReplayReport:
    """Outcome of a replay: operations imported, samples moved, samples missing."""

    imported: ImportedOperations
    moved: int
    """samples found by content under another path"""
    missing: list[str]
    """paths that are not in this project"""


def write_journal(project: Project, target: Path) -> int:
    """Write the whole journal; returns the number of operations.

    Raises:
        UserError: when the file cannot be written.
    """
    guids, count = operation_guids(project), 0
    names = [entry.name for entry in load_classes(project)]
    fixed = load_fixed(project)
    hashes = arrays.content_hashes(project, len(fixed.given))
    header = {"format": FORMAT, "version": VERSION, "project": project.meta("uuid")}
    try:
        # A journal is often the only backup of verdicts: the file that is there stays until the new
        # one is whole.
        with atomic_file(target, "w", encoding="utf-8") as stream:
            stream.write(json.dumps(header) + "\n")
            for op in operations(project):
                change = load_change(project, op.id)
                line: dict[str, Any] = {
                    "guid": guids[op.id],
                    "kind": op.kind,
                    "params": op.params,
                    "time": op.time,
                    "reviewer": op.reviewer,
                    "undone": op.undone,
                    "changes": list(_change_lines(change, fixed, hashes, names)),
                }
                if op.kind in (UNDO, REDO):
                    # By origin, because ids mean nothing outside this project.
                    line["target"] = origin(guids.get(op.params.get("op", 0), ""))
                # Class names and paths stay readable in the file, which is UTF-8.
                stream.write(json.dumps(line, ensure_ascii=False) + "\n")
                count += 1
    except OSError as error:
        raise as_user_error(error, message("write the journal {target}", target=target)) from error
    return count


def _change_lines(
    change: Change, fixed: FixedColumns, hashes: np.ndarray, names: list[str]
) -> Iterator[list[str]]:
    columns = (change.old_label, change.new_label, change.old_status, change.new_status)
    for row, old, new, before, after in zip(
        change.rows.tolist(), *(column.tolist() for column in columns), strict=True
    ):
        yield [
            fixed.paths[row],
            hashes[row].decode("ascii"),
            names[old] if old != UNLABELLED else "",
            names[new] if new != UNLABELLED else "",
            STATUS_NAMES[before],
            STATUS_NAMES[after],
        ]


def replay_journal(project: Project, source: Path) -> ReplayReport:
    """Apply the operations of a journal file to samples of the same path, or else same content.

    Replaying it again changes nothing.

    Raises:
        UserError: when the file is no journal or is damaged; nothing is changed then.
    """
    lines = _read(source)
    finder = _Finder(project)
    try:
        # Parsed whole before the transaction begins, so that a damaged line changes nothing.
        parsed = [_parse(number, line, finder) for number, line in enumerate(lines, start=1)]
    except (KeyError, TypeError, ValueError, IndexError) as error:
        raise UserError(
            message(
                "{source} is damaged: a line is no operation ({error}).", source=source, error=error
            ),
            message("Nothing was changed."),
        ) from error
    with project.transaction() as connection:
        # Classes first: labels of the changes refer to them.
        for number in range(len(load_classes(project)), len(finder.class_names)):
            insert_class(connection, number, finder.class_names[number])
        imported = import_operations(project, _joined(parsed))
    return ReplayReport(imported, len(finder.moved), sorted(finder.missing))


def _read(source: Path) -> list[dict[str, Any]]:
    try:
        with source.open(encoding="utf-8") as stream:
            lines = [json.loads(line) for line in stream if line.strip()]
    except OSError as error:
        raise UserError(
            message(
                "{source} could not be read: {reason}.",
                source=source,
                reason=error.strerror or str(error),
            )
        ) from error
    except ValueError as error:
        raise UserError(
            message("{source} is no journal: {error}.", source=source, error=error),
            message("Nothing was changed."),
        ) from error
    header = lines[0] if lines and isinstance(lines[0], dict) else {}
    if header.get("format") != FORMAT:
        raise UserError(
            message("{source} is no journal of LNL.", source=source),
            message("Write one with `lnl-gui review PROJECT journal --journal FILE`."),
        )
    if header.get("version", 0) > VERSION:
        raise UserError(
            message("{source} was written by a newer LNL.", source=source),
            message("Update LNL to replay it."),
        )
    return lines[1:]


class _Finder:
    """Look-up of samples by path or content hash, and of classes by name."""

    def __init__(self, project: Project) -> None:
        fixed = load_fixed(project)
        self._row_of = {path: row for row, path in enumerate(fixed.paths)}
        self.class_names = [entry.name for entry in load_classes(project)]
        self._class_of = {name: number for number, name in enumerate(self.class_names)}
        hashes = arrays.content_hashes(project, len(fixed.given))
        values, rows, count = np.unique(hashes, return_index=True, return_counts=True)
        # A hash that several samples share does not say which of them moved.
        alone = (count == 1) & (values != b"")
        self._row_of_hash = dict(zip(values[alone].tolist(), rows[alone].tolist(), strict=True))
        self.moved: set[int] = set()
        self.missing: set[str] = set()

    def row(self, path: str, content_hash: str) -> int:
        """The sample's row, or -1."""
        # Path before content: duplicates share their content and differ in their path.
        if path in self._row_of:
            return self._row_of[path]
        row = self._row_of_hash.get(content_hash.encode("ascii"), -1)
        if row < 0:
            self.missing.add(path)
        else:
            self.moved.add(row)
        return row

    def label(self, name: str) -> int:
        """The class id, -1 for the empty name; a class that is not here comes in."""
        if not name:
            return UNLABELLED
        if name not in self._class_of:
            self._class_of[name] = len(self.class_names)
            self.class_names.append(name)
        return self._class_of[name]


def _parse(
    number: int, line: dict[str, Any], finder: _Finder
) -> tuple[ForeignOperation, np.ndarray]:
    """An operation and its changes, int64 (n, 5)."""
    table = []
    for path, content_hash, old, new, before, after in line["changes"]:
        row = finder.row(path, content_hash)
        # Samples that are not here are reported by `missing`, and the rest of the operation still
        # counts.
        if row >= 0:
            statuses = (STATUS_NAMES.index(before), STATUS_NAMES.index(after))
            table.append((row, finder.label(old), finder.label(new), *statuses))
    operation = ForeignOperation(
        number,
        str(line["guid"]),
        str(line["kind"]),
        dict(line["params"]),
        float(line["time"]),
        str(line["reviewer"]),
        bool(line["undone"]),
        line.get("target"),
    )
    return operation, np.array(sorted(table), np.int64).reshape(-1, 5)


def _joined(parsed: list[tuple[ForeignOperation, np.ndarray]]) -> ForeignJournal:
    tables = [table for _, table in parsed]
    owner = np.repeat(np.arange(len(tables)), [len(table) for table in tables])
    # The empty table gives width and type where a journal has no operation.
    columns = np.concatenate([np.zeros((0, 5), np.int64), *tables]).T
    labels, statuses = columns[1:3].astype(np.int32), columns[3:].astype(np.uint8)
    change = Change(columns[0], *labels, *statuses)
    return ForeignJournal([operation for operation, _ in parsed], owner, change)
