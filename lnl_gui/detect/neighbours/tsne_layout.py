"""The layout of a neighbour graph by t-SNE (van der Maaten and Hinton 2008).

Computed by openTSNE (Policar, Strazar, Zupan 2024), whose defaults are kept: perplexity 30, 250
iterations at exaggeration 12, 500 more, learning rate N / exaggeration (Belkina et al. 2019).
"""

from collections.abc import Callable
from typing import Any

import numpy as np

from lnl_gui.util.progress import Progress

PERPLEXITY = 30
NEIGHBOURS = 3 * PERPLEXITY + 1
"""A sample itself and those nearest to it: beyond three times the perplexity weights vanish."""
_EARLY, _LATE = 250, 500
_EXAGGERATION = 12
_FIRST_SPREAD = 1e-4
"""Deviation of the first coordinates: from wider ones the first steps overshoot."""
_REPORTED = 5
"""Iterations between two reports."""


def tsne_layout(
    index: np.ndarray,
    distance: np.ndarray,
    first: np.ndarray,
    *,
    seed: int,
    threads: int | None,
    progress_of: Callable[[str], Progress],
) -> np.ndarray:
    """Embed a neighbour graph in the plane by t-SNE.

    Args:
        index: int (n, k), the nearest others of each sample; the perplexity is at most k / 3.
        distance: float (n, k), Euclidean.
        first: float32 (n, 2), where each sample begins.
        seed: of everything random.
        threads: to compute on; None means all there are.
        progress_of: the progress of a stage, compile or projection; may raise `Cancelled`.

    Returns:
        (n, 2) float32.

    Raises:
        Cancelled: from `progress_of`.
    """
    loading = progress_of("compile")
    loading(0, 1)
    from openTSNE import TSNEEmbedding  # noqa: PLC0415 - a second, for this layout alone
    from openTSNE.affinity import PerplexityBasedNN  # noqa: PLC0415
    from openTSNE.nearest_neighbors import PrecomputedNeighbors  # noqa: PLC0415

    loading(1, 1)
    missing = index < 0
    if missing.any():
        # Compiled code follows every number. So far away, a sample attracts nothing.
        distance = np.where(missing, 100 * distance.max(where=~missing, initial=1e-6), distance)
        index = np.where(missing, index[:, :1].clip(0), index)
    # -1 means all processors there.
    jobs = threads or -1
    affinities = PerplexityBasedNN(
        knn_index=PrecomputedNeighbors(index, distance),
        perplexity=min(PERPLEXITY, index.shape[1] / 3),
        n_jobs=jobs,
    )
    reports = _Reports(progress_of("projection"))
    embedding: Any = TSNEEmbedding(
        np.asarray(first / first[:, 0].std() * _FIRST_SPREAD, np.float64),
        affinities,
        n_jobs=jobs,
        random_state=seed,
        learning_rate="auto",
        callbacks=[reports],
        callbacks_every_iters=_REPORTED,
    )
    embedding.optimize(_EARLY, exaggeration=_EXAGGERATION, momentum=0.5, inplace=True)
    reports.before = _EARLY
    embedding.optimize(_LATE, momentum=0.8, inplace=True)
    return np.asarray(embedding, dtype=np.float32)


class _Reports:
    """openTSNE's hook between iterations: says how many are done; raises where it is cancelled."""

    def __init__(self, progress: Progress) -> None:
        self._progress = progress
        self.before = 0

    def __call__(self, iteration: int, _error: float, _embedding: np.ndarray) -> bool:
        self._progress(self.before + iteration, _EARLY + _LATE)
        # True would end the layout.
        return False
