"""Connections to a project's database: how it is opened, and what its errors mean to a person."""

import shutil
import sqlite3
import stat
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from lnl_gui.store.database import schema
from lnl_gui.store.database.containment import DATABASE
from lnl_gui.store.database.read_only import PROTECTED, ReadOnly, read_only_error
from lnl_gui.util.disk import disk_of
from lnl_gui.util.errors import DISK_FULL_CODE, UserError
from lnl_gui.util.messages import NOTHING, Message, message

DAMAGED, GONE = "damaged", "project_gone"
"""Codes of errors: the database cannot be read as it should, or it is not there any more."""
BUSY = "database_busy"
"""Code of an error: another process is writing."""
_DAMAGE = ("SQLITE_CORRUPT", "SQLITE_NOTADB", "SQLITE_FORMAT")
PATIENCE, SHORT_PATIENCE = 10.0, 1.0
"""Seconds that another process is waited for: its commit or checkpoint, and where a person waits
who can do the same again."""
_SHARED_MEMORY = 32_768
"""Bytes that SQLite takes on the disk before a project can be read or written."""
_PENDING = ("-wal", "-journal")
"""Endings of the files that hold what is not in the database itself yet."""
_BESIDE = ("-wal", "-shm")
"""Endings of the files that SQLite leaves beside a database which is read."""


class Connection(sqlite3.Connection):
    """A connection that takes its own copy of the database, if it has one, away with it."""

    copied: tempfile.TemporaryDirectory[str] | None = None

    def close(self) -> None:
        """Close it, and remove the copy it reads."""
        super().close()
        if self.copied is not None:
            self.copied.cleanup()
            self.copied = None


def connect(database: Path, *, read_only: bool) -> sqlite3.Connection:
    """Open the database of a project.

    Raises:
        UserError: when its last changes can only be read where the disk may be written.
        sqlite3.DatabaseError: when it is damaged or no database.
    """
    if read_only:
        return _reader(database)
    _make_writable_like(database)
    connection = _open(database)
    with closed_on_error(connection):
        # Network drives refuse WAL; a rollback journal is slower and as safe.
        mode = connection.execute("PRAGMA journal_mode = WAL").fetchone()[0]
        if mode != "wal":
            connection.execute("PRAGMA journal_mode = DELETE")
        # In WAL mode only FULL syncs at each commit: NORMAL may lose the last verdicts at a power
        # cut.
        connection.execute("PRAGMA synchronous = FULL")
    return connection


def _make_writable_like(database: Path) -> None:
    """Give the files beside a database its owner's right to write, where the database has it.

    Whoever read it while it was write-protected left them so, as SQLite makes them with its mode.
    """
    for ending in _BESIDE:
        file = database.with_name(database.name + ending)
        with suppress(OSError):
            mode = database.stat().st_mode
            if mode & stat.S_IWUSR and not file.stat().st_mode & stat.S_IWUSR:
                file.chmod(stat.S_IMODE(mode))


@contextmanager
def closed_on_error(connection: sqlite3.Connection) -> Iterator[None]:
    """Close a connection that cannot be used: Windows does not replace or remove an open file."""
    try:
        yield
    except BaseException:
        connection.close()
        raise


def _reader(database: Path) -> sqlite3.Connection:
    connection = _open(database, "?mode=ro")
    try:
        with closed_on_error(connection):
            schema.version_of(connection)
    except sqlite3.OperationalError:
        # A write-protected folder has no room for WAL's shared memory.
        if any(_size(database.with_name(database.name + ending)) for ending in _PENDING):
            # To call it unchanging would pass over the last verdicts, which are not in it yet.
            return _copy(database)
        return _open(database, "?immutable=1")
    return connection


def _copy(database: Path) -> sqlite3.Connection:
    """Open a copy, in which what a crash has left over can be brought to its place."""
    folder = tempfile.TemporaryDirectory(prefix="lnl-", ignore_cleanup_errors=True)
    place = Path(folder.name) / database.name
    try:
        for ending in ("", *_PENDING):
            source = database.with_name(database.name + ending)
            if source.is_file():
                shutil.copyfile(source, place.with_name(source.name))
    except OSError as error:
        folder.cleanup()
        raise UserError(
            message(
                "The last verdicts in {folder} cannot be read: its disk is write-protected, and"
                " there is no room for a copy ({reason}).",
                folder=database.parent,
                reason=error.strerror or str(error),
            ),
            message("Copy the project to a disk that can be written, and open it there."),
            code="read_only",
        ) from error
    try:
        connection = _open(place, "?mode=rw")
    except sqlite3.Error:
        folder.cleanup()
        raise
    connection.copied = folder
    with closed_on_error(connection):
        schema.version_of(connection)
        connection.execute("PRAGMA query_only = ON")
    return connection


def _size(file: Path) -> int:
    found = state_of(file)
    return found.size if found is not None else 0


def _open(database: Path, options: str = "") -> Connection:
    uri = database.resolve().as_uri() + options
    # The check of threads is off because a lent connection is made in one thread and used in
    # another.
    connection = sqlite3.connect(
        uri, uri=True, timeout=PATIENCE, check_same_thread=False, factory=Connection
    )
    with closed_on_error(connection):
        # Off by default in SQLite, and a setting of the connection, not of the file.
        connection.execute("PRAGMA foreign_keys = ON")
        # The schema is part of the file, and the file may be anybody's.
        connection.execute("PRAGMA trusted_schema = OFF")
    return connection


def set_patience(connection: sqlite3.Connection, seconds: float) -> None:
    """How long a connection waits for other processes; a closed one does not matter."""
    with suppress(sqlite3.ProgrammingError):
        connection.execute(f"PRAGMA busy_timeout = {round(1000 * seconds)}")


@dataclass(frozen=True)
class FileState:
    """A file as it was found.

    Attributes:
        identity: what tells it from any other that comes to its name.
        size: in bytes.
    """

    identity: tuple[int, int]
    size: int


def state_of(database: Path) -> FileState | None:
    """The state of a file; None where there is none."""
    try:
        found = database.stat()
    except OSError:
        return None
    return FileState((found.st_dev, found.st_ino), found.st_size)


def _name_of(error: sqlite3.Error) -> str:
    """SQLite's name of an error; "" for one of Python's."""
    return getattr(error, "sqlite_errorname", None) or ""


def is_damage(error: sqlite3.Error) -> bool:
    """Whether an error says that the database is damaged, and not that it cannot be reached."""
    name = _name_of(error)
    # Text that is no UTF-8 is an error of Python's and has no name of SQLite's.
    return name.startswith(_DAMAGE) or "decode" in str(error)


def _is_full(error: sqlite3.Error, folder: Path) -> bool:
    name = _name_of(error)
    if name.startswith("SQLITE_IOERR"):
        # Without room for the memory that connections share, SQLite says no more than that.
        with suppress(OSError):
            return shutil.disk_usage(folder).free < _SHARED_MEMORY
    return name.startswith("SQLITE_FULL")


def _hint_of(error: sqlite3.Error) -> Message:
    """What may be behind a failure that SQLite cannot name; nothing where it names the reason."""
    name = _name_of(error)
    if not name.startswith("SQLITE_IOERR"):
        return NOTHING
    return message(
        "The disk, a quota or a limit on the size of files (`ulimit -f`) may be the cause. What was"
        " decided before is kept."
    )


def _is_busy(error: sqlite3.Error) -> bool:
    return _name_of(error).startswith("SQLITE_BUSY")


def _is_protected(error: sqlite3.Error) -> bool:
    return _name_of(error).startswith("SQLITE_READONLY")


def gone_error(folder: Path) -> UserError:
    """The project's folder vanished while it was open."""
    return UserError(
        message("{folder} is gone: the last change was not saved.", folder=folder),
        message("Put it back, or save the verdicts elsewhere."),
        code=GONE,
    )


def cut_error(folder: Path) -> UserError:
    """Another program has taken a part of the database away while it was open."""
    return UserError(
        message(
            "{database} was cut short by another program: the last change was not saved.",
            database=folder / DATABASE,
        ),
        message("Save the verdicts elsewhere, close the project, and check it."),
        # As when it is gone: what is decided from now on can only be kept elsewhere.
        code=GONE,
    )


def damage_error(folder: Path, error: Exception) -> UserError:
    """The database of a project is damaged."""
    return UserError(
        message("{database} is damaged ({error}).", database=folder / DATABASE, error=error),
        message(
            "Check it, and save what can be read: `lnl-gui check {folder} --repair`.", folder=folder
        ),
        code=DAMAGED,
    )


def database_error(error: sqlite3.Error, folder: Path) -> UserError:
    """An error of the database with a readable reason and, where there is one, a remedy."""
    name = _name_of(error)
    if _is_full(error, folder):
        return UserError(
            message(
                "The disk {disk} is full: the last change to {folder} was not saved.",
                disk=disk_of(folder),
                folder=folder,
            ),
            message("Free some space and do it again; everything before it is safe."),
            code=DISK_FULL_CODE,
            retryable=True,
        )
    if name == "SQLITE_READONLY_DBMOVED":
        return gone_error(folder)
    if _is_busy(error):
        return UserError(
            message(
                "Another program is using the database of {folder}: the last change was not saved.",
                folder=folder,
            ),
            message("Do it again in a moment; everything before it is safe."),
            code=BUSY,
            retryable=True,
        )
    if is_damage(error):
        return damage_error(folder, error)
    if _is_protected(error):
        return read_only_error(ReadOnly(PROTECTED), folder)
    return UserError(
        message("The project {folder} could not be written: {text}.", folder=folder, text=error),
        _hint_of(error),
        code="database",
    )


def opening_error(error: sqlite3.Error, folder: Path) -> UserError:
    """Why a project could not be opened."""
    if is_damage(error):
        return damage_error(folder, error)
    if _is_full(error, folder):
        return UserError(
            message(
                "The disk {disk} is full: {folder} could not be opened.",
                disk=disk_of(folder),
                folder=folder,
            ),
            message("Free some space and open it again; nothing in it is lost."),
            code=DISK_FULL_CODE,
            retryable=True,
        )
    if _is_busy(error):
        return UserError(
            message(
                "Another program is using the database of {folder}: it could not be opened.",
                folder=folder,
            ),
            message("Open it again in a moment; nothing in it is lost."),
            code=BUSY,
            retryable=True,
        )
    if _is_protected(error):
        return read_only_error(ReadOnly(PROTECTED), folder)
    return UserError(
        message("{folder} could not be opened: {text}.", folder=folder, text=error),
        _hint_of(error),
        code="database",
    )
