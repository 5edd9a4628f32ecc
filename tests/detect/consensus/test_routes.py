"""What each stage of the consensus is asked for, and predictions of it rebuilt from its parts."""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
import torch
from torch import Tensor

from lnl_gui.detect.consensus import consensus as whole
from lnl_gui.detect.consensus import ensemble, repetitions, unlabelled
from lnl_gui.detect.consensus import fit as fitting
from lnl_gui.detect.consensus.calibration import fit_weights, pooled, responsibilities
from lnl_gui.detect.consensus.consensus import find_suspects
from lnl_gui.detect.consensus.consensus_result import WarmStart
from lnl_gui.detect.consensus.detection_input import DetectionInput
from lnl_gui.detect.consensus.ensemble import ROBUST_PROBES, EnsembleMember
from lnl_gui.detect.consensus.few_labels import fit_few_labels
from lnl_gui.detect.consensus.fit import (
    Fit,
    around_each,
    discriminant_scores,
    fit_consensus,
    joined,
    log_scores,
    targets_of,
)
from lnl_gui.detect.consensus.neighbour_posterior import (
    find_neighbourhood,
    find_neighbours_among,
    neighbour_posterior,
    nested_neighbour_posterior,
)
from lnl_gui.detect.consensus.problem import Problem, refolded, state_problem
from lnl_gui.detect.consensus.refinement import refine, sharpened
from lnl_gui.detect.consensus.repetitions import Repetition, fit_repetitions
from lnl_gui.detect.consensus.unlabelled import unlabelled_posteriors
from lnl_gui.detect.detectors.result import DetectorResult
from lnl_gui.detect.probes.cross_fitting import cross_fit, train_probes
from lnl_gui.detect.probes.discriminant import (
    cross_fitted_discriminant,
    fit_discriminant,
    nested_discriminant,
)
from lnl_gui.detect.probes.nested_folds import (
    every_log_score,
    own_scores,
    pair_exclusions,
    pair_log_scores,
)
from lnl_gui.util.progress import no_progress
from tests.detect.synthetic_data import make_dataset

DATA = make_dataset(samples=80, classes=3, dimensions=4, distance=2.5)
OPEN = np.arange(80) % 8 == 3
GIVEN = np.where(OPEN, -1, DATA.given).astype(np.int32)


def stated(**changes: Any) -> Problem:
    copies = np.where(np.arange(80) < 6, np.arange(80) // 2, -1)
    return state_problem(
        DetectionInput([DATA.embedding], GIVEN, 3, copies=copies, seed=1, **changes)
    )


@pytest.fixture(scope="module")
def problem() -> Problem:
    return stated()


@pytest.fixture(scope="module")
def fit(problem: Problem) -> Fit:
    return fit_consensus(problem, [], seed=0)


@pytest.fixture(scope="module")
def plain(problem: Problem) -> Fit:
    return fit_consensus(replace(problem, nested=False), [], seed=0)


@pytest.mark.parametrize("probe", ROBUST_PROBES, ids=lambda probe: probe.name)
def test_a_probe_of_known_strength_is_one_cross_fit(problem: Problem, probe: Any) -> None:
    steps: list[int] = []
    found = ensemble._fit(
        replace(problem, nested=False),
        probe,
        penalty=2,
        seed=5,
        progress=lambda done, total: steps.append(done),
    )
    logits, _ = cross_fit(
        problem.matrix,
        problem.labels,
        probe.rule(70),
        problem.folds,
        classes=3,
        probes=5,
        weight_decay=float(probe.penalties(3)[2]),
        sample_weights=problem.weight,
        seed=5,
    )
    torch.testing.assert_close(found.scores, torch.log_softmax(logits, 1))
    share = (logits.argmax(1) == problem.labels).double().mean()
    assert found.agreement == pytest.approx(float(share))
    assert (found.name, found.penalty, found.nested) == (probe.name, 2, None) and steps


@pytest.mark.parametrize("probe", ROBUST_PROBES, ids=lambda probe: probe.name)
def test_a_nested_probe_is_one_for_each_pair_of_folds(problem: Problem, probe: Any) -> None:
    steps: list[int] = []
    found = ensemble._fit(
        problem, probe, penalty=4, seed=5, progress=lambda done, total: steps.append(done)
    )
    *_, trained = train_probes(
        problem.matrix,
        problem.labels,
        probe.rule(70),
        classes=3,
        folds=problem.folds,
        excluded=pair_exclusions(5),
        probes=10,
        weight_decay=float(probe.penalties(3)[4]),
        sample_weights=problem.weight,
        seed=5,
    )
    wanted = pair_log_scores(problem.matrix, problem.folds, trained, 5)
    assert found.nested is not None and steps
    torch.testing.assert_close(found.nested, wanted)
    torch.testing.assert_close(found.scores, own_scores(wanted, problem.folds))
    share = (found.scores.argmax(1) == problem.labels).double().mean()
    assert found.agreement == pytest.approx(float(share)) and found.penalty == 4


@pytest.mark.parametrize(("rows", "nested"), [(8_000, False), (8_000, True), (30, False)])
def test_the_strength_is_climbed_to_from_the_middle(
    problem: Problem, rows: int, nested: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ensemble, "SEARCH_ROWS", rows)
    probe = ROBUST_PROBES[0]
    part = slice(None, None, 1 if rows > 70 else 3)
    tried: dict[int, float] = {}

    def climbed(evaluate: Any, count: int, start: int) -> tuple[int, float, Any]:
        assert (count, start) == (7, 3)
        for index in (3, 5):
            tried[index], scores = evaluate(index)
        return 5, tried[5], scores

    monkeypatch.setattr(ensemble, "hill_climb", climbed)
    now = replace(problem, nested=nested)
    found = ensemble._fit(now, probe, penalty=None, seed=5, progress=no_progress)
    for index, share in tried.items():
        logits, _ = cross_fit(
            problem.matrix[part],
            problem.labels[part],
            probe.rule(len(problem.labels[part])),
            problem.folds[part],
            classes=3,
            probes=5,
            weight_decay=float(probe.penalties(3)[index]),
            sample_weights=problem.weight[part],
            seed=5,
        )
        wanted = (logits.argmax(1) == problem.labels[part]).double().mean()
        assert share == pytest.approx(float(wanted))
    again = ensemble._fit(now, probe, penalty=5, seed=5, progress=no_progress)
    torch.testing.assert_close(found.scores, again.scores)
    assert found.agreement == pytest.approx(again.agreement) and found.penalty == 5
    assert (found.nested is None) is not nested


def test_what_a_next_round_learns_from(problem: Problem, fit: Fit, plain: Fit) -> None:
    observed = problem.observed
    found = targets_of(plain, observed)
    posterior = responsibilities(plain.probability, plain.transition, observed)
    torch.testing.assert_close(found, sharpened(posterior))
    nested = targets_of(fit, observed)
    assert fit.nested is not None and nested.shape == (70, 5, 3)
    for fold in range(5):
        believed = responsibilities(fit.nested[:, fold], fit.calibration.transition, observed)
        torch.testing.assert_close(nested[:, fold], sharpened(believed))
    scores, apart = discriminant_scores(problem, nested)
    wanted = nested_discriminant(
        problem.matrix, nested, problem.folds, sample_weights=problem.weight
    )
    assert apart is not None
    torch.testing.assert_close(apart, wanted)
    torch.testing.assert_close(scores, own_scores(wanted, problem.folds))
    scores, apart = discriminant_scores(problem, found)
    assert apart is None
    torch.testing.assert_close(
        scores,
        cross_fitted_discriminant(
            problem.matrix,
            found,
            problem.folds,
            number_of_folds=5,
            sample_weights=problem.weight,
        ),
    )


def test_a_fit_holds_together(problem: Problem, fit: Fit, plain: Fit) -> None:
    """Its parts are those that its own scores give."""
    for each in (fit, plain):
        assert each.refined is not None and each.near is not None
        targets = targets_of(each, problem.observed)
        torch.testing.assert_close(each.scores[0], each.refined.scores)
        assert set(each.weights) >= {"refined probe", "discriminant", "neighbours"}
        learnt = each.calibration.weights
        assert each.weights["refined probe"] == pytest.approx(learnt[0])
        assert each.weights["discriminant"] == pytest.approx(learnt[1])
        share = (each.refined.scores.argmax(1) == problem.labels).double().mean()
        assert each.agreement == pytest.approx(float(share))
        near = find_neighbourhood(
            problem.matrix, units=problem.units, sample_weights=problem.weight
        )
        assert torch.equal(each.near.rows, near.rows)
        torch.testing.assert_close(each.near.weights, near.weights)
        assert targets.ndim == (3 if each.nested is not None else 2)
        # An earlier fit that is gone on from keeps what it found.
        again = fitting._with_neighbours(problem, problem.observed, each, [], seed=0)
        torch.testing.assert_close(again.probability, each.probability)
        assert again.weights == pytest.approx(each.weights)
    tied = plain.weights["neighbours"]
    assert tied > 0 and fit.weights["neighbours"] >= 0


def test_tied_neighbours_weigh_three_tenths_of_a_sample(problem: Problem, plain: Fit) -> None:
    probability = pooled(plain.scores, plain.calibration.weights)
    assert plain.near is not None
    around = neighbour_posterior(probability, plain.near)
    torch.testing.assert_close(around_each(problem, None, probability, plain.near), around)
    (score,) = log_scores(probability, around, tied=True)
    calibrated = fitting.calibrate(
        [score],
        problem.observed,
        weights=np.ones(1),
        transition=plain.calibration.transition,
        seed=0,
    )
    assert plain.weights["neighbours"] == pytest.approx(0.3 * calibrated.weights[0], rel=1e-3)
    torch.testing.assert_close(
        plain.probability, pooled([score], calibrated.weights), atol=1e-3, rtol=1e-2
    )


def test_the_nested_probabilities_are_those_of_the_last_round(problem: Problem, fit: Fit) -> None:
    assert fit.refined is not None and fit.nested is not None and fit.near is not None
    around = around_each(problem, fit.nested, fit.probability, fit.near)
    torch.testing.assert_close(
        around, nested_neighbour_posterior(fit.nested, problem.folds, fit.near)
    )
    # The probes' part of them: at a sample's own fold stands its out-of-fold score.
    every = every_log_score(problem.matrix, fit.refined.probes)
    torch.testing.assert_close(own_scores(every, problem.folds), fit.refined.scores)
    own = own_scores(fit.nested, problem.folds)
    torch.testing.assert_close(own, pooled(fit.scores, fit.calibration.weights))


@pytest.mark.parametrize("nested", [True, False])
@pytest.mark.parametrize("refused", [False, True])
def test_samples_without_a_label_are_predicted_by_the_refined_model(
    problem: Problem, fit: Fit, plain: Fit, nested: bool, refused: bool
) -> None:
    now = fit if nested else plain
    now = replace(now, refined=None) if refused else now
    found = unlabelled_posteriors(
        replace(problem, folds=torch.zeros_like(problem.folds)),
        [Repetition(problem.folds, now)],
        [DATA.embedding],
        shown=2,
        seed=3,
    )
    observed, features = problem.observed, problem.matrix
    targets = targets_of(now, observed)
    last = now.refined
    refined = refine(
        problem,
        targets,
        probes=last.probes if last else None,
        penalty=last.penalty if last else None,
        search=last is None,
        seed=3,
    )
    generative, apart = discriminant_scores(problem, targets)
    weights = fit_weights(
        [refined.scores, generative], observed, now.transition, np.array([0.5, 0.5])
    )
    known = pooled([refined.scores, generative], weights)
    assert now.near is not None
    if apart is not None:
        apart = joined(every_log_score(features, refined.probes), apart, weights)
        around = nested_neighbour_posterior(apart, problem.folds, now.near)
        start = np.array([1.0, 0.3])
    else:
        around, start = neighbour_posterior(known, now.near), np.ones(1)
    scores = log_scores(known, around, tied=apart is None)
    last_weights = fit_weights(scores, observed, now.transition, start)
    believed = sharpened(responsibilities(now.probability, now.transition, observed))
    model = fit_discriminant(features, believed, sample_weights=problem.weight)
    queries = torch.from_numpy(
        problem.features.projection.apply([DATA.embedding], np.flatnonzero(OPEN))
    )
    mean = every_log_score(queries, refined.probes).mean(1)
    alone = pooled([mean, model.scores(queries)], weights)
    near = find_neighbours_among(queries, features, sample_weights=problem.weight)
    own = log_scores(alone, neighbour_posterior(known, near), tied=apart is None)
    few = fit_few_labels(problem, seed=3)
    assert few is not None
    value, place = few.joined(pooled(own, last_weights), queries).topk(2)
    assert found.rows.tolist() == np.flatnonzero(OPEN).tolist()
    torch.testing.assert_close(found.posterior, value, atol=1e-4, rtol=1e-3)
    assert torch.equal(found.classes, place)


def test_predictions_of_repetitions_are_averaged_a_part_at_a_time(
    problem: Problem, fit: Fit, plain: Fit, monkeypatch: pytest.MonkeyPatch
) -> None:
    both = [Repetition(problem.folds, fit), Repetition(problem.folds, plain)]
    told: dict[str, Any] = {"shown": 3, "seed": 3}
    each = []
    for one in both:
        alone = unlabelled_posteriors(problem, [one], [DATA.embedding], **told)
        each.append(torch.zeros(10, 3).scatter_(1, alone.classes, alone.posterior))
    wanted = ((each[0] + each[1]) / 2).sort(1, descending=True)
    monkeypatch.setattr(unlabelled, "_CHUNK", 4)
    found = unlabelled_posteriors(problem, both, [DATA.embedding], **told)
    torch.testing.assert_close(found.posterior, wanted.values)
    assert torch.equal(found.classes, wanted.indices)


def fits_asked(monkeypatch: pytest.MonkeyPatch, fit: Fit) -> list[dict[str, Any]]:
    """What is fitted, with a fit of its own for each."""
    asked: list[dict[str, Any]] = []

    def given(problem: Problem, **options: Any) -> Fit:
        options["progress"](2, 5)
        asked.append({"problem": problem, **options})
        return replace(fit, agreement=fit.first_agreement)

    monkeypatch.setattr(repetitions, "fit_consensus", given)
    return asked


def test_each_repetition_has_its_seed_and_folds(
    problem: Problem, fit: Fit, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = fits_asked(monkeypatch, fit)
    vote = EnsembleMember("v", torch.zeros(70, 3), 0.5)
    told: list[tuple[int, int]] = []

    def progress(done: int, total: int) -> None:
        told.append((done, total))

    found = fit_repetitions(problem, [vote], wanted=3, seed=7, progress=progress)
    assert [each["seed"] for each in asked] == [7, 1007, 2007]
    assert all(each["votes"] == [vote] for each in asked)
    for turn, (each, repetition) in enumerate(zip(asked, found, strict=True)):
        folds = refolded(problem, seed=7 + 1000 * turn).folds if turn else problem.folds
        assert torch.equal(each["problem"].folds, folds)
        assert torch.equal(repetition.folds, folds) and each["problem"].nested
    assert asked[0]["settings"] is None
    # With up to four classes they take the neighbours alone.
    for each in asked[1:]:
        assert each["settings"].near is fit.near and each["settings"].penalties == {}
    assert told[0] == (2, 15) and all(total == 15 for _, total in told)
    assert [done for done, _ in told] == sorted(done for done, _ in told)


@pytest.mark.parametrize(("classes", "own"), [(4, True), (5, False)])
def test_above_four_classes_every_third_is_nested_and_strengths_are_shared(
    classes: int, own: bool, problem: Problem, fit: Fit, monkeypatch: pytest.MonkeyPatch
) -> None:
    fit = replace(fit, penalties={"NCE+RCE": 2})
    asked = fits_asked(monkeypatch, fit)
    many = replace(problem, present=np.arange(classes))
    fit_repetitions(many, [], wanted=5, seed=0)
    nested = [each["problem"].nested for each in asked]
    assert nested == ([True] * 5 if own else [True, False, False, True, False])
    strengths = [each["settings"].penalties for each in asked[1:]]
    assert strengths == [{} if own else {"NCE+RCE": 2}] * 4
    # As many as are usual, unless they are told.
    asked.clear()
    monkeypatch.setattr(repetitions, "MOST", 4)
    assert len(fit_repetitions(many, [], seed=0)) == len(asked) == 4


@pytest.mark.parametrize("possible", [True, False])
def test_one_that_has_learnt_its_labels_is_fitted_again_nested(
    possible: bool, problem: Problem, fit: Fit, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = fits_asked(monkeypatch, fit)
    monkeypatch.setattr(repetitions, "remembers_labels", lambda fit: True)
    sizes: list[tuple[int, ...]] = []

    def can_nest(*size: int) -> bool:
        sizes.append(size)
        return possible

    monkeypatch.setattr(repetitions.nested_folds, "can_nest", can_nest)
    many = replace(problem, present=np.arange(6))
    fit_repetitions(many, [], wanted=3, seed=0)
    nested = [each["problem"].nested for each in asked]
    assert nested == ([True, False, True, False, True] if possible else [True, False, False])
    assert sizes == [(70, 5, 6)]
    if possible:
        assert torch.equal(asked[1]["problem"].folds, asked[2]["problem"].folds)
        assert asked[1]["settings"] == asked[2]["settings"]


def test_earlier_repetitions_are_gone_on_from(
    problem: Problem, fit: Fit, plain: Fit, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = fits_asked(monkeypatch, fit)
    earlier = [Repetition(problem.folds, fit), Repetition(problem.folds.flip(0), plain)]
    told: list[tuple[int, int]] = []

    def progress(done: int, total: int) -> None:
        told.append((done, total))

    found = fit_repetitions(problem, [], earlier=earlier, wanted=9, seed=2, progress=progress)
    assert [each["earlier"] is e.fit for each, e in zip(asked, earlier, strict=True)] == [True] * 2
    assert [each["problem"].nested for each in asked] == [True, False]
    assert [each["seed"] for each in asked] == [2, 1002]
    assert torch.equal(found[1].folds, problem.folds.flip(0))
    assert told and all(total == 10 for _, total in told)


def test_the_full_route_of_a_detection(
    problem: Problem, fit: Fit, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: dict[str, Any] = {}
    several = [Repetition(problem.folds, fit)]

    def fitted(problem: Problem, votes: Any, **options: Any) -> list[Repetition]:
        asked["fit"] = [vote.name for vote in votes], options
        return several

    def predicted(problem: Problem, repetitions: Any, embeddings: Any, **options: Any) -> Any:
        asked["open"] = repetitions, embeddings, options
        return unlabelled_posteriors(problem, repetitions, embeddings, **options)

    def losses(problem: Problem, seed: int, progress: Any) -> Any:
        asked["loss"] = seed
        return np.arange(70, dtype=np.float32)

    monkeypatch.setattr(whole, "fit_repetitions", fitted)
    monkeypatch.setattr(whole, "unlabelled_posteriors", predicted)
    monkeypatch.setattr(whole, "_probe_loss", losses)
    vote = DetectorResult("v", np.zeros(80, np.float32), np.zeros(80, np.int32))
    copies = np.where(np.arange(80) < 6, np.arange(80) // 2, -1)
    wanted = DetectionInput(
        [DATA.embedding],
        GIVEN,
        3,
        copies=copies,
        seed=1,
        extra_votes=[vote],
        repetitions=4,
    )

    def progress(done: int, total: int) -> None:
        """Nobody waits."""

    found = find_suspects(wanted, progress=progress)
    names, options = asked["fit"]
    assert names == ["v"]
    threads = options.pop("threads")
    assert threads == torch.get_num_threads()
    assert options == {"earlier": (), "wanted": 4, "seed": 1, "progress": progress}
    assert asked["loss"] == 1
    assert asked["open"] == (several, wanted.embeddings, {"shown": 3, "seed": 1})
    assert found.loss[~OPEN].tolist() == list(range(70)) and np.isnan(found.loss[OPEN]).all()
    assert (found.suggested_label[OPEN] >= 0).all()
    warm = found.warm_start
    assert warm is not None and warm.repetitions is several
    assert torch.equal(warm.units, problem.units) and warm.loss.tolist() == list(range(70))
    # Going on from it, the losses are those it has.
    asked.clear()
    again = find_suspects(wanted, warm_start=replace(warm, loss=warm.loss + 1))
    assert asked["fit"][1]["earlier"] is several and "loss" not in asked
    assert again.loss[~OPEN].tolist() == list(range(1, 71))
    assert again.warm_start is not None and again.warm_start.features is warm.features
    # Other groups make it another problem.
    asked.clear()
    find_suspects(replace(wanted, copies=None), warm_start=warm)
    assert asked["fit"][1]["earlier"] == () and asked["loss"] == 1


def test_a_warm_start_holds_for_the_same_rows_and_groups(problem: Problem) -> None:
    warm = WarmStart(problem.features, [], np.zeros(70), problem.units.clone())
    assert whole._holds(warm, problem)
    assert not whole._holds(replace(warm, units=problem.units + 1), problem)
    assert not whole._holds(replace(warm, features=stated().features), problem)


def test_losses_are_of_a_probe_on_the_given_labels(
    problem: Problem, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[tuple[Any, ...]] = []

    class Trained:
        loss = np.zeros(3)

    def trained(features: Tensor, labels: Tensor, **options: Any) -> Trained:
        asked.append((features, labels, options))
        return Trained()

    monkeypatch.setattr(whole, "train_probe_loss", trained)
    assert whole._probe_loss(problem, 8, no_progress) is Trained.loss
    ((features, labels, options),) = asked
    assert torch.equal(features, problem.matrix) and labels is problem.given
    assert options.pop("progress") is no_progress
    assert options == {"classes": 3, "sample_weights": problem.weight, "seed": 8}
