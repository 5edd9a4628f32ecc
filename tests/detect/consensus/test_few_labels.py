"""Suggestions that rest on a handful of labels a class."""

from dataclasses import replace

import numpy as np
import pytest
import torch

from lnl_gui.detect.consensus.consensus import find_suspects
from lnl_gui.detect.consensus.detection_input import DetectionInput
from lnl_gui.detect.consensus.few_labels import fit_few_labels
from lnl_gui.detect.consensus.problem import labels_a_class, state_problem
from tests.detect.few_repetitions import one_repetition
from tests.detect.synthetic_data import make_dataset

__all__ = ["one_repetition"]


def some_labels(
    each: int, *, wrong: int = 0, samples: int = 900, seed: int = 0
) -> tuple[DetectionInput, np.ndarray]:
    """Four classes that overlap, `each` labels a class of which `wrong` are; and the truth."""
    data = make_dataset(samples=samples, transition=np.eye(4), distance=3.0, seed=seed)
    given = np.full(samples, -1, np.int32)
    for label in range(4):
        rows = np.flatnonzero(data.truth == label)[:each]
        given[rows] = label
        given[rows[:wrong]] = (label + 1) % 4
    return DetectionInput([data.embedding], given, 4), data.truth


@pytest.mark.parametrize("each", [5, 10, 20])
def test_suggestions_are_as_sure_as_they_are_right(each: int) -> None:
    said, right = [], []
    for seed in range(3):
        wanted, truth = some_labels(each, seed=seed)
        found = find_suspects(wanted)
        sure = (wanted.given_labels < 0) & (np.nan_to_num(found.confidence) >= 0.9)
        said.append(found.confidence[sure])
        right.append(found.suggested_label[sure] == truth[sure])
    assert len(np.concatenate(said)) > 100
    assert np.concatenate(right).mean() > np.concatenate(said).mean() - 0.05


def test_a_script_is_told_how_few_labels_suggestions_rest_on() -> None:
    def told(each: int) -> list[str]:
        found = find_suspects(some_labels(each)[0]).warnings
        return [str(warning) for warning in found if "suggestions rest on" in str(warning)]

    assert "about 6 independent labels a class" in told(6)[0]
    assert told(25) == []


def test_few_labels_leave_the_temperature_open_and_many_stand_alone() -> None:
    few, more, many = (state_problem(some_labels(each)[0]) for each in (4, 60, 201))
    assert [round(labels_a_class(each)) for each in (few, more, many)] == [4, 60, 201]
    open_one, told = (fit_few_labels(problem, seed=0) for problem in (few, more))
    assert open_one is not None and told is not None
    assert len(told.temperatures) < len(open_one.temperatures)
    assert (open_one.share, told.share) == (20 / 24, 20 / 80)
    assert fit_few_labels(many, seed=0) is None
    features = few.matrix
    believed = torch.full((len(features), 4), 0.25)
    joined = open_one.joined(believed, features)
    wanted = (20 * open_one.probability(features) + 4 * believed) / 24
    torch.testing.assert_close(joined, wanted)
    torch.testing.assert_close(joined.sum(1), torch.ones(len(features)))


def test_images_of_one_group_are_one_witness() -> None:
    wanted, _ = some_labels(5, samples=120)
    plain = state_problem(wanted)
    times = 8
    repeated = DetectionInput(
        [np.repeat(wanted.embeddings[0], times, axis=0)],
        np.repeat(wanted.given_labels, times),
        4,
        groups=np.repeat(np.arange(120), times),
    )
    frames = state_problem(repeated)
    assert labels_a_class(frames) == labels_a_class(plain) == 5
    one, same = fit_few_labels(plain, seed=0), fit_few_labels(frames, seed=0)
    apart = fit_few_labels(state_problem(replace(repeated, groups=None)), seed=0)
    assert one is not None and same is not None and apart is not None
    assert same.share == one.share
    assert len(apart.temperatures) < len(same.temperatures)


def test_labels_that_are_wrong_make_a_discriminant_not_unsure() -> None:
    """That some may be wrong is reckoned with, so that the others still count."""
    problem = state_problem(some_labels(20, wrong=4)[0])
    found = fit_few_labels(problem, seed=0)
    assert found is not None
    decided = torch.where(torch.arange(len(problem.given)) >= 0, problem.given, 0)
    sure = fit_few_labels(replace(problem, truth=decided), seed=0)
    assert sure is not None
    # The same labels, said to be right by a person, are evidence that the scores mislead.
    assert sure.temperatures @ sure.weights < 0.9 * (found.temperatures @ found.weights)
