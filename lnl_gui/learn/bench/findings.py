"""Results of detectors on N labels in the form that benchmarks compare."""

from dataclasses import dataclass

import numpy as np

from lnl_gui.detect.consensus.consensus_result import Consensus
from lnl_gui.detect.consensus.threshold import expected_f_threshold
from lnl_gui.detect.detectors.result import DetectorResult


@dataclass(frozen=True)
class Finding:
    """Scores, flags and proposals of one detector.

    Attributes:
        suspicion: (N,) float, higher is more suspect; NaN where it could not be judged.
        flagged: (N,) bool, what is called wrong.
        suggested_label: (N,) int proposed classes, -1 for none.
        expected_errors: the detector's own estimate of how many labels are wrong; None without.
        interval: 95 % interval of that estimate, in samples; None without.
    """

    suspicion: np.ndarray
    flagged: np.ndarray
    suggested_label: np.ndarray
    expected_errors: float | None = None
    interval: tuple[float, float] | None = None


def consensus_finding(found: Consensus) -> Finding:
    """The consensus with its own threshold and its estimate of the noise rate."""
    count = len(found.suspicion)
    low, high = found.noise_rate_interval
    return Finding(
        found.suspicion,
        found.flagged,
        found.suggested_label,
        found.noise_rate * count,
        (low * count, high * count),
    )


def detector_finding(found: DetectorResult) -> Finding:
    """A single detector, cut where its own scores expect the best F1."""
    return Finding(found.score, found.score >= expected_f_threshold(found.score), found.vote)
