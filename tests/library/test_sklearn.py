"""The estimators keep scikit-learn's rules, and do what they say."""

from collections.abc import Callable
from types import SimpleNamespace

import numpy as np
import pytest
from sklearn.datasets import load_digits
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import cross_val_score
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.utils.estimator_checks import parametrize_with_checks

from lnl_gui.sklearn import LabelCleaner, RobustProbe


def judge_at_once(labels: np.ndarray, **_: object) -> SimpleNamespace:
    """Stands for the detection, which takes a second, in the rules that do not concern it."""
    return SimpleNamespace(
        suspicion=np.zeros(len(labels), np.float32),
        flagged=np.zeros(len(labels), bool),
        suggested_label=labels,
        noise_rate=0.0,
    )


@parametrize_with_checks([RobustProbe(), LabelCleaner()])
def test_scikit_learns_rules_are_kept(
    estimator: object, check: Callable[[object], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("lnl_gui.sklearn.find_label_issues", judge_at_once)
    check(estimator)


@pytest.fixture(scope="module")
def digits() -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """600 digits, their labels, and labels of which a fifth was replaced."""
    features, truth = load_digits(return_X_y=True)
    features, truth = features[:600], truth[:600]
    generator = np.random.default_rng(0)
    noisy = truth.copy()
    wrong = generator.permutation(600)[:120]
    noisy[wrong] = (truth[wrong] + generator.integers(1, 10, 120)) % 10
    return features, truth, noisy


def test_wrong_labels_cost_the_probe_less_than_a_logistic_regression(
    digits: tuple[np.ndarray, np.ndarray, np.ndarray],
) -> None:
    features, truth, noisy = digits
    robust = RobustProbe().fit(features[:450], noisy[:450])
    plain = make_pipeline(StandardScaler(), LogisticRegression(max_iter=500))
    plain.fit(features[:450], noisy[:450])
    found, other = (m.score(features[450:], truth[450:]) for m in (robust, plain))
    assert found > other + 0.02, (found, other)
    assert cross_val_score(RobustProbe(), features, truth, cv=3).mean() > 0.85


def test_labels_of_any_type_are_cleaned(
    digits: tuple[np.ndarray, np.ndarray, np.ndarray],
) -> None:
    features, truth, noisy = digits
    names = np.array([f"digit {n}" for n in range(10)])
    cleaner = LabelCleaner().fit(features, names[noisy])
    before, after = (
        (names[truth] == labels).mean() for labels in (names[noisy], cleaner.clean_labels_)
    )
    assert before == pytest.approx(0.8)
    assert after > 0.93
    assert cleaner.noise_rate_ == pytest.approx(0.2, abs=0.06)
    assert cleaner.clean_labels_.dtype == names.dtype
