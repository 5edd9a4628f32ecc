import warnings

import numpy as np
import pytest

from lnl_gui.detect.detectors.annotators import (
    annotators_result,
    dawid_skene,
    majority_label,
)
from lnl_gui.util.errors import UserError

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # cleanlab's optional dependencies announce themselves
    from cleanlab.multiannotator import get_label_quality_multiannotator, get_majority_vote_label


def crowd(
    samples: int, accuracies: list[float], *, classes: int = 4, answered: float = 1.0, seed: int = 0
) -> tuple[np.ndarray, np.ndarray]:
    generator = np.random.default_rng(seed)
    truth = generator.integers(classes, size=samples)
    labels = np.tile(truth[:, None], len(accuracies))
    wrong = generator.random(labels.shape) > np.array(accuracies)
    labels = np.where(
        wrong, (labels + generator.integers(1, classes, labels.shape)) % classes, labels
    )
    labels[generator.random(labels.shape) > answered] = -1
    return truth, labels.astype(np.int32)


def model_of(truth: np.ndarray, *, classes: int = 4, strength: float = 2.0) -> np.ndarray:
    logits = np.random.default_rng(9).normal(size=(len(truth), classes))
    logits[np.arange(len(truth)), truth] += strength
    probabilities = np.exp(logits)
    return probabilities / probabilities.sum(axis=1, keepdims=True)


def test_majority_by_hand() -> None:
    labels = np.array([[1, 1, 2], [2, 0, -1], [-1, -1, -1], [3, 0, 1], [-1, 2, -1]], np.int32)
    winner, share = majority_label(labels)
    assert winner.tolist() == [1, 2, -1, 3, 2]
    np.testing.assert_allclose(share, [2 / 3, 1 / 2, 0, 1 / 3, 1], rtol=1e-6)
    chance = np.array([[0.1, 0.1, 0.8, 0]] + [[0.6, 0.2, 0.1, 0.1]] * 4)
    assert majority_label(labels, probabilities=chance)[0].tolist() == [1, 0, -1, 0, 2]


def test_majority_as_cleanlab() -> None:
    truth, labels = crowd(400, [0.7, 0.6, 0.8, 0.5], answered=0.8)
    labels = labels[(labels >= 0).any(axis=1)]
    model = model_of(truth)[: len(labels)]
    table = np.where(labels >= 0, labels, np.nan).astype(float)
    expected = get_majority_vote_label(table, model, verbose=False)
    np.testing.assert_array_equal(majority_label(labels, probabilities=model)[0], expected)


def test_good_annotators_outvote_bad_ones() -> None:
    truth, labels = crowd(1500, [0.95, 0.9, 0.4, 0.35, 0.4], answered=0.9)
    found = dawid_skene(labels, number_of_classes=4)
    majority, _ = majority_label(labels)
    assert (found.label == truth).mean() > (majority == truth).mean() + 0.02
    right = [(labels[labels[:, a] >= 0, a] == truth[labels[:, a] >= 0]).mean() for a in range(5)]
    np.testing.assert_allclose(found.annotator_quality, right, atol=0.04)
    assert found.model_weight == 0
    # The stated quality is calibrated.
    assert found.quality.mean() == pytest.approx((found.label == truth).mean(), abs=0.03)


def test_confusion_matrices_are_recovered() -> None:
    generator = np.random.default_rng(0)
    truth = generator.integers(3, size=4000)
    swap = np.array([[0.9, 0.1, 0], [0.4, 0.6, 0], [0, 0.05, 0.95]])
    columns = []
    for matrix in (swap, np.full((3, 3), 0.1) + 0.7 * np.eye(3), 0.85 * np.eye(3) + 0.05):
        draws = generator.random(4000)[:, None]
        columns.append((draws > matrix.cumsum(axis=1)[truth]).sum(axis=1))
    found = dawid_skene(np.stack(columns, axis=1).astype(np.int32), number_of_classes=3)
    np.testing.assert_allclose(found.confusion[0], swap, atol=0.05)
    np.testing.assert_allclose(found.prior, np.bincount(truth) / 4000, atol=0.03)


def test_one_step_of_dawid_and_skene_by_hand() -> None:
    """Two annotators who always agree leave no doubt, whatever a third says."""
    agreed = np.arange(60) % 2
    labels = np.stack([agreed, agreed, np.zeros(60, int)], axis=1).astype(np.int32)
    found = dawid_skene(labels, number_of_classes=2)
    np.testing.assert_array_equal(found.label, agreed)
    # One count of a fair annotator (0.7 right) is added to thirty certain ones.
    np.testing.assert_allclose(found.confusion[0, 0, 0], (30 + 0.7) / 31, atol=2e-3)
    np.testing.assert_allclose(found.confusion[2, 1], [30.3 / 31, 0.7 / 31], atol=2e-3)
    np.testing.assert_allclose(found.annotator_quality, [1, 1, 0.5], atol=0.01)


def test_a_model_helps_and_is_no_worse_than_crowdlab() -> None:
    truth, labels = crowd(800, [0.75, 0.6, 0.65, 0.55], answered=0.6)
    kept = (labels >= 0).any(axis=1)
    truth, labels = truth[kept], labels[kept]
    model = model_of(truth)
    alone = dawid_skene(labels, number_of_classes=4)
    helped = dawid_skene(labels, number_of_classes=4, probabilities=model)
    assert (helped.label == truth).mean() > (alone.label == truth).mean() + 0.03
    assert helped.model_weight > 0.5
    table = np.where(labels >= 0, labels, np.nan).astype(float)
    crowdlab = get_label_quality_multiannotator(table, model, verbose=False)
    rival = crowdlab["label_quality"]["consensus_label"].to_numpy()
    assert (helped.label == truth).mean() >= (rival == truth).mean() - 0.005
    quality = crowdlab["annotator_stats"]["annotator_quality"].sort_index().to_numpy()
    assert np.corrcoef(quality, helped.annotator_quality)[0, 1] > 0.9


def test_silence_is_allowed_and_nonsense_is_named() -> None:
    truth, labels = crowd(100, [0.9, 0.8, 0.7])
    labels[3] = -1
    labels[:, 2] = -1
    found = dawid_skene(labels, number_of_classes=4)
    assert found.label[3] == -1 and np.isnan(found.posterior[3]).all()
    assert np.isnan(found.annotator_quality[2])
    model = model_of(truth)
    model[5] = np.nan
    spoken = dawid_skene(labels, number_of_classes=4, probabilities=model)
    assert spoken.label[3] >= 0 and np.isfinite(spoken.posterior[5]).all()
    with pytest.raises(UserError, match="no annotator"):
        dawid_skene(np.full((4, 2), -1), number_of_classes=3)
    with pytest.raises(UserError, match="not one of the 2"):
        dawid_skene(labels, number_of_classes=2)
    with pytest.raises(UserError, match="5000 classes"):
        dawid_skene(labels, number_of_classes=5000)
    one = dawid_skene(np.zeros((3, 2), np.int32), number_of_classes=1)
    assert one.label.tolist() == [0, 0, 0]


def test_as_a_detector() -> None:
    truth, labels = crowd(500, [0.85, 0.85, 0.85])
    given = truth.astype(np.int32)
    given[:100] = (truth[:100] + 1) % 4
    given[499] = -1
    found = dawid_skene(labels, number_of_classes=4)
    result = annotators_result(found, given)
    assert np.isnan(result.score[499])
    assert result.score[:100].mean() > 0.85 and result.score[100:499].mean() < 0.15
    np.testing.assert_array_equal(result.vote, found.label)
