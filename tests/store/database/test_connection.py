"""A database that cannot be opened is not held open."""

import sqlite3
import stat
from contextlib import closing
from pathlib import Path
from typing import ClassVar

import pytest

from lnl_gui.store.database import connection
from lnl_gui.store.database.containment import DATABASE
from tests.builders import make_project


class Refusing(connection.Connection):
    """A connection whose disk fails at one statement."""

    statement = ""
    made: ClassVar[list["Refusing"]] = []

    def __init__(self, *arguments: object, **options: object) -> None:
        super().__init__(*arguments, **options)
        Refusing.made.append(self)

    def execute(self, statement: str, *arguments: object) -> sqlite3.Cursor:
        if self.statement in statement:
            raise sqlite3.OperationalError("disk I/O error")
        return super().execute(statement, *arguments)


def is_closed(made: sqlite3.Connection) -> bool:
    try:
        made.total_changes  # noqa: B018 -- asks whether it is open
    except sqlite3.ProgrammingError:
        return True
    return False


@pytest.mark.parametrize(
    ("statement", "read_only"),
    [
        ("foreign_keys", False),
        ("trusted_schema", True),
        ("journal_mode", False),
        ("synchronous", False),
        ("user_version", True),
    ],
)
def test_one_that_a_setting_fails_on_is_closed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, statement: str, read_only: bool
) -> None:
    folder = make_project(tmp_path / "a.lnl")
    Refusing.made.clear()
    monkeypatch.setattr(Refusing, "statement", statement)
    monkeypatch.setattr(connection, "Connection", Refusing)
    if statement == "user_version":
        # What cannot be read this way is taken as unchanging.
        with pytest.raises(sqlite3.OperationalError):
            connection.schema.version_of(connection.connect(folder / DATABASE, read_only=True))
        assert is_closed(Refusing.made[0])
        Refusing.made.pop().close()
        return
    with pytest.raises(sqlite3.OperationalError, match="disk I/O"):
        connection.connect(folder / DATABASE, read_only=read_only)
    assert len(Refusing.made) == 1
    assert is_closed(Refusing.made[0])


@pytest.mark.parametrize("read_only", [True, False])
def test_another_programs_commit_is_waited_for(tmp_path: Path, read_only: bool) -> None:
    folder = make_project(tmp_path / "a.lnl")
    with closing(connection.connect(folder / DATABASE, read_only=read_only)) as opened:
        (milliseconds,) = opened.execute("PRAGMA busy_timeout").fetchone()
    # A large one takes seconds on a slow disk.
    assert milliseconds >= 10_000


def test_files_left_by_reading_a_protected_database_can_be_written_once_it_can(
    tmp_path: Path,
) -> None:
    folder = make_project(tmp_path / "p.lnl")
    database = folder / DATABASE
    mode = stat.S_IMODE(database.stat().st_mode)
    beside = [database.with_name(database.name + ending) for ending in ("-wal", "-shm")]
    # As SQLite makes them for a database of mode 0444.
    for file in beside:
        file.touch()
        file.chmod(0o444)
    connection.connect(database, read_only=False).close()
    for file in beside:
        file.touch()
        file.chmod(0o444)
    database.chmod(0o444)
    connection._make_writable_like(database)
    assert {stat.S_IMODE(file.stat().st_mode) for file in beside} == {0o444}
    database.chmod(mode)
    connection._make_writable_like(database)
    assert {stat.S_IMODE(file.stat().st_mode) for file in beside} == {mode}


def test_a_database_that_may_not_be_written_is_called_so(tmp_path: Path) -> None:
    folder = make_project(tmp_path / "p.lnl")
    opened = connection.connect(folder / DATABASE, read_only=True)
    with closing(opened), pytest.raises(sqlite3.OperationalError) as caught:
        opened.execute("DELETE FROM op")
    error = connection.database_error(caught.value, folder)
    assert error.code == "read_only"
    assert "write-protected" in str(error)
