"""Copies of one image are believed to show one class: against Bayes' rule worked out by hand."""

import numpy as np
import pytest
import torch
from torch import Tensor

from lnl_gui.detect.consensus.calibration import responsibilities
from lnl_gui.detect.consensus.consensus import find_suspects
from lnl_gui.detect.consensus.copies_together import image_posterior, image_probability
from lnl_gui.detect.consensus.detection_input import DetectionInput
from lnl_gui.detect.consensus.transition import ObservedLabels
from tests.detect.few_repetitions import one_repetition
from tests.detect.synthetic_data import make_dataset

__all__ = ["one_repetition"]

TRANSITION = np.array([[0.8, 0.15, 0.05], [0.1, 0.7, 0.2], [0.25, 0.05, 0.7]])
PROBABILITY = torch.tensor([[0.5, 0.3, 0.2]])


def labels(given: list[int], truth: list[int] | None = None) -> ObservedLabels:
    known = torch.tensor(truth or [-1] * len(given))
    return ObservedLabels(torch.tensor(given), known, torch.ones(len(given), dtype=torch.bool))


def together(count: int) -> Tensor:
    return torch.full((count,), 7)


def normal(values: np.ndarray) -> np.ndarray:
    return values / values.sum()


def test_without_copies_it_is_bayes_rule() -> None:
    probability = torch.tensor([[0.5, 0.3, 0.2], [0.1, 0.1, 0.8]])
    alone = torch.full((2,), -1)
    assert image_probability(probability, alone, torch.eye(2)) is probability
    found = image_posterior(probability, TRANSITION, labels([0, 1]), alone, reliability=0.5)
    plain = responsibilities(probability, TRANSITION, labels([0, 1]), reliability=0.5)
    torch.testing.assert_close(found, plain)


def test_a_file_stored_again_says_nothing_new() -> None:
    twice, same = PROBABILITY.repeat(2, 1), torch.ones(2, 4)
    probability = image_probability(twice, together(2), same)
    torch.testing.assert_close(probability, twice)
    found = image_posterior(probability, TRANSITION, labels([1, 1]), together(2))
    once = responsibilities(PROBABILITY, TRANSITION, labels([1]))
    torch.testing.assert_close(found, once.repeat(2, 1))


def test_views_of_their_own_make_surer_together() -> None:
    views = torch.tensor([[0.6, 0.3, 0.1], [0.5, 0.1, 0.4]])
    # At 60 degrees: the mean cosine over the four pairs is 3 / 4.
    features = torch.tensor([[1.0, 0.0], [0.5, 3**0.5 / 2]])
    found = image_probability(views, together(2), features)
    geometric = np.sqrt(np.prod(views.double().numpy(), axis=0))
    expected = normal(geometric ** (1 / 0.75**3))
    assert found.numpy() == pytest.approx(np.stack([expected, expected]), abs=1e-6)
    assert image_probability(views, together(2), torch.eye(2))[0, 0] > found[0, 0]


def test_labels_that_contradict_each_other_count_as_two_witnesses_by_their_share() -> None:
    probability = PROBABILITY.repeat(4, 1)
    found = image_posterior(probability, TRANSITION, labels([0, 1, 1, 1]), together(4))
    told = TRANSITION[:, 0] ** 0.5 * TRANSITION[:, 1] ** 1.5
    expected = normal(PROBABILITY[0].double().numpy() * told)
    assert found.numpy() == pytest.approx(np.tile(expected, (4, 1)), abs=1e-6)


def test_a_verdict_on_a_copy_tells_of_the_others() -> None:
    probability = PROBABILITY.repeat(4, 1)
    copies = torch.tensor([0, 0, 0, -1])
    observed = labels([0, 0, 0, 0], [-1, 2, -1, -1])
    found = image_posterior(probability, TRANSITION, observed, copies)
    assert found[1].tolist() == [0.0, 0.0, 1.0]
    assert found[0, 2] == pytest.approx(0.95, abs=0.01)
    torch.testing.assert_close(found[0], found[2])
    torch.testing.assert_close(found[3:], responsibilities(PROBABILITY, TRANSITION, labels([0])))


def test_one_wrong_copy_is_told_by_the_others_where_the_image_leaves_it_open() -> None:
    """Blobs that overlap, each image three times; of some one copy bears another label."""
    data = make_dataset(samples=240, transition=np.eye(3), classes=3, dimensions=6, distance=1.5)
    source = np.repeat(np.arange(240), 3)
    generator = np.random.default_rng(0)
    embedding = data.embedding[source] + 0.1 * generator.standard_normal((720, 6))
    given = data.truth[source].copy()
    odd = np.arange(0, 90, 3)
    given[odd] = (given[odd] + 1) % 3
    found = find_suspects(
        DetectionInput([embedding.astype(np.float32)], given, 3, copies=source, seed=0)
    )
    assert found.flagged[odd].mean() >= 0.9
    assert (found.suggested_label[odd] == data.truth[source][odd]).mean() >= 0.9
    suggested = found.suggested_label[found.flagged]
    assert len(suggested) and np.isin(suggested, range(3)).all()
    # Whatever is believed of an image, it is believed of all its copies.
    of_class = np.zeros((720, 3), np.float32)
    np.put_along_axis(of_class, found.posterior_classes, found.posterior, axis=1)
    assert np.abs(of_class.reshape(240, 3, 3) - of_class[::3, None]).max() < 1e-5
