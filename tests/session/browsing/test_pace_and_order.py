"""Verdicts a minute, budget at its ends, search and orders, against plain Python."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from lnl_gui.session.browsing.orders import suspicion_sorted
from lnl_gui.session.browsing.text_index import TextIndex
from lnl_gui.session.browsing.views import ViewSpec
from lnl_gui.session.figures.budget import review_budget, verdicts_per_minute
from lnl_gui.session.session import Session
from lnl_gui.util.statistics.intervals import error_count
from tests.builders import add_detection, make_project

NOW = 100_000.0


@pytest.fixture
def session(tmp_path: Path) -> Iterator[Session]:
    folder = make_project(tmp_path / "pets.lnl", count=60)
    add_detection(folder)
    with Session.open(folder, reviewer="ann") as opened:
        yield opened


@pytest.fixture
def acts(session: Session, monkeypatch: pytest.MonkeyPatch) -> Session:
    """Verdicts so many seconds before NOW, of so many samples, by whom."""
    moments = [(700, 9, "ann"), (599, 2, "ann"), (590, 1, "ann"), (310, 5, "bob")]
    moments += [(125, 3, "ann"), (30, 4, "ann")]
    decided = 0
    for age, count, reviewer in moments:
        session.team.rename(reviewer)
        monkeypatch.setattr("time.time", lambda age=age: NOW - age)
        session.exclude(np.arange(decided, decided + count))
        decided += count
    session.team.rename("ann")
    return session


def test_verdicts_are_counted_by_the_minute_from_the_first_act_on(acts: Session) -> None:
    ten = verdicts_per_minute(acts.project, "ann", now=NOW)
    assert ten == [3, 0, 0, 0, 0, 0, 0, 3, 0, 4]
    assert verdicts_per_minute(acts.project, "ann", now=NOW, minutes=3) == [3, 0, 4]
    assert verdicts_per_minute(acts.project, "ann", now=NOW, minutes=1) == [4]
    assert verdicts_per_minute(acts.project, "bob", now=NOW) == [5, 0, 0, 0, 0, 0]
    assert verdicts_per_minute(acts.project, "cat", now=NOW) == []
    # A clock that was put back shows acts in the future: they count as now.
    assert verdicts_per_minute(acts.project, "ann", now=NOW - 60, minutes=2)[-1] == 4


@pytest.mark.parametrize("count", [0, 1, 2, 5])
@pytest.mark.parametrize("wanted", [-3, 0, 1, 3, 99])
def test_a_budget_of_few_samples(count: int, wanted: int) -> None:
    suspicion = np.array([0.9, 0.5, 0.4, 0.2, 0.05], np.float32)[:count]
    found = review_budget(suspicion, next_samples=wanted, target_rate=0.3, relative_error=0.0)
    size = min(max(wanted, 0), count)
    assert (found.next_samples, found.unreviewed, found.target_rate) == (size, count, 0.3)
    assert found.expected_errors.value == pytest.approx(suspicion[:size].sum())
    assert found.remaining_errors.value == pytest.approx(suspicion.sum())
    assert found.residual_rate.value == pytest.approx(suspicion.mean() if count else 0.0)
    means = [suspicion[k:].mean() if k < count else 0.0 for k in range(count + 1)]
    assert found.until_enough == next(k for k, mean in enumerate(means) if mean <= 0.3)
    assert found.enough == (means[0] <= 0.3)
    deviation = np.sqrt((suspicion * (1 - suspicion)).sum() + (0.005 * count) ** 2)
    low = max(0.0, suspicion.sum() - 1.959964 * deviation)
    assert found.remaining_errors.low == pytest.approx(low, abs=1e-5)


def test_a_byte_that_was_never_sampled_can_be_searched_for() -> None:
    # Of so many bytes every second one is looked at; "z" stands on the others alone.
    index = TextIndex(["aza"] * 60_000 + ["aaa"])
    assert index.mask("z").tolist() == [True] * 60_000 + [False]
    assert index.mask("az").sum() == 60_000


@pytest.mark.parametrize("descending", [True, False])
def test_within_a_pair_the_most_suspect_comes_first(session: Session, descending: bool) -> None:
    columns = session.columns
    columns.suspicion[[3, 6, 9]] = 0.75
    rows = session.views.select_rows(ViewSpec(flagged=None, sort="pair", descending=descending))
    pairs = list(zip(columns.given.tolist(), columns.suggested.tolist(), strict=True))
    size = {pair: pairs.count(pair) for pair in pairs}

    def key(row: int) -> tuple[object, ...]:
        pair = pairs[row]
        return (-size[pair] if descending else size[pair], pair, -columns.suspicion[row], row)

    assert rows.tolist() == sorted(range(60), key=key)


@pytest.mark.parametrize("share", [0.1, 0.3, 0.34, 0.9])
def test_few_rows_are_ordered_as_all_are(session: Session, share: float) -> None:
    suspicion = session.columns.suspicion
    suspicion[[2, 5, 8]] = np.nan
    suspicion[[11, 14]] = 0.3
    mask = np.zeros(60, bool)
    mask[: int(60 * share)] = True
    for descending in (True, False):
        spec = ViewSpec(flagged=None, descending=descending)
        rows = session.views.select_rows(spec, within=mask)
        kept = np.flatnonzero(mask)
        sign = -1 if descending else 1
        wanted = sorted(
            kept.tolist(),
            key=lambda row: (np.isnan(suspicion[row]), sign * np.nan_to_num(suspicion[row]), row),
        )
        assert rows.tolist() == wanted


def test_an_act_on_record_without_a_number_is_one_sample(
    session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("time.time", lambda: NOW)
    session.exclude(np.arange(3))
    with session.project.transaction() as connection:
        connection.execute("UPDATE op SET params = '{}'")
    assert verdicts_per_minute(session.project, "ann", now=NOW + 30) == [1]


def test_the_interval_of_a_million_sure_suspects_is_as_wide_as_their_variance() -> None:
    count = 1_000_000
    suspicion = np.full(count, 0.999, np.float32)
    found = review_budget(suspicion, next_samples=1, target_rate=0.01, relative_error=0.0)
    # The variance of independent draws is the sum of s (1 - s).
    share = float(suspicion[0])
    expected = error_count(count * share, count * share * (1 - share), count, relative_error=0.0)
    assert found.remaining_errors.value == pytest.approx(expected.value, abs=0.1)
    assert found.remaining_errors.low == pytest.approx(expected.low, abs=0.1)
    assert found.remaining_errors.high == pytest.approx(expected.high, abs=0.1)


@pytest.mark.parametrize("descending", [False, True])
@pytest.mark.parametrize("chosen", [slice(None), [41, 7, 2, 40, 33]])
def test_paths_are_in_the_order_of_the_alphabet_or_the_other_way(
    session: Session, chosen: slice | list[int], descending: bool
) -> None:
    rows = np.arange(60)[chosen]
    found = session.orders.order(rows, "path", descending=descending)
    paths = session.columns.paths
    assert [paths[row] for row in found] == sorted((paths[row] for row in rows), reverse=descending)


def test_suspicion_is_sorted_the_same_with_and_without_a_known_order() -> None:
    generator = np.random.default_rng(0)
    suspicion = generator.random(50).astype(np.float32)
    suspicion[[4, 30]] = np.nan
    mask = generator.random(50) < 0.6
    mask[4] = True
    truth = sorted((float(value) for value in suspicion[mask] if value == value), reverse=True)
    order = np.argsort(-suspicion, kind="stable").astype(np.int32)
    for known in (None, order):
        assert suspicion_sorted(suspicion, mask, known).tolist() == truth


def test_an_order_is_known_from_the_first_sort_until_the_scores_change(session: Session) -> None:
    orders, columns = session.orders, session.columns
    assert orders.known_worst_first() is None
    # The other way round, or by something else that has no ties to settle, tells nothing of it.
    orders.prepare("suspicion", descending=False)
    orders.prepare("path", descending=True)
    assert orders.known_worst_first() is None
    orders.prepare("pair", descending=False)
    found = orders.known_worst_first()
    assert found is not None
    assert found.tolist() == np.argsort(-columns.suspicion, kind="stable").tolist()
    assert orders.known_worst_first() is found
    mask = np.arange(60) % 4 > 0
    wanted = np.sort(columns.suspicion[mask])[::-1]
    np.testing.assert_array_equal(orders.suspicion_sorted(mask), wanted)
    columns.suspicion = columns.suspicion[::-1].copy()
    columns.version += 1
    assert orders.known_worst_first() is None
    wanted = np.sort(columns.suspicion[mask])[::-1]
    np.testing.assert_array_equal(orders.suspicion_sorted(mask), wanted)
    columns.worst_first = np.argsort(-columns.suspicion, kind="stable").astype(np.int32)
    columns.version += 1
    assert orders.known_worst_first() is columns.worst_first
