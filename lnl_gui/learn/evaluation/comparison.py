"""Paired comparison of two classifiers on the same held-out samples."""

from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from lnl_gui.util.messages import Message, joined, message

RESAMPLES = 2000
"""From seed to seed the ends of a 95 % interval then vary by about 2 % of its width."""


@dataclass(frozen=True)
class Comparison:
    """Two classifiers on the same H samples with the same labels.

    Attributes:
        difference: accuracy after minus before, in [-1, 1].
        interval: its 95 % interval from the paired bootstrap.
        corrected: how many samples became right.
        degraded: how many became wrong.
        samples: H.
        confirmed: how many of the H labels were confirmed by a person.
        difference_confirmed: the difference on those alone; None without.
        notes: what the user should know, in sentences.
    """

    difference: float
    interval: tuple[float, float]
    corrected: int
    degraded: int
    samples: int
    confirmed: int
    difference_confirmed: float | None
    notes: tuple[Message, ...]

    def to_dict(self) -> dict[str, Any]:
        """The JSON form."""
        return asdict(self)


def compare(
    before: np.ndarray,
    after: np.ndarray,
    *,
    labels: np.ndarray,
    confirmed: np.ndarray | None = None,
    seed: int = 0,
    resamples: int = RESAMPLES,
) -> Comparison:
    """Compare two classifiers' probabilities (H, C) on the same samples.

    Args:
        before: (H, C) of the classifier trained on given labels; H >= 1.
        after: (H, C) of the one trained on curated labels.
        labels: (H,) int, the best labels known.
        confirmed: (H,) bool, labels that a person confirmed.
        seed: of the resampling.
        resamples: how often.
    """
    right_before = before.argmax(axis=1) == labels
    right_after = after.argmax(axis=1) == labels
    # Paired: both judge the same samples, so that what both get right or wrong cancels.
    change = right_after.astype(np.int64) - right_before
    known = np.zeros(len(labels), bool) if confirmed is None else confirmed.astype(bool)
    return Comparison(
        difference=float(change.mean()),
        interval=paired_interval(change, seed=seed, resamples=resamples),
        corrected=int((change > 0).sum()),
        degraded=int((change < 0).sum()),
        samples=len(labels),
        confirmed=int(known.sum()),
        difference_confirmed=float(change[known].mean()) if known.any() else None,
        notes=_notes(len(labels), int(known.sum())),
    )


def paired_interval(
    change: np.ndarray, *, seed: int = 0, resamples: int = RESAMPLES, level: float = 0.95
) -> tuple[float, float]:
    """Percentile bootstrap interval of the mean of `change` (H,), values -1, 0 and 1.

    Resampling H samples with replacement draws the three counts from a multinomial, which is the
    same distribution at a cost that does not grow with H.
    """
    count = len(change)
    shares = np.array([(change < 0).sum(), (change == 0).sum(), (change > 0).sum()]) / count
    drawn = np.random.default_rng(seed).multinomial(count, shares, size=resamples)
    means = (drawn[:, 2] - drawn[:, 0]) / count
    low, high = np.quantile(means, [(1 - level) / 2, (1 + level) / 2])
    return float(low), float(high)


def _notes(samples: int, confirmed: int) -> tuple[Message, ...]:
    if confirmed == samples:
        return ()
    if confirmed == 0:
        said = message("No held-out label has been confirmed by a person.")
    else:
        said = message(
            "Only {confirmed} of {samples} held-out labels have been confirmed by a person.",
            confirmed=confirmed,
            samples=samples,
        )
    meaning = message(
        "Wrong labels among them hide part of the difference, and errors that people make alike"
        " everywhere can favour the model trained on them."
    )
    return (joined((said, meaning), " "),)
