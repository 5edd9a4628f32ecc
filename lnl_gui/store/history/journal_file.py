"""The journal as JSON lines, and its replay on a fresh import of the same images.

The first line is a header. Every other line is one operation; its samples are named by path and,
once the pixels have been read, by the hash of the file's content, so that moved files are found
and those that have another one's name are told apart.
A label is a class's name, or empty where there was none.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Annotated, Any

import msgspec
import numpy as np
from msgspec import Meta

from lnl_gui.store.dataset.classes import EDIT, UNLABELLED, added_keys, insert_class, load_classes
from lnl_gui.store.dataset.column_cache import load_fixed
from lnl_gui.store.dataset.other_pictures import (
    ASK,
    TAKE,
    FoundPictures,
    find_pictures,
    refuse_others,
)
from lnl_gui.store.dataset.replaced_pictures import load_replaced
from lnl_gui.store.dataset.samples import KEPT, RELABELLED, STATUS_NAMES, integer_rows
from lnl_gui.store.history.import_operations import (
    ForeignJournal,
    ForeignOperation,
    ImportedOperations,
    import_operations,
    known_origins,
    origin,
)
from lnl_gui.store.history.journal import REDO, UNDO, Change, new_guid
from lnl_gui.store.history.journal_queries import operations
from lnl_gui.store.history.merge import operation_guids
from lnl_gui.store.history.pack_format import PACK_OF
from lnl_gui.store.history.picture_hashes import ReadHashes, picture_hashes, with_files_read
from lnl_gui.store.project import Project
from lnl_gui.util.errors import UserError, as_user_error
from lnl_gui.util.files.atomic import atomic_file
from lnl_gui.util.files.endless import refuse_endless
from lnl_gui.util.files.replaceable import begins_with, refuse_other_kind
from lnl_gui.util.json_text import parse_json
from lnl_gui.util.messages import Message, message
from lnl_gui.util.moments import FIRST, LAST

FORMAT = "lnl-journal"
VERSION = 3
"""Since 2 a label may be empty, which readers of 1 would take for a class of that name; since 3
there are edits of classes, remarks and a status that readers of 2 do not know."""

_PART = 5_000
"""Operations read at a time."""
_KIND = re.compile(r"[a-z_]{1,40}")
_IS_JOURNAL = begins_with(rb'\{\s*"format"\s*:\s*"' + FORMAT.encode() + rb'"')
_STATUSES = frozenset(STATUS_NAMES)


@dataclass(frozen=True)
class ReplayReport:
    """Outcome of a replay: operations imported, samples moved, samples missing."""

    imported: ImportedOperations
    moved: int
    """samples found by content under another path"""
    missing: list[str]
    """paths that are not in this project"""
    others: list[str]
    """paths that hold another picture here than the one decided on"""
    by_name: int
    """samples found by path alone, for want of a content hash there or here"""


def write_journal(project: Project, target: Path, *, read: ReadHashes | None = None) -> int:
    """Write the whole journal; returns the number of operations. A second for 100 000 verdicts.

    Args:
        project: open, for reading at least.
        target: the file.
        read: reads images that were decided on and never embedded, so that they too are found by
            their content; None leaves them to their names.

    Raises:
        UserError: when the file cannot be written.
    """
    with project.one_state():
        return write_lines(target, journal_lines(project, read=read), project=project.meta("uuid"))


def write_lines(target: Path, lines: Iterable[bytes], *, project: str) -> int:
    """Write operations, one a line, under a header; returns how many.

    Args:
        target: the file.
        lines: of `journal_lines`, or of `operation_line`.
        project: the id of the project they are of.

    Raises:
        UserError: when something else is there, or the file cannot be written.
    """
    refuse_other_kind(target, message("a journal"), _IS_JOURNAL)
    count = 0
    header = {"format": FORMAT, "version": VERSION, "project": project}
    try:
        # A journal is often the only backup of verdicts: the file that is there stays until the new
        # one is whole.
        with atomic_file(target) as stream:
            stream.write(msgspec.json.encode(header) + b"\n")
            for line in lines:
                stream.write(line)
                count += 1
    except OSError as error:
        raise as_user_error(error, message("write the journal {target}", target=target)) from error
    return count


def operation_line(
    kind: str, params: dict[str, Any], reviewer: str, when: float, changes: list[tuple[str, ...]]
) -> bytes:
    """A line for an operation that no database holds.

    Args:
        kind: of the operation.
        params: what it says of itself.
        reviewer: whose it is.
        when: in seconds since the epoch.
        changes: path, content hash, labels before and after, statuses before and after.
    """
    line = {
        "guid": new_guid(),
        "kind": kind,
        "params": params,
        "time": when,
        "reviewer": reviewer,
        "undone": False,
        "changes": changes,
    }
    return msgspec.json.encode(line) + b"\n"


def journal_lines(project: Project, *, read: ReadHashes | None = None) -> Iterator[bytes]:
    """Each operation as a line of the file, oldest first; `read` as for `write_journal`."""
    guids, names = operation_guids(project), _Names(project, read)
    every = operations(project)
    while part := list(islice(every, _PART)):
        # One read for all of a part: one for each operation is what takes the time.
        table = integer_rows(
            project.connection.execute(
                "SELECT op_id, sample_id, old_label, new_label, old_status, new_status"
                " FROM op_change WHERE op_id BETWEEN ? AND ? ORDER BY op_id, sample_id",
                (part[0].id, part[-1].id),
            ),
            6,
        )
        changes = names.of(table)
        ends = np.searchsorted(table[:, 0], [op.id for op in part], side="right").tolist()
        for op, start, end in zip(part, [0, *ends], ends, strict=False):
            line: dict[str, Any] = {
                "guid": guids[op.id],
                "kind": op.kind,
                "params": op.params,
                "time": op.time,
                "reviewer": op.reviewer,
                "undone": op.undone,
                "changes": changes[start:end],
            }
            if op.kind in (UNDO, REDO):
                # By origin, because ids mean nothing outside this project.
                line["target"] = origin(guids.get(op.params.get("op", 0), ""))
            yield msgspec.json.encode(line) + b"\n"


class _Names:
    """What a journal's numbers stand for."""

    def __init__(self, project: Project, read: ReadHashes | None) -> None:
        self._classes = [*(entry.key for entry in load_classes(project)), ""]
        self._paths = load_fixed(project).paths
        self._hashes = picture_hashes(project, len(self._paths))
        if read is not None:
            decided = integer_rows(
                project.connection.execute(
                    "SELECT DISTINCT sample_id FROM op_change ORDER BY sample_id"
                ),
                1,
            )[:, 0]
            self._hashes = with_files_read(project, self._hashes, decided.tolist(), read)
        packed = bool(project.meta(PACK_OF))
        self._replaced = None if packed else load_replaced(project)

    def of(self, table: np.ndarray) -> list[tuple[str, ...]]:
        """The changes of rows int64 (n, 6): path, hash, labels and statuses before and after."""
        # What was judged, which is not always what is there now.
        judged = self._hashes[table[:, 1]]
        if self._replaced is not None:
            judged = self._replaced.judged(self._hashes, table[:, 1], table[:, 0])
        hashes = [found.decode("ascii", "replace") for found in judged.tolist()]
        paths = [self._paths[row] for row in table[:, 1].tolist()]
        # The last place is that of samples without a label, whose class is -1.
        labels = [[self._classes[label] for label in table[:, at].tolist()] for at in (2, 3)]
        statuses = [[STATUS_NAMES[status] for status in table[:, at].tolist()] for at in (4, 5)]
        return list(zip(paths, hashes, *labels, *statuses, strict=True))


def replay_journal(project: Project, source: Path, *, others: str = ASK) -> ReplayReport:
    """Apply the operations of a journal file to the samples that hold what was decided on.

    Samples are found by path and content. Replaying it again changes nothing.

    Args:
        project: open for writing.
        source: the file.
        others: what becomes of decisions on other pictures than those of the same path here, `ASK`,
            `LEAVE` or `TAKE`.

    Raises:
        UserError: when the file is no journal or is damaged, or decides on other pictures and
            nothing says what becomes of that; nothing is changed then.
    """
    lines = _read(source)
    finder = _Finder(project, lines)
    foreign = finder.others(lines)
    if others == ASK:
        refuse_others(foreign, finder.count, source.name)
    if others == TAKE:
        finder.pictures.take()
    # Parsed whole before the transaction begins, so that a damaged line changes nothing.
    parsed = [_parse(number, line, finder) for number, line in enumerate(lines, start=1)]
    with project.transaction() as connection:
        # Classes first: labels of the changes refer to them.
        for number in range(len(load_classes(project)), len(finder.class_names)):
            insert_class(connection, number, finder.class_names[number])
        imported = import_operations(project, _joined(parsed))
    pictures = finder.pictures
    return ReplayReport(
        imported, len(pictures.moved), sorted(pictures.missing), foreign, len(pictures.by_name)
    )


@dataclass(frozen=True)
class _Line:
    """One operation as the file has it."""

    guid: Annotated[str, Meta(min_length=1, max_length=200)]
    kind: str
    params: dict[str, Any]
    time: Annotated[float, Meta(ge=FIRST, le=LAST)]
    reviewer: Annotated[str, Meta(max_length=1000)]
    undone: bool
    changes: list[tuple[str, str, str, str, str, str]]
    """path, content hash, labels before and after, statuses before and after"""
    target: str | None = None

    def __post_init__(self) -> None:
        if not _KIND.fullmatch(self.kind):
            raise ValueError("Invalid kind of operation")
        if any(not {*change[4:]} <= _STATUSES for change in self.changes):
            raise ValueError("Invalid status")
        if len({change[0] for change in self.changes}) < len(self.changes):
            raise ValueError("A sample is named twice")
        if self.kind in (UNDO, REDO) and self.changes:
            # What they change is on record with the operation they are of.
            raise ValueError("An undo names samples")


def _read(source: Path) -> list[_Line]:
    """Every operation of a file, which may be anybody's.

    Raises:
        UserError: when it is no journal, a newer one, or a line of it is none.
    """
    try:
        refuse_endless(source)
        with source.open("rb") as stream:
            lines = [(n, line) for n, line in enumerate(stream, start=1) if line.strip()]
    except OSError as error:
        raise UserError(
            message(
                "{source} could not be read: {reason}.",
                source=source,
                reason=error.strerror or str(error),
            )
        ) from error
    _check_header(source, lines[0][1] if lines else b"")
    found = [_operation_of(source, *line) for line in lines[1:]]
    names = Counter(line.guid for line in found)
    twice = next((name for name, count in names.items() if count > 1), None)
    if twice is not None:
        raise _damaged(source, message("the operation {name} is there twice", name=repr(twice)))
    return found


def _check_header(source: Path, line: bytes) -> None:
    try:
        header = parse_json(line) if line else None
    except ValueError as error:
        raise UserError(
            message("{source} is no journal: {error}.", source=source, error=error),
            message("Nothing was changed."),
        ) from error
    if not isinstance(header, dict) or header.get("format") != FORMAT:
        raise UserError(
            message("{source} is no journal of LNL.", source=source),
            message("Write one with `lnl-gui review PROJECT journal --journal FILE`."),
        )
    version = header.get("version", 0)
    if not isinstance(version, int):
        raise _damaged(source, message("its version is no number"))
    if version > VERSION:
        raise UserError(
            message("{source} was written by a newer LNL.", source=source),
            message("Update LNL to replay it."),
        )


def _operation_of(source: Path, number: int, line: bytes) -> _Line:
    try:
        # Numbers such as 1e400 and NaN are no JSON here, and neither is a tower of brackets.
        return msgspec.json.decode(line, type=_Line, strict=True)
    except (msgspec.DecodeError, RecursionError, UnicodeError) as error:
        why = "nested too deeply" if isinstance(error, RecursionError) else str(error)
        raise _damaged(
            source, message("line {number}: {why}", number=number, why=why.replace("`", ""))
        ) from error


def _damaged(source: Path, why: Message) -> UserError:
    return UserError(
        message("{source} is damaged: {why}.", source=source, why=why),
        message("Nothing was changed."),
        code="bad_journal",
    )


class _Finder:
    """Look-up of samples by path and content hash, and of classes by name."""

    def __init__(self, project: Project, lines: list[_Line]) -> None:
        fixed = load_fixed(project)
        self.given = fixed.given
        self.class_names = [entry.key for entry in load_classes(project)]
        self._class_of = {name: number for number, name in enumerate(self.class_names)}
        self._known = known_origins(project)
        named = [_named(change) for line in lines for change in line.changes]
        hashes = picture_hashes(project, len(fixed.given))
        self.pictures: FoundPictures = find_pictures(named, fixed.paths, hashes)
        self.count = len({path for path, _ in named})

    def others(self, lines: list[_Line]) -> list[str]:
        """Paths at which operations that are not here yet decide on another picture."""
        found = self.pictures.others
        if not found:
            return []
        fresh = (line for line in lines if origin(line.guid) not in self._known)
        return sorted(
            {change[0] for line in fresh for change in line.changes if _named(change) in found}
        )

    def row(self, path: str, content_hash: str) -> int:
        """The sample's row, or -1."""
        return self.pictures.rows[path, _as_bytes(content_hash)]

    def label(self, name: str) -> int:
        """The class id, -1 for the empty name; a class that is not here comes in."""
        if not name:
            return UNLABELLED
        if name not in self._class_of:
            self._class_of[name] = len(self.class_names)
            self.class_names.append(name)
        return self._class_of[name]


def _as_bytes(content_hash: str) -> bytes:
    return content_hash.encode("ascii", "replace")


def _named(change: tuple[str, ...]) -> tuple[str, bytes]:
    return change[0], _as_bytes(change[1])


def _parse(number: int, line: _Line, finder: _Finder) -> tuple[ForeignOperation, np.ndarray]:
    """An operation and its changes, int64 (n, 5)."""
    table = {}
    for path, content_hash, old, new, before, after in line.changes:
        row = finder.row(path, content_hash)
        # Samples that are not here are reported by `missing`, and the rest of the operation still
        # counts; of two that are one image here, the first does.
        if row >= 0 and row not in table:
            label, decided = finder.label(new), STATUS_NAMES.index(after)
            if row in finder.pictures.moved and decided in (KEPT, RELABELLED):
                # What was given there another file may be given here.
                decided = KEPT if label == finder.given[row] else RELABELLED
            table[row] = (row, finder.label(old), label, STATUS_NAMES.index(before), decided)
    if line.kind == EDIT:
        # A class that somebody added, and that no sample here is of yet.
        for key in added_keys(line.params):
            finder.label(key)
    operation = ForeignOperation(
        number,
        line.guid,
        line.kind,
        line.params,
        line.time,
        line.reviewer,
        line.undone,
        line.target,
    )
    return operation, np.array(sorted(table.values()), np.int64).reshape(-1, 5)


def _joined(parsed: list[tuple[ForeignOperation, np.ndarray]]) -> ForeignJournal:
    tables = [table for _, table in parsed]
    owner = np.repeat(np.arange(len(tables)), [len(table) for table in tables])
    # The empty table gives width and type where a journal has no operation.
    columns = np.concatenate([np.zeros((0, 5), np.int64), *tables]).T
    labels, statuses = columns[1:3].astype(np.int32), columns[3:].astype(np.uint8)
    change = Change(columns[0], *labels, *statuses)
    return ForeignJournal([operation for operation, _ in parsed], owner, change)
