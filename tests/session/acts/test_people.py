"""Sittings, several reviewers, journals and packs of a project, and what they say of samples."""

import shutil
from pathlib import Path

import numpy as np
import pytest

from lnl_gui.session.acts import team
from lnl_gui.session.acts.merged import READING, SETTLING, WRITING, merge_copy
from lnl_gui.session.browsing.views import ViewSpec
from lnl_gui.session.figures.sitting import END_SECONDS, IDLE_SECONDS, Sitting, sitting_message
from lnl_gui.session.session import Session
from lnl_gui.store.database.containment import LOCK
from lnl_gui.store.dataset.samples import EXCLUDED, KEPT, RELABELLED, UNSEEN
from lnl_gui.store.history.pack_format import PACK_OF
from lnl_gui.store.project import open_project
from lnl_gui.util.errors import UserError
from lnl_gui.util.messages import Message
from tests.builders import add_detection, make_project, make_unlabelled_project
from tests.session.test_session import Quiet

NOW = 1_700_000_000.0


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = make_project(tmp_path / "pets.lnl")
    add_detection(made)
    return made


def copy_of(folder: Path, name: str) -> Path:
    return Path(shutil.copytree(folder, folder.with_name(name)))


class Clock:
    """The time, as the test sets it."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.now = NOW
        monkeypatch.setattr("time.time", lambda: self.now)


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    return Clock(monkeypatch)


# Sittings


def test_a_pause_of_half_an_hour_is_still_one_sitting(session: Session, clock: Clock) -> None:
    moments = [0.0, IDLE_SECONDS, 2 * IDLE_SECONDS + 1]
    moments += [moments[-1] + END_SECONDS, moments[-1] + END_SECONDS + 60]
    for row, moment in enumerate(moments):
        clock.now = NOW + moment
        session.relabel(np.array([row]), (int(session.columns.given[row]) + 1) % 3)
    found = session.statistics.sitting()
    # At work for the first pause of three minutes and the last of one.
    assert found == Sitting(NOW, NOW + moments[-1], (IDLE_SECONDS + 60) / 60, 5, 5)
    clock.now = NOW + moments[-1] + END_SECONDS + 1
    session.exclude(np.array([9]))
    found = session.statistics.sitting()
    assert found == Sitting(clock.now, clock.now, 0.0, 1, 0, set_aside=1)
    assert not found.is_over(clock.now + END_SECONDS) and found.is_over(clock.now + END_SECONDS + 1)
    # A clock that was set back: that sitting was held before.
    assert found.is_over(clock.now - END_SECONDS - 1) and not found.is_over()


def test_what_came_without_a_label_is_decided_and_no_error_fixed(
    tmp_path: Path, clock: Clock
) -> None:
    with Session.open(make_unlabelled_project(tmp_path / "some.lnl"), reviewer="ann") as session:
        session.relabel(np.array([4, 9]), 0)
        session.relabel(np.array([0, 1]), 1)
        session.exclude(np.array([2]))
        found = session.statistics.sitting()
        # Row 1 is a dog as it came; why row 2 was set aside is not known.
        assert found is not None and (found.samples, found.fixed) == (5, 1)


@pytest.mark.parametrize(
    ("sitting", "said"),
    [
        (Sitting(0, 9, 0.99, 1, 1), "under a minute, 1 sample decided, 1 error fixed"),
        (Sitting(0, 9, 0.0, 1200, 0), "under a minute, 1,200 samples decided, 0 errors fixed"),
        (
            Sitting(0, 9, 1.0, 3, 2),
            "1 min, 3 samples decided, 2 errors fixed (2.0 errors a minute)",
        ),
        (
            Sitting(0, 9, 20.0, 1500, 1010),
            "20 min, 1,500 samples decided, 1,010 errors fixed (50.5 errors a minute)",
        ),
    ],
)
def test_a_sitting_in_a_line(sitting: Sitting, said: str) -> None:
    assert str(sitting_message(sitting)) == said


# Who decided


def test_a_clock_at_its_beginning_loses_no_verdict(session: Session, clock: Clock) -> None:
    clock.now = 0.0
    session.exclude(np.array([4]))
    found = session.views.select_rows(ViewSpec(flagged=None, reviewer=("ann",)))
    assert found.tolist() == [4]
    session.team.work_as("bob", blind=True)
    session.keep(np.array([5]))
    found = session.views.select_rows(ViewSpec(flagged=None, reviewer=("bob",)))
    assert found.tolist() == [5]


def test_the_history_of_a_sample_is_told_in_turn(session: Session, clock: Clock) -> None:
    session.relabel(np.array([3, 4]), 2)
    clock.now = NOW + 5
    session.team.rename("bob")
    session.remarks.tag(np.array([3]), "dusk")
    session.exclude(np.array([3]))
    session.undo()
    told = [
        (round(entry.time), entry.reviewer, entry.kind, str(entry.text), entry.undone)
        for entry in session.history(np.int64(3))
    ]
    assert told == [
        (NOW, "ann", "relabel", "cat → bird (unseen → relabelled)", False),
        (NOW + 5, "bob", "remark", "Tagged 1 sample as dusk", False),
        (NOW + 5, "bob", "exclude", "relabelled → excluded", True),
    ]
    session.undo()
    assert [entry.undone for entry in session.history(3)] == [False, True, True]
    assert session.history(8) == []


# Remarks


def test_tags_are_added_and_taken_off_by_their_tidy_names(session: Session) -> None:
    remarks = session.remarks
    assert remarks.tag_names() == [] and remarks.tags_of(1) == []
    changes = remarks.tag(np.array([2, 1, 2]), "  dusk\t")
    assert changes.rows.tolist() == [1, 2] and str(changes.text) == "Tagged 2 samples as dusk"
    remarks.tag(np.array([1]), "x" * 60)
    remarks.tag(np.array([1]), "dawn")
    assert remarks.tags_of(np.int64(1)) == ["dawn", "dusk", "x" * 60]
    assert remarks.tag_names() == ["dawn", "dusk", "x" * 60]
    changes = remarks.untag(np.array([1]), " dusk ")
    assert str(changes.text) == "Took the tag dusk off 1 sample"
    assert remarks.tags_of(1) == ["dawn", "x" * 60] and remarks.tags_of(2) == ["dusk"]
    with pytest.raises(UserError, match="No sample has the tag night"):
        remarks.untag(np.array([1]), "night")
    # A view of a tag that nobody has given shows nothing.
    assert session.views.select_rows(ViewSpec(flagged=None, tag=("night",))).tolist() == []
    for name in ("a\x07b", "a\u2028b", "a\u2029b", "\ud800"):
        with pytest.raises(UserError, match="one line"):
            remarks.tag(np.array([1]), name)
    assert not remarks.tag(np.zeros(0, np.int64), "dusk").remarks


def test_notes_are_ones_own_and_the_longest_is_taken(session: Session) -> None:
    remarks = session.remarks
    remarks.note(np.array([3]), "n" * 4_000)
    session.team.rename("bob")
    remarks.note(np.array([3]), "  Blurred. ")
    assert remarks.notes_of(3) == {"ann": "n" * 4_000, "bob": "Blurred."}
    remarks.note(np.array([3]), "Sharp.")
    session.team.work_as("ann", blind=True)
    assert remarks.notes_of(3) == {"ann": "n" * 4_000}
    remarks.note(np.array([3]), " ")
    assert remarks.notes_of(np.int64(3)) == {} and remarks.notes_of(4) == {}
    session.team.work_as("eve")
    assert remarks.notes_of(3) == {"bob": "Sharp."}
    # What is given away is a copy.
    remarks.notes_of(3)["eve"] = "never said"
    assert remarks.notes_of(3) == {"bob": "Sharp."}


def test_second_labels_are_said_and_taken_back(session: Session) -> None:
    remarks = session.remarks
    remarks.also(np.array([0, 1]), 2)
    changes = remarks.also(np.array([0]), 1)
    assert str(changes.text) == "Gave 1 sample the second label dog" and changes.remarks
    assert sorted(remarks.also_of(0)) == [1, 2] and remarks.also_of(np.int64(1)) == (2,)
    changes = remarks.also(np.array([0]), 2, there=False)
    assert str(changes.text) == "Took the second label bird off 1 sample"
    assert remarks.also_of(0) == (1,) and remarks.also_of(5) == ()
    with pytest.raises(UserError, match="no class number"):
        remarks.also(np.array([0]), 3)


# Journals, copies and packs


class Heard(Quiet):
    """A job's context that remembers which stages it was told of."""

    def __init__(self) -> None:
        self.stages: list[Message] = []

    def progress(self, stage: Message, done: int, total: int, *, whole: bool = False) -> None:
        assert 0 <= done <= total
        self.stages.append(stage)


def test_a_merge_shows_what_is_in_force_at_once(folder: Path, clock: Clock) -> None:
    other = copy_of(folder, "other.lnl")
    with Session.open(other, reviewer="bob") as there:
        clock.now = NOW + 50
        there.exclude(np.array([2, 5]))
        clock.now = NOW + 60
        there.team.work_as("eve", blind=True)
        there.relabel(np.array([7]), 0)
    with Session.open(folder, reviewer="ann") as session:
        session.keep(np.array([7]))
        assert session.counts().reviewed == 1 and session.team.reviewers() == ["ann"]
        clock.now = NOW + 100
        report, changes = session.team.merge(other, Quiet())
        assert report.operations == 2
        assert str(changes.text) == "Took in 2 operations of other.lnl"
        assert changes.labels and changes.classes and sorted(changes.rows.tolist()) == [2, 5]
        # Times are those of the verdicts, known without another look at the journal.
        assert session.columns.knows_verdict_times
        assert session.columns.verdict_time[[2, 5]].tolist() == [NOW + 50] * 2
        assert session.counts().reviewed == 3
        assert sorted(session.team.reviewers()) == ["ann", "bob", "eve"]
        assert [one.row for one in session.team.disagreements()] == [7]
        # Once more there is nothing new.
        report, changes = session.team.merge(other, Quiet())
        assert (report.operations, changes.rows.tolist()) == (0, [])


def test_who_works_blind_sees_nothing_of_what_was_merged(folder: Path) -> None:
    other = copy_of(folder, "other.lnl")
    with Session.open(other, reviewer="bob") as there:
        there.exclude(np.array([2, 5]))
    with Session.open(folder, reviewer="ann", blind=True) as session:
        session.keep(np.array([5]))
        session.team.merge(other, Quiet())
        assert np.flatnonzero(session.columns.status).tolist() == [5]
        assert session.counts().reviewed == 1 and session.blind
        session.team.work_as("ann")
        assert session.columns.status[[2, 5]].tolist() == [EXCLUDED, EXCLUDED]
        assert [one.row for one in session.team.disagreements()] == [5]


def test_another_thread_merges_into_a_project_that_is_lent(folder: Path) -> None:
    other = copy_of(folder, "other.lnl")
    with Session.open(other, reviewer="bob") as there:
        there.exclude(np.array([2]))
    with Session.open(folder, reviewer="ann") as session:
        with session.team.lend() as lent:
            heard = Heard()
            merged = merge_copy(lent, other, heard)
            for act in (session.team.lend, lambda: session.keep(np.array([1]))):
                with pytest.raises(UserError):
                    act()
        # Each part of it is told of, in its order.
        assert list(dict.fromkeys(heard.stages)) == [READING, WRITING, SETTLING]
        assert not session.columns.status.any() and merged.reviewers == ["bob"]
        assert (merged.name, merged.report.operations) == ("other.lnl", 1)
        assert session.team.show_merged(merged).rows.tolist() == [2]
        assert np.flatnonzero(session.columns.status).tolist() == [2]
        session.keep(np.array([1]))
        assert session.team.reviewers() == ["bob", "ann"]


def test_what_is_no_pack_makes_no_project(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"no pack")
    with pytest.raises(UserError):
        team.open_pack(tmp_path / "file", tmp_path / "new.lnl")
    assert not (tmp_path / "new.lnl").exists()


def test_who_works_blind_stays_so_when_classes_come_from_elsewhere(
    folder: Path, tmp_path: Path
) -> None:
    other = copy_of(folder, "other.lnl")
    with Session.open(other, reviewer="bob") as there:
        there.class_edits.merge([0], 1)
        there.exclude(np.array([2, 5]))
        there.team.write_journal(tmp_path / "journal.jsonl")
    for way in ("replay", "merge"):
        with Session.open(copy_of(folder, f"{way}.lnl"), reviewer="ann", blind=True) as session:
            session.keep(np.array([5]))
            if way == "replay":
                session.team.replay(tmp_path / "journal.jsonl")
            else:
                session.team.merge(other, Quiet())
            assert session.blind and [entry.name for entry in session.shown_classes] == [
                "dog",
                "bird",
            ]
            assert set(session.columns.given.tolist()) == {1, 2}
            assert np.flatnonzero(session.columns.status).tolist() == [5]


def test_the_newest_opinion_counts_whichever_way_it_came(folder: Path, clock: Clock) -> None:
    other = copy_of(folder, "other.lnl")
    with Session.open(other, reviewer="bob", blind=True) as there:
        clock.now = NOW + 10
        there.relabel(np.array([3]), 2)
        clock.now = NOW + 30
        there.relabel(np.array([6]), 2)
    with Session.open(folder, reviewer="bob", blind=True) as session:
        clock.now = NOW + 20
        session.exclude(np.array([3, 6]))
        session.team.merge(other, Quiet())
        session.team.work_as("ann")
        found = session.derived.comparisons
        told = {row: found.find(row) for row in (3, 6)}
        labels = {
            row: (one.decisions["bob"].label, one.decisions["bob"].status)
            for row, one in told.items()
            if one is not None
        }
        assert labels == {3: (0, EXCLUDED), 6: (2, RELABELLED)}


def test_a_journal_is_taken_in_as_a_file(session: Session, folder: Path, tmp_path: Path) -> None:
    other = copy_of(folder, "other.lnl")
    with Session.open(other, reviewer="bob") as there:
        there.exclude(np.array([2]))
        there.relabel(np.array([3]), 2)
        assert there.team.write_journal(tmp_path / "journal.jsonl") == 2
    assert session.team.is_journal(tmp_path / "journal.jsonl")
    assert not session.team.is_journal(other)
    assert session.team.reviewers() == [] and session.counts().reviewed == 0
    report, changes = session.team.take_in(tmp_path / "journal.jsonl")
    assert report.imported.operations == 2 and changes.rows.tolist() == [2, 3]
    assert str(changes.text) == "Replayed 2 operations of journal.jsonl"
    assert changes.labels and changes.classes
    assert session.columns.status[[2, 3]].tolist() == [EXCLUDED, RELABELLED]
    assert session.team.reviewers() == ["bob"] and session.counts().reviewed == 2


def test_a_pack_of_this_project_is_taken_in_by_path(session: Session, tmp_path: Path) -> None:
    paths = [session.path_of(row) for row in (20, 4, 9)]
    pack = make_project(tmp_path / "pack.lnl", paths=paths)
    assert team.pack_of(pack) == "" == team.pack_of(tmp_path)
    with open_project(pack) as project, project.transaction() as connection:
        values = (PACK_OF, session.project.meta("uuid"))
        connection.execute("INSERT INTO meta VALUES (?, ?)", values)
    with Session.open(pack, reviewer="bob") as there:
        there.exclude(np.array([0]))
        there.keep(np.array([2]))
    assert team.pack_of(pack) == session.project.meta("uuid")
    assert session.team.is_journal(pack)
    (pack / LOCK).unlink()
    report, changes = session.team.take_in(pack)
    # It is only read.
    assert not (pack / LOCK).exists()
    assert report.imported.operations == 2 and sorted(changes.rows.tolist()) == [9, 20]
    # What is called a bird in the pack by its place is found by its path here.
    assert session.columns.status[[4, 9, 20]].tolist() == [UNSEEN, KEPT, EXCLUDED]
    assert session.team.reviewers() == ["bob"]


def test_opinions_nobody_opposes_are_adopted_with_what_was_decided(session: Session) -> None:
    session.exclude(np.array([0]))
    session.team.work_as("bob", blind=True)
    session.relabel(np.array([0, 4, 5]), 2)
    session.exclude(np.array([6]))
    session.team.work_as("eve", blind=True)
    session.exclude(np.array([5, 6]))
    session.team.work_as("ann")
    changes = session.adopt_opinions()
    assert changes.rows.tolist() == [4, 6]
    assert str(changes.text) == "Adopted the opinions on 2 samples"
    assert session.columns.status[[0, 4, 5, 6]].tolist() == [EXCLUDED, RELABELLED, UNSEEN, EXCLUDED]
    assert session.columns.current[4] == 2
    agreement = {
        (pair.first, pair.second): (pair.samples, pair.agreed) for pair in session.team.agreement()
    }
    assert agreement[("bob", "eve")] == (2, 1)
