"""Result type of detectors: one score and one suggested class per sample."""

from dataclasses import dataclass, field

import numpy as np

NO_VOTE = -1
"""The vote of a detector that proposes no class for a sample."""


@dataclass(frozen=True)
class DetectorResult:
    """Scores and votes of one detector for N samples.

    Attributes:
        name: the detector's name in the registry.
        score: (N,) float32, higher is more suspect, in [0, 1] where the method allows it;
            NaN where the detector could not judge the sample.
        vote: (N,) int32, the class the detector proposes (it may equal the given label),
            or -1 for none.
        details: further arrays by name, such as `loss` (N,) or `neighbours` (N, k).
    """

    name: str
    score: np.ndarray
    vote: np.ndarray
    details: dict[str, np.ndarray] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if self.score.ndim != 1 or self.score.shape != self.vote.shape:
            raise ValueError(
                f"score {self.score.shape} and vote {self.vote.shape} must both have shape (N,)"
            )
        object.__setattr__(self, "score", self.score.astype(np.float32, copy=False))
        object.__setattr__(self, "vote", self.vote.astype(np.int32, copy=False))
