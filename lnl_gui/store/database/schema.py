"""The database of a project: tables, version, migration.

`user_version` holds MAJOR * 1000 + MINOR. A newer major is refused, an older version is backed up
beside the database and migrated step by step.
"""

import hashlib
import os
import sqlite3
from collections.abc import Callable
from pathlib import Path

from lnl_gui.util.errors import UserError
from lnl_gui.util.files.atomic import temporary_name
from lnl_gui.util.messages import message

MAJOR, MINOR = 3, 0
VERSION = MAJOR * 1000 + MINOR

SAMPLE = """CREATE TABLE sample(
    id INTEGER PRIMARY KEY, path TEXT NOT NULL, given INTEGER REFERENCES class(id),
    split INTEGER NOT NULL DEFAULT 0, file TEXT, error TEXT)"""
CURRENT = """CREATE TABLE current(
    sample_id INTEGER PRIMARY KEY REFERENCES sample(id),
    label INTEGER REFERENCES class(id), status INTEGER NOT NULL)"""
TABLES = f"""
CREATE TABLE meta(key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE class(
    id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, colour TEXT NOT NULL,
    shortcut TEXT NOT NULL DEFAULT '', position INTEGER NOT NULL);
{SAMPLE};
CREATE TABLE split(id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE);
CREATE TABLE skipped(path TEXT NOT NULL, reason TEXT NOT NULL);
{CURRENT};
CREATE TABLE op(
    id INTEGER PRIMARY KEY AUTOINCREMENT, kind TEXT NOT NULL, params TEXT NOT NULL,
    time REAL NOT NULL, reviewer TEXT NOT NULL, undone INTEGER NOT NULL DEFAULT 0);
CREATE TABLE op_change(
    op_id INTEGER NOT NULL REFERENCES op(id), sample_id INTEGER NOT NULL REFERENCES sample(id),
    old_label INTEGER NOT NULL, new_label INTEGER NOT NULL,
    old_status INTEGER NOT NULL, new_status INTEGER NOT NULL,
    PRIMARY KEY(op_id, sample_id)) WITHOUT ROWID;
CREATE INDEX op_change_sample ON op_change(sample_id);
CREATE TABLE run(
    id TEXT PRIMARY KEY, kind TEXT NOT NULL, spec TEXT NOT NULL, state TEXT NOT NULL,
    seed INTEGER, versions TEXT NOT NULL, started REAL NOT NULL, ended REAL,
    metrics TEXT NOT NULL DEFAULT '{{}}', message TEXT NOT NULL DEFAULT '');
CREATE TABLE artifact(
    run_id TEXT NOT NULL REFERENCES run(id), kind TEXT NOT NULL, path TEXT NOT NULL,
    PRIMARY KEY(run_id, kind)) WITHOUT ROWID;
CREATE TABLE view(name TEXT PRIMARY KEY, spec TEXT NOT NULL) WITHOUT ROWID;
"""
"""`current` holds a row only for samples somebody touched: all others are as given and unseen.

`sample.path` is the path as it came, `sample.file` where the image lies when that is another:
relative to the dataset's root, or absolute, and inside a container where it is one's member
(`lnl_gui.containers.location`).

`sample.given` and `current.label` are NULL for a sample without a label, so that the reference to
a class holds for all others; in `op_change`, as in memory, such a label is -1.
"""

WITH_AUDITS = 1001
"""The first format with audits and with operations named for merging."""

_UNREADABLE_INDEX = (
    "CREATE INDEX IF NOT EXISTS sample_unreadable ON sample(id) WHERE error IS NOT NULL"
)
_ADD_GUID = "ALTER TABLE op ADD COLUMN guid TEXT"
ADDED_1001 = (
    "CREATE UNIQUE INDEX IF NOT EXISTS op_guid ON op(guid)",
    "CREATE INDEX IF NOT EXISTS op_time ON op(time)",
    _UNREADABLE_INDEX,
    "CREATE TABLE IF NOT EXISTS audit(id INTEGER PRIMARY KEY AUTOINCREMENT,"
    " guid TEXT NOT NULL UNIQUE,"
    " reviewer TEXT NOT NULL, seed INTEGER NOT NULL, stratified INTEGER NOT NULL,"
    " population INTEGER NOT NULL, time REAL NOT NULL)",
    "CREATE TABLE IF NOT EXISTS audit_sample(audit_id INTEGER NOT NULL REFERENCES audit(id),"
    " position INTEGER NOT NULL, sample_id INTEGER NOT NULL REFERENCES sample(id),"
    " PRIMARY KEY(audit_id, position)) WITHOUT ROWID",
)
"""What format 1.1 added: the same statements make a new project and migrate an old one.

Each may have been done already: early versions changed tables one by one, and a kill between left
a project of the old version with some of the new tables.
"""

CLASS_EDIT = "classes"
"""The kind of an operation on classes, see `lnl_gui.store.dataset.classes`."""
WITH_CLASS_EDITS = 3000
"""The first format whose labels mean what edits of classes say: earlier programs misread it."""

REMARK = "remark"
"""The kind of an operation that says something of samples and decides nothing."""
UNDOABLE = "kind NOT IN ('undo', 'redo', 'opinion', 'update')"
"""What undo walks over."""
VERDICTS = f"{UNDOABLE} AND kind <> '{REMARK}'"
"""Operations that set the current label, or change classes."""
OPINIONS = "kind = 'opinion'"
ADDED_2001 = (
    # Undo looks for the newest one in force, below all that is undone already: without an index of
    # these alone, undoing everything takes the square of the time.
    f"CREATE INDEX IF NOT EXISTS op_verdict ON op(undone, id) WHERE {UNDOABLE}",
    f"CREATE INDEX IF NOT EXISTS op_opinion ON op(reviewer, undone, id) WHERE {OPINIONS}",
)
"""What format 2.1 added."""
ADDED_3000 = tuple(
    f"CREATE INDEX IF NOT EXISTS op_{kind} ON op(time) WHERE kind = '{kind}'"
    for kind in (CLASS_EDIT, REMARK)
)
"""What format 3.0 added."""


Migration = Callable[[sqlite3.Connection], None]


def operation_guid(project: str, identifier: int, kind: str, time: float, reviewer: str) -> str:
    """A name for an operation of format 1.0 that every copy of the project derives alike."""
    # From content alone: copies migrated apart must agree on the names, or merging would take each
    # operation for a new one. `!r` keeps every digit of the time.
    text = f"{project}\t{identifier}\t{kind}\t{time!r}\t{reviewer}"
    return hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=16).hexdigest()


def _to_1001(connection: sqlite3.Connection) -> None:
    if "guid" not in {column[1] for column in connection.execute("PRAGMA table_info(op)")}:
        connection.execute(_ADD_GUID)
    for statement in ADDED_1001:
        connection.execute(statement)
    row = connection.execute("SELECT value FROM meta WHERE key = 'uuid'").fetchone()
    project = str(row[0]) if row else ""
    operations = connection.execute("SELECT id, kind, time, reviewer FROM op").fetchall()
    connection.executemany(
        "UPDATE op SET guid = ? WHERE id = ?",
        [(operation_guid(project, *values), values[0]) for values in operations],
    )


def _to_2000(connection: sqlite3.Connection) -> None:
    """Let samples have no label: SQLite cannot drop a NOT NULL, so that both tables are rebuilt."""
    for name, statement in (("sample", SAMPLE), ("current", CURRENT)):
        connection.execute(f"CREATE TEMP TABLE former AS SELECT * FROM {name}")
        connection.execute(f"DROP TABLE {name}")
        connection.execute(statement)
        connection.execute(f"INSERT INTO {name} SELECT * FROM temp.former")
        connection.execute("DROP TABLE temp.former")
    # It went with the table.
    connection.execute(_UNREADABLE_INDEX)


def _to_2001(connection: sqlite3.Connection) -> None:
    for statement in ADDED_2001:
        connection.execute(statement)


def _to_3000(connection: sqlite3.Connection) -> None:
    for statement in ADDED_3000:
        connection.execute(statement)


MIGRATIONS: dict[int, Migration] = {
    1000: _to_1001,
    1001: _to_2000,
    2000: _to_2001,
    2001: _to_3000,
}
"""From a version to the next one; the runner sets `user_version` to the key's successor."""


def create_tables(connection: sqlite3.Connection) -> None:
    """Lay out an empty database at the present version; the caller commits.

    One transaction: each table in its own waited for the disk, a tenth of a second in all, and a
    process that was killed left some of them.
    """
    # `executescript` commits what is open before it begins: nothing else may be pending here.
    connection.executescript(f"BEGIN; {TABLES}")
    for statement in (_ADD_GUID, *ADDED_1001, *ADDED_2001, *ADDED_3000):
        connection.execute(statement)
    connection.execute(f"PRAGMA user_version = {VERSION}")


def version_of(connection: sqlite3.Connection) -> int:
    """The version a database was written with; 0 for a file that is no project."""
    return int(connection.execute("PRAGMA user_version").fetchone()[0])


def check_version(connection: sqlite3.Connection, database: Path) -> bool:
    """Tell whether the database needs migration.

    Raises:
        UserError: when the file is no LNL project or was written by a newer major version.
    """
    found = version_of(connection)
    if found == 0:
        raise UserError(
            message("{database} is not an LNL project.", database=database),
            message("Choose a folder ending in .lnl."),
        )
    # A newer minor still opens: only a newer major says that older programs would misread it.
    if found // 1000 > MAJOR:
        raise UserError(
            message(
                "{parent} was written by a newer LNL (format {found}).",
                parent=database.parent,
                found=found // 1000,
            ),
            message("Update LNL to open it; nothing was changed."),
            code="newer_format",
        )
    _refuse_programs(connection, database)
    return found < VERSION


def _refuse_programs(connection: sqlite3.Connection, database: Path) -> None:
    """A trigger or a view would act in our name; this program makes none.

    Raises:
        UserError: naming it.
    """
    found = connection.execute(
        "SELECT type, name FROM sqlite_master WHERE type IN ('trigger', 'view')"
        " OR sql LIKE 'CREATE VIRTUAL%' LIMIT 1"
    ).fetchone()
    if found is not None:
        raise UserError(
            message(
                "{database} holds a {kind} ({name}), which no LNL has made: it was not opened.",
                database=database,
                kind=str(found[0]),
                name=repr(found[1])[:80],
            ),
            message("Nothing was changed. Ask whoever it comes from."),
            code="outside_project",
        )


def migrate(connection: sqlite3.Connection, database: Path) -> None:
    """Bring an older database to the present version after a backup beside it.

    Raises:
        UserError: when nothing leads on from its version.
        sqlite3.IntegrityError: when a row then refers to one that is not there.
        OSError: when the backup cannot be written; nothing is changed then.
    """
    found = version_of(connection)
    back_up(connection, database.with_name(f"{database.stem}.version-{found}.backup.db"))
    while found < VERSION:
        step = MIGRATIONS.get(found)
        if step is None:
            raise UserError(
                message(
                    "No way to bring {database} from format {found} to {version}.",
                    database=database,
                    found=found,
                    version=VERSION,
                )
            )
        found = _step(connection, step, min(v for v in (*MIGRATIONS, VERSION) if v > found))


def _step(connection: sqlite3.Connection, step: Migration, following: int) -> int:
    """One step and its version number as one transaction: a crash leaves the old format whole.

    Raises:
        sqlite3.IntegrityError: when a row then refers to one that is not there.
    """
    # A table that others refer to can only be rebuilt while nobody looks, and the setting is
    # ignored inside a transaction.
    connection.execute("PRAGMA foreign_keys = OFF")
    try:
        with connection:
            # Explicitly: Python begins a transaction at the first row that changes, not at the
            # first table.
            connection.execute("BEGIN IMMEDIATE")
            step(connection)
            broken = connection.execute("PRAGMA foreign_key_check").fetchone()
            if broken is not None:
                table, _, parent, _ = broken
                raise sqlite3.IntegrityError(f"a row of {table} refers to a missing {parent}")
            connection.execute(f"PRAGMA user_version = {following}")
    finally:
        connection.execute("PRAGMA foreign_keys = ON")
    return following


def back_up(connection: sqlite3.Connection, target: Path) -> Path:
    """A copy with everything committed, also what still waits in the write-ahead log.

    A backup that is there is never replaced: another one gets a number. The same again is not
    kept twice, as when a migration is killed and begun anew.

    Returns:
        where the copy lies.

    Raises:
        OSError, sqlite3.Error: when it cannot be written; nothing is left behind then.
    """
    free, number = target, 1
    while free.exists():
        if _is_copy(connection, free):
            return free
        number += 1
        free = target.with_name(f"{target.stem}-{number}{target.suffix}")
    # Under another name until it is whole: a backup cut short would look like one.
    temporary = free.with_name(temporary_name(free.name))
    try:
        copy = sqlite3.connect(temporary)
        try:
            connection.backup(copy)
        finally:
            copy.close()
        with temporary.open("rb+") as stream:
            os.fsync(stream.fileno())
        temporary.replace(free)
    finally:
        temporary.unlink(missing_ok=True)
    return free


def _is_copy(connection: sqlite3.Connection, backup: Path) -> bool:
    """Whether a backup is whole and has this version and all operations."""
    try:
        copy = sqlite3.connect(f"{backup.resolve().as_uri()}?immutable=1", uri=True)
        try:
            whole = copy.execute("PRAGMA quick_check(1)").fetchone() == ("ok",)
            return whole and _extent(copy) == _extent(connection)
        finally:
            copy.close()
    except sqlite3.Error:
        return False


def _extent(connection: sqlite3.Connection) -> tuple[object, ...]:
    operations = connection.execute("SELECT count(*), max(id), sum(undone) FROM op").fetchone()
    samples = connection.execute("SELECT max(id) FROM sample").fetchone()
    return (version_of(connection), *operations, *samples)
