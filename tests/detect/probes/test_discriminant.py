"""Linear discriminants against Gaussian densities written out."""

import numpy as np
import pytest
import torch
from scipy.special import log_softmax, softmax
from scipy.stats import multivariate_normal

from lnl_gui.detect.consensus import many_classes
from lnl_gui.detect.consensus.detection_input import DetectionInput
from lnl_gui.detect.consensus.many_classes import fit_many_classes
from lnl_gui.detect.consensus.problem import Problem, state_problem
from lnl_gui.detect.probes.discriminant import cross_fitted_discriminant, fit_discriminant
from tests.detect.synthetic_data import make_dataset

SAMPLES, WIDTH, CLASSES, FOLDS = 90, 4, 3, 3


@pytest.fixture(scope="module")
def features() -> np.ndarray:
    """Rows far from the origin, where a wrong sign of an offset cannot cancel."""
    generator = np.random.default_rng(0)
    spread = generator.normal(size=(WIDTH, WIDTH))
    return (generator.normal(size=(SAMPLES, WIDTH)) @ spread + 3.0).astype(np.float32)


@pytest.fixture(scope="module")
def targets(features: np.ndarray) -> np.ndarray:
    """Soft labels of classes of different size and place."""
    return softmax(1.5 * features[:, :CLASSES] + [0.0, 1.0, 2.0], axis=1).astype(np.float32)


def shrunk(covariance: np.ndarray) -> np.ndarray:
    width = len(covariance)
    return 0.7 * covariance + 0.3 * np.trace(covariance) / width * np.eye(width)


def densities(rows: np.ndarray, means: np.ndarray, covariance: np.ndarray) -> np.ndarray:
    logs = [multivariate_normal(mean, covariance).logpdf(rows) for mean in means]
    return np.stack(logs, axis=1)


def shared_covariance(
    rows: np.ndarray, targets: np.ndarray, means: np.ndarray, mass: float
) -> np.ndarray:
    total = np.zeros((rows.shape[1], rows.shape[1]))
    for row, shares in zip(rows, targets, strict=True):
        for share, mean in zip(shares, means, strict=True):
            total += share * np.outer(row - mean, row - mean)
    return total / mass


def test_a_discriminant_is_bayes_rule_of_gaussians_on_the_other_folds(
    features: np.ndarray, targets: np.ndarray
) -> None:
    folds = np.arange(SAMPLES) % FOLDS
    found = cross_fitted_discriminant(
        *map(torch.from_numpy, (features, targets, folds)), number_of_folds=FOLDS
    ).numpy()
    for fold in range(FOLDS):
        rows, shares = features[folds != fold].astype(float), targets[folds != fold].astype(float)
        mass = shares.sum(axis=0)
        # Two samples at the overall mean are added to each class, one to each class's share.
        means = (shares.T @ rows + 2 * rows.mean(axis=0)) / (mass + 2)[:, None]
        covariance = shrunk(shared_covariance(rows, shares, means, len(rows)))
        prior = np.log((mass + 1) / (mass + 1).sum())
        own = features[folds == fold]
        wanted = log_softmax(densities(own, means, covariance) + prior, axis=1)
        np.testing.assert_allclose(found[folds == fold], wanted, atol=2e-3)


@pytest.fixture(scope="module")
def problem() -> Problem:
    data = make_dataset(samples=240, classes=CLASSES, dimensions=5, distance=1.5)
    verdicts = np.full(240, -1)
    verdicts[:4] = (data.truth[:4] + 1) % CLASSES
    return state_problem(
        DetectionInput(
            [data.embedding], data.given, number_of_classes=CLASSES, verdict_labels=verdicts, seed=0
        )
    )


@pytest.mark.parametrize("value", [0.0, 1e-3, 0.7])
def test_samples_that_are_all_alike_have_finite_scores(value: float) -> None:
    """As of a folder of blank pages: the covariance is nothing but rounding."""
    features = torch.full((SAMPLES, WIDTH), value)
    targets = torch.eye(CLASSES)[torch.arange(SAMPLES) % CLASSES]
    scores = fit_discriminant(features, targets).scores(features)
    # Classes of one size that nothing tells apart.
    torch.testing.assert_close(
        scores, torch.full((SAMPLES, CLASSES), -np.log(CLASSES)), atol=1e-2, rtol=0
    )


def test_the_discriminant_for_many_classes_weighs_its_samples(problem: Problem) -> None:
    weight = np.random.default_rng(3).uniform(0.05, 1.0, 240)
    inside = problem.folds != 0
    found = many_classes._fit(problem, torch.from_numpy(weight).float(), inside)
    rows = problem.matrix.numpy().astype(float)
    labels = np.eye(CLASSES)[problem.labels.numpy()]
    within = inside.numpy()
    shares = (labels * weight[:, None])[within]
    mass = shares.sum(axis=0)
    overall = (weight[within, None] * rows[within]).sum(axis=0) / mass.sum()
    means = (shares.T @ rows[within] + overall) / (mass + 1)[:, None]
    covariance = shared_covariance(rows[within], shares, means, mass.sum())
    prior = np.log((mass + 1) / (mass + 1).sum())
    scores = problem.matrix.numpy() @ found.slope.numpy() + found.offset.numpy()
    wanted = log_softmax(densities(rows, means, shrunk(covariance)) + prior, axis=1)
    np.testing.assert_allclose(log_softmax(scores, axis=1), wanted, atol=2e-3)


@pytest.mark.parametrize("noise", [0.05, 0.4])
def test_many_classes_read_the_label_through_one_rate_of_noise(
    problem: Problem, noise: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    reading = many_classes._Reading(0.7, noise)
    monkeypatch.setattr(many_classes, "_read", lambda *arguments: reading)
    monkeypatch.setattr(many_classes, "_ROUNDS", 1)
    found = fit_many_classes(problem, CLASSES)
    given, truth = problem.given.numpy(), problem.truth.numpy()
    clean = np.exp(-found.loss)
    # Bayes' rule where a label is right with 1 - noise and any other class with noise / (C - 1).
    right, wrong = (1 - noise) * clean, noise / (CLASSES - 1) * (1 - clean)
    wanted = np.where(truth < 0, right / (right + wrong), truth == given)
    np.testing.assert_allclose(found.given_probability.numpy(), wanted, atol=1e-4)
    assert (found.best_class.numpy()[:4] == truth[:4]).all()
    # Every class once, also where a person decided.
    assert (found.classes.sort(dim=1).values == torch.arange(CLASSES)).all()
    own = found.posterior[found.classes == problem.given[:, None]]
    np.testing.assert_allclose(own, wanted, atol=1e-4)


def test_many_classes_are_judged_by_models_of_the_other_folds(
    problem: Problem, monkeypatch: pytest.MonkeyPatch
) -> None:
    reading = many_classes._Reading(0.7, 0.2)
    monkeypatch.setattr(many_classes, "_read", lambda *arguments: reading)
    monkeypatch.setattr(many_classes, "_ROUNDS", 1)
    told: list[tuple[int, int]] = []
    found = fit_many_classes(problem, 2, progress=lambda done, total: told.append((done, total)))
    assert told == [(1, 1)] and found.posterior.shape == (240, 2)
    logs = np.empty((240, CLASSES))
    for fold in range(problem.number_of_folds):
        model = many_classes._fit(problem, torch.ones(240), problem.folds != fold)
        own = (problem.folds == fold).numpy()
        scores = problem.matrix.numpy()[own] @ model.slope.numpy() + model.offset.numpy()
        logs[own] = log_softmax(0.7 * scores, axis=1)
    given = problem.given.numpy()
    np.testing.assert_allclose(found.loss, -logs[np.arange(240), given], atol=1e-3)
    # The model's own vote, also where a person decided otherwise.
    share = (logs.argmax(axis=1) == problem.labels.numpy()).mean()
    assert found.agreement == pytest.approx(share)
    assert (found.best_class == problem.labels).double().mean() > share


def test_what_the_first_round_suspects_counts_less_in_the_second(
    problem: Problem, monkeypatch: pytest.MonkeyPatch
) -> None:
    weights: list[torch.Tensor] = []
    fitted = many_classes._fitted

    def recorded(*arguments: object) -> object:
        weights.append(arguments[1])
        return fitted(*arguments)

    monkeypatch.setattr(many_classes, "_fitted", recorded)
    monkeypatch.setattr(many_classes, "_ROUNDS", 1)
    first = fit_many_classes(problem, CLASSES)
    monkeypatch.setattr(many_classes, "_ROUNDS", 2)
    fit_many_classes(problem, CLASSES)
    assert (weights[0] == 1).all() and (weights[1] == 1).all()
    known = problem.truth >= 0
    assert torch.equal(weights[2][~known], first.given_probability[~known])
    assert (weights[2][known] == 1).all()
