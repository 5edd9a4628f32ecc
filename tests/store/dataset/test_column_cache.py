"""The cached columns: the same as the database's, and never used where they are another's."""

import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import numpy as np
import pytest

from lnl_gui.session.session import Session
from lnl_gui.store.dataset import column_cache
from lnl_gui.store.dataset.paths_column import PathColumn
from lnl_gui.store.dataset.samples import insert_dataset, record_unreadable
from lnl_gui.store.project import create_project, open_project
from lnl_gui.util.errors import UserError
from tests.builders import make_project

TEXTS = ["b/ü.png", "a", "", "a\nb", "日本/語.jpg", "A", "a" * 300, "b/u.png"]


def test_a_path_column_is_a_sequence_like_a_list() -> None:
    column = PathColumn.of(TEXTS)
    assert list(column) == TEXTS == column
    assert [column[i] for i in range(-len(TEXTS), len(TEXTS))] == TEXTS * 2
    assert column[1:6:2] == TEXTS[1:6:2]
    assert [column.index(text) for text in TEXTS] == list(range(len(TEXTS)))
    assert "a\nb" in column and "b/x" not in column
    assert column[np.int64(4)] == TEXTS[4]
    with pytest.raises(IndexError):
        column[len(TEXTS)]
    assert [TEXTS[i] for i in column.sort_order()] == sorted(TEXTS)
    assert list(PathColumn.of([])) == []


def test_many_paths_are_decoded_in_parts() -> None:
    texts = [f"{i:x}/é{i}" for i in range(120_001)]
    assert list(PathColumn.of(texts)) == texts


def moved_project(folder: Path) -> Path:
    """A project whose images lie elsewhere than their paths say."""
    with create_project(folder, root=folder.parent, reader="tables") as project:
        insert_dataset(
            project,
            class_names=["x", "y"],
            split_names=["", "train"],
            samples=(
                (i, path, i % 2, i % 2, f"images/{i}.png" if i % 3 else None)
                for i, path in enumerate(TEXTS)
            ),
            skipped=[],
        )
    return folder


@pytest.mark.parametrize("make", [make_project, moved_project])
def test_the_cache_says_what_the_database_says(make: object, tmp_path: Path) -> None:
    folder = make(tmp_path / "p.lnl")  # type: ignore[operator]  # one of the two above
    cache = folder / "arrays" / "columns.npz"
    assert cache.is_file()
    with Session.open(folder, read_only=True) as session:
        cached = session.columns
        fields = [list(cached.paths), list(cached.files), cached.given.tolist()]
        order, split = cached.path_order.tolist(), cached.split.tolist()
    cache.unlink()
    with Session.open(folder, read_only=True) as session:
        plain = session.columns
        assert [list(plain.paths), list(plain.files), plain.given.tolist()] == fields
        assert (plain.path_order.tolist(), plain.split.tolist()) == (order, split)
    assert not cache.exists()
    Session.open(folder).close()
    assert cache.is_file()


def test_another_projects_cache_is_not_believed(tmp_path: Path) -> None:
    one = make_project(tmp_path / "one.lnl", count=6)
    two = make_project(tmp_path / "two.lnl", count=6, paths=list("abcdef"))
    shutil.copy(two / "arrays" / "columns.npz", one / "arrays" / "columns.npz")
    with Session.open(one) as session:
        assert session.path_of(0) == "cat/0000.png"
    with open_project(one) as project:
        assert column_cache.load_fixed(project).paths[0] == "cat/0000.png"


@pytest.mark.parametrize("damage", ["empty", "cut", "flipped", "other"])
def test_a_damaged_cache_is_made_anew(damage: str, tmp_path: Path) -> None:
    folder = make_project(tmp_path / "p.lnl", count=6)
    cache = folder / "arrays" / "columns.npz"
    data = bytearray(cache.read_bytes())
    data[data.index(b"cat/0000")] ^= 1
    damaged = {
        "empty": b"",
        "cut": cache.read_bytes()[:-200],
        "flipped": bytes(data),
        "other": b"not a zip file",
    }
    cache.write_bytes(damaged[damage])
    for _ in range(2):
        with Session.open(folder) as session:
            assert list(session.columns.paths)[5] == "bird/0005.png"
            assert session.path_of(0) == "cat/0000.png"
            assert session.columns.given.tolist() == [0, 1, 2, 0, 1, 2]


def test_verdicts_and_unreadable_samples_never_come_from_the_cache(tmp_path: Path) -> None:
    folder = make_project(tmp_path / "p.lnl", count=6)
    with Session.open(folder) as session:
        session.relabel(np.array([0]), 2)
        record_unreadable(session.project, {3: "cut short"})
    with Session.open(folder) as session:
        assert session.columns.current[0] == 2
        assert session.columns.given[0] == 0
        assert session.columns.readable.tolist() == [True] * 3 + [False] + [True] * 2
        assert session.columns.verdict_time[0] > 0
        assert not session.columns.verdict_time[1:].any()
        session.undo()
        assert session.columns.verdict_time[0] == 0


DAMAGE = {
    "labels of text": {"given": lambda a: a.astype("U2")},
    "labels of fractions": {"given": lambda a: a.astype(float)},
    "no such class": {"given": lambda a: a + 1},
    "below none": {"given": lambda a: a - 9},
    "fewer labels": {"given": lambda a: a[:-1]},
    "labels in a table": {"given": lambda a: a[:, None]},
    "no such split": {"split": lambda a: a + 1},
    "an order with gaps": {"path_order": lambda a: a * 0},
    "an order beyond": {"path_order": lambda a: a + 1},
    "places beyond": {"starts": lambda a: a * 100},
    "places backwards": {"starts": lambda a: a[::-1]},
    "places of text": {"starts": lambda a: a.astype("U3")},
    "no text": {"block": lambda a: a * 0 + 0xFF},
    "wide letters": {"block": lambda a: a.astype(np.uint32)},
    "a short block": {"block": lambda a: a[:-3]},
    "other places of files": {"file_starts": lambda a: a[:-1]},
    "other files": {"file_block": lambda a: a[:-1]},
    "objects": {"given": lambda a: a.astype(object)},
}
"""Changes of single arrays of the cache, each whole for the zip that holds it."""


@pytest.mark.parametrize("way", DAMAGE)
def test_a_cache_that_cannot_be_is_made_anew(tmp_path: Path, way: str) -> None:
    folder = moved_project(tmp_path / "p.lnl")
    cache = folder / "arrays" / "columns.npz"
    with np.load(cache) as stored:
        arrays = {name: stored[name] for name in stored.files}
    before = arrays["given"].copy()
    for name, change in DAMAGE[way].items():
        arrays[name] = change(arrays[name])
    with cache.open("wb") as stream:
        np.savez(stream, allow_pickle=True, **arrays)
    with Session.open(folder, read_only=True) as session:
        assert list(session.columns.paths) == TEXTS
        assert session.columns.given.tolist() == before.tolist()
        session.counts()
    Session.open(folder).close()
    with np.load(cache) as stored:
        assert stored["given"].tolist() == before.tolist()


def test_where_there_is_a_cache_the_table_of_samples_is_not_read(tmp_path: Path) -> None:
    folder = make_project(tmp_path / "p.lnl", count=6)
    for there in (True, False, True):
        with open_project(folder) as project:
            asked: list[str] = []
            project.connection.set_trace_callback(asked.append)
            assert len(column_cache.load_fixed(project).given) == 6
            project.connection.set_trace_callback(None)
        assert any("FROM sample ORDER BY id" in query for query in asked) is not there
        if there:
            (folder / "arrays" / "columns.npz").unlink(missing_ok=True)


@pytest.mark.parametrize(
    ("column", "value"), [("path", None), ("path", b"x"), ("given", "x"), ("split", 700)]
)
def test_a_row_that_is_no_sample_is_damage_and_no_fault(
    tmp_path: Path, column: str, value: object
) -> None:
    folder = make_project(tmp_path / "p.lnl")
    (folder / "arrays" / "columns.npz").unlink()
    with closing(sqlite3.connect(folder / "project.db")) as connection, connection:
        # So the rows of a page read that was cut off; SQLite itself would not write them.
        connection.execute("CREATE TABLE bare AS SELECT * FROM sample")
        connection.execute("DROP TABLE sample")
        connection.execute("ALTER TABLE bare RENAME TO sample")
        connection.execute(f"UPDATE sample SET {column} = ? WHERE id = 7", (value,))
    with pytest.raises(UserError, match="is damaged") as raised:
        Session.open(folder, read_only=True)
    assert "check" in str(raised.value.hint)
