"""What an open project says about samples, classes, runs and people, without a window."""

import os
import shutil
import sys
from pathlib import Path

import numpy as np
import pytest

from lnl_gui.session import detection
from lnl_gui.session.browsing.views import REASON_SORTS, ViewSpec
from lnl_gui.session.project_views import SavedView
from lnl_gui.session.samples.selection import Selection
from lnl_gui.session.session import Session
from lnl_gui.store.dataset.samples import EXCLUDED, KEPT, RELABELLED, UNSEEN
from lnl_gui.store.dataset.thumbnails import store_thumbnail, thumbnail_path
from lnl_gui.store.detection.detection_tables import ClassMixture, write_mixture_table
from lnl_gui.store.jobs import runs
from lnl_gui.store.jobs.parameters import UMAP, DetectParameters, EmbedParameters, ExportParameters
from lnl_gui.store.jobs.runs import RunResult
from lnl_gui.util.errors import UserError
from lnl_gui.util.files.array_file import write_array
from lnl_gui.util.files.atomic import write_json
from lnl_gui.util.messages import Message
from tests.builders import make_project

MIXTURE = ClassMixture((0.1, 2.0), (0.2, 0.4), (0.9, 0.1))
COUNT = 30


class Quiet:
    """A job's context that nobody listens to."""

    def progress(self, stage: Message, done: int, total: int, *, whole: bool = False) -> None:
        pass

    def log(self, message: Message) -> None:
        pass

    def event(self, name: str, **values: object) -> None:
        pass


def newest(session: Session) -> Path:
    found = session.runs.latest("detect")
    assert found is not None
    return found.folder


# Samples and classes


def test_samples_have_paths_files_and_thumbnails(session: Session, tmp_path: Path) -> None:
    assert len(session) == COUNT
    assert (session.name, session.folder) == ("pets", tmp_path / "pets.lnl")
    assert session.path_of(np.int64(3)) == "cat/0003.png"
    assert session.split_names == ["", "test", "train"]
    assert session.images.file_of(4) == tmp_path / "images" / "dog" / "0004.png"
    assert session.images.thumbnail_of(4) is None
    name = "ab" + "0" * 30
    facts = np.zeros(COUNT, [("content_hash", "S32")])
    facts["content_hash"][4] = name.encode()
    write_array(session.project.arrays / "facts.npy", facts)
    run = session.runs.start(EmbedParameters())
    write_json(run.folder / "unreadable.json", {"7": "cut short"})
    changes = session.runs.finish(run.id, runs.DONE, None)
    assert (changes.scores, changes.runs, changes.labels) == (True, True, False)
    assert session.images.thumbnail_of(4) is None
    store_thumbnail(name, b"x")
    assert session.images.thumbnail_of(4) == thumbnail_path(name)
    assert session.images.thumbnail_of(5) is None
    assert not session.columns.readable[7] and session.columns.readable.sum() == COUNT - 1
    assert session.counts().unreadable == 1


def test_a_class_is_found_by_name_first_as_it_is_written(tmp_path: Path) -> None:
    names = ("cat", "dog", "bird", "DOG")
    made = make_project(tmp_path / "pets.lnl", class_names=names, root=tmp_path / "images")
    with Session.open(made) as session:
        assert session.class_named("dog").id == 1
        assert session.class_named("BIRD").id == 2
        assert session.class_named("DOG").id == 3
        with pytest.raises(UserError, match="newt"):
            session.class_named("newt")
        changes = session.class_edits.add("  owl ")
        assert (changes.classes, changes.labels) == (True, False)
        assert "owl" in str(changes.text)
        with Session.open(session.folder, read_only=True) as other:
            assert [entry.name for entry in other.classes] == [*names, "owl"]


def test_only_classes_there_are_can_be_given(session: Session) -> None:
    for label in (-1, 3):
        with pytest.raises(UserError):
            session.relabel(np.array([0]), label)
    session.relabel(np.array([0]), 2)
    session.relabel(np.array([1]), 0)
    assert session.columns.current[:2].tolist() == [2, 0]


def test_rows_may_come_twice_and_in_any_order(session: Session) -> None:
    changes = session.exclude(np.array([5, 2, 5, 9]))
    assert changes.rows.tolist() == [2, 5, 9]
    assert changes.labels
    assert "3 samples" in str(changes.text)
    nothing = session.exclude(np.zeros(0, np.int64))
    assert (nothing.labels, len(nothing.rows), str(nothing.text)) == (False, 0, "")
    undone = session.undo()
    assert undone is not None and undone.labels
    assert undone.rows.tolist() == [2, 5, 9]
    assert str(undone.text) == "Undid: Excluded 3 samples"
    redone = session.redo()
    assert redone is not None and str(redone.text) == "Redid: Excluded 3 samples"


def test_one_of_several_duplicates_is_kept(session: Session) -> None:
    rows = np.array([3, 4, 8])
    session.relabel(np.array([4]), 2)
    with pytest.raises(UserError):
        session.keep_one(rows, 5)
    session.keep_one(rows, 4)
    assert session.columns.status[rows].tolist() == [EXCLUDED, RELABELLED, EXCLUDED]
    assert session.columns.current[4] == 2
    session.keep_one(rows, 8)
    assert session.columns.status[rows].tolist() == [EXCLUDED, EXCLUDED, KEPT]


def test_the_history_names_labels_and_statuses(session: Session) -> None:
    session.relabel(np.array([3]), 2)
    session.exclude(np.array([3]))
    session.undo()
    first, second = session.history(3)
    assert str(first.text) == "cat → bird (unseen → relabelled)"
    assert (first.reviewer, first.kind, first.undone) == ("ann", "relabel", False)
    assert str(second.text) == "relabelled → excluded"
    assert second.undone
    session.team.work_as("bob", blind=True)
    assert session.history(3) == []
    session.keep(np.array([3]))
    assert [entry.reviewer for entry in session.history(3)] == ["bob"]


def test_who_reads_only_is_told_why(session: Session) -> None:
    assert not session.read_only and str(session.read_only_reason) == ""
    with Session.open(session.folder) as second:
        assert second.read_only and str(os.getpid()) in str(second.read_only_reason)


# Runs


def test_a_finished_detection_is_taken_over(session: Session) -> None:
    before = session.columns.suspicion.copy()
    run = session.runs.start(DetectParameters(seed=5))
    shutil.copytree(newest(session), run.folder, dirs_exist_ok=True)
    write_array(run.folder / "suspicion.npy", before[::-1].copy())
    version = session.columns.version
    assert session.stage().name == "DETECTED"
    changes = session.runs.finish(run.id, runs.DONE, None)
    assert changes.scores and changes.runs
    np.testing.assert_array_equal(session.columns.suspicion, before[::-1])
    assert session.detection.folder == run.folder
    assert session.columns.version > version
    other = session.runs.start(ExportParameters("x"))
    changes = session.runs.finish(other.id, runs.DONE, RunResult({"a": "b"}, {"n": 1}))
    exported = session.runs.latest("export")
    assert exported is not None
    assert (exported.artifacts, exported.metrics) == ({"a": "b"}, {"n": 1})
    assert not changes.scores and changes.runs
    failed = session.runs.start(DetectParameters(seed=6))
    assert not session.runs.finish(failed.id, runs.FAILED, None).scores
    assert session.detection.folder == run.folder
    assert [found.id for found in session.runs.all()][-3:] == [run.id, other.id, failed.id]
    session.runs.forget(other.id)
    assert other.id not in [found.id for found in session.runs.all()]


# Views


def test_a_view_is_saved_replaced_and_deleted(session: Session) -> None:
    one, two = ViewSpec(given=(1,)), ViewSpec(text="dog")
    session.views.save("b", one)
    session.views.save("a", one)
    session.views.save("a", two)
    assert list(session.views.saved().items()) == [("a", SavedView(two)), ("b", SavedView(one))]
    session.views.delete("b")
    with Session.open(session.folder, read_only=True) as other:
        assert other.views.saved() == {"a": SavedView(two)}


@pytest.mark.parametrize("sort", ["pair", "status", "suspicion", "path", "verdict_time", "given"])
@pytest.mark.parametrize("descending", [True, False])
def test_an_order_prepared_before_is_the_same(
    session: Session, folder: Path, sort: str, descending: bool
) -> None:
    session.relabel(np.arange(4), 1)
    spec = ViewSpec(flagged=None, sort=sort, descending=descending)
    session.views.prepare_order(spec)
    found = session.views.select_rows(spec)
    with Session.open(folder, read_only=True) as other:
        np.testing.assert_array_equal(found, other.views.select_rows(spec))


def test_a_view_without_reasons_tells_nothing_of_the_detectors() -> None:
    told = {
        "flagged": True,
        "suggested": (1,),
        "suspicion": (0.5, 1.0),
        "loss": (1.0, 2.0),
        "issue": ("dark",),
        "detector": ("one",),
        "cluster": (3,),
    }
    kept = {
        "reviewed": False,
        "given": (1,),
        "current": (2,),
        "status": (0,),
        "split": (1,),
        "text": "x",
        "reviewer": ("ann",),
        "disagreement": True,
        "audit": 2,
    }
    for sort in REASON_SORTS:
        spec = ViewSpec(**told, **kept, sort=sort).without_reasons()
        assert spec == ViewSpec(flagged=None, **kept, sort="path", descending=False)
    for descending in (True, False):
        spec = ViewSpec(**told, **kept, sort="given", descending=descending).without_reasons()
        assert spec == ViewSpec(flagged=None, **kept, sort="given", descending=descending)


def test_the_blind_may_ask_for_their_own_verdicts_only(session: Session) -> None:
    session.exclude(np.array([1, 2]))
    session.team.work_as("bob", blind=True)
    session.keep(np.array([7]))
    assert session.views.select_rows(ViewSpec(flagged=None, reviewer=("bob",))).tolist() == [7]
    for spec in (
        ViewSpec(reviewer=("ann",)),
        ViewSpec(reviewer=("bob", "ann")),
        ViewSpec(disagreement=False),
    ):
        with pytest.raises(UserError) as raised:
            session.views.select_rows(spec)
        assert raised.value.code == "blind"


def test_a_view_within_a_lasso(session: Session) -> None:
    mask = np.zeros(COUNT, bool)
    mask[[2, 3, 6]] = True
    found = session.views.select_rows(ViewSpec(flagged=True), within=mask)
    assert sorted(found.tolist()) == [3, 6]


# Evidence and what a detection left


def test_evidence_leaves_out_what_a_detection_did_not_make(session: Session) -> None:
    folder = newest(session)
    columns = session.columns
    found = session.evidence(3)
    assert (found.row, found.flagged, found.suggested) == (3, True, int(columns.suggested[3]))
    assert found.suspicion == pytest.approx(float(columns.suspicion[3]))
    assert found.loss == pytest.approx(float(columns.loss[3]))
    assert (found.threshold, found.mixture) == (0.5, None)
    assert [n.row for n in found.neighbours] == [4, 5]
    assert [n.label for n in found.neighbours] == [1, 2]
    assert found.neighbours[0].similarity == pytest.approx(0.9, abs=1e-3)
    # A detection of an earlier version, without the spread between repetitions.
    assert np.isnan(found.deviation) and (found.agreeing, found.repetitions) == (-1, 1)
    write_array(folder / "suspicion_spread.npy", np.full(COUNT, 0.25, np.float32))
    write_array(folder / "agreeing.npy", np.arange(COUNT, dtype=np.int8))
    found = session.evidence(3)
    assert (found.deviation, found.agreeing) == (0.25, 3)
    rows = np.load(folder / "neighbours.npy")
    rows[3] = [0, -1]
    write_array(folder / "neighbours.npy", rows)
    write_mixture_table(folder, {1: MIXTURE})
    found = session.evidence(3)
    # Row 0 is a neighbour like any other; -1 is none.
    assert [n.row for n in found.neighbours] == [0]
    assert (found.mixture, session.evidence(4).mixture) == (None, MIXTURE)
    (folder / "neighbour_similarity.npy").unlink()
    assert session.evidence(3).neighbours == ()
    score = np.load(folder / "detector-neighbours-score.npy")
    score[3] = np.nan
    write_array(folder / "detector-neighbours-score.npy", score)
    assert session.evidence(3).votes == ()
    (vote,) = session.evidence(4).votes
    assert (vote.detector, vote.label) == ("neighbours", 1)
    assert vote.score == pytest.approx(float(score[4]))
    (folder / "detector-neighbours-vote.npy").unlink()
    assert session.evidence(4).votes == ()


def test_before_a_detection_there_is_no_evidence(tmp_path: Path) -> None:
    with Session.open(make_project(tmp_path / "new.lnl", count=6)) as session:
        found = session.evidence(0)
        assert (found.votes, found.neighbours, found.mixture) == ((), (), None)
        assert (found.threshold, found.flagged, found.suggested) == (None, False, -1)
        assert detection.detector_titles(session.detection) == {}
        assert detection.loss_mixtures(session.detection) == {}
        assert detection.principal_axes(session.detection) is None
        assert detection.class_noise(session.detection) is None
        assert detection.computed_projection(session.project, UMAP) is None
        assert detection.embedded_encoders(session.project) == ()
        assert session.derived.issue_names() == [] == session.derived.detector_names()


def test_what_a_detection_left_is_read_by_name(session: Session) -> None:
    folder = newest(session)
    titles = detection.detector_titles(session.detection)
    assert {name: str(title) for name, title in titles.items()} == {
        "neighbours": "Nearest neighbours"
    }
    assert detection.loss_mixtures(session.detection) == {}
    write_mixture_table(folder, {0: MIXTURE})
    assert detection.loss_mixtures(session.detection) == {0: MIXTURE}
    assert detection.principal_axes(session.detection) is None
    write_array(folder / "projection.npy", np.ones((COUNT, 2), np.float32))
    axes = detection.principal_axes(session.detection)
    assert axes is not None and axes.shape == (COUNT, 2)
    rate, interval = np.array([0.1, 0.2, 0.3]), np.array([[0, 0.2], [0.1, 0.3], [0.2, 0.4]])
    write_array(folder / "class_noise_rate.npy", rate)
    assert detection.class_noise(session.detection) is None
    write_array(folder / "class_noise_rate_interval.npy", interval)
    noise = detection.class_noise(session.detection)
    assert noise is not None
    np.testing.assert_array_equal(noise.rate, rate)
    np.testing.assert_array_equal(noise.interval, interval)
    assert session.derived.issue_names() == []
    write_json(
        folder / "issues.json", [{"name": "dark", "count": 0}, {"name": "blurry", "count": 0}]
    )
    assert session.derived.issue_names() == ["dark", "blurry"]


# People and figures


def test_reviewers_come_in_the_order_of_their_first_verdict(session: Session) -> None:
    assert session.team.reviewers() == []
    session.keep(np.array([0]))
    assert session.team.reviewers() == ["ann"]
    changes = session.team.work_as("bob")
    assert len(changes.rows) == COUNT and "bob reviews" in str(changes.text)
    assert changes.labels  # the views show another person's verdicts
    session.keep(np.array([1]))
    assert session.team.reviewers() == ["ann", "bob"]
    session.team.rename("cat")
    session.keep(np.array([2]))
    assert session.team.reviewers() == ["ann", "bob", "cat"]
    session.undo()
    assert session.team.reviewers() == ["ann", "bob"]


def test_another_copy_is_shown_at_once_and_its_journal_too(
    session: Session, folder: Path, tmp_path: Path
) -> None:
    other = Path(shutil.copytree(folder, tmp_path / "other.lnl"))
    third = Path(shutil.copytree(folder, tmp_path / "third.lnl"))
    with Session.open(other, reviewer="bob") as there:
        there.class_edits.add("newt")
        there.relabel(np.array([2, 4]), 3)
        assert there.team.write_journal(tmp_path / "journal.jsonl") == 2
    assert session.counts().reviewed == 0 and session.team.reviewers() == []
    report, changes = session.team.merge(other, Quiet())
    assert (report.operations, changes.rows.tolist()) == (2, [2, 4])
    assert changes.labels and changes.classes and "other.lnl" in str(changes.text)
    assert session.columns.current[[2, 4]].tolist() == [3, 3]
    assert (session.columns.verdict_time > 0).sum() == 2
    assert session.counts().reviewed == 2 and session.team.reviewers() == ["bob"]
    assert session.classes[3].name == "newt"
    with Session.open(third, reviewer="cat") as later:
        assert later.team.reviewers() == [] and later.counts().reviewed == 0
        replayed, changes = later.team.replay(tmp_path / "journal.jsonl")
        assert (replayed.imported.operations, changes.rows.tolist()) == (2, [2, 4])
        assert changes.labels and changes.classes and "journal.jsonl" in str(changes.text)
        assert later.columns.current[[2, 4]].tolist() == [3, 3]
        assert later.counts().reviewed == 2 and later.team.reviewers() == ["bob"]
        assert later.classes[3].name == "newt"


def test_right_labels_are_counted_by_their_suspicion(session: Session) -> None:
    session.columns.suspicion[7] = np.nan
    rows = np.array([1, 5, 7, 9])
    wanted = sum(1 - float(session.columns.suspicion[row]) for row in (1, 5, 9))
    assert session.statistics.expected_right(rows) == pytest.approx(wanted, rel=1e-6)


def test_an_audit_is_on_record_with_how_it_was_drawn(session: Session) -> None:
    session.keep(np.array([1]))
    drawn = session.statistics.draw_audit(6, seed=3, stratified=True)
    assert (drawn.seed, drawn.stratified, drawn.reviewer) == (3, True, "ann")
    # 20 of 30 are not flagged, and one of those is reviewed.
    assert drawn.population == 19
    session.relabel(drawn.rows[:2], 0)
    (report,) = session.statistics.audit_reports()
    assert (report.drawn, report.left) == (6, 4)
    assert report.judged == 2
    assert session.statistics.draw_audit(99).rows.shape == (17,)


@pytest.mark.skipif(sys.platform == "win32", reason="other variables")
def test_verdicts_carry_the_accounts_name_when_nobody_says(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LOGNAME", "dora")
    with Session.open(folder) as session:
        assert session.reviewer == "dora"

    def nobody() -> str:
        raise KeyError("uid")

    monkeypatch.setattr("getpass.getuser", nobody)
    with Session.open(folder) as session:
        assert session.reviewer == "reviewer"


def test_counts_start_anew_with_another_reviewer(session: Session) -> None:
    session.exclude(np.arange(5))
    assert session.counts().reviewed == 5
    session.team.work_as("bob", blind=True)
    assert session.counts().reviewed == 0
    assert set(session.columns.status) == {UNSEEN}
    session.team.work_as("ann")
    assert session.counts().reviewed == 5


def test_counts_of_detectors_and_groups_take_little_room(session: Session) -> None:
    assert session.derived.agreement.dtype == np.int16
    assert session.derived.duplicate_group.dtype == np.int32
    write_array(newest(session) / "duplicate_group.npy", np.arange(COUNT))
    with Session.open(session.folder, read_only=True) as other:
        assert other.derived.duplicate_group.dtype == np.int32
        assert other.derived.duplicate_group.tolist() == list(range(COUNT))


def test_an_empty_selection_has_no_place_and_a_new_one_its_first() -> None:
    assert (Selection(0).current, Selection(3).current) == (-1, 0)
    assert Selection(3).rows(np.array([7, 8, 9])).tolist() == [7]
    assert len(Selection(0).rows(np.zeros(0, np.int64))) == 0
