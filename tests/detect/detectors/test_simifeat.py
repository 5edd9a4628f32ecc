import numpy as np
import pytest

from lnl_gui.detect.detectors.nearest_neighbours import neighbour_vote
from lnl_gui.detect.detectors.simifeat import (
    detect_simifeat_r,
    detect_simifeat_v,
    estimate_transition,
    simifeat_rank,
    simifeat_vote,
)


def class_mates(
    classes: int, samples: int, transition: np.ndarray, *, seed: int = 0, neighbours: int = 10
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Truth, given labels and neighbours that always share the true class."""
    generator = np.random.default_rng(seed)
    truth = generator.integers(classes, size=samples)
    draws = generator.random(samples)[:, None]
    given = (draws > transition.cumsum(axis=1)[truth]).sum(axis=1).astype(np.int32)
    members = [np.flatnonzero(truth == label) for label in range(classes)]
    indices = np.stack([generator.choice(members[label], neighbours) for label in truth])
    return truth, given, indices.astype(np.int32)


def test_known_transition_is_recovered() -> None:
    transition = np.array([[0.8, 0.2, 0, 0], [0, 0.6, 0.4, 0], [0.1, 0, 0.9, 0], [0.1] * 3 + [0.7]])
    truth, given, indices = class_mates(4, 8000, transition)
    vote = neighbour_vote(indices, np.ones(indices.shape, np.float32), given, temperature=None)
    found = estimate_transition(indices, given, number_of_classes=4, vote=vote)
    np.testing.assert_allclose(found.transition.toarray(), transition, atol=0.04)
    np.testing.assert_allclose(found.prior, np.bincount(truth) / 8000, atol=0.02)
    wrong = [(truth[given == label] != label).mean() for label in range(4)]
    np.testing.assert_allclose(found.wrong_given, wrong, atol=0.05)


def test_with_many_classes_the_noise_rate_is_still_found() -> None:
    classes = 200
    transition = 0.7 * np.eye(classes) + 0.3 * np.roll(np.eye(classes), 1, axis=1)
    truth, given, indices = class_mates(classes, 12_000, transition)
    vote = neighbour_vote(indices, np.ones(indices.shape, np.float32), given, temperature=None)
    found = estimate_transition(indices, given, number_of_classes=classes, vote=vote)
    rate = (np.bincount(given, minlength=classes) * found.wrong_given).sum() / len(given)
    assert rate == pytest.approx((given != truth).mean(), abs=0.03)


def blobs(samples: int, classes: int) -> tuple[np.ndarray, np.ndarray]:
    generator = np.random.default_rng(0)
    labels = np.arange(samples, dtype=np.int32) % classes
    points = 5 * np.eye(classes, 16)[labels] + generator.normal(size=(samples, 16))
    return points.astype(np.float32), labels


@pytest.mark.parametrize("detect", ["v", "r"])
def test_finds_planted_errors(detect: str) -> None:
    points, truth = blobs(600, 5)
    given = truth.copy()
    given[:150] = (truth[:150] + np.arange(150) // 5 % 4 + 1) % 5
    points[599] = np.nan
    run = detect_simifeat_v if detect == "v" else detect_simifeat_r
    result = run([points], given, number_of_classes=5)
    assert (result.vote[:599] == truth[:599]).mean() > 0.98
    flagged = result.details["flagged"]
    assert flagged[:150].mean() > 0.9 and flagged[150:].mean() < 0.05
    assert np.isnan(result.score[599]) and not flagged[599]
    if detect == "v":
        np.testing.assert_array_equal(flagged[:599], result.score[:599] > 0.5)


def test_vote_repeats_with_its_seed_and_forgets_names_and_order() -> None:
    points, truth = blobs(200, 4)
    given = truth.copy()
    given[:50] = (truth[:50] + 1) % 4
    first = detect_simifeat_v([points], given, number_of_classes=4, seed=1)
    again = detect_simifeat_v([points], given, number_of_classes=4, seed=1)
    np.testing.assert_array_equal(first.score, again.score)
    names = np.array([3, 1, 0, 2], np.int32)
    renamed = detect_simifeat_v([points], names[given], number_of_classes=4, seed=1)
    np.testing.assert_allclose(first.score, renamed.score, atol=0.06)
    rank = detect_simifeat_r([points], given, number_of_classes=4)
    other = detect_simifeat_r([points], names[given], number_of_classes=4)
    np.testing.assert_allclose(rank.score, other.score, atol=1e-6)
    assert (rank.details["flagged"] == other.details["flagged"]).mean() > 0.99


def test_half_of_the_voices_by_hand() -> None:
    """Each round hears the nearest two of the samples drawn; asked of all, both disagree."""
    indices = np.array([[1, 2, 3], [0, 2, 3], [3, 0, 1], [2, 0, 1]], np.int32)
    similarity = np.full((4, 3), 0.5, np.float32)
    given = np.array([0, 1, 1, 1], np.int32)
    result = simifeat_vote(indices, similarity, given, neighbours=2, rounds=4, subset=1.0)
    assert result.vote.tolist() == [1, 1, 1, 1]
    # Row 0: all rounds differ, no voice for 0. Row 1: one voice of two, a tie for the given.
    np.testing.assert_allclose(result.score, [5 / 5, 0.5 / 5, 0.5 / 5, 0.5 / 5], rtol=1e-6)
    assert result.details["flagged"].tolist() == [True, False, False, False]


@pytest.mark.parametrize("classes", [3, 500])
@pytest.mark.parametrize("samples", [1, 2, 7])
def test_tiny_data_give_an_answer(samples: int, classes: int) -> None:
    points, _ = blobs(samples, 3)
    given = np.arange(samples, dtype=np.int32) % classes
    for run in (detect_simifeat_v, detect_simifeat_r):
        result = run([points], given, number_of_classes=classes)
        assert result.score.shape == (samples,) and not np.isinf(result.score).any()
    constant = np.ones((samples, 4), np.float32)
    silent = detect_simifeat_r([constant], given, number_of_classes=classes)
    assert np.isnan(silent.score).all()


def test_ten_thousand_classes() -> None:
    generator = np.random.default_rng(0)
    given = (np.arange(20_000) // 2).astype(np.int32)
    indices = generator.integers(20_000, size=(20_000, 10)).astype(np.int32)
    indices[:, 0] = np.arange(20_000) ^ 1
    result = simifeat_rank(
        indices, np.ones((20_000, 10), np.float32), given, number_of_classes=10_000
    )
    assert np.isfinite(result.score).all()
    assert result.details["wrong_given"].shape == (10_000,)
