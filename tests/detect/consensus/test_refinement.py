"""Self-training: what each round starts from, how long it trains, and when it is refused."""

from dataclasses import replace

import numpy as np
import pytest
import torch

from lnl_gui.detect.consensus import ensemble, refinement
from lnl_gui.detect.consensus import fit as fitting
from lnl_gui.detect.consensus.calibration import Calibration
from lnl_gui.detect.consensus.detection_input import DetectionInput
from lnl_gui.detect.consensus.ensemble import EnsembleMember
from lnl_gui.detect.consensus.fit import Fit, fit_consensus
from lnl_gui.detect.consensus.problem import Problem, state_problem
from lnl_gui.detect.consensus.refinement import PENALTIES, Refined, refine, sharpened
from lnl_gui.detect.probes.cross_fitting import ProbeSchedule, cross_fit
from lnl_gui.detect.probes.robust_loss import cross_entropy
from tests.detect.few_repetitions import one_repetition
from tests.detect.synthetic_data import make_dataset

__all__ = ["one_repetition"]


def stated(samples: int) -> Problem:
    data = make_dataset(samples=samples, classes=3, dimensions=4, distance=2.0)
    return state_problem(DetectionInput([data.embedding], data.given, number_of_classes=3, seed=0))


@pytest.fixture(scope="module")
def problem() -> Problem:
    return stated(240)


@pytest.fixture(scope="module")
def fit(problem: Problem) -> Fit:
    return fit_consensus(problem, [], seed=0)


def one_hot(problem: Problem) -> torch.Tensor:
    return torch.nn.functional.one_hot(problem.given, 3).float()


def test_targets_are_sharpened_at_a_temperature_of_one_half() -> None:
    found = sharpened(torch.tensor([[0.8, 0.2, 0.0], [0.5, 0.25, 0.25]]))
    wanted = [[0.64 / 0.68, 0.04 / 0.68, 0.0], [0.25 / 0.375, 0.0625 / 0.375, 0.0625 / 0.375]]
    np.testing.assert_allclose(found.numpy(), wanted, rtol=1e-6)
    assert not sharpened(torch.zeros(1, 3)).any()


@pytest.mark.parametrize(
    ("samples", "fresh", "continued"),
    # Batches of 2048: 12 epochs and 8, at least 36 steps and 24, at most 150 and 80.
    [(240, 36, 24), (5 * 2048, 60, 40), (14 * 2048, 150, 80)],
)
def test_a_continued_fit_takes_fewer_steps(samples: int, fresh: int, continued: int) -> None:
    problem = stated(samples)
    targets = one_hot(problem)
    steps: list[int] = []

    def counted(done: int, total: int) -> None:
        steps.append(total)

    first = refine(problem, targets, search=False, seed=0, progress=counted)
    assert set(steps) == {fresh} and len(steps) == fresh
    steps.clear()
    refine(problem, targets, probes=first.probes, search=False, seed=0, progress=counted)
    assert set(steps) == {continued} and len(steps) == continued


def test_a_continued_fit_starts_from_the_probes_at_half_the_rate(problem: Problem) -> None:
    targets = one_hot(problem)
    first = refine(problem, targets, search=False, seed=0)
    again = refine(problem, targets, probes=first.probes, penalty=4, search=False, seed=1)
    logits, _ = cross_fit(
        problem.matrix,
        targets,
        cross_entropy,
        problem.folds,
        classes=3,
        probes=problem.number_of_folds,
        weight_decay=float(PENALTIES[4]),
        schedule=ProbeSchedule(epochs=8, least_steps=24, most_steps=80, learning_rate=0.05),
        start=first.probes,
        seed=1,
    )
    torch.testing.assert_close(again.scores, torch.log_softmax(logits, 1))
    assert (first.penalty, again.penalty) == (2, 4)
    share = (again.scores.argmax(1) == problem.labels).double().mean()
    assert again.agreement == pytest.approx(float(share))


def test_a_search_keeps_the_strength_that_agrees_most(problem: Problem) -> None:
    targets = one_hot(problem)
    each = [
        refine(problem, targets, penalty=index, search=False, seed=0).agreement
        for index in range(len(PENALTIES))
    ]
    found = refine(problem, targets, seed=0)
    assert found.agreement == each[found.penalty]
    neighbours = each[max(found.penalty - 1, 0) : found.penalty + 2]
    assert found.agreement == max(neighbours)


def recorded(monkeypatch: pytest.MonkeyPatch) -> tuple[list[dict], list[Refined]]:
    asked: list[dict] = []
    given: list[Refined] = []

    def spied(problem: Problem, targets: torch.Tensor, **options: object) -> Refined:
        found = refine(problem, targets, **options)
        asked.append({"targets": targets, **options})
        given.append(found)
        return found

    monkeypatch.setattr(fitting, "refine", spied)
    return asked, given


def test_each_round_goes_on_from_the_one_before(
    problem: Problem, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked, given = recorded(monkeypatch)
    fit = fit_consensus(problem, [], seed=5)
    first, second = asked
    assert (first["probes"], first["penalty"], first["search"], first["seed"]) == (
        None,
        None,
        True,
        6,
    )
    assert second["probes"] is given[0].probes and second["penalty"] == given[0].penalty
    assert second["search"] is True and second["seed"] == 7
    assert fit.refined is given[1]
    # Targets are posteriors, squared: rows sum to one.
    for one in asked:
        np.testing.assert_allclose(one["targets"].sum(-1).numpy(), 1.0, atol=1e-5)


def test_ranking_again_trains_one_round_without_a_search(
    problem: Problem, fit: Fit, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked, _ = recorded(monkeypatch)
    assert fit.refined is not None
    again = fit_consensus(problem, [], earlier=fit, seed=0)
    (only,) = asked
    assert only["probes"] is fit.refined.probes and only["penalty"] == fit.refined.penalty
    assert only["search"] is False and again.near is fit.near
    # Where every round was refused there is no strength to keep: it is searched for.
    asked.clear()
    fit_consensus(problem, [], earlier=replace(fit, refined=None), seed=0)
    assert asked[0]["search"] is True and asked[0]["probes"] is None


@pytest.mark.parametrize("lost", [1.9, 2.1])
def test_a_round_that_loses_two_standard_errors_is_refused(
    problem: Problem, fit: Fit, monkeypatch: pytest.MonkeyPatch, lost: float
) -> None:
    share = 0.8
    error = (share * (1 - share) / 240) ** 0.5
    monkeypatch.setattr(fitting, "agreement", lambda scores, labels: share - lost * error)
    before = replace(fit, agreement=share)
    after = fit_consensus(problem, [], earlier=before, seed=0)
    assert (after.refined is before.refined) == (lost > 2)
    assert after.agreement == pytest.approx(share if lost > 2 else share - lost * error)
    assert after.first_agreement == fit.first_agreement


@pytest.mark.parametrize("rows", [100, 8_000])
def test_a_search_on_a_part_ends_with_a_fit_of_all(
    problem: Problem, monkeypatch: pytest.MonkeyPatch, rows: int
) -> None:
    fits: list[tuple[int, float]] = []

    def spied(features: torch.Tensor, *arguments: object, **options: object) -> object:
        fits.append((len(features), options["weight_decay"]))
        return cross_fit(features, *arguments, **options)

    monkeypatch.setattr(ensemble, "SEARCH_ROWS", rows)
    monkeypatch.setattr(refinement, "cross_fit", spied)
    found = refine(problem, one_hot(problem), seed=0)
    assert found.scores.shape == (240, 3)
    assert fits[-1 if rows == 100 else 0][0] == 240
    searched = fits[:-1] if rows == 100 else fits
    assert {count for count, _ in searched} == {80 if rows == 100 else 240}
    # No strength twice, but for the one that is chosen on a part.
    assert len({decay for _, decay in searched}) == len(searched)
    if rows == 100:
        assert fits[-1][1] == PENALTIES[found.penalty]


def test_neighbours_are_blended_in_as_a_power_of_their_mean_posterior(
    problem: Problem, fit: Fit, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert fit.near is not None and fit.nested is not None
    learnt = Calibration(np.array([2.0, 0.6]), np.eye(3), 1.0)
    monkeypatch.setattr(fitting, "calibrate", lambda scores, observed, **options: learnt)
    found = fitting._with_neighbours(problem, problem.observed, fit, [], seed=0)
    plain = torch.softmax(
        sum(w * score for w, score in zip(fit.calibration.weights, fit.scores, strict=True)), 1
    ).double()
    # Of each neighbour what is believed without the labels of the sample's own fold.
    near = fit.nested[fit.near.rows.long(), problem.folds.unsqueeze(1)].double()
    around = (fit.near.weights.double().unsqueeze(2) * near).sum(1)
    wanted = plain**2 * (around + 0.05 / 3) ** 0.6
    wanted /= wanted.sum(1, keepdim=True)
    np.testing.assert_allclose(found.probability.numpy(), wanted.numpy(), atol=1e-5)
    assert found.weights["neighbours"] == pytest.approx(0.6)


def test_no_label_reaches_the_scores_of_its_own_fold(
    problem: Problem, fit: Fit, monkeypatch: pytest.MonkeyPatch
) -> None:
    # The few parameters of the calibration rest on all labels; everything else must not.
    learnt = Calibration(np.array([0.8, 0.3]), np.full((3, 3), 0.1) + 0.7 * np.eye(3), 1.0)

    def fixed(scores: list[torch.Tensor], observed: object, **options: object) -> Calibration:
        return replace(learnt, weights=learnt.weights[: len(scores)])

    monkeypatch.setattr(fitting, "calibrate", fixed)
    # A round is not refused, which would depend on all labels.
    monkeypatch.setattr(fitting, "agreement", lambda scores, labels: 1.0)
    inside = problem.folds == 2
    other = replace(problem, given=torch.where(inside, (problem.given + 1) % 3, problem.given))
    before, after = (fit_consensus(each, [], settings=fit, seed=0) for each in (problem, other))
    torch.testing.assert_close(before.probability[inside], after.probability[inside])
    assert (before.probability[~inside] - after.probability[~inside]).abs().max() > 0.1
    # Where one target serves all folds the labels do come back.
    monkeypatch.setattr(ensemble, "can_nest", lambda *sizes: False)
    before, after = (fit_consensus(each, [], settings=fit, seed=0) for each in (problem, other))
    assert (before.probability[inside] - after.probability[inside]).abs().max() > 0.01


@pytest.mark.parametrize(("gain", "kept"), [(2.73, False), (2.75, True)])
def test_a_vote_pays_half_the_logarithm_of_the_samples(
    problem: Problem, fit: Fit, monkeypatch: pytest.MonkeyPatch, gain: float, kept: bool
) -> None:
    # Schwarz's criterion: 0.5 log 240 = 2.740 nats for one more weight.
    reached = iter([-100.0, -100.0 + gain])
    monkeypatch.setattr(fitting, "log_likelihood", lambda *arguments: next(reached))
    vote = EnsembleMember("a vote", torch.nn.functional.one_hot(problem.given, 3).float(), 0.5)
    found = fit_consensus(problem, [vote], earlier=fit, seed=0)
    assert (found.weights["a vote"] > 0) == kept


def test_progress_goes_through_the_stages_in_order(problem: Problem) -> None:
    told: list[int] = []

    def progress(done: int, total: int) -> None:
        assert total == 5
        told.append(done)

    fit_consensus(problem, [], seed=0, progress=progress)
    assert told == sorted(told) and sorted(set(told)) == [0, 1, 2, 3, 5]
