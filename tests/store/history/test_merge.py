"""Two copies of a project, merged by journal: random histories against simple rules."""

import shutil
from pathlib import Path

import numpy as np
import pytest

from lnl_gui.session.session import Session
from lnl_gui.store.dataset.classes import load_classes
from lnl_gui.store.dataset.samples import EXCLUDED, KEPT, RELABELLED
from lnl_gui.store.history import journal, journal_queries
from lnl_gui.store.history.audits import load_audits
from lnl_gui.store.history.journal_file import replay_journal, write_journal
from lnl_gui.store.history.merge import MergeReport, merge
from lnl_gui.store.project import open_project
from lnl_gui.util.errors import Cancelled, UserError
from tests.builders import add_detection, make_project

ROWS = 12


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    project = make_project(tmp_path / "pets.lnl", count=ROWS)
    add_detection(project)
    return project


def copy_of(folder: Path, name: str) -> Path:
    return Path(shutil.copytree(folder, folder.with_name(f"{name}.lnl")))


def act_at_random(session: Session, generator: np.random.Generator) -> None:
    rows = generator.choice(ROWS, int(generator.integers(1, 4)), replace=False)
    act = generator.integers(7)
    if act < 3:
        session.relabel(rows, int(generator.integers(3)))
    elif act < 5:
        (session.keep, session.exclude)[act - 3](rows)
    else:
        (session.undo, session.redo)[act - 5]()


def work(
    folder: Path, reviewer: str, acts: int, generator: np.random.Generator, *, blind: bool = False
) -> None:
    with Session.open(folder, reviewer=reviewer, blind=blind) as session:
        for _ in range(acts):
            act_at_random(session, generator)


def take_in(folder: Path, other: Path) -> MergeReport:
    with open_project(folder) as project:
        return merge(project, other)


def state(folder: Path) -> tuple[np.ndarray, np.ndarray]:
    """Labels and statuses, checked against a plain replay of the journal."""
    with Session.open(folder, read_only=True) as session:
        label = session.columns.given.tolist()
        status = [0] * len(session)
        for op in journal_queries.operations(session.project):
            if op.kind not in ("undo", "redo", "opinion") and not op.undone:
                change = journal.load_change(session.project, op.id)
                for i, row in enumerate(change.rows.tolist()):
                    assert (change.old_label[i], change.old_status[i]) == (label[row], status[row])
                    label[row], status[row] = int(change.new_label[i]), int(change.new_status[i])
        assert label == session.columns.current.tolist()
        assert status == session.columns.status.tolist()
        return session.columns.current.copy(), session.columns.status.copy()


def journal_size(folder: Path) -> int:
    with Session.open(folder, read_only=True) as session:
        return len(list(journal_queries.operations(session.project)))


@pytest.mark.parametrize("seed", range(8))
def test_random_histories_merge_alike_both_ways(folder: Path, seed: int) -> None:
    generator = np.random.default_rng(seed)
    work(folder, "ann", 6, generator)
    left, right = copy_of(folder, "left"), copy_of(folder, "right")
    work(left, "ann", 8, generator)
    work(right, "ann" if seed % 4 == 0 else "bob", 8, generator)
    both_left, both_right = copy_of(left, "both-left"), copy_of(right, "both-right")
    report = take_in(both_left, right)
    back = take_in(both_right, left)
    disputed = {c.row for c in report.conflicts} | {c.row for c in back.conflicts}
    assert not disputed or seed % 4
    agreed = np.setdiff1d(np.arange(ROWS), list(disputed))
    first, second = state(both_left), state(both_right)
    np.testing.assert_array_equal(first[0][agreed], second[0][agreed])
    np.testing.assert_array_equal(first[1][agreed], second[1][agreed])
    size = journal_size(both_left)
    again = take_in(both_left, right)
    assert (again.operations, len(again.rows), again.conflicts) == (0, 0, [])
    assert journal_size(both_left) == size
    # Each copy now knows all the other does.
    assert take_in(both_left, both_right).operations == 0


@pytest.mark.parametrize("seed", range(4))
def test_three_copies_that_go_on_working_come_together(folder: Path, seed: int) -> None:
    generator = np.random.default_rng(seed)
    work(folder, "ann", 5, generator)
    copies = [copy_of(folder, name) for name in "abc"]
    for _ in range(2):
        for copy, name in zip(
            copies, ("ann", "bob", "ann" if seed % 3 == 0 else "cat"), strict=True
        ):
            work(copy, name, 4, generator, blind=bool(generator.integers(4) == 0))
        for _ in range(3):
            here, there = generator.choice(3, 2, replace=False)
            take_in(copies[here], copies[there])
            state(copies[here])
    pairs = [(a, b) for a in copies for b in copies if a != b]
    for here_copy, there_copy in pairs * 2:
        take_in(here_copy, there_copy)
        state(here_copy)
    assert [take_in(a, b).operations for a, b in pairs] == [0] * 6


@pytest.mark.parametrize("seed", range(4))
def test_after_a_merge_undo_runs_back_to_the_beginning(folder: Path, seed: int) -> None:
    generator = np.random.default_rng(100 + seed)
    left, right = copy_of(folder, "left"), copy_of(folder, "right")
    work(left, "ann", 8, generator)
    work(right, "bob", 8, generator)
    take_in(left, right)
    with Session.open(left) as session:
        while session.undo() is not None:
            pass
        np.testing.assert_array_equal(session.columns.current, session.columns.given)
        assert not session.columns.status.any()


def test_verdicts_on_different_samples_all_arrive(folder: Path) -> None:
    other = copy_of(folder, "other")
    with Session.open(folder, reviewer="ann") as session:
        session.relabel(np.array([0, 1]), 2)
    with Session.open(other, reviewer="bob") as session:
        session.exclude(np.array([5]))
        session.relabel(np.array([6]), 1)
        session.undo()
    report = take_in(folder, other)
    assert (report.operations, report.conflicts) == (3, [])
    label, status = state(folder)
    assert label[:2].tolist() == [2, 2]
    assert (status[5], status[6]) == (EXCLUDED, 0)
    with Session.open(folder, read_only=True) as session:
        assert [entry.reviewer for entry in session.history(5)] == ["bob"]


def test_a_conflict_keeps_the_label_here_and_becomes_a_disagreement(folder: Path) -> None:
    other = copy_of(folder, "other")
    with Session.open(folder, reviewer="ann") as session:
        session.relabel(np.array([0, 1, 2]), 2)
    with Session.open(other, reviewer="bob") as session:
        session.relabel(np.array([1, 2, 3]), 1)
        session.relabel(np.array([2]), 2)
    report = take_in(folder, other)
    # 2 is given as class 2: ann's verdict there confirms the label, as does bob's second one.
    assert {c.row for c in report.conflicts} == {1, 2}
    assert report.conflicts[0].reviewer == "ann"
    assert report.conflicts[0].other_reviewer == "bob"
    label, status = state(folder)
    assert label[:4].tolist() == [2, 2, 2, 1]
    assert status[:4].tolist() == [RELABELLED, RELABELLED, KEPT, RELABELLED]
    with Session.open(folder, reviewer="cat") as session:
        assert [c.row for c in session.team.disagreements()] == [1]
        assert session.team.agreement()[0].samples == 2
        session.keep(np.array([1]))
        assert session.team.disagreements() == []
    # The settled verdict travels back, and the other copy agrees that it is settled.
    take_in(other, folder)
    with Session.open(other, reviewer="cat") as session:
        assert session.columns.current[1] == session.columns.given[1]
        assert session.columns.status[1] == KEPT
        assert session.team.disagreements() == []


def test_an_undo_elsewhere_takes_back_a_shared_verdict(folder: Path) -> None:
    with Session.open(folder, reviewer="ann") as session:
        session.relabel(np.array([0]), 2)
        session.relabel(np.array([1]), 2)
    other = copy_of(folder, "other")
    with Session.open(other, reviewer="ann") as session:
        session.undo()
        session.undo()
        session.redo()
    take_in(folder, other)
    label, status = state(folder)
    assert (label[0], status[0], label[1], status[1]) == (2, RELABELLED, 1, 0)


def test_a_class_added_elsewhere_comes_along(folder: Path) -> None:
    other = copy_of(folder, "other")
    with Session.open(folder) as session:
        session.class_edits.add("newt")
    with Session.open(other) as session:
        session.class_edits.add("toad")
        session.relabel(np.array([4]), 3)
    take_in(folder, other)
    with Session.open(folder) as session:
        assert [entry.name for entry in session.classes][3:] == ["newt", "toad"]
        assert session.columns.current[4] == 4


def test_opinions_and_audits_come_along(folder: Path) -> None:
    other = copy_of(folder, "other")
    with Session.open(other, reviewer="bob", blind=True) as session:
        session.relabel(np.array([3]), 2)
        drawn = session.statistics.draw_audit(4, seed=1)
    assert take_in(folder, other).audits == 1
    assert take_in(folder, other).audits == 0
    with Session.open(folder, reviewer="bob", blind=True) as session:
        assert session.columns.current[3] == 2
        np.testing.assert_array_equal(session.derived.audit_rows(1), drawn.rows)
    assert state(folder)[1].sum() == 0


def test_another_dataset_is_refused_and_nothing_changes(folder: Path, tmp_path: Path) -> None:
    stranger = make_project(tmp_path / "cars.lnl", count=ROWS, paths=[f"{i}" for i in range(ROWS)])
    work(stranger, "bob", 3, np.random.default_rng(0))
    with pytest.raises(UserError, match="another dataset"):
        take_in(folder, stranger)
    assert journal_size(folder) == 0


def test_a_replay_on_a_fresh_import_gives_the_same_labels(folder: Path, tmp_path: Path) -> None:
    work(folder, "ann", 25, np.random.default_rng(5))
    work(folder, "bob", 6, np.random.default_rng(6), blind=True)
    fresh = make_project(tmp_path / "fresh.lnl", count=ROWS)
    with open_project(folder) as project:
        count = write_journal(project, tmp_path / "journal.jsonl")
    with open_project(fresh) as project:
        report = replay_journal(project, tmp_path / "journal.jsonl")
        assert report.imported.operations == count
        assert replay_journal(project, tmp_path / "journal.jsonl").imported.operations == 0
    for one, other in zip(state(folder), state(fresh), strict=True):
        np.testing.assert_array_equal(one, other)
    with (
        Session.open(folder, reviewer="bob", blind=True) as first,
        Session.open(fresh, reviewer="bob", blind=True, read_only=True) as second,
    ):
        np.testing.assert_array_equal(first.columns.current, second.columns.current)


def with_hashes(folder: Path, hashes: list[bytes]) -> Path:
    facts = np.zeros(len(hashes), [("content_hash", "S32")])
    facts["content_hash"] = hashes
    np.save(folder / "arrays" / "facts.npy", facts)
    return folder


def test_a_replay_finds_moved_files_by_content(tmp_path: Path) -> None:
    old = make_project(tmp_path / "old.lnl", count=4, paths=["a", "b", "c", "d"])
    with_hashes(old, [b"0" * 32, b"1" * 32, b"2" * 32, b"3" * 32])
    with Session.open(old) as session:
        session.exclude(np.arange(4))
        write_journal(session.project, tmp_path / "journal.jsonl")
    new = make_project(tmp_path / "new.lnl", count=4, paths=["a", "x", "y", "z"])
    # "c" was copied twice: content does not say which one it was; "d" is gone.
    with_hashes(new, [b"0" * 32, b"2" * 32, b"2" * 32, b"1" * 32])
    with open_project(new) as project:
        report = replay_journal(project, tmp_path / "journal.jsonl")
    assert (report.moved, report.missing, report.others) == (1, ["c", "d"], [])
    assert state(new)[1].tolist() == [EXCLUDED, 0, 0, EXCLUDED]


@pytest.mark.parametrize(
    "text", ["", "not json", "[]", '{"format": "else"}', '{"format": "lnl-journal"}\n{"kind": "x"}']
)
def test_a_damaged_journal_is_refused(folder: Path, tmp_path: Path, text: str) -> None:
    (tmp_path / "j.jsonl").write_text(text)
    with open_project(folder) as project, pytest.raises(UserError, match=r"j\.jsonl"):
        replay_journal(project, tmp_path / "j.jsonl")
    assert journal_size(folder) == 0


@pytest.mark.parametrize("stage", ["reading", "writing", "settling"])
def test_a_merge_cancelled_anywhere_changes_nothing(folder: Path, stage: str) -> None:
    other = copy_of(folder, "other")
    with Session.open(folder, reviewer="ann") as session:
        session.relabel(np.array([0, 1]), 2)
    with Session.open(other, reviewer="bob") as session:
        session.class_edits.add("horse")
        session.relabel(np.array([1, 2, 3]), 3)
        session.statistics.draw_audit(2)
    before, size = state(folder), journal_size(folder)

    def stop(done: int, total: int) -> None:
        raise Cancelled

    with open_project(folder) as project:
        with pytest.raises(Cancelled):
            merge(project, other, **{stage: stop})
        assert len(load_classes(project)) == 3
        assert load_audits(project) == []
    np.testing.assert_array_equal(state(folder), before)
    assert journal_size(folder) == size
    report = take_in(folder, other)
    assert (report.operations, report.rows.tolist(), report.audits) == (2, [2, 3], 1)
    with open_project(folder) as project:
        assert [entry.name for entry in load_classes(project)][3:] == ["horse"]
