"""Filters and sorts by what few views need, duplicates, and orders, against plain Python."""

import io
import zlib
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from lnl_gui.session.browsing.duplicates import DuplicateGroup
from lnl_gui.session.browsing.orders import _stable_order
from lnl_gui.session.browsing.text_index import TextIndex
from lnl_gui.session.browsing.views import SORTS, ViewSpec, pair_groups
from lnl_gui.session.session import Session
from lnl_gui.store.dataset.samples import EXCLUDED, KEPT, UNSEEN
from lnl_gui.util.errors import UserError
from lnl_gui.util.files.array_file import write_array
from lnl_gui.util.files.atomic import write_json
from tests.builders import add_detection, make_project

COUNT = 60
GROUPS = {0: (3, 6, 9), 1: (10, 12), 2: (20, 23), 3: (31, 35, 37, 41)}
"""Same label and split; conflicting; across splits; conflicting, the largest."""


def add_marks(folder: Path) -> None:
    generator = np.random.default_rng(8)
    with Session.open(folder) as session:
        detect = session.runs.latest("detect")
        assert detect is not None
        group = np.full(COUNT, -1, np.int32)
        for number, rows in GROUPS.items():
            group[list(rows)] = number
        write_array(detect.folder / "duplicate_group.npy", group)
        for name in ("dark", "blurry"):
            write_array(detect.folder / f"issue-{name}-flagged.npy", generator.random(COUNT) < 0.3)
        write_json(
            detect.folder / "issues.json",
            [{"name": "dark", "count": 0}, {"name": "blurry", "count": 0}],
        )
        for name in ("one", "two"):
            vote = generator.integers(-1, 3, COUNT).astype(np.int32)
            write_array(detect.folder / f"detector-{name}-vote.npy", vote)
        write_array(detect.folder / "cluster.npy", generator.integers(0, 4, COUNT).astype(np.int32))
        write_json(
            detect.folder / "detectors.json",
            [{"name": name, "title": name} for name in ("one", "two")],
        )


@pytest.fixture
def session(tmp_path: Path) -> Iterator[Session]:
    folder = make_project(tmp_path / "pets.lnl", count=COUNT)
    add_detection(folder)
    add_marks(folder)
    with Session.open(folder, reviewer="ann") as opened:
        yield opened


def detect_array(session: Session, name: str) -> np.ndarray:
    detect = session.runs.latest("detect")
    assert detect is not None
    return np.load(detect.folder / f"{name}.npy")


def shown(session: Session, **filters: object) -> set[int]:
    return set(session.views.select_rows(ViewSpec.from_dict({"flagged": None, **filters})).tolist())


def test_filter_by_issue_detector_and_cluster(session: Session) -> None:
    dark, blurry = (detect_array(session, f"issue-{n}-flagged") for n in ("dark", "blurry"))
    assert shown(session, issue=["dark"]) == {r for r in range(COUNT) if dark[r]}
    both = {r for r in range(COUNT) if dark[r] or blurry[r]}
    assert shown(session, issue=["dark", "blurry"]) == both
    vote = detect_array(session, "detector-one-vote")
    given = session.columns.given
    against = {r for r in range(COUNT) if vote[r] >= 0 and vote[r] != given[r]}
    assert shown(session, detector=["one"]) == against
    cluster = detect_array(session, "cluster")
    assert shown(session, cluster=[1, 3], issue=["dark"]) == {
        r for r in range(COUNT) if cluster[r] in (1, 3) and dark[r]
    }
    assert session.derived.issue_names() == ["dark", "blurry"]
    assert session.derived.detector_names() == ["one", "two"]


def test_filter_by_reviewer_follows_undo(session: Session) -> None:
    session.keep(np.array([1, 2]))
    session.team.work_as("bob")
    session.exclude(np.array([2, 8]))
    assert shown(session, reviewer=["ann"]) == {1, 2}
    assert shown(session, reviewer=["bob"]) == {2, 8}
    assert shown(session, reviewer=["ann", "bob"]) == {1, 2, 8}
    session.undo()
    assert shown(session, reviewer=["bob"]) == set()


def test_an_unknown_issue_is_an_error_a_user_can_mend(session: Session) -> None:
    with pytest.raises(UserError, match="no issue called sepia"):
        shown(session, issue=["sepia"])
    with pytest.raises(UserError, match="no detector called three"):
        shown(session, detector=["three"])


def test_sort_by_agreement_counts_votes_against(session: Session) -> None:
    votes = [detect_array(session, f"detector-{n}-vote") for n in ("one", "two")]
    given = session.columns.given
    count = [sum(int(v[r] >= 0 and v[r] != given[r]) for v in votes) for r in range(COUNT)]
    rows = session.views.select_rows(ViewSpec(flagged=None, sort="agreement")).tolist()
    assert rows == sorted(range(COUNT), key=lambda r: (-count[r], -session.columns.suspicion[r], r))


def test_votes_that_are_damaged_are_told_of_and_the_others_count(
    session: Session, logged: io.StringIO
) -> None:
    detect = session.runs.latest("detect")
    assert detect is not None
    (detect.folder / "detector-one-vote.npy").write_bytes(b"cut short")
    vote, given = detect_array(session, "detector-two-vote"), session.columns.given
    assert session.derived.agreement.tolist() == ((vote >= 0) & (vote != given)).tolist()
    assert "no detector called one" in logged.getvalue()


@pytest.mark.parametrize("descending", [True, False])
@pytest.mark.parametrize("sort", sorted(set(SORTS) - {"pair", "path", "agreement"}))
def test_sorts_equal_pythons(session: Session, sort: str, descending: bool) -> None:
    session.keep(np.arange(5, 20))
    session.relabel(np.arange(12, 30, 2), 1)
    columns = session.columns
    values = (
        session.derived.duplicate_group if sort == "duplicate_group" else getattr(columns, sort)
    ).astype(float)
    if sort == "duplicate_group":
        values[values < 0] = np.nan
    # What has no value comes last either way.
    values[np.isnan(values)] = np.inf if not descending else -np.inf
    sign = -1 if descending else 1
    for spec in (
        ViewSpec(flagged=None),
        ViewSpec(flagged=True),
        ViewSpec(flagged=None, given=(2,)),
    ):
        wanted = sorted(
            shown(session, **{**spec.to_dict()}),
            key=lambda r: (sign * values[r], -columns.suspicion[r], r),
        )
        spec = ViewSpec.from_dict({**spec.to_dict(), "sort": sort, "descending": descending})
        assert session.views.select_rows(spec).tolist() == wanted


def test_samples_without_a_score_come_last_either_way(session: Session) -> None:
    session.columns.suspicion[[4, 9]] = np.nan
    session.columns.version += 1
    for descending in (True, False):
        rows = session.views.select_rows(ViewSpec(flagged=None, descending=descending))
        assert rows[-2:].tolist() == [4, 9]


@pytest.mark.parametrize("descending", [True, False])
def test_scores_are_ordered_as_numpy_orders_them(descending: bool) -> None:
    generator = np.random.default_rng(0)
    key = generator.normal(size=5000).round(2).astype(np.float32)
    key[::97] = np.nan
    key[[5, 7, 9, 11]] = (-0.0, 0.0, np.inf, -np.inf)
    expected = np.argsort(-key if descending else key, kind="stable")
    np.testing.assert_array_equal(_stable_order(key, descending), expected)
    assert len(_stable_order(key[:0], descending)) == 0


def test_pairs_of_very_many_classes() -> None:
    generator = np.random.default_rng(0)

    class Wide:
        given = generator.integers(0, 40_000, 500).astype(np.int32)
        suggested = generator.integers(-1, 40_000, 500).astype(np.int32)
        status = generator.integers(0, 2, 500).astype(np.uint8)

    Wide.given[:200], Wide.suggested[:200] = 39_999, 39_999
    rows = np.arange(0, 500, 2)
    groups = pair_groups(Wide, rows)  # type: ignore[arg-type]  # only these columns are read
    assert sum(g.count for g in groups) == 250
    assert (groups[0].given, groups[0].suggested, groups[0].count) == (39_999, 39_999, 100)
    assert sum(g.left for g in groups) == int((Wide.status[rows] == UNSEEN).sum())


def test_views_of_an_older_and_of_a_newer_version_are_read() -> None:
    old = {"flagged": True, "given": [1], "suspicion": [0.1, 0.9], "text": "x", "sort": "loss"}
    assert ViewSpec.from_dict(old) == ViewSpec(
        given=(1,), suspicion=(0.1, 0.9), text="x", sort="loss"
    )
    spec = ViewSpec(issue=("dark",), detector=("one",), reviewer=("ann",), audit=3)
    assert ViewSpec.from_dict({**spec.to_dict(), "of_the_future": 1}) == spec


def by_id(groups: list[DuplicateGroup]) -> dict[int, DuplicateGroup]:
    return {group.id: group for group in groups}


def test_shares_are_the_same_on_every_machine_and_copies_are_in_one(session: Session) -> None:
    first = {row: rows[0] for rows in GROUPS.values() for row in rows}
    number = [
        zlib.crc32(session.path_of(first.get(row, row)).encode("utf-8")) for row in range(COUNT)
    ]
    for parts in (2, 5):
        for k in range(1, parts + 1):
            wanted = {row for row in range(COUNT) if number[row] % parts == k - 1}
            assert shown(session, part=[k, parts]) == wanted
            assert 0 < len(wanted) < COUNT
    dark = detect_array(session, "issue-dark-flagged")
    assert shown(session, part=[1, 2], issue=["dark"]) == {
        row for row in range(COUNT) if number[row] % 2 == 0 and dark[row]
    }


def test_harmful_duplicates_come_first(session: Session) -> None:
    groups = session.statistics.duplicate_groups()
    labels, splits = session.columns.current, session.columns.split
    for group in groups:
        rows = GROUPS[group.id]
        assert group.rows.tolist() == list(rows)
        assert group.conflicting == (len({labels[r] for r in rows}) > 1)
        assert group.across_splits == (len({splits[r] for r in rows}) > 1)
        assert group.left == len(rows)
    keys = [(not g.conflicting, not g.across_splits, -len(g.rows)) for g in groups]
    assert keys == sorted(keys)
    assert [g.id for g in session.statistics.duplicate_groups(limit=2)] == [
        g.id for g in groups[:2]
    ]


def test_keep_one_excludes_the_rest_as_one_operation(session: Session) -> None:
    rows = np.array(GROUPS[3])
    session.keep_one(rows, 35)
    assert session.columns.status[rows].tolist() == [EXCLUDED, KEPT, EXCLUDED, EXCLUDED]
    group = by_id(session.statistics.duplicate_groups())[3]
    assert (group.harmful, group.left) == (False, 0)
    assert str(session.undo_text()) == "Kept one and excluded the rest of 4 samples"
    session.undo()
    assert by_id(session.statistics.duplicate_groups())[3].conflicting
    session.relabel(rows, 1)
    assert not by_id(session.statistics.duplicate_groups())[3].conflicting
    with pytest.raises(UserError, match="not in the group"):
        session.keep_one(rows, 3)


def test_before_detection_there_are_no_duplicates(tmp_path: Path) -> None:
    with Session.open(make_project(tmp_path / "new.lnl")) as session:
        assert session.statistics.duplicate_groups() == []
        rows = session.views.select_rows(ViewSpec(flagged=None, sort="duplicate_group"))
        assert len(rows) == len(session)


@pytest.mark.parametrize("suffix", [".png", ".pñg"])
def test_text_index_with_very_many_hits_equals_plain_search(suffix: str) -> None:
    paths = [f"Class{i % 7}/Image {i:05d}{suffix}" for i in range(30_000)]
    index = TextIndex(paths)
    for needle in ("", "IMAGE", "g", "s3/", f"7{suffix}".upper(), "image 0001", "nothing"):
        wanted = [needle.lower() in path.lower() for path in paths]
        np.testing.assert_array_equal(index.mask(needle), wanted)


@pytest.mark.parametrize("letters", ["ab/", "aé/"])
def test_what_is_found_often_is_found_everywhere_and_nowhere_else(letters: str) -> None:
    generator = np.random.default_rng(6)
    paths = ["".join(row) for row in generator.choice(list(letters), (15_000, 5))]
    paths[-1] = letters[:2] * 2
    index = TextIndex(paths)
    a, b = letters[:2]
    for needle in (a, b, a + b, b + a, a + a, a + b + a, b + b + b, f"{a}/{b}", b + b + a + b):
        found = index.mask(needle)
        np.testing.assert_array_equal(found, [needle in path for path in paths])
        assert 100 < found.sum() < 15_000


def test_a_search_of_no_paths_or_for_nothing() -> None:
    assert TextIndex([]).mask("a").tolist() == []
    assert TextIndex(["a", "B"]).mask("").tolist() == [True, True]
    assert TextIndex(["a", "B", "b"]).mask("b").tolist() == [False, True, True]


def test_files_that_could_not_be_read_are_an_issue_to_filter_by(session: Session) -> None:
    readable = np.ones(COUNT, bool)
    readable[[3, 9]] = False
    session.columns.readable = readable
    assert session.derived.issue_names() == ["unreadable", "dark", "blurry"]
    assert shown(session, issue=["unreadable"]) == {3, 9}


def test_an_audit_adds_no_suspects(session: Session) -> None:
    flagged = set(np.flatnonzero(session.columns.flagged).tolist())
    drawn = session.statistics.draw_audit(4, seed=1).rows
    assert not flagged & set(drawn.tolist())
    session.keep(drawn)
    decided = sorted(flagged)[0]
    session.keep(np.array([decided]))
    assert set(session.views.select_rows(ViewSpec()).tolist()) == flagged
    others = set(session.views.select_rows(ViewSpec(flagged=False)).tolist())
    assert set(drawn.tolist()) <= others


def test_a_sort_of_a_newer_version_is_the_usual_one(session: Session) -> None:
    known = ViewSpec(flagged=None)
    assert ViewSpec.from_dict({**known.to_dict(), "sort": "by_mood"}) == known
    assert ViewSpec.from_dict({**known.to_dict(), "sort": "path"}).sort == "path"
    assert ViewSpec.from_dict({**known.to_dict(), "sort": ["path"]}).sort == known.sort
