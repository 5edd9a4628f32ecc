"""What an update has found in a dataset is made in the project at once, or not at all."""

import sqlite3
import time
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from lnl_gui.session.session import Session
from lnl_gui.store.database.containment import DATABASE
from lnl_gui.store.dataset.classes import load_classes
from lnl_gui.store.dataset.samples import (
    FAILED,
    GONE,
    SKIPPED,
    left_out_message,
    load_left_out,
    load_split_names,
    load_unreadable,
    record_unreadable,
)
from lnl_gui.store.dataset.source_state import MISSING, UNLISTED, SourceState, replace_source_state
from lnl_gui.store.dataset_changes import DatasetChanges, updates_of, write_changes
from lnl_gui.store.finish_run import finish_run
from lnl_gui.store.jobs import runs
from lnl_gui.store.jobs.parameters import ExtendParameters, UpdateParameters
from lnl_gui.store.jobs.runs import RunResult
from lnl_gui.store.project import Project, open_project
from lnl_gui.store.review.standing_samples import load_samples
from lnl_gui.util.errors import UserError
from lnl_gui.util.messages import message, to_text
from tests.builders import make_project, update_dataset

COUNT = 6


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return make_project(tmp_path / "p.lnl", count=COUNT)


def rows(folder: Path, query: str) -> list[tuple[object, ...]]:
    """What the file itself says."""
    with closing(sqlite3.connect(folder / DATABASE)) as connection:
        return connection.execute(query).fetchall()


def header(folder: Path) -> dict[object, object]:
    return dict(rows(folder, "SELECT key, value FROM meta"))


def test_all_that_an_update_has_found_is_in_the_project_afterwards(folder: Path) -> None:
    before = rows(folder, "SELECT id, path, given, split, file FROM sample ORDER BY id")
    begun = time.time()
    with open_project(folder) as project:
        record_unreadable(project, {2: message("cut short"), 3: message("empty")})
        run = update_dataset(
            project,
            root=str(folder.parent / "elsewhere"),
            parameters={"source": "new"},
            classes=("owl",),
            splits=("extra",),
            added=(("owl/a.png", 3, 3, None), ("b.png", -1, 0, "x/b.png")),
            moved=((1, "dog/moved.png", "far/1.png"),),
            resplit=((0, 2),),
            source_labels={"4": 3, "5": -1},
            gone={"0": "missing", "5": "unlisted"},
            skipped=(("owl/broken.png", "zero bytes"),),
            readable_again=(2,),
            annotations="annotators-2",
            groups="groups-2",
            counts={"added": 2},
        )
        assert run.state == runs.DONE
        samples = load_samples(project)
        assert load_split_names(project) == ["", "test", "train", "extra"]
        unreadable = {path: str(why) for path, why in load_unreadable(project)}
    expected = [list(row) for row in before]
    expected[1][1], expected[1][4] = "dog/moved.png", "far/1.png"
    expected[0][3] = 2
    expected += [[6, "owl/a.png", 3, 3, None], [7, "b.png", None, 0, "x/b.png"]]
    found = rows(folder, "SELECT id, path, given, split, file FROM sample ORDER BY id")
    assert [list(row) for row in found] == expected
    # What is cached is what is written.
    assert list(samples.paths) == [row[1] for row in expected]
    assert samples.given.tolist() == [-1 if row[2] is None else row[2] for row in expected]
    assert rows(folder, "SELECT * FROM class WHERE id = 3")[0][:2] == (3, "owl")
    assert rows(folder, "SELECT * FROM source_state ORDER BY 1") == [
        (0, None, "missing"),
        (4, 3, None),
        (5, -1, "unlisted"),
    ]
    assert unreadable == {
        "owl/broken.png": "zero bytes",
        before[0][1]: "the file is missing since the dataset was last read",
        before[3][1]: "empty",
        before[5][1]: "the dataset no longer lists this image",
    }
    assert rows(folder, "SELECT kind, params, reviewer FROM op") == [
        ("update", '{"added": 2}', "dataset")
    ]
    told = header(folder)
    assert told["root_absolute"] == str(folder.parent / "elsewhere")
    assert told["root_relative"] == "../elsewhere"
    assert (told["annotations"], told["groups"]) == ("annotators-2", "groups-2")
    assert told["updates"] == "1" and told["last_update"] == run.id == told["samples_changed_by"]
    for key in ("updated", "samples_changed"):
        assert begun <= float(str(told[key])) <= time.time()


def test_an_update_that_finds_nothing_is_on_record_and_changes_no_sample(folder: Path) -> None:
    before = rows(folder, "SELECT * FROM sample"), rows(folder, "SELECT * FROM skipped")
    with open_project(folder) as project:
        first = update_dataset(project, content_changed=(1,))
        last = update_dataset(project)
        assert updates_of(project) == 2
    assert (rows(folder, "SELECT * FROM sample"), rows(folder, "SELECT * FROM skipped")) == before
    told = header(folder)
    # Another picture in a file counts as another sample does; a mere look does not.
    assert (told["last_update"], told["samples_changed_by"]) == (last.id, first.id)
    assert float(str(told["samples_changed"])) < float(str(told["updated"]))
    assert "annotations" not in told and "groups" not in told


def begin(project: Project, **changes: object) -> runs.Run:
    run = runs.start_run(project, UpdateParameters())
    found = {"base": updates_of(project), "samples": COUNT, **changes}
    write_changes(run.folder, DatasetChanges(**found))  # type: ignore[arg-type]  # any field
    return run


@pytest.mark.parametrize("wrong", [{"base": 1}, {"samples": COUNT - 1}, {"samples": COUNT + 1}])
def test_what_was_found_in_another_state_of_the_project_is_refused(
    folder: Path, wrong: dict[str, int]
) -> None:
    with open_project(folder) as project:
        run = begin(project, classes=("owl",), **wrong)
        with pytest.raises(UserError, match="has changed since its dataset was read") as refused:
            finish_run(project, run.id, runs.DONE, RunResult())
        assert refused.value.code == "stale_changes" and refused.value.retryable
        failed = runs.load_run(project, run.id)
    assert failed.state == runs.FAILED and failed.message == refused.value.message
    assert len(rows(folder, "SELECT * FROM class")) == 3 and "updates" not in header(folder)


def test_changes_are_made_once_however_often_their_run_is_finished(folder: Path) -> None:
    with open_project(folder) as project:
        run = begin(project, added=(("new.png", 0, 0, None),))
        for _ in range(2):
            assert finish_run(project, run.id, runs.DONE, RunResult()).state == runs.DONE
        assert updates_of(project) == 1
    assert len(rows(folder, "SELECT * FROM sample")) == COUNT + 1
    assert len(rows(folder, "SELECT * FROM op")) == 1


def test_a_failure_half_way_leaves_the_project_as_it_was(folder: Path) -> None:
    with open_project(folder) as project:
        # A class that there is already breaks the rules of the database after others were written.
        run = begin(project, classes=("owl", "cat"), added=(("new.png", 0, 0, None),))
        before = list(project.connection.iterdump())
        with pytest.raises(sqlite3.IntegrityError):
            finish_run(project, run.id, runs.DONE, RunResult())
        assert list(project.connection.iterdump()) == before


@pytest.mark.parametrize(("preview", "state"), [(True, runs.DONE), (False, runs.CANCELLED)])
def test_a_preview_or_a_job_that_was_stopped_changes_no_dataset(
    folder: Path, preview: bool, state: str
) -> None:
    with open_project(folder) as project:
        run = runs.start_run(project, ExtendParameters("/other.lnl", preview=preview))
        write_changes(run.folder, DatasetChanges(0, COUNT, classes=("owl",)))
        assert finish_run(project, run.id, state, RunResult()).state == state
        assert updates_of(project) == 0
    assert len(rows(folder, "SELECT * FROM class")) == 3


@pytest.mark.parametrize(
    ("changes", "there"),
    [
        ({"added": (("owl/a.png", 3, 0, None),)}, True),
        ({"source_labels": {"1": 3}}, True),
        ({"added": (("cat/a.png", 0, 0, None),)}, False),
    ],
)
def test_a_class_whose_adding_was_undone_is_there_again_when_the_dataset_has_it(
    folder: Path, changes: dict[str, Any], there: bool
) -> None:
    with Session.open(folder, reviewer="ann") as session:
        session.class_edits.add("owl")
        session.undo()
        update_dataset(session.project, **changes)
        assert [entry.live for entry in load_classes(session.project)] == [True] * 3 + [there]


def test_a_class_that_was_deleted_stays_so_whatever_the_dataset_says(folder: Path) -> None:
    with Session.open(folder, reviewer="ann") as session:
        session.class_edits.delete(2)
        update_dataset(session.project, added=(("bird/a.png", 2, 0, None),))
        assert [entry.live for entry in load_classes(session.project)] == [True, True, False]
        assert load_samples(session.project).given[COUNT] == -1


@pytest.mark.parametrize(("text", "count"), [("3", 3), ("", 0), ("-1", 0), ("three", 0)])
def test_a_count_of_updates_that_is_none_is_zero(folder: Path, text: str, count: int) -> None:
    with open_project(folder) as project:
        with project.transaction() as connection:
            connection.execute("INSERT INTO meta VALUES ('updates', ?)", (text,))
        assert updates_of(project) == count


def test_a_file_that_cannot_be_used_is_listed_once(tmp_path: Path) -> None:
    with open_project(make_project(tmp_path / "p.lnl")) as project:
        paths = load_samples(project).paths
        record_unreadable(project, {2: message("cut short"), 3: message("empty")})
        with project.transaction() as connection:
            reason = to_text(message("excluded when this was exported"))
            skipped = [(path, reason) for path in (paths[3], paths[5], "other.png")]
            connection.executemany("INSERT INTO skipped(path, reason) VALUES (?, ?)", skipped)
            replace_source_state(connection, SourceState({}, {5: UNLISTED, 7: MISSING}))
        found = load_left_out(project)
        kinds = {entry.path: entry.kind for entry in found}
        # What the import itself had left out.
        assert kinds.pop("cat/broken.png") == SKIPPED
        assert len(kinds) + 1 == len(found) == len(load_unreadable(project))
        # A sample counts as in the filters of the window, whatever else is said of it.
        assert kinds == {
            **dict.fromkeys((paths[2], paths[3]), FAILED),
            **dict.fromkeys((paths[5], paths[7]), GONE),
            "other.png": SKIPPED,
        }
        assert str(left_out_message(found)) == (
            "2 missing in the dataset, 2 not readable, 2 skipped when the dataset was read"
        )
