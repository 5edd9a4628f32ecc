"""The journal: durable at once, undo without limit, redo until a new act."""

import sqlite3
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from lnl_gui.session.session import Session
from lnl_gui.store.dataset.samples import EXCLUDED, KEPT, RELABELLED, UNSEEN, UNSURE
from lnl_gui.store.history import journal, journal_queries
from lnl_gui.store.project import DATABASE, open_project
from lnl_gui.util.errors import UserError
from tests.builders import add_detection, make_project


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    project = make_project(tmp_path / "pets.lnl")
    add_detection(project)
    return project


def on_disk(folder: Path) -> dict[int, tuple[int, int]]:
    """Labels and statuses as another process sees them."""
    connection = sqlite3.connect(f"{(folder / DATABASE).as_uri()}?mode=ro", uri=True)
    rows = connection.execute("SELECT sample_id, label, status FROM current").fetchall()
    connection.close()
    return {sample: (label, status) for sample, label, status in rows}


def test_each_verdict_is_on_disk_when_the_call_returns(folder: Path) -> None:
    with Session.open(folder) as session:
        session.accept(np.array([0, 3]))
        assert on_disk(folder) == {0: (1, RELABELLED), 3: (1, RELABELLED)}
        session.keep(np.array([0]))
        assert on_disk(folder)[0] == (0, KEPT)
        session.exclude(np.array([5]))
        session.unsure(np.array([7]))
        assert on_disk(folder)[5] == (2, EXCLUDED)
        assert on_disk(folder)[7] == (1, UNSURE)


def test_accepting_a_suggestion_that_equals_the_given_label_keeps_it(folder: Path) -> None:
    with Session.open(folder) as session:
        session.accept(np.array([1]))
        assert session.columns.status[1] == KEPT


def test_undo_runs_back_to_the_beginning_past_a_restart(folder: Path) -> None:
    states = []
    with Session.open(folder, reviewer="ann") as session:
        for step in range(20):
            states.append((session.columns.current.copy(), session.columns.status.copy()))
            rows = np.arange(step, 30, 7)
            if step % 2:
                session.relabel(rows, step % 3)
            else:
                session.exclude(rows)
    with Session.open(folder, reviewer="bob") as session:
        for current, status in reversed(states):
            assert session.undo() is not None
            np.testing.assert_array_equal(session.columns.current, current)
            np.testing.assert_array_equal(session.columns.status, status)
        assert session.undo() is None
        assert set(session.columns.status) == {UNSEEN}


def test_redo_survives_a_restart_and_ends_with_a_new_act(folder: Path) -> None:
    with Session.open(folder) as session:
        session.relabel(np.array([1]), 2)
        session.relabel(np.array([2]), 0)
        session.undo()
        session.undo()
    with Session.open(folder) as session:
        assert str(session.redo_text()) == "Relabelled 1 sample as bird"
        session.redo()
        assert session.columns.current[1] == 2
        session.exclude(np.array([9]))
        assert session.redo() is None
        assert session.columns.current[2] == 2


def test_what_an_act_has_buried_stays_buried_when_it_is_undone(folder: Path) -> None:
    with Session.open(folder) as session:
        session.relabel(np.array([1]), 2)
        session.relabel(np.array([1]), 0)
        session.undo()
        session.exclude(np.array([9]))
        session.undo()
        session.undo()
        assert session.redo() is not None and session.columns.current[1] == 2
        # Not the label 0, which was taken back before 9 was excluded.
        assert session.redo() is not None and session.columns.status[9] == EXCLUDED
        assert session.columns.current[1] == 2
        assert session.redo() is None


def test_the_journal_tells_undo_and_redo_too(folder: Path) -> None:
    with Session.open(folder, reviewer="ann") as session:
        session.keep(np.array([4]))
        session.undo()
        session.redo()
        kinds = [(op.kind, op.reviewer) for op in journal_queries.operations(session.project)]
        assert kinds == [("keep", "ann"), ("undo", "ann"), ("redo", "ann")]
        assert [entry.kind for entry in session.history(4)] == ["keep"]


def test_a_bulk_verdict_is_one_operation(folder: Path) -> None:
    with Session.open(folder) as session:
        changes = session.accept(np.arange(30))
        assert len(changes.rows) == 30
        session.undo()
        assert set(session.columns.status) == {UNSEEN}


def test_labels_equal_a_replay_of_the_journal(folder: Path) -> None:
    generator = np.random.default_rng(1)
    with Session.open(folder) as session:
        for _ in range(60):
            rows = generator.choice(30, 4, replace=False)
            act = generator.integers(5)
            if act == 0:
                session.relabel(rows, int(generator.integers(3)))
            elif act < 3:
                (session.exclude, session.accept)[act - 1](rows)
            else:
                (session.undo, session.redo)[act - 3]()
        replayed = session.columns.given.copy()
        for op in journal_queries.operations(session.project):
            if op.kind not in ("undo", "redo") and not op.undone:
                change = journal.load_change(session.project, op.id)
                replayed[change.rows] = change.new_label
        np.testing.assert_array_equal(replayed, session.columns.current)


def test_a_second_session_reads_and_says_so(folder: Path) -> None:
    with Session.open(folder) as first, Session.open(folder) as second:
        assert not first.read_only
        assert second.read_only
        with pytest.raises(UserError, match="another window"):
            second.keep(np.array([0]))
    with Session.open(folder) as third:
        assert not third.read_only


_KILLED = """
import os, signal, sys
import numpy as np
from pathlib import Path
from lnl_gui.session.session import Session
session = Session.open(Path(sys.argv[1]))
for row in range(30):
    session.relabel(np.array([row]), 2)
    print(row, flush=True)
os.kill(os.getpid(), signal.SIGKILL)
"""


@pytest.mark.skipif(sys.platform == "win32", reason="SIGKILL is POSIX")
@pytest.mark.parametrize("after", [1, 7, 18])
def test_kill_at_any_moment_loses_no_announced_verdict(folder: Path, after: int) -> None:
    process = subprocess.Popen(
        [sys.executable, "-c", _KILLED, str(folder)], stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    for _ in range(after):
        last = int(process.stdout.readline())
    process.kill()
    process.wait()
    process.stdout.close()
    with Session.open(folder) as session:
        assert not session.read_only
        assert (session.columns.current[: last + 1] == 2).all()


def test_a_newer_project_is_refused_and_unchanged(folder: Path) -> None:
    connection = sqlite3.connect(folder / DATABASE)
    connection.execute("PRAGMA user_version = 99000")
    connection.close()
    before = (folder / DATABASE).read_bytes()
    with pytest.raises(UserError, match="newer LNL"):
        open_project(folder)
    assert (folder / DATABASE).read_bytes() == before


def test_a_damaged_database_names_the_file(tmp_path: Path) -> None:
    (tmp_path / DATABASE).write_bytes(b"not a database at all" * 100)
    with pytest.raises(UserError, match=DATABASE):
        open_project(tmp_path)
