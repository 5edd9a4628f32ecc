"""Everything that is judged about the labels of a dataset, in one call for every caller.

The window and the command line (by way of the detect job), the benchmarks and the library's own
`find_label_issues` go through `judge_labels`.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from lnl_gui.detect.consensus.consensus import Consensus, WarmStart, find_suspects
from lnl_gui.detect.detectors.result import NO_VOTE, DetectorResult
from lnl_gui.detect.issues.issue import IssueResult
from lnl_gui.detect.issues.off_topic import class_distance, find_off_topic, reference_labels
from lnl_gui.util.progress import Progress, no_progress
from lnl_gui.util.well_labelled import ERROR_SHARE, WellLabelled, well_labelled


@dataclass(frozen=True)
class LabelJudgement:
    """What is believed about N labels.

    Attributes:
        consensus: suspicions and suggestions. An image of none of the classes has no suggestion:
            it is to be set aside, not to get another label.
        off_topic: images of none of the classes; flags are those that nobody has decided about.
        distance: (N,) float32 by which they are ranked, see `class_distance`.
    """

    consensus: Consensus
    off_topic: IssueResult
    distance: np.ndarray


def judge_labels(
    embeddings: Sequence[np.ndarray],
    given_labels: np.ndarray,
    *,
    number_of_classes: int,
    verdict_labels: np.ndarray | None = None,
    seed: int = 0,
    emphasis: float = 0.0,
    warm_start: WarmStart | None = None,
    extra_votes: Sequence[DetectorResult] = (),
    class_names: Sequence[str] = (),
    groups: np.ndarray | None = None,
    copies: np.ndarray | None = None,
    progress: Progress = no_progress,
    off_topic_progress: Progress = no_progress,
) -> LabelJudgement:
    """Find labels that are wrong and images that fit no class; arguments as `find_suspects`.

    Args:
        embeddings: K spaces (N, D_k), any float type.
        given_labels: (N,) int in [0, C); -1 where a sample has none.
        number_of_classes: C.
        verdict_labels: (N,) int the class a person decided on, -1 where nobody has.
        seed: of every random draw.
        emphasis: in [-1, 1]; above 0 flags more, below 0 fewer.
        warm_start: of an earlier consensus on the same embeddings and given labels.
        extra_votes: results of further detectors.
        class_names: the C names, for the warnings.
        groups: (N,) int, -1 alone; see `find_suspects`.
        copies: (N,) int, -1 alone; see `find_suspects`.
        progress: stages of the consensus done of all.
        off_topic_progress: samples looked at for belonging to no class, of all.

    Raises:
        UserError: for lengths that differ, labels out of range, or no usable sample.
    """
    consensus = find_suspects(
        embeddings,
        given_labels,
        number_of_classes=number_of_classes,
        verdict_labels=verdict_labels,
        seed=seed,
        emphasis=emphasis,
        warm_start=warm_start,
        extra_votes=extra_votes,
        class_names=class_names,
        groups=groups,
        copies=copies,
        progress=progress,
    )
    verdicts = np.full(len(given_labels), NO_VOTE) if verdict_labels is None else verdict_labels
    decided = np.asarray(verdicts) >= 0
    labels = np.where(decided, verdicts, given_labels).astype(np.int64)
    distance = class_distance(
        embeddings,
        reference_labels(labels, consensus.flagged),
        number_of_classes=number_of_classes,
        groups=copies,
        seed=seed,
        progress=off_topic_progress,
    )
    found = find_off_topic(distance)
    found = replace(found, flagged=found.flagged & ~decided)
    return LabelJudgement(without_suggestions(consensus, found.flagged), found, distance)


def sound_labels(
    consensus: Consensus, off_topic: np.ndarray, *, level: float = ERROR_SHARE
) -> WellLabelled:
    """The largest set of N labels that nobody need look at; empty where nothing could be judged.

    Args:
        consensus: of N samples.
        off_topic: (N,) bool, images of none of the classes, which are not in it.
        level: share of wrong labels in (0, 1) that is good enough.
    """
    told = consensus.separation is None or consensus.separation.informative
    out = off_topic | consensus.held_back | consensus.flagged
    if not told or not consensus.weights:
        out = np.ones_like(out)
    return well_labelled(np.where(out, np.nan, consensus.suspicion), level=level)


def without_suggestions(consensus: Consensus, off_topic: np.ndarray) -> Consensus:
    """The consensus with no class suggested for images `off_topic` (N,) bool of none of them."""
    return replace(
        consensus,
        suggested_label=np.where(off_topic, NO_VOTE, consensus.suggested_label).astype(np.int32),
        confidence=np.where(off_topic, np.nan, consensus.confidence).astype(np.float32),
    )
