"""Pairwise agreement of detectors, and their agreement with the given labels.

O(N log N) for each pair of detectors.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from lnl_gui.detect.detectors.result import DetectorResult
from lnl_gui.util.messages import Message, message
from lnl_gui.util.statistics.average_ranks import average_ranks


@dataclass(frozen=True)
class DetectorAgreement:
    """Agreement of K detectors over a dataset.

    Attributes:
        names: K names.
        same_vote: (K, K) float64, share of the samples both vote on where they vote alike; NaN
            for pairs that share none.
        same_order: (K, K) float64, rank correlation of their scores in [-1, 1]; NaN likewise.
        given_agreement: (K,) float64, share of each one's votes that agree with the given label.
            NaN for those that were shown that label in training: of course they agree.
        sentence: which agrees best with the labels; that does not say whether it helps the others.
    """

    names: list[str]
    same_vote: np.ndarray
    same_order: np.ndarray
    given_agreement: np.ndarray
    sentence: Message


def detector_agreement(
    detectors: Sequence[DetectorResult],
    given_labels: np.ndarray,
    *,
    titles: Mapping[str, Message | str] | None = None,
    in_sample: Collection[str] = (),
) -> DetectorAgreement:
    """Compare K detectors with one another and with the given labels.

    Args:
        detectors: K results on the same N samples.
        given_labels: (N,) int, -1 for none.
        titles: what a person calls each detector, by its name.
        in_sample: names of those that learnt from the very labels on which they vote.
    """
    number = len(detectors)
    same_vote, same_order = np.full((2, number, number), np.nan)
    for i, left in enumerate(detectors):
        for j, right in enumerate(detectors[: i + 1]):
            both = (left.vote >= 0) & (right.vote >= 0)
            if both.any():
                alike = (left.vote[both] == right.vote[both]).mean()
                same_vote[i, j] = same_vote[j, i] = alike
            same_order[i, j] = same_order[j, i] = _rank_correlation(left.score, right.score)
    given_agreement = np.array(
        [
            np.nan if result.name in in_sample else _given_agreement(result, given_labels)
            for result in detectors
        ]
    )
    names = [result.name for result in detectors]
    shown = [(titles or {}).get(name, name) for name in names]
    return DetectorAgreement(
        names,
        same_vote,
        same_order,
        given_agreement,
        _sentence(shown, given_agreement, in_sample=any(name in in_sample for name in names)),
    )


def _given_agreement(result: DetectorResult, given_labels: np.ndarray) -> float:
    voted = (result.vote >= 0) & (given_labels >= 0)
    return float((result.vote[voted] == given_labels[voted]).mean()) if voted.any() else np.nan


def _rank_correlation(left: np.ndarray, right: np.ndarray) -> float:
    """Spearman's, over the samples both could judge."""
    both = np.isfinite(left) & np.isfinite(right)
    if both.sum() < 2:
        return float("nan")
    ranks = [average_ranks(scores[both]) for scores in (left, right)]
    spreads = [rank.std() for rank in ranks]
    # Equal scores throughout have no order to compare.
    if min(spreads) == 0:
        return float("nan")
    centred = [rank - rank.mean() for rank in ranks]
    return float((centred[0] * centred[1]).mean() / (spreads[0] * spreads[1]))


def _sentence(
    titles: list[Message | str], given_agreement: np.ndarray, *, in_sample: bool
) -> Message:
    if not np.isfinite(given_agreement).any():
        if in_sample:
            return message("No detector voted that was not shown the labels in training.")
        return message("No detector could vote.")
    best = int(np.nanargmax(given_agreement))
    return message(
        "{title} agrees best with labels that it was not shown: {percent:.0f} % of its votes do.",
        title=titles[best],
        percent=100 * float(given_agreement[best]),
    )
