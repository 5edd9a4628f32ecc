"""What callers get of the detection, beside the same worked out by hand."""

from dataclasses import replace
from types import SimpleNamespace
from typing import Any, cast

import numpy as np
import pytest
import torch
from scipy.special import softmax

from lnl_gui.detect import checked_arrays, judgement, label_issues
from lnl_gui.detect.consensus import consensus as whole
from lnl_gui.detect.consensus.anchors import anchored_transition
from lnl_gui.detect.consensus.calibration import fit_weights
from lnl_gui.detect.consensus.consensus import find_suspects, judge_probabilities
from lnl_gui.detect.consensus.consensus_result import Consensus
from lnl_gui.detect.consensus.copies_together import image_posterior, image_probability
from lnl_gui.detect.consensus.detection_input import DetectionInput
from lnl_gui.detect.consensus.detector_agreement import detector_agreement
from lnl_gui.detect.consensus.label_reliability import label_reliability
from lnl_gui.detect.consensus.problem import Problem, state_problem
from lnl_gui.detect.consensus.uncertainty import class_rates, expected_errors, rate_interval
from lnl_gui.detect.detectors.confident_learning import label_quality
from lnl_gui.detect.detectors.result import DetectorResult
from lnl_gui.detect.groups import copy_weights, joined_groups, linked_groups, units
from lnl_gui.detect.issues.issue import IssueResult
from lnl_gui.detect.issues.off_topic import find_off_topic, reference_labels
from lnl_gui.detect.judgement import judge_labels, sound_labels, without_suggestions
from lnl_gui.detect.label_issues import InvalidInput, find_label_issues
from lnl_gui.detect.mixture import Mixture, clean_probability, fit_mixture
from lnl_gui.detect.threads import at_most
from lnl_gui.util.errors import UserError
from lnl_gui.util.messages import NOTHING
from lnl_gui.util.statistics.well_labelled import well_labelled
from tests.detect.synthetic_data import make_dataset

Array = np.ndarray
COUNT = 120
DATA = make_dataset(samples=COUNT, classes=3, dimensions=5, distance=3.0)


def predicted(seed: int = 0) -> Array:
    generator = np.random.default_rng(seed)
    return softmax(2.0 * np.eye(3)[DATA.truth] + generator.normal(size=(COUNT, 3)), axis=1)


def test_probabilities_are_read_through_the_matrix_of_the_surest() -> None:
    probabilities = predicted()
    probabilities[3] = [1.0, 0.0, 0.0]
    given = np.where(np.arange(COUNT) % 10 == 4, -1, DATA.given).astype(np.int32)
    copies = np.where(np.arange(COUNT) < 6, np.arange(COUNT) // 2, -1)
    found = judge_probabilities(
        probabilities, given, seed=5, copies=copies, class_names=list("abc")
    )
    rows = np.flatnonzero(given >= 0)
    logs = np.log(np.maximum(probabilities, 1e-6))[rows]
    scores = torch.log_softmax(torch.from_numpy(logs), 1).float()
    labels = torch.from_numpy(given[rows]).long()
    noise = anchored_transition(scores, labels)
    wanted = DetectionInput([np.log(np.maximum(probabilities, 1e-6)).astype(np.float32)], given, 3)
    problem = state_problem(replace(wanted, copies=copies, seed=5))
    weight = fit_weights([scores], problem.observed, noise, np.ones(1))[0]
    probability = torch.softmax(scores * weight, 1)
    trust = label_reliability(probability, noise, labels)
    probability = image_probability(probability, problem.copies, problem.matrix)
    posterior = image_posterior(
        probability, noise, problem.observed, problem.copies, reliability=trust
    ).numpy()
    own = posterior[np.arange(len(rows)), given[rows]]
    np.testing.assert_allclose(found.suspicion[rows], 1 - own, atol=2e-5)
    np.testing.assert_allclose(found.posterior[rows], -np.sort(-posterior, axis=1), atol=2e-5)
    np.testing.assert_allclose(found.transition_matrix, noise, atol=1e-6)
    assert found.label_reliability == pytest.approx(trust, abs=1e-5)
    assert found.weights == pytest.approx({"probabilities": weight}, rel=1e-4)
    np.testing.assert_allclose(
        found.loss[rows], -scores.numpy()[np.arange(len(rows)), given[rows]], atol=1e-5
    )
    assert found.probe_accuracy == pytest.approx((logs.argmax(axis=1) == given[rows]).mean())
    assert found.repetitions == 1 and np.isnan(found.noise_rate_spread)
    assert np.isnan(found.suspicion_spread).all() and (found.agreeing == -1).all()
    # Samples without a label are suggested what is predicted.
    rest = np.flatnonzero(given < 0)
    assert found.suggested_label[rest].tolist() == probabilities[rest].argmax(axis=1).tolist()
    np.testing.assert_allclose(found.confidence[rest], probabilities[rest].max(axis=1), rtol=1e-6)
    assert np.isnan(found.confidence[rows]).all() and found.separation is not None


def test_predictions_of_classes_that_no_label_names_are_left_out() -> None:
    given = np.where(DATA.given == 2, 0, DATA.given).astype(np.int32)
    found = judge_probabilities(predicted(), given)
    two = predicted()[:, :2]
    wanted = judge_probabilities(two / two.sum(axis=1, keepdims=True), given)
    np.testing.assert_allclose(found.suspicion, wanted.suspicion, atol=0.02)
    assert found.transition_matrix[2].tolist() == [0, 0, 1]
    one = judge_probabilities(predicted(), np.zeros(COUNT, np.int32), class_names=list("abc"))
    assert (one.suspicion == 0).all() and one.weights == {}


def test_predictions_that_go_together_are_judged_in_one_fold() -> None:
    together = np.arange(COUNT) // 60
    found = judge_probabilities(predicted(), DATA.given, groups=together)
    alone = judge_probabilities(predicted(), DATA.given)
    np.testing.assert_allclose(found.suspicion, alone.suspicion, atol=1e-6)
    assert found.separation is not None and alone.separation is not None
    assert found.separation.area != alone.separation.area
    lone = judge_probabilities(predicted(), DATA.given, groups=np.zeros(COUNT, int))
    assert not lone.weights and "copies of one" in " ".join(map(str, lone.warnings))


@pytest.fixture(scope="module")
def judged() -> Consensus:
    return judge_probabilities(predicted(), DATA.given)


def test_the_route_of_a_detection(judged: Consensus, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is fitted is asked for once, with the seed and threads of the caller."""
    asked: dict[str, Any] = {}

    def many(problem: Problem, shown: int, *, progress: Any) -> str:
        asked["many"] = shown, progress
        return "posteriors"

    def predict(problem: Problem, posteriors: str, embeddings: Any, shown: int) -> str:
        asked["predict"] = posteriors, embeddings, shown
        return "open"

    def told(found: str, posteriors: str, problem: Problem, copies: Any) -> str:
        asked["copies"] = found, posteriors, copies
        return "told"

    def together(*arguments: Any) -> str:
        asked["assembled"] = arguments[1:]
        return "result"

    monkeypatch.setattr(whole, "too_many", lambda samples, classes: (samples, classes) == (118, 3))
    monkeypatch.setattr(whole, "fit_many_classes", many)
    monkeypatch.setattr(whole, "predict_many_classes", predict)
    monkeypatch.setattr(whole, "told_by_copies", told)
    monkeypatch.setattr(whole, "assembled", together)
    given = np.where(np.arange(COUNT) < 2, -1, DATA.given).astype(np.int32)
    copies = np.full(COUNT, -1)
    wanted = DetectionInput([DATA.embedding], given, 3, copies=copies)

    def progress(done: int, total: int) -> None:
        """Nobody waits."""

    assert find_suspects(wanted, progress=progress) == "result"
    assert asked["many"] == (3, progress)
    assert asked["predict"] == ("posteriors", wanted.embeddings, 3)
    assert asked["copies"] == ("open", "posteriors", copies)
    assert asked["assembled"] == ("posteriors", "told", None, wanted)
    monkeypatch.setattr(whole, "too_many", lambda samples, classes: (samples, classes) == (120, 3))
    asked.clear()
    assert find_suspects(replace(wanted, given_labels=DATA.given)) == "result"
    assert "predict" not in asked and asked["assembled"][1] is None


def images_of_no_class(monkeypatch: pytest.MonkeyPatch, judged: Consensus) -> dict[str, Any]:
    asked: dict[str, Any] = {}

    def suspects(wanted: DetectionInput, **options: Any) -> Consensus:
        asked.update(options, wanted=wanted)
        return judged

    monkeypatch.setattr(judgement, "find_suspects", suspects)
    return asked


def test_images_of_no_class_are_flagged_unless_someone_decided(
    judged: Consensus, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = images_of_no_class(monkeypatch, judged)
    distance = 1 / np.random.default_rng(1).normal(1.0, 0.1, COUNT).astype(np.float32)
    distance[[7, 8, 9]] = 40.0
    measured: list[tuple[Any, ...]] = []

    def far(embeddings: Any, labels: Array, **told: Any) -> Array:
        measured.append((embeddings, labels.tolist(), told))
        return distance

    monkeypatch.setattr(judgement, "class_distance", far)
    verdicts = np.full(COUNT, -1)
    verdicts[[8, 20]] = [1, 0]
    copies = np.where(np.arange(COUNT) // 2 == 30, 4, -1)
    wanted = DetectionInput(
        [DATA.embedding], DATA.given, 3, verdict_labels=verdicts, copies=copies, seed=9
    )
    found = judge_labels(
        wanted,
        warm_start=cast(Any, "warm"),
        progress=cast(Any, "progress"),
        off_topic_progress=cast(Any, "other"),
    )
    assert asked == {"wanted": wanted, "warm_start": "warm", "progress": "progress"}
    labels = np.where(verdicts >= 0, verdicts, DATA.given)
    ((space, standing, told),) = measured
    assert space is wanted.embeddings and found.distance is distance
    assert standing == reference_labels(labels, judged.flagged).tolist()
    assert told == {"number_of_classes": 3, "groups": copies, "seed": 9, "progress": "other"}
    plain = find_off_topic(distance)
    assert plain.flagged[[7, 8, 9]].all()
    assert np.array_equal(found.off_topic.flagged, plain.flagged & (verdicts < 0))
    np.testing.assert_array_equal(found.off_topic.score, plain.score)
    after = found.consensus
    rows = found.off_topic.flagged
    assert (after.suggested_label[rows] == -1).all() and np.isnan(after.confidence[rows]).all()
    assert np.array_equal(after.suggested_label[~rows], judged.suggested_label[~rows])
    np.testing.assert_array_equal(after.suspicion, judged.suspicion)
    # Without verdicts all that fit no class are.
    bare = judge_labels(replace(wanted, verdict_labels=None))
    assert np.array_equal(bare.off_topic.flagged, plain.flagged)
    assert measured[1][1] == reference_labels(DATA.given, judged.flagged).tolist()


def test_without_suggestions_for_images_of_no_class(judged: Consensus) -> None:
    told = replace(judged, confidence=np.full(COUNT, 0.5, np.float32))
    away = np.arange(COUNT) < 3
    found = without_suggestions(told, away)
    assert found.suggested_label[:3].tolist() == [-1] * 3 and np.isnan(found.confidence[:3]).all()
    assert found.suggested_label.dtype == np.int32 and found.confidence.dtype == np.float32
    assert np.array_equal(found.suggested_label[3:], judged.suggested_label[3:])
    assert (found.confidence[3:] == 0.5).all()


def test_labels_that_need_no_look(judged: Consensus) -> None:
    few = np.full(4000, 0.002, np.float32)
    few[:10] = 0.9
    told = replace(
        judged,
        suspicion=few,
        flagged=np.arange(4000) < 12,
        held_back=np.arange(4000) == 20,
        undecidable=np.arange(4000) == 40,
        relative_error=0.2,
        error_above=None,
    )
    away = np.arange(4000) == 30
    out = np.isin(np.arange(4000), [*range(12), 20, 30, 40])
    # Half of what the rate is off by, beyond the .12 of every estimate.
    doubt = 0.5 * (0.2**2 - 0.12**2) ** 0.5 * few.sum(dtype=np.float64)
    for level in (0.01, 0.02):
        found = sound_labels(told, away, level=level)
        wanted = well_labelled(np.where(out, np.nan, few), level=level, doubt=doubt)
        assert np.array_equal(found.chosen, wanted.chosen)
        assert found.bound == pytest.approx(wanted.bound)
    assert found.chosen.sum() == 4000 - 15
    assert np.array_equal(
        sound_labels(told, away).chosen,
        well_labelled(np.where(out, np.nan, few), doubt=doubt).chosen,
    )
    assert not sound_labels(replace(told, weights={}), away).chosen.any()
    lot = replace(told, separation=None, probe_accuracy=0.5, majority_rate=0.5)
    assert not lot.informative and not sound_labels(lot, away).chosen.any()


def test_where_the_rate_is_open_the_bound_is_no_lower_than_its_interval(judged: Consensus) -> None:
    few = np.full(4000, 0.002, np.float32)
    nobody = np.zeros(4000, bool)
    told = replace(judged, suspicion=few, flagged=nobody, held_back=nobody, undecidable=nobody)
    told = replace(told, error_above=None)
    open_rate = replace(told, relative_error=0.6)
    found = sound_labels(open_rate, nobody, level=0.02)
    errors = expected_errors(few, relative_error=0.6)
    assert found.chosen.all() and found.bound > errors.high / 4000 > found.expected * 0.99
    assert not sound_labels(replace(told, relative_error=4.0), nobody).chosen.any()


def test_the_result_of_the_function_field_by_field(
    judged: Consensus, monkeypatch: pytest.MonkeyPatch
) -> None:
    away = np.arange(COUNT) == 5
    off_topic = IssueResult("off_topic", np.zeros(COUNT, np.float32), away, 0.5, NOTHING)
    asked: list[tuple[DetectionInput, Any]] = []

    def judge(wanted: DetectionInput, *, progress: Any) -> SimpleNamespace:
        asked.append((wanted, progress))
        return SimpleNamespace(consensus=judged, off_topic=off_topic)

    monkeypatch.setattr(label_issues, "judge_labels", judge)
    groups = np.full(COUNT, -1)
    groups[[11, 20]] = 5
    hashes: list[Any] = [f"h{row}" for row in range(COUNT)]
    hashes[10], hashes[11], hashes[50], hashes[51] = "same", b"same", None, ""

    def progress(done: int, total: int) -> None:
        """Nobody waits."""

    found = find_label_issues(
        DATA.given.tolist(),
        predicted(),
        embeddings=[DATA.embedding, DATA.embedding[:, :2].astype(np.float16)],
        class_names=["a", "b", "c"],
        groups=groups,
        content_hashes=hashes,
        seed=4,
        progress=progress,
    )
    ((wanted, told),) = asked
    assert told is progress and wanted.seed == 4 and wanted.number_of_classes == 3
    assert wanted.given_labels.dtype == np.int32 and len(wanted.embeddings) == 2
    assert wanted.class_names == ("a", "b", "c")
    assert np.array_equal(cast(Any, wanted.groups), groups)
    copies = np.full(COUNT, -1)
    copies[[10, 11]] = 0
    assert np.array_equal(cast(Any, wanted.copies), copies)
    (vote,) = wanted.extra_votes
    assert vote.name == "pred_probs"
    assert vote.vote.tolist() == predicted().argmax(axis=1).tolist()
    np.testing.assert_allclose(vote.score, 1 - predicted().max(axis=1), rtol=1e-5)
    assert np.flatnonzero(found.groups >= 0).tolist() == [10, 11, 20]
    assert found.suspicion is judged.suspicion and found.flagged is judged.flagged
    assert found.suggested_label is judged.suggested_label
    assert found.off_topic is away and found.noise_rate == judged.noise_rate
    errors = expected_errors(judged.suspicion, relative_error=judged.relative_error)
    assert found.expected_errors == errors
    sound = sound_labels(judged, away)
    assert np.array_equal(found.well_labelled, sound.chosen)
    assert found.well_labelled_bound == sound.bound
    dense = np.zeros((COUNT, 3))
    np.put_along_axis(dense, judged.posterior_classes, judged.posterior, axis=1)
    np.testing.assert_allclose(found.posterior, dense, atol=1e-6)
    assert found.warnings == tuple(judged.warnings)
    # With embeddings alone there is no vote; a list of numbers is one space.
    found = find_label_issues(DATA.given, embeddings=DATA.embedding.tolist())
    assert not asked[1][0].extra_votes and asked[1][0].copies is None
    assert len(asked[1][0].embeddings) == 1 and asked[1][0].number_of_classes == 3
    assert (found.groups == -1).all() and found.groups.dtype == np.int32
    # Where nothing is told, no number of errors is ruled out.
    silent = replace(judged, weights={}, suspicion=judged.suspicion.copy())
    silent.suspicion[:3] = np.nan
    judged_before = silent
    monkeypatch.setattr(
        label_issues,
        "judge_labels",
        lambda wanted, progress: SimpleNamespace(consensus=judged_before, off_topic=off_topic),
    )
    found = find_label_issues(DATA.given, embeddings=DATA.embedding)
    errors = found.expected_errors
    assert (errors.low, errors.high) == (0.0, COUNT - 3.0)
    assert np.isnan(errors.value) and np.isnan(found.noise_rate) and found.cannot_judge


@pytest.mark.parametrize(
    "score", ["self_confidence", "normalized_margin", "confidence_weighted_entropy"]
)
def test_suspects_come_worst_first(score: str) -> None:
    found = find_label_issues(DATA.given, predicted())
    rows = find_label_issues(DATA.given, predicted(), return_indices_ranked_by=score)
    assert rows.dtype == np.int64 and sorted(rows) == np.flatnonzero(found.flagged).tolist()
    quality = label_quality(DATA.given[rows], found.posterior[rows], score=score)
    assert (np.diff(quality) >= 0).all()


def test_as_an_array_it_is_what_was_flagged() -> None:
    found = find_label_issues(DATA.given, predicted())
    assert np.asarray(found, dtype=np.int8).tolist() == found.flagged.astype(int).tolist()
    assert found.__array__(copy=True) is not found.flagged
    copied = found.__array__()
    copied[:] = True
    assert not found.flagged.all()


def test_classes_are_counted_by_names_columns_or_labels(
    judged: Consensus, monkeypatch: pytest.MonkeyPatch
) -> None:
    def classes(labels: Any, **told: Any) -> int:
        return checked_arrays.number_of_classes(
            np.array(labels), told.get("pred_probs"), told.get("class_names")
        )

    assert classes([0, 4, -1]) == 5 and classes([-1, -1]) == 1
    assert classes([0, 1], pred_probs=np.zeros((2, 7))) == 7
    assert classes([0, 1], pred_probs=np.zeros((2, 7)), class_names=list("abc")) == 3
    # What is no table of columns is refused further on.
    assert classes([0, 1], pred_probs=np.zeros(7)) == 2
    for told in ({"pred_probs": np.zeros((2, 2))}, {"class_names": ["a", "b"]}):
        assert classes([0, 1], **told) == 2
        with pytest.raises(InvalidInput, match="Label 2 is out of range"):
            classes([0, 2], **told)


def test_probabilities_may_be_rounded_and_are_made_to_add_up() -> None:
    rows = np.array([[0.5, 0.509], [0.5, 0.491], [0.2, 0.8]])
    found = checked_arrays.checked_probabilities(rows, 3, 2)
    assert found is not None and found.dtype == np.float64
    np.testing.assert_allclose(found, rows / rows.sum(axis=1, keepdims=True))
    for row in ([0.5, 0.511], [0.5, 0.489], [-0.1, 1.1]):
        with pytest.raises(InvalidInput, match="Row 1 of pred_probs is no distribution"):
            checked_arrays.checked_probabilities(np.array([[0.2, 0.8], row, row]), 3, 2)
    assert checked_arrays.checked_probabilities([[1, 0], [0, 1]], 2, 2) is not None
    with pytest.raises(InvalidInput, match=r"adds up to 1\.511"):
        checked_arrays.checked_probabilities(np.array([[0.2, 0.8], [0.5, 1.011]]), 2, 2)


@pytest.mark.parametrize(
    ("told", "hint"),
    [
        ({"embeddings": np.full((4, 2), np.nan)}, "Leave such samples out."),
        ({"embeddings": np.zeros((4, 2), complex)}, "Pass real numbers."),
        ({"embeddings": np.eye(4), "groups": [1]}, "and -1 for samples alone."),
        ({"pred_probs": np.full((4, 2), 3.0)}, "Pass probabilities, not logits."),
        ({"pred_probs": np.ones((4, 1))}, "Class ids are 0 to C - 1."),
        ({}, "Pass embeddings or pred_probs."),
        ({"return_indices_ranked_by": "no"}, "Use self_confidence, normalized_margin, "),
        ({"labels": []}, "and -1 for samples without a label."),
        ({"labels": ["a"]}, "Pass integer class ids"),
        ({"labels": [-2]}, "Class ids begin at 0; -1 stands for no label."),
    ],
)
def test_what_is_refused_comes_with_what_to_do(told: dict[str, Any], hint: str) -> None:
    with pytest.raises(InvalidInput) as error:
        find_label_issues(**({"labels": [0, 1, 0, 1]} | told))
    assert hint in str(error.value.hint)


@pytest.mark.parametrize("row", [0, 8191, 8192, 16_385])
def test_the_first_row_that_is_not_finite_is_named(row: int) -> None:
    values = np.zeros((16_386, 1), np.float32)
    values[row:] = np.nan
    with pytest.raises(InvalidInput, match=rf"Row {row} of embeddings\[0\] holds"):
        find_label_issues(np.arange(16_386) % 2, embeddings=values)


def test_matrices_and_groups_of_a_wrong_kind_are_refused() -> None:
    labels = np.array([0, 1, 0, 1])
    for wrong in (np.zeros((4, 0)), np.zeros((4, 2), bool), np.zeros((4, 2), "U1")):
        with pytest.raises(InvalidInput):
            find_label_issues(labels, embeddings=wrong)
    for groups in ([0.0, 1.0, 2.0, 3.0], [[0], [1], [2], [3]], [True] * 4, [1, 2, 3]):
        with pytest.raises(InvalidInput, match="groups is of the shape"):
            find_label_issues(labels, embeddings=np.eye(4), groups=groups)
    assert cast(Any, checked_arrays.checked_groups([3, -1], 2)).dtype == np.int64
    unsigned = checked_arrays.checked_labels(np.array([0, 1], np.uint8))
    assert unsigned.dtype == np.int32 and checked_arrays.checked_labels([-1, 0]).tolist() == [-1, 0]


@pytest.mark.parametrize(
    ("count", "wrong", "doubted"),
    [(200, 0, True), (199, 0, False), (1000, 1, True), (1000, 2, False)],
)
def test_predictions_that_agree_with_all_labels_are_doubted(
    count: int, wrong: int, doubted: bool
) -> None:
    labels = np.arange(count + 50) % 2
    probabilities = np.eye(2)[labels]
    labels[:wrong] = 1 - labels[:wrong]
    # Samples without a label say nothing.
    labels[count:] = -1
    assert bool(label_issues._seen(probabilities, labels)) is doubted


def test_copies_by_content() -> None:
    hashes = ["a", "b", "", "a", "c", b"b", "a", None, "", "d"]
    found = checked_arrays.copies_by_hash(cast(Any, hashes), 10)
    assert found is not None and found.tolist() == [0, 1, -1, 0, -1, 1, 0, -1, -1, -1]
    assert checked_arrays.copies_by_hash(np.array(["x", "x"]), 2) is not None
    assert checked_arrays.copies_by_hash(None, 2) is None
    assert cast(Any, checked_arrays.copies_by_hash([], 0)).tolist() == []


# --- groups


def test_components_and_units_by_search() -> None:
    generator = np.random.default_rng(4)
    for _ in range(20):
        first = np.where(generator.random(25) < 0.6, generator.integers(0, 9, 25), -1)
        second = np.where(generator.random(25) < 0.4, generator.integers(0, 6, 25), -1)
        owner = list(range(25))
        for grouping in (first, second):
            for a in range(25):
                for b in range(a):
                    if grouping[a] == grouping[b] >= 0:
                        owner = [owner[b] if o == owner[a] else o for o in owner]
        names: dict[int, int] = {}
        wanted = []
        for each in owner:
            alone = owner.count(each) == 1
            wanted.append(-1 if alone else names.setdefault(each, len(names)))
        found = joined_groups(first, None, second)
        assert found.tolist() == wanted and found.dtype == np.int32
        number = units(25, first, None, second)
        assert number.tolist() == [owner.index(each) for each in owner]
    assert number.dtype == np.int64 and units(4).tolist() == [0, 1, 2, 3]
    assert linked_groups(np.array([3, 0]), np.array([3, 4]), 5).tolist() == [0, -1, -1, -1, 0]
    assert linked_groups(np.zeros(0, int), np.zeros(0, int), 3).tolist() == [-1] * 3


def test_weights_of_copies_one_by_one() -> None:
    copies = np.random.default_rng(0).integers(-1, 6, 30)
    found = copy_weights(copies, 30)
    wanted = [1.0 if c < 0 else 1 / (copies == c).sum() for c in copies]
    np.testing.assert_allclose(found, wanted, rtol=1e-6)
    assert found.dtype == copy_weights(None, 3).dtype == np.float32
    assert copy_weights(np.array([-1, -1]), 2).tolist() == [1, 1]


# --- mixtures


def expectation(values: Array, iterations: int, tolerance: float, floor: float) -> Array:
    """(3, 2) weights, means and variances of one mixture, from two means on."""
    centre = np.array([values.min(), values.max()])
    upper = np.zeros(len(values), bool)
    for _ in range(20):
        now = values > centre.mean()
        if (now == upper).all():
            break
        upper = now
        centre = np.array([values[~upper].mean(), values[upper].mean()])

    def maximised(share: Array) -> Array:
        found = []
        for member in (1 - share, share):
            mean = np.average(values, weights=member)
            spread = np.average((values - mean) ** 2, weights=member) + floor
            found.append((member.mean(), mean, spread))
        return np.array(found).T

    fitted, before = maximised(upper.astype(float)), -np.inf
    for _ in range(iterations):
        weight, mean, variance = fitted
        density = weight * np.exp(-0.5 * (values[:, None] - mean) ** 2 / variance)
        density /= np.sqrt(2 * np.pi * variance)
        likelihood = np.log(density.sum(axis=1)).mean()
        fitted = maximised(density[:, 1] / density.sum(axis=1))
        if abs(likelihood - before) < tolerance:
            break
        before = likelihood
    return fitted[:, np.argsort(fitted[1])]


@pytest.mark.parametrize(
    "settings",
    [
        {},
        {"iterations": 2},
        {"iterations": 1, "regularisation": 0.01},
        {"tolerance": 1e-6},
        {"tolerance": 0.05},
    ],
)
def test_mixtures_are_those_of_each_groups_own_steps(settings: dict[str, Any]) -> None:
    generator = np.random.default_rng(2)
    parts = [
        np.concatenate([generator.normal(a, 0.3, n), generator.normal(b, 0.7, m)])
        for a, b, n, m in [(0.5, 3.0, 60, 25), (1.0, 1.8, 40, 40), (0.2, 6.0, 15, 5)]
    ]
    values = np.concatenate(parts)
    groups = np.repeat([0, 2, 3], [len(part) for part in parts])
    order = generator.permutation(len(values))
    found = fit_mixture(values[order], groups[order], number_of_groups=4, **settings)
    low = values.min()
    scale = np.quantile(values, 0.999) - low
    wanted = {"iterations": 100, "tolerance": 1e-3, "regularisation": 5e-4} | settings

    def alone(part: Array) -> Array:
        scaled = (np.minimum(part, low + scale) - low) / scale
        return expectation(
            scaled, wanted["iterations"], wanted["tolerance"], wanted["regularisation"]
        )

    assert found.pooled.tolist() == [False, True, False, False]
    for label, part in zip((0, 2, 3, 1), [*parts, values], strict=True):
        weight, mean, variance = alone(part)
        np.testing.assert_allclose(found.weight[label], weight, atol=1e-8)
        np.testing.assert_allclose(found.mean[label], mean * scale + low, atol=1e-7)
        np.testing.assert_allclose(found.deviation[label], np.sqrt(variance) * scale, atol=1e-7)
    single = fit_mixture(values, **settings)
    np.testing.assert_allclose(single.mean[0], found.mean[1])
    assert single.pooled.tolist() == [False]


def test_groups_of_fewer_than_twenty_or_of_one_value_are_those_of_all() -> None:
    generator = np.random.default_rng(0)
    values = np.concatenate([generator.gamma(1.0, size=58), np.full(30, 0.4)])
    groups = np.repeat([0, 1, 2, 3], [19, 20, 19, 30])
    found = fit_mixture(values, groups, number_of_groups=4)
    assert found.pooled.tolist() == [True, False, True, True]
    whole_of_it = fit_mixture(values)
    np.testing.assert_allclose(found.mean[3], whole_of_it.mean[0])
    np.testing.assert_allclose(found.deviation[0], whole_of_it.deviation[0])


def test_the_chance_of_the_easy_group_by_bayes_rule() -> None:
    mixture = Mixture(
        np.array([[0.7, 0.3], [0.5, 0.5], [0.2, 0.8]]),
        np.array([[0.0, 2.0], [1.0, 1.0], [0.0, 400.0]]),
        np.array([[0.5, 1.5], [0.2, 3.0], [0.1, 0.2]]),
        np.zeros(3, bool),
    )
    values = np.array([-3.0, 0.0, 0.3, 1.0, 2.0, 9.0])

    def density(x: float, side: int) -> float:
        weight, mean, deviation = (
            mixture.weight[0, side],
            mixture.mean[0, side],
            mixture.deviation[0, side],
        )
        return float(weight / deviation * np.exp(-0.5 * ((x - mean) / deviation) ** 2))

    wanted = []
    for value in values:
        x = min(max(value, 0.0), 2.0)
        wanted.append(density(x, 0) / (density(x, 0) + density(x, 1)))
    np.testing.assert_allclose(clean_probability(values, mixture), wanted, atol=1e-9)
    groups = np.array([0, 1, 0, 1, 0, 1])
    mixed = clean_probability(values, mixture, groups)
    np.testing.assert_allclose(mixed, np.where(groups == 1, 1.0, wanted), atol=1e-9)
    # Far apart nothing overflows.
    with np.errstate(all="raise"):
        far = clean_probability(np.array([0.0, 400.0]), mixture, np.array([2, 2]))
    assert far[0] == pytest.approx(1.0) and far[1] == pytest.approx(0.0, abs=1e-12)


# --- threads, rates and detectors


def test_threads_are_limited_and_given_back() -> None:
    before = torch.get_num_threads()
    try:
        torch.set_num_threads(3)
        for asked, inside in [(None, 3), (2, 2), (9, 3), (0, 1), (-4, 1)]:
            with at_most(asked):
                assert torch.get_num_threads() == inside
            assert torch.get_num_threads() == 3
        with pytest.raises(KeyError), at_most(1):
            raise KeyError
        assert torch.get_num_threads() == 3
    finally:
        torch.set_num_threads(before)


def test_rates_by_default_are_at_95_of_100() -> None:
    s = np.random.default_rng(1).beta(1.0, 3.0, 40)
    given = np.arange(40) % 2
    assert rate_interval(s) == rate_interval(s, relative_error=0.12, confidence=0.95)
    assert expected_errors(s) == expected_errors(s, relative_error=0.12, confidence=0.95)
    plain = class_rates(s, given, number_of_classes=2)[1]
    named = class_rates(s, given, number_of_classes=2, relative_error=0.12, confidence=0.95)[1]
    np.testing.assert_array_equal(plain, named)
    wide = class_rates(s, given, number_of_classes=2, relative_error=0.9)[1]
    assert (wide[:, 1] - wide[:, 0] > named[:, 1] - named[:, 0]).all()


def test_detectors_agree_where_both_vote_and_judge() -> None:
    given = np.array([0, 1, 2, -1, 0, 1])
    nan = np.nan
    results = [
        DetectorResult(
            "a", np.array([0.1, 0.2, 0.3, 0.4, 0.5, nan]), np.array([0, 1, 1, 0, -1, 0])
        ),
        DetectorResult(
            "b", np.array([0.6, 0.5, nan, 0.2, 0.1, 0.3]), np.array([0, 2, -1, 0, 1, 1])
        ),
        DetectorResult("even", np.full(6, 0.5), np.full(6, -1)),
        DetectorResult("one", np.array([0.1, *[nan] * 5]), np.array([0, *[-1] * 5])),
    ]
    found = detector_agreement(results, given)
    assert found.names == ["a", "b", "even", "one"]
    np.testing.assert_allclose(
        found.same_vote,
        [
            [1, 2 / 4, nan, 1],
            [2 / 4, 1, nan, 1],
            [nan, nan, nan, nan],
            [1, 1, nan, 1],
        ],
    )
    # Over the four that both judged, the orders are opposite.
    assert found.same_order[0, 1] == found.same_order[1, 0] == pytest.approx(-1.0)
    assert found.same_order[0, 0] == pytest.approx(1.0)
    assert np.isnan(found.same_order[2]).all() and np.isnan(found.same_order[3]).all()
    np.testing.assert_allclose(found.given_agreement, [2 / 4, 2 / 4, nan, 1.0])
    assert str(found.sentence) == (
        "one agrees best with labels that it was not shown: 100 % of its votes do."
    )
    two = detector_agreement(results[:2], given, titles={"a": "Alpha", "x": "no"})
    assert str(two.sentence).startswith("Alpha agrees best with labels that it was not shown: 50 %")
    # Two samples have an order.
    pair = DetectorResult("p", np.array([1.0, 2.0, *[nan] * 4]), np.full(6, -1))
    assert detector_agreement([pair, results[0]], given).same_order[0, 1] == pytest.approx(1.0)


def test_an_unsolvable_problem_and_one_without_a_class_are_refused_or_said() -> None:
    with pytest.raises(UserError, match="no embedding"):
        find_suspects(DetectionInput([], DATA.given, 3))
    found = find_suspects(
        DetectionInput([DATA.embedding[:6]], DATA.given[:6], 3, class_names=list("xyz"))
    )
    assert "too few" in str(found.warnings[0]) and "x, y, z" in str(found.warnings[1])
