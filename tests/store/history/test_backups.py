"""Backups of verdicts: made when much has come, whole, and of each age a few are kept."""

import io
import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from lnl_gui.store.history import backups
from lnl_gui.store.history.backups import back_up_verdicts, is_due
from lnl_gui.store.history.journal import insert_operation
from lnl_gui.store.history.journal_queries import newest_operation
from lnl_gui.store.project import Project, open_project
from tests.builders import make_project


@pytest.fixture
def project(tmp_path: Path) -> Iterator[Project]:
    with open_project(make_project(tmp_path / "p.lnl", count=3)) as opened:
        yield opened


def act(project: Project, count: int) -> None:
    with project.transaction() as connection:
        for _ in range(count):
            insert_operation(connection, "keep", {}, "ann")


def numbers(project: Project) -> list[int]:
    return [int(file.stem.rpartition("-")[2]) for file in backups.backups(project.folder)]


def test_a_backup_holds_the_whole_journal_and_is_made_once(project: Project) -> None:
    assert newest_operation(project) == 0 and back_up_verdicts(project) is None
    assert not (project.folder / "backups").exists()
    act(project, 3)
    made = back_up_verdicts(project)
    assert made is not None and made == project.folder / "backups" / "verdicts-000000003.jsonl"
    header, *lines = made.read_text().splitlines()
    assert json.loads(header)["project"] == project.meta("uuid")
    guids = [guid for (guid,) in project.connection.execute("SELECT guid FROM op ORDER BY id")]
    assert [json.loads(line)["guid"] for line in lines] == guids
    assert back_up_verdicts(project) is None
    act(project, 1)
    assert back_up_verdicts(project) is not None and numbers(project) == [4, 3]
    # What is called otherwise is none.
    (project.folder / "backups" / "verdicts-99.jsonl").write_text("mine")
    (project.folder / "backups" / "verdicts-000000009.jsonl.old").write_text("mine")
    assert numbers(project) == [4, 3]


@pytest.mark.parametrize("step", [7, 40, 120])
def test_the_newest_three_are_kept_and_the_newest_of_three_hundreds_before(
    project: Project, step: int
) -> None:
    made: list[int] = []
    for _ in range(12):
        act(project, step)
        assert back_up_verdicts(project) is not None
        made.append(newest_operation(project))
        last_of_hundred = {number // 100: number for number in made}
        # The newest of the present hundred is among the newest anyway.
        kept = sorted(last_of_hundred.values())[-4:]
        assert numbers(project) == sorted({*made[-3:], *kept}, reverse=True)


@pytest.mark.parametrize(
    ("saved", "newest", "due"),
    [
        (0, 99, False),
        (0, 100, True),
        (150, 249, False),
        (150, 250, True),
        # The twentieth part of a long journal.
        (10_000, 10_525, False),
        (10_000, 10_526, True),
    ],
)
def test_another_is_due_after_a_hundred_acts_or_a_twentieth_of_all(
    project: Project, saved: int, newest: int, due: bool
) -> None:
    if saved:
        file = project.folder / "backups" / f"verdicts-{saved:09d}.jsonl"
        file.parent.mkdir()
        file.write_text("{}")
    assert is_due(project, newest) is due


def test_where_there_is_no_place_for_a_backup_nobody_is_stopped(
    project: Project, logged: io.StringIO
) -> None:
    act(project, 2)
    (project.folder / "backups").write_text("no folder")
    assert back_up_verdicts(project) is None
    assert "no backup was made" in logged.getvalue()
