"""Draws a dataset into parts of given shares, every class in proportion and no group divided."""

from collections.abc import Sequence

import numpy as np

from lnl_gui.dataset.splits import group_draws


def stratified_parts(
    strata: np.ndarray, groups: np.ndarray, *, draws: np.ndarray, shares: Sequence[float]
) -> np.ndarray:
    """Choose a part for each sample.

    Groups of several samples are placed first, the largest before all others, each where its
    classes are the furthest from their shares. Samples alone then fill what is left, so that
    without groups every class is within one sample of its share, and every part too.

    Args:
        strata: (N,) integers of 0 or more, such as class ids, of which each is to be in proportion.
        groups: (N,) integers; samples of equal number stay together.
        draws: (N,) float64 in [0, 1), a uniform number for each sample.
        shares: of P parts, adding up to 1.

    Returns:
        (N,) int64 in [0, P).

    Raises:
        ValueError: for arrays of unequal length.
    """
    if not len(strata) == len(groups) == len(draws):
        raise ValueError(f"{len(strata)} strata, {len(groups)} groups, {len(draws)} draws")
    part = np.zeros(len(strata), np.int64)
    if not len(strata):
        return part
    # Numbered without gaps, so that a stratum that no sample has costs nothing.
    strata = np.unique(strata, return_inverse=True)[1].reshape(-1)
    members = np.unique(groups, return_inverse=True)[1].reshape(-1)
    sizes = np.bincount(members)
    left = np.bincount(strata)[:, None] * np.asarray(shares, np.float64)
    _place_groups(part, strata, members, sizes, group_draws(draws, members), left)
    _place_single(part, strata, np.flatnonzero(sizes[members] == 1), draws, left)
    return part


def _place_groups(
    part: np.ndarray,
    strata: np.ndarray,
    members: np.ndarray,
    sizes: np.ndarray,
    draws: np.ndarray,
    left: np.ndarray,
) -> None:
    counts_in = np.bincount(strata)
    several = np.flatnonzero(sizes > 1)
    rows = np.argsort(members, kind="stable")
    starts = np.concatenate(([0], np.cumsum(sizes)))
    # While a large group has room, the small ones can still even out what it leaves.
    for group in several[np.lexsort((draws[several], -sizes[several]))].tolist():
        inside = rows[starts[group] : starts[group + 1]]
        classes, counts = np.unique(strata[inside], return_counts=True)
        # By how much the squared distance to the targets shrinks, per class size.
        gain = counts[:, None] * (2 * left[classes] - counts[:, None])
        chosen = int((gain / counts_in[classes][:, None]).sum(axis=0).argmax())
        part[inside] = chosen
        left[classes, chosen] -= counts


def _place_single(
    part: np.ndarray, strata: np.ndarray, rows: np.ndarray, draws: np.ndarray, left: np.ndarray
) -> None:
    order = rows[np.lexsort((draws[rows], strata[rows]))]
    stratum, first, counts = np.unique(strata[order], return_index=True, return_counts=True)
    # What rounding owes each part passes on to the next class: of many small classes the largest
    # part would otherwise get all.
    owed = np.zeros(left.shape[1])
    for number, start, count in zip(stratum.tolist(), first.tolist(), counts.tolist(), strict=True):
        wanted = np.maximum(left[number], 0.0)
        wanted *= count / wanted.sum()
        given = np.floor(wanted + 1e-9)
        rest = wanted - given
        seats = count - int(given.sum())
        given[np.argsort(-(rest + owed), kind="stable")[:seats]] += 1
        owed += wanted - given
        part[order[start : start + count]] = np.repeat(np.arange(len(given)), given.astype(int))
