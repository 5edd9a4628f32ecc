from statistics import mean

import numpy as np
import pytest

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
