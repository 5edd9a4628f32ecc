import numpy as np
import pytest

from lnl_gui.detect.consensus.shifted_odds import shifted_to_mean
from lnl_gui.detect.consensus.threshold import expected_f_threshold


def suspicions(count: int = 500, seed: int = 0) -> np.ndarray:
    return np.random.default_rng(seed).beta(0.4, 1.2, count)


def drawn_f1(s: np.ndarray, flagged: np.ndarray, truths: np.ndarray) -> float:
    """Mean F1 of a flagged set over truths drawn from the suspicions, (draws, N) bool."""
    found = (truths & flagged).sum(axis=1)
    return float(np.mean(2 * found / (truths.sum(axis=1) + flagged.sum())))


def test_threshold_is_the_best_of_all_cuts() -> None:
    s = suspicions()
    cut = expected_f_threshold(s)
    values = [2 * s[s >= t].sum() / ((s >= t).sum() + s.sum()) for t in s]
    assert 2 * s[s >= cut].sum() / ((s >= cut).sum() + s.sum()) == pytest.approx(max(values))


def test_no_other_cut_has_a_higher_f1_over_drawn_truths() -> None:
    s = suspicions(2_000)
    truths = np.random.default_rng(1).random((300, s.size)) < s
    best = drawn_f1(s, s >= expected_f_threshold(s), truths)
    for quantile in (0.5, 0.6, 0.7, 0.8, 0.9, 0.95):
        # A mean over 300 draws is known to about .001.
        assert best > drawn_f1(s, s >= np.quantile(s, quantile), truths) - 0.003


def test_the_cut_is_the_best_one_for_a_quarter_of_a_standard_error_more_of_them() -> None:
    s = suspicions()
    odds = np.log(s / (1 - s))
    wanted = s.sum() * (1 + 0.25 * 0.4)
    shifts = np.linspace(0, 2, 20_001)
    sums = np.array([(1 / (1 + np.exp(-odds - shift))).sum() for shift in shifts])
    likely = 1 / (1 + np.exp(-odds - shifts[np.argmin(np.abs(sums - wanted))]))
    values = [2 * likely[s >= t].sum() / ((s >= t).sum() + likely.sum()) for t in s]
    cut = expected_f_threshold(s, relative_error=0.4)
    assert cut == pytest.approx(s[int(np.argmax(values))])
    assert cut < expected_f_threshold(s)


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


def test_log_odds_move_together() -> None:
    start = np.array([0.01, 0.2, 0.5, 0.99])
    moved = shifted_to_mean(start, 0.3)
    assert moved.mean() == pytest.approx(0.3, abs=1e-5)
    odds = np.log(moved / (1 - moved)) - np.log(start / (1 - start))
    np.testing.assert_allclose(odds, odds[0], rtol=1e-3)
