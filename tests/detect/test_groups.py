import numpy as np
from scipy.sparse import csr_array
from scipy.sparse.csgraph import connected_components

from lnl_gui.detect.groups import copy_weights, joined_groups, linked_groups, units


def test_groupings_that_share_a_sample_become_one() -> None:
    copies = np.array([0, 0, -1, 1, 1, -1, -1])
    patients = np.array([-1, 5, 5, -1, -1, 7, -1])
    assert joined_groups(copies, None, patients).tolist() == [0, 0, 0, 1, 1, -1, -1]
    together = units(7, copies, patients)
    assert len(set(together[:3])) == 1
    assert len(set(together.tolist())) == 4  # {0 1 2}, {3 4}, 5, 6
    assert units(3).tolist() == units(3, None).tolist() == [0, 1, 2]
    assert units(2, np.array([-1, -1])).tolist() == [0, 1]


def test_linked_groups_are_the_components_of_the_graph() -> None:
    generator = np.random.default_rng(0)
    left, right = generator.integers(0, 60, (2, 25))
    found = linked_groups(left, right, 60)
    graph = csr_array((np.ones(25), (left, right)), shape=(60, 60))
    _, expected = connected_components(graph, directed=False)
    same = expected[:, None] == expected[None]
    alone = same.sum(axis=1) == 1
    assert (found[alone] == -1).all()
    assert ((found[:, None] == found[None]) == same)[~alone][:, ~alone].all()
    first = np.unique(found[found >= 0], return_index=True)[1]
    assert (np.diff(first) > 0).all()  # numbered by first member


def test_copies_of_an_image_weigh_as_one() -> None:
    weights = copy_weights(np.array([0, 0, 0, -1, 1, 1]), 6)
    np.testing.assert_allclose(weights, [1 / 3, 1 / 3, 1 / 3, 1, 0.5, 0.5], rtol=1e-6)
    assert copy_weights(None, 2).tolist() == [1, 1]
