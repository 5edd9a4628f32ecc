"""What was said to be saved outlives a power cut: the settings every connection has."""

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import numpy as np
import pytest

from lnl_gui.session.session import Session
from lnl_gui.store.database import schema
from lnl_gui.store.project import Project, create_project, open_project
from tests.builders import make_project
from tests.store.database.test_migration import old_project

FULL = 2
"""SQLite's number of `synchronous=FULL`: a commit returns when the disk has it."""


def created(folder: Path) -> Project:
    return create_project(folder / "new.lnl", root=folder, reader="folders")


def opened(folder: Path) -> Project:
    return open_project(make_project(folder / "old.lnl"))


def migrated(folder: Path) -> Project:
    return open_project(old_project(folder / "older.lnl"))


def lent(folder: Path) -> Project:
    lender = opened(folder)
    borrowed = lender.lend()
    OPENED.append(lender)
    return borrowed


def of_session(folder: Path) -> Project:
    return Session.open(make_project(folder / "old.lnl")).project


OPENED: list[Project] = []
"""What a test does not close itself."""


@pytest.fixture(autouse=True)
def lenders_are_closed() -> Iterator[None]:
    yield
    while OPENED:
        OPENED.pop().close()


def test_the_tables_come_all_or_none(tmp_path: Path) -> None:
    with closing(sqlite3.connect(tmp_path / "new.sqlite")) as connection:
        schema.create_tables(connection)
        connection.rollback()
        assert connection.execute("SELECT name FROM sqlite_master").fetchall() == []


WRITERS = [created, opened, migrated, lent, of_session]


def pragma(project: Project, name: str) -> object:
    return project.connection.execute(f"PRAGMA {name}").fetchone()[0]


@pytest.mark.parametrize("writer", WRITERS)
def test_every_writer_waits_for_the_disk(tmp_path: Path, writer: Callable[[Path], Project]) -> None:
    with writer(tmp_path) as project:
        assert not project.read_only
        assert pragma(project, "synchronous") == FULL
        assert pragma(project, "journal_mode") == "wal"
        assert pragma(project, "foreign_keys") == 1
        with project.transaction() as connection:
            connection.execute("INSERT INTO meta VALUES ('key', 'value')")
        assert pragma(project, "synchronous") == FULL


class NoWal(sqlite3.Connection):
    """A database on a drive that refuses the write-ahead log, as network drives do."""

    def execute(self, sql: str, *values: object) -> sqlite3.Cursor:  # type: ignore[override]
        wanted = sql.replace("WAL", "PERSIST") if "journal_mode" in sql else sql
        return super().execute(wanted, *values)


@pytest.mark.parametrize("writer", WRITERS)
def test_without_a_write_ahead_log_there_is_a_journal_as_safe(
    tmp_path: Path, writer: Callable[[Path], Project], monkeypatch: pytest.MonkeyPatch
) -> None:
    connect = sqlite3.connect
    monkeypatch.setattr(
        "sqlite3.connect", lambda *args, **options: connect(*args, **{**options, "factory": NoWal})
    )
    with writer(tmp_path) as project:
        assert pragma(project, "journal_mode") == "delete"
        assert pragma(project, "synchronous") == FULL


def test_a_reader_cannot_write_and_checks_references(tmp_path: Path) -> None:
    folder = make_project(tmp_path / "old.lnl")
    with open_project(folder, read_only=True) as project:
        assert pragma(project, "foreign_keys") == 1
        with pytest.raises(sqlite3.OperationalError, match="readonly"):
            project.connection.execute("DELETE FROM op")


def test_a_verdict_reaches_the_disk_through_a_commit_of_its_own(tmp_path: Path) -> None:
    with Session.open(make_project(tmp_path / "old.lnl")) as session:
        statements: list[str] = []
        session.project.connection.set_trace_callback(statements.append)
        session.keep(np.array([1]))
        session.project.connection.set_trace_callback(None)
        written = [text for text in statements if not text.startswith("SELECT")]
        assert written[-1] == "COMMIT"
        assert not session.project.connection.in_transaction
