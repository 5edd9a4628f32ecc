from statistics import mean

import numpy as np
import pytest
from scipy.stats import binom

from lnl_gui.detect.consensus.budget import (
    audit_interval,
    audit_size,
    expected_errors,
    stratified_audit_interval,
)
from lnl_gui.detect.consensus.threshold import expected_f_threshold, expected_scores


def suspicions(count: int = 500, seed: int = 0) -> np.ndarray:
    return np.random.default_rng(seed).beta(0.4, 1.2, count)


def test_threshold_is_the_best_of_all_cuts() -> None:
    s = suspicions()
    cut = expected_f_threshold(s)
    values = [expected_scores(s, s >= t)[2] for t in s]
    assert expected_scores(s, s >= cut)[2] == pytest.approx(max(values))


def test_expected_scores_are_the_means_over_drawn_truths() -> None:
    s = suspicions(2_000)
    flagged = s >= expected_f_threshold(s)
    generator = np.random.default_rng(1)
    drawn = [generator.random(s.size) < s for _ in range(300)]
    precision, recall, f1 = expected_scores(s, flagged)
    assert mean((w & flagged).sum() / flagged.sum() for w in drawn) == pytest.approx(
        precision, abs=0.01
    )
    assert mean((w & flagged).sum() / w.sum() for w in drawn) == pytest.approx(recall, abs=0.01)
    assert mean(
        2 * (w & flagged).sum() / (w.sum() + flagged.sum()) for w in drawn
    ) == pytest.approx(f1, abs=0.01)


def test_emphasis_trades_precision_for_recall() -> None:
    s = suspicions()
    sizes = [int((s >= expected_f_threshold(s, emphasis=e)).sum()) for e in (-1, -0.5, 0, 0.5, 1)]
    assert sizes == sorted(sizes)
    assert sizes[0] < sizes[2] < sizes[4]


def test_nothing_is_flagged_without_suspicion() -> None:
    none = np.array([0.0, 0.0, np.nan])
    assert not (none >= expected_f_threshold(none)).any()
    assert expected_f_threshold(np.array([])) == 1.0


def test_hardly_suspect_samples_are_never_flagged() -> None:
    calm = np.array([1e-6, 1e-5, 0.04])
    assert not (calm >= expected_f_threshold(calm)).any()


def test_expected_errors_cover_drawn_counts() -> None:
    s = suspicions(1_000)
    estimate = expected_errors(s, 300)
    top = np.sort(s)[-300:]
    generator = np.random.default_rng(2)
    counts = (generator.random((2_000, 300)) < top).sum(axis=1)
    assert estimate.value == pytest.approx(counts.mean(), rel=0.01)
    inside = (counts >= estimate.low) & (counts <= estimate.high)
    assert 0.93 <= inside.mean() <= 0.97
    assert expected_errors(np.append(s, np.nan)).value == pytest.approx(s.sum())
    assert expected_errors(s, 0).value == 0.0


def test_audit_interval_inverts_the_binomial_tails() -> None:
    interval = audit_interval(3, 100)
    assert binom.sf(2, 100, interval.low) == pytest.approx(0.025)
    assert binom.cdf(3, 100, interval.high) == pytest.approx(0.025)
    assert audit_interval(0, 50).low == 0.0
    assert audit_interval(50, 50).high == 1.0
    assert (audit_interval(0, 0).low, audit_interval(0, 0).high) == (0.0, 1.0)
    with pytest.raises(ValueError, match="4 errors"):
        audit_interval(4, 3)


def test_stratified_audit_covers_the_true_rate() -> None:
    generator = np.random.default_rng(3)
    population = np.array([1000, 500, 4000])
    rates = np.array([0.3, 0.02, 0.1])
    truth = float((population * rates).sum() / population.sum())
    sampled = np.array([60, 60, 60])
    hits = 0
    for _ in range(300):
        found = stratified_audit_interval(generator.binomial(sampled, rates), sampled, population)
        hits += found.low <= truth <= found.high
    assert hits / 300 > 0.93


def test_audit_size_gives_the_wanted_width() -> None:
    size = audit_size(0.1, 0.02)
    found = audit_interval(round(0.1 * size), size)
    assert (found.high - found.low) / 2 == pytest.approx(0.02, rel=0.1)
