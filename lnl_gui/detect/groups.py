"""Groups of samples that are no independent witnesses: copies of one image, one patient's images.

Members of a group stay in one fold and have no vote on each other. Copies of one image, beside
that, count together as one sample; a patient's images are different images and count each.
"""

import numpy as np

ALONE = -1
"""Group of a sample that belongs to none."""


def linked_groups(left: np.ndarray, right: np.ndarray, count: int) -> np.ndarray:
    """Number the connected components of a graph of pairs.

    Args:
        left: (m,) int, one end of each pair.
        right: (m,) int, the other.
        count: N.

    Returns:
        (N,) int32, numbered by first member; -1 for samples in no pair.
    """
    # Whoever exports counts groups that were found before, and waits for no scipy.
    from scipy.sparse import coo_array  # noqa: PLC0415
    from scipy.sparse.csgraph import connected_components  # noqa: PLC0415

    graph = coo_array((np.ones(len(left), dtype=np.int8), (left, right)), shape=(count, count))
    _, component = connected_components(graph, directed=False)
    size = np.bincount(component, minlength=1)
    kept = size[component] > 1
    group = np.full(count, ALONE, dtype=np.int32)
    # Numbered by first member, so that a group's number does not depend on the graph's order.
    members, first, inverse = np.unique(component[kept], return_index=True, return_inverse=True)
    number = np.empty(len(members), dtype=np.int32)
    number[np.argsort(first)] = np.arange(len(members))
    group[kept] = number[inverse.reshape(-1)]
    return group


def joined_groups(*groupings: np.ndarray | None) -> np.ndarray:
    """Join groupings of the same samples: those that share a group in any of them share one.

    Args:
        groupings: each (N,) int, -1 alone; None is left out, and at least one is needed.

    Returns:
        (N,) int32, -1 alone.
    """
    known = [np.asarray(grouping) for grouping in groupings if grouping is not None]
    left, right = [np.zeros(0, np.int64)], [np.zeros(0, np.int64)]
    for grouping in known:
        rows = np.flatnonzero(grouping >= 0)
        # A chain through each group: all pairs of a large one would be a great many.
        rows = rows[np.argsort(grouping[rows], kind="stable")]
        same = grouping[rows[1:]] == grouping[rows[:-1]]
        left.append(rows[:-1][same])
        right.append(rows[1:][same])
    return linked_groups(np.concatenate(left), np.concatenate(right), len(known[0]))


def units(count: int, *groupings: np.ndarray | None) -> np.ndarray:
    """Number what may not be torn apart: a group of any grouping, or a sample alone.

    Args:
        count: N.
        groupings: each (N,) int, -1 alone, or None.

    Returns:
        (N,) int64 in [0, N); every sample has a number, those that belong together the same.
    """
    alone = np.arange(count, dtype=np.int64)
    if all(grouping is None for grouping in groupings):
        return alone
    group = joined_groups(*groupings)
    rows = np.flatnonzero(group >= 0)
    _, first, inverse = np.unique(group[rows], return_index=True, return_inverse=True)
    alone[rows] = rows[first[inverse.reshape(-1)]]
    return alone


def copy_weights(copies: np.ndarray | None, count: int) -> np.ndarray:
    """Weight each sample so that the copies of one image count together as one.

    Args:
        copies: (N,) int, -1 alone; None where no copies are known.
        count: N.

    Returns:
        (N,) float32, one over the number of copies of the image.
    """
    if copies is None:
        return np.ones(count, np.float32)
    size = np.bincount(copies[copies >= 0], minlength=1)
    return np.where(copies >= 0, 1.0 / size[np.maximum(copies, 0)].clip(1), 1.0).astype(np.float32)
