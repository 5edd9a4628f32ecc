"""A project on a disk that cannot be written is read whole, the last verdicts too; nothing on it
changes."""

import errno
import shutil
import sqlite3
import tempfile
from contextlib import closing
from pathlib import Path

import pytest

from lnl_gui.store.database import connection
from lnl_gui.store.database.containment import DATABASE
from lnl_gui.store.project import open_project
from lnl_gui.util.errors import UserError
from tests.builders import make_project
from tests.files import hashes


class OfProtectedFolder(connection.Connection):
    """SQLite where it cannot make the memory that connections share: only `ro` asks for that."""

    def __init__(self, database: str, **options: object) -> None:
        super().__init__(database, **options)  # type: ignore[arg-type]  # as SQLite's own
        self.needs_room = "mode=ro" in database

    def execute(self, statement: str, *arguments: object) -> sqlite3.Cursor:  # type: ignore[override]
        if self.needs_room and "user_version" in statement:
            raise sqlite3.OperationalError("unable to open database file")
        return super().execute(statement, *arguments)


@pytest.fixture
def copies(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where copies are made, while every folder is write-protected."""
    monkeypatch.setattr(connection, "Connection", OfProtectedFolder)
    folder = tmp_path / "temporary"
    folder.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    return folder


def note(writer: sqlite3.Connection, text: str) -> None:
    with writer:
        writer.execute("INSERT OR REPLACE INTO meta VALUES ('note', ?)", (text,))


def with_pending(tmp_path: Path, mode: str) -> Path:
    """A project whose writer was killed while the note was to become `second`.

    In WAL mode that was committed and is not in the database yet; else it was not, and the
    database holds a part of it already.
    """
    folder, killed = make_project(tmp_path / "p.lnl", count=300), tmp_path / "killed.lnl"
    with closing(sqlite3.connect(folder / DATABASE)) as writer:
        writer.execute(f"PRAGMA journal_mode = {mode}")
        note(writer, "first")
    with closing(sqlite3.connect(folder / DATABASE)) as writer:
        if mode == "WAL":
            writer.execute("PRAGMA wal_autocheckpoint = 0")
            note(writer, "second")
        else:
            writer.execute("PRAGMA cache_size = 1")
            writer.execute("UPDATE meta SET value = 'second' WHERE key = 'note'")
            writer.execute("UPDATE sample SET path = path || 'x'")
        shutil.copytree(folder, killed)
    return killed


def test_one_that_was_closed_is_read_where_it_is(tmp_path: Path, copies: Path) -> None:
    folder = make_project(tmp_path / "p.lnl")
    before = hashes(folder)
    with open_project(folder, read_only=True) as project:
        assert project.connection.execute("SELECT count(*) FROM sample").fetchone() == (30,)
        assert not list(copies.iterdir()) and hashes(folder) == before


@pytest.mark.parametrize(("mode", "note"), [("WAL", "second"), ("DELETE", "first")])
def test_what_a_killed_writer_left_beside_the_database_counts(
    tmp_path: Path, copies: Path, mode: str, note: str
) -> None:
    folder = with_pending(tmp_path, mode)
    before = hashes(folder)
    with open_project(folder, read_only=True) as project:
        assert project.meta("note") == note
        paths = [path for (path,) in project.connection.execute("SELECT path FROM sample")]
        assert len(paths) == 300 and all(path.endswith(".png") for path in paths)
        assert len(list(copies.iterdir())) == 1
        # What would be written into the copy would be lost with it.
        with pytest.raises(sqlite3.OperationalError, match="readonly"):
            project.connection.execute("DELETE FROM op")
    assert not list(copies.iterdir()) and hashes(folder) == before


def test_without_room_for_a_copy_it_is_said_that_verdicts_would_be_missing(
    tmp_path: Path, copies: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = with_pending(tmp_path, "WAL")

    def is_full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(shutil, "copyfile", is_full)
    with pytest.raises(UserError, match="No space left on device") as refused:
        open_project(folder, read_only=True)
    assert refused.value.code == "read_only" and str(folder) in str(refused.value)
    assert not list(copies.iterdir())


def test_a_copy_that_cannot_be_opened_is_removed(
    tmp_path: Path, copies: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = with_pending(tmp_path, "WAL")
    connect = sqlite3.connect

    def refuse(database: str, **options: object) -> sqlite3.Connection:
        if "mode=rw" in database:
            raise sqlite3.OperationalError("unable to open database file")
        return connect(database, **options)  # type: ignore[call-overload]  # as SQLite's own

    monkeypatch.setattr(sqlite3, "connect", refuse)
    with pytest.raises(UserError, match="could not be opened: unable to open"):
        open_project(folder, read_only=True)
    assert not list(copies.iterdir())


def test_a_copy_of_a_damaged_database_is_removed(tmp_path: Path, copies: Path) -> None:
    folder = with_pending(tmp_path, "WAL")
    (folder / DATABASE).write_bytes(b"no database" * 1000)
    (folder / f"{DATABASE}-wal").write_bytes(b"no log" * 1000)
    with pytest.raises(UserError, match="is damaged") as refused:
        open_project(folder, read_only=True)
    assert refused.value.code == connection.DAMAGED
    assert not list(copies.iterdir())
