"""A project of format 1.0, as that version wrote it, in today's program."""

import sqlite3
from contextlib import closing
from pathlib import Path

import numpy as np
import pytest

from lnl_gui.session.session import Session
from lnl_gui.store.database import schema
from lnl_gui.store.dataset.samples import KEPT, RELABELLED
from lnl_gui.store.history.journal_file import write_journal
from lnl_gui.store.history.merge import merge, operation_guids
from lnl_gui.store.project import DATABASE, open_project
from lnl_gui.util.errors import UserError
from tests.builders import make_project


def old_project(folder: Path) -> Path:
    for part in ("arrays", "runs", "models"):
        (folder / part).mkdir(parents=True)
    connection = sqlite3.connect(folder / DATABASE)
    connection.executescript((Path(__file__).parent / "project-1.0.sql").read_text("utf-8"))
    connection.close()
    return folder


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return old_project(tmp_path / "old.lnl")


def tables(database: Path) -> set[str]:
    connection = sqlite3.connect(database)
    found = {row[0] for row in connection.execute("SELECT sql FROM sqlite_master WHERE sql <> ''")}
    connection.close()
    return found


def test_verdicts_and_undo_survive_the_migration(folder: Path) -> None:
    with Session.open(folder, reviewer="ann") as session:
        assert schema.version_of(session.project.connection) == schema.VERSION
        assert session.columns.current.tolist() == [2, 0, 2, 0, 1, 2]
        assert session.columns.status.tolist() == [RELABELLED, RELABELLED, 0, KEPT, 0, 0]
        while session.undo() is not None:
            pass
        np.testing.assert_array_equal(session.columns.current, session.columns.given)
        assert len(session.statistics.draw_audit(3, seed=0).rows) == 3


def test_a_migrated_project_is_laid_out_like_a_new_one(folder: Path, tmp_path: Path) -> None:
    open_project(folder).close()
    make_project(tmp_path / "new.lnl")
    assert tables(folder / DATABASE) == tables(tmp_path / "new.lnl" / DATABASE)


def test_the_old_database_is_kept_beside(folder: Path) -> None:
    open_project(folder).close()
    backup = sqlite3.connect(folder / "project.version-1000.backup.db")
    assert schema.version_of(backup) == 1000
    assert backup.execute("SELECT count(*) FROM op").fetchone() == (5,)
    backup.close()


DONE_BEFORE_A_KILL = [
    "ALTER TABLE op ADD COLUMN guid TEXT",
    "CREATE UNIQUE INDEX op_guid ON op(guid)",
    "CREATE INDEX op_time ON op(time)",
    "CREATE INDEX sample_unreadable ON sample(id) WHERE error IS NOT NULL",
    "CREATE TABLE audit(id INTEGER PRIMARY KEY AUTOINCREMENT, guid TEXT NOT NULL UNIQUE,"
    " reviewer TEXT NOT NULL, seed INTEGER NOT NULL, stratified INTEGER NOT NULL,"
    " population INTEGER NOT NULL, time REAL NOT NULL)",
    "CREATE TABLE audit_sample(audit_id INTEGER NOT NULL REFERENCES audit(id),"
    " position INTEGER NOT NULL, sample_id INTEGER NOT NULL REFERENCES sample(id),"
    " PRIMARY KEY(audit_id, position)) WITHOUT ROWID",
]
"""What an early version had committed one by one when it was killed while it migrated."""


@pytest.mark.parametrize("done", range(1, len(DONE_BEFORE_A_KILL) + 1))
def test_a_project_that_an_early_version_left_half_migrated_opens(
    folder: Path, tmp_path: Path, done: int
) -> None:
    with closing(sqlite3.connect(folder / DATABASE)) as connection, connection:
        for statement in DONE_BEFORE_A_KILL[:done]:
            connection.execute(statement)
    with Session.open(folder, reviewer="ann") as session:
        assert session.columns.current.tolist() == [2, 0, 2, 0, 1, 2]
    make_project(tmp_path / "new.lnl")
    assert tables(folder / DATABASE) == tables(tmp_path / "new.lnl" / DATABASE)


def test_a_backup_is_never_replaced_and_another_is_kept_beside_it(folder: Path) -> None:
    before = (folder / DATABASE).read_bytes()
    open_project(folder).close()
    first = (folder / "project.version-1000.backup.db").read_bytes()
    # Put back as it was, and worked on with the old version.
    (folder / DATABASE).write_bytes(before)
    with closing(sqlite3.connect(folder / DATABASE)) as connection, connection:
        connection.execute("UPDATE op SET undone = 1 WHERE id = 1")
    open_project(folder).close()
    assert (folder / "project.version-1000.backup.db").read_bytes() == first
    assert (folder / "project.version-1000.backup-2.db").is_file()
    # The same again makes no third.
    (folder / DATABASE).write_bytes(before)
    open_project(folder).close()
    assert len(list(folder.glob("*.backup*.db"))) == 2


def test_a_backup_that_was_cut_short_is_left_and_a_whole_one_made(folder: Path) -> None:
    cut = folder / "project.version-1000.backup.db"
    cut.write_bytes((folder / DATABASE).read_bytes()[:5000])
    open_project(folder).close()
    assert cut.stat().st_size == 5000
    with closing(sqlite3.connect(folder / "project.version-1000.backup-2.db")) as backup:
        assert backup.execute("SELECT count(*) FROM op").fetchone() == (5,)


def test_a_full_disk_while_migrating_is_no_damage_and_changes_nothing(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(connection: sqlite3.Connection) -> None:
        connection.execute("CREATE TABLE half(x)")
        connection.execute("PRAGMA max_page_count = 1")
        connection.execute("CREATE TABLE much AS SELECT randomblob(100000)")

    with monkeypatch.context() as patch:
        patch.setitem(schema.MIGRATIONS, 1001, full)
        with pytest.raises(UserError, match=r"disk .* is full") as caught:
            open_project(folder)
    assert caught.value.code == "disk_full" and "damaged" not in str(caught.value)
    with Session.open(folder, reviewer="ann") as session:
        assert session.columns.current.tolist() == [2, 0, 2, 0, 1, 2]


def test_copies_migrated_apart_know_each_others_operations(folder: Path, tmp_path: Path) -> None:
    other = old_project(tmp_path / "other.lnl")
    with open_project(other) as project:
        names = set(operation_guids(project).values())
        assert len(names) == 5
    with open_project(folder) as project:
        assert set(operation_guids(project).values()) == names
        assert merge(project, other).operations == 0


def test_an_old_project_can_be_read_without_migrating_it(folder: Path, tmp_path: Path) -> None:
    with Session.open(folder, read_only=True) as session:
        assert session.columns.current.tolist() == [2, 0, 2, 0, 1, 2]
        assert session.statistics.audit_reports() == []
        assert session.team.agreement() == []
        assert write_journal(session.project, tmp_path / "journal.jsonl") == 5
        assert schema.version_of(session.project.connection) == 1000
    with Session.open(old_project(tmp_path / "other.lnl"), reviewer="eve") as session:
        assert merge(session.project, folder).operations == 0


@pytest.mark.parametrize(
    ("version", "needs"),
    [
        (1000, True),
        (schema.VERSION - 1, True),
        (schema.VERSION, False),
        # A newer minor one is understood.
        (schema.VERSION + 1, False),
        ((schema.MAJOR + 1) * 1000 - 1, False),
    ],
)
def test_a_version_is_migrated_where_it_is_older(version: int, needs: bool) -> None:
    with closing(sqlite3.connect(":memory:")) as connection:
        connection.execute(f"PRAGMA user_version = {version}")
        assert schema.check_version(connection, Path("p.lnl/project.db")) is needs


@pytest.mark.parametrize(
    ("version", "said", "code"),
    [
        (0, "not an LNL project", "user_error"),
        ((schema.MAJOR + 1) * 1000, f"newer LNL .format {schema.MAJOR + 1}", "newer_format"),
    ],
)
def test_what_is_no_project_or_of_a_newer_major_version_is_refused(
    version: int, said: str, code: str
) -> None:
    with closing(sqlite3.connect(":memory:")) as connection:
        connection.execute(f"PRAGMA user_version = {version}")
        with pytest.raises(UserError, match=said) as refused:
            schema.check_version(connection, Path("p.lnl/project.db"))
    assert refused.value.code == code


def test_a_version_from_which_nothing_leads_on_is_left_as_it_is(folder: Path) -> None:
    with closing(sqlite3.connect(folder / DATABASE)) as connection:
        connection.execute("PRAGMA user_version = 1500")
        before = list(connection.iterdump())
    with pytest.raises(UserError, match=r"No way to bring .* from format 1500"):
        open_project(folder)
    with closing(sqlite3.connect(folder / DATABASE)) as connection:
        assert list(connection.iterdump()) == before and schema.version_of(connection) == 1500


def test_a_step_that_would_leave_a_row_leading_nowhere_is_undone(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def lose_a_class(connection: sqlite3.Connection) -> None:
        connection.execute("DELETE FROM class WHERE id = 0")

    monkeypatch.setitem(schema.MIGRATIONS, 1001, lose_a_class)
    with pytest.raises(UserError, match="refers to a missing class"):
        open_project(folder)
    with closing(sqlite3.connect(folder / DATABASE)) as connection:
        assert schema.version_of(connection) == 1001
        assert connection.execute("SELECT count(*) FROM class WHERE id = 0").fetchone() == (1,)
    monkeypatch.undo()
    with open_project(folder) as project:
        assert project.connection.execute("PRAGMA foreign_keys").fetchone() == (1,)
        assert schema.version_of(project.connection) == schema.VERSION


def test_a_project_that_has_lost_its_id_is_migrated_too(folder: Path) -> None:
    with closing(sqlite3.connect(folder / DATABASE)) as connection, connection:
        connection.execute("DELETE FROM meta WHERE key = 'uuid'")
    with open_project(folder) as project:
        assert len(set(operation_guids(project).values())) == 5


def test_an_operations_name_follows_from_all_that_is_known_of_it() -> None:
    facts = ("project", 3, "keep", 1.5, "ann")
    others = [
        ("other", 3, "keep", 1.5, "ann"),
        ("project", 4, "keep", 1.5, "ann"),
        ("project", 3, "exclude", 1.5, "ann"),
        ("project", 3, "keep", 1.5000000000000002, "ann"),
        # What no UTF-8 can hold too.
        ("project", 3, "keep", 1.5, "\ud800"),
    ]
    names = [schema.operation_guid(*values) for values in (facts, *others)]
    assert len(set(names)) == 6 and names[0] == schema.operation_guid(*facts)
    assert {len(name) for name in names} == {32}
