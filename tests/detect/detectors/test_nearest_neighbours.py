import numpy as np
import pytest

from lnl_gui.detect.detectors.nearest_neighbours import detect_neighbours, neighbour_vote
from lnl_gui.detect.neighbours.search import pair_similarity
from lnl_gui.util.errors import Cancelled, UserError


def blobs(
    samples: int, classes: int, *, seed: int = 0, spread: float = 0.3
) -> tuple[np.ndarray, np.ndarray]:
    generator = np.random.default_rng(seed)
    centres = generator.normal(size=(classes, 16))
    labels = generator.integers(classes, size=samples).astype(np.int32)
    points = centres[labels] + spread * generator.normal(size=(samples, 16))
    return points.astype(np.float32), labels


def test_constant_embedding_has_no_neighbours_and_no_opinion() -> None:
    result = detect_neighbours(
        [np.ones((30, 4), np.float32)], np.zeros(30, np.int32), number_of_classes=2
    )
    assert np.isnan(result.score).all() and (result.vote == -1).all()


def test_vote_by_hand() -> None:
    indices = np.array([[1, 2, 3], [0, 2, -1], [3, -1, -1], [-1, -1, -1]], dtype=np.int32)
    similarity = np.array([[0.9, 0.8, 0.8], [0.5, 0.5, 0], [0.1, 0, 0], [0, 0, 0]], np.float32)
    given = np.array([0, 1, 1, 0], dtype=np.int32)
    vote = neighbour_vote(indices, similarity, given, temperature=0.1)
    weights = np.exp(np.array([9.0, 8.0, 8.0]))
    weights /= weights.sum()
    assert vote.winner.tolist() == [1, 1, 0, -1]
    assert vote.winner_share[0] == pytest.approx(weights[0] + weights[1], rel=1e-5)
    assert vote.given_share[0] == pytest.approx(weights[2], rel=1e-5)
    assert vote.rival_share[0] == pytest.approx(weights[0] + weights[1], rel=1e-5)
    assert vote.agreement[0] == pytest.approx(
        weights[2] / np.hypot(weights[0] + weights[1], weights[2]), rel=1e-5
    )
    # A tie of equal weights falls to the given label, so that a doubt alone accuses nobody.
    assert vote.given_share[1] == pytest.approx(0.5)


def test_vote_is_the_histogram_for_any_number_of_classes() -> None:
    generator = np.random.default_rng(3)
    given = generator.integers(10_000, size=500).astype(np.int32)
    given[:400] %= 4
    indices = generator.integers(500, size=(500, 9)).astype(np.int32)
    similarity = generator.uniform(size=(500, 9)).astype(np.float32)
    vote = neighbour_vote(indices, similarity, given, temperature=0.3)
    for row in range(0, 500, 25):
        weights = np.exp(similarity[row].astype(float) / 0.3)
        histogram = np.bincount(given[indices[row]], weights=weights) / weights.sum()
        assert histogram[vote.winner[row]] == pytest.approx(histogram.max(), rel=1e-5)
        assert vote.winner_share[row] == pytest.approx(histogram.max(), rel=1e-4)


def test_finds_planted_errors_whatever_the_order_and_names() -> None:
    points, labels = blobs(400, 4)
    noisy = labels.copy()
    noisy[:40] = (labels[:40] + 1) % 4
    result = detect_neighbours([points], noisy, number_of_classes=4)
    assert (result.score[:40] > 0.5).all() and (result.score[40:] < 0.5).all()
    np.testing.assert_array_equal(result.vote, labels)
    found, cosine = result.details["neighbours"], result.details["neighbour_similarity"]
    np.testing.assert_allclose(cosine, pair_similarity([points], found), atol=1e-6)
    assert (np.diff(cosine, axis=1) <= 0).all()
    order, names = np.random.default_rng(0).permutation(400), np.array([2, 0, 3, 1], np.int32)
    other = detect_neighbours([points[order]], names[noisy[order]], number_of_classes=4)
    np.testing.assert_allclose(other.score, result.score[order], atol=1e-5)
    np.testing.assert_array_equal(other.vote, names[result.vote[order]])


def test_bad_input_is_named_and_cancel_is_obeyed() -> None:
    points, labels = blobs(20, 2)
    with pytest.raises(UserError, match="not one of the 1 classes"):
        detect_neighbours([points], np.ones(20, np.int32), number_of_classes=1)
    with pytest.raises(UserError, match="do not match"):
        detect_neighbours([points[:5]], labels, number_of_classes=2)
    with pytest.raises(UserError, match="No sample"):
        detect_neighbours([points * np.nan], labels, number_of_classes=2)

    def stop(done: int, total: int) -> None:
        raise Cancelled

    with pytest.raises(Cancelled):
        detect_neighbours([points], labels, number_of_classes=2, progress=stop)
