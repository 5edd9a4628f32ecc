"""Everything that is judged about the labels of a dataset, in one call for every caller.

The window and the command line (by way of the detect job), the benchmarks and the library's own
`find_label_issues` go through `judge_labels`.
"""

from dataclasses import dataclass, replace

import numpy as np

from lnl_gui.detect.consensus.assembly import unbounded
from lnl_gui.detect.consensus.consensus import find_suspects
from lnl_gui.detect.consensus.consensus_result import Consensus, WarmStart
from lnl_gui.detect.consensus.detection_input import DetectionInput
from lnl_gui.detect.consensus.diagnosis import NOT_JUDGED
from lnl_gui.detect.consensus.uncertainty import expected_errors, reaches_none
from lnl_gui.detect.detectors.result import NO_VOTE
from lnl_gui.detect.issues.issue import IssueResult
from lnl_gui.detect.issues.off_topic import class_distance, find_off_topic, reference_labels
from lnl_gui.detect.near_copies import share_nearly_equal
from lnl_gui.detect.probes.preparation import Features
from lnl_gui.store.detection.rate_doubts import OF_UNKNOWN_RATE
from lnl_gui.util.messages import Message, message
from lnl_gui.util.progress import Progress, no_progress
from lnl_gui.util.statistics.intervals import MODEL_ERROR
from lnl_gui.util.statistics.well_labelled import ERROR_SHARE, WellLabelled, well_labelled

# Standard errors of the noise rate that a set is reckoned with. With none the bound of 1 % was
# broken by 9 of 62 sets of nine domains (pairs of classes exchanged, labels that people gave), with
# .5 by none.
_SHARE_OF_ERROR = 0.5
# Share of images with others that are all but equal from which suspicions cannot be trusted. Of 16
# ordinary sets it is .02 at most (of eight others .1), of frames .4 and more: of videos a fifth of
# which had another label .39 were enough for "0 wrong", with 110 of 600 wrong.
_MOST = 0.2
NOTHING_RULED_OUT = message(
    "The labels cannot be judged by this embedding: a classifier on it agrees with"
    " {agreement:.0%} of them, the largest class alone with {majority:.0%}, and that leaves any"
    " number of wrong ones possible, from none to all. Do not trust the suspects; try another"
    " encoder."
)
_REASONS = frozenset(said.template for said in (*NOT_JUDGED, NOTHING_RULED_OUT))


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
    wanted: DetectionInput,
    *,
    warm_start: WarmStart | None = None,
    progress: Progress = no_progress,
    off_topic_progress: Progress = no_progress,
) -> LabelJudgement:
    """Find labels that are wrong and images that fit no class.

    Args:
        wanted: N samples of C classes.
        warm_start: of an earlier consensus on the same embeddings and given labels.
        progress: stages of the consensus done of all.
        off_topic_progress: samples looked at for belonging to no class, of all.

    Raises:
        UserError: for lengths that differ, labels out of range, or no usable sample.
    """
    consensus = find_suspects(wanted, warm_start=warm_start, progress=progress)
    consensus = with_reason_first(consensus)
    given_labels, verdicts = wanted.given_labels, wanted.verdict_labels
    if verdicts is None:
        verdicts = np.full(len(given_labels), NO_VOTE)
    decided = np.asarray(verdicts) >= 0
    labels = np.where(decided, verdicts, given_labels).astype(np.int64)
    distance = class_distance(
        wanted.embeddings,
        reference_labels(labels, consensus.flagged),
        number_of_classes=wanted.number_of_classes,
        groups=wanted.copies,
        seed=wanted.seed,
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
    out = off_topic | consensus.held_back | consensus.flagged | consensus.undecidable
    if not consensus.informative or not consensus.weights:
        out = np.ones_like(out)
    return well_labelled(
        # Were it said of hard images that they need no look because perhaps no label is wrong, none
        # would find out that some are.
        np.where(out, np.nan, consensus.suspicion_by_noise),
        level=level,
        doubt=_labels_in_doubt(consensus),
        together=consensus.together,
    )


def _labels_in_doubt(consensus: Consensus) -> float:
    """Wrong labels beyond the expected that the others must be reckoned to hold.

    Where the data tell not even whether labels are wrong, as many are as the interval allows.
    """
    suspicion, error = consensus.suspicion_by_noise, consensus.error_above
    if error is None:
        error = consensus.relative_error
    errors = expected_errors(suspicion, relative_error=error, floor=0.0)
    if reaches_none(error):
        return errors.high - errors.value
    # What every estimate is off by is in the bound of each set already.
    beyond = max(error**2 - MODEL_ERROR**2, 0.0) ** 0.5
    return _SHARE_OF_ERROR * beyond * errors.value


def untold_frames(features: Features, labels: np.ndarray, copies: np.ndarray | None) -> float:
    """Share of the images that have others all but equal, where it is too large to believe in.

    Args:
        features: prepared, of some of N samples.
        labels: (N,) int, negative for none; samples without one are left out.
        copies: (N,) int, -1 alone, or None: of those that are known as copies one is enough.

    Returns:
        in [0, 1]; 0 where suspicions can be trusted.
    """
    given = labels[features.rows]
    kept = given >= 0
    if copies is not None:
        groups = copies[features.rows]
        first = np.unique(groups, return_index=True)[1]
        kept &= np.isin(np.arange(len(groups)), first) | (groups < 0)
    share = share_nearly_equal(features.matrix[kept], given[kept])
    return share if share >= _MOST else 0.0


def without_rates(consensus: Consensus, reason: Message) -> Consensus:
    """The consensus with no rate of wrong labels ruled out, for a reason that is said first."""
    # What the data alone would allow is too narrow then.
    others = [w for w in consensus.warnings if w.template not in OF_UNKNOWN_RATE]
    return replace(unbounded(consensus), warnings=[reason, *others])


def rules_nothing_out(consensus: Consensus) -> bool:
    """Whether any share of wrong labels is possible, from none to all."""
    return tuple(consensus.noise_rate_interval) == (0.0, 1.0)


def with_reason_first(consensus: Consensus) -> Consensus:
    """The consensus; where no rate is ruled out, the reason of that is its first warning.

    Who is told that labels cannot be judged reads the first one beside it.
    """
    if not rules_nothing_out(consensus) or not np.isfinite(consensus.suspicion).any():
        # Of no label there is nothing to say.
        return consensus
    reasons = [said for said in consensus.warnings if said.template in _REASONS]
    if reasons:
        others = [said for said in consensus.warnings if said.template not in _REASONS]
        return replace(consensus, warnings=[*reasons, *others])
    # That no more than a share is wrong would be odd to read where that share is all of them.
    agreement, majority = consensus.probe_accuracy, consensus.majority_rate
    reason = NOTHING_RULED_OUT.with_fields(agreement=agreement, majority=majority)
    return without_rates(consensus, reason)


def without_suggestions(consensus: Consensus, off_topic: np.ndarray) -> Consensus:
    """The consensus with no class suggested for images `off_topic` (N,) bool of none of them."""
    return replace(
        consensus,
        suggested_label=np.where(off_topic, NO_VOTE, consensus.suggested_label).astype(np.int32),
        confidence=np.where(off_topic, np.nan, consensus.confidence).astype(np.float32),
    )
