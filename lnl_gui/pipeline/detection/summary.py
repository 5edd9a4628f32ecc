"""The figures of a detection: how many labels are wrong, and how its detectors agree."""

from collections.abc import Mapping, Sequence

import numpy as np

from lnl_gui.detect.consensus.consensus_result import Consensus
from lnl_gui.detect.consensus.detector_agreement import detector_agreement
from lnl_gui.detect.consensus.uncertainty import expected_errors
from lnl_gui.detect.detectors.result import DetectorResult
from lnl_gui.pipeline.detection.known_detectors import describe_any, may_join
from lnl_gui.pipeline.snapshot import Snapshot
from lnl_gui.store.detection.detection_summary import (
    AgreementFigures,
    AnnotatorFigures,
    DetectionSummary,
    DetectorFigures,
    OverlapFigures,
)
from lnl_gui.util.messages import Message, message, to_json
from lnl_gui.util.statistics.well_labelled import WellLabelled


def agreement_facts(
    results: list[DetectorResult], given: np.ndarray, weights: Mapping[str, float]
) -> AgreementFigures:
    """How detectors agree with one another and with labels they were not shown.

    Args:
        results: of the detectors. Of those that learnt from a sample's own given label no share of
            agreement with it is told.
        given: (N,) int32.
        weights: of the consensus; of the detectors in it, 0 means that it added nothing.
    """
    known = {result.name: describe_any(result.name) for result in results}
    titles = {name: info.title for name, info in known.items()}
    in_sample = {name for name, info in known.items() if info.in_sample}
    found = detector_agreement(results, given, titles=titles, in_sample=in_sample)
    sentences = [found.sentence, *_joined_sentences(titles, weights)]
    return AgreementFigures(
        detectors=tuple(
            DetectorFigures(
                name,
                title=to_json(titles[name]),
                trust=trust,
                weight=weights.get(name) if may_join(name) else None,
                in_sample=name in in_sample,
            )
            for name, trust in zip(found.names, _finite(found.given_agreement), strict=True)
        ),
        same_vote=tuple(map(_finite, found.same_vote)),
        same_order=tuple(map(_finite, found.same_order)),
        sentences=tuple(to_json(sentence) for sentence in sentences),
    )


def _joined_sentences(
    titles: Mapping[str, Message | str], weights: Mapping[str, float]
) -> list[Message]:
    """What became of the detectors that were offered to the consensus."""
    return [
        message(
            "{title} joined the consensus with weight {weight:.2f}.",
            title=title,
            weight=weights[name],
        )
        if weights[name] > 0
        else message(
            "{title} was left out of the consensus, which the labels do not fit better with it.",
            title=title,
        )
        for name, title in titles.items()
        # The consensus has neighbours of its own, which are no vote of the detector's.
        if name in weights and may_join(name)
    ]


def _finite(values: np.ndarray) -> tuple[float | None, ...]:
    """For JSON, which has no NaN."""
    return tuple(round(float(value), 4) if np.isfinite(value) else None for value in values)


def summarise(
    consensus: Consensus,
    snapshot: Snapshot,
    *,
    annotators: Sequence[AnnotatorFigures],
    agreement: AgreementFigures,
    sound: WellLabelled,
    all_alike: bool = False,
    nearly_equal: float = 0.0,
) -> DetectionSummary:
    """Figures about the whole dataset, and about each annotator where there are several.

    Where `all_alike`, no embedding tells images apart: no rate is ruled out, and none is named.
    `nearly_equal` is the share of images that vouch for each other, see `untold_frames`.
    """
    errors = expected_errors(
        consensus.suspicion,
        relative_error=consensus.relative_error,
        perhaps_right=consensus.perhaps_right,
    )
    low, high = (0.0, 1.0) if all_alike else consensus.noise_rate_interval
    samples = int((snapshot.samples.readable & (snapshot.samples.given >= 0)).sum())
    # An interval from 0 to 1 rules nothing out; a rate beside it would pass for a finding.
    known = samples == 0 or (low, high) != (0.0, 1.0)
    return DetectionSummary(
        samples=samples,
        unlabelled=int((snapshot.samples.readable & (snapshot.samples.given < 0)).sum()),
        flagged=int(consensus.flagged.sum()),
        threshold=float(consensus.threshold),
        noise_rate=float(consensus.noise_rate) if known else None,
        noise_rate_interval=(float(low), float(high)),
        expected_errors=errors.value if known else None,
        expected_errors_interval=(errors.low, errors.high) if known else None,
        well_labelled=int(sound.chosen.sum()),
        well_labelled_bound=float(sound.bound) if sound.chosen.any() else None,
        held_back=int(consensus.held_back.sum()),
        relative_error=consensus.relative_error,
        nearly_equal=nearly_equal,
        repetitions=consensus.repetitions,
        probe_accuracy=float(consensus.probe_accuracy),
        majority_rate=float(consensus.majority_rate),
        weights={name: float(weight) for name, weight in consensus.weights.items()},
        warnings=tuple(to_json(warning) for warning in consensus.warnings),
        overlapping=_overlapping(consensus),
        annotators=tuple(annotators),
        agreement=agreement,
    )


def _overlapping(consensus: Consensus) -> tuple[OverlapFigures, ...]:
    found = consensus.separation
    if found is None or not found.informative:
        return ()
    return tuple(
        OverlapFigures(
            int(pair.first), int(pair.second), float(pair.area), float(pair.high), int(pair.samples)
        )
        for pair in found.pairs
    )
