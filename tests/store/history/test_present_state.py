"""The present labels are what the journal comes to; where they differ the journal is right."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from lnl_gui.session.session import Session
from lnl_gui.store.dataset.samples import EXCLUDED, KEPT, RELABELLED, UNSEEN, UNSURE
from lnl_gui.store.history.journal import undo
from lnl_gui.store.history.replayed_state import SALVAGED, as_kept, by_journal, differing, settle
from lnl_gui.store.project import Project, open_project
from tests.builders import make_unlabelled_project

COUNT = 15


@pytest.fixture
def project(tmp_path: Path) -> Iterator[Project]:
    """Verdicts on the first samples, one undone; an opinion and a note, which decide nothing."""
    folder = make_unlabelled_project(tmp_path / "p.lnl", count=COUNT, detected=False)
    with Session.open(folder, reviewer="ann") as session:
        session.keep(np.array([0, 1]))
        session.relabel(np.array([1, 2, 4]), 2)
        session.exclude(np.array([3]))
        session.unsure(np.array([5]))
        session.reset(np.array([0]))
        session.relabel(np.array([6]), 1)
        session.undo()
        session.remarks.note(np.array([7]), "Blurred.")
    with Session.open(folder, reviewer="bob", blind=True) as session:
        session.exclude(np.array([8]))
    with open_project(folder) as opened:
        yield opened


EXPECTED = {1: (2, RELABELLED), 2: (2, KEPT), 3: (0, EXCLUDED), 4: (2, RELABELLED), 5: (2, UNSURE)}
GIVEN = [-1 if row % 5 == 4 else row % 3 for row in range(COUNT)]


def state(project: Project) -> dict[int, tuple[int, int]]:
    """Labels and states of the samples that are not as they came."""
    found = as_kept(project.connection)
    assert found.label.dtype == np.int32 and found.status.dtype == np.uint8
    return {
        row: (label, status)
        for row, (label, status) in enumerate(
            zip(found.label.tolist(), found.status.tolist(), strict=True)
        )
        if (label, status) != (GIVEN[row], UNSEEN)
    }


def change(project: Project, *statements: str) -> None:
    with project.transaction() as connection:
        for statement in statements:
            connection.execute(statement)


def test_journal_and_present_state_come_to_the_same(project: Project) -> None:
    journal, kept = by_journal(project.connection), as_kept(project.connection)
    assert state(project) == EXPECTED
    assert journal.label.tolist() == kept.label.tolist() and journal.label.dtype == np.int32
    assert journal.status.tolist() == kept.status.tolist() and journal.status.dtype == np.uint8
    # Sample 0 was decided, and taken back by a verdict of its own.
    assert np.flatnonzero(journal.decided).tolist() == [0, 1, 2, 3, 4, 5]
    assert np.flatnonzero(kept.decided).tolist() == [1, 2, 3, 4, 5]
    assert differing(project.connection).tolist() == []
    before = list(project.connection.iterdump())
    with project.transaction() as connection:
        assert settle(connection) == 0
    assert list(project.connection.iterdump()) == before


@pytest.mark.parametrize(
    ("statements", "rows"),
    [
        (("UPDATE current SET label = 0 WHERE sample_id = 2",), [2]),
        (("UPDATE current SET status = 2 WHERE sample_id = 3",), [3]),
        (("DELETE FROM current",), [1, 2, 3, 4, 5]),
        (("UPDATE current SET label = NULL WHERE sample_id = 4",), [4]),
        (("INSERT OR REPLACE INTO current VALUES (0, 1, 1)",), [0]),
    ],
)
def test_where_the_journal_knows_of_a_sample_it_is_right(
    project: Project, statements: tuple[str, ...], rows: list[int]
) -> None:
    change(project, *statements)
    assert differing(project.connection).tolist() == rows
    operations = project.connection.execute("SELECT count(*) FROM op").fetchone()
    with project.transaction() as connection:
        assert settle(connection) == len(rows)
    assert state(project) == EXPECTED
    assert project.connection.execute("SELECT count(*) FROM op").fetchone() == operations
    assert differing(project.connection).tolist() == []


def test_a_verdict_that_the_present_state_alone_tells_is_put_on_record(project: Project) -> None:
    change(
        project,
        "INSERT INTO current VALUES (10, 2, 2)",
        "INSERT INTO current VALUES (14, 1, 2)",
        "UPDATE current SET status = 4 WHERE sample_id = 3",
    )
    with project.transaction() as connection:
        assert settle(connection) == 3
    lost = {10: (2, RELABELLED), 14: (1, RELABELLED)}
    assert state(project) == EXPECTED | lost and differing(project.connection).tolist() == []
    (number, reviewer) = project.connection.execute(
        "SELECT id, reviewer FROM op WHERE kind = ?", (SALVAGED,)
    ).fetchone()
    changes = project.connection.execute(
        "SELECT * FROM op_change WHERE op_id = ? ORDER BY sample_id", (number,)
    ).fetchall()
    # From the given label, -1 where there is none, and unseen.
    assert changes == [(number, 10, 1, 2, 0, 2), (number, 14, -1, 1, 0, 2)]
    assert reviewer == SALVAGED
    found = undo(project, "ann")
    assert found is not None and found[0].kind == SALVAGED and found[0].params == {"count": 2}
    assert state(project) == EXPECTED
