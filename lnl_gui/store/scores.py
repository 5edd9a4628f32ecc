"""Read the results of a detect run: a folder of arrays with one value a sample.

`suspicion.npy, suggested.npy, flagged.npy, loss.npy, order.npy` and, by detector,
`detector-NAME-score.npy` and `detector-NAME-vote.npy`; `detectors.json`, `mixture.json`,
`issues.json`, `summary.json`; `neighbours.npy` with `neighbour_similarity.npy`; `projection.npy`.
"""

from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from lnl_gui.store.detection_summary import DetectionSummary, read_summary

ORDER, CONFIDENCE = "order", "confidence"


@dataclass(frozen=True)
class Scores:
    """The scores of one detect run, length N each."""

    suspicion: np.ndarray
    """float32, NaN where there is no embedding"""
    suggested: np.ndarray
    """int32, -1 where there is no suggestion"""
    flagged: np.ndarray
    """bool"""
    loss: np.ndarray
    """float32, nats"""
    confidence: np.ndarray
    """float32, probability that the suggestion for a sample without a label is right; else NaN"""
    worst_first: np.ndarray | None = None
    """int32, rows by suspicion, the highest first"""
    summary: DetectionSummary = field(default_factory=DetectionSummary)
    folder: Path | None = None


def no_scores(count: int) -> Scores:
    """Placeholder columns of `count` samples before any detection: NaN, -1 and False."""
    return Scores(
        np.full(count, np.nan, np.float32),
        np.full(count, -1, np.int32),
        np.zeros(count, bool),
        np.full(count, np.nan, np.float32),
        np.full(count, np.nan, np.float32),
    )


def load_scores(folder: Path, count: int) -> Scores:
    """Read the columns of a finished detect run, for `count` samples.

    Samples that came into the dataset after it have no scores.

    Raises:
        OSError: when a file is missing.
        ValueError: when an array is damaged.
        UserError: when the summary is.
    """
    suspicion, suggested, flagged, loss = (
        padded(np.load(folder / f"{name}.npy"), count)
        for name in ("suspicion", "suggested", "flagged", "loss")
    )
    sure = folder / f"{CONFIDENCE}.npy"
    # Earlier versions knew no samples without a label.
    confidence = np.full_like(suspicion, np.nan)
    if sure.is_file():
        confidence = padded(np.load(sure), count)
    order = folder / f"{ORDER}.npy"
    # Detections of earlier versions left no order; the session then sorts for itself.
    worst_first = np.load(order) if order.is_file() else None
    if worst_first is not None and len(worst_first) < count:
        worst_first = None
    summary = read_summary(folder)
    return Scores(suspicion, suggested, flagged, loss, confidence, worst_first, summary, folder)


def load_array(folder: Path, name: str, *, count: int = 0) -> np.ndarray | None:
    """One memory-mapped array of a detect run, or None when that run did not make it.

    With `count` its shape is (n, ...) with n >= `count`, empty for samples that came after the run.
    """
    path = folder / f"{name}.npy"
    # Mapped: of a posterior or of neighbours the window reads a few rows at a time.
    return padded(np.load(path, mmap_mode="r"), count) if path.is_file() else None


def padded(values: np.ndarray, count: int) -> np.ndarray:
    """Rows of NaN, -1 or False behind an array (n, ...) of fewer than `count` samples."""
    if len(values) >= count:
        return values
    empty = {"f": np.nan, "i": -1}.get(values.dtype.kind, 0)
    shape = (count - len(values), *values.shape[1:])
    return np.concatenate([values, np.full(shape, empty, values.dtype)])
