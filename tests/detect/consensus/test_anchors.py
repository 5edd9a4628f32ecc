"""The matrix read off the surest predictions, beside counting by hand."""

import numpy as np
import pytest
import torch

from lnl_gui.detect.consensus.anchors import anchored_transition


def by_hand(scores: np.ndarray, given: np.ndarray) -> np.ndarray:
    """Labels of the surer half of what is predicted as each class, and five of the mean noise."""
    classes = scores.shape[1]
    counts = np.zeros((classes, classes))
    for k in range(classes):
        rows = [i for i in range(len(given)) if scores[i].argmax() == k]
        rows.sort(key=lambda i: -scores[i, k])
        for i in rows[: (len(rows) + 1) // 2]:
            counts[k, given[i]] += 1
    right = sum(counts[k, k] for k in range(classes)) / max(counts.sum(), 1)
    found = np.empty((classes, classes))
    for k in range(classes):
        for j in range(classes):
            prior = right if j == k else (1 - right) / (classes - 1)
            found[k, j] = (counts[k, j] + 5 * prior) / (counts[k].sum() + 5)
    return found


@pytest.mark.parametrize(("count", "classes", "seed"), [(31, 3, 0), (200, 4, 1), (7, 5, 2)])
def test_labels_of_the_surest_half_are_counted(count: int, classes: int, seed: int) -> None:
    generator = np.random.default_rng(seed)
    raw = torch.from_numpy(2 * generator.normal(size=(count, classes)))
    scores = torch.log_softmax(raw, 1).float()
    given = np.where(
        generator.random(count) < 0.6,
        scores.argmax(1).numpy(),
        generator.integers(0, classes, count),
    )
    found = anchored_transition(scores, torch.from_numpy(given))
    np.testing.assert_allclose(found, by_hand(scores.numpy(), given), atol=1e-12)


def test_all_that_are_as_sure_as_the_last_of_the_half_are_counted() -> None:
    # Five rows are as sure; of either order of them the first three would be all right or wrong.
    scores = torch.tensor([[0.9, 0.1]]).log().repeat(5, 1)
    scores[::2] += 1e-7
    for given in ([0, 0, 0, 1, 1], [1, 1, 0, 0, 0]):
        found = anchored_transition(scores, torch.tensor(given))
        np.testing.assert_allclose(found[0], [0.6, 0.4])


def test_a_class_that_nothing_is_taken_for_has_the_noise_of_all() -> None:
    scores = torch.tensor([[-0.1, -3.0, -3.0]]).repeat(8, 1) - torch.arange(8).unsqueeze(1) / 100
    found = anchored_transition(scores, torch.tensor([0, 0, 0, 1, 2, 2, 2, 2]))
    # Three of the four surest are right.
    np.testing.assert_allclose(found[1:], [[0.125, 0.75, 0.125], [0.125, 0.125, 0.75]])
    np.testing.assert_allclose(found[0], [(3 + 3.75) / 9, (1 + 0.625) / 9, 0.625 / 9])


def test_one_class_is_never_mistaken_and_no_samples_tell_nothing() -> None:
    one = anchored_transition(torch.zeros(4, 1), torch.zeros(4, dtype=torch.int64))
    assert one.tolist() == [[1.0]]
    none = anchored_transition(torch.zeros(0, 3), torch.zeros(0, dtype=torch.int64))
    np.testing.assert_allclose(none, (1 - np.eye(3)) / 2)
