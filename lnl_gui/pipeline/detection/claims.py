"""What a detection says of a dataset's labels, and what it warns of."""

from dataclasses import dataclass, replace

import numpy as np

from lnl_gui.detect.consensus.consensus_result import Consensus
from lnl_gui.detect.detectors.result import DetectorResult
from lnl_gui.detect.groups import ALONE
from lnl_gui.detect.inputs import tells_nothing
from lnl_gui.detect.issues.issue import IssueResult
from lnl_gui.detect.judgement import (
    LabelJudgement,
    rules_nothing_out,
    sound_labels,
    untold_frames,
    without_rates,
    without_suggestions,
)
from lnl_gui.pipeline.detection.annotators import AggregatedAnnotators, aggregate_annotators
from lnl_gui.pipeline.detection.detection_data import DetectionData
from lnl_gui.pipeline.detection.known_detectors import independent_detectors
from lnl_gui.pipeline.detection.left_out import left_out_messages, replaced_messages
from lnl_gui.pipeline.detection.numbered_shots import shots_message
from lnl_gui.pipeline.detection.summary import agreement_facts
from lnl_gui.pipeline.detection.verdict_labels import unseen_verdicts
from lnl_gui.pipeline.snapshot import Snapshot, stored_groups
from lnl_gui.store.detection.detection_summary import AgreementFigures, AnnotatorFigures
from lnl_gui.store.detection.rate_doubts import OF_UNKNOWN_RATE
from lnl_gui.store.detection.untold_frames import frames_message
from lnl_gui.store.jobs.arrays import ATTACHED
from lnl_gui.store.review.accepted_labels import accepted_message
from lnl_gui.util.messages import message
from lnl_gui.util.progress import JobContext, stage_progress
from lnl_gui.util.statistics.well_labelled import WellLabelled


@dataclass(frozen=True)
class Claims:
    """What is said of N labels.

    Attributes:
        consensus: of all detectors and annotators, with every warning.
        results: of each detector, the annotators together among them.
        off_topic: images of none of the classes.
        agreement: of the detectors with one another.
        annotators: figures of each, where there are several.
        sound: labels that nobody need look at.
        accepted: (N,) bool, suggestions of this program that nobody looked at: they agree with
            every detection.
        all_alike: whether no embedding tells images apart.
        nearly_equal: share of images that vouch for each other and of which no group tells.
    """

    consensus: Consensus
    results: list[DetectorResult]
    off_topic: IssueResult
    agreement: AgreementFigures
    annotators: list[AnnotatorFigures]
    sound: WellLabelled
    accepted: np.ndarray
    all_alike: bool
    nearly_equal: float


def make_claims(
    judged: LabelJudgement, results: list[DetectorResult], data: DetectionData, context: JobContext
) -> Claims:
    """Join the annotators to what the detectors found, and draw the conclusions.

    Args:
        judged: the consensus of the detectors.
        results: of each detector.
        data: that they computed on.
        context: progress, and a word on what could not be judged.
    """
    snapshot, off_topic = data.snapshot, judged.off_topic
    agreement = _agreement(results, judged.consensus, snapshot)
    consensus, annotators = judged.consensus, []
    aggregated = _aggregate_annotators(judged, data, context)
    if aggregated is not None:
        # Annotators agree on a class for what is none, too.
        consensus = without_suggestions(aggregated.consensus, off_topic.flagged)
        results = [*results, aggregated.detector]
        annotators = aggregated.quality
    all_alike = all(tells_nothing(embedding) for embedding in data.spaces)
    if all_alike and not consensus.warnings:
        context.log(message("All images look the same to the encoder: no label can be judged."))
    accepted = snapshot.accepted & ~snapshot.looked_at & snapshot.samples.readable
    consensus = _with_warnings(consensus, accepted, data)
    nearly_equal = _nearly_equal(judged, data)
    if nearly_equal:
        consensus = without_rates(consensus, frames_message(nearly_equal))
    # That those agree which this program gave says nothing, and of what may be a part of another
    # picture it is not known which others are too.
    open_question = accepted | (data.copies.parts != ALONE)
    sound = sound_labels(consensus, off_topic.flagged | open_question)
    if all_alike or nearly_equal:
        sound = replace(sound, chosen=np.zeros_like(sound.chosen))
    return Claims(
        consensus,
        results,
        off_topic,
        agreement,
        annotators,
        sound,
        accepted,
        all_alike,
        nearly_equal,
    )


def _agreement(
    results: list[DetectorResult], consensus: Consensus, snapshot: Snapshot
) -> AgreementFigures:
    # Predictions of a model that was shown the labels agree with them and prove nothing.
    independent = independent_detectors(snapshot)
    unseen = [r for r in results if not r.name.startswith(ATTACHED) or r.name in independent]
    return agreement_facts(unseen, snapshot.samples.given, consensus.weights)


def _aggregate_annotators(
    judged: LabelJudgement, data: DetectionData, context: JobContext
) -> AggregatedAnnotators | None:
    """The consensus with every annotator's labels, where the dataset has several."""
    snapshot = data.snapshot
    if snapshot.annotations is None:
        return None
    return aggregate_annotators(
        judged.consensus,
        snapshot.annotations,
        snapshot.samples.given,
        number_of_classes=data.number_of_classes,
        emphasis=data.parameters.emphasis,
        progress=stage_progress(context, message("Weighing the annotators")),
    )


def _nearly_equal(judged: LabelJudgement, data: DetectionData) -> float:
    """Share of images that vouch for each other and of which no group tells, see `near_copies`."""
    warm = judged.consensus.warm_start
    if warm is None or stored_groups(data.snapshot) is not None:
        return 0.0
    return untold_frames(warm.features, data.labels, data.grouping["copies"])


def _with_warnings(consensus: Consensus, accepted: np.ndarray, data: DetectionData) -> Consensus:
    """The consensus with what the journal and former exports add to its warnings."""
    warnings = list(consensus.warnings)
    if data.parameters.use_verdicts:
        warnings += unseen_verdicts(data.snapshot, consensus.flagged)
    warnings += left_out_messages(data.snapshot, data.parameters.encoders, data.embeddings)
    warnings += replaced_messages(data.snapshot, data.parameters.detectors)
    if stored_groups(data.snapshot) is None:
        warnings += shots_message(data.snapshot.samples.paths, data.labels)
    if accepted.any():
        # The share that the data alone allow is too small then.
        warnings = [w for w in warnings if w.template not in OF_UNKNOWN_RATE]
        said = accepted_message(int(accepted.sum()))
        # Where the images rule nothing out that is the reason why labels cannot be judged, else it
        # is this, should so many be possibly wrong: the first one is read as it.
        warnings.insert(len(warnings) if rules_nothing_out(consensus) else 0, said)
    return replace(consensus, warnings=warnings)
