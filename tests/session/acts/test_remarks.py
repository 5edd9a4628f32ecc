"""Notes, tags, second labels and questions to colleagues, with undo, filters and merges."""

import shutil
from pathlib import Path

import numpy as np
import pytest

from lnl_gui.session.browsing.views import ViewSpec
from lnl_gui.session.session import Session
from lnl_gui.store.dataset.samples import ASKED, UNSEEN
from lnl_gui.util.errors import UserError
from tests.builders import make_project
from tests.session.test_session import Quiet

CAT, DOG, BIRD = range(3)
EVERYTHING = ViewSpec(flagged=None)


def rows(*numbers: int) -> np.ndarray:
    return np.array(numbers, np.int64)


def test_remarks_decide_nothing_and_undo_takes_them_back_in_turn(folder: Path) -> None:
    with Session.open(folder, reviewer="ann") as session:
        session.keep(rows(0))
        session.remarks.note(rows(0, 1), "Blurred.")
        changes = session.remarks.tag(rows(1, 2), "night")
        assert changes.remarks and not changes.labels
        session.remarks.also(rows(2), CAT)
        assert session.columns.status[1] == UNSEEN and session.counts().reviewed == 1
        assert session.remarks.notes_of(0) == {"ann": "Blurred."}
        assert session.remarks.tags_of(2) == ["night"]
        assert session.remarks.also_of(2) == (CAT,)
        assert "the second label cat" in str(session.undo_text())
        assert session.undo() and session.remarks.also_of(2) == ()
        assert session.undo() and session.remarks.tag_names() == []
        session.redo()
        assert session.remarks.tags_of(1) == ["night"]
        session.undo()
        session.undo()
        assert not session.remarks.all.any
        # And the verdict before them.
        session.undo()
        assert session.counts().reviewed == 0
    with Session.open(folder) as session:
        assert [entry.kind for entry in session.history(1)] == ["remark", "remark"]


def test_what_is_said_together_is_one_step_of_undo_here_and_in_every_copy(
    folder: Path, tmp_path: Path
) -> None:
    copy = tmp_path / "copy.lnl"
    shutil.copytree(folder, copy)
    with Session.open(folder, reviewer="ann") as session:
        session.remarks.tag(rows(0, 1), "dark")
        before = session.remarks.all
        done = session.remarks.say(
            rows(1, 0), note="Blurred.", tags=("night",), untags=("dark",), also=(CAT, DOG)
        )
        after = session.remarks.all
        assert done.rows.tolist() == [0, 1] and str(done.text) == (
            "Said of 2 samples: a note, the tag night, no longer the tag dark,"
            " the second label cat, the second label dog"
        )
        assert session.remarks.tags_of(0) == ["night"]
        assert session.remarks.also_of(1) == (CAT, DOG)
        assert session.remarks.notes_of(1) == {"ann": "Blurred."}
        assert session.undo() and session.remarks.all == before
        assert session.redo() and session.remarks.all == after
        # Nothing is said where one part cannot be.
        for wrong in ({"tags": ("a\nb",)}, {"untags": ("nobody's",)}, {"also": (9,)}):
            with pytest.raises(UserError):
                session.remarks.say(rows(2), note="Half.", **wrong)  # type: ignore[arg-type]
        assert session.remarks.all == after and not session.remarks.say(rows(2)).remarks
        session.team.write_journal(tmp_path / "journal.jsonl")
        said = session.remarks.say(rows(0), note="", not_also=(CAT,))
        assert str(said.text).endswith("no longer a note, no longer the second label cat")
        assert str(session.remarks.note(rows(1), "").text) == "Took the note off 1 sample"
    with Session.open(copy, reviewer="bob") as session:
        session.team.replay(tmp_path / "journal.jsonl")
        assert session.remarks.all == after
        # One damaged part takes none of the others with it.
        with session.project.transaction() as connection:
            connection.execute("UPDATE op SET params = replace(params, '\"night\"', '[1]')")
    with Session.open(copy, reviewer="bob") as session:
        assert session.remarks.tags_of(0) == [] and session.remarks.also_of(1) == (CAT, DOG)


def test_views_find_tags_notes_questions_and_shares(folder: Path) -> None:
    with Session.open(folder, reviewer="ann") as session:
        session.remarks.tag(rows(4, 5), "night")
        session.remarks.note(rows(7), "?")
        session.ask(rows(9))
        assert session.columns.status[9] == ASKED
        select = session.views.select_rows
        assert sorted(select(ViewSpec(flagged=None, tag=("night",)))) == [4, 5]
        assert list(select(ViewSpec(flagged=None, issue=("noted",)))) == [7]
        assert list(select(ViewSpec(flagged=None, status=(ASKED,)))) == [9]
        parts = [set(select(ViewSpec(flagged=None, part=(k, 3))).tolist()) for k in (1, 2, 3)]
        assert sum(map(len, parts)) == 30 and set().union(*parts) == set(range(30))
        assert min(map(len, parts)) >= 3
        spec = ViewSpec(part=(1, 3), tag=("a",))
        assert ViewSpec.from_dict(spec.to_dict()) == spec


def test_a_second_label_follows_the_classes(folder: Path) -> None:
    with Session.open(folder, reviewer="ann") as session:
        session.remarks.also(rows(2), CAT)
        session.class_edits.merge([CAT], DOG)
        assert session.remarks.also_of(2) == (DOG,)
        session.class_edits.delete(DOG)
        assert session.remarks.also_of(2) == ()
        session.undo()
        session.remarks.also(rows(2), DOG, there=False)


def test_tags_and_notes_that_cannot_be_are_refused(folder: Path) -> None:
    with Session.open(folder, reviewer="ann") as session:
        for name in ("", " ", "a\nb", "x" * 61):
            with pytest.raises(UserError):
                session.remarks.tag(rows(0), name)
        with pytest.raises(UserError):
            session.remarks.untag(rows(0), "nobody's")
        with pytest.raises(UserError):
            session.remarks.note(rows(0), "x" * 4001)
        with pytest.raises(UserError):
            session.remarks.also(rows(0), 9)


def test_remarks_of_copies_and_journals_come_together(folder: Path, tmp_path: Path) -> None:
    copy = tmp_path / "copy.lnl"
    shutil.copytree(folder, copy)
    with Session.open(folder, reviewer="ann") as here, Session.open(copy, reviewer="bob") as there:
        here.remarks.note(rows(0), "Mine.")
        there.remarks.note(rows(0), "And mine.")
        there.remarks.tag(rows(3), "night")
        there.ask(rows(1))
    with Session.open(folder, reviewer="ann") as session:
        session.team.merge(copy, Quiet())
        assert session.remarks.notes_of(0) == {"ann": "Mine.", "bob": "And mine."}
        assert session.remarks.tags_of(3) == ["night"]
        assert session.columns.status[1] == ASKED
        assert session.columns.status[3] == UNSEEN
        session.team.write_journal(tmp_path / "j.jsonl")
    fresh = make_project(tmp_path / "fresh.lnl", count=30, root=tmp_path / "images")
    with Session.open(fresh) as session:
        session.team.replay(tmp_path / "j.jsonl")
        assert session.remarks.notes_of(0) == {"ann": "Mine.", "bob": "And mine."}
        assert session.columns.status[3] == UNSEEN
