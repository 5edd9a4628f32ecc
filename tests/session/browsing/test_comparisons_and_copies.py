"""Comparisons of reviewers, copies of images and exemplars, against plain Python."""

from pathlib import Path

import numpy as np
import pytest

from lnl_gui.session.browsing.duplicates import duplicate_groups
from lnl_gui.session.figures.exemplars import EXEMPLARS
from lnl_gui.session.session import Session
from lnl_gui.store.dataset.samples import EXCLUDED, KEPT, RELABELLED, UNSEEN
from lnl_gui.store.review.second_opinion import compare
from tests.builders import add_detection, make_project


@pytest.mark.parametrize("seed", range(4))
def test_groups_of_copies_are_told_as_member_by_member(tmp_path: Path, seed: int) -> None:
    generator = np.random.default_rng(seed)
    with Session.open(make_project(tmp_path / "pets.lnl", count=80)) as session:
        columns = session.columns
        columns.current[:] = generator.integers(-1, 3, 80)
        columns.status[:] = generator.choice((UNSEEN, KEPT, EXCLUDED), 80)
        columns.split[:] = generator.choice((1, 1, 1, 2), 80)
        columns.readable = generator.random(80) < 0.9
        group = generator.integers(-1, 25, 80).astype(np.int32)
        found = duplicate_groups(columns, group)
        wanted = {}
        for number in sorted({*group.tolist()} - {-1}):
            rows = [row for row in range(80) if group[row] == number and columns.readable[row]]
            kept = [row for row in rows if columns.status[row] != EXCLUDED]
            labels = {int(columns.current[row]) for row in kept} - {-1}
            splits = {int(columns.split[row]) for row in kept}
            left = sum(columns.status[row] == UNSEEN for row in rows)
            if rows:
                wanted[number] = (rows, len(labels) > 1, len(splits) > 1, left)
        assert {
            one.id: (one.rows.tolist(), one.conflicting, one.across_splits, one.left)
            for one in found
        } == wanted
        assert all(one.harmful == (one.conflicting or one.across_splits) for one in found)
        places = [(not g.conflicting, not g.across_splits, -len(g.rows), g.id) for g in found]
        assert places == sorted(places)
        first = duplicate_groups(columns, group, limit=3)
        assert [one.id for one in first] == [one.id for one in found[:3]]


def test_a_copy_of_what_cannot_be_read_is_left_alone_in_its_group(tmp_path: Path) -> None:
    with Session.open(make_project(tmp_path / "pets.lnl", count=6)) as session:
        group = np.array([-1, 7, -1, 7, -1, -1], np.int32)
        session.columns.readable[3] = False
        (found,) = duplicate_groups(session.columns, group)
        assert (found.id, found.rows.tolist(), found.left) == (7, [1], 1)
        assert not found.harmful


@pytest.mark.parametrize(("chosen", "changed"), [(4, [7, 9]), (9, [4, 7, 9])])
def test_the_copy_that_is_kept_stays_what_a_person_made_it(
    tmp_path: Path, chosen: int, changed: list[int]
) -> None:
    with Session.open(make_project(tmp_path / "pets.lnl")) as session:
        session.relabel(np.array([4]), 2)
        session.exclude(np.array([5]))
        before = session.columns.current.copy()
        changes = session.keep_one(np.array([9, 4, 5, 7]), chosen)
        # Row 5 is excluded already, and row 4 is relabelled.
        assert changes.rows.tolist() == changed
        status = dict(zip((4, 5, 7, 9), session.columns.status[[4, 5, 7, 9]].tolist(), strict=True))
        kept = RELABELLED if chosen == 4 else KEPT
        assert status == {row: kept if row == chosen else EXCLUDED for row in (4, 5, 7, 9)}
        np.testing.assert_array_equal(session.columns.current, before)


def test_comparisons_follow_acts_on_few_and_on_very_many_samples(tmp_path: Path) -> None:
    generator = np.random.default_rng(2)
    folder = make_project(tmp_path / "many.lnl", count=3_000)
    with Session.open(folder, reviewer="ann") as session:
        session.project.connection.execute("PRAGMA synchronous = OFF")
        for turn in range(24):
            # Compared at times: what has waited is then compared with it.
            session.team.work_as(("ann", "bob", "eve")[turn % 3], blind=turn % 3 > 0)
            rows = generator.choice(3_000, int(generator.choice((3, 400, 1_400))), replace=False)
            if turn % 7 == 6:
                session.undo()
            elif turn % 2:
                session.relabel(rows, int(generator.integers(3)))
            else:
                session.exclude(rows)
            if turn % 5 in (1, 4):
                known, fresh = session.derived.comparisons, compare(session.project)
                assert known.names == fresh.names
                for name in ("rows", "label", "status", "settled"):
                    np.testing.assert_array_equal(getattr(known, name), getattr(fresh, name))
                kinds = (known.rows.dtype, known.label.dtype, known.status.dtype)
                assert kinds == (np.int64, np.int32, np.uint8)
                assert known.open.any()


def test_a_sample_without_an_opinion_has_no_comparison(tmp_path: Path) -> None:
    with Session.open(make_project(tmp_path / "pets.lnl"), reviewer="ann") as session:
        session.keep(np.array([0, 29]))
        session.team.work_as("bob", blind=True)
        session.exclude(np.array([29, 3]))
        session.team.work_as("ann")
        found = session.derived.comparisons
        assert found.rows.tolist() == [3, 29]
        one = found.find(29)
        assert one is not None and one.row == 29 and not one.settled
        assert {name: (d.label, d.status) for name, d in one.decisions.items()} == {
            "ann": (2, KEPT),
            "bob": (2, EXCLUDED),
        }
        alone = found.find(3)
        assert alone is not None and list(alone.decisions) == ["bob"]
        assert [found.find(row) for row in (0, 4, 28)] == [None] * 3
        assert session.team.disagreement_on(3) is None
        assert session.team.disagreement_on(29) == one
        rows, label, status = found.unopposed(session.columns.status == UNSEEN)
        assert (rows.tolist(), label.tolist(), status.tolist()) == ([3], [0], [EXCLUDED])
        # Not of who works blind.
        session.team.work_as("bob", blind=True)
        assert session.team.disagreement_on(29) is None
        assert session.team.disagreement_count() == 0


@pytest.mark.parametrize("seed", range(3))
def test_exemplars_are_the_least_suspect_also_among_many_that_tie(
    tmp_path: Path, seed: int
) -> None:
    generator = np.random.default_rng(seed)
    folder = make_project(tmp_path / "pets.lnl", count=60)
    add_detection(folder)
    with Session.open(folder) as session:
        columns = session.columns
        for _ in range(20):
            columns.suspicion = generator.choice([0.0, 0.1, 0.2, 1.0, np.nan], 60).astype("f4")
            columns.readable = generator.random(60) < 0.8
            columns.version += 1
            for class_id in range(3):
                able = [
                    row
                    for row in range(class_id, 60, 3)
                    if columns.readable[row] and columns.status[row] != EXCLUDED
                ]
                able.sort(key=lambda row: (np.nan_to_num(columns.suspicion[row], nan=1.0), row))
                assert session.exemplars.of(class_id).tolist() == able[: EXEMPLARS + 1]
            session.exclude(generator.choice(60, 2))
        assert session.exemplars.of(0).dtype == np.int64
