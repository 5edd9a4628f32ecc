"""The project folder: the writer's lock, its parts, its header.

One process writes the database at a time: it holds `writer.lock`, which the operating system lets
go when the process dies, however it dies.
"""

import os
import re
import sqlite3
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from filelock import FileLock, Timeout

from lnl_gui.remote.address import folder_of, name_of, remote_url
from lnl_gui.store.database import schema
from lnl_gui.store.database.connection import (
    PATIENCE,
    SHORT_PATIENCE,
    FileState,
    closed_on_error,
    connect,
    cut_error,
    database_error,
    gone_error,
    opening_error,
    set_patience,
    state_of,
)
from lnl_gui.store.database.containment import (
    ARRAYS,
    DATABASE,
    LOCK,
    MODELS,
    RUNS,
    check_identifier,
    refuse_outside,
)
from lnl_gui.store.database.lock_holder import forget_holder, note_holder
from lnl_gui.store.database.origin import signature
from lnl_gui.store.database.read_only import (
    ASKED,
    CLOSED,
    ELSEWHERE,
    PROTECTED,
    UNLOCKABLE,
    ReadOnly,
    of_failed_lock,
    read_only_error,
)
from lnl_gui.util.errors import UserError, as_user_error
from lnl_gui.util.files.file_types import BINARY_TABLES, JSON, TABLES, archive_stem
from lnl_gui.util.files.places import refuse_missing
from lnl_gui.util.messages import message

SUFFIX = ".lnl"
_AS_ASKED = ReadOnly(ASKED)
_UNSAFE = re.compile(r'[<>:"/\\|?*\x00-\x1f]')
"""What a store's names may hold and a folder's may not on every system."""
PLAIN_NAMES = frozenset(
    [
        "annotation",
        "annotations",
        "data",
        "dataset",
        "index",
        "label",
        "labels",
        "metadata",
        "test",
        "train",
        "val",
    ]
)
"""Names of tables that say nothing about what is in them."""


class Project:
    """An open project folder; close it, or use it as a context manager.

    Args:
        folder: the project folder.
        connection: SQLite connection to its database, autocommit off.
        lock: the held writer's lock, or None when opened for reading.
        lender: the project this one is a second connection of; it keeps the lock.
        why: without a lock, why there is none.
    """

    def __init__(
        self,
        folder: Path,
        connection: sqlite3.Connection,
        lock: FileLock | None,
        *,
        lender: "Project | None" = None,
        why: ReadOnly = _AS_ASKED,
    ) -> None:
        self.folder = folder
        self.connection = connection
        self._lock = lock
        self._lender = lender
        self._lent = False
        self._why = why
        self._closed = False
        self._database = state_of(folder / DATABASE)

    @property
    def read_only(self) -> bool:
        """Whether another process (or nobody) is the writer."""
        return self._lock is None

    @property
    def why_read_only(self) -> ReadOnly | None:
        """Why nothing can be recorded; None where it can be."""
        if self._closed:
            return ReadOnly(CLOSED)
        return self._why if self.read_only else None

    @property
    def arrays(self) -> Path:
        """Folder of memory-mapped arrays."""
        return self.folder / ARRAYS

    @property
    def runs(self) -> Path:
        """Folder that holds one folder a run."""
        return self.folder / RUNS

    @property
    def models(self) -> Path:
        """Folder of trained models."""
        return self.folder / MODELS

    def run_folder(self, identifier: str) -> Path:
        """The folder of a run.

        Raises:
            UserError: when the identifier could name any other folder.
        """
        return self.runs / check_identifier(identifier)

    def meta(self, key: str, default: str = "") -> str:
        """A value of the header."""
        row = self.connection.execute("SELECT value FROM meta WHERE key = ?", (key,)).fetchone()
        return str(row[0]) if row else default

    def header(self) -> dict[str, str]:
        """The whole header."""
        rows = self.connection.execute("SELECT key, value FROM meta")
        return {str(key): str(value) for key, value in rows}

    @property
    def dataset_root(self) -> Path:
        """Folder that sample paths are relative to; found again when both moved together."""
        return resolve_root(self.folder, self.meta("root_relative"), self.meta("root_absolute"))

    @contextmanager
    def transaction(self) -> Iterator[sqlite3.Connection]:
        """One durable transaction: on disk when the block ends, or not at all.

        Raises:
            UserError: when the project may only be read, is lent, its folder is gone, or the write
                fails.
        """
        self._check_writable()
        self._check_there()
        try:
            # The context manager of sqlite3 commits or rolls back; it does not close the
            # connection.
            with self.connection:
                yield self.connection
        except (sqlite3.IntegrityError, sqlite3.ProgrammingError):
            raise
        except sqlite3.DatabaseError as error:
            self._check_there()
            raise database_error(error, self.folder) from error
        self._check_there()

    @contextmanager
    def short_wait(self) -> Iterator[None]:
        """Other processes are not waited for as long as else: a person waits, and can try again."""
        set_patience(self.connection, SHORT_PATIENCE)
        try:
            yield
        finally:
            set_patience(self.connection, PATIENCE)

    @contextmanager
    def one_state(self) -> Iterator[None]:
        """Every query in the block sees the same state, whatever others write meanwhile."""
        if self.connection.in_transaction:
            yield
            return
        self.connection.execute("BEGIN")
        try:
            yield
        finally:
            self.connection.rollback()

    def is_there(self) -> bool:
        """Whether the database is still the file that was opened."""
        return self._is_same(state_of(self.folder / DATABASE))

    def _is_same(self, found: FileState | None) -> bool:
        opened = self._database
        return (found and found.identity) == (opened and opened.identity)

    def _check_there(self) -> None:
        # A file that was removed can be written as long as it is open, and all of it is lost.
        found = state_of(self.folder / DATABASE)
        if not self._is_same(found):
            raise gone_error(self.folder)
        # SQLite goes on with the pages it remembers. Nothing here makes the file smaller.
        if found is not None and self._database is not None and found.size < self._database.size:
            raise cut_error(self.folder)
        self._database = found

    def _check_writable(self) -> None:
        why = self.why_read_only
        if why is not None:
            raise read_only_error(why, self.folder)
        if self._lent:
            raise UserError(
                message("Another copy is being merged: nothing can be changed until that is over."),
                message("It takes seconds, and it can be cancelled."),
                code="lent",
                retryable=True,
            )

    def lend(self) -> "Project":
        """A second connection for another thread; until that is closed, it alone may write.

        Raises:
            UserError: when this one may not write.
        """
        self._check_writable()
        connection = connect(self.folder / DATABASE, read_only=False)
        with closed_on_error(connection):
            # Where a network drive has no WAL, a full cache would lock readers out long before the
            # end.
            connection.execute("PRAGMA cache_spill = OFF")
        self._lent = True
        return Project(self.folder, connection, self._lock, lender=self)

    def close(self) -> None:
        """Let go of the database and of the writer's lock, or give back what was lent."""
        self.connection.close()
        self._closed = True
        # A lent connection leaves the lock with its lender, which is still open.
        if self._lender is not None:
            self._lender._lent = False
        elif self._lock is not None:
            _release(self._lock)
            self._lock = None

    def __enter__(self) -> "Project":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def resolve_root(folder: Path, relative: str, absolute: str) -> Path:
    """The dataset's folder: beside the project if it is still there, else where it was."""
    # The relative path first: a project and its images that were moved or copied together must not
    # open the images at the old place.
    if relative:
        beside = Path(os.path.normpath(folder / relative))
        if beside.exists():
            return beside
    return Path(absolute)


def root_values(root: Path, folder: Path) -> dict[str, str]:
    """How the header of the project in `folder` names its dataset's folder.

    Raises:
        UserError: when a name in it is no text, which no header can hold.
    """
    try:
        str(root).encode()
    except UnicodeEncodeError as error:
        raise UserError(
            message("The name of the folder {folder} is not valid text.", folder=root),
            message("Rename it, or read the dataset through a link of another name."),
            code="name_not_text",
        ) from error
    return {"root_absolute": str(root), "root_relative": relative_to_project(root, folder)}


def relative_to_project(place: Path, folder: Path) -> str:
    """A path from the project folder, in POSIX form; "" where there is none."""
    try:
        return Path(os.path.relpath(place, folder)).as_posix()
    except ValueError:  # another drive on Windows
        return ""


def lock_or_reason(folder: Path) -> FileLock | ReadOnly:
    """The writer's lock, or why it cannot be had."""
    database = folder / DATABASE
    # A lock beside a database that cannot be written would promise what no verdict keeps.
    if database.exists() and not os.access(database, os.W_OK):
        return ReadOnly(PROTECTED)
    lock = FileLock(folder / LOCK)
    try:
        # Not waited for: another window may hold it for hours, and this one can read meanwhile.
        lock.acquire(timeout=0)
    except Timeout:
        return ReadOnly(ELSEWHERE)
    except OSError as error:
        return of_failed_lock(error)
    note_holder(folder)
    return lock


def has_writer(folder: Path) -> bool:
    """Whether a process holds the writer's lock, or may hold it where that cannot be found out."""
    if not (folder / LOCK).exists():
        return False
    lock = FileLock(folder / LOCK)
    try:
        lock.acquire(timeout=0)
    except (Timeout, OSError):
        return True
    lock.release()
    return False


def create_project(folder: Path, *, root: Path, reader: str) -> Project:
    """Make a new, empty project folder and open it for writing.

    Raises:
        UserError: when the folder exists and is not empty, or cannot be written, or the dataset's
            cannot be named.
    """
    of_root = root_values(root, folder)
    if folder.exists() and any(folder.iterdir()):
        raise UserError(
            message("{folder} exists already.", folder=folder),
            message("Choose another name, or open it as a project."),
        )
    try:
        for part in (folder, folder / "arrays", folder / "runs", folder / "models"):
            part.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise as_user_error(error, message("create the project {folder}", folder=folder)) from error
    lock = lock_or_reason(folder)
    if isinstance(lock, ReadOnly):
        raise _not_lockable(lock, folder)
    identifier = uuid.uuid4().hex
    values = {
        "uuid": identifier,
        **signature(identifier),
        "created": datetime.now(UTC).isoformat(timespec="seconds"),
        **of_root,
        "reader": reader,
    }
    try:
        connection = connect(folder / DATABASE, read_only=False)
        try:
            with connection:
                schema.create_tables(connection)
                connection.executemany("INSERT INTO meta VALUES (?, ?)", values.items())
        except BaseException:
            connection.close()
            raise
    except sqlite3.DatabaseError as error:
        _release(lock)
        raise database_error(error, folder) from error
    return Project(folder, connection, lock)


def _not_lockable(why: ReadOnly, folder: Path) -> UserError:
    """Why nothing could be recorded in a project that is made."""
    if why.reason != UNLOCKABLE:
        return read_only_error(why, folder)
    return UserError(
        message(
            "The project {folder} cannot be made: its disk does not let files be locked for writing"
            " ({reason}).",
            folder=folder,
            reason=why.detail,
        ),
        message("Choose a folder on another disk."),
        code="read_only",
    )


def default_name(source: Path) -> str:
    """What a project of a dataset is called: as the dataset is, or a table's folder."""
    url = remote_url(source)
    if url is not None:
        return _name_of_remote(url)
    if source.is_dir():
        return f"{source.name}{SUFFIX}"
    stem = archive_stem(source.name) if archive_stem(source.name) != source.name else source.stem
    named = stem if stem.lower() not in PLAIN_NAMES else source.parent.name
    return f"{named or stem}{SUFFIX}"


def _name_of_remote(url: str) -> str:
    named = name_of(Path(url))
    if named.lower().endswith((*TABLES, *JSON, *BINARY_TABLES)):
        stem = named.rpartition(".")[0]
        named = stem if stem.lower() not in PLAIN_NAMES else name_of(Path(folder_of(url)))
    return f"{_UNSAFE.sub('_', named) or 'remote'}{SUFFIX}"


def is_project(folder: Path) -> bool:
    """Whether a folder holds a project database."""
    return (folder / DATABASE).is_file()


def open_project(folder: Path, *, read_only: bool = False) -> Project:
    """Open a project, for writing unless another process does or `read_only` is asked.

    Raises:
        UserError: when the folder is no project, may not be read, or is of a newer format.
    """
    database = folder / DATABASE
    try:
        is_there = database.is_file()
    except OSError as error:
        raise as_user_error(error, message("open {folder}", folder=folder)) from error
    if not is_there:
        refuse_missing(folder)
        raise UserError(
            message(
                "{folder} is not an LNL project (it has no {database}).",
                folder=folder,
                database=DATABASE,
            ),
            message("Open a folder ending in .lnl, or import a dataset first."),
            code="not_a_project",
        )
    # Before the lock, whose file would be made anew where a link leads.
    refuse_outside(folder)
    found = _AS_ASKED if read_only else lock_or_reason(folder)
    lock, why = (None, found) if isinstance(found, ReadOnly) else (found, _AS_ASKED)
    try:
        return Project(folder, _ready(database, read_only=lock is None), lock, why=why)
    # The lock goes back at once: a file that could not be opened must not stay locked by this
    # process.
    except sqlite3.DatabaseError as error:
        _release(lock)
        raise opening_error(error, folder) from error
    except OSError as error:
        _release(lock)
        raise as_user_error(error, message("keep a backup of {folder}", folder=folder)) from error
    except UserError:
        _release(lock)
        raise


def _ready(database: Path, *, read_only: bool) -> sqlite3.Connection:
    """A connection to a database of the present version; a reader's may be of an older one."""
    connection = connect(database, read_only=read_only)
    try:
        # A reader never migrates: it has no lock, and the writer may be at work on the same file.
        if schema.check_version(connection, database) and not read_only:
            schema.migrate(connection, database)
    except BaseException:
        connection.close()
        raise
    return connection


def _release(lock: FileLock | None) -> None:
    if lock is not None:
        forget_holder(Path(lock.lock_file).parent)
        lock.release()
