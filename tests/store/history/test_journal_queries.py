"""What the journal tells is what going through its rows one by one tells."""

import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest

from lnl_gui.session.session import Session
from lnl_gui.store.database.containment import DATABASE
from lnl_gui.store.history import journal_queries as queries
from lnl_gui.store.history.looked_at import looked_at
from lnl_gui.store.project import Project, open_project
from lnl_gui.util.errors import UserError
from tests.builders import add_detection, make_project, update_dataset
from tests.conftest import home_of_its_own

COUNT = 24
SEEDS = range(2)


@dataclass
class Act:
    """A row of the journal with the samples it names: row -> its four values."""

    id: int
    kind: str
    time: float
    reviewer: str
    undone: bool
    changes: dict[int, tuple[int, ...]]

    @property
    def decides(self) -> bool:
        return self.kind not in ("undo", "redo", "update", "classes", "remark")

    @property
    def in_force(self) -> bool:
        return self.decides and self.kind != "opinion" and not self.undone


def act_at_random(session: Session, generator: np.random.Generator) -> None:
    rows = generator.choice(COUNT, int(generator.integers(1, 5)), replace=False)
    match int(generator.integers(10)):
        case 0 | 1:
            session.relabel(rows, int(generator.integers(3)))
        case 2:
            session.accept(rows)
        case 3:
            session.exclude(rows)
        case 4:
            session.reset(rows)
        case 5:
            session.undo()
        case 6:
            session.redo()
        case 7:
            session.remarks.note(rows, f"note {rows[0]}")
        case 8:
            if not session.blind:
                session.class_edits.note(0, f"note {rows[0]}")
        case 9:
            session.keep(rows)


@pytest.fixture(scope="module", params=SEEDS)
def worked(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project on which three people have worked, one of them blind."""
    generator = np.random.default_rng(request.param)
    with home_of_its_own(tmp_path_factory):
        folder = make_project(tmp_path_factory.mktemp("worked") / "p.lnl", count=COUNT)
        add_detection(folder)
        for reviewer, blind in (("ann", False), ("bob", True), ("cid", False), ("ann", False)):
            with Session.open(folder, reviewer=reviewer, blind=blind) as session:
                for _ in range(15):
                    act_at_random(session, generator)
        with open_project(folder) as project:
            update_dataset(project)
            with project.transaction() as connection:
                # Two at one moment, as on a clock that stands still.
                connection.execute(
                    "UPDATE op SET time = (SELECT time FROM op WHERE id = 3) WHERE id = 4"
                )
    return folder


@pytest.fixture
def told(worked: Path) -> Iterator[tuple[Project, list[Act]]]:
    """The project, to be read, and its journal."""
    with open_project(worked, read_only=True) as project:
        yield project, read(worked)


def read(folder: Path) -> list[Act]:
    with closing(sqlite3.connect(folder / DATABASE)) as connection:
        acts = [
            Act(*row[:4], bool(row[4]), {})
            for row in connection.execute(
                "SELECT id, kind, time, reviewer, undone FROM op ORDER BY id"
            )
        ]
        by_id = {act.id: act for act in acts}
        for number, row, *values in connection.execute(
            "SELECT op_id, sample_id, old_label, new_label, old_status, new_status FROM op_change"
        ):
            by_id[number].changes[row] = tuple(values)
    return acts


def newest(acts: list[Act], row: int) -> Act | None:
    """The act in force on a sample."""
    return next((act for act in reversed(acts) if act.in_force and row in act.changes), None)


Told = tuple[Project, list[Act]]


def test_all_acts_are_told_in_order_whole_or_of_one_sample(told: Told) -> None:
    project, acts = told
    found = [
        (op.id, op.kind, op.time, op.reviewer, op.undone) for op in queries.operations(project)
    ]
    assert found == [(act.id, act.kind, act.time, act.reviewer, act.undone) for act in acts]
    for row in range(COUNT):
        history = [
            (op.id, op.undone, old, new, before, after)
            for op, old, new, before, after in queries.sample_operations(project, np.int64(row))
        ]
        assert history == [
            (act.id, act.undone, *act.changes[row]) for act in acts if row in act.changes
        ]


def test_the_flat_journal_has_a_row_for_each_sample_of_an_act_and_for_an_act_of_none(
    told: Told,
) -> None:
    project, acts = told
    paths = [path for (path,) in project.connection.execute("SELECT path FROM sample ORDER BY id")]
    expected = [
        (act.id, act.kind, act.time, act.reviewer, int(act.undone), *values)
        for act in acts
        for values in (
            [(paths[row], *act.changes[row]) for row in sorted(act.changes)] or [(None,) * 5]
        )
    ]
    assert [(*row[:5], *row[6:]) for row in queries.export_rows(project)] == expected


def test_who_decided_what_and_when_is_the_newest_act_in_force(told: Told) -> None:
    project, acts = told
    last = {row: act for row in range(COUNT) if (act := newest(acts, row)) is not None}
    assert queries.deciders(project) == {row: act.reviewer for row, act in last.items()}
    times = [
        last[row].time if row in last and last[row].changes[row][3] != 0 else 0.0
        for row in range(COUNT)
    ]
    assert queries.verdict_times(project, COUNT).tolist() == times
    rows = np.random.default_rng(0).permutation(COUNT)
    seen = [
        row in last
        and not (last[row].kind in ("accept", "take_source") and len(last[row].changes) > 1)
        for row in rows.tolist()
    ]
    assert looked_at(project, rows).tolist() == seen
    assert looked_at(project, rows[:0]).tolist() == []


def test_acts_of_a_moment_and_of_a_reviewer_are_those_that_decide(told: Told) -> None:
    project, acts = told
    valid = sorted((a for a in acts if a.decides and not a.undone), key=lambda a: (a.time, a.id))
    for when in (0.0, acts[20].time, acts[-1].time + 1):
        found = [op.id for op in queries.acts_since(project, when)]
        assert found == [act.id for act in valid if act.time >= when]
    for reviewer in ("ann", "bob", "nobody"):
        mine = [op.id for op in queries.newest_acts(project, reviewer)]
        assert mine == [act.id for act in reversed(valid) if act.reviewer == reviewer]
    changing = [a.time for a in acts if a.kind not in ("opinion", "update", "remark")]
    assert queries.newest_verdict(project) == max(changing)


def test_rows_of_several_acts_are_each_named_once(told: Told) -> None:
    project, acts = told
    chosen = [act for act in acts if act.changes][3:9]
    expected = sorted({row for act in chosen for row in act.changes})
    found = queries.changed_rows(project, [act.id for act in chosen])
    assert found.dtype == np.int64 and found.tolist() == expected
    assert queries.changed_rows(project, []).tolist() == []
    assert queries.changed_rows(project, [10**6]).dtype == np.int64


def test_times_of_acts_are_by_their_numbers_also_with_gaps(worked: Path, tmp_path: Path) -> None:
    acts = read(worked)
    with open_project(Path(shutil.copytree(worked, tmp_path / "p.lnl"))) as project:
        with project.transaction() as connection:
            connection.execute("DELETE FROM op_change WHERE op_id = 5")
            connection.execute("DELETE FROM op WHERE id = 5")
        times = queries.operation_times(project)
    assert times.dtype == np.float64 and len(times) == acts[-1].id + 1
    assert {number: moment for number, moment in enumerate(times.tolist()) if moment} == {
        act.id: act.time for act in acts if act.id != 5
    }


def test_before_any_act_there_is_nothing_to_tell(tmp_path: Path) -> None:
    with open_project(make_project(tmp_path / "p.lnl", count=3)) as project:
        assert list(queries.operations(project)) == [] and queries.deciders(project) == {}
        assert queries.newest_verdict(project) == 0.0
        assert queries.operation_times(project).tolist() == []
        assert queries.verdict_times(project, 3).tolist() == [0.0] * 3
        assert looked_at(project, np.arange(3)).tolist() == [False] * 3


def test_a_number_that_no_program_gives_is_damage_and_takes_no_memory(tmp_path: Path) -> None:
    with open_project(make_project(tmp_path / "p.lnl", count=3)) as project:
        with project.transaction() as connection:
            connection.execute(
                "INSERT INTO op(id, kind, params, time, reviewer, guid)"
                " VALUES (100000002, 'keep', '{}', 1, 'a', 'g')"
            )
        with pytest.raises(UserError, match="operation 100000002"):
            queries.operation_times(project)
