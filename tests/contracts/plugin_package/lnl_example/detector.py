"""A detector: how much nearer another class's mean lies than the given class's."""

from collections.abc import Sequence

import numpy as np

from lnl_gui.detect.detectors.registry import DetectorInfo
from lnl_gui.detect.detectors.result import DetectorResult
from lnl_gui.util.progress import Progress, no_progress


def detect_by_centroid(
    embeddings: Sequence[np.ndarray],
    given_labels: np.ndarray,
    *,
    number_of_classes: int,
    seed: int = 0,
    progress: Progress = no_progress,
) -> DetectorResult:
    """Score every sample; K embeddings of (N, D_k), given labels (N,) in [0, C)."""
    features = np.concatenate([np.asarray(space, np.float32) for space in embeddings], axis=1)
    labels = range(number_of_classes)
    means = np.stack([features[given_labels == label].mean(axis=0) for label in labels])
    distance = np.linalg.norm(features[:, None] - means[None], axis=2)
    own = distance[np.arange(len(features)), given_labels]
    progress(1, 1)
    vote = distance.argmin(axis=1)
    return DetectorResult("centroid", own / (own + distance.min(axis=1) + 1e-9), vote)


INFO = DetectorInfo(
    "centroid",
    "Class means",
    "Suspects images that lie nearer to the mean of another class.",
    "O(N C D)",
    "lnl_example.detector:detect_by_centroid",
)
