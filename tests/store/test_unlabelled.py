"""Samples without a label in the database: stored, decided, undone, merged, replayed, migrated."""

import shutil
import sqlite3
from pathlib import Path

import numpy as np
import pytest

from lnl_gui.session.session import Session
from lnl_gui.store.database import schema
from lnl_gui.store.dataset import column_cache
from lnl_gui.store.dataset.samples import (
    EXCLUDED,
    RELABELLED,
    UNLABELLED,
    UNSEEN,
    insert_dataset,
)
from lnl_gui.store.history.journal_file import replay_journal, write_journal
from lnl_gui.store.history.merge import merge
from lnl_gui.store.project import DATABASE, create_project, open_project
from lnl_gui.store.review.standing_samples import load_samples
from lnl_gui.util.errors import UserError

GIVEN = [0, 1, UNLABELLED, 2, UNLABELLED, UNLABELLED]
TABLES_1_1 = """
CREATE TABLE meta(key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE class(
    id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, colour TEXT NOT NULL,
    shortcut TEXT NOT NULL DEFAULT '', position INTEGER NOT NULL);
CREATE TABLE sample(
    id INTEGER PRIMARY KEY, path TEXT NOT NULL, given INTEGER NOT NULL REFERENCES class(id),
    split INTEGER NOT NULL DEFAULT 0, file TEXT, error TEXT);
CREATE TABLE split(id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE);
CREATE TABLE skipped(path TEXT NOT NULL, reason TEXT NOT NULL);
CREATE TABLE current(
    sample_id INTEGER PRIMARY KEY REFERENCES sample(id),
    label INTEGER NOT NULL REFERENCES class(id), status INTEGER NOT NULL);
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
    metrics TEXT NOT NULL DEFAULT '{}', message TEXT NOT NULL DEFAULT '');
CREATE TABLE artifact(
    run_id TEXT NOT NULL REFERENCES run(id), kind TEXT NOT NULL, path TEXT NOT NULL,
    PRIMARY KEY(run_id, kind)) WITHOUT ROWID;
CREATE TABLE view(name TEXT PRIMARY KEY, spec TEXT NOT NULL) WITHOUT ROWID;
ALTER TABLE op ADD COLUMN guid TEXT;
CREATE UNIQUE INDEX op_guid ON op(guid);
CREATE INDEX op_time ON op(time);
CREATE INDEX sample_unreadable ON sample(id) WHERE error IS NOT NULL;
CREATE TABLE audit(id INTEGER PRIMARY KEY AUTOINCREMENT, guid TEXT NOT NULL UNIQUE,
 reviewer TEXT NOT NULL, seed INTEGER NOT NULL, stratified INTEGER NOT NULL,
 population INTEGER NOT NULL, time REAL NOT NULL);
CREATE TABLE audit_sample(audit_id INTEGER NOT NULL REFERENCES audit(id),
 position INTEGER NOT NULL, sample_id INTEGER NOT NULL REFERENCES sample(id),
 PRIMARY KEY(audit_id, position)) WITHOUT ROWID;
INSERT INTO meta VALUES ('uuid', 'u'), ('root_absolute', '/nowhere'), ('root_relative', '');
INSERT INTO class VALUES (0, 'cat', '#000000', '1', 0), (1, 'dog', '#111111', '2', 1);
INSERT INTO split VALUES (0, '');
INSERT INTO sample VALUES (0, 'a.png', 0, 0, NULL, NULL), (1, 'b.png', 1, 0, 'x/b.png', 'cut off'),
    (2, 'c.png', 0, 0, NULL, NULL);
INSERT INTO op VALUES (1, 'relabel', '{"class": "dog", "count": 1}', 5.0, 'ann', 0, 'g1');
INSERT INTO op_change VALUES (1, 0, 0, 1, 0, 2);
INSERT INTO current VALUES (0, 1, 2);
INSERT INTO audit VALUES (1, 'a1', 'ann', 0, 0, 2, 6.0);
INSERT INTO audit_sample VALUES (1, 0, 2);
PRAGMA user_version = 1001;
"""
"""A database as version 1.1 laid it out, with a verdict, an unreadable file and an audit."""


def make_project(folder: Path) -> Path:
    with create_project(folder, root=folder.parent, reader="table") as project:
        insert_dataset(
            project,
            class_names=("cat", "dog", "bird"),
            split_names=[""],
            samples=((i, f"{i}.png", given, 0, None) for i, given in enumerate(GIVEN)),
            skipped=[],
        )
    return folder


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return make_project(tmp_path / "p.lnl")


@pytest.fixture
def old(tmp_path: Path) -> Path:
    place = tmp_path / "old.lnl"
    for part in ("arrays", "runs", "models"):
        (place / part).mkdir(parents=True)
    connection = sqlite3.connect(place / DATABASE)
    connection.executescript(TABLES_1_1)
    connection.close()
    return place


def labels(folder: Path) -> list[int]:
    with open_project(folder, read_only=True) as project:
        return load_samples(project).current.tolist()


def test_stored_as_null_and_read_as_minus_one(folder: Path) -> None:
    with open_project(folder) as project:
        stored = [row[0] for row in project.connection.execute("SELECT given FROM sample")]
        assert stored == [0, 1, None, 2, None, None]
        assert load_samples(project).given.tolist() == GIVEN
        (project.arrays / "columns.npz").unlink()
        assert column_cache.load_fixed(project).given.tolist() == GIVEN
        with pytest.raises(sqlite3.IntegrityError):
            project.connection.execute("UPDATE sample SET given = 7 WHERE id = 0")


def test_decided_and_undone_to_unlabelled_past_a_restart(folder: Path) -> None:
    rows = np.array([2, 4])
    with Session.open(folder) as session:
        session.relabel(rows, 1)
        session.exclude(np.array([4, 5]))
        assert session.columns.status.tolist() == [0, 0, RELABELLED, 0, EXCLUDED, EXCLUDED]
    assert labels(folder) == [0, 1, 1, 2, 1, UNLABELLED]
    with Session.open(folder) as session:
        while session.undo() is not None:
            pass
        assert session.columns.current.tolist() == GIVEN
        assert set(session.columns.status) == {UNSEEN}
        assert session.redo() is not None and session.redo() is not None
    assert labels(folder) == [0, 1, 1, 2, 1, UNLABELLED]
    with Session.open(folder) as session:
        session.reset(np.arange(6))
    assert labels(folder) == GIVEN


def test_merging_copies_keeps_what_has_no_label_apart_from_the_last_class(
    folder: Path, tmp_path: Path
) -> None:
    """An index of -1 reads the last class, here `bird`, and in the copy `fish`."""
    other = shutil.copytree(folder, tmp_path / "other.lnl")
    with Session.open(folder, reviewer="ann") as session:
        session.exclude(np.array([2]))
        session.class_edits.add("owl")
    with Session.open(other, reviewer="bob") as session:
        session.class_edits.add("fish")
        session.relabel(np.array([4]), 3)
        session.unsure(np.array([5]))
    with open_project(folder) as project:
        assert merge(project, other).operations == 3
        changes = project.connection.execute(
            "SELECT sample_id, old_label, new_label FROM op_change ORDER BY sample_id"
        ).fetchall()
        names = [row[0] for row in project.connection.execute("SELECT name FROM class ORDER BY id")]
    assert names == ["cat", "dog", "bird", "owl", "fish"]
    assert changes == [(2, -1, -1), (4, -1, 4), (5, -1, -1)]
    assert labels(folder) == [0, 1, UNLABELLED, 2, 4, UNLABELLED]


def test_copies_with_and_without_a_label_are_no_copies(folder: Path, tmp_path: Path) -> None:
    """-1 and the last class are different given labels."""
    other = shutil.copytree(folder, tmp_path / "other.lnl")
    with open_project(other) as project, project.transaction() as connection:
        connection.execute("UPDATE sample SET given = 2 WHERE id = 5")
    (other / "arrays" / "columns.npz").unlink()
    with open_project(folder) as project, pytest.raises(UserError, match="another dataset"):
        merge(project, other)


def test_a_verdict_undone_in_a_copy_leads_back_to_no_label(folder: Path, tmp_path: Path) -> None:
    with Session.open(folder, reviewer="ann") as session:
        session.relabel(np.array([2]), 0)
    other = shutil.copytree(folder, tmp_path / "other.lnl")
    with Session.open(other, reviewer="ann") as session:
        session.undo()
    with open_project(folder) as project:
        merge(project, other)
    assert labels(folder) == GIVEN
    with Session.open(folder) as session:
        session.redo()
        session.undo()
        assert session.columns.current.tolist() == GIVEN


def test_a_journal_file_names_no_class_for_no_label(folder: Path, tmp_path: Path) -> None:
    with Session.open(folder, reviewer="ann") as session:
        session.relabel(np.array([2]), 1)
        session.exclude(np.array([4]))
        session.undo()
        write_journal(session.project, tmp_path / "j.jsonl")
    text = (tmp_path / "j.jsonl").read_text()
    assert '["2.png","","","dog","unseen","relabelled"]' in text
    with open_project(make_project(tmp_path / "fresh.lnl")) as project:
        report = replay_journal(project, tmp_path / "j.jsonl")
        assert report.imported.operations == 3
        names = project.connection.execute("SELECT name FROM class ORDER BY id").fetchall()
        assert names == [("cat",), ("dog",), ("bird",)]
    assert labels(tmp_path / "fresh.lnl") == [0, 1, 1, 2, UNLABELLED, UNLABELLED]


def test_the_former_layout_is_migrated_whole(old: Path) -> None:
    with Session.open(old, reviewer="ann") as session:
        connection = session.project.connection
        assert schema.version_of(connection) == schema.VERSION
        assert connection.execute("PRAGMA foreign_key_check").fetchall() == []
        assert connection.execute("PRAGMA foreign_keys").fetchone() == (1,)
        assert session.columns.given.tolist() == [0, 1, 0]
        assert session.columns.current.tolist() == [1, 1, 0]
        assert list(session.columns.files) == ["a.png", "x/b.png", "c.png"]
        assert session.columns.readable.tolist() == [True, False, True]
        assert session.statistics.audit_reports()[0].drawn == 1
        connection.execute("UPDATE sample SET given = NULL WHERE id = 2")
        connection.rollback()
        assert session.undo() is not None
        assert session.columns.current.tolist() == [0, 1, 0]
    with sqlite3.connect(old / "project.version-1001.backup.db") as backup:
        assert schema.version_of(backup) == 1001
        assert backup.execute("SELECT label FROM current").fetchall() == [(1,)]
    backup.close()


def test_a_migration_cut_short_leaves_the_former_layout(
    old: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The first table is rebuilt already when the second fails."""
    with monkeypatch.context() as patch:
        patch.setattr(schema, "CURRENT", "CREATE TABLE current(broken")
        with pytest.raises(UserError):
            open_project(old)
    connection = sqlite3.connect(old / DATABASE)
    assert schema.version_of(connection) == 1001
    sql = connection.execute("SELECT sql FROM sqlite_master WHERE name = 'sample'").fetchone()[0]
    assert "given INTEGER NOT NULL" in sql
    assert connection.execute("SELECT count(*) FROM sample").fetchone() == (3,)
    connection.close()
    open_project(old).close()
    assert labels(old) == [1, 1, 0]


def test_a_broken_reference_stops_the_migration(old: Path) -> None:
    connection = sqlite3.connect(old / DATABASE)
    connection.execute("INSERT INTO sample VALUES (3, 'd.png', 9, 0, NULL, NULL)")
    connection.commit()
    connection.close()
    with pytest.raises(UserError, match="missing class"):
        open_project(old)


def test_an_old_project_is_read_as_it_is_where_nothing_may_be_written(old: Path) -> None:
    assert labels(old) == [1, 1, 0]
    with sqlite3.connect(old / DATABASE) as connection:
        assert schema.version_of(connection) == 1001
    connection.close()
