"""Samples without a label: suggested a class, and without influence on the others."""

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
import pytest

from lnl_gui.detect.consensus import consensus, many_classes
from lnl_gui.detect.consensus.consensus import find_suspects
from lnl_gui.detect.consensus.consensus_result import Consensus, WarmStart
from lnl_gui.detect.consensus.detection_input import DetectionInput
from lnl_gui.detect.detectors.registry import list_detectors, run_detector
from lnl_gui.detect.neighbours import ivf_index
from lnl_gui.util.errors import UserError
from tests.detect.few_repetitions import one_repetition, short_turtle
from tests.detect.synthetic_data import SyntheticDataset, make_dataset, symmetric

__all__ = ["one_repetition", "short_turtle"]

PER_SAMPLE = ("suspicion", "suggested_label", "flagged", "posterior", "posterior_classes", "loss")
FIGURES = (
    "noise_rate",
    "noise_rate_interval",
    "class_noise_rate",
    "transition_matrix",
    "threshold",
    "probe_accuracy",
    "majority_rate",
    "label_reliability",
)


@dataclass(frozen=True)
class Mixed:
    """Labelled samples with others of the same classes between them."""

    embedding: np.ndarray
    given: np.ndarray
    truth: np.ndarray
    unlabelled: np.ndarray


def without(data: SyntheticDataset, unlabelled: np.ndarray) -> Mixed:
    given = np.where(unlabelled, -1, data.given).astype(np.int32)
    return Mixed(data.embedding, given, data.truth, unlabelled)


def some(data: SyntheticDataset, share: float, seed: int = 0) -> Mixed:
    return without(data, np.random.default_rng(seed).random(len(data.given)) < share)


def judged(
    data: Mixed,
    rows: np.ndarray | None = None,
    *,
    verdict_labels: np.ndarray | None = None,
    warm_start: WarmStart | None = None,
    repetitions: int = 0,
) -> Consensus:
    chosen = np.arange(len(data.given)) if rows is None else rows
    wanted = DetectionInput(
        [data.embedding[chosen]],
        data.given[chosen],
        4,
        verdict_labels=verdict_labels,
        repetitions=repetitions,
    )
    return find_suspects(wanted, warm_start=warm_start)


@pytest.mark.parametrize("many", [False, True], ids=["few classes", "as if thousands"])
def test_a_copy_of_a_labelled_image_is_what_that_image_is(
    many: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Twenty images of no class that pixels tell; of each three copies, two without a label."""
    monkeypatch.setattr(consensus, "too_many", lambda samples, classes: many)
    data = make_dataset(samples=300, transition=np.eye(4))
    generator = np.random.default_rng(5)
    between = np.repeat(0.05 * generator.standard_normal((20, 24)), 3, axis=0)
    embedding = np.concatenate([data.embedding, between.astype(np.float32)])
    shown = np.repeat(np.arange(20) % 4, 3)
    given = np.concatenate([data.truth, np.where(np.arange(60) % 3 == 1, shown, -1)])
    copies = np.concatenate([np.full(300, -1), np.repeat(np.arange(20), 3)])
    verdicts = np.full(360, -1, np.int32)
    verdicts[301::3] = given[301::3]
    wanted = DetectionInput(
        [embedding], given.astype(np.int32), 4, copies=copies, verdict_labels=verdicts
    )
    open_rows = np.flatnonzero(given < 0)
    found = find_suspects(wanted)
    assert np.array_equal(found.suggested_label[open_rows], shown[open_rows - 300])
    assert (found.confidence[open_rows] >= 0.95 - 1e-6).all()
    np.testing.assert_allclose(found.posterior[open_rows].sum(1), 1.0, atol=1e-5)
    alone = find_suspects(replace(wanted, copies=None))
    assert (alone.suggested_label[open_rows] == shown[open_rows - 300]).mean() < 0.6


@pytest.fixture(scope="module")
def data() -> Mixed:
    return some(make_dataset(), 0.4)


@pytest.fixture(scope="module")
def found(data: Mixed) -> Consensus:
    return judged(data)


def test_suggestions_are_right_and_nothing_is_suspect(data: Mixed, found: Consensus) -> None:
    open_rows = data.unlabelled
    right = found.suggested_label[open_rows] == data.truth[open_rows]
    assert right.mean() > 0.93
    assert np.isnan(found.suspicion[open_rows]).all() and not found.flagged[open_rows].any()
    assert np.isnan(found.loss[open_rows]).all()
    assert np.isnan(found.confidence[~open_rows]).all()
    assert "samples without a label got suggestions" in str(found.warnings[0])


def test_confidence_is_a_probability(data: Mixed, found: Consensus) -> None:
    """It says how many suggestions are right, and which."""
    confidence = found.confidence[data.unlabelled]
    right = (found.suggested_label == data.truth)[data.unlabelled]
    assert confidence.mean() == pytest.approx(right.mean(), abs=0.04)
    sure = confidence > np.median(confidence)
    assert right[sure].mean() > right[~sure].mean()
    assert found.posterior[data.unlabelled].sum(1) == pytest.approx(1.0, abs=1e-4)


@pytest.mark.parametrize(
    ("share", "seed", "repetitions"), [(0.02, 1, 1), (0.3, 7, 2), (0.6, 3, 1), (0.85, 11, 1)]
)
def test_labelled_samples_are_judged_as_if_there_were_no_others(
    share: float, seed: int, repetitions: int
) -> None:
    data = some(make_dataset(samples=240, seed=seed), share, seed)
    whole, rows = judged(data, repetitions=repetitions), np.flatnonzero(~data.unlabelled)
    alone = judged(data, rows, repetitions=repetitions)
    for name in PER_SAMPLE:
        np.testing.assert_array_equal(getattr(whole, name)[rows], getattr(alone, name), name)
    for name in FIGURES:
        np.testing.assert_array_equal(getattr(whole, name), getattr(alone, name), name)
    assert whole.weights == alone.weights


@pytest.mark.parametrize("name", [d.name for d in list_detectors() if d.default] + ["kmeans"])
def test_no_detector_lets_them_vote_or_votes_on_them(data: Mixed, name: str) -> None:
    rows = np.flatnonzero(~data.unlabelled)
    whole = run_detector(name, [data.embedding], data.given, number_of_classes=4)
    alone = run_detector(name, [data.embedding[rows]], data.given[rows], number_of_classes=4)
    np.testing.assert_allclose(whole.score[rows], alone.score, atol=1e-6)
    np.testing.assert_array_equal(whole.vote[rows], alone.vote)
    assert np.isnan(whole.score[data.unlabelled]).all()


def test_they_have_labelled_neighbours_and_are_nobodys(
    data: Mixed, monkeypatch: pytest.MonkeyPatch
) -> None:
    result = run_detector("neighbours", [data.embedding], data.given, number_of_classes=4)
    near = result.details["neighbours"]
    # A part at a time gives the same.
    monkeypatch.setattr(ivf_index, "_ROWS", 7)
    again = run_detector("neighbours", [data.embedding], data.given, number_of_classes=4)
    np.testing.assert_array_equal(again.details["neighbours"], near)
    assert not np.isin(near, np.flatnonzero(data.unlabelled)).any()
    assert (near[data.unlabelled] >= 0).all()
    # By plain cosine, against a search of our own.
    unit = data.embedding / np.linalg.norm(data.embedding, axis=1, keepdims=True)
    cosine = result.details["neighbour_similarity"]
    row = int(np.flatnonzero(data.unlabelled)[0])
    np.testing.assert_allclose(cosine[row], unit[near[row]] @ unit[row], atol=1e-5)
    same = data.truth[near[data.unlabelled]] == data.truth[data.unlabelled][:, None]
    assert same.mean() > 0.8


def test_labels_that_people_gave_help_and_are_no_errors(data: Mixed) -> None:
    """A class of which nearly all labels are missing is known once people have named some."""
    open_rows = np.flatnonzero(data.unlabelled)
    rare = np.flatnonzero((data.truth == 3) & ~data.unlabelled)
    few = Mixed(data.embedding, data.given.copy(), data.truth, data.unlabelled.copy())
    few.given[np.isin(few.given, 3) | np.isin(np.arange(800), rare)] = -1
    few.unlabelled[few.given < 0] = True
    before = judged(few)
    assert not (before.suggested_label == 3).any()
    verdicts = np.full(800, -1)
    told = np.concatenate([rare[:40], open_rows[data.truth[open_rows] < 3][:20]])
    verdicts[told] = data.truth[told]
    after = judged(few, verdict_labels=verdicts, warm_start=before.warm_start)
    rest = few.unlabelled & (verdicts < 0)
    right = after.suggested_label[rest] == data.truth[rest]
    assert right[data.truth[rest] == 3].mean() > 0.8
    assert np.isnan(after.suspicion[told]).all() and not after.flagged[told].any()
    assert np.isnan(after.class_noise_rate[3])
    assert after.noise_rate == pytest.approx(before.noise_rate, abs=0.04)
    assert np.isnan(after.confidence[told]).all()
    np.testing.assert_array_equal(after.suggested_label[told], verdicts[told])


def test_labels_that_people_gave_say_nothing_of_the_noise() -> None:
    """Two hundred right labels of a person would dilute the dataset's own noise."""
    data = some(make_dataset(transition=symmetric(4, 0.3), seed=5), 0.5)
    verdicts = np.where(data.unlabelled, data.truth, -1)
    after, before = judged(data, verdict_labels=verdicts), judged(data)
    diagonal = [np.diagonal(found.transition_matrix).mean() for found in (after, before)]
    assert diagonal[0] == pytest.approx(diagonal[1], abs=0.05)
    assert after.noise_rate == pytest.approx(0.3, abs=0.07)


def test_a_warm_start_serves_as_long_as_nobody_labels_further_samples(
    data: Mixed, found: Consensus, monkeypatch: pytest.MonkeyPatch
) -> None:
    calls: list[bool] = []
    real: Callable[..., object] = consensus.fit_repetitions

    def watched(*arguments: object, **options: object) -> object:
        calls.append(bool(options["earlier"]))
        return real(*arguments, **options)

    monkeypatch.setattr(consensus, "fit_repetitions", watched)
    verdicts = np.full(800, -1)
    verdicts[np.flatnonzero(~data.unlabelled)[:5]] = 0
    judged(data, verdict_labels=verdicts, warm_start=found.warm_start)
    verdicts[np.flatnonzero(data.unlabelled)[:5]] = 0
    judged(data, verdict_labels=verdicts, warm_start=found.warm_start)
    assert calls == [True, False]


def test_thousands_of_classes_get_suggestions_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(many_classes, "MOST_CLASSES", 3)
    data = some(make_dataset(), 0.4)
    found = judged(data)
    right = (found.suggested_label == data.truth)[data.unlabelled]
    assert right.mean() > 0.9
    assert found.confidence[data.unlabelled].mean() == pytest.approx(right.mean(), abs=0.1)
    alone = judged(data, np.flatnonzero(~data.unlabelled))
    np.testing.assert_array_equal(found.suspicion[~data.unlabelled], alone.suspicion)


def test_unreadable_ones_and_those_of_one_class_get_none(data: Mixed) -> None:
    broken = data.embedding.copy()
    row = int(np.flatnonzero(data.unlabelled)[0])
    broken[row] = np.nan
    result = find_suspects(DetectionInput([broken], data.given, number_of_classes=4))
    assert result.suggested_label[row] == -1 and np.isnan(result.confidence[row])
    one = find_suspects(
        DetectionInput([data.embedding], np.minimum(data.given, 0), number_of_classes=4)
    )
    assert (one.suggested_label[data.unlabelled] == -1).all()
    assert not any("got suggestions" in str(warning) for warning in one.warnings)


def test_without_any_label_the_reason_is_said(data: Mixed) -> None:
    nobody = np.full(800, -1)
    with pytest.raises(UserError, match="No image has a label yet"):
        find_suspects(DetectionInput([data.embedding], nobody, number_of_classes=4))
    verdicts = np.where(np.arange(800) < 60, data.truth, -1)
    found = find_suspects(
        DetectionInput([data.embedding], nobody, number_of_classes=4, verdict_labels=verdicts)
    )
    right = (found.suggested_label == data.truth)[60:]
    assert right.mean() > 0.85 and not found.flagged.any()
    assert found.noise_rate == 0.0 and np.isnan(found.class_noise_rate).all()
