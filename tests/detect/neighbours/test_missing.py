"""A neighbour that is not there is row -1 with similarity 0."""

import numpy as np

from lnl_gui.detect.neighbours.search import nearest_neighbours


def test_three_samples_have_two_neighbours_each() -> None:
    points = np.random.default_rng(0).normal(size=(4, 3)).astype(np.float32)
    points[2] = np.nan
    found = nearest_neighbours([points], 5)
    indices, similarity = found[0], found[1]
    wanted = [{1, 3}, {0, 3}, set(), {0, 1}]
    for row, others in enumerate(wanted):
        assert set(indices[row][: len(others)].tolist()) == others
        assert (indices[row][len(others) :] == -1).all()
        assert (similarity[row][len(others) :] == 0).all()
