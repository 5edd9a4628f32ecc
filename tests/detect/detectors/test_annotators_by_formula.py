"""Dawid and Skene's expectation-maximisation written out, with and without a model's prior."""

import numpy as np
import pytest
from scipy.optimize import minimize_scalar

from lnl_gui.detect.detectors.annotators import (
    DawidSkene,
    annotators_result,
    dawid_skene,
    majority_label,
)
from lnl_gui.util.errors import Cancelled, UserError

SAMPLES, ANNOTATORS, CLASSES = 50, 4, 3


def answers(seed: int = 0) -> np.ndarray:
    generator = np.random.default_rng(seed)
    truth = generator.integers(CLASSES, size=SAMPLES)
    right = generator.random((SAMPLES, ANNOTATORS)) < [0.9, 0.8, 0.6, 0.5]
    labels = np.where(right, truth[:, None], generator.integers(CLASSES, size=right.shape))
    labels[generator.random(right.shape) < 0.3] = -1
    labels[[4, 5]] = -1
    labels[6] = [0, 1, -1, -1]
    return labels.astype(np.int32)


def model() -> np.ndarray:
    generator = np.random.default_rng(1)
    found = generator.dirichlet(np.ones(CLASSES), SAMPLES)
    found[5] = found[9] = np.nan
    return np.asarray(found)


def written_out(labels: np.ndarray, probabilities: np.ndarray | None) -> dict[str, np.ndarray]:
    """The fit, one sample and one annotator at a time."""
    majority = majority_label(labels, probabilities=probabilities)[0]
    posterior = np.zeros((SAMPLES, CLASSES))
    for row in range(SAMPLES):
        for label in (*labels[row], majority[row]):
            if label >= 0:
                posterior[row, label] += 1
        if posterior[row].sum() == 0:
            posterior[row] = 1
        posterior[row] /= posterior[row].sum()
    logs = None
    if probabilities is not None:
        known = np.isfinite(probabilities).all(axis=1)
        logs = np.where(known[:, None], np.log(np.where(known[:, None], probabilities, 1)), 0)
    weight = 0.0
    fair = np.full((CLASSES, CLASSES), 0.15)
    np.fill_diagonal(fair, 0.7)
    for _ in range(100):
        confusion = np.zeros((ANNOTATORS, CLASSES, CLASSES))
        for annotator in range(ANNOTATORS):
            counts = fair.copy()
            for row in range(SAMPLES):
                if labels[row, annotator] >= 0:
                    counts[:, labels[row, annotator]] += posterior[row]
            confusion[annotator] = counts / counts.sum(axis=1, keepdims=True)
        prior = posterior[(labels >= 0).any(axis=1)].sum(axis=0) + 1 / CLASSES
        prior = prior / prior.sum()
        evidence = np.ones((SAMPLES, CLASSES))
        for row in range(SAMPLES):
            for annotator in range(ANNOTATORS):
                if labels[row, annotator] >= 0:
                    evidence[row] *= confusion[annotator][:, labels[row, annotator]]

        def joint(
            exponent: float, prior: np.ndarray = prior, evidence: np.ndarray = evidence
        ) -> np.ndarray:
            before = np.tile(prior, (SAMPLES, 1))
            if logs is not None:
                powered = np.exp(exponent * logs)
                powered /= powered.sum(axis=1, keepdims=True)
                before = np.where(known[:, None], powered, before)
            return np.asarray(before * evidence)

        if logs is not None:
            weight = minimize_scalar(
                lambda exponent: -np.log(joint(exponent).sum(axis=1)).mean(),
                bounds=(0, 4),
                method="bounded",
            ).x
        now = joint(weight)
        now /= now.sum(axis=1, keepdims=True)
        change = np.abs(now - posterior).mean()
        posterior = now
        if change < 1e-5:
            break
    return {
        "posterior": posterior,
        "confusion": confusion,
        "prior": prior,
        "weight": np.array(weight),
    }


@pytest.mark.parametrize("helped", [False, True])
def test_the_fit_is_expectation_maximisation_written_out(helped: bool) -> None:
    labels, chance = answers(), model() if helped else None
    found = dawid_skene(labels, number_of_classes=CLASSES, probabilities=chance)
    wanted = written_out(labels, chance)
    judged = (labels >= 0).any(axis=1)
    if chance is not None:
        judged |= np.isfinite(chance).all(axis=1)
    assert not judged[5] and judged[4] == helped
    np.testing.assert_allclose(found.posterior[judged], wanted["posterior"][judged], atol=2e-4)
    np.testing.assert_allclose(found.confusion, wanted["confusion"], atol=2e-4)
    np.testing.assert_allclose(found.prior, wanted["prior"], atol=2e-4)
    assert found.model_weight == pytest.approx(float(wanted["weight"]), abs=1e-3)
    best = wanted["posterior"].argmax(axis=1)
    assert found.label.tolist() == np.where(judged, best, -1).tolist()
    np.testing.assert_allclose(
        found.quality[judged], wanted["posterior"].max(axis=1)[judged], atol=2e-4
    )
    assert np.isnan(found.quality[~judged]).all() and np.isnan(found.posterior[~judged]).all()
    for annotator in range(ANNOTATORS):
        gave = np.flatnonzero(labels[:, annotator] >= 0)
        mean = wanted["posterior"][gave, labels[gave, annotator]].mean()
        assert found.annotator_quality[annotator] == pytest.approx(mean, abs=2e-4)
    kinds = (found.label.dtype, found.quality.dtype, found.posterior.dtype)
    assert kinds == (np.int32, np.float32, np.float32)


@pytest.mark.parametrize("helped", [False, True])
def test_the_most_frequent_label_wins_and_ties_fall_to_the_model_or_the_first(
    helped: bool,
) -> None:
    labels, chance = answers(2), model() if helped else None
    found, share = majority_label(labels, probabilities=chance)
    for row in range(SAMPLES):
        given = [int(label) for label in labels[row] if label >= 0]
        if not given:
            assert found[row] == -1 and share[row] == 0
            continue
        most = max(given.count(label) for label in given)
        tied = [label for label in given if given.count(label) == most]
        if chance is not None and np.isfinite(chance[row]).all():
            tied.sort(key=lambda label, row=row: -chance[row, label])
        if chance is None or np.isfinite(chance[row]).all():
            assert found[row] == tied[0]
        assert share[row] == pytest.approx(most / len(given))
    assert found.dtype == np.int32 and share.dtype == np.float32


def test_two_annotators_who_disagree_begin_with_who_broke_the_tie() -> None:
    labels = np.array([[0, 1]] * 6, np.int32)
    sure = np.tile([0.2, 0.8], (6, 1))
    assert dawid_skene(labels, number_of_classes=2).label.tolist() == [0] * 6
    helped = dawid_skene(labels, number_of_classes=2, probabilities=sure)
    assert helped.label.tolist() == [1] * 6


def test_steps_are_told_until_the_last() -> None:
    told: list[tuple[int, int]] = []
    dawid_skene(
        answers(),
        number_of_classes=CLASSES,
        progress=lambda done, total: told.append((done, total)),
    )
    steps = [done for done, _ in told]
    assert steps == [*range(len(steps) - 1), 100] and {total for _, total in told} == {100}
    assert len(steps) < 60

    def stop(done: int, total: int) -> None:
        raise Cancelled

    with pytest.raises(Cancelled):
        dawid_skene(answers(), number_of_classes=CLASSES, progress=stop)


def test_a_thousand_classes_can_be_weighed_and_no_more() -> None:
    labels = np.array([[0, 999], [999, 999], [3, -1]], np.int32)
    assert dawid_skene(labels, number_of_classes=1000).label[1] == 999
    with pytest.raises(UserError, match="1001 classes") as raised:
        dawid_skene(labels, number_of_classes=1001)
    assert raised.value.code == "too_many_classes"
    with pytest.raises(UserError, match="Label 999 is not one of the 999"):
        dawid_skene(labels, number_of_classes=999)


def test_what_the_consensus_says_of_given_labels() -> None:
    posterior = np.array([[0.7, 0.3], [0.1, 0.9], [np.nan, np.nan], [0.4, 0.6]], np.float32)
    fitted = DawidSkene(
        np.array([0, 1, -1, 1], np.int32),
        np.array([0.7, 0.9, np.nan, 0.6], np.float32),
        posterior,
        np.zeros((1, 2, 2)),
        np.zeros(2),
        np.array([0.8]),
        0.0,
    )
    found = annotators_result(fitted, np.array([1, 1, 0, -1]))
    np.testing.assert_allclose(found.score, [0.7, 0.1, np.nan, np.nan], rtol=1e-6)
    assert found.vote.tolist() == [0, 1, -1, 1] and found.name == "annotators"
    assert found.details["quality"] is fitted.quality
    assert found.details["annotator_quality"] is fitted.annotator_quality
