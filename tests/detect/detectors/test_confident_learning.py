"""Identical to the cleanlab package on every filter, score and joint."""

import warnings

import numpy as np
import pytest

from lnl_gui.detect.detectors.confident_learning import (
    FILTERS,
    SCORES,
    _keep_some,
    confident_joint,
    confident_learning,
    confident_thresholds,
    detect_confident_learning,
    find_label_errors,
    label_quality,
    noise_rate,
    transition_matrix,
)
from lnl_gui.detect.probes.out_of_fold import out_of_fold_probabilities
from lnl_gui.util.errors import UserError

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # cleanlab's optional dependencies announce themselves
    from cleanlab.count import compute_confident_joint, get_confident_thresholds
    from cleanlab.filter import _keep_at_least_n_per_class, find_label_issues
    from cleanlab.rank import get_label_quality_scores


def noisy_case(
    samples: int, classes: int, noise: float, *, seed: int, dtype: type = np.float64
) -> tuple[np.ndarray, np.ndarray]:
    generator = np.random.default_rng(seed)
    truth = generator.integers(classes, size=samples)
    logits = generator.normal(size=(samples, classes)) * 1.5
    logits[np.arange(samples), truth] += generator.uniform(0, 5, samples)
    probabilities = np.exp(logits)
    probabilities /= probabilities.sum(axis=1, keepdims=True)
    given = truth.copy()
    wrong = generator.random(samples) < noise
    given[wrong] = generator.integers(classes, size=int(wrong.sum()))
    given[:classes] = np.arange(classes)
    return given, probabilities.astype(dtype)


def missing_class_case() -> tuple[np.ndarray, np.ndarray]:
    given, probabilities = noisy_case(400, 6, 0.3, seed=5)
    return np.where(np.isin(given, (2, 5)), 1, given), probabilities


def never_predicted_case() -> tuple[np.ndarray, np.ndarray]:
    given, probabilities = noisy_case(300, 4, 0.2, seed=6)
    probabilities[:, 3] *= 1e-6
    return given, probabilities / probabilities.sum(axis=1, keepdims=True)


def single_sample_class_case() -> tuple[np.ndarray, np.ndarray]:
    given, probabilities = noisy_case(200, 5, 0.2, seed=7)
    given = np.where(given == 4, 0, given)
    given[17] = 4
    return given, probabilities


def coarse_case() -> tuple[np.ndarray, np.ndarray]:
    """Few distinct values, hence many ties; sharp rows reach 0 and 1."""
    given, probabilities = noisy_case(500, 3, 0.3, seed=8)
    coarse = np.round(probabilities * 4) / 4
    coarse[:, 0] = 1 - coarse[:, 1:].sum(axis=1)
    return given, np.abs(coarse) / np.abs(coarse).sum(axis=1, keepdims=True)


CASES = {
    "binary": lambda: noisy_case(300, 2, 0.2, seed=0),
    "ten": lambda: noisy_case(2000, 10, 0.4, seed=1),
    "single precision": lambda: noisy_case(2000, 10, 0.2, seed=2, dtype=np.float32),
    "many": lambda: noisy_case(1500, 60, 0.3, seed=3),
    "clean": lambda: noisy_case(500, 5, 0.0, seed=4),
    "class never given": missing_class_case,
    "class never predicted": never_predicted_case,
    "class of one sample": single_sample_class_case,
    "ties": coarse_case,
}


@pytest.fixture(params=CASES)
def case(request: pytest.FixtureRequest) -> tuple[np.ndarray, np.ndarray]:
    return CASES[request.param]()


def test_joint_and_thresholds_as_cleanlab(case: tuple[np.ndarray, np.ndarray]) -> None:
    given, probabilities = case
    np.testing.assert_array_equal(
        confident_thresholds(given, probabilities), get_confident_thresholds(given, probabilities)
    )
    for calibrate in (True, False):
        np.testing.assert_array_equal(
            confident_joint(given, probabilities, calibrate=calibrate),
            compute_confident_joint(given, probabilities, calibrate=calibrate),
        )


def test_what_is_kept_of_each_class_as_cleanlab() -> None:
    generator = np.random.default_rng(0)
    for _ in range(200):
        classes, fewest = int(generator.integers(2, 8)), int(generator.integers(30))
        joint = generator.integers(0, 12, (classes, classes))
        joint *= generator.random(joint.shape) < 0.7
        joint[np.diag_indices(classes)] += generator.integers(0, 25, classes)
        # Theirs has the true class first.
        expected = _keep_at_least_n_per_class(joint.T, fewest).T
        np.testing.assert_array_equal(_keep_some(joint, fewest), expected)


@pytest.mark.parametrize("rule", FILTERS)
def test_filters_as_cleanlab(case: tuple[np.ndarray, np.ndarray], rule: str) -> None:
    given, probabilities = case
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", message="May not flag all label issues")
        expected = find_label_issues(given, probabilities, filter_by=rule, n_jobs=1)
    flagged = find_label_errors(given, probabilities, rule=rule)
    np.testing.assert_array_equal(flagged, expected)


@pytest.mark.parametrize("fewest", [1, 5, 60])
@pytest.mark.parametrize("rule", FILTERS[:3])
def test_spared_samples_as_cleanlab(rule: str, fewest: int) -> None:
    given, probabilities = noisy_case(300, 6, 0.5, seed=9)
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", message="May not flag all label issues")
        expected = find_label_issues(
            given, probabilities, filter_by=rule, n_jobs=1, min_examples_per_class=fewest
        )
    flagged = find_label_errors(given, probabilities, rule=rule, min_samples_per_class=fewest)
    np.testing.assert_array_equal(flagged, expected)


@pytest.mark.parametrize("score", SCORES)
def test_scores_as_cleanlab(case: tuple[np.ndarray, np.ndarray], score: str) -> None:
    given, probabilities = case
    expected = get_label_quality_scores(given, probabilities, method=score)
    actual = label_quality(given, probabilities, score=score)
    tolerance = 1e-12 if probabilities.dtype == np.float64 else 1e-6
    np.testing.assert_allclose(actual, expected, rtol=tolerance, atol=tolerance)


def test_transition_and_noise_rate_by_hand() -> None:
    joint = np.array([[80, 20, 0], [5, 45, 0], [0, 0, 0]])
    expected = [[80 / 85, 5 / 85, 0], [20 / 65, 45 / 65, 0], [0, 0, 1]]
    np.testing.assert_allclose(transition_matrix(joint), expected)
    assert noise_rate(joint) == pytest.approx(25 / 150)


def test_known_transition_is_recovered() -> None:
    generator = np.random.default_rng(0)
    truth = generator.integers(3, size=6000)
    transition = np.array([[0.9, 0.1, 0.0], [0.0, 0.7, 0.3], [0.05, 0.05, 0.9]])
    draws = generator.random(6000)[:, None]
    given = (draws > transition.cumsum(axis=1)[truth]).sum(axis=1)
    posterior = np.eye(3)[truth] * 0.94 + 0.02
    found = confident_learning(given, posterior @ transition)
    np.testing.assert_allclose(found.details["transition_matrix"], transition, atol=0.03)
    assert found.details["noise_rate"][0] == pytest.approx((given != truth).mean(), abs=0.02)


def test_unusable_rows_and_one_class() -> None:
    given, probabilities = noisy_case(300, 4, 0.2, seed=3)
    holed, unlabelled = probabilities.copy(), given.copy()
    holed[7], unlabelled[9] = np.nan, -1
    result = confident_learning(unlabelled, holed)
    assert np.flatnonzero(np.isnan(result.score)).tolist() == [7, 9]
    assert not result.details["flagged"][[7, 9]].any()
    rest = np.setdiff1d(np.arange(300), [7, 9])
    alone = confident_learning(given[rest], probabilities[rest])
    np.testing.assert_array_equal(result.details["flagged"][rest], alone.details["flagged"])
    only = confident_learning(np.zeros(5, np.int32), np.ones((5, 1)))
    assert (only.score == 0).all() and not only.details["flagged"].any()
    with pytest.raises(UserError):
        confident_learning(given, probabilities * np.nan)


def test_names_and_size_are_checked() -> None:
    given, probabilities = noisy_case(50, 3, 0.2, seed=3)
    with pytest.raises(UserError, match="filter called x"):
        find_label_errors(given, probabilities, rule="x")
    with pytest.raises(UserError, match="score called x"):
        label_quality(given, probabilities, score="x")
    with pytest.raises(UserError, match="10000 x 10000"):
        confident_joint(np.zeros(3, np.int32), np.ones((3, 10_000)) / 10_000)


def test_detector_from_embeddings() -> None:
    generator = np.random.default_rng(0)
    truth = np.arange(500, dtype=np.int32) % 5
    points = 4 * np.eye(5, 12)[truth] + generator.normal(size=(500, 12))
    given = truth.copy()
    given[:100] = (truth[:100] + 1) % 5
    points[499] = np.inf
    probabilities = out_of_fold_probabilities([points], given, number_of_classes=5)
    assert np.isnan(probabilities[499]).all()
    np.testing.assert_allclose(probabilities[:499].sum(axis=1), 1, rtol=1e-4)
    result = detect_confident_learning([points], given, number_of_classes=5)
    assert (result.details["flagged"][:499] == (np.arange(499) < 100)).mean() > 0.9
    again = detect_confident_learning([points], given, number_of_classes=5)
    np.testing.assert_array_equal(again.score, result.score)
