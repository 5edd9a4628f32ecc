"""Classes that images do not tell apart: found, judged as one, and said so."""

import numpy as np
import pytest
from scipy.stats import mannwhitneyu

from lnl_gui.detect.consensus.class_separation import ClassSeparation, class_separation
from lnl_gui.detect.consensus.consensus import find_suspects
from lnl_gui.detect.consensus.consensus_result import Consensus
from lnl_gui.detect.consensus.detection_input import DetectionInput
from lnl_gui.detect.consensus.problem import state_problem
from lnl_gui.detect.probes.discriminant import cross_fitted_discriminant
from tests.detect.few_repetitions import one_repetition
from tests.detect.synthetic_data import SyntheticDataset, make_dataset, noisy, symmetric

__all__ = ["one_repetition"]

CLASSES, TWIN = 4, 4


def separation(
    embedding: np.ndarray, given: np.ndarray, classes: int, verdicts: np.ndarray | None = None
) -> ClassSeparation:
    problem = state_problem(
        DetectionInput(
            [embedding], given, number_of_classes=classes, verdict_labels=verdicts, seed=0
        )
    )
    return class_separation(problem)


def split(data: SyntheticDataset) -> np.ndarray:
    """The labels with class 1 given one of two names by lot."""
    lot = np.random.default_rng(7).random(len(data.given)) < 0.5
    return np.where((data.given == 1) & lot, TWIN, data.given).astype(np.int32)


@pytest.fixture(scope="module")
def data() -> SyntheticDataset:
    # Fewer do not show that two classes are one: the interval is too wide.
    return make_dataset(samples=1200, distance=5.0, transition=symmetric(CLASSES, 0.1), seed=5)


@pytest.fixture(scope="module")
def found(data: SyntheticDataset) -> Consensus:
    names = ("ant", "bee", "cat", "dog", "wasp")
    return find_suspects(
        DetectionInput(
            [data.embedding], split(data), number_of_classes=CLASSES + 1, class_names=names
        )
    )


def test_a_class_of_two_names_is_one_warning_and_no_flood(
    data: SyntheticDataset, found: Consensus
) -> None:
    assert found.separation is not None
    assert [(pair.first, pair.second) for pair in found.separation.pairs] == [(1, TWIN)]
    pair = found.separation.pairs[0]
    assert 0.4 < pair.area < pair.high < 0.75 and pair.samples > 150
    said = [str(warning) for warning in found.warnings]
    assert "bee and wasp apart" in said[0] and "merging" in said[0]
    # What is wrong whichever of the two names is right is found as before.
    named = np.isin(data.given, (1,)) & ~data.wrong
    assert found.flagged[named].mean() < 0.03
    assert found.flagged[data.wrong].mean() > 0.85


def test_what_is_held_back_is_counted(found: Consensus) -> None:
    assert not (found.held_back & found.flagged).any()
    count = int(found.held_back.sum())
    if count:
        assert f"{count} label" in str(found.warnings[1]) and "held back" in str(found.warnings[1])


def test_a_decision_between_the_two_stands(data: SyntheticDataset) -> None:
    given = split(data)
    verdicts = np.full(len(given), -1)
    rows = np.flatnonzero(given == TWIN)[:10]
    verdicts[rows] = 1
    found = find_suspects(
        DetectionInput(
            [data.embedding], given, number_of_classes=CLASSES + 1, verdict_labels=verdicts
        )
    )
    assert (found.suspicion[rows] == 1).all() and not found.held_back[rows].any()


@pytest.mark.parametrize("noise", ["none", "symmetric", "one way"])
def test_noise_makes_no_pair(noise: str) -> None:
    data = make_dataset(samples=1000, distance=5.0, seed=2)
    matrix = {
        "none": np.eye(CLASSES),
        "symmetric": symmetric(CLASSES, 0.5),
        # 40 % of each class are given as the next one.
        "one way": 0.6 * np.eye(CLASSES) + 0.4 * np.roll(np.eye(CLASSES), 1, axis=1),
    }[noise]
    result = separation(data.embedding, noisy(data.truth, matrix, seed=3), CLASSES)
    assert result.informative and not result.weak and result.pairs == []
    assert len(set(result.component.tolist())) == CLASSES


def test_random_embeddings_and_random_labels_inform_nobody() -> None:
    deviations = []
    for seed in range(12):
        generator = np.random.default_rng(seed)
        points = generator.normal(size=(300, 20)).astype(np.float32)
        result = separation(points, generator.integers(0, 3, 300), 3)
        deviations.append(result.deviations)
        assert abs(result.area - 0.5) < 0.08
        assert result.informative or result.pairs == []
    assert (np.array(deviations) < 2).mean() > 0.9 and 0.5 < np.std(deviations) < 1.5


def test_figures_are_those_of_their_definitions() -> None:
    data = make_dataset(samples=300, classes=3, distance=2.0, seed=5)
    problem = state_problem(
        DetectionInput([data.embedding], data.given, number_of_classes=3, seed=0)
    )
    result = class_separation(problem)
    given = problem.given.numpy()
    one_hot = np.eye(3, dtype=np.float32)[given]
    scores = (
        cross_fitted_discriminant(
            problem.matrix,
            problem.matrix.new_tensor(one_hot),
            problem.folds,
            number_of_folds=problem.number_of_folds,
        )
        .numpy()
        .astype(float)
    )
    areas = []
    for label in range(3):
        own, other = scores[given == label, label], scores[given != label, label]
        areas.append(mannwhitneyu(own, other).statistic / (len(own) * len(other)))
    np.testing.assert_allclose(result.area, np.mean(areas), rtol=1e-6)
    # The test's null, drawn: labels by their frequencies, whatever the image.
    drawn = np.random.default_rng(0).choice(given, size=(4000, len(given)))
    sums = scores[np.arange(len(given)), drawn].sum(axis=1)
    wanted = (scores[np.arange(len(given)), given].sum() - sums.mean()) / (np.sqrt(2) * sums.std())
    np.testing.assert_allclose(result.deviations, wanted, rtol=0.05)
