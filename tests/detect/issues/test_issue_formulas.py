"""Scores and thresholds of issues in closed form."""

import numpy as np
import pytest
from scipy.special import expit
from scipy.stats import median_abs_deviation, norm, truncnorm

from lnl_gui.detect.copies.find import Copies
from lnl_gui.detect.issues import off_topic
from lnl_gui.detect.issues.duplicates import duplicate_issues, find_duplicates
from lnl_gui.detect.issues.image_quality import find_image_issues
from lnl_gui.detect.issues.issue import flag_above, flag_unusual, robust_deviation, robust_limit
from lnl_gui.detect.issues.off_topic import class_distance, find_off_topic
from lnl_gui.detect.issues.outliers import find_outliers


def facts(samples: int = 40) -> dict[str, np.ndarray]:
    generator = np.random.default_rng(1)
    return {
        "width": generator.integers(20, 500, samples),
        "height": generator.integers(20, 500, samples),
        "brightness_low": generator.uniform(0, 0.5, samples),
        "brightness_high": generator.uniform(0.5, 1, samples),
        "contrast": np.where(np.arange(samples) % 5 == 0, 0.009, 0.011),
        "sharpness": generator.uniform(0, 0.01, samples),
        "entropy": generator.uniform(0.1, 1, samples),
        "truncated": np.arange(samples) % 7 == 0,
    }


def test_every_score_is_its_formula() -> None:
    known = facts()
    found = {issue.name: issue for issue in find_image_issues(known)}
    side = np.log2(np.sqrt(known["width"] * known["height"]))
    sharp = 0.001 / (0.001 + known["sharpness"])
    shorter = np.minimum(known["width"], known["height"])
    wanted = {
        "dark": 1 - known["brightness_high"],
        "bright": known["brightness_low"],
        "blurry": np.where(known["contrast"] < 0.01, 0, sharp),
        "low_information": 1 - known["entropy"],
        "odd_size": 1 - 2 ** -np.abs(side - np.median(side)),
        "odd_aspect_ratio": 1 - shorter / np.maximum(known["width"], known["height"]),
        "truncated": known["truncated"],
    }
    assert list(found) == list(wanted)
    least = {"dark": 0.68, "bright": 0.95, "blurry": 0.5, "low_information": 0.7}
    least |= {"odd_size": 0.75, "odd_aspect_ratio": 0.65, "truncated": 0.5}
    for name, score in wanted.items():
        np.testing.assert_allclose(found[name].score, score, rtol=1e-5, atol=1e-7)
        assert found[name].score.dtype == np.float32
        limit = np.median(score) + 3.5 * median_abs_deviation(score, scale=1.4826**-1)
        threshold = least[name] if name == "truncated" else min(max(least[name], limit), 1)
        assert found[name].threshold == pytest.approx(threshold, rel=1e-6)
        assert (found[name].flagged == (found[name].score > threshold)).all()
    assert f"{2 ** np.median(side):.0f} pixels" in str(found["odd_size"].note)


def test_robust_deviations_leave_out_what_was_not_measured() -> None:
    values = np.array([1.0, 2.0, np.nan, 4.0, 9.0, np.inf])
    # Median 3, absolute deviations 2, 1, 1 and 6.
    assert robust_deviation(values[[0, 1, 3, 4]]) == pytest.approx(1.4826 * 1.5)
    assert robust_limit(values) == pytest.approx(3 + 3.5 * 1.4826 * 1.5)
    assert robust_limit(np.array([np.nan])) == -np.inf


def test_above_a_threshold_is_not_at_it() -> None:
    found = flag_above("name", np.array([0.5, 0.51, np.nan, 0.2]), 0.5, "Note.")
    assert found.flagged.tolist() == [False, True, False, False]
    assert (found.name, found.threshold, str(found.note)) == ("name", 0.5, "Note.")


def test_the_note_of_a_raised_threshold_tells_the_usual_one() -> None:
    low = flag_unusual("name", np.array([0.1, 0.15, 0.2, 0.9]), 0.68, "Note.")
    assert (low.threshold, str(low.note)) == (0.68, "Note.") and low.flagged.tolist()[3]
    high = flag_unusual("name", np.array([0.7, 0.71, 0.72, 0.99]), 0.68, "Note.")
    limit = 0.715 + 3.5 * 1.4826 * 0.01
    assert high.threshold == pytest.approx(limit, abs=1e-6) and high.flagged.sum() == 1
    assert str(high.note) == "Note. Raised from 0.68, since the whole dataset is like this."


def test_an_outlier_is_measured_at_the_last_neighbour_it_has() -> None:
    generator = np.random.default_rng(0)
    similarity = -np.sort(-generator.uniform(0.2, 0.999, (50, 4)), axis=1).astype(np.float32)
    similarity[3, 2:] = 0
    similarity[4] = 0
    similarity[5] = 1
    found = find_outliers(similarity)
    last = similarity[:, 3].astype(float)
    last[3] = similarity[3, 1]
    logs = np.log(np.maximum(1 - last, 1e-6))
    logs[4] = np.nan
    known = np.delete(np.arange(50), 4)
    spread = 1.4826 * np.median(np.abs(logs[known] - np.median(logs[known])))
    wanted = expit((logs - np.median(logs[known])) / spread - 3.5)
    np.testing.assert_allclose(found.score, wanted, rtol=1e-5)
    assert found.name == "outlier" and found.threshold == 0.5


def test_groups_are_mixed_by_what_is_known_of_their_members() -> None:
    generator = np.random.default_rng(2)
    group = generator.integers(-1, 12, 60)
    labels, splits = generator.integers(-1, 3, 60), generator.choice(["test", "train", ""], 60)
    none = np.zeros(60, bool)
    copies = Copies(group, none, np.zeros(60, np.float32), none, group, none)
    found = find_duplicates(copies, labels=labels, splits=splits)
    for at in range(60):
        own = group == group[at]
        alone = group[at] < 0
        mixed = len(set(labels[own & (labels >= 0)])) > 1
        assert found.conflicting[at] == (mixed and not alone)
        assert found.across_splits[at] == (len(set(splits[own])) > 1 and not alone)
    assert found.conflicting.any() and not found.conflicting.all() and found.copies is copies
    nothing = find_duplicates(copies)
    assert not nothing.conflicting.any() and not nothing.across_splits.any()


def test_issues_of_copies_have_their_scores() -> None:
    copies = Copies(
        np.array([0, 0, -1, 1, 1, -1], np.int32),
        np.array([True, False, False, False, False, False]),
        np.array([1.0, 0.6, 0.3, 0.2, 0.4, 0.0], np.float32),
        np.zeros(6, bool),
        np.full(6, -1, np.int32),
        np.zeros(6, bool),
    )
    labels, splits = np.array([0, 1, 0, 2, 2, 1]), np.array([0, 0, 0, 0, 1, 1])
    issues = duplicate_issues(find_duplicates(copies, labels=labels, splits=splits))
    scores = {issue.name: issue.score.tolist() for issue in issues}
    assert scores == {
        "exact_duplicate": [1, 0, 0, 0, 0, 0],
        "near_duplicate": pytest.approx([0, 0.6, 0, 0.2, 0.4, 0]),
        "conflicting_duplicate": [1, 1, 0, 0, 0, 0],
        "duplicate_across_splits": [0, 0, 0, 1, 1, 0],
    }
    for issue in issues:
        assert (issue.flagged == (issue.score > 0)).all()
    assert [issue.threshold for issue in issues] == [0.5, 0, 0.5, 0.5]


@pytest.mark.parametrize("chunk", [17, 4096])
def test_distance_from_a_class_is_that_of_its_references(
    chunk: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two spaces, samples without a label, an unreadable one and copies, written out."""
    monkeypatch.setattr(off_topic, "_CHUNK", chunk)
    generator = np.random.default_rng(3)
    spaces = [generator.normal(size=(90, 6)), generator.normal(size=(90, 4)) + 0.5]
    spaces[0] = spaces[0].astype(np.float16)
    given = generator.integers(-1, 3, 90)
    given[86:] = 3
    spaces[1][8, 0] = np.nan
    groups = np.full(90, -1)
    groups[[1, 2, 3]], groups[[20, 21]] = 5, 2
    told: list[tuple[int, int]] = []
    found = class_distance(
        spaces,
        given,
        number_of_classes=5,
        groups=groups,
        progress=lambda done, total: told.append((done, total)),
    )
    assert told[-1] == (89, 89) and [done for done, _ in told][:-1] == [
        chunk * step for step in range(1, len(told))
    ]
    units = []
    for space in spaces:
        root = np.sign(space) * np.sqrt(np.abs(space.astype(float)))
        units.append(root / np.linalg.norm(root, axis=1, keepdims=True))
    distance = 1 - sum(unit @ unit.T for unit in units) / 2
    # The first of each group in each class, in a random order that the seed gives.
    stands = np.ones(90, bool)
    order = np.random.default_rng(0).permutation(90)
    seen: set[tuple[int, int]] = set()
    usable = np.where(np.arange(90) == 8, -1, given)
    for at in order:
        if groups[at] >= 0:
            stands[at] = (groups[at], usable[at]) not in seen
            seen.add((groups[at], usable[at]))
    readable = np.delete(np.arange(90), 8)

    def nearest_of(members: np.ndarray, share: float) -> np.ndarray:
        k = max(int(np.ceil(share * (len(members) - 1))), 1)
        nearest = np.full(90, np.nan)
        for at in readable:
            nearest[at] = np.sort(distance[at, members[members != at]])[k - 1]
        return nearest

    # One of each group's copies in a class tells what is usual there.
    once = groups < 0
    for group in (5, 2):
        for label in range(3):
            own = np.flatnonzero((groups == group) & (usable == label))
            once[own] = np.arange(len(own)) == 0
    logs, own_logs = [], []
    for label in range(3):
        logs.append(np.log(nearest_of(np.flatnonzero((usable == label) & stands), 0.2)))
        own_logs.append(logs[-1][(usable == label) & once])
    centre = np.array([np.median(own) for own in own_logs])
    spread = [float(np.subtract(*np.quantile(own, [0.75, 0.25]))) / 1.349 for own in own_logs]
    size = np.array([len(own) for own in own_logs])
    # Medians that differ by no more than chance are taken for one.
    chance = np.pi / 2 * np.median(spread) ** 2 / size
    between = max(np.var(centre) - chance.mean(), 0.0)
    trust = between / (between + chance)
    centre = trust * centre + (1 - trust) * np.median(centre)
    power = np.minimum(np.median(spread) * (1 + 2.4 / size**0.5) / spread, 1)
    columns = []
    for log, middle, factor in zip(logs, centre, power, strict=True):
        columns.append(np.exp(np.where(log > middle, factor, 1) * (log - middle)))
    # Class 3 has four images: the nearest of them counts, in the distance of two of a class.
    pairs = []
    for label in range(3):
        members = np.flatnonzero((usable == label) & stands)
        pairs.append(
            np.median(distance[np.ix_(members, members)][~np.eye(len(members), dtype=bool)])
        )
    columns.append(nearest_of(np.arange(86, 90), 0.0) / np.median(pairs))
    wanted = np.min(columns, axis=0)
    wanted[86:] = np.nan
    for group in (5, 2):
        own = (groups == group) & ~np.isnan(wanted)
        wanted[own] = wanted[own].min()
    np.testing.assert_allclose(found, wanted, rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize(("classes", "wanted"), [(1, 200), (40, 100), (2000, 5)])
def test_so_many_stand_for_a_class_that_all_are_four_thousand(classes: int, wanted: int) -> None:
    labels = np.repeat(np.arange(min(classes, 60)), 210)
    found = off_topic._references(labels, classes, None, 1)
    assert sorted(found) == list(range(min(classes, 60)))
    for label, rows in found.items():
        assert len(rows) == wanted and (labels[rows] == label).all() and (np.diff(rows) > 0).all()
    other = off_topic._references(labels, classes, None, 2)
    assert not np.array_equal(other[0], found[0])


@pytest.mark.parametrize("power", [1.0, 0.5, 0.0, -0.5])
def test_the_null_is_a_normal_cut_at_both_ends_of_the_body(power: float) -> None:
    generator = np.random.default_rng(6)
    distance = np.exp(generator.normal(0, 0.3, 4000))
    values = np.log(distance) if power == 0 else -(distance**-power) / power
    found = off_topic._fitted(distance, power)
    assert found is not None
    np.testing.assert_allclose(found.deviations, (values - found.centre) / found.deviation)
    low, high = np.quantile(values, (0.05, 0.85))
    inside = (values >= low) & (values <= high)

    def loss(centre: float, deviation: float) -> float:
        ends = (low - centre) / deviation, (high - centre) / deviation
        law = truncnorm(*ends, loc=centre, scale=deviation)
        # Of the distances themselves: d value / d distance is distance ** (-power - 1).
        slope = -(power + 1) * np.log(distance[inside])
        return float(-(law.logpdf(values[inside]) + slope).mean())

    least = loss(found.centre, found.deviation)
    # But for the constant of a normal density.
    assert found.loss == pytest.approx(least - 0.5 * np.log(2 * np.pi), abs=1e-6)
    for factor in (0.97, 1.03):
        assert least < loss(found.centre, factor * found.deviation)
        assert least < loss(found.centre + (factor - 1) * found.deviation, found.deviation)


@pytest.mark.parametrize("least", [0.0, 2.6])
@pytest.mark.parametrize("seed", range(4))
def test_the_cut_is_benjamini_and_hochberg_s(seed: int, least: float) -> None:
    generator = np.random.default_rng(seed)
    deviations = np.concatenate([generator.normal(size=200), generator.normal(4, 1, 10 * seed)])
    cut = off_topic._cut(deviations, least)
    probability = np.sort(norm.sf(deviations))
    passed = np.flatnonzero(
        probability <= 0.2 * np.arange(1, len(deviations) + 1) / len(deviations)
    )
    ordered = -np.sort(-deviations)
    if len(passed):
        last = passed.max()
        wanted = (ordered[last] + ordered[last + 1]) / 2
    else:
        wanted = norm.isf(0.2 / len(deviations))
    assert cut == pytest.approx(max(wanted, least))
    # Half-way to the next, however few follow; where all pass, half a deviation below the last.
    assert off_topic._cut(np.array([3.0, 3.0, 3.0, 3.0, -1.0]), 0.0) == pytest.approx(1.0)
    assert off_topic._cut(np.full(5, 3.0), 0.0) == pytest.approx(2.5)


def test_scores_rise_from_half_at_the_cut() -> None:
    generator = np.random.default_rng(7)
    distance = -1 / (generator.normal(10, 1, 400) - 30)
    distance = np.concatenate([distance, -1 / (np.full(6, 16.0) - 30), [np.nan, 0.0]])
    found = find_off_topic(distance.astype(np.float32))
    null = off_topic._fitted(distance[:406].astype(np.float32).astype(float), 1.0)
    assert null is not None
    wanted = expit(null.deviations - off_topic._cut(null.deviations, 2.6))
    np.testing.assert_allclose(found.score[:406], wanted, rtol=1e-4)
    assert np.isnan(found.score[406]) and found.score[407] == 0
    assert found.flagged[400:406].all() and (found.name, found.threshold) == ("off_topic", 0.5)
    # Of forty-nine nobody is judged, of fifty every one.
    assert (find_off_topic(distance[:49]).score == 0).all()
    assert (find_off_topic(distance[:50]).score > 0).all()
