"""The detect job: scores of every detector, their consensus, and image issues.

Each detector's result is kept under a name made from everything it depends on, so that a killed
run goes on, a run after new verdicts computes the consensus alone, and one with other labels or
embeddings starts afresh.
"""

import shutil
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from lnl_gui.detect.consensus.consensus_result import WarmStart
from lnl_gui.detect.consensus.detection_input import DetectionInput
from lnl_gui.detect.consensus.problem import FEWEST_SAMPLES
from lnl_gui.detect.detectors.result import DetectorResult
from lnl_gui.detect.judgement import LabelJudgement, judge_labels
from lnl_gui.detect.threads import at_most
from lnl_gui.pipeline.datasets.changed_files import changed_since_embedding
from lnl_gui.pipeline.datasets.missing_files import unread_note
from lnl_gui.pipeline.detection import detect_files
from lnl_gui.pipeline.detection.absent_images import of_present_images
from lnl_gui.pipeline.detection.claims import Claims, make_claims
from lnl_gui.pipeline.detection.detection_data import DetectionData, detection_data
from lnl_gui.pipeline.detection.detector_results import chosen_detectors, detector_results
from lnl_gui.pipeline.detection.issues import write_issues
from lnl_gui.pipeline.detection.known_detectors import independent_detectors
from lnl_gui.pipeline.detection.summary import summarise
from lnl_gui.pipeline.detection.telling_verdicts import TellingVerdicts, telling_verdicts
from lnl_gui.pipeline.detection.verdict_labels import verdict_labels
from lnl_gui.pipeline.snapshot import Snapshot, take_snapshot, wanted_embeddings
from lnl_gui.store.detection.detection_summary import with_accepted, write_summary
from lnl_gui.store.detection.scores import WELL_LABELLED, WHEN_DECIDED
from lnl_gui.store.jobs.parameters import DetectParameters
from lnl_gui.util.errors import as_user_error
from lnl_gui.util.files.array_file import write_array
from lnl_gui.util.messages import Message, message, message_n, to_json
from lnl_gui.util.progress import JobContext, stage_progress

MEMORY = "detect"


def run(
    parameters: DetectParameters, context: JobContext, *, project_folder: Path, run_folder: Path
) -> dict[str, Any]:
    """Detect on a project's embeddings; finished detectors in `run_folder` are not run again.

    Raises:
        UserError: when nothing is embedded, for an unknown detector, or a full disk.
    """
    with at_most(context.threads):
        return _detect(parameters, context, project_folder, run_folder)


def _detect(
    parameters: DetectParameters, context: JobContext, project_folder: Path, run_folder: Path
) -> dict[str, Any]:
    snapshot = take_snapshot(project_folder)
    embeddings = of_present_images(
        wanted_embeddings(snapshot, parameters.encoders),
        snapshot.embeddings,
        snapshot.samples.readable,
    )
    chosen = chosen_detectors(parameters)
    changed, said = changed_since_embedding(snapshot, context)
    said = [*unread_note(snapshot.folder), *said]
    data = detection_data(snapshot, embeddings, parameters, context)
    said = [*_uncompared_note(data.uncompared), *said]
    try:
        results = detector_results(chosen, data, context)
        # After the detectors, whose votes it weighs, and before annotators, who need its posterior.
        verdicts = telling_verdicts(snapshot)
        if parameters.use_verdicts:
            said = [*verdicts.notes(), *said]
        judged = _judge(data, results, verdicts, context)
        claims = make_claims(judged, results, data, context)
        write_array(run_folder / f"{WHEN_DECIDED}.npy", verdicts.when_decided)
        metrics = _write(run_folder, claims, data, changed=changed, said=said)
    except OSError as error:
        raise as_user_error(error, message("save the scores")) from error
    # Once everything is on disk: a failed run must hand nothing on. The next detection begins from
    # the consensus of detectors, before annotators changed it.
    context.memory[MEMORY] = (data.warm_key, judged.consensus.warm_start)
    _forget_others(data.kept)
    for warning in (*claims.consensus.warnings, *said):
        context.log(warning)
    return {"artifacts": {"scores": f"runs/{run_folder.name}"}, "metrics": metrics}


def _judge(
    data: DetectionData,
    results: list[DetectorResult],
    verdicts: TellingVerdicts,
    context: JobContext,
) -> LabelJudgement:
    """The consensus of all detectors, and images of none of the classes."""
    snapshot, parameters = data.snapshot, data.parameters
    independent = independent_detectors(snapshot)
    judged = judge_labels(
        DetectionInput(
            data.spaces,
            snapshot.samples.given,
            number_of_classes=data.number_of_classes,
            verdict_labels=verdict_labels(snapshot) if parameters.use_verdicts else None,
            telling_verdicts=verdicts.telling if parameters.use_verdicts else None,
            seed=parameters.seed,
            emphasis=parameters.emphasis,
            extra_votes=[result for result in results if result.name in independent],
            class_names=snapshot.class_names,
            repetitions=0,
            device=data.device,
            **data.grouping,
        ),
        warm_start=_warm_start(context, data.warm_key),
        progress=stage_progress(context, message("Comparing labels")),
        off_topic_progress=stage_progress(context, message("Looking for images of no class")),
    )
    if np.isnan(judged.off_topic.score).all() and np.isfinite(judged.distance).any():
        context.log(
            message(
                "Images of none of the classes were not looked for: most would be, so that how"
                " far usual images lie from their class is not known."
            )
        )
    return judged


def _warm_start(context: JobContext, key: str) -> WarmStart | None:
    """Warm start of the last detection in this process, if that was on the same data."""
    known, warm = context.memory.get(MEMORY, ("", None))
    return warm if known == key else None


def _write(
    run_folder: Path, claims: Claims, data: DetectionData, *, changed: int, said: list[Message]
) -> dict[str, Any]:
    """Write the files of the run; returns the figures that it is known by.

    Args:
        run_folder: of the run.
        claims: what was found.
        data: what it was found in.
        changed: images that hold something else than when they were embedded.
        said: that in words.
    """
    snapshot, consensus = data.snapshot, claims.consensus
    detect_files.write_consensus(run_folder, consensus, snapshot.samples.given)
    detect_files.write_detectors(run_folder, claims.results)
    detect_files.write_projection(run_folder, data.spaces)
    write_array(run_folder / f"{WELL_LABELLED}.npy", claims.sound.chosen)
    issues = write_issues(run_folder, snapshot, data.copies, claims.results, claims.off_topic)
    summary = summarise(
        consensus,
        snapshot,
        annotators=claims.annotators,
        agreement=claims.agreement,
        sound=claims.sound,
        all_alike=claims.all_alike,
        nearly_equal=claims.nearly_equal,
    )
    summary = with_accepted(summary, int((claims.accepted & ~consensus.flagged).sum()))
    # Last: the first warning is the reason where labels cannot be judged.
    warnings = (*summary.warnings, *map(to_json, said))
    summary = replace(
        summary, changed_images=changed, uncompared_images=data.uncompared, warnings=warnings
    )
    metrics = write_summary(run_folder, summary)
    unjudged = summary.cannot_judge
    # One class, or a handful of images, is no fault of the embedding.
    failed = unjudged and not claims.nearly_equal and _can_be_compared(snapshot)
    return metrics | {"issues": issues, "cannot_judge": unjudged, "embedding_fails": failed}


def _uncompared_note(count: int) -> list[Message]:
    """That copies of so many images may be unknown; empty for none."""
    if not count:
        return []
    return [
        message_n(
            "{count:,} image has no thumbnail and could not be read: whether it is a copy of"
            " another is not known, and such copies vouch for each other. Once the images are back,"
            " find suspects again.",
            "{count:,} images have no thumbnail and could not be read: whether they are copies of"
            " others is not known, and such copies vouch for each other. Once the images are back,"
            " find suspects again.",
            count,
        )
    ]


def _can_be_compared(snapshot: Snapshot) -> bool:
    """Whether there are labels enough to be judged by a sound embedding."""
    given = snapshot.samples.given[snapshot.samples.readable]
    given = given[given >= 0]
    return len(given) >= FEWEST_SAMPLES and len(np.unique(given)) > 1


def _forget_others(kept: Path) -> None:
    for folder in kept.parent.iterdir() if kept.parent.is_dir() else ():
        if folder != kept:
            # Windows cannot delete files that another process has mapped; the next detection tries
            # again.
            shutil.rmtree(folder, ignore_errors=True)
