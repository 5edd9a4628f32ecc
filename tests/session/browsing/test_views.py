"""Filters, sorts, groups and the walk to the next unreviewed sample, against plain Python."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from lnl_gui.session.browsing.text_index import TextIndex
from lnl_gui.session.browsing.views import SORTS, ViewSpec
from lnl_gui.session.figures.stages import ProjectStage, stage_of
from lnl_gui.session.project_views import SavedView
from lnl_gui.session.session import Session
from lnl_gui.store.dataset.samples import EXCLUDED, KEPT
from lnl_gui.util.files.array_file import write_array
from tests.builders import add_detection, make_project


@pytest.fixture
def session(tmp_path: Path) -> Iterator[Session]:
    folder = make_project(tmp_path / "pets.lnl", count=60)
    add_detection(folder)
    with Session.open(folder) as opened:
        yield opened


def expected(session: Session, spec: ViewSpec) -> set[int]:
    """The same filters, one row at a time."""
    columns = session.columns
    return {
        row
        for row in range(len(session))
        if (spec.flagged is None or bool(columns.flagged[row]) == spec.flagged)
        and (not spec.given or columns.given[row] in spec.given)
        and (not spec.suggested or columns.suggested[row] in spec.suggested)
        and (not spec.split or columns.split[row] in spec.split)
        and (
            spec.suspicion is None
            or spec.suspicion[0] <= columns.suspicion[row] <= spec.suspicion[1]
        )
        and spec.text.lower() in session.path_of(row).lower()
    }


@pytest.mark.parametrize(
    "spec",
    [
        ViewSpec(),
        ViewSpec(flagged=None),
        ViewSpec(flagged=False, given=(1,)),
        ViewSpec(flagged=None, suggested=(0, 2), suspicion=(0.2, 0.8)),
        ViewSpec(flagged=None, text="DOG/00"),
        ViewSpec(flagged=True, split=(1,), text="1"),
    ],
)
def test_filters_combine(session: Session, spec: ViewSpec) -> None:
    assert set(session.views.select_rows(spec).tolist()) == expected(session, spec)


def test_worst_comes_first(session: Session) -> None:
    rows = session.views.select_rows(ViewSpec())
    assert (np.diff(session.columns.suspicion[rows]) <= 0).all()


@pytest.mark.parametrize("sort", sorted(SORTS))
@pytest.mark.parametrize("descending", [True, False])
def test_every_sort_shows_every_row_once(session: Session, sort: str, descending: bool) -> None:
    rows = session.views.select_rows(ViewSpec(flagged=None, sort=sort, descending=descending))
    assert sorted(rows.tolist()) == list(range(60))


def test_sort_by_path_is_alphabetical(session: Session) -> None:
    rows = session.views.select_rows(ViewSpec(flagged=None, sort="path", descending=False))
    assert [session.path_of(row) for row in rows] == sorted(session.columns.paths)


def test_pairs_stay_together_the_largest_first(session: Session) -> None:
    rows = session.views.select_rows(ViewSpec(flagged=None, sort="pair"))
    pairs = [(int(session.columns.given[r]), int(session.columns.suggested[r])) for r in rows]
    runs = [pair for i, pair in enumerate(pairs) if i == 0 or pairs[i - 1] != pair]
    assert len(runs) == len(set(pairs))
    counts = [pairs.count(pair) for pair in runs]
    assert counts == sorted(counts, reverse=True)
    groups = session.views.pair_groups(rows)
    assert {(g.given, g.suggested): g.count for g in groups} == {p: pairs.count(p) for p in runs}
    assert all(group.left == group.count for group in groups)
    done = max(runs)
    session.keep(rows[[pair == done for pair in pairs]])
    session.exclude(rows[:1])
    status = session.columns.status[rows]
    left = {(g.given, g.suggested): g.left for g in session.views.pair_groups(rows)}
    assert left[done] == 0
    assert left == {
        pair: sum(one == pair and not s for one, s in zip(pairs, status, strict=True))
        for pair in runs
    }


def test_a_decided_sample_stays_in_the_flagged_view(session: Session) -> None:
    session.exclude(np.array([1]))
    assert session.columns.status[1] == EXCLUDED
    assert not session.columns.flagged[1]
    assert 1 in session.views.select_rows(ViewSpec())


def test_next_unreviewed_goes_on_and_wraps(session: Session) -> None:
    order = session.views.select_rows(ViewSpec())
    session.keep(order[3:6])
    assert session.views.next_unreviewed(order, 3) == 6
    session.keep(order[8:])
    assert session.views.next_unreviewed(order, 8) == 0
    session.keep(order)
    assert session.views.next_unreviewed(order, 0) is None


def test_views_are_remembered(session: Session, tmp_path: Path) -> None:
    spec = ViewSpec(flagged=None, given=(1, 2), suspicion=(0.25, 1.0), text="ü", sort="pair")
    session.views.save("mine", spec)
    session.close()
    with Session.open(tmp_path / "pets.lnl") as again:
        assert again.views.saved() == {"mine": SavedView(spec)}


def test_stage_and_counts_follow_the_review(session: Session) -> None:
    assert session.stage() == ProjectStage.DETECTED
    assert (
        stage_of({"embed", "detect", "finetune", "export"}, session.counts())
        == ProjectStage.DETECTED
    )
    flagged = np.flatnonzero(session.columns.flagged)
    assert session.counts().flagged_left == len(flagged) == 20
    session.keep(flagged)
    assert session.stage() == ProjectStage.REVIEWED
    assert stage_of({"embed", "detect", "finetune"}, session.counts()) == ProjectStage.FINETUNED
    assert session.counts().by_status["kept"] == int((session.columns.status == KEPT).sum())


def test_evidence_names_votes_and_neighbours(session: Session) -> None:
    found = session.evidence(3)
    assert found.flagged
    assert found.suggested == 1
    assert [(vote.detector, vote.label) for vote in found.votes] == [("neighbours", 1)]
    assert [neighbour.row for neighbour in found.neighbours] == [4, 5]
    assert found.copies == ()


def test_evidence_names_the_labels_of_copies(session: Session) -> None:
    group = np.full(len(session.columns.given), -1, np.int32)
    group[[3, 8, 9]], group[[12, 13]] = 5, 0
    write_array(Path(str(session.detection.folder)) / "duplicate_group.npy", group)
    session.relabel(np.array([9]), 2)
    assert session.evidence(3).copies == (int(session.columns.given[8]), 2)
    # Groups are numbered from 0 on.
    assert session.evidence(13).copies == (int(session.columns.given[12]),)
    assert session.evidence(0).copies == ()


def test_evidence_speaks_of_the_classes_of_today(session: Session) -> None:
    session.class_edits.merge([1], 2)
    found = session.evidence(np.int64(3))
    # A cat that was taken for a dog, beside a dog and a bird: all but the cat are birds now.
    assert (found.row, found.suggested) == (3, 2)
    assert [vote.label for vote in found.votes] == [2]
    assert [neighbour.label for neighbour in found.neighbours] == [2, 2]
    session.class_edits.delete(2)
    found = session.evidence(3)
    assert found.suggested == -1 and [vote.label for vote in found.votes] == [-1]
    assert [neighbour.label for neighbour in found.neighbours] == [-1, -1]
    session.relabel(np.array([4]), 0)
    assert [neighbour.label for neighbour in session.evidence(3).neighbours] == [0, -1]


def test_text_index_equals_plain_search() -> None:
    generator = np.random.default_rng(0)
    paths = ["".join(generator.choice(list("abAB/é"), 6)) for _ in range(500)]
    index = TextIndex(paths)
    for needle in ("a", "ab", "É", "b/a", "zz", "aaaaaaa"):
        wanted = [needle.lower() in path.lower() for path in paths]
        np.testing.assert_array_equal(index.mask(needle), wanted)


def test_a_view_by_merged_classes_is_one_by_what_they_became(session: Session) -> None:
    cat, dog, bird = range(3)
    spec = ViewSpec(flagged=None, given=(cat, dog), suggested=(bird,), current=(99,))
    assert spec.in_classes(session.label_map) == spec
    session.class_edits.merge([cat], dog)
    session.class_edits.delete(bird)
    expected = ViewSpec(flagged=None, given=(dog,), suggested=(), current=(99,))
    assert spec.in_classes(session.label_map) == expected
    rows = session.views.select_rows(ViewSpec(flagged=None, given=(cat,)))
    assert sorted(rows) == np.flatnonzero(session.columns.given == dog).tolist()
