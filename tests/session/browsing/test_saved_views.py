"""Views under a name, the place where a review was left off, and the walk to what is undecided."""

import io
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from lnl_gui.session.browsing.views import ViewSpec
from lnl_gui.session.project_views import SavedView
from lnl_gui.session.session import Session
from lnl_gui.store.dataset.samples import KEPT, UNSEEN
from lnl_gui.util.json_text import parsed_object
from tests.builders import add_detection, make_project

COUNT = 700
"""More than are looked at first on the way to the next undecided one."""


@pytest.fixture
def session(tmp_path: Path) -> Iterator[Session]:
    folder = make_project(tmp_path / "pets.lnl", count=COUNT)
    add_detection(folder)
    with Session.open(folder, reviewer="ann") as opened:
        yield opened


def write(session: Session, statement: str, *values: str) -> None:
    with session.project.transaction() as connection:
        connection.execute(statement, values)


def keep_note(session: Session, note: dict[str, Any]) -> None:
    write(session, "INSERT OR REPLACE INTO meta VALUES ('left_off', ?)", json.dumps(note))


def test_what_a_newer_version_added_to_a_view_is_left_out(session: Session) -> None:
    spec = ViewSpec(given=(1,), suspicion=(0.25, 1.0), tag=("dusk",), sort="path", part=(1, 3))
    values = {**spec.to_dict(), "of_the_future": [1, 2]}
    write(session, "INSERT INTO view VALUES ('mine', ?)", json.dumps(values))
    assert session.views.saved() == {"mine": SavedView(spec)}
    keep_note(session, {"spec": values, "row": 8, "detected": True})
    assert session.views.left_off() == (spec, 8)


def test_damaged_views_cost_no_other_one(session: Session) -> None:
    specs = {name: ViewSpec(text=name) for name in ("b", "d", "f")}
    for name, spec in specs.items():
        session.views.save(name, spec)
    for name, damaged in (("a", "{"), ("c", '{"given": "x"}'), ("e", "[]")):
        write(session, "INSERT INTO view VALUES (?, ?)", name, damaged)
    assert list(session.views.saved().items()) == [
        (name, SavedView(spec)) for name, spec in specs.items()
    ]


@pytest.mark.parametrize(
    "change",
    [
        {"spec": {"given": "x"}},
        {"spec": None},
        {"row": "8"},
        {"row": None},
        {"detected": False},
        {"detected": None},
    ],
)
def test_a_note_that_says_something_else_is_none(
    session: Session, change: dict[str, Any], logged: io.StringIO
) -> None:
    note = {"spec": ViewSpec().to_dict(), "row": 8, "detected": True}
    keep_note(session, note)
    assert session.views.left_off() == (ViewSpec(), 8)
    keep_note(session, {**note, **change})
    assert session.views.left_off() is None
    # What is damaged is told by name.
    assert ("left_off" in logged.getvalue()) == (change == {"spec": {"given": "x"}})


def test_where_a_review_without_suspects_was_left_off_holds_until_there_are_some(
    tmp_path: Path,
) -> None:
    folder = make_project(tmp_path / "new.lnl")
    with Session.open(folder) as session:
        session.views.leave_off(ViewSpec(flagged=None), np.int64(3))
        session.views.leave_off(ViewSpec(flagged=None), np.int64(5))
        assert session.views.left_off() == (ViewSpec(flagged=None), 5)
    with Session.open(folder) as session:
        assert session.views.left_off() == (ViewSpec(flagged=None), 5)
    add_detection(folder)
    with Session.open(folder) as session:
        assert session.views.left_off() is None


@pytest.mark.parametrize("left", [0, 1, 3, 50])
def test_the_next_undecided_sample_is_the_next_one_in_order_and_then_from_the_start(
    session: Session, left: int
) -> None:
    generator = np.random.default_rng(left)
    order = generator.permutation(COUNT)
    waiting = set(generator.choice(COUNT, left, replace=False).tolist())
    session.columns.status[order] = [UNSEEN if place in waiting else KEPT for place in range(COUNT)]
    for position in (*range(-1, 12), *generator.integers(0, COUNT, 60).tolist(), COUNT):
        onwards = [place for place in range(max(position, 0), COUNT) if place in waiting]
        around = [place for place in range(max(position, 0)) if place in waiting]
        wanted = (onwards + around or [None])[0]
        assert session.views.next_unreviewed(order, position) == wanted
    assert session.views.next_unreviewed(order[:0], 0) is None


def test_a_text_is_searched_for_without_its_blanks_and_case(session: Session) -> None:
    everything = session.views.select_rows(ViewSpec(flagged=None)).tolist()
    assert session.views.select_rows(ViewSpec(flagged=None, text="  ")).tolist() == everything
    found = session.views.select_rows(ViewSpec(flagged=None, text=" DOG/00 ", sort="path"))
    wanted = [row for row in range(COUNT) if "dog/00" in session.path_of(row)]
    assert sorted(found.tolist()) == wanted
    # A second search, of the index that is there by now.
    found = session.views.select_rows(ViewSpec(flagged=None, text="bird/06", sort="path"))
    assert sorted(found.tolist()) == [
        row for row in range(COUNT) if "bird/06" in session.path_of(row)
    ]


def test_a_view_of_chosen_samples_keeps_them(session: Session) -> None:
    mask = np.zeros(COUNT, bool)
    mask[[3, 5, 8, 9]] = True
    spec = ViewSpec(flagged=None, sort="path", descending=False)
    session.views.save("chosen", spec, within=mask)
    session.views.save("none of them", spec, within=np.zeros(COUNT, bool))
    with Session.open(session.folder, read_only=True) as other:
        saved = other.views.saved()
        assert saved["chosen"] == SavedView(spec, (3, 5, 8, 9))
        found, gone = other.views.samples_of(saved["chosen"])
        assert found is not None and found.tolist() == mask.tolist() and gone == 0
        # Chosen from nothing is not chosen from everything.
        found, gone = other.views.samples_of(saved["none of them"])
        assert found is not None and not found.any() and gone == 0
    assert session.views.samples_of(SavedView(spec)) == (None, 0)


def test_what_has_gone_of_chosen_samples_is_counted(session: Session) -> None:
    session.columns.readable[4] = False
    mask = np.zeros(COUNT, bool)
    mask[[3, 4, 5]] = True
    # Without an image when it was saved: never shown, and nothing that goes later.
    session.views.save("chosen", ViewSpec(flagged=None), within=mask)
    saved = session.views.saved()["chosen"]
    assert saved.samples == (3, 5) and session.views.samples_of(saved)[1] == 0
    session.columns.readable[5] = False
    found, gone = session.views.samples_of(saved)
    assert found is not None and np.flatnonzero(found).tolist() == [3] and gone == 1
    # Unless that is what the view is for.
    unreadable = ViewSpec(flagged=None, issue=("unreadable",))
    session.views.save("unreadable", unreadable, within=mask)
    saved = session.views.saved()["unreadable"]
    assert saved.samples == (3, 4, 5) and session.views.samples_of(saved)[1] == 0
    beyond = SavedView(ViewSpec(flagged=None), (3, COUNT, COUNT + 7))
    assert session.views.samples_of(beyond)[1] == 2


def test_an_earlier_program_leaves_out_a_view_of_chosen_samples(session: Session) -> None:
    session.views.save("chosen", ViewSpec(flagged=None), within=np.ones(COUNT, bool))
    (text,) = session.project.connection.execute("SELECT spec FROM view").fetchone()
    # It reads an object of filters, and what is none it takes for damaged.
    assert parsed_object(text) == {}


@pytest.mark.parametrize("text", ["[]", '[{"text": "x"}]', '[{"text": "x"}, ["3"]]', "[3, [3]]"])
def test_a_damaged_view_of_chosen_samples_shows_nothing(session: Session, text: str) -> None:
    write(session, "INSERT INTO view VALUES ('mine', ?)", text)
    assert session.views.saved() == {}
