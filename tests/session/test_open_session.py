"""What an open session answers about its samples and acts, and what it refuses."""

import sqlite3
from pathlib import Path

import numpy as np
import pytest

from lnl_gui.pictures.rendering import FILE, Rendering, load_rendering
from lnl_gui.session.changes import NOT_HERE
from lnl_gui.session.figures import stages
from lnl_gui.session.projects import projects_of, suspects_left
from lnl_gui.session.session import Session
from lnl_gui.store.database.containment import LOCK, LOCK_NOTE
from lnl_gui.store.dataset.samples import EXCLUDED, KEPT, UNSEEN
from lnl_gui.store.dataset.thumbnails import store_thumbnail, thumbnail_path
from lnl_gui.store.jobs.import_parameters import record_parameters
from lnl_gui.store.jobs.parameters import (
    FIRST_LOOK_FROM,
    DetectParameters,
    EmbedParameters,
    FirstLookParameters,
    ImportParameters,
)
from lnl_gui.store.jobs.runs import DONE
from lnl_gui.store.project import open_project
from lnl_gui.util.errors import UserError
from lnl_gui.util.files.array_file import write_array
from lnl_gui.util.files.atomic import write_json
from tests.builders import make_project, make_unlabelled_project, write_core_scores

COUNT = 30


# Acts and what they report


def test_an_act_reports_labels_and_its_reversal_says_that_it_is_one(session: Session) -> None:
    done = session.keep(np.array([3, 1]))
    assert (done.labels, done.scores, done.classes, done.remarks) == (True, False, False, False)
    assert not done.reversal and done.rows.tolist() == [1, 3]
    assert str(done.text) == "Kept the label of 2 samples"
    undone, redone = session.undo(), session.redo()
    assert undone is not None and redone is not None
    for changes in (undone, redone):
        assert (changes.labels, changes.scores, changes.classes) == (True, False, False)
        assert changes.reversal and not changes.remarks and changes.rows.tolist() == [1, 3]
    noted = session.remarks.note(np.array([5]), "Blurred.")
    assert noted.remarks and not noted.labels and not noted.reversal
    assert noted.rows.tolist() == [5] and str(noted.text) == "Left a note on 1 sample"
    undone = session.undo()
    assert undone is not None and undone.remarks and undone.reversal and not undone.labels
    assert undone.rows.tolist() == [5] and str(undone.text) == "Undid: Left a note on 1 sample"


def test_the_same_verdict_again_is_no_act(session: Session) -> None:
    session.exclude(np.array([1, 2]))
    again = session.exclude(np.array([1, 2]))
    assert not again.labels and again.rows.tolist() == [] and again.rows.dtype == np.int64
    # Of several those that change anything.
    assert session.exclude(np.array([1, 2, 4])).rows.tolist() == [4]
    session.undo()
    session.undo()
    assert session.undo() is None


def test_a_verdict_on_one_confirms_what_was_accepted_with_many(session: Session) -> None:
    rows = np.flatnonzero(session.columns.flagged)[:3]
    session.accept(rows)
    assert not session.looked_at(rows).any()
    # For several at once it says no more than before.
    assert len(session.accept(rows[:2]).rows) == 0
    assert session.accept(rows[:1]).rows.tolist() == rows[:1].tolist()
    assert session.looked_at(rows).tolist() == [True, False, False]
    # And once only.
    assert len(session.accept(rows[:1]).rows) == 0
    # Who resets what nobody has decided says nothing.
    assert len(session.reset(np.array([1])).rows) == 0


def test_what_reviewers_differ_on_is_settled_by_the_verdict_in_force(session: Session) -> None:
    session.exclude(np.array([1, 2, 4]))
    session.team.work_as("bob", blind=True)
    session.keep(np.array([1, 2]))
    # An opinion that changes nothing is none, and settles nothing.
    assert len(session.keep(np.array([1])).rows) == 0
    session.team.work_as("ann")
    assert session.team.disagreement_count() == 2
    assert session.exclude(np.array([1, 2, 4])).rows.tolist() == [1, 2]
    assert session.team.disagreement_count() == 0


def test_without_a_label_and_a_suggestion_a_key_does_nothing(tmp_path: Path) -> None:
    folder = make_unlabelled_project(tmp_path / "bare.lnl", detected=False)
    with Session.open(folder) as session:
        for act in (session.accept, session.keep):
            with pytest.raises(UserError) as caught:
                act(np.array([4, 9]))
            assert caught.value.code == NOT_HERE
            assert not act(np.zeros(0, np.int64)).labels
        session.columns.suggested[:2] = 1
        changes = session.accept(np.array([0, 1, 2, 4]))
        assert changes.rows.tolist() == [0, 1]
        assert str(changes.text) == (
            "Accepted the suggestion for 2 samples; 2 without a suggestion were left as they are"
        )
        assert str(session.keep(np.array([2, 4, 9])).text) == (
            "Kept the label of 1 sample; 2 without a label were left as they are"
        )


def test_classes_that_are_no_more_can_not_be_given(session: Session) -> None:
    session.class_edits.delete(2)
    for label in (-1, 2, 3):
        with pytest.raises(UserError, match="no class number"):
            session.relabel(np.array([0]), label)
    with pytest.raises(UserError, match="no class called newt") as caught:
        session.class_named("newt")
    assert "cat, dog" in str(caught.value.hint) and "bird" not in str(caught.value.hint)
    session.relabel(np.array([1]), 0)
    assert session.class_name(0) == "cat" and session.class_name(-1) == ""


# Files


def test_files_are_looked_for_again_when_asked(tmp_path: Path) -> None:
    root = tmp_path / "images"
    folder = make_project(tmp_path / "pets.lnl", count=3, root=root)
    with Session.open(folder) as session:
        assert session.images.absent_files.absent == 3
        for path in session.columns.paths:
            (root / path).parent.mkdir(parents=True, exist_ok=True)
            (root / path).touch()
        assert session.images.absent_files.absent == 3
        assert session.images.look_for_files_again().absent == 0
        assert session.images.absent_files.absent == 0
        (root / session.path_of(1)).unlink()
        found = session.images.look_for_files_again()
        assert (found.absent, found.example) == (1, session.path_of(1))


def test_a_thumbnail_of_the_rendering_in_force_is_shown_first(session: Session) -> None:
    name = "ab" + "0" * 30
    facts = np.zeros(COUNT, [("content_hash", "S32")])
    facts["content_hash"][4] = name.encode()
    write_array(session.project.arrays / "facts.npy", facts)

    def embed() -> None:
        run = session.runs.start(EmbedParameters())
        write_json(run.folder / "unreadable.json", {})
        session.runs.finish(run.id, DONE, None)

    embed()
    store_thumbnail(name, b"plain")
    before = session.images.rendering
    assert session.images.thumbnail_of(4) == thumbnail_path(name)
    chosen = Rendering(integers=(0.0, 1000.0), is_chosen=True)
    write_json(
        session.project.arrays / FILE,
        {"integers": [0.0, 1000.0], "floats": None, "is_chosen": True},
    )
    assert load_rendering(session.project.arrays).key == chosen.key != before.key
    # It is taken up with the embedding that was made by it.
    assert session.images.rendering == before
    embed()
    assert session.images.rendering.key == chosen.key
    assert session.images.thumbnail_of(4) == thumbnail_path(name)
    store_thumbnail(f"{name}-{chosen.key}", b"rendered")
    found = session.images.thumbnail_of(4)
    assert found is not None and found.read_bytes() == b"rendered"


# Stages and what is left


def test_a_first_look_is_offered_for_many_images_before_anything_was_found(tmp_path: Path) -> None:
    with Session.open(make_project(tmp_path / "few.lnl", count=30)) as few:
        assert not few.wants_first_look
    with Session.open(make_project(tmp_path / "many.lnl", count=FIRST_LOOK_FROM)) as many:
        assert many.wants_first_look
        run = many.runs.start(FirstLookParameters())
        write_core_scores(run.folder, FIRST_LOOK_FROM)
        many.runs.finish(run.id, DONE, None)
        assert not many.wants_first_look
    with Session.open(make_project(tmp_path / "more.lnl", count=FIRST_LOOK_FROM)) as more:
        run = more.runs.start(DetectParameters())
        write_core_scores(run.folder, FIRST_LOOK_FROM)
        more.runs.finish(run.id, DONE, None)
        assert not more.wants_first_look
    with Session.open(make_project(tmp_path / "done.lnl", count=FIRST_LOOK_FROM)) as done:
        run = done.runs.start(EmbedParameters())
        write_json(run.folder / "unreadable.json", {})
        done.runs.finish(run.id, DONE, None)
        assert not done.wants_first_look


def test_what_is_left_is_noted_when_a_session_that_counted_closes(folder: Path) -> None:
    with Session.open(folder):
        pass
    assert suspects_left(folder) is None
    with Session.open(folder) as session:
        assert session.counts().flagged_left == 10
        session.keep(np.array([0, 3, 1]))
    assert suspects_left(folder) == 8
    with Session.open(folder, read_only=True) as reading:
        reading.columns.flagged[:] = False
        assert reading.counts().flagged_left == 0
    assert suspects_left(folder) == 8


def test_a_note_that_cannot_be_written_keeps_nobody_from_closing(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise OSError("disk full")

    session = Session.open(folder)
    assert session.counts().flagged_left == 10
    with monkeypatch.context() as patched:
        patched.setattr("lnl_gui.session.session.write_json", fail)
        session.close()
    assert suspects_left(folder) is None
    with Session.open(folder) as again:
        assert not again.read_only


def test_files_that_were_damaged_are_told_until_they_are_made_anew(session: Session) -> None:
    assert session.damage() == []
    detect = session.runs.latest("detect")
    assert detect is not None
    (detect.folder / "summary.json").write_text("{")
    # Looked up once, and again after each run.
    assert session.damage() == []
    failed = session.runs.start(DetectParameters(seed=8))
    session.runs.finish(failed.id, "failed", None)
    assert [found.remedy for found in session.damage()] == ["detect"]
    session.damage().clear()
    assert len(session.damage()) == 1


def test_steps_doubt_what_was_passed_over(folder: Path) -> None:
    with Session.open(folder) as session:
        assert session.steps().done == (True, False, True, False, False, False)
        assert session.stage() == stages.ProjectStage.DETECTED
        # There are no images beside this project, and that comes first.
        assert session.next_step().kind == "locate"
        for file in map(session.images.file_of, range(COUNT)):
            file.parent.mkdir(parents=True, exist_ok=True)
            file.touch()
        session.images.look_for_files_again()
        assert session.next_step().kind == "review"
        session.keep(np.arange(COUNT))
        assert session.steps().done == (True, False, True, True, False, False)
        assert session.next_step().kind == "finetune"
        counts = session.counts()
        assert (counts.reviewed, counts.flagged, counts.samples) == (COUNT, 10, COUNT)
        assert counts.by_status["kept"] == COUNT


# People


def test_reviewers_come_and_go_with_their_verdicts(session: Session) -> None:
    session.keep(np.array([0]))
    session.team.rename("bob")
    assert session.team.reviewers() == ["ann"]
    session.exclude(np.array([1]))
    session.exclude(np.array([2]))
    assert session.team.reviewers() == ["ann", "bob"]
    session.team.reviewers().append("nobody")
    session.undo()
    assert session.team.reviewers() == ["ann", "bob"]
    session.undo()
    assert session.team.reviewers() == ["ann"]
    session.redo()
    assert session.team.reviewers() == ["ann", "bob"]


def test_a_hand_over_is_told_with_its_way_of_working(session: Session) -> None:
    assert not session.blind and session.reviewer == "ann"
    changes = session.team.work_as("bob", blind=True)
    assert str(changes.text) == "bob reviews blind" and len(changes.rows) == COUNT
    assert session.blind and session.reviewer == "bob"
    assert str(session.team.work_as("eve").text) == "eve reviews"
    assert not session.blind


def test_a_session_opened_blind_shows_ones_own_verdicts_alone(folder: Path) -> None:
    with Session.open(folder, reviewer="ann") as session:
        session.exclude(np.array([1]))
        session.team.work_as("bob", blind=True)
        session.keep(np.array([2]))
    with Session.open(folder, reviewer="bob", blind=True) as session:
        assert session.columns.status[[1, 2]].tolist() == [UNSEEN, KEPT]
    with Session.open(folder, reviewer="ann") as session:
        assert session.columns.status[[1, 2]].tolist() == [EXCLUDED, UNSEEN]


# Opening


def test_runs_that_were_killed_are_settled_by_the_next_writer_alone(folder: Path) -> None:
    with Session.open(folder) as session:
        killed = session.runs.start(DetectParameters(seed=4))
    with Session.open(folder, read_only=True) as reading:
        states = {run.id: run.state for run in reading.runs.all()}
        assert states[killed.id] == "running"
        assert str(reading.read_only_reason)
    with Session.open(folder) as session:
        states = {run.id: run.state for run in session.runs.all()}
        assert states[killed.id] == "interrupted"


@pytest.mark.parametrize(
    ("error", "told"),
    [(sqlite3.DatabaseError("malformed"), UserError), (MemoryError(), MemoryError)],
)
def test_what_cannot_be_opened_is_let_go_of(
    folder: Path, monkeypatch: pytest.MonkeyPatch, error: Exception, told: type[Exception]
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise error

    with monkeypatch.context() as patched:
        patched.setattr("lnl_gui.session.session.SessionState", fail)
        with pytest.raises(told):
            Session.open(folder)
    # Whoever comes next is its writer.
    with Session.open(folder) as session:
        assert not session.read_only


# Projects of a dataset


def test_projects_of_a_dataset_are_found_beside_it_and_inside_the_newest_first(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    root, other = tmp_path / "images", tmp_path / "others"
    far = tmp_path / "far"
    for place in (root, other, far):
        place.mkdir()
    beside = make_project(tmp_path / "beside.lnl", count=3, root=root)
    inside = make_project(root / "inside.lnl", count=3, root=root)
    away = make_project(far / "away.lnl", count=3, root=root)
    make_project(tmp_path / "other.lnl", count=3, root=other)
    (tmp_path / "damaged.lnl").mkdir()
    (tmp_path / "damaged.lnl" / "project.db").write_bytes(b"no database")
    times = {beside: 30.0, inside: 10.0, away: 20.0, tmp_path / "gone.lnl": 40.0}
    monkeypatch.setattr("lnl_gui.session.projects.last_changed", times.get)
    assert projects_of(root) == [beside, inside]
    assert projects_of(root, [away, beside, tmp_path / "gone.lnl"]) == [beside, away, inside]
    assert projects_of(root / "..", []) == []
    # Who only looks takes none of them for writing.
    for folder in (beside, inside):
        assert not (folder / LOCK_NOTE).exists()
        (folder / LOCK).unlink()
    projects_of(root)
    assert not (beside / LOCK).exists() and not (inside / LOCK).exists()


def test_a_project_is_of_the_source_it_was_read_from(tmp_path: Path) -> None:
    table = tmp_path / "labels.csv"
    table.touch()
    made = make_project(tmp_path / "pets.lnl", count=3, root=tmp_path / "images")
    assert projects_of(table) == []
    with open_project(made) as project:
        record_parameters(project, ImportParameters(str(table), str(made)))
    assert projects_of(table) == [made]
    # Not of the folder of its images, which another table may name too.
    (tmp_path / "images").mkdir()
    assert projects_of(tmp_path / "images") == []


def test_projects_of_an_address_lie_where_one_stands(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = "s3://bucket/pets"
    made = make_project(tmp_path / "pets.lnl", count=3)
    with open_project(made) as project:
        record_parameters(project, ImportParameters(source, str(made)))
    monkeypatch.chdir(tmp_path)
    assert projects_of(Path(source)) == [made]
