import numpy as np
import pytest
from sklearn import metrics as sk

from lnl_gui.learn.evaluation.metrics import calibration_error, evaluate


def _drawn(count: int = 400, classes: int = 5, seed: int = 0) -> tuple[np.ndarray, np.ndarray]:
    generator = np.random.default_rng(seed)
    logits = generator.normal(size=(count, classes))
    labels = generator.integers(0, classes, count)
    logits[np.arange(count), labels] += 1.5
    p = np.exp(logits)
    return (p / p.sum(axis=1, keepdims=True)).astype(np.float32), labels


def test_figures_are_scikit_learns() -> None:
    p, labels = _drawn()
    ours, predicted = evaluate(p, labels), p.argmax(axis=1)
    assert ours.accuracy == pytest.approx(sk.accuracy_score(labels, predicted))
    assert ours.balanced_accuracy == pytest.approx(sk.balanced_accuracy_score(labels, predicted))
    wide = p.astype(np.float64)
    wide /= wide.sum(axis=1, keepdims=True)
    assert ours.log_loss == pytest.approx(sk.log_loss(labels, wide), rel=1e-5)
    assert ours.confusion == sk.confusion_matrix(labels, predicted).tolist()
    assert ours.class_accuracy == pytest.approx(sk.recall_score(labels, predicted, average=None))


def test_calibration_error_by_its_definition() -> None:
    p, labels = _drawn(seed=3)
    confidence, right = p.max(axis=1), p.argmax(axis=1) == labels
    expected = 0.0
    for low in np.arange(15) / 15:
        inside = (confidence > low) & (confidence <= low + 1 / 15)
        if inside.any():
            expected += inside.mean() * abs(right[inside].mean() - confidence[inside].mean())
    assert calibration_error(p, labels) == pytest.approx(expected, abs=1e-6)


def test_a_sure_and_right_model_is_calibrated() -> None:
    labels = np.array([0, 1, 2])
    assert calibration_error(np.eye(3), labels) == 0.0
    assert calibration_error(np.eye(3), np.array([1, 2, 0])) == pytest.approx(1.0)


def test_classes_without_samples_have_no_accuracy() -> None:
    ours = evaluate(np.array([[0.9, 0.05, 0.05], [0.2, 0.5, 0.3]]), np.array([0, 0]))
    assert ours.class_accuracy == [0.5, None, None]
    assert ours.balanced_accuracy == 0.5


def test_very_many_classes_have_no_confusion_matrix() -> None:
    p = np.full((3, 10_000), 1e-4, np.float32)
    p[[0, 1], [7, 9_999]] = 0.5
    ours = evaluate(p, np.array([7, 9_999, 5]))
    assert ours.confusion is None
    assert ours.accuracy == pytest.approx(2 / 3)
    assert (ours.class_accuracy[7], ours.class_accuracy[9_999], ours.class_accuracy[5]) == (1, 1, 0)


def test_labels_out_of_range_are_refused() -> None:
    with pytest.raises(ValueError, match="labels must lie"):
        evaluate(np.full((2, 2), 0.5), np.array([0, -1]))
