import numpy as np
import pytest

from lnl_gui.detect.detectors.majority_vote import (
    cluster_votes,
    detect_hdbscan,
    detect_kmeans,
    majority_vote,
)
from lnl_gui.detect.detectors.registry import Detector
from lnl_gui.util.errors import UserError


def labels(*values: int) -> np.ndarray:
    return np.array(values, dtype=np.int32)


def test_counts_by_hand() -> None:
    assignment = labels(0, 0, 0, 1, 1, 1, 1, 2, 4, -1)
    given = labels(2, 2, 0, 1, 0, 1, 2, 0, -1, 1)
    votes = cluster_votes(assignment, given, number_of_classes=3)
    assert votes.label.tolist() == [2, 1, 0, -1, -1]
    np.testing.assert_allclose(votes.share, [2 / 3, 2 / 4, 1, 0, 0], rtol=1e-6)
    assert votes.size.tolist() == [3, 4, 1, 0, 0]
    assert votes.weak.tolist() == [False] * 5


def test_two_clusters_may_carry_one_class() -> None:
    result = majority_vote(labels(0, 0, 1, 1), labels(1, 1, 1, 1), number_of_classes=2)
    assert result.vote.tolist() == [1, 1, 1, 1]
    assert (result.score < 0.5).all()


def test_tie_needs_a_probe_to_break_it() -> None:
    assignment, given = labels(0, 0, 0, 0), labels(0, 1, 0, 1)
    result = majority_vote(assignment, given, number_of_classes=3)
    assert result.vote.tolist() == [-1] * 4 and np.isnan(result.score).all()
    probe = np.array([[0.4, 0.6, 0]] * 3 + [[0.6, 0.4, 0]])
    broken = majority_vote(assignment, given, number_of_classes=3, class_probability=probe)
    assert broken.vote.tolist() == [1] * 4
    assert (broken.score > 0.5).tolist() == [True, False, True, False]
    even = np.full((4, 3), 1 / 3)
    still = majority_vote(assignment, given, number_of_classes=3, class_probability=even)
    assert still.vote.tolist() == [-1] * 4


def test_confidence_is_shrunk_in_small_clusters_and_by_membership() -> None:
    assignment = np.repeat(labels(0, 1), [2, 200])
    given = np.zeros(202, np.int32)
    probability = np.ones(202, np.float32)
    probability[-1] = 0.5
    result = majority_vote(assignment, given, number_of_classes=10, probability=probability)
    confidence = result.details["confidence"]
    assert confidence[0] == pytest.approx(3 / 12)
    assert confidence[2] == pytest.approx(201 / 210)
    assert confidence[-1] == pytest.approx(0.5 * 201 / 210)
    np.testing.assert_allclose(result.score, (1 - confidence) / 2, rtol=1e-6)


def test_weak_majorities_are_reported() -> None:
    assignment = np.zeros(7, np.int32)
    result = majority_vote(assignment, labels(0, 0, 0, 1, 1, 2, 2), number_of_classes=3)
    assert result.details["cluster_weak"].tolist() == [True]
    assert result.vote.tolist() == [0] * 7


def test_no_cluster_at_all_and_ten_thousand_classes() -> None:
    nobody = majority_vote(labels(-1, -1), labels(0, 1), number_of_classes=2)
    assert np.isnan(nobody.score).all() and (nobody.vote == -1).all()
    given = np.arange(30_000, dtype=np.int32) % 10_000
    result = majority_vote(given.copy(), given, number_of_classes=10_000)
    np.testing.assert_array_equal(result.vote, given)


@pytest.mark.parametrize("detect", [detect_kmeans, detect_hdbscan])
def test_clusterings_find_planted_errors(detect: Detector) -> None:
    generator = np.random.default_rng(0)
    truth = np.repeat(np.arange(4, dtype=np.int32), 60)
    points = 9 * np.eye(4, 4)[truth] + generator.normal(size=(240, 4))
    given = truth.copy()
    wrong = generator.choice(240, 50, replace=False)
    given[wrong] = (truth[wrong] + generator.integers(1, 4, 50)) % 4
    points[5] = np.nan
    result = detect([points.astype(np.float32)], given, number_of_classes=4)
    judged = result.vote >= 0
    assert not judged[5] and judged.mean() > 0.7
    assert (result.vote[judged] == truth[judged]).mean() > 0.97
    again = detect([points.astype(np.float32)], given, number_of_classes=4)
    np.testing.assert_array_equal(again.score, result.score)


@pytest.mark.parametrize("detect", [detect_kmeans, detect_hdbscan])
@pytest.mark.parametrize("samples", [1, 3, 40])
def test_clusterings_survive_poor_data(detect: Detector, samples: int) -> None:
    given = np.arange(samples, dtype=np.int32) % 7
    result = detect([np.ones((samples, 3), np.float32)], given, number_of_classes=7)
    assert result.score.shape == (samples,)
    assert not np.isinf(result.score).any()


def test_too_many_clusters_are_refused() -> None:
    with pytest.raises(UserError, match="30000 clusters"):
        detect_kmeans([np.eye(5)], np.arange(5, dtype=np.int32), number_of_classes=10_000)
