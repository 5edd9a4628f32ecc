from dataclasses import replace

import numpy as np
import pytest
from scipy.optimize import linear_sum_assignment

from lnl_gui.detect.detectors import turtle as module
from lnl_gui.detect.detectors import turtle_loops as loops
from lnl_gui.detect.detectors.turtle import (
    TurtleResult,
    detect_turtle,
    detect_turtle_paper,
    generalisation_score,
    turtle,
)
from lnl_gui.detect.detectors.turtle_parameters import PAPER, TurtleParameters
from lnl_gui.util.errors import Cancelled, UserError

QUICK = TurtleParameters(iterations=300, batch_size=256, outer_rate=1e-2, feature_scale=1.0)


def blobs(samples: int, classes: int, *, seed: int = 0) -> tuple[np.ndarray, np.ndarray]:
    generator = np.random.default_rng(seed)
    labels = np.arange(samples, dtype=np.int32) % classes
    points = 8 * np.eye(classes, 20)[labels] + generator.normal(size=(samples, 20))
    return points.astype(np.float32), labels


def matched_accuracy(assignment: np.ndarray, truth: np.ndarray) -> float:
    table = np.zeros((assignment.max() + 1, truth.max() + 1))
    np.add.at(table, (assignment, truth), 1)
    rows, columns = linear_sum_assignment(-table)
    return table[rows, columns].sum() / len(truth)


def test_recovers_separable_blobs_in_one_and_two_spaces() -> None:
    points, truth = blobs(600, 5)
    other, _ = blobs(600, 5, seed=1)
    for spaces in ([points], [points, other[:, ::-1] * 30]):
        found = turtle(spaces, 5, parameters=QUICK)
        assert matched_accuracy(found.assignment, truth) > 0.99
        assert found.found_clusters == 5
        assert found.entropy == pytest.approx(np.log(5), abs=0.02)
        assert found.generalisation_score > 0.99
        assert (found.probability > 1 / 5).all()


def test_without_the_entropy_term_it_collapses() -> None:
    points, _ = blobs(400, 4)

    def found(gamma: float) -> list[int]:
        parameters = replace(QUICK, gamma=gamma)
        return [
            turtle([points], 4, parameters=parameters, seed=seed).found_clusters
            for seed in range(3)
        ]

    # Whether a single seed collapses hangs on the processor's rounding.
    assert sum(found(0.0)) < 12
    assert found(QUICK.gamma) == [4, 4, 4]


def test_cold_start_and_seed() -> None:
    points, truth = blobs(600, 5)
    cold = replace(QUICK, warm_start=False, inner_rate=1e-2, inner_steps=10)
    first, second = (turtle([points], 5, parameters=cold, seed=1) for _ in range(2))
    assert matched_accuracy(first.assignment, truth) > 0.99
    np.testing.assert_array_equal(first.probability, second.probability)
    other = turtle([points], 5, parameters=cold, seed=4)
    assert not np.array_equal(first.probability, other.probability)


def test_gradient_of_the_labelling_by_finite_differences() -> None:
    """One outer step follows the written-out loss of the paper's equation 12."""
    generator = np.random.default_rng(0)
    spaces = [
        np.concatenate([generator.normal(size=(30, d)), np.ones((30, 1))], axis=1) for d in (4, 6)
    ]
    starts = [generator.normal(size=(s.shape[1], 3)) for s in spaces]
    fixed = [generator.normal(size=(s.shape[1], 3)) for s in spaces]
    gamma = 2.0

    def loss(weights: list[np.ndarray]) -> float:
        members = [loops.softmax_rows(s @ w) for s, w in zip(spaces, weights, strict=True)]
        labels = sum(members) / 2
        error = -sum(
            (labels * loops.log_softmax_rows(s @ w)).sum() / 30
            for s, w in zip(spaces, fixed, strict=True)
        )
        means = [m.mean(axis=0) for m in members]
        return float(error + gamma * sum((p * np.log(p)).sum() for p in means))

    labelling = [loops.Labelling(start, 0.1) for start in starts]
    gradients: list[np.ndarray] = []
    for layer in labelling:
        layer.step = gradients.append  # type: ignore[method-assign]  # catch what it is given
    classifiers = [loops.Adam(w.copy(), 0.0) for w in fixed]
    loops.outer_step(spaces, labelling, classifiers, TurtleParameters(gamma=gamma))
    for space, (row, column) in ((0, (1, 2)), (0, (4, 0)), (1, (3, 1))):
        moved = []
        for step in (1e-5, -1e-5):
            weights = [layer.weight() for layer in labelling]
            weights[space][row, column] += step
            moved.append(loss(weights))
        slope = (moved[0] - moved[1]) / 2e-5
        assert gradients[space][row, column] == pytest.approx(slope, rel=1e-4, abs=1e-8)


def test_weight_normalisation_steps_as_the_textbook_says() -> None:
    """Gradients by torch's autograd, Adam as in Kingma and Ba's algorithm 1."""
    import torch

    generator = np.random.default_rng(1)
    start = generator.normal(size=(6, 3))
    gradients = generator.normal(size=(4, 6, 3))
    layer = loops.Labelling(start, 0.05)
    direction = torch.tensor(start[:-1], requires_grad=True)
    length = torch.tensor(np.linalg.norm(start[:-1], axis=0), requires_grad=True)
    bias = torch.tensor(start[-1], requires_grad=True)
    moments = [[torch.zeros_like(p), torch.zeros_like(p)] for p in (direction, length, bias)]
    for step, gradient in enumerate(gradients, start=1):
        layer.step(gradient.copy())
        weight = torch.cat([direction * length / direction.norm(dim=0), bias[None]])
        loss = (weight * torch.tensor(gradient)).sum()
        slopes = torch.autograd.grad(loss, [direction, length, bias])
        with torch.no_grad():
            for part, slope, both in zip((direction, length, bias), slopes, moments, strict=True):
                both[0] = 0.9 * both[0] + 0.1 * slope
                both[1] = 0.999 * both[1] + 0.001 * slope**2
                mean, square = both[0] / (1 - 0.9**step), both[1] / (1 - 0.999**step)
                part -= 0.05 * mean / (square.sqrt() + 1e-8)
    np.testing.assert_allclose(layer.direction, direction.detach().numpy(), rtol=1e-6)
    np.testing.assert_allclose(layer.length, length.detach().numpy(), rtol=1e-6)
    np.testing.assert_allclose(layer.bias, bias.detach().numpy(), rtol=1e-6)


def test_a_search_finds_the_clusters_with_a_rate_that_learns(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    points, truth = blobs(120, 3)
    monkeypatch.setattr(module, "SEARCH_RATES", (1e-2, 1e-5))
    found = turtle([points], 3, parameters=replace(QUICK, iterations=150), search=True)
    assert found.found_clusters == 3
    assert matched_accuracy(found.assignment, truth) > 0.99
    assert found.parameters.outer_rate == 1e-2


@pytest.mark.parametrize(
    ("clusters", "best"),
    # Few clusters are easy to predict: what found less than nine in ten of the most may not win.
    [((20, 18, 17, 2), 1), ((20, 17, 17, 2), 0), ((3, 3, 3, 3), 3), ((1, 1, 20, 19), 3)],
)
def test_a_search_prefers_whole_and_predictable_clusters(
    monkeypatch: pytest.MonkeyPatch, clusters: tuple[int, ...], best: int
) -> None:
    points, _ = blobs(40, 2)
    run = turtle([points], 2, parameters=replace(QUICK, iterations=2))
    # As in the settings of a search: each is the more predictable the later it comes.
    runs = [
        replace(run, found_clusters=count, generalisation_score=0.5 + 0.1 * number)
        for number, count in enumerate(clusters)
    ]
    left = iter(runs)
    monkeypatch.setattr(module, "SEARCH_RATES", (1e-2,))
    monkeypatch.setattr(module, "_run", lambda *given: next(left))
    found = turtle([points], 2, gammas=(1.0, 5.0), search=True)
    assert next(left, None) is None
    assert found.generalisation_score == runs[best].generalisation_score


def test_constants_by_name_reach_the_run_and_several_gammas_are_searched(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    points, truth = blobs(60, 3)
    tried: list[TurtleParameters] = []
    real = loops.fit_labelling

    def watched(*given: object) -> object:
        tried.append(given[2])  # type: ignore[arg-type]
        return real(*given)  # type: ignore[arg-type]

    monkeypatch.setattr(module, "fit_labelling", watched)
    monkeypatch.setattr(module, "SEARCH_RATES", (1e-2,))
    constants = {"iterations": 3, "inner_steps": 2, "gammas": "1,5", "batch_size": 0}
    detect_turtle([points], truth, number_of_classes=3, constants=constants)
    assert {(each.warm_start, each.gamma) for each in tried} == {
        (warm, gamma) for warm in (False, True) for gamma in (1.0, 5.0)
    }
    assert {(each.iterations, each.inner_steps, each.batch_size) for each in tried} == {
        (3, 2, 1024)
    }
    tried.clear()
    constants = {"iterations": 3, "warm_start": True, "score": "ridge"}
    detect_turtle_paper([points], truth, number_of_classes=3, constants=constants)
    assert tried == [replace(PAPER, iterations=3, warm_start=True, score="ridge")]


def test_generalisation_score_tells_structure_from_chance() -> None:
    points, truth = blobs(400, 4)
    chance = np.random.default_rng(0).integers(4, size=400)
    assert generalisation_score([points], truth) > 0.99
    assert generalisation_score([points], chance) < 0.4
    with_bias = np.concatenate([points, np.ones((400, 1), np.float32)], axis=1)
    assert generalisation_score([with_bias], truth, model="logistic") > 0.99
    assert generalisation_score([with_bias], chance, model="logistic") < 0.4


def test_the_settings_of_the_paper_keep_the_whole_space(monkeypatch: pytest.MonkeyPatch) -> None:
    points, truth = blobs(200, 3)
    assert (PAPER.iterations, PAPER.inner_steps, PAPER.batch_size) == (6000, 10, 10_000)
    assert (PAPER.gamma, PAPER.warm_start, PAPER.score) == (10.0, False, "logistic")
    short = replace(PAPER, iterations=400, outer_rate=1e-2, inner_rate=1e-1, feature_scale=1.0)
    monkeypatch.setattr(module, "PAPER", short)
    result = detect_turtle_paper([points], truth, number_of_classes=3)
    assert result.name == "turtle_paper"
    np.testing.assert_array_equal(result.vote, truth)


def test_a_search_tries_every_weight_of_the_entropy() -> None:
    tried = [setting.gamma for setting in module._grid(QUICK, (1.0, 10.0))]
    assert tried == [1.0, 10.0] * 18
    assert {setting.gamma for setting in module._grid(QUICK, ())} == {QUICK.gamma}


@pytest.mark.parametrize("likely", [0, 1])
def test_a_tie_is_broken_by_the_probe(likely: int, monkeypatch: pytest.MonkeyPatch) -> None:
    points, truth = blobs(40, 2)
    found = TurtleResult(truth, np.ones(40, np.float32), 2, 0.7, 1.0, QUICK)
    monkeypatch.setattr(module, "turtle", lambda *_, **__: found)
    asked: list[int] = []

    def probe(embeddings: object, labels: np.ndarray, **options: object) -> np.ndarray:
        asked.append(len(labels))
        return np.tile(np.eye(2)[likely] * 0.2 + 0.4, (40, 1))

    monkeypatch.setattr(module, "out_of_fold_probabilities", probe)
    detect_turtle([points], truth, number_of_classes=2)
    assert not asked, "without a tie nobody pays for a probe"
    given = truth.copy()
    given[np.flatnonzero(truth == 0)[::2]] = 1
    result = detect_turtle([points], given, number_of_classes=2)
    assert asked == [40] and set(result.vote[truth == 0]) == {likely}


def test_detector_names_the_clusters_by_majority() -> None:
    points, truth = blobs(400, 4)
    given = truth.copy()
    given[:100] = (truth[:100] + 1) % 4
    points[399] = np.nan
    result = detect_turtle([points], given, number_of_classes=4, parameters=QUICK)
    np.testing.assert_array_equal(result.vote[:399], truth[:399])
    assert (result.score[:100] > 0.5).all() and (result.score[100:399] < 0.5).all()
    assert result.vote[399] == -1 and np.isnan(result.score[399])
    assert result.details["found_clusters"].tolist() == [4]


@pytest.mark.parametrize("samples", [1, 4])
def test_fewer_samples_than_classes_and_constant_embeddings(samples: int) -> None:
    tiny = replace(QUICK, iterations=5)
    given = np.arange(samples, dtype=np.int32)
    result = detect_turtle(
        [np.ones((samples, 3), np.float32)], given, number_of_classes=9, parameters=tiny
    )
    assert result.score.shape == (samples,)
    assert int(result.details["found_clusters"][0]) <= samples


def test_too_many_classes_and_cancel() -> None:
    points, labels = blobs(30, 3)
    with pytest.raises(UserError, match="10000 clusters"):
        detect_turtle([points], labels, number_of_classes=10_000)

    def stop(done: int, total: int) -> None:
        raise Cancelled

    with pytest.raises(Cancelled):
        detect_turtle([points], labels, number_of_classes=3, progress=stop)
