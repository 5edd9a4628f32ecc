import numpy as np
import pytest

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
