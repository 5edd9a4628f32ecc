"""The layout of a neighbour graph by UMAP (McInnes, Healy, Melville 2018).

Source: arXiv:1802.03426. UMAP's own search for neighbours is not used: its compilation alone takes
half a minute in every process, longer than an exact search among 50 000.
"""

import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from types import ModuleType
from typing import Any

import numba
import numpy as np

from lnl_gui.util.progress import Progress

NEIGHBOURS = 15
"""A sample itself and those nearest to it: UMAP's own default."""
_PARALLEL_FROM = 20_000
"""Below it one thread is fast enough and the same seed gives the same picture."""
# UMAP's default.
_MINIMUM_DISTANCE = 0.1
# UMAP takes 500 up to 10 000 samples, which begin anywhere. These begin on their principal axes: of
# 5 000 and 10 000 photographs and 10 000 drawn points 200 leave trustworthiness within .005, in two
# fifths of the time; of 50 000 photographs 100 would cost .015.
_FEW, _MOST_EPOCHS, _EPOCHS = 2_500, 500, 200


def umap_layout(
    index: np.ndarray,
    distance: np.ndarray,
    first: np.ndarray,
    *,
    seed: int,
    threads: int | None,
    progress_of: Callable[[str], Progress],
) -> np.ndarray:
    """Make a neighbour graph fuzzy and embed it in the plane.

    Args:
        index: int (n, k), the nearest others of each sample.
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
    compiling = progress_of("compile")
    compiling(0, 2)
    umap = _umap()
    compiling(1, 2)
    count = len(first)
    random = np.random.RandomState(seed)
    # UMAP counts each sample as its own first neighbour.
    itself = np.arange(count, dtype=np.int32)[:, None]
    with _at_most(threads) as number:
        graph = umap.fuzzy_simplicial_set(
            first,
            index.shape[1] + 1,
            random,
            "euclidean",
            knn_indices=np.concatenate([itself, index], axis=1),
            knn_dists=np.concatenate([np.zeros_like(distance[:, :1]), distance], axis=1),
        )[0]
        compiling(2, 2)
        a, b = umap.find_ab_params(1.0, _MINIMUM_DISTANCE)
        epochs = _MOST_EPOCHS if count <= _FEW else _EPOCHS
        projection, _ = umap.simplicial_set_embedding(
            data=first,
            graph=graph,
            n_components=2,
            # UMAP's own defaults, as are the other rates and weights.
            initial_alpha=1.0,
            a=a,
            b=b,
            gamma=1.0,
            negative_sample_rate=5,
            n_epochs=epochs,
            init=first,
            random_state=random,
            metric="euclidean",
            metric_kwds={},
            densmap=False,
            densmap_kwds={},
            output_dens=False,
            parallel=number > 1 and count >= _PARALLEL_FROM,
            tqdm_kwds=_reporting(progress_of("projection"), epochs),
        )
    return np.asarray(projection, dtype=np.float32)


def _umap() -> Any:
    """UMAP's functions; loading them takes seconds, and half a minute the first time of all."""
    with warnings.catch_warnings():
        # Of Tensorflow, which nobody needs here, and of progress bars in notebooks.
        warnings.simplefilter("ignore")
        from umap import umap_  # noqa: PLC0415 - see above
    for function in _kept_for_other_processes(umap_):
        with suppress(RuntimeError):  # no folder can be written
            function.enable_caching()
    return umap_


def _kept_for_other_processes(umap_: ModuleType) -> list[Any]:
    """What UMAP compiles anew in every process: 5.9 of the 7.0 s that 120 samples take.

    Of the layout only that of one thread, 1.4 of 1.8 s: that of several would be kept under the
    same name.
    """
    from umap import layouts  # noqa: PLC0415 - as UMAP itself

    kept = [umap_.smooth_knn_dist, umap_.compute_membership_strengths]
    # Of no public interface: without it a layout is compiled, as it always was.
    layout_of = getattr(layouts, "_get_optimize_layout_euclidean_single_epoch_fn", None)
    return kept if layout_of is None else [*kept, layout_of(parallel=False)]


@contextmanager
def _at_most(threads: int | None) -> Iterator[int]:
    """Compiled loops use so many threads inside; yields the number."""
    before = numba.get_num_threads()
    number = max(1, min(threads or before, before))
    numba.set_num_threads(number)
    try:
        yield number
    finally:
        numba.set_num_threads(before)


class _EpochLine:
    """A stream for UMAP's progress bar: what is written there reports the epoch."""

    def __init__(self, progress: Progress, epochs: int) -> None:
        self._progress, self._epochs = progress, epochs

    def write(self, text: str) -> None:
        if text.strip().isdecimal():
            self._progress(int(text), self._epochs)

    def flush(self) -> None:
        """Nothing is kept back."""


def _reporting(progress: Progress, epochs: int) -> dict[str, Any]:
    """UMAP's one hook between epochs: options of its progress bar."""
    line = _EpochLine(progress, epochs)
    return {
        "file": line,
        "disable": False,
        "bar_format": "{n}",
        # tqdm's own would skip the epochs of a tenth of a second.
        "miniters": 1,
        "mininterval": 0,
        "leave": False,
    }
