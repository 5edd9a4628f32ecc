"""The noise model's likelihood, posterior and fits, beside loops over samples and classes."""

import math
from dataclasses import replace

import numpy as np
import pytest
import torch
from scipy.optimize import approx_fprime, minimize
from torch import Tensor

from lnl_gui.detect.consensus import calibration, transition
from lnl_gui.detect.consensus.calibration import (
    calibrate,
    fit_weights,
    log_likelihood,
    nested_responsibilities,
    pooled,
    responsibilities,
)
from lnl_gui.detect.consensus.transition import (
    PSEUDO_COUNTS,
    ObservedLabels,
    choose_pseudo_count,
    fit_transition,
    structured_prior,
)
from tests.detect.synthetic_data import noisy, pair_flip, symmetric

LOPSIDED = np.array([[0.8, 0.15, 0.05], [0.1, 0.7, 0.2], [0.25, 0.05, 0.7]])


def softmax(values: np.ndarray) -> np.ndarray:
    raised = np.exp(values - values.max(axis=-1, keepdims=True))
    return np.asarray(raised / raised.sum(axis=-1, keepdims=True))


def scored(
    count: int, noise: np.ndarray, *, known: int = 0, gave: int = 0, weighted: bool = False
) -> tuple[list[Tensor], ObservedLabels]:
    """Two score matrices, and labels drawn from the first by a noise matrix.

    Of the first samples `known` are decided, of which a person gave `gave` the only label.
    """
    generator = np.random.default_rng(count)
    classes = len(noise)
    raw = 2.5 * generator.normal(size=(count, classes))
    cumulative = softmax(raw).cumsum(axis=1)
    truth = (generator.random((count, 1)) > cumulative).sum(axis=1).clip(0, classes - 1)
    given = noisy(truth, noise, seed=1).astype(np.int64)
    given[:gave] = truth[:gave]
    decided = np.where(np.arange(count) < known, truth, -1)
    weight = torch.from_numpy(generator.uniform(0.2, 1.0, count)).float() if weighted else None
    observed = ObservedLabels(
        torch.from_numpy(given),
        torch.from_numpy(decided),
        torch.from_numpy(np.arange(count) >= gave),
        weight,
    )
    other = raw + generator.normal(size=raw.shape)
    scores = [torch.log_softmax(torch.from_numpy(each), 1).float() for each in (raw, other)]
    return scores, observed


def nats(probability: np.ndarray, noise: np.ndarray, observed: ObservedLabels) -> float:
    """Log-likelihood of labels, or of true classes where they are known, one by one."""
    total = 0.0
    for i, row in enumerate(probability):
        weight = 1.0 if observed.weight is None else float(observed.weight[i])
        truth, given = int(observed.truth[i]), int(observed.given[i])
        likely = (
            row[truth] if truth >= 0 else sum(row[k] * noise[k, given] for k in range(len(row)))
        )
        total += weight * math.log(max(likely, 1e-12))
    return total


def maximised(
    probability: np.ndarray,
    observed: ObservedLabels,
    pseudo_count: float,
    *,
    start: np.ndarray | None = None,
    iterations: int = 30,
) -> np.ndarray:
    """T by expectation-maximisation with the symmetric prior, written out."""
    classes = probability.shape[1]
    found = np.full((classes, classes), 0.2 / (classes - 1)) if start is None else start.copy()
    if start is None:
        np.fill_diagonal(found, 0.8)
    given, truth, came = (each.numpy() for each in (observed.given, observed.truth, observed.came))
    weight = np.ones(len(given)) if observed.weight is None else observed.weight.numpy()
    for _ in range(iterations):
        share = probability * found.T[given]
        share /= np.maximum(share.sum(axis=1, keepdims=True), 1e-12)
        share[truth >= 0] = np.eye(classes)[truth[truth >= 0]]
        share[(truth >= 0) & ~came] = 0
        joint = np.array([(weight * (given == j)) @ share for j in range(classes)]).T
        rows = [
            row / row.sum() if row.sum() > 0 else np.eye(classes)[k] for k, row in enumerate(joint)
        ]
        right = float(np.mean([row[k] for k, row in enumerate(rows)]))
        prior = np.full((classes, classes), (1 - right) / (classes - 1))
        np.fill_diagonal(prior, right)
        total = joint + pseudo_count * prior
        updated = total / total.sum(axis=1, keepdims=True)
        moved = np.abs(updated - found).max()
        found = updated
        if moved < 1e-4:
            break
    return found


CASES = [
    {"known": 0},
    {"known": 30, "gave": 12},
    {"known": 30, "gave": 12, "weighted": True},
    {"weighted": True},
]


@pytest.mark.parametrize("case", CASES)
def test_likelihood_and_posterior_sample_by_sample(case: dict) -> None:
    scores, observed = scored(80, LOPSIDED, **case)
    weights = np.array([0.7, 0.4])
    probability = pooled(scores, weights)
    plain = softmax(sum(w * s.double().numpy() for w, s in zip(weights, scores, strict=True)))
    np.testing.assert_allclose(probability.numpy(), plain, atol=1e-6)
    found = log_likelihood(probability, LOPSIDED, observed)
    assert found == pytest.approx(nats(plain, LOPSIDED, observed), rel=1e-5)
    posterior = responsibilities(probability, LOPSIDED, observed, reliability=0.4).numpy()
    for i, row in enumerate(plain):
        wanted = row * LOPSIDED[:, int(observed.given[i])] ** 0.4
        if observed.truth[i] >= 0:
            wanted = np.eye(3)[int(observed.truth[i])]
        assert posterior[i] == pytest.approx(wanted / wanted.sum(), abs=1e-5)


def test_what_is_ruled_out_has_a_floor() -> None:
    probability = torch.tensor([[1.0, 0.0, 0.0], [0.5, 0.5, 0.0], [1.0, 0.0, 0.0]])
    observed = ObservedLabels(
        torch.tensor([2, 1, 0]), torch.tensor([-1, -1, 2]), torch.ones(3, dtype=torch.bool)
    )
    found = log_likelihood(probability, np.eye(3), observed)
    assert found == pytest.approx(2 * math.log(1e-12) + math.log(0.5), rel=1e-5)
    posterior = responsibilities(probability, np.eye(3), observed)
    assert posterior.tolist() == [[0.0, 0.0, 0.0], [0.0, 1.0, 0.0], [0.0, 0.0, 1.0]]


def test_nested_posteriors_are_each_folds_own() -> None:
    scores, observed = scored(20, LOPSIDED, known=5)
    nested = torch.stack([scores[0].exp(), scores[1].exp()], 1)
    found = nested_responsibilities(nested, LOPSIDED, observed)
    for fold, score in enumerate(scores):
        torch.testing.assert_close(
            found[:, fold], responsibilities(score.exp(), LOPSIDED, observed)
        )


@pytest.mark.parametrize("case", CASES)
@pytest.mark.parametrize("chunk", [16384, 32])
def test_pooling_weights_maximise_the_likelihood(
    case: dict, chunk: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(calibration, "_CHUNK", chunk)
    scores, observed = scored(90, LOPSIDED, **case)
    found = fit_weights(scores, observed, LOPSIDED, np.full(2, 0.5))
    arrays = [score.double().numpy() for score in scores]

    def loss(weights: np.ndarray) -> float:
        return -nats(softmax(weights[0] * arrays[0] + weights[1] * arrays[1]), LOPSIDED, observed)

    best = minimize(loss, found, bounds=[(1e-3, 50.0)] * 2, method="L-BFGS-B")
    assert loss(found) - best.fun < 1e-4
    assert found.min() >= 1e-3 and found.max() <= 50.0


@pytest.mark.parametrize("case", CASES)
def test_the_slope_is_that_of_the_likelihood(case: dict) -> None:
    scores, observed = scored(60, LOPSIDED, **case)
    # Two labels that are ruled out by what is believed; of one sample the true class is known.
    impossible = torch.tensor([[0.0, -90.0, -90.0], [0.0, -1.0, -90.0]])
    scores = [torch.cat([score, impossible]) for score in scores]
    ones = torch.ones(2)
    observed = ObservedLabels(
        torch.cat([observed.given, torch.tensor([2, 2])]),
        torch.cat([observed.truth, torch.tensor([-1, 1])]),
        torch.cat([observed.came, torch.tensor([True, True])]),
        None if observed.weight is None else torch.cat([observed.weight, ones]),
    )
    noise = np.array([[0.8, 0.2, 0.0], [0.1, 0.9, 0.0], [0.0, 0.1, 0.9]])
    chunk = calibration._chunk(scores, observed, noise, slice(0, 62))
    arrays = [score.double().numpy() for score in scores]

    def likelihood(weights: np.ndarray) -> float:
        return nats(softmax(weights[0] * arrays[0] + weights[1] * arrays[1]), noise, observed)

    at = np.array([0.3, 0.2])
    value, slope = chunk.log_likelihood(at)
    assert value == pytest.approx(likelihood(at), rel=1e-4)
    np.testing.assert_allclose(slope, approx_fprime(at, likelihood, 1e-6), rtol=2e-3, atol=0.02)


def test_a_useless_score_ends_at_the_least_weight_and_a_sure_one_at_the_heaviest() -> None:
    given = torch.arange(30) % 3
    observed = ObservedLabels(given, torch.full((30,), -1), torch.ones(30, dtype=torch.bool))
    right = torch.nn.functional.one_hot(given, 3).float()
    found = fit_weights([right * 0.1, -right], observed, np.eye(3), np.array([0.5, 0.5]))
    assert found.tolist() == [50.0, 1e-3]


@pytest.mark.parametrize("case", CASES)
@pytest.mark.parametrize("pseudo_count", [1.0, 100.0])
@pytest.mark.parametrize("padded", [True, False])
def test_the_matrix_is_that_of_loops_over_samples(
    case: dict, pseudo_count: float, padded: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    if not padded:
        monkeypatch.setattr(transition, "_LARGEST_PADDED", 0)
    (score, _), observed = scored(70, LOPSIDED, **case)
    probability = score.exp()
    found = fit_transition(probability, observed, pseudo_count=pseudo_count)
    wanted = maximised(probability.double().numpy(), observed, pseudo_count)
    np.testing.assert_allclose(found, wanted, atol=2e-5)
    few = fit_transition(
        probability, observed, pseudo_count=pseudo_count, start=LOPSIDED, iterations=2
    )
    wanted = maximised(
        probability.double().numpy(), observed, pseudo_count, start=LOPSIDED, iterations=2
    )
    np.testing.assert_allclose(few, wanted, atol=1e-5)


def test_a_class_that_nobody_bears_is_labelled_as_the_prior_has_it() -> None:
    """Nor is a class that is never the true one a divisor of 0."""
    observed = ObservedLabels(
        torch.tensor([0, 0, 1, 0]), torch.tensor([0, 0, 1, 1]), torch.ones(4, dtype=torch.bool)
    )
    probability = torch.tensor([[1.0, 0.0, 0.0]]).repeat(4, 1)
    found = fit_transition(probability, observed, pseudo_count=6.0)
    # Rows (1, 0, 0), (1/2, 1/2, 0) and, of no label, (0, 0, 1): the mean diagonal is 5 / 6.
    right, other = 5 / 6, 1 / 12
    counts = np.array([[2.0, 0.0, 0.0], [1.0, 1.0, 0.0], [0.0, 0.0, 0.0]])
    prior = np.where(np.eye(3) > 0, right, other)
    total = counts + 6.0 * prior
    np.testing.assert_allclose(found, total / total.sum(axis=1, keepdims=True), atol=1e-9)


def test_structured_priors_of_several_matrices() -> None:
    several = np.stack([LOPSIDED, np.eye(3), pair_flip(3, 0.4)])
    found = structured_prior(several)
    for matrix, right in zip(found, (2.2 / 3, 1.0, 0.6), strict=True):
        np.testing.assert_allclose(matrix, np.where(np.eye(3) > 0, right, (1 - right) / 2))
    assert structured_prior(np.ones((2, 1, 1))).tolist() == [[[1.0]], [[1.0]]]


@pytest.mark.parametrize(
    ("noise", "case", "seed", "folds"),
    [
        (pair_flip(3, 0.3), {"known": 20, "gave": 15}, 0, 3),
        (symmetric(3, 0.3), {"weighted": True}, 4, 3),
        (LOPSIDED, {"known": 10}, 1, 2),
        (pair_flip(3, 0.1), {}, 2, 4),
    ],
)
def test_the_priors_weight_is_the_one_whose_matrix_tells_other_labels_best(
    noise: np.ndarray, case: dict, seed: int, folds: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    (score, _), observed = scored(72, noise, **case)
    probability = score.exp()
    came = observed.came
    kept, inner = probability[came], observed.at(came)
    parts = torch.randperm(len(kept), generator=torch.Generator().manual_seed(seed)) % folds
    totals = []
    for pseudo_count in PSEUDO_COUNTS:
        total = 0.0
        for fold in range(folds):
            fitted = maximised(
                kept[parts != fold].double().numpy(),
                inner.at(parts != fold),
                pseudo_count,
                iterations=12,
            )
            # What a person decided tells as any label does: it is the given one that is predicted.
            held = inner.at(parts == fold)
            open_held = replace(held, truth=torch.full_like(held.truth, -1))
            total += nats(kept[parts == fold].double().numpy(), fitted, open_held)
        totals.append(total)
    best = max(totals)
    wanted = [c for c, t in zip(PSEUDO_COUNTS, totals, strict=True) if t > best - 1e-3]
    assert choose_pseudo_count(probability, observed, seed=seed, folds=folds) in wanted
    # Fitted one at a time they rank alike.
    monkeypatch.setattr(transition, "_LARGEST_STACK", 9)
    assert choose_pseudo_count(probability, observed, seed=seed, folds=folds) in wanted


def test_of_priors_that_tell_alike_the_strongest_is_taken() -> None:
    # Every label is certain and right: no prior makes a difference.
    given = torch.arange(30) % 3
    observed = ObservedLabels(given, torch.full((30,), -1), torch.ones(30, dtype=torch.bool))
    found = choose_pseudo_count(torch.nn.functional.one_hot(given, 3).float(), observed)
    assert found == 1e5


def test_weights_and_matrix_are_fitted_in_turn() -> None:
    scores, observed = scored(150, LOPSIDED, known=20)
    found = calibrate(scores, observed, seed=3)
    pool, noise, prior = np.full(2, 0.5), None, 10.0
    for turn in range(4):
        if turn == 1:
            prior = choose_pseudo_count(pooled(scores, pool), observed, seed=3)
        noise = fit_transition(pooled(scores, pool), observed, pseudo_count=prior, start=noise)
        before, pool = pool, fit_weights(scores, observed, noise, pool)
        if turn > 1 and np.abs(pool - before).max() < 1e-3 * pool.max():
            break
    np.testing.assert_allclose(found.weights, pool)
    np.testing.assert_allclose(found.transition, noise)
    assert found.pseudo_count == prior
    start = {"weights": np.array([0.9, 0.2]), "transition": LOPSIDED, "pseudo_count": 50.0}
    once = calibrate(scores, observed, rounds=1, **start)
    noise = fit_transition(
        pooled(scores, start["weights"]), observed, pseudo_count=50.0, start=LOPSIDED
    )
    np.testing.assert_allclose(once.transition, noise)
    np.testing.assert_allclose(once.weights, fit_weights(scores, observed, noise, start["weights"]))
    assert once.pseudo_count == 50.0


@pytest.mark.parametrize(("most", "step"), [(120, 3), (150, 2), (200, 2)])
def test_of_many_samples_a_part_tells_the_weights_and_all_the_matrix(
    most: int, step: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    scores, observed = scored(300, LOPSIDED, known=30, weighted=True)
    part = torch.arange(0, 300, step)
    wanted = calibrate([s[part] for s in scores], observed.at(part), rounds=3, seed=5)
    monkeypatch.setattr(calibration, "MOST_ROWS", most)
    found = calibrate(scores, observed, rounds=3, seed=5)
    np.testing.assert_allclose(found.weights, wanted.weights, rtol=1e-4)
    assert found.pseudo_count == wanted.pseudo_count
    np.testing.assert_allclose(
        found.transition,
        fit_transition(
            pooled(scores, wanted.weights),
            observed,
            pseudo_count=wanted.pseudo_count,
            start=wanted.transition,
        ),
        atol=1e-4,
    )


def test_weights_of_labels_are_those_of_the_rows_taken() -> None:
    _, observed = scored(10, LOPSIDED, known=3, gave=2, weighted=True)
    assert observed.weight is not None
    rows = torch.tensor([7, 1])
    part = observed.at(rows)
    for name in ("given", "truth", "came", "weight"):
        assert torch.equal(getattr(part, name), getattr(observed, name)[rows])
    assert observed.total == pytest.approx(float(observed.weight.double().sum()))
    assert replace(observed, weight=None).total == 10.0
    values = torch.arange(20.0).view(10, 2)
    torch.testing.assert_close(observed.weighted(values), values * observed.weight[:, None])
    torch.testing.assert_close(observed.weighted(values[:, 0]), values[:, 0] * observed.weight)
    assert replace(observed, weight=None).weighted(values) is values
