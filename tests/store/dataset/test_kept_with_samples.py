"""What is kept beside the samples: groups, annotators, remarks, audits, how a dataset was read."""

import io
import json
import shutil
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from lnl_gui.session.session import Session
from lnl_gui.store.dataset.annotators import (
    Annotations,
    load_annotations,
    names_file,
    save_annotations,
)
from lnl_gui.store.dataset.groups import StoredGroups, load_groups, number_groups, save_groups
from lnl_gui.store.history import audits
from lnl_gui.store.history.audits import is_drawn_after, load_audit, load_audits, save_audit
from lnl_gui.store.history.remarks import Remarks, load_remarks
from lnl_gui.store.jobs.import_parameters import (
    ARCHIVE,
    load_parameters,
    record_archive,
    record_parameters,
)
from lnl_gui.store.jobs.parameters import ImportParameters
from lnl_gui.store.project import Project, open_project
from lnl_gui.util.errors import UserError
from lnl_gui.util.files.array_file import write_array
from tests.builders import make_project, update_dataset

COUNT = 6


@pytest.fixture
def project(tmp_path: Path) -> Iterator[Project]:
    with open_project(make_project(tmp_path / "here" / "p.lnl", count=COUNT)) as opened:
        yield opened


def set_header(project: Project, key: str, value: str) -> None:
    with project.transaction() as connection:
        connection.execute("INSERT OR REPLACE INTO meta VALUES (?, ?)", (key, value))


def test_groups_are_numbered_as_they_come_and_kept(project: Project) -> None:
    made = number_groups("patient", ["p7", "", "p3", "p7", "p3", "p9"])
    assert made.names == ("p7", "p3", "p9") and made.group.tolist() == [0, -1, 1, 0, 1, 2]
    assert load_groups(project, COUNT) is None
    save_groups(project.arrays, made)
    for count in (COUNT - 2, COUNT, COUNT + 2):
        found = load_groups(project, count)
        assert found is not None and (found.column, found.names) == ("patient", made.names)
        assert found.group.dtype == np.int32
        assert found.group.tolist() == [*made.group.tolist(), -1, -1][:count]
    save_groups(project.arrays, number_groups("video", ["a"] * COUNT), name="groups-2")
    update_dataset(project, groups="groups-2")
    found = load_groups(project, COUNT)
    assert found is not None and found.column == "video" and not found.tell_apart
    assert made.tell_apart and not number_groups("x", ["", ""]).tell_apart


def test_damaged_groups_or_those_of_another_place_are_none(
    project: Project, logged: io.StringIO, tmp_path: Path
) -> None:
    made = StoredGroups("patient", ("a", "b"), np.array([0, 1, 0, -1, 1, 0], np.int32))
    file = project.arrays / "groups.npy"
    for values in (made.group + 1, made.group[:, None], made.group.astype(np.float32)):
        save_groups(project.arrays, made)
        assert load_groups(project, COUNT) is not None
        write_array(file, values)
        assert load_groups(project, COUNT) is None
    save_groups(project.arrays, made)
    (project.arrays / "groups.json").write_text('{"column": 3}')
    assert load_groups(project, COUNT) is None and "groups.json" in logged.getvalue()
    save_groups(tmp_path, made)
    set_header(project, "groups", "../../../groups")
    assert load_groups(project, COUNT) is None


def test_annotations_of_an_update_take_the_place_of_those_before(
    project: Project, logged: io.StringIO, tmp_path: Path
) -> None:
    first = Annotations(("ann", "bob"), np.zeros((COUNT, 2), np.int64), False)
    save_annotations(project.arrays, first)
    second = replace(first, names=("cid",), labels=np.ones((COUNT, 1), np.int64))
    save_annotations(project.arrays, second, name="annotators-2")
    assert names_file(project) == project.arrays / "annotators.json"
    update_dataset(project, annotations="annotators-2")
    found = load_annotations(project)
    assert found is not None and found.names == ("cid",) and found.labels.tolist() == [[1]] * COUNT
    # One column for two names is damage, and so is a table of another shape.
    write_array(project.arrays / "annotators-2.npy", np.ones((COUNT, 2), np.int32))
    assert load_annotations(project) is None
    (project.arrays / "annotators-2.json").write_text("[]")
    assert load_annotations(project) is None and "annotators-2.json" in logged.getvalue()
    save_annotations(tmp_path, first)
    set_header(project, "annotations", "../../../annotators")
    assert load_annotations(project) is None and names_file(project) is None


@pytest.mark.parametrize("seed", range(2))
def test_remarks_are_what_the_acts_in_force_left(tmp_path: Path, seed: int) -> None:
    generator = np.random.default_rng(seed)
    folder = make_project(tmp_path / "p.lnl", count=COUNT)
    notes: dict[int, dict[str, str]] = {row: {} for row in range(COUNT)}
    tags: dict[str, set[int]] = {"night": set(), "blur": set()}
    also: dict[int, list[int]] = {row: [] for row in range(COUNT)}
    for turn in range(40):
        reviewer = ("ann", "bob")[int(generator.integers(2))]
        rows = generator.choice(COUNT, 2, replace=False)
        tag, label = ("night", "blur")[int(generator.integers(2))], int(generator.integers(3))
        undone = generator.random() < 0.25
        with Session.open(folder, reviewer=reviewer) as session:
            act = int(generator.integers(5))
            newest = session.project.connection.execute("SELECT max(id) FROM op").fetchone()
            if act == 0:
                session.remarks.note(rows, f"turn {turn}" if turn % 3 else "")
            elif act == 1:
                session.remarks.tag(rows, tag)
            elif act == 2 and tags[tag]:
                session.remarks.untag(rows, tag)
            elif act > 2:
                session.remarks.also(rows, label, there=act == 3)
            after = session.project.connection.execute("SELECT max(id) FROM op").fetchone()
            if undone and newest != after:
                assert session.undo() is not None
        if undone:
            continue
        for row in rows.tolist():
            if act == 0:
                notes[row].pop(reviewer, None)
                notes[row] |= {reviewer: f"turn {turn}"} if turn % 3 else {}
            elif act == 1:
                tags[tag].add(row)
            elif act == 2:
                tags[tag].discard(row)
            elif act == 3 and label not in also[row]:
                also[row].append(label)
            elif act == 4 and label in also[row]:
                also[row].remove(label)
    with open_project(folder, read_only=True) as opened:
        found = load_remarks(opened)
    assert {row: dict(said) for row, said in found.notes.items()} == {
        row: said for row, said in notes.items() if said
    }
    assert {name: set(rows) for name, rows in found.tags.items()} == {
        name: rows for name, rows in tags.items() if rows
    }
    assert {row: set(ids) for row, ids in found.also.items()} == {
        row: set(ids) for row, ids in also.items() if ids
    }
    for row in range(COUNT):
        assert found.tags_of(row) == sorted(name for name in tags if row in tags[name])
    assert found.any


def test_second_labels_follow_their_classes(tmp_path: Path) -> None:
    with Session.open(make_project(tmp_path / "p.lnl", count=COUNT), reviewer="ann") as session:
        for label in (0, 1, 2):
            session.remarks.also(np.array([4]), label)
        session.remarks.also(np.array([1]), 2)
        session.class_edits.merge([0], 1)
        session.class_edits.delete(2)
        found = load_remarks(session.project)
    assert dict(found.also) == {4: (1,)}
    assert not Remarks().any and Remarks().tags_of(0) == []


def test_an_audit_comes_back_as_it_was_drawn(project: Project) -> None:
    assert load_audits(project) == []
    begun = time.time()
    for number, stratified in ((1, True), (2, False)):
        drawn = save_audit(
            project,
            np.array([5, 0, 3])[:number],
            reviewer="ann",
            seed=9,
            stratified=stratified,
            population=4,
        )
        assert (drawn.id, drawn.reviewer, drawn.seed) == (number, "ann", 9)
        assert drawn.stratified is stratified and drawn.population == 4
        assert begun <= drawn.time <= time.time()
        assert drawn.rows.dtype == np.int64 and drawn.rows.tolist() == [5, 0, 3][:number]
    assert [audit.id for audit in load_audits(project)] == [1, 2]
    assert len({audit.guid for audit in load_audits(project)}) == 2
    assert load_audit(project, 2).rows.tolist() == [5, 0]
    with pytest.raises(UserError, match="no audit number 3"):
        load_audit(project, 3)


def test_whether_an_audit_came_after_a_detection_is_on_record_or_told_by_the_clock(
    project: Project,
) -> None:
    def drawn(detection: str | None) -> audits.Audit:
        return save_audit(
            project,
            np.array([1]),
            reviewer="ann",
            seed=0,
            stratified=False,
            population=1,
            detection=detection,
        )

    known, before_any, elsewhere = drawn("detect-1"), drawn(""), drawn(None)
    for started in (known.time - 1e6, known.time + 1e6):
        assert is_drawn_after(project, known, "detect-1", started=started)
        assert not is_drawn_after(project, known, "detect-2", started=started)
        assert not is_drawn_after(project, before_any, "detect-1", started=started)
    moment = elsewhere.time
    assert is_drawn_after(project, elsewhere, "detect-1", started=moment)
    assert not is_drawn_after(project, elsewhere, "detect-1", started=moment + 1)


def test_how_a_dataset_was_read_moves_with_it(project: Project, tmp_path: Path) -> None:
    assert load_parameters(project) is None
    data = tmp_path / "here" / "data"
    data.mkdir()
    names = tmp_path / "fixed" / "names.txt"
    asked = ImportParameters(
        str(data / "a.csv"),
        "any",
        label_column="y",
        image_root=str(data),
        class_names=str(names),
        image_shape=(2, 3),
    )
    (data / "a.csv").touch()
    record_parameters(project, asked)
    record_archive(project, data / "a.zip")
    assert project.meta(ARCHIVE) == str(data / "a.zip")
    assert load_parameters(project) == replace(asked, project=str(project.folder))
    project.close()
    shutil.move(tmp_path / "here", tmp_path / "there")
    with open_project(tmp_path / "there" / "p.lnl") as moved:
        found = load_parameters(moved)
        new = tmp_path / "there" / "data"
        assert found == replace(
            asked,
            source=str(new / "a.csv"),
            project=str(moved.folder),
            image_root=str(new),
            # It did not move along.
            class_names=str(names),
        )
        record_parameters(moved, ImportParameters("s3://bucket/pets", "any"))
        stored = json.loads(moved.meta("import"))
        assert stored["relative"] == {} and "project" not in stored["parameters"]
        found = load_parameters(moved)
        assert found is not None
        assert (found.source, found.image_root, found.class_names) == (
            "s3://bucket/pets",
            None,
            None,
        )


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("{", None),
        ("[]", None),
        ('{"parameters": []}', None),
        ('{"parameters": {"source": "a", "colour": "red"}}', "unknown field colour"),
    ],
)
def test_a_damaged_or_newer_record_of_it_is_none_or_an_error(
    project: Project, text: str, said: str | None
) -> None:
    set_header(project, "import", text)
    if said is None:
        assert load_parameters(project) is None
    else:
        with pytest.raises(UserError, match=said):
            load_parameters(project)
    set_header(project, "import", '{"parameters": {"source": "/a/b"}, "relative": 3}')
    found = load_parameters(project)
    assert found is not None and found.source == str(Path("/a/b"))
