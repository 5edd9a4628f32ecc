"""The library's stable function: what it returns, what it refuses, and what it does not hang on."""

import subprocess
import sys
import warnings
from dataclasses import fields
from typing import Any

import numpy as np
import pandas
import pytest
import torch
from scipy.sparse import csr_matrix
from sklearn.datasets import load_digits
from sklearn.ensemble import RandomForestClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import average_precision_score, f1_score
from sklearn.model_selection import cross_val_predict
from sklearn.naive_bayes import GaussianNB
from sklearn.neighbors import KNeighborsClassifier
from sklearn.svm import SVC
from sklearn.tree import DecisionTreeClassifier

import lnl_gui
from lnl_gui.detect import checked_arrays, label_issues
from lnl_gui.detect.consensus import repetitions
from lnl_gui.detect.consensus.consensus import find_suspects
from lnl_gui.detect.consensus.detection_input import DetectionInput
from lnl_gui.detect.hard_predictions import are_hard
from lnl_gui.detect.judgement import LabelJudgement
from lnl_gui.detect.label_issues import InvalidInput, LabelIssues, find_label_issues
from lnl_gui.detect.near_copies import share_nearly_equal
from lnl_gui.learn.bench.label_set import LabelSet
from lnl_gui.learn.bench.plan import BenchmarkData
from lnl_gui.store.jobs.benchmark_names import Noise
from lnl_gui.util.errors import UserError
from tests.detect.few_repetitions import one_repetition
from tests.detect.synthetic_data import SyntheticDataset, make_dataset, noisy, pair_flip, symmetric

__all__ = ["one_repetition"]

# One test is of them.
pytestmark = pytest.mark.filterwarnings("ignore::lnl_gui.LabelIssuesWarning")

N = 400


@pytest.fixture(scope="module")
def data() -> SyntheticDataset:
    return make_dataset(samples=N, distance=5.0, seed=3)


@pytest.fixture(scope="module")
def found(data: SyntheticDataset) -> LabelIssues:
    return lnl_gui.find_label_issues(data.given, embeddings=data.embedding)


@pytest.fixture(scope="module")
def predicted(data: SyntheticDataset) -> np.ndarray:
    model = LogisticRegression(C=0.1, max_iter=500)
    found: np.ndarray = cross_val_predict(
        model, data.embedding, data.given, cv=5, method="predict_proba"
    )
    return found


def test_what_other_packages_hold_is_taken_as_it_is(
    data: SyntheticDataset, predicted: np.ndarray
) -> None:
    expected = find_label_issues(data.given, predicted, class_names=list("abcd"))
    found = find_label_issues(
        np.ma.masked_array(data.given, False),
        torch.tensor(predicted, requires_grad=True),
        class_names=np.array(list("abcd")),
        groups=torch.full((N,), -1),
        seed=np.int64(0),
    )
    np.testing.assert_array_equal(found.suspicion, expected.suspicion)


@pytest.mark.parametrize("kind", ["constant", "shuffled"])
def test_warnings_on_predictions_alone_speak_of_predictions(
    data: SyntheticDataset, predicted: np.ndarray, kind: str
) -> None:
    given = np.full_like(predicted, 0.25)
    if kind == "shuffled":
        given = np.random.default_rng(0).permutation(predicted)
    found = " ".join(map(str, find_label_issues(data.given, given).warnings[:-1]))
    assert "pred_probs" in found and "cannot be judged" in found
    assert "embed" not in found and "encoder" not in found


def test_it_is_called_as_cleanlabs_function_is(
    data: SyntheticDataset, predicted: np.ndarray
) -> None:
    issues = lnl_gui.find_label_issues(data.given, predicted)
    mask = np.asarray(issues)
    assert mask.dtype == bool and np.array_equal(mask, issues.flagged) and 0 < mask.sum() < N
    mask[:] = False
    assert issues.flagged.any(), "the array is a copy"
    worst = lnl_gui.find_label_issues(
        data.given.tolist(), predicted, return_indices_ranked_by="self_confidence"
    )
    assert sorted(worst.tolist()) == np.flatnonzero(issues.flagged).tolist()
    assert (np.diff(issues.suspicion[worst]) <= 1e-4).all()
    with pytest.raises(InvalidInput, match="no score"):
        lnl_gui.find_label_issues(data.given, predicted, return_indices_ranked_by="margin")


def test_a_program_says_on_which_device(
    data: SyntheticDataset, monkeypatch: pytest.MonkeyPatch
) -> None:
    on: list[str] = []
    judge = label_issues.judge_labels

    def judged(wanted: DetectionInput, **options: Any) -> LabelJudgement:
        on.append(wanted.device)
        return judge(wanted, **options)

    monkeypatch.setattr(label_issues, "judge_labels", judged)
    few = slice(0, 60)
    here, there = (
        lnl_gui.find_label_issues(data.given[few], embeddings=data.embedding[few], **device)
        for device in ({}, {"device": "cpu:0"})
    )
    assert on == ["cpu", "cpu:0"]
    np.testing.assert_array_equal(here.suspicion, there.suspicion)


def test_fields_have_the_shapes_they_are_said_to_have(
    data: SyntheticDataset, found: LabelIssues
) -> None:
    assert [field.name for field in fields(LabelIssues)][:7] == [
        "suspicion",
        "flagged",
        "suggested_label",
        "posterior",
        "noise_rate",
        "expected_errors",
        "off_topic",
    ]
    assert found.posterior.shape == (N, 4)
    np.testing.assert_allclose(found.posterior.sum(axis=1), 1, atol=1e-4)
    own = found.posterior[np.arange(N), data.given]
    np.testing.assert_allclose(found.suspicion, 1 - own, atol=1e-4)
    assert found.flagged.dtype == found.off_topic.dtype == found.well_labelled.dtype == bool
    errors = found.expected_errors
    assert errors.low <= errors.value <= errors.high
    assert errors.value == pytest.approx(found.noise_rate * N, rel=1e-4)
    assert (found.groups == -1).all()
    assert f1_score(data.wrong, found.flagged) > 0.9
    right = found.suggested_label == data.truth
    assert right[found.flagged & data.wrong].mean() > 0.9


def test_it_is_the_consensus_that_benchmarks_measure(
    data: SyntheticDataset, found: LabelIssues
) -> None:
    consensus = find_suspects(DetectionInput([data.embedding], data.given, number_of_classes=4))
    np.testing.assert_array_equal(found.suspicion, consensus.suspicion)
    bench = BenchmarkData(
        name="made up",
        labels=data.truth,
        embeddings=[data.embedding],
        number_of_classes=4,
        label_sets={"given": data.given},
    )
    measured = LabelSet(bench, Noise("given"), 0).consensus
    np.testing.assert_array_equal(found.flagged, measured.flagged)


def test_the_order_of_samples_and_the_numbers_of_classes_do_not_matter(
    data: SyntheticDataset, found: LabelIssues
) -> None:
    order, name = np.random.default_rng(0).permutation(N), np.array([2, 0, 3, 1])
    moved = find_label_issues(name[data.given[order]], embeddings=data.embedding[order])
    np.testing.assert_allclose(moved.suspicion, found.suspicion[order], atol=0.01)
    np.testing.assert_array_equal(moved.flagged, found.flagged[order])
    both = moved.flagged
    assert (moved.suggested_label[both] == name[found.suggested_label[order][both]]).mean() > 0.98


def test_the_seed_hardly_matters_and_repeats(data: SyntheticDataset, found: LabelIssues) -> None:
    again = find_label_issues(data.given, embeddings=[data.embedding])
    np.testing.assert_array_equal(again.suspicion, found.suspicion)
    other = find_label_issues(data.given, embeddings=data.embedding, seed=7)
    assert np.corrcoef(other.suspicion, found.suspicion)[0, 1] > 0.98


def test_images_of_no_class_have_no_suggestion() -> None:
    data = make_dataset(samples=600, distance=8.0, seed=3)
    generator = np.random.default_rng(50)
    away = generator.normal(size=24)
    strangers = 8 * away / np.linalg.norm(away) + generator.normal(size=(20, 24))
    labels = np.concatenate([data.given, generator.integers(0, 4, 20)])
    labels[3] = -1
    points = np.concatenate([data.embedding, strangers])
    found = find_label_issues(labels, embeddings=points)
    assert found.off_topic[600:].mean() > 0.9 and found.off_topic[:600].mean() <= 0.01
    assert (found.suggested_label[found.off_topic] == -1).all()
    assert not found.well_labelled[found.off_topic].any()
    # A sample without a label gets a suggestion, and no suspicion.
    assert np.isnan(found.suspicion[3]) and found.suggested_label[3] == data.truth[3]


def test_probabilities_alone_are_read_through_the_noise_model(
    predicted: np.ndarray, data: SyntheticDataset
) -> None:
    found = find_label_issues(data.given, pred_probs=predicted)
    own = predicted[np.arange(N), data.given]
    assert average_precision_score(data.wrong, found.suspicion) > 0.95
    assert (
        average_precision_score(data.wrong, found.suspicion)
        > average_precision_score(data.wrong, 1 - own) - 0.01
    )
    assert abs(found.noise_rate - data.wrong.mean()) < 0.05
    assert not found.off_topic.any()
    assert "that needs embeddings" in str(found.warnings[-1])
    # Temperature is what is fitted: sharper probabilities say the same.
    sharp = predicted**2
    sharper = find_label_issues(data.given, pred_probs=sharp / sharp.sum(axis=1, keepdims=True))
    assert np.corrcoef(sharper.suspicion, found.suspicion)[0, 1] > 0.995


def digits() -> tuple[np.ndarray, np.ndarray]:
    pixels, truth = load_digits(return_X_y=True)
    # As grey levels in [0, 1], in an order that mixes the writers.
    order = np.random.default_rng(0).permutation(len(truth))[:600]
    return pixels[order] / 16, truth[order]


def tied(samples: int, classes: int, wrong: int, sure: tuple[float, ...]) -> SyntheticDataset:
    """Right predictions at a few confidences in turn, the first `wrong` labels false."""
    truth = np.arange(samples) % classes
    given = np.where(np.arange(samples) < wrong, (truth + 1) % classes, truth)
    own = np.resize(sure, samples)[:, None]
    others = (1 - own) / (classes - 1) * np.ones(classes)
    predicted = np.where(np.eye(classes, dtype=bool)[truth], own, others)
    return SyntheticDataset(predicted, truth, given, classes)


@pytest.mark.parametrize(
    ("samples", "classes", "wrong", "sure"),
    [
        (200, 2, 30, (0.9,)),
        (200, 2, 30, (1.0,)),
        (300, 3, 30, (0.8,)),
        (1000, 10, 100, (0.9,)),
        (1000, 10, 100, (1.0, 1.0, 0.8, 0.6, 1.0, 0.8, 1.0)),
    ],
)
def test_equally_sure_predictions_say_the_same_in_every_order_of_rows(
    samples: int, classes: int, wrong: int, sure: tuple[float, ...]
) -> None:
    data = tied(samples, classes, wrong, sure)
    first = find_label_issues(data.given, data.embedding)
    np.testing.assert_array_equal(first.flagged, data.wrong)
    assert first.expected_errors.low < wrong < first.expected_errors.high
    for order in (np.arange(samples)[::-1], np.random.default_rng(0).permutation(samples)):
        moved = find_label_issues(data.given[order], data.embedding[order])
        np.testing.assert_allclose(moved.suspicion, first.suspicion[order], atol=0.01)
        np.testing.assert_array_equal(moved.flagged, first.flagged[order])


@pytest.mark.parametrize(
    "model",
    [
        DecisionTreeClassifier(random_state=0),
        GaussianNB(),
        KNeighborsClassifier(1),
        KNeighborsClassifier(2),
        SVC(),
    ],
    ids=lambda model: type(model).__name__ + str(getattr(model, "n_neighbors", "")),
)
def test_by_hard_predictions_perhaps_no_label_is_wrong(model: Any) -> None:
    pixels, truth = digits()
    if isinstance(model, SVC):
        predicted = np.eye(10)[cross_val_predict(model, pixels, truth, cv=5)]
    else:
        predicted = cross_val_predict(model, pixels, truth, cv=5, method="predict_proba")
    found = find_label_issues(truth, predicted)
    assert found.expected_errors.low == 0 and found.expected_errors.high >= found.flagged.sum()
    assert not found.well_labelled.any() and found.well_labelled_bound == 1
    assert np.isnan(found.noise_rate) and np.isnan(found.expected_errors.value)
    assert "CalibratedClassifierCV" in str(found.warnings[0])


@pytest.mark.parametrize("wrong", [0.0, 0.03, 0.1, 0.3])
@pytest.mark.parametrize(
    "model",
    [
        LogisticRegression(max_iter=300),
        KNeighborsClassifier(10),
        RandomForestClassifier(100, random_state=0),
    ],
    ids=lambda model: type(model).__name__,
)
def test_predictions_that_tell_where_they_are_unsure_are_no_hard_ones(
    model: Any, wrong: float
) -> None:
    pixels, truth = digits()
    given = noisy(truth, symmetric(10, wrong), seed=2)
    assert not are_hard(
        cross_val_predict(model, pixels, given, cv=5, method="predict_proba"), given
    )


@pytest.mark.parametrize("noise", ["symmetric", "pair"])
def test_it_is_as_good_as_cleanlab_on_the_same_probabilities(noise: str) -> None:
    cleanlab = pytest.importorskip("cleanlab.filter")
    matrix = symmetric(4, 0.4) if noise == "symmetric" else pair_flip(4, 0.3)
    data = make_dataset(samples=800, distance=5.0, transition=matrix, seed=6)
    model = LogisticRegression(C=0.1, max_iter=500)
    probabilities = cross_val_predict(
        model, data.embedding, data.given, cv=5, method="predict_proba"
    )
    ours = find_label_issues(data.given, pred_probs=probabilities)
    theirs = cleanlab.find_label_issues(data.given, probabilities, n_jobs=1)
    assert f1_score(data.wrong, ours.flagged) > f1_score(data.wrong, theirs) - 0.01
    # Such a classifier predicts the noisy labels; how noisy they are is told all the same.
    assert abs(ours.noise_rate - data.wrong.mean()) < 0.06


def test_both_together_take_the_predictions_as_a_vote(
    data: SyntheticDataset, predicted: np.ndarray, monkeypatch: pytest.MonkeyPatch
) -> None:
    # A fit on noise may as well take no vote in; on this one it is taken.
    monkeypatch.setattr(repetitions, "MOST", 1)
    noise = np.random.default_rng(2).normal(size=(N, 6))
    # Without them, embeddings of noise rank at the share of wrong labels.
    helped = find_label_issues(data.given, embeddings=noise, pred_probs=predicted)
    assert average_precision_score(data.wrong, helped.suspicion) > 0.6


def test_labels_that_nothing_can_judge_are_neither_counted_nor_called_sound() -> None:
    generator = np.random.default_rng(0)
    labels = generator.integers(0, 3, 600)
    for embedding in (generator.normal(size=(600, 8)), np.ones((600, 8))):
        found = find_label_issues(labels, embeddings=embedding)
        assert (found.expected_errors.low, found.expected_errors.high) == (0, 600)
        assert not found.well_labelled.any() and found.well_labelled_bound == 1
        assert (
            found.cannot_judge and np.isnan([found.noise_rate, found.expected_errors.value]).all()
        )
        assert "cannot be judged" in " ".join(map(str, found.warnings))


def test_python_warns_at_the_callers_line_of_suspects_not_to_be_trusted(
    data: SyntheticDataset, predicted: np.ndarray
) -> None:
    noise = np.random.default_rng(0).normal(size=(N, 8))
    seen = 0.97 * np.eye(4)[data.given] + 0.0075
    with pytest.warns(lnl_gui.LabelIssuesWarning, match="cannot be judged by this") as of_noise:
        find_label_issues(data.given, embeddings=noise)
    with pytest.warns(lnl_gui.LabelIssuesWarning, match="trained on these samples"):
        find_label_issues(data.given, seen, return_indices_ranked_by="self_confidence")
    assert [said.filename for said in of_noise] == [__file__]
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert not find_label_issues(data.given, predicted).cannot_judge
        assert not find_label_issues(data.given, embeddings=data.embedding).cannot_judge


def test_a_classifier_that_has_seen_the_labels_is_doubted(data: SyntheticDataset) -> None:
    seen = 0.97 * np.eye(4)[data.given] + 0.0075
    found = find_label_issues(data.given, pred_probs=seen)
    assert "Was the classifier trained on these samples?" in str(found.warnings[-1])


def test_copies_are_found_by_content_and_join_the_groups(data: SyntheticDataset) -> None:
    hashes = [f"{row:x}" for row in range(N)]
    hashes[10] = hashes[11] = "same"
    hashes[12] = hashes[13] = ""
    groups = np.full(N, -1)
    groups[[11, 20]] = 5
    found = find_label_issues(
        data.given, embeddings=data.embedding, groups=groups, content_hashes=hashes
    )
    members = np.flatnonzero(found.groups >= 0)
    assert members.tolist() == [10, 11, 20] and len(set(found.groups[members])) == 1


def test_samples_of_equal_embeddings_are_copies_where_no_content_is_told(
    data: SyntheticDataset,
) -> None:
    """A class brought to size by repeating its images, of which some are wrong."""
    own = np.concatenate([np.flatnonzero(data.truth != 0), np.flatnonzero(data.truth == 0)[:15]])
    wrong = np.flatnonzero(data.truth != 0)[:6]
    truth, given = data.truth[own].copy(), data.truth[own].copy()
    given[np.isin(own, wrong)] = 0
    rare = np.flatnonzero(given == 0)
    rows = np.sort(np.concatenate([np.arange(len(own)), np.tile(rare, 4)]))
    shown = data.embedding[own][rows]
    found = find_label_issues(given[rows], embeddings=shown)
    hashes = [str(row) for row in rows]
    told = find_label_issues(given[rows], embeddings=shown, content_hashes=hashes)
    assert np.array_equal(found.suspicion, told.suspicion)
    assert np.array_equal(found.groups, told.groups) and (found.groups >= 0).sum() == 5 * len(rare)
    assert found.flagged[given[rows] != truth[rows]].all()
    said = f"{5 * len(rare)} samples have the embedding of another one"
    assert said in str(found.warnings[-1]) and said not in str(told.warnings)


@pytest.mark.parametrize("spread", [0.2, 0.6])
@pytest.mark.parametrize("grouped", [False, True])
def test_frames_of_untold_videos_are_doubted(
    data: SyntheticDataset, grouped: bool, spread: float
) -> None:
    """Forty videos of ten frames, five of them wholly mislabelled."""
    frames, generator = 10, np.random.default_rng(0)
    video = np.repeat(np.arange(40), frames)
    given = np.where(np.arange(40) < 5, (data.truth[:40] + 1) % 4, data.truth[:40])
    near = spread * generator.standard_normal((40 * frames, data.embedding.shape[1]))
    found = find_label_issues(
        given[video],
        embeddings=(data.embedding[:40][video] + near).astype(np.float32),
        groups=video if grouped else None,
    )
    said = "others that are all but equal" in " ".join(map(str, found.warnings))
    assert said == found.cannot_judge == (not grouped) and not found.well_labelled.any()
    assert found.expected_errors.low <= 5 * frames <= found.expected_errors.high
    if said:
        assert found.well_labelled_bound == 1.0 and found.expected_errors.high == 400


@pytest.mark.parametrize(
    "shape", [{}, {"dimensions": 2}, {"distance": 12.0}, {"classes": 16, "distance": 12.0}]
)
def test_different_images_are_not_taken_for_frames(shape: dict[str, Any]) -> None:
    """Few dimensions and classes that lie far apart, too."""
    images = make_dataset(**shape)
    assert share_nearly_equal(images.embedding, images.truth) < 0.05
    frames = np.repeat(images.embedding[:200], 4, axis=0)
    frames += 0.01 * np.random.default_rng(0).standard_normal(frames.shape).astype(np.float32)
    assert share_nearly_equal(frames, np.repeat(images.truth[:200], 4)) > 0.5
    assert share_nearly_equal(images.embedding[:24], images.truth[:24]) == 0.0


def test_rows_that_are_no_copies() -> None:
    generator = np.random.default_rng(0)
    rows = generator.normal(size=(6, 3)).astype(np.float32)
    rows[1] = rows[0]
    found = checked_arrays.copies_by_rows([rows])[0]
    assert found is not None and found.tolist() == [0, 0, -1, -1, -1, -1]
    # Not in every space; all alike, which has a message of its own; numbers that images may share.
    assert checked_arrays.copies_by_rows([rows, generator.normal(size=(6, 2))]) == (None, [])
    assert checked_arrays.copies_by_rows([np.zeros((6, 3))]) == (None, [])
    assert checked_arrays.copies_by_rows([np.arange(6)[:, None] // 2]) == (None, [])
    signed = np.array([[0.0, 1.0], [-0.0, 1.0], [2.0, 2.0]])
    found = checked_arrays.copies_by_rows([signed])[0]
    assert found is not None and found.tolist() == [0, 0, -1]


GOOD = np.zeros((4, 2))
BROKEN = np.where(np.eye(4, 2) > 0, np.nan, GOOD)
MASKED = np.ma.masked_array([0, 1, 1, 0], [False, True, False, False])


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ({"labels": [0, 1, 1, 0]}, "Pass embeddings or pred_probs"),
        ({"labels": np.zeros((4, 2), int), "embeddings": GOOD}, "shape (4, 2)"),
        ({"labels": [], "embeddings": GOOD}, "shape (0,)"),
        ({"labels": [0.0, 1.0, 1.0, 0.0], "embeddings": GOOD}, "type float64"),
        *(
            ({"labels": [0, 1, missing, 0], "embeddings": GOOD}, "-1 for samples without a label")
            for missing in (np.nan, None, pandas.NA)
        ),
        ({"labels": ["a", "b", "a", "b"], "embeddings": GOOD}, "numpy.unique"),
        ({"labels": [0, -2, 1, 0], "embeddings": GOOD}, "Label -2 is below -1"),
        ({"labels": [0, 2, 1, 0], "pred_probs": GOOD + 0.5}, "pred_probs has 2 columns"),
        (
            {"labels": [0, 2, 1, 0], "embeddings": GOOD, "class_names": ["a", "b"]},
            "class_names has 2 names",
        ),
        (
            {"labels": [0, 1, 1, 0], "class_names": list("abc"), "pred_probs": GOOD + 0.5},
            "2 columns for 3 classes",
        ),
        ({"labels": [0, 1, 1, 0], "embeddings": np.zeros((3, 2))}, "(3, 2); 4 labels"),
        ({"labels": [0, 1, 1, 0], "embeddings": [GOOD, GOOD[:2]]}, "embeddings[1] has the shape"),
        ({"labels": [0, 1, 1, 0], "embeddings": np.zeros(4)}, "shape (4,)"),
        ({"labels": [0, 1, 1, 0], "embeddings": csr_matrix(GOOD)}, "is a sparse matrix"),
        ({"labels": [0, 1, 1, 0], "pred_probs": csr_matrix(GOOD)}, "is a sparse matrix"),
        ({"labels": [0, 1, 1, 0], "embeddings": GOOD.astype(complex)}, "complex"),
        (
            {"labels": [0, 1, 1, 0], "embeddings": BROKEN},
            "Row 0 of embeddings[0]",
        ),
        ({"labels": [0, 1, 1, 0], "pred_probs": GOOD + np.inf}, "not finite"),
        ({"labels": [0, 1, 1, 0], "pred_probs": GOOD + 3}, "not logits"),
        ({"labels": [0, 1, 1, 0], "embeddings": GOOD, "groups": [1, 2]}, "groups is of the shape"),
        ({"labels": [0, 1, 1, 0], "embeddings": GOOD, "content_hashes": ["a"]}, "1 entries for 4"),
        ({"labels": [0, 1, 1, 0], "embeddings": GOOD, "device": "gpu"}, "no device gpu"),
        ({"labels": [0, 1, 1, 0], "embeddings": GOOD, "device": "cuda:99"}, "no device cuda:99"),
        ({"labels": [-1, -1, -1, -1], "embeddings": GOOD}, "No image has a label"),
        ({"labels": [0, 2**33, 1, 0], "embeddings": GOOD}, "Label 8589934592 is no class number"),
        ({"labels": MASKED, "embeddings": GOOD}, "1 entries of labels are masked"),
        (
            {"labels": [0, 1, 1, 0], "embeddings": np.ma.masked_array(GOOD, GOOD < 1)},
            "8 entries of embeddings[0] are masked",
        ),
        (
            {"labels": [0, 1, 1, 0], "pred_probs": np.ma.masked_array(GOOD + 0.5, BROKEN != 0)},
            "entries of pred_probs are masked",
        ),
        ({"labels": [0, 1, 1, 0], "embeddings": GOOD, "groups": MASKED}, "of groups are masked"),
        ({"labels": [0, 1, 1, 0], "embeddings": GOOD + 1e40}, "Row 0 of embeddings[0] holds"),
        ({"labels": [0, 1, 1, 0], "embeddings": GOOD, "class_names": "ab"}, "one text, `ab`"),
        *(
            ({"labels": [0, 1, 1, 0], "embeddings": GOOD, "seed": seed}, f"seed is {seed}")
            for seed in (-1, 1.5, None, True, 2**70)
        ),
    ],
)
def test_what_cannot_be_used_is_refused_by_name(arguments: dict[str, object], said: str) -> None:
    with pytest.raises(UserError) as error:
        find_label_issues(**arguments)  # type: ignore[arg-type]  # wrong on purpose
    assert said in str(error.value)
    assert isinstance(error.value, InvalidInput) == ("No image" not in said)
    assert said.startswith("No image") or isinstance(error.value, ValueError)


def test_importing_the_package_loads_nothing_heavy() -> None:
    code = (
        "import sys, lnl_gui\n"
        "assert not {'torch', 'numpy', 'sklearn'} & set(sys.modules)\n"
        "assert 'find_label_issues' in lnl_gui.__all__\n"
        # What is heavy comes with the first use: kept from coming, which is sooner told.
        "sys.modules['torch'] = None\n"
        "try: lnl_gui.find_label_issues\n"
        "except ImportError as error: assert error.name == 'torch'\n"
        "else: raise AssertionError('torch was not asked for')\n"
    )
    subprocess.run([sys.executable, "-c", code], check=True)
    assert all(hasattr(lnl_gui, name) for name in lnl_gui.__all__)
    assert callable(lnl_gui.find_label_issues)
