"""What SQLite reports is said as what it means, and what to do about it."""

import shutil
import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import pytest

from lnl_gui.store.database import connection
from lnl_gui.store.database.connection import database_error, is_damage, opening_error, state_of
from lnl_gui.store.database.containment import DATABASE
from lnl_gui.util.errors import DISK_FULL_CODE, UserError


class Usage(NamedTuple):
    total: int
    used: int
    free: int


def reported(name: str, text: str = "some reason") -> sqlite3.Error:
    error = sqlite3.OperationalError(text)
    error.sqlite_errorname = name
    return error


FAILURES = {
    "SQLITE_CORRUPT": connection.DAMAGED,
    "SQLITE_CORRUPT_VTAB": connection.DAMAGED,
    "SQLITE_NOTADB": connection.DAMAGED,
    "SQLITE_FORMAT": connection.DAMAGED,
    "SQLITE_FULL": DISK_FULL_CODE,
    "SQLITE_BUSY": connection.BUSY,
    "SQLITE_BUSY_SNAPSHOT": connection.BUSY,
    "SQLITE_IOERR_WRITE": "database",
    "SQLITE_READONLY": "read_only",
    "": "database",
}


@pytest.mark.parametrize("said", [database_error, opening_error])
@pytest.mark.parametrize("name", FAILURES)
def test_each_failure_has_the_code_of_what_it_means(
    tmp_path: Path, name: str, said: Callable[[sqlite3.Error, Path], UserError]
) -> None:
    error = reported(name)
    found = said(error, tmp_path)
    assert found.code == FAILURES[name]
    assert str(tmp_path) in str(found)
    # With room on the disk, or once others are done, the same works; damage does not go by itself.
    passing = found.code in (DISK_FULL_CODE, connection.BUSY)
    assert found.retryable is passing
    assert is_damage(error) is (found.code == connection.DAMAGED)
    if found.code == "read_only":
        assert "write-protected" in str(found.message)
    elif not passing:
        assert "some reason" in str(found.message)
    # Where SQLite knows no reason, a limit that it does not see may be one.
    assert ("limit" in str(found.hint)) is name.startswith("SQLITE_IOERR")
    assert bool(found.hint) is (found.code != "database" or name.startswith("SQLITE_IOERR"))


def test_text_that_is_none_is_damage() -> None:
    with sqlite3.connect(":memory:") as made, pytest.raises(sqlite3.OperationalError) as caught:
        made.execute("SELECT CAST(x'ff' AS TEXT)").fetchone()
    assert is_damage(caught.value)
    assert not is_damage(sqlite3.OperationalError("no such table: sample"))


@pytest.mark.parametrize(("free", "code"), [(32_767, DISK_FULL_CODE), (32_768, "database")])
def test_a_failure_to_read_or_write_is_a_full_disk_where_there_is_no_room(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, free: int, code: str
) -> None:
    monkeypatch.setattr(shutil, "disk_usage", lambda folder: Usage(10**9, 10**9 - free, free))
    for said in (database_error, opening_error):
        assert said(reported("SQLITE_IOERR_SHMSIZE"), tmp_path).code == code
        # Of other failures SQLite knows the reason.
        assert said(reported("SQLITE_BUSY"), tmp_path).code == connection.BUSY


def test_a_failure_where_the_disk_is_gone_is_none_of_room(tmp_path: Path) -> None:
    gone = tmp_path / "not" / "there"
    assert database_error(reported("SQLITE_IOERR_READ"), gone).code == "database"


def test_a_database_that_was_moved_away_is_gone(tmp_path: Path) -> None:
    found = database_error(reported("SQLITE_READONLY_DBMOVED"), tmp_path)
    assert found.code == connection.GONE and "is gone" in str(found)


def test_errors_of_the_database_name_it(tmp_path: Path) -> None:
    file = str(tmp_path / DATABASE)
    assert file in str(connection.cut_error(tmp_path))
    assert file in str(connection.damage_error(tmp_path, ValueError("why")))
    assert connection.cut_error(tmp_path).code == connection.GONE
    assert f"lnl-gui check {tmp_path} --repair" in str(
        connection.damage_error(tmp_path, ValueError("why")).hint
    )


def test_a_file_is_known_again_until_another_takes_its_name(tmp_path: Path) -> None:
    file = tmp_path / "a"
    assert state_of(file) is None
    file.write_bytes(b"123")
    first = state_of(file)
    assert first is not None and first.size == 3
    file.write_bytes(b"12345")
    longer = state_of(file)
    assert longer is not None and (longer.identity, longer.size) == (first.identity, 5)
    other = tmp_path / "b"
    other.write_bytes(b"123")
    other.replace(file)
    replaced = state_of(file)
    assert replaced is not None and replaced.identity != first.identity
