"""Aggregation of several annotators' labels with the consensus of a detect run.

The consensus reads one given label. That label's likelihood is divided out of its posterior again,
which becomes the prior of a Dawid-Skene model of all annotators: two who agree against the majority
count, and one who errs often counts little.
"""

from dataclasses import dataclass, replace

import numpy as np

from lnl_gui.detect.consensus.consensus_result import Consensus
from lnl_gui.detect.consensus.shifted_odds import shifted_to_mean
from lnl_gui.detect.consensus.threshold import expected_f_threshold
from lnl_gui.detect.consensus.uncertainty import class_rates
from lnl_gui.detect.detectors.annotators import (
    MAXIMUM_CLASSES,
    DawidSkene,
    annotators_result,
    dawid_skene,
)
from lnl_gui.detect.detectors.registry import DetectorInfo
from lnl_gui.detect.detectors.result import NO_VOTE, DetectorResult
from lnl_gui.store.dataset.annotators import Annotations
from lnl_gui.store.detection.detection_summary import AnnotatorFigures
from lnl_gui.util.messages import message
from lnl_gui.util.progress import Progress, no_progress

NAME = "annotators"
ANNOTATORS = DetectorInfo(
    NAME,
    message("Annotators together"),
    message("Weighs each person's label by how often that person is right."),
    "O(iterations N A C), memory O(N C + A C^2)",
    "lnl_gui.pipeline.detection.annotators:aggregate_annotators",
)
# No class is impossible: a label that all annotators share must be able to outweigh the image.
_LEAST_PROBABILITY = 1e-6


@dataclass(frozen=True)
class AggregatedAnnotators:
    """A consensus that uses every annotator's labels."""

    consensus: Consensus
    detector: DetectorResult
    quality: list[AnnotatorFigures]
    """one entry an annotator"""


def aggregate_annotators(
    consensus: Consensus,
    annotations: Annotations,
    given: np.ndarray,
    *,
    number_of_classes: int,
    emphasis: float = 0.0,
    progress: Progress = no_progress,
) -> AggregatedAnnotators | None:
    """Join the annotators' labels to a consensus made of the given labels.

    Args:
        consensus: of N samples.
        annotations: labels (N, A) of A annotators, -1 where one gave none.
        given: (N,) int32.
        number_of_classes: C.
        emphasis: in [-1, 1], precision to recall, for the cut.
        progress: called with iterations done and all.

    Returns:
        None where C exceeds `MAXIMUM_CLASSES`: a confusion matrix needs C squared figures.
    """
    if number_of_classes > MAXIMUM_CLASSES:
        return None
    said = np.asarray(annotations.labels, np.int32)
    # The given label is a witness of its own, unless it was made from the annotators' or is one of
    # theirs: counted twice it would outweigh the others.
    separate = not annotations.given_is_majority and not (said == given[:, None]).all(axis=0).any()
    aggregated = dawid_skene(
        np.column_stack([said, given]).astype(np.int32) if separate else said,
        number_of_classes=number_of_classes,
        probabilities=image_probabilities(consensus, given, number_of_classes),
        progress=progress,
    )
    quality = [
        AnnotatorFigures(name, round(float(share), 4), int((column >= 0).sum()))
        for name, share, column in zip(
            annotations.names, aggregated.annotator_quality, said.T, strict=False
        )
        if not np.isnan(share)
    ]
    joined = _joined(consensus, aggregated, given, number_of_classes, emphasis)
    return AggregatedAnnotators(joined, annotators_result(aggregated, given), quality)


def image_probabilities(
    consensus: Consensus, given: np.ndarray, number_of_classes: int
) -> np.ndarray:
    """(N, C) float32 P(class | image): the posterior with the given label's likelihood divided out.

    By the noise alone it is proportional to P(class | image) T[class, given]^reliability. Classes
    beyond the kept ones share what is left, so that no class is impossible.
    """
    kept = np.nan_to_num(consensus.posterior.astype(np.float64))
    classes = np.maximum(consensus.posterior_classes, 0)
    if consensus.none_share is not None:
        share = consensus.none_share[:, None]
        own = np.where(consensus.posterior_classes == given[:, None], share, 0.0)
        kept = np.maximum(kept - own, 0.0) / (1.0 - share)
    evidence = consensus.transition_matrix[classes, np.maximum(given, 0)[:, None]]
    freed = kept / np.maximum(evidence, _LEAST_PROBABILITY) ** consensus.label_reliability
    found = np.full((len(given), number_of_classes), _LEAST_PROBABILITY)
    np.add.at(found, (np.arange(len(given))[:, None], classes), freed)
    found /= found.sum(axis=1, keepdims=True)
    found[np.isnan(consensus.suspicion)] = np.nan
    return found.astype(np.float32)


def _joined(
    consensus: Consensus,
    aggregated: DawidSkene,
    given: np.ndarray,
    number_of_classes: int,
    emphasis: float,
) -> Consensus:
    """The consensus with suspicion, suggestion and cut as the annotators have them.

    People err on the same hard images, which confusion matrices of their own do not know: their
    joint posterior is too sure. Its log-odds are moved until it expects as many errors as before.
    """
    judged = np.isfinite(consensus.suspicion) & (aggregated.label >= 0) & (given >= 0)
    # A person's verdict is certain, whatever the annotators said.
    decided = judged & np.isin(consensus.suspicion, (0.0, 1.0)) & ~consensus.flagged
    free = np.flatnonzero(judged & ~decided)
    if not len(free):
        # Everything is decided, or nothing could be judged.
        return consensus
    suspicion = consensus.suspicion.copy()
    wrong = 1 - aggregated.posterior[free, given[free]]
    by_noise = shifted_to_mean(wrong, float(consensus.suspicion_by_noise[free].mean()))
    error = consensus.error_above
    threshold = expected_f_threshold(
        by_noise,
        emphasis=emphasis,
        relative_error=consensus.relative_error if error is None else error,
    )
    flagged = np.zeros(len(given), bool)
    flagged[free] = by_noise >= threshold
    suspicion[free] = by_noise
    if consensus.none_share is not None:
        suspicion[free] *= 1.0 - consensus.none_share[free]
    # That perhaps no label is wrong takes as much from all, and nothing from what is worth a look.
    threshold = min(threshold, float(suspicion[flagged].min(initial=1.0)))
    suggested = consensus.suggested_label.copy()
    # Where the image or all annotators together name another class, the likeliest other one.
    doubted = flagged | (consensus.suggested_label != given) | (aggregated.label != given)
    doubted &= judged & ~decided
    other = aggregated.posterior[doubted].copy()
    other[np.arange(len(other)), given[doubted]] = -1
    suggested[doubted] = other.argmax(axis=1)
    perhaps_right = consensus.perhaps_right
    rate, interval = class_rates(
        suspicion[judged],
        given[judged],
        number_of_classes=number_of_classes,
        perhaps_right=None if perhaps_right is None else perhaps_right[judged],
    )
    return replace(
        consensus,
        suspicion=suspicion,
        # The annotators' own labels moved it, which no repetition knew of.
        suspicion_spread=np.full_like(consensus.suspicion_spread, np.nan),
        agreeing=np.full_like(consensus.agreeing, NO_VOTE),
        suggested_label=suggested,
        flagged=flagged,
        threshold=threshold,
        class_noise_rate=rate,
        class_noise_rate_interval=interval,
    )
