"""The estimators keep scikit-learn's rules, and do what they say."""

import warnings
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
import torch
from sklearn.datasets import load_digits
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import cross_val_score
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.utils.estimator_checks import parametrize_with_checks

from lnl_gui import LabelIssuesWarning
from lnl_gui.sklearn import LabelCleaner, RobustProbe


def judge_at_once(labels: np.ndarray, **_: object) -> SimpleNamespace:
    """Stands for the detection, which takes a second, in the rules that do not concern it."""
    return SimpleNamespace(
        suspicion=np.zeros(len(labels), np.float32),
        flagged=np.zeros(len(labels), bool),
        suggested_label=labels,
        noise_rate=0.0,
        cannot_judge=False,
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


def test_labels_that_cannot_be_judged_stay_as_they_are() -> None:
    generator = np.random.default_rng(0)
    labels = generator.integers(0, 3, 200)
    with pytest.warns(LabelIssuesWarning, match="cannot be judged") as told:
        cleaner = LabelCleaner().fit(generator.normal(size=(200, 8)), labels)
    assert [said.filename for said in told] == [__file__]
    assert cleaner.issues_.flagged.any() and not cleaner.flagged_.any()
    assert (cleaner.clean_labels_ == labels).all() and np.isnan(cleaner.noise_rate_)


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"epochs": -1}, "epochs is -1"),
        ({"epochs": 0}, "epochs is 0"),
        ({"epochs": 2.5}, "epochs is 2.5"),
        ({"seed": None}, "seed is None"),
        ({"seed": -1}, "seed is -1"),
        ({"seed": 2**70}, "from 0 to"),
        ({"loss": None}, "loss is None"),
        ({"loss": "nix"}, "no loss called nix"),
    ],
)
def test_losses_epochs_and_seeds_that_are_none_are_refused(
    options: dict[str, Any], said: str
) -> None:
    with pytest.raises(ValueError, match=said):
        RobustProbe(**options).fit(np.eye(4), [0, 1, 0, 1])


@pytest.mark.parametrize("estimator", [RobustProbe(), LabelCleaner()])
def test_labels_that_are_missing_are_refused(estimator: RobustProbe | LabelCleaner) -> None:
    with pytest.raises(ValueError, match=r"Labels are missing.*: 1"):
        estimator.fit(np.eye(4), np.array(["a", None, "a", "b"], object))


def test_a_seed_that_is_none_is_refused_by_the_cleaner() -> None:
    with pytest.raises(ValueError, match="seed is None"):
        LabelCleaner(seed=None).fit(np.eye(4), [0, 1, 0, 1])  # type: ignore[arg-type]


def test_tensors_with_a_gradient_are_learnt_from() -> None:
    features = torch.eye(4, requires_grad=True)
    probe = RobustProbe(epochs=1, loss="nce+mae").fit(features, torch.tensor([0, 1, 0, 1]))
    assert len(probe.predict(features)) == 4


def test_frames_are_learnt_from_without_a_warning_of_torch() -> None:
    pandas = pytest.importorskip("pandas")
    frame = pandas.DataFrame(np.eye(4, dtype=np.float32))
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        probe = RobustProbe(epochs=1).fit(frame, [0, 1, 0, 1])
        assert len(probe.predict(frame)) == 4


@pytest.mark.parametrize(("labels", "warns"), [([-1, 0, 1, 1], True), ([-1, 1, -1, 1], False)])
def test_minus_one_is_a_class_and_it_is_said(
    labels: list[int], warns: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("lnl_gui.sklearn.find_label_issues", judge_at_once)
    with warnings.catch_warnings(record=True) as found:
        warnings.simplefilter("always")
        cleaner = LabelCleaner().fit(np.eye(4), labels)
    assert -1 in cleaner.classes_
    assert any("-1 for a class" in str(said.message) for said in found) == warns
