"""The short way for thousands of classes, beside a discriminant written out in numpy."""

from dataclasses import replace
from types import SimpleNamespace
from typing import Any, cast

import numpy as np
import pytest
import torch
from scipy.optimize import minimize_scalar
from scipy.special import softmax

from lnl_gui.detect.consensus import many_classes
from lnl_gui.detect.consensus.copies_together import (
    best_class,
    image_probability,
    posterior_of_copies,
)
from lnl_gui.detect.consensus.detection_input import DetectionInput
from lnl_gui.detect.consensus.many_classes import (
    fit_many_classes,
    predict_many_classes,
    too_many,
)
from lnl_gui.detect.consensus.problem import Problem, state_problem
from tests.detect.synthetic_data import make_dataset, symmetric

Array = np.ndarray


def linear(features: Array, labels: Array, weight: Array, classes: int) -> tuple[Array, Array]:
    """Slope (P, c) and offset (c,) of a discriminant of one covariance, shrunk."""
    width = features.shape[1]
    overall = np.average(features, axis=0, weights=weight)
    mass = np.array([weight[labels == k].sum() for k in range(classes)])
    sums = np.array([weight[labels == k] @ features[labels == k] for k in range(classes)])
    means = (sums + overall) / (mass + 1)[:, None]
    centred = features - means[labels]
    within = (centred * weight[:, None]).T @ centred / weight.sum()
    flat = np.trace(within) / width
    shrunk = 0.7 * within + (0.3 * flat + 1e-6) * np.eye(width)
    slope = np.linalg.inv(shrunk) @ means.T
    share = (mass + 1) / (mass + 1).sum()
    return slope, np.log(share) - 0.5 * np.einsum("kp,pk->k", means, slope)


def read(scores: Array, given: Array, weight: Array) -> tuple[float, float]:
    """Temperature and noise rate by likelihood, under noise that is alike for all classes."""
    rows, classes = np.arange(len(given)), scores.shape[1]

    def fitted(temperature: float) -> tuple[float, float]:
        own = softmax(scores * temperature, axis=1)[rows, given]
        other = (1 - own) / (classes - 1)
        noise = 0.2
        for _ in range(8):
            wrong = noise * other / ((1 - noise) * own + noise * other)
            noise = min(max(np.average(wrong, weights=weight), 1e-4), 0.95)
        nats = np.log((1 - noise) * own + noise * other)
        return -float(np.average(nats, weights=weight)), float(noise)

    best = minimize_scalar(
        lambda t: fitted(t)[0], bounds=(0.005, 3.0), method="bounded", options={"xatol": 0.01}
    )
    return float(best.x), fitted(float(best.x))[1]


def numbers(problem: Problem) -> dict[str, Array]:
    return {
        name: getattr(problem, name).double().numpy()
        if name in ("matrix", "weight")
        else getattr(problem, name).numpy()
        for name in ("matrix", "labels", "given", "truth", "folds", "weight")
    }


def fitted_twice(problem: Problem) -> tuple[Array, float, Array, Array]:
    """Probabilities before the label is read, temperature, posterior and final weights."""
    at, classes = numbers(problem), len(problem.present)
    rows = np.arange(len(at["given"]))
    weight = at["weight"]
    for _ in range(2):
        scores = np.empty((len(rows), classes))
        for fold in range(problem.number_of_folds):
            inside = at["folds"] != fold
            slope, offset = linear(
                at["matrix"][inside], at["labels"][inside], weight[inside], classes
            )
            scores[~inside] = at["matrix"][~inside] @ slope + offset
        temperature, noise = read(scores, at["given"], at["weight"])
        probability = softmax(scores * temperature, axis=1)
        posterior = probability * noise / (classes - 1)
        posterior[rows, at["given"]] = probability[rows, at["given"]] * (1 - noise)
        posterior /= posterior.sum(axis=1, keepdims=True)
        own = posterior[rows, at["given"]]
        decided = at["truth"] >= 0
        own[decided] = at["truth"][decided] == at["given"][decided]
        weight = at["weight"] * np.where(decided, 1.0, own)
    return probability, temperature, posterior, weight


DATA = make_dataset(
    samples=160, classes=5, dimensions=6, distance=3.0, transition=symmetric(5, 0.25)
)


def stated(**changes: Any) -> Problem:
    given = changes.pop("given", DATA.given)
    return state_problem(DetectionInput([DATA.embedding], given, 5, seed=2, **changes))


@pytest.mark.parametrize("cells", [8_000_000, 1500])
def test_the_fit_is_a_discriminant_and_bayes_rule(
    cells: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Blocks of 300 rows: the rate is still read off all, the posteriors a part at a time.
    monkeypatch.setattr(many_classes, "_BLOCK_CELLS", cells)
    verdicts = np.where(np.arange(160) < 25, DATA.truth, -1)
    problem = stated(verdict_labels=verdicts)
    problem = replace(problem, weight=torch.linspace(0.3, 1.0, 160))
    told: list[tuple[int, int]] = []
    found = fit_many_classes(problem, 3, progress=lambda done, total: told.append((done, total)))
    assert told == [(1, 2), (2, 2)]
    probability, temperature, posterior, _ = fitted_twice(problem)
    given, rows = problem.given.numpy(), np.arange(160)
    assert found.weights["discriminant"] == pytest.approx(temperature, abs=5e-3)
    open_rows = np.flatnonzero(verdicts < 0)
    own = posterior[rows, given]
    np.testing.assert_allclose(found.given_probability[open_rows], own[open_rows], atol=5e-3)
    np.testing.assert_allclose(found.loss, -np.log(probability[rows, given]), atol=0.02)
    order = np.argsort(-posterior, axis=1)[:, :3]
    np.testing.assert_allclose(
        found.posterior[open_rows], np.take_along_axis(posterior, order, 1)[open_rows], atol=5e-3
    )
    clear = open_rows[np.diff(np.sort(posterior[open_rows])[:, -2:], axis=1)[:, 0] > 0.02]
    assert np.array_equal(found.classes[clear, 0], order[clear, 0])
    best = probability.argmax(axis=1)
    agreed = found.best_class.numpy() == best
    assert agreed[open_rows].mean() > 0.99
    # Before the verdicts are filled in.
    assert found.agreement == pytest.approx((best == problem.labels.numpy()).mean(), abs=0.007)
    assert found.transition is None and found.reliability == 1.0 and found.spread is None


def test_what_a_person_decided_is_certain_and_listed_once() -> None:
    verdicts = np.full(160, -1)
    verdicts[:60] = np.arange(60) % 5
    found = fit_many_classes(stated(verdict_labels=verdicts), 5)
    decided = slice(0, 60)
    assert found.best_class[decided].tolist() == verdicts[:60].tolist()
    assert found.classes[decided, 0].tolist() == verdicts[:60].tolist()
    assert (found.posterior[decided, 0] == 1).all() and not found.posterior[decided, 1:].any()
    right = (verdicts == DATA.given)[:60]
    assert found.given_probability[decided].tolist() == right.astype(float).tolist()
    # Every class once, in the sequence it had but for the decided one.
    assert (found.classes.sort(1).values == torch.arange(5)).all()
    plain = many_classes._fitted(stated(), torch.ones(160), 5)
    places = plain.classes.clone()
    before, held = places.clone(), plain.posterior.clone()
    many_classes._settle(
        stated(verdict_labels=verdicts),
        plain.given_probability,
        plain.best_class,
        plain.posterior,
        places,
    )
    for row in range(60):
        wanted = before[row].tolist()
        swapped = wanted.index(int(verdicts[row]))
        wanted[0], wanted[swapped] = wanted[swapped], wanted[0]
        assert places[row].tolist() == wanted
    assert torch.equal(places[60:], before[60:]) and torch.equal(plain.posterior[60:], held[60:])


def test_samples_without_a_label_are_read_off_all_others() -> None:
    given = np.where(np.arange(160) % 4 == 1, -1, DATA.given).astype(np.int32)
    verdicts = np.full(160, -1)
    verdicts[[0, 2, 5]] = DATA.truth[[0, 2, 5]]
    problem = stated(given=given, verdict_labels=verdicts)
    fitted = fit_many_classes(problem, 5)
    found = predict_many_classes(problem, fitted, [DATA.embedding], 3)
    assert found.rows.tolist() == [row for row in range(160) if row % 4 == 1 and row != 5]
    at = numbers(problem)
    _, temperature, _, weight = fitted_twice(problem)
    slope, offset = linear(at["matrix"], at["labels"], weight, 5)
    features = problem.features.projection.apply([DATA.embedding], found.rows)
    wanted = softmax((features @ slope + offset) * temperature, axis=1)
    order = np.argsort(-wanted, axis=1)[:, :3]
    np.testing.assert_allclose(found.posterior, np.take_along_axis(wanted, order, 1), atol=5e-3)
    assert (found.classes[:, 0].numpy() == order[:, 0]).mean() > 0.97
    assert found.posterior.shape == found.classes.shape == (39, 3)


def test_samples_without_a_label_come_a_block_at_a_time(monkeypatch: pytest.MonkeyPatch) -> None:
    given = np.where(np.arange(160) % 4 == 1, -1, DATA.given).astype(np.int32)
    problem = stated(given=given)
    fitted = fit_many_classes(problem, 5)
    whole = predict_many_classes(problem, fitted, [DATA.embedding], 4)
    monkeypatch.setattr(many_classes, "_BLOCK_CELLS", 35)
    parts = predict_many_classes(problem, fitted, [DATA.embedding], 4)
    torch.testing.assert_close(parts.posterior, whole.posterior)
    assert torch.equal(parts.classes, whole.classes)


def test_copies_are_judged_as_one_image() -> None:
    copies = np.where(np.arange(160) < 30, np.arange(160) // 3, -1)
    truth = np.where(np.arange(160) == 4, DATA.truth, -1)
    problem = stated(copies=copies, verdict_labels=truth)
    found = many_classes._fitted(problem, problem.weight, 5)
    members = [torch.nonzero(problem.folds == f).squeeze(1) for f in range(5)]
    models = [many_classes._fit(problem, problem.weight, problem.folds != f) for f in range(5)]
    reading = many_classes._read(problem, models, members, 1_000_000)
    told = torch.full((5, 5), np.log(reading.noise / 4)).fill_diagonal_(np.log(1 - reading.noise))
    probability = torch.empty(160, 5)
    for model, rows in zip(models, members, strict=True):
        scores = problem.matrix[rows] @ model.slope + model.offset
        probability[rows] = torch.softmax(scores * reading.temperature, 1)
    together = image_probability(probability, problem.copies, problem.matrix)
    having = torch.arange(30)
    posterior = posterior_of_copies(
        together[:30], told[problem.given[:30]], problem.observed.at(having), problem.copies[:30]
    )
    best = best_class(together[:30], posterior, problem.given[:30], problem.copies[:30])
    undecided = having != 4
    torch.testing.assert_close(
        found.given_probability[:30][undecided],
        posterior.gather(1, problem.given[:30, None]).squeeze(1)[undecided],
    )
    assert torch.equal(found.best_class[:30][undecided], best[undecided])
    value, place = posterior.topk(5)
    torch.testing.assert_close(found.posterior[:30][undecided], value[undecided])
    assert torch.equal(found.classes[:30][undecided], place[undecided])


@pytest.mark.parametrize(("block", "step"), [(1_000_000, 1), (80, 2), (55, 3)])
def test_the_rate_is_read_off_as_many_rows_as_a_block_holds(block: int, step: int) -> None:
    problem = replace(stated(), weight=torch.linspace(0.3, 1.0, 160))
    members = [torch.nonzero(problem.folds == f).squeeze(1) for f in range(5)]
    assert {len(rows) for rows in members} == {32}
    models = [many_classes._fit(problem, problem.weight, problem.folds != f) for f in range(5)]
    found = many_classes._read(problem, models, members, block)
    chosen = [rows[::step] for rows in members]
    scores = np.concatenate(
        [
            (problem.matrix[rows] @ model.slope + model.offset).double().numpy()
            for model, rows in zip(models, chosen, strict=True)
        ]
    )
    rows = torch.cat(chosen)
    wanted = read(scores, problem.given[rows].numpy(), problem.weight[rows].double().numpy())
    assert (found.temperature, found.noise) == pytest.approx(wanted, abs=0.01)


@pytest.mark.parametrize(("agree", "noise"), [(True, 1e-4), (False, 0.95)])
def test_the_rate_never_ends_at_nothing_or_all(agree: bool, noise: float) -> None:
    given = torch.arange(40) % 4
    matrix = 50.0 * torch.eye(4)[given if agree else (given + 1) % 4]
    stand_in = SimpleNamespace(
        matrix_on_device=matrix, device=matrix.device, given=given, weight=torch.ones(40)
    )
    problem = cast(Problem, stand_in)
    model = many_classes._Discriminant(torch.eye(4), torch.zeros(4))
    found = many_classes._read(problem, [model], [torch.arange(40)], 1000)
    assert found.noise == pytest.approx(noise)


def test_when_the_short_way_is_taken() -> None:
    assert not too_many(10_000, 2_000) and too_many(10_005, 2_001)
    assert not too_many(600_000, 100) and too_many(600_001, 100)
    # Fewer than five of each, where that makes more than two million cells.
    assert too_many(3_200, 641) and not too_many(3_205, 641)
    assert not too_many(2_000, 1_000) and too_many(2_001, 1_000)
