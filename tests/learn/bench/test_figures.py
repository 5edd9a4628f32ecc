"""Figures of the benchmark against scikit-learn and by hand."""

import numpy as np
from numpy.testing import assert_allclose, assert_array_equal
from sklearn.metrics import (
    average_precision_score,
    f1_score,
    precision_score,
    recall_score,
    roc_auc_score,
)

from lnl_gui.learn.bench.figures import accuracies, detection_figures
from lnl_gui.learn.bench.findings import Finding
from lnl_gui.learn.bench.training import loss_finding


def test_detection_figures_equal_scikit_learn() -> None:
    generator = np.random.default_rng(0)
    wrong = generator.random(200) < 0.3
    score = np.where(wrong, 1.0, 0.0) + generator.normal(size=200)
    flagged = score > 0.7
    labels = generator.integers(0, 3, 200)
    vote = np.where(generator.random(200) < 0.6, labels, -1)
    found = detection_figures(Finding(score, flagged, vote), wrong, labels)
    assert found is not None and found.auroc is not None
    assert_allclose(found.precision, precision_score(wrong, flagged))
    assert_allclose(found.recall, recall_score(wrong, flagged))
    assert_allclose(found.f1, f1_score(wrong, flagged))
    assert_allclose(found.average_precision, average_precision_score(wrong, score))
    assert_allclose(found.auroc, roc_auc_score(wrong, score))
    assert_allclose(found.suggestion_accuracy, (vote[wrong] == labels[wrong]).mean())


def test_scores_that_are_missing_rank_last() -> None:
    wrong = np.array([True, False, False])
    score = np.array([np.nan, -5.0, 2.0])
    finding = Finding(score, np.zeros(3, bool), np.full(3, -1))
    found = detection_figures(finding, wrong, np.zeros(3, int))
    assert found is not None
    assert_allclose(found.average_precision, 1 / 3)
    assert (found.precision, found.recall, found.f1, found.auroc) == (0, 0, 0, 0)


def test_where_every_label_is_wrong_there_is_no_roc_curve() -> None:
    finding = Finding(np.ones(3), np.ones(3, bool), np.zeros(3, int))
    found = detection_figures(finding, np.ones(3, bool), np.zeros(3, int))
    assert found is not None and (found.auroc, found.f1) == (None, 1)
    assert detection_figures(finding, np.zeros(3, bool), np.zeros(3, int)) is None


def test_accuracies_by_hand() -> None:
    labels = np.array([0, 0, 0, 0])
    predictions = np.array([[0, 1, 0, 1], [1, 0, 1, 0], [0, 0, 0, 1]])
    found = accuracies(predictions, labels)
    assert found.best == 0.75
    assert found.last == 0.75
    # even positions choose epoch 0 (odd: 0); odd positions choose epoch 1 (even: 0)
    assert found.honest == 0.0


def test_losses_find_the_improbable_labels() -> None:
    labels = np.arange(200) % 2
    given = labels.copy()
    given[:40] = 1 - given[:40]
    generator = np.random.default_rng(0)
    sure = generator.uniform(0.85, 0.99, 200)
    probabilities = np.stack([1 - sure, sure], axis=1)
    probabilities[labels == 0] = probabilities[labels == 0][:, ::-1]
    found = loss_finding(probabilities, given)
    assert_array_equal(found.flagged, given != labels)
    assert_array_equal(found.suggested_label, labels)
    assert_allclose(found.suspicion, -np.log(probabilities[np.arange(200), given]))
