"""What can be read of a damaged database is all in the new one, and nothing that leads nowhere."""

import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import numpy as np
import pytest

from lnl_gui.session.browsing.views import ViewSpec
from lnl_gui.session.session import Session
from lnl_gui.store.database.containment import DATABASE
from lnl_gui.store.database.salvage import TABLES, Row, Salvaged, salvage
from lnl_gui.store.dataset.column_cache import cached_samples
from lnl_gui.store.dataset.samples import record_unreadable
from lnl_gui.util.errors import UserError
from lnl_gui.util.messages import message
from tests.builders import add_detection, make_project, update_dataset
from tests.conftest import home_of_its_own

COUNT = 40
PAGE = 4096


@pytest.fixture(scope="module")
def original(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project with something in every table."""
    with home_of_its_own(tmp_path_factory):
        folder = make_project(tmp_path_factory.mktemp("whole") / "p.lnl", count=COUNT)
        add_detection(folder)
        with Session.open(folder, reviewer="ann") as session:
            session.keep(np.arange(5))
            session.relabel(np.arange(5, 9), 2)
            session.exclude(np.array([9]))
            session.undo()
            session.remarks.note(np.array([3]), "Blurred.")
            session.views.save("mine", ViewSpec(flagged=None))
            session.statistics.draw_audit(4, seed=0)
            update_dataset(
                session.project,
                gone={"11": "missing"},
                source_labels={"12": 1},
                replaced=((13, "a" * 32, "b" * 32),),
            )
            record_unreadable(session.project, {7: message("cut short")})
            with session.project.transaction() as connection:
                connection.execute("INSERT INTO artifact SELECT id, 'model', 'models/a' FROM run")
    with closing(sqlite3.connect(folder / DATABASE)) as connection:
        connection.execute("PRAGMA journal_mode = DELETE")
        for table in TABLES:
            assert connection.execute(f"SELECT 1 FROM {table.name}").fetchone(), table.name
    return folder


@pytest.fixture
def database(original: Path, tmp_path: Path) -> Path:
    return Path(shutil.copy(original / DATABASE, tmp_path / "broken.db"))


def content(database: Path) -> dict[str, list[tuple[object, ...]]]:
    """Every row of every table, in the order of their numbers."""
    with closing(sqlite3.connect(database)) as connection:
        found = {}
        for table in TABLES:
            numbers = "rowid, *" if table.key == "rowid" else "*"
            query = f"SELECT {numbers} FROM {table.name} ORDER BY 1, 2"
            found[table.name] = connection.execute(query).fetchall()
    return found


def change(database: Path, *statements: str) -> None:
    with closing(sqlite3.connect(database)) as connection, connection:
        connection.execute("PRAGMA ignore_check_constraints = ON")
        for statement in statements:
            connection.execute(statement)


def nothing() -> Iterator[Row]:
    return iter(())


def saved(database: Path) -> tuple[dict[str, list[tuple[object, ...]]], Salvaged]:
    target = database.with_name("new.db")
    before = database.read_bytes()
    report = salvage(database, target, samples=nothing)
    assert database.read_bytes() == before
    return content(target), report


def test_of_a_whole_database_everything_comes_over(original: Path, database: Path) -> None:
    expected = content(original / DATABASE)
    found, report = saved(database)
    assert found == expected
    assert report.rows == {name: len(rows) for name, rows in expected.items()}
    assert set(report.gaps.values()) == {0}
    with closing(sqlite3.connect(database.with_name("new.db"))) as made:
        assert made.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        assert made.execute("PRAGMA foreign_key_check").fetchall() == []


BROKEN = (
    "INSERT INTO op(kind, params, time, reviewer, guid) VALUES (x'00', '{}', 1, 'a', 'g1')",
    "INSERT INTO op(kind, params, time, reviewer, guid) VALUES ('keep', x'00', 1, 'a', 'g2')",
    "INSERT INTO op(kind, params, time, reviewer, guid) VALUES ('keep', '{}', 'noon', 'a', 'g3')",
    "INSERT INTO op(kind, params, time, reviewer, guid) VALUES ('keep', '{}', 1, x'00', 'g4')",
    "INSERT INTO op_change VALUES (999, 1, 0, 1, 0, 1)",
    "INSERT INTO op_change VALUES (1, 999, 0, 1, 0, 1)",
    "INSERT INTO op_change VALUES (1, 20, -2, 1, 0, 1)",
    "INSERT INTO op_change VALUES (1, 20, 3, 1, 0, 1)",
    "INSERT INTO op_change VALUES (1, 20, 0, -2, 0, 1)",
    "INSERT INTO op_change VALUES (1, 20, 0, 3, 0, 1)",
    "INSERT INTO op_change VALUES (1, 20, 0, 1, -1, 1)",
    "INSERT INTO op_change VALUES (1, 20, 0, 1, 6, 1)",
    "INSERT INTO op_change VALUES (1, 20, 0, 1, 0, -1)",
    "INSERT INTO op_change VALUES (1, 20, 0, 1, 0, 6)",
    "INSERT INTO current VALUES (999, 0, 1)",
    "INSERT INTO current VALUES (20, 3, 1)",
    "INSERT INTO current VALUES (20, -1, 1)",
    "INSERT INTO current VALUES (20, 0, 6)",
    "INSERT INTO artifact VALUES ('gone', 'model', 'models/b')",
    "INSERT INTO audit_sample VALUES (999, 0, 1)",
    "INSERT INTO audit_sample VALUES (1, 99, 999)",
)


@pytest.mark.parametrize("statement", BROKEN)
def test_a_row_that_names_what_is_not_there_stays_behind(
    original: Path, database: Path, statement: str
) -> None:
    change(database, statement)
    found, _ = saved(database)
    assert found == content(original / DATABASE)


def test_an_operation_whose_state_or_name_is_damaged_stays_with_others(
    original: Path, database: Path
) -> None:
    change(database, "UPDATE op SET undone = 7 WHERE id = 1", "UPDATE op SET guid = 5 WHERE id = 2")
    found, _ = saved(database)
    expected = content(original / DATABASE)
    columns = len(expected["op"][0])
    assert [row[: columns - 2] for row in found["op"]] == [
        row[: columns - 2] for row in expected["op"]
    ]
    assert found["op"][0][columns - 2] == 0
    names = [row[columns - 1] for row in found["op"]]
    assert all(isinstance(name, str) for name in names) and len(set(names)) == len(names)
    assert found["op_change"] == expected["op_change"]


def test_text_that_is_none_costs_its_own_row_alone(original: Path, database: Path) -> None:
    change(
        database,
        "UPDATE view SET spec = CAST(x'ff' AS TEXT)",
        "INSERT INTO skipped VALUES (CAST(x'ff' AS TEXT), 'why')",
    )
    found, _ = saved(database)
    assert found == {**content(original / DATABASE), "view": []}


def test_a_project_of_an_earlier_version_or_without_an_update_comes_over(
    original: Path, database: Path
) -> None:
    change(
        database,
        "DROP INDEX op_verdict",
        "DROP INDEX op_opinion",
        "DROP TABLE source_state",
        "DROP TABLE audit_sample",
        "DROP TABLE audit",
        "DROP TABLE skipped",
    )
    report = salvage(database, database.with_name("new.db"), samples=nothing)
    lacking = ("source_state", "audit", "audit_sample", "skipped")
    # Nothing is missed of what such a project can be without.
    assert [report.gaps[name] for name in lacking] == [0] * 4
    assert [report.rows[name] for name in lacking] == [0] * 4
    assert report.rows["op"] == len(content(original / DATABASE)["op"])


@pytest.mark.parametrize("name", ["meta", "class", "sample"])
def test_that_a_needed_table_is_gone_is_a_gap(original: Path, database: Path, name: str) -> None:
    change(database, f"DROP TABLE {name}")
    target = database.with_name("new.db")
    samples = cached_samples(original)
    if name == "class":
        with pytest.raises(UserError, match="cannot be salvaged"):
            salvage(database, target, samples=lambda: samples)
        return
    report = salvage(database, target, samples=lambda: samples)
    assert report.gaps[name] == 1
    with closing(sqlite3.connect(target)) as made, closing(sqlite3.connect(database)) as old:
        assert made.execute("SELECT count(*) FROM sample").fetchone() == (COUNT,)
        query = "SELECT * FROM op_change ORDER BY 1, 2"
        assert made.execute(query).fetchall() == old.execute(query).fetchall()


def test_lost_samples_come_from_what_is_known_of_them_and_others_are_left(
    original: Path, database: Path
) -> None:
    change(database, "UPDATE sample SET path = 'as/read.png' WHERE id = 0")
    change(database, "DELETE FROM sample WHERE id IN (1, 30)")
    target = database.with_name("new.db")
    with pytest.raises(UserError, match="cannot be salvaged") as refused:
        salvage(database, target, samples=nothing)
    assert refused.value.code == "damaged" and "backups" in str(refused.value.hint)
    target.unlink()
    salvage(database, target, samples=lambda: cached_samples(original))
    expected = content(original / DATABASE)["sample"]
    found = content(target)["sample"]
    assert found[0][1] == "as/read.png" and found[1:] == expected[1:]


def leaf_pages(database: Path, table: str) -> list[int]:
    with closing(sqlite3.connect(database)) as connection:
        try:
            return [
                number
                for (number,) in connection.execute(
                    "SELECT pageno FROM dbstat WHERE name = ? AND pagetype = 'leaf'", (table,)
                )
            ]
        except sqlite3.OperationalError:
            pytest.skip("this SQLite does not tell which pages a table has")


@pytest.mark.parametrize("name", ["op", "op_change", "current", "run"])
def test_every_row_that_can_be_read_alone_comes_over_from_damaged_pages(
    tmp_path: Path, name: str
) -> None:
    folder = make_project(tmp_path / "p.lnl", count=900)
    with Session.open(folder, reviewer="ann") as session:
        for start in range(0, 900, 30):
            session.exclude(np.arange(start, start + 30))
            session.remarks.note(np.array([start]), "x" * 900)
        with session.project.transaction() as connection:
            connection.executemany(
                "INSERT INTO run(id, kind, spec, state, versions, started)"
                " VALUES (?, 'detect', ?, 'done', '{}', 1)",
                ((f"detect-{number}", "x" * 300) for number in range(60)),
            )
    with closing(sqlite3.connect(folder / DATABASE)) as connection:
        connection.execute("PRAGMA journal_mode = DELETE")
        query = "SELECT rowid, * FROM run" if name == "run" else f"SELECT * FROM {name}"
        whole = set(connection.execute(query))
    pages = leaf_pages(folder / DATABASE, name)
    assert len(pages) > 2
    with (folder / DATABASE).open("r+b") as stream:
        stream.seek((pages[1] - 1) * PAGE)
        stream.write(b"\xa5" * PAGE)
    target = tmp_path / "new.db"
    report = salvage(folder / DATABASE, target, samples=nothing)
    with closing(sqlite3.connect(target)) as made:
        found = set(made.execute(query))
    assert report.gaps[name] > 0 and report.rows[name] >= len(found)
    assert {table: gaps for table, gaps in report.gaps.items() if gaps} == {name: report.gaps[name]}
    if name != "op_change":
        # Each of these rows has a number of its own.
        assert report.gaps[name] == len(whole - found)
    # Only what lay on the one page is lost, with what hangs on it.
    assert found < whole and len(found) >= len(whole) * (len(pages) - 2) / (len(pages) + 1)


@pytest.mark.parametrize("name", ["view", "artifact", "meta"])
def test_a_table_without_numbers_that_cannot_be_read_is_one_gap(
    original: Path, database: Path, name: str
) -> None:
    with closing(sqlite3.connect(database)) as connection:
        (page,) = connection.execute(
            "SELECT rootpage FROM sqlite_master WHERE name = ?", (name,)
        ).fetchone()
    with database.open("r+b") as stream:
        stream.seek((page - 1) * PAGE)
        stream.write(b"\xa5" * PAGE)
    found, report = saved(database)
    assert {table: gaps for table, gaps in report.gaps.items() if gaps} == {name: 1}
    assert found == {**content(original / DATABASE), name: []}
