"""A hundred thousand verdicts are undone and written in time that grows with their number alone."""

from pathlib import Path

import numpy as np
import pytest

from lnl_gui.session.session import Session
from lnl_gui.store.history import journal
from lnl_gui.store.history.backups import back_up_verdicts, backups
from lnl_gui.store.history.journal_file import journal_lines, write_journal
from lnl_gui.store.project import Project, open_project
from tests.builders import make_project


def decided(folder: Path, count: int) -> Path:
    """A project with one verdict on each sample, each an operation of its own."""
    make_project(folder, count=count)
    with open_project(folder) as project, project.transaction() as connection:
        connection.executemany(
            "INSERT INTO op(kind, params, time, reviewer, undone, guid)"
            " VALUES ('exclude', '{\"count\": 1}', ?, 'ann', 0, ?)",
            [(float(row), journal.new_guid()) for row in range(count)],
        )
        connection.executemany(
            "INSERT INTO op_change VALUES (?, ?, ?, ?, 0, 3)",
            [(row + 1, row, row % 3, row % 3) for row in range(count)],
        )
        connection.executemany(
            "INSERT INTO current VALUES (?, ?, 3)", [(row, row % 3) for row in range(count)]
        )
    return folder


def steps(project: Project, act: object) -> int:
    """How many hundred steps SQLite takes for something: independent of the machine."""
    taken = 0

    def count() -> int:
        nonlocal taken
        taken += 1
        return 0

    project.connection.set_progress_handler(count, 100)
    act()  # type: ignore[operator]
    project.connection.set_progress_handler(None, 100)
    return taken


@pytest.mark.parametrize("opinions", [False, True])
def test_the_thousandth_undo_costs_what_the_first_does(tmp_path: Path, opinions: bool) -> None:
    folder = decided(tmp_path / "p.lnl", 1200)
    with Session.open(folder, reviewer="ann") as session:
        project = session.project
        project.connection.execute("PRAGMA synchronous = OFF")
        if opinions:
            project.connection.execute("UPDATE op SET kind = 'opinion'")
            session.team.work_as("ann", blind=True)
        session.team.reviewers()
        first = steps(project, lambda: [session.undo() for _ in range(60)])
        for _ in range(900):
            session.undo()
        last = steps(project, lambda: [session.undo() for _ in range(60)])
        looking = steps(
            project, lambda: [(session.undo_text(), session.team.reviewers()) for _ in range(100)]
        )
    assert last < 2 * first + 20
    assert looking < 30


def test_a_journal_is_read_in_few_queries(tmp_path: Path) -> None:
    folder = decided(tmp_path / "p.lnl", 12_000)
    with open_project(folder, read_only=True) as project:
        statements: list[str] = []
        project.connection.set_trace_callback(statements.append)
        assert write_journal(project, tmp_path / "journal.jsonl") == 12_000
        # One read for each operation took ten times as long.
        assert len(statements) < 40


def test_a_journal_is_of_one_moment_while_somebody_decides(tmp_path: Path) -> None:
    folder = decided(tmp_path / "p.lnl", 50)
    with Session.open(folder, reviewer="ann") as session:
        with open_project(folder, read_only=True) as reader, reader.one_state():
            lines = journal_lines(reader)
            next(lines)
            session.exclude(np.array([3, 4]))
            session.undo()
            assert 1 + len(list(lines)) == 50
        with open_project(folder, read_only=True) as reader:
            assert back_up_verdicts(reader) == backups(folder)[0]
