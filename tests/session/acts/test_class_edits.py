"""Classes of an open project are renamed, merged and deleted, and every edit can be undone."""

from pathlib import Path

import numpy as np
import pytest

from lnl_gui.session.session import Session
from lnl_gui.store.dataset.classes import LONGEST_NAME
from lnl_gui.store.dataset.samples import KEPT, RELABELLED, UNSEEN, UNSURE
from lnl_gui.util.errors import UserError
from tests.builders import make_project, make_unlabelled_project

CAT, DOG, BIRD = range(3)


def shown(session: Session) -> list[str]:
    return [entry.name for entry in session.shown_classes]


def state(session: Session) -> tuple[list[list[int]], list[str]]:
    """Everything an edit of classes may change."""
    columns = session.columns
    arrays = (columns.given, columns.current, columns.status, columns.suggested, columns.flagged)
    return [array.tolist() for array in arrays], shown(session)


def reopened(session: Session) -> tuple[list[list[int]], list[str]]:
    """The same as a second window reads it."""
    with Session.open(session.folder, read_only=True) as other:
        return state(other)


def test_a_merge_takes_labels_verdicts_and_suggestions_along_and_undo_gives_them_back(
    folder: Path,
) -> None:
    with Session.open(folder, reviewer="ann") as session:
        session.relabel(np.array([2]), CAT)
        session.keep(np.array([0]))
        before = state(session)
        changes = session.class_edits.merge([CAT], DOG)
        assert changes.labels and changes.classes
        assert shown(session) == ["dog", "bird"]
        columns = session.columns
        assert columns.given[:3].tolist() == [DOG, DOG, BIRD]
        assert columns.current[2] == DOG and columns.status[2] == RELABELLED
        # Every suspect was a cat taken for a dog: they are one class now.
        assert not columns.flagged.any()
        assert columns.suggested[0] == DOG
        assert reopened(session) == state(session)
        assert str(session.undo_text()) == "Merged cat into dog"
        undone = session.undo()
        assert undone is not None and undone.classes and undone.labels
        assert state(session) == before == reopened(session)
        session.redo()
        assert shown(session) == ["dog", "bird"]


def test_a_verdict_after_a_merge_is_undone_to_what_was_there(folder: Path) -> None:
    with Session.open(folder, reviewer="ann") as session:
        before = state(session)
        session.class_edits.merge([CAT], DOG)
        session.keep(np.array([0, 1]))
        assert session.columns.status[:2].tolist() == [KEPT, KEPT]
        session.relabel(np.array([3]), BIRD)
        assert session.undo() and session.undo()
        assert session.columns.current[:4].tolist() == [DOG, DOG, BIRD, DOG]
        session.undo()
        assert state(session) == before == reopened(session)


def test_a_verdict_for_a_merged_class_reads_as_the_one_it_became(folder: Path) -> None:
    with Session.open(folder, reviewer="ann") as session:
        session.relabel(np.array([1]), CAT)
        session.class_edits.merge([CAT], DOG)
        # Given dog, changed to cat, and both are dogs now: nothing was changed.
        assert session.columns.status[1] == KEPT and session.columns.current[1] == DOG
        session.class_edits.merge([DOG], BIRD)
        assert session.columns.current[1] == BIRD
        assert set(session.columns.given.tolist()) == {BIRD}


def test_a_deleted_class_leaves_its_samples_without_a_label(folder: Path) -> None:
    with Session.open(folder, reviewer="ann") as session:
        session.relabel(np.array([1]), CAT)
        session.keep(np.array([0]))
        before = state(session)
        session.class_edits.delete(CAT)
        columns = session.columns
        assert columns.given[0] == columns.current[0] == -1
        assert columns.status[0] == UNSEEN and not columns.flagged[0]
        # Somebody said it is no dog: what it is, nobody has said any more.
        assert (columns.given[1], columns.current[1], columns.status[1]) == (DOG, -1, UNSURE)
        assert session.counts().unlabelled == 10
        assert session.class_name(int(columns.current[0])) == ""
        with pytest.raises(UserError):
            session.relabel(np.array([2]), CAT)
        session.undo()
        assert state(session) == before == reopened(session)
        session.redo()
        session.class_edits.delete(DOG)
        with pytest.raises(UserError, match="last"):
            session.class_edits.delete(BIRD)


def test_names_that_cannot_be_told_apart_are_refused(folder: Path) -> None:
    with Session.open(folder, reviewer="ann") as session:
        edits = session.class_edits
        edits.add("caf\u00e9")
        for name in ("", "  ", "cat", " dog", "DOG", "cafe\u0301", "CAFÉ", "a\nb", "x" * 201):
            with pytest.raises(UserError):
                edits.add(name)
        for name in ("a//b", "/a", "../b", "a/..", "a/"):
            with pytest.raises(UserError, match="slash"):
                edits.add(name)
        edits.add("animal/owl")
        with pytest.raises(UserError, match="capitals"):
            edits.rename(CAT, "Dog")
        edits.rename(CAT, "Cat")
        assert session.class_named("cat").id == CAT
        with pytest.raises(UserError, match="itself"):
            edits.merge([CAT], CAT)
        assert shown(session) == ["Cat", "dog", "bird", "caf\u00e9", "animal/owl"]


def test_a_class_that_was_deleted_or_undone_can_be_added_again(folder: Path) -> None:
    with Session.open(folder, reviewer="ann") as session:
        session.class_edits.add("owl")
        session.undo()
        assert shown(session) == ["cat", "dog", "bird"]
        session.class_edits.add("owl")
        assert [entry.name for entry in session.classes] == ["cat", "dog", "bird", "owl"]
        session.class_edits.delete(CAT)
        session.class_edits.add("cat")
        assert shown(session) == ["dog", "bird", "owl", "cat"]
        assert session.columns.given[0] == CAT
        session.undo()
        session.undo()
        assert shown(session) == ["cat", "dog", "bird", "owl"]
        session.class_edits.merge([CAT], DOG)
        session.class_edits.add("cat")
        # The dataset's cats stay dogs: this is a new class.
        assert session.columns.given[0] == DOG
        assert session.class_named("cat").id == 4


def test_order_colour_key_description_and_note_are_kept_and_undone(folder: Path) -> None:
    with Session.open(folder, reviewer="ann") as session:
        edits = session.class_edits
        edits.reorder([BIRD, CAT])
        edits.colour(DOG, "#ABCDEF")
        edits.assign_key(DOG, "w")
        edits.assign_key(BIRD, "w")
        edits.describe(CAT, "Small, with whiskers.", rows=np.array([0, 3]))
        edits.note(CAT, "No lynxes.")
        with Session.open(folder, read_only=True) as other:
            assert shown(other) == ["bird", "cat", "dog"]
            cat, dog, bird = other.classes
        assert (dog.colour, dog.shortcut, bird.shortcut) == ("#abcdef", "", "W")
        assert cat.examples == (session.path_of(0), session.path_of(3))
        assert (cat.description, cat.note) == ("Small, with whiskers.", "No lynxes.")
        for colour in ("red", "#12", "#12345g"):
            with pytest.raises(UserError):
                edits.colour(CAT, colour)
        with pytest.raises(UserError):
            edits.assign_key(CAT, "+")
        for _ in range(6):
            assert session.undo()
        assert shown(session) == ["cat", "dog", "bird"]
        assert session.classes[DOG].shortcut == "2" and not session.classes[CAT].note
        assert session.undo() is None


def test_copies_that_edited_classes_apart_agree_after_a_merge(tmp_path: Path) -> None:
    import shutil

    from tests.session.test_session import Quiet

    first = make_project(tmp_path / "a.lnl", count=30, root=tmp_path / "images")
    second = tmp_path / "b.lnl"
    shutil.copytree(first, second)
    with Session.open(first, reviewer="ann") as here, Session.open(second, reviewer="bob") as there:
        here.class_edits.merge([CAT], DOG)
        here.class_edits.add("owl")
        here.relabel(np.array([5]), 3)
        there.class_edits.merge([DOG], CAT)
        there.class_edits.rename(BIRD, "owl")
        there.relabel(np.array([4]), BIRD)
    with Session.open(first, reviewer="ann") as here:
        here.team.merge(second, Quiet())
    with Session.open(second, reviewer="bob") as there:
        there.team.merge(first, Quiet())
        found = (state(there), there.class_name(int(there.columns.current[5])))
    with Session.open(first, reviewer="ann") as here:
        assert state(here) == found[0]
        # Two classes of one name would be one to whoever looks.
        assert sorted(shown(here)) == ["dog", "owl", "owl (2)"]
        assert here.columns.given[:3].tolist() == [DOG, DOG, BIRD]


def test_a_journal_carries_edits_to_a_fresh_import(folder: Path, tmp_path: Path) -> None:
    with Session.open(folder, reviewer="ann") as session:
        session.class_edits.add("owl")
        session.class_edits.merge([CAT], DOG)
        session.class_edits.rename(DOG, "pet")
        session.relabel(np.array([2]), DOG)
        session.team.write_journal(tmp_path / "j.jsonl")
        wanted = (session.columns.current.tolist(), shown(session))
    fresh = make_project(tmp_path / "fresh.lnl", count=30, root=tmp_path / "images")
    with Session.open(fresh, reviewer="bob") as session:
        session.team.replay(tmp_path / "j.jsonl")
        assert (session.columns.current.tolist(), shown(session)) == wanted
        session.team.replay(tmp_path / "j.jsonl")
        assert shown(session) == wanted[1]


def test_a_damaged_edit_changes_nothing(folder: Path) -> None:
    with Session.open(folder, reviewer="ann") as session:
        session.class_edits.rename(CAT, "tomcat")
        with session.project.transaction() as connection:
            connection.execute("UPDATE op SET params = ?", ('{"set": {"cat": {"position": "x"}}}',))
    with Session.open(folder) as session:
        assert shown(session) == ["cat", "dog", "bird"]


def test_who_works_blind_leaves_classes_alone(folder: Path) -> None:
    session = Session.open(folder, reviewer="bob", blind=True)
    with session, pytest.raises(UserError, match="blind"):
        session.class_edits.delete(CAT)


def test_a_second_opinion_follows_the_classes(folder: Path) -> None:
    with Session.open(folder, reviewer="ann") as session:
        session.relabel(np.array([2]), CAT)
        session.team.work_as("bob", blind=True)
        session.relabel(np.array([2]), DOG)
        session.team.work_as("ann")
        assert session.team.disagreement_count() == 1
        session.class_edits.merge([CAT], DOG)
        assert session.team.disagreement_count() == 0
        session.undo()
        assert session.team.disagreement_count() == 1


def test_what_an_edit_did_is_told_with_the_samples_it_concerns(folder: Path) -> None:
    with Session.open(folder, reviewer="ann") as session:
        edits = session.class_edits
        session.relabel(np.array([2]), CAT)
        assert session.team.reviewers() == ["ann"]
        session.team.rename("bob")
        merged = edits.merge([CAT], DOG)
        # Ten cats and a bird that somebody took for one.
        assert merged.rows.tolist() == [0, 2, *range(3, 30, 3)]
        assert str(merged.text) == "Merged cat into dog; 11 samples have another label"
        assert merged.labels and merged.scores and merged.classes and not merged.reversal
        undone = session.undo()
        assert undone is not None and str(undone.text) == "Undid: Merged cat into dog"
        assert undone.rows.tolist() == merged.rows.tolist()
        assert undone.labels and undone.scores and undone.classes and undone.reversal
        renamed = edits.rename(DOG, "hound")
        assert (renamed.labels, renamed.scores, renamed.classes) == (False, False, True)
        assert str(renamed.text) == "Renamed class dog to hound"
        assert renamed.rows.tolist() == [] and renamed.rows.dtype == np.int64
        edits.add("owl")
        session.relabel(np.array([4]), 3)
        assert str(edits.delete(3).text) == "Deleted class owl; 1 sample has no label now"
        assert str(edits.add("owl").text) == "Added class owl; 1 sample has another label"
        assert session.columns.current[4] == 3 and session.columns.status[4] == RELABELLED


def test_an_edit_that_changes_nothing_is_no_act(folder: Path) -> None:
    with Session.open(folder, reviewer="ann") as session:
        edits = session.class_edits
        for changes in (edits.rename(CAT, " cat "), edits.reorder([CAT, DOG]), edits.reorder([])):
            assert not changes.classes and not str(changes.text)
        assert session.undo() is None
        assert str(edits.reorder([DOG]).text) == "Reordered the classes"
        assert shown(session) == ["dog", "cat", "bird"]
        assert not edits.reorder([DOG, CAT, BIRD]).classes


def test_classes_are_merged_once_each_and_into_one_that_lives(folder: Path) -> None:
    with Session.open(folder, reviewer="ann") as session:
        edits = session.class_edits
        changes = edits.merge([CAT, BIRD, CAT], DOG)
        assert str(changes.text).startswith("Merged cat, bird into dog")
        assert shown(session) == ["dog"]
        for act in (
            lambda: edits.merge([CAT], DOG),
            lambda: edits.merge([DOG], CAT),
            lambda: edits.merge([], DOG),
            lambda: edits.rename(BIRD, "owl"),
            lambda: edits.delete(3),
            lambda: edits.colour(-1, "#000000"),
            lambda: edits.note(BIRD, "x"),
            lambda: edits.describe(CAT, "x"),
            lambda: edits.assign_key(CAT, "x"),
            lambda: edits.reorder([DOG, CAT]),
            lambda: session.remarks.also(np.array([0]), CAT),
        ):
            with pytest.raises(UserError):
                act()
        assert session.undo() is not None and session.undo() is None


def test_names_and_texts_of_any_length_up_to_the_longest_are_taken(folder: Path) -> None:
    with Session.open(folder) as session:
        edits = session.class_edits
        edits.add("x" * LONGEST_NAME)
        with pytest.raises(UserError, match="at most 200"):
            edits.add("y" * (LONGEST_NAME + 1))
        edits.note(CAT, "n" * 10_000)
        edits.describe(CAT, "d" * 10_000 + "  ", rows=np.arange(12))
        for act in (
            lambda: edits.note(CAT, "n" * 10_001),
            lambda: edits.describe(CAT, "d" * 10_001),
            lambda: edits.describe(CAT, rows=np.arange(13)),
        ):
            with pytest.raises(UserError):
                act()
        cat = session.classes[CAT]
        assert (len(cat.note), cat.description, len(cat.examples)) == (10_000, "d" * 10_000, 12)
        # What is not named stays.
        edits.describe(CAT, "Whiskers.")
        assert session.classes[CAT].examples == cat.examples
        edits.describe(CAT, rows=np.array([2]))
        assert session.classes[CAT].description == "Whiskers."
        assert session.classes[CAT].examples == (session.path_of(2),)
        edits.describe(CAT, "", rows=np.zeros(0, np.int64))
        assert (session.classes[CAT].description, session.classes[CAT].examples) == ("", ())


@pytest.mark.parametrize("sign", ["\x07", "\u2028", "\u2029", "\ue000", "\ufffe", "\U0001ffff"])
def test_signs_that_no_file_can_hold_are_no_part_of_a_name(folder: Path, sign: str) -> None:
    with Session.open(folder) as session:
        with pytest.raises(UserError) as caught:
            session.class_edits.add(f"a{sign}b")
        assert caught.value.code == "bad_name"
        # One that is merely unknown to this version of Unicode may be of the next.
        session.class_edits.add("a\u0378b")


def test_a_key_is_taken_from_whichever_class_had_it(folder: Path) -> None:
    def keys() -> dict[str, str]:
        return {entry.name: entry.shortcut for entry in session.classes}

    with Session.open(folder) as session:
        edits = session.class_edits
        assert keys() == {"cat": "1", "dog": "2", "bird": "3"}
        edits.assign_key(BIRD, " 1 ")
        assert keys() == {"cat": "", "dog": "2", "bird": "1"}
        # Two classes may be without one.
        changes = edits.assign_key(DOG, "")
        assert str(changes.text) == "Took the key of class dog away"
        assert keys() == {"cat": "", "dog": "", "bird": "1"}
        edits.delete(BIRD)
        edits.assign_key(CAT, "1")
        session.undo()
        session.undo()
        assert keys() == {"cat": "", "dog": "", "bird": "1"}
        edits.merge([BIRD], DOG)
        edits.assign_key(CAT, "1")
        assert keys() == {"cat": "1", "dog": "", "bird": ""}
        for key in ("11", "ä", "-"):
            with pytest.raises(UserError, match="no key"):
                edits.assign_key(CAT, key)


def test_sizes_are_of_readable_samples_by_given_and_by_current_label(tmp_path: Path) -> None:
    folder = make_unlabelled_project(tmp_path / "some.lnl")
    with Session.open(folder) as session:
        session.class_edits.add("owl")
        session.relabel(np.array([0, 4, 1]), 3)
        session.exclude(np.array([2]))
        session.columns.readable[[3, 5]] = False
        given, current = session.class_edits.sizes()
        columns = session.columns
        for label in range(4):
            readable = [row for row in range(30) if columns.readable[row]]
            assert given[label] == sum(columns.given[row] == label for row in readable)
            assert current[label] == sum(columns.current[row] == label for row in readable)
        assert (len(given), len(current), given[3], current[3]) == (4, 4, 0, 3)


def test_a_new_class_stands_behind_the_others(folder: Path) -> None:
    with Session.open(folder) as session:
        session.class_edits.reorder([BIRD, CAT, DOG])
        session.class_edits.add("owl")
        assert shown(session) == ["bird", "cat", "dog", "owl"]
        session.class_edits.delete(BIRD)
        session.class_edits.add("bird")
        assert shown(session) == ["cat", "dog", "owl", "bird"]
        for _ in range(3):
            session.class_edits.delete(BIRD)
            session.class_edits.add("bird")
        session.class_edits.add("newt")
        assert shown(session) == ["cat", "dog", "owl", "bird", "newt"]
        session.class_edits.delete(4)
        # Under another class's former name comes a class of its own.
        session.class_edits.rename(CAT, "tomcat")
        session.class_edits.add("cat")
        session.class_edits.rename(5, "pussycat")
        session.class_edits.add("cat")
        assert shown(session) == ["tomcat", "dog", "owl", "bird", "pussycat", "cat"]
        assert session.columns.given[0] == CAT and session.class_named("cat").id == 6
        with Session.open(folder, read_only=True) as other:
            assert shown(other) == shown(session)


def test_a_deleted_class_comes_back_under_the_name_it_is_asked_for_by(folder: Path) -> None:
    with Session.open(folder) as session:
        session.class_edits.rename(CAT, "tomcat")
        session.class_edits.delete(CAT)
        session.class_edits.add("cat")
        assert shown(session) == ["dog", "bird", "cat"]
        assert session.columns.given[0] == CAT == session.class_named("cat").id


def test_what_was_merged_into_the_first_class_stays_there(folder: Path) -> None:
    with Session.open(folder) as session:
        session.class_edits.merge([DOG], CAT)
        changes = session.class_edits.add("dog")
        assert str(changes.text) == "Added class dog" and not changes.labels
        assert session.class_named("dog").id == 3
        assert set(session.columns.given.tolist()) == {CAT, BIRD}
