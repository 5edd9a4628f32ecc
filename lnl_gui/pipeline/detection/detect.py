"""The detect job: scores of every detector, their consensus, and image issues.

Each detector's result is kept under a name made from everything it depends on, so that a killed
run goes on, a run after new verdicts computes the consensus alone, and one with other labels or
embeddings starts afresh.
"""

import hashlib
import json
import shutil
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from lnl_gui.detect.consensus.consensus_result import Consensus, WarmStart
from lnl_gui.detect.consensus.detection_input import DetectionInput
from lnl_gui.detect.consensus.diagnosis import RATE_UNKNOWN
from lnl_gui.detect.consensus.problem import FEWEST_SAMPLES
from lnl_gui.detect.detectors.registry import (
    changed_constants,
    describe_detector,
    list_detectors,
    run_detector,
)
from lnl_gui.detect.detectors.result import NO_VOTE, DetectorResult
from lnl_gui.detect.detectors.text_registry import TEXT_NAMES, ZERO_SHOT
from lnl_gui.detect.devices import PROCESSOR
from lnl_gui.detect.inputs import tells_nothing
from lnl_gui.detect.judgement import (
    judge_labels,
    sound_labels,
    untold_frames,
    without_rates,
    without_suggestions,
)
from lnl_gui.detect.probes.preparation import SharedSpaces
from lnl_gui.detect.threads import at_most
from lnl_gui.encoders.loading.devices import choose_device
from lnl_gui.pipeline.detection import annotators, detect_files, text_detectors
from lnl_gui.pipeline.detection.attached import attached_results, predictions_key
from lnl_gui.pipeline.detection.copies import sample_copies
from lnl_gui.pipeline.detection.issues import write_issues
from lnl_gui.pipeline.detection.kept_results import finished
from lnl_gui.pipeline.snapshot import Snapshot, stored_groups, take_snapshot, wanted_embeddings
from lnl_gui.store.accepted_labels import accepted_message
from lnl_gui.store.arrays import ATTACHED
from lnl_gui.store.detection_summary import with_accepted, write_summary
from lnl_gui.store.looked_at import AT_ONCE
from lnl_gui.store.parameters import DetectParameters
from lnl_gui.store.projections import embedding_key
from lnl_gui.store.samples import KEPT, RELABELLED
from lnl_gui.store.scores import WELL_LABELLED
from lnl_gui.store.untold_frames import frames_message
from lnl_gui.util.array_file import write_array
from lnl_gui.util.constants import Constant
from lnl_gui.util.errors import UserError, as_user_error
from lnl_gui.util.messages import Message, as_message, message, message_n
from lnl_gui.util.progress import JobContext, Progress, stage_progress

MEMORY = "detect"
TOO_MANY_CLASSES = "too_many_classes"

Grouping = dict[str, np.ndarray | None]
"""`groups` and `copies`, each (N,) int, -1 alone, as detectors and consensus take them."""


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
    named = wanted_embeddings(snapshot, parameters.encoders)
    # Four of the detectors of a plain run prepare the same features.
    embeddings = SharedSpaces(named.values())
    chosen = parameters.detectors or tuple(d.name for d in list_detectors() if d.default)
    labels = known_labels(snapshot, parameters)
    constants = _constants(parameters, chosen)
    try:
        copies = sample_copies(project_folder, snapshot, embeddings[0], context)
    except OSError as error:
        raise as_user_error(error, message("save the copies")) from error
    grouping = {"groups": stored_groups(snapshot), "copies": copies.group}
    fingerprint = _fingerprint(
        labels,
        embeddings,
        parameters,
        grouping,
        number_of_classes=len(snapshot.class_names),
    )
    warm_key = f"{fingerprint} {predictions_key(snapshot)}"
    kept = project_folder / "arrays" / "detectors" / fingerprint
    try:
        results = _run_detectors(
            chosen, constants, kept, labels, snapshot, embeddings, grouping, parameters, context
        )
        wanted = [name for name in parameters.detectors if name in TEXT_NAMES]
        if wanted or not parameters.detectors:
            results += _text_results(
                wanted, project_folder, kept, labels, snapshot, named, grouping, context
            )
        results += attached_results(snapshot, parameters.detectors)
        # After the detectors, whose votes it weighs, and before annotators, who need its posterior.
        judged = judge_labels(
            DetectionInput(
                embeddings,
                snapshot.samples.given,
                number_of_classes=len(snapshot.class_names),
                verdict_labels=verdict_labels(snapshot) if parameters.use_verdicts else None,
                seed=parameters.seed,
                emphasis=parameters.emphasis,
                extra_votes=[result for result in results if _joins(result.name, snapshot)],
                class_names=snapshot.class_names,
                repetitions=0,
                device=_device(parameters),
                **grouping,
            ),
            warm_start=_warm_start(context, warm_key),
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
        consensus = judged.consensus
        warm_start = consensus.warm_start
        # Predictions of a model that was shown the labels agree with them and prove nothing.
        unseen = [r for r in results if not r.name.startswith(ATTACHED) or _joins(r.name, snapshot)]
        agreement = detect_files.agreement_facts(unseen, snapshot.samples.given, consensus.weights)
        # After the warm start is taken: the next detection begins from the consensus of detectors,
        # before annotators changed it.
        aggregated = _aggregate_annotators(consensus, snapshot, parameters, context)
        if aggregated is not None:
            # Annotators agree on a class for what is none, too.
            consensus = without_suggestions(aggregated.consensus, judged.off_topic.flagged)
            results = [*results, aggregated.detector]
        detect_files.write_detectors(run_folder, results)
        detect_files.write_projection(run_folder, embeddings)
        all_alike = all(tells_nothing(embedding) for embedding in embeddings)
        if all_alike and not consensus.warnings:
            context.log(message("All images look the same to the encoder: no label can be judged."))
        if parameters.use_verdicts:
            notes = _unseen_verdicts(snapshot, consensus.flagged)
            consensus = replace(consensus, warnings=[*consensus.warnings, *notes])
        accepted = snapshot.accepted & ~snapshot.looked_at & snapshot.samples.readable
        if accepted.any():
            notes = [accepted_message(int(accepted.sum()))]
            # The share that the data alone allow is too small then.
            others = [w for w in consensus.warnings if w.template != RATE_UNKNOWN.template]
            consensus = replace(consensus, warnings=[*others, *notes])
        nearly_equal = _nearly_equal(warm_start, labels, grouping)
        if nearly_equal:
            consensus = without_rates(consensus, frames_message(nearly_equal))
        # That those agree which this program gave says nothing.
        sound = sound_labels(consensus, judged.off_topic.flagged | accepted)
        if all_alike or nearly_equal:
            sound = replace(sound, chosen=np.zeros_like(sound.chosen))
        detect_files.write_consensus(run_folder, consensus, snapshot.samples.given)
        write_array(run_folder / f"{WELL_LABELLED}.npy", sound.chosen)
        issues = write_issues(run_folder, snapshot, copies, results, judged.off_topic)
        summary = detect_files.summarise(
            consensus,
            snapshot,
            annotators=aggregated.quality if aggregated else (),
            agreement=agreement,
            sound=sound,
            all_alike=all_alike,
            nearly_equal=nearly_equal,
        )
        summary = with_accepted(summary, int((accepted & ~consensus.flagged).sum()))
        metrics = write_summary(run_folder, summary)
        unjudged = summary.cannot_judge
        # One class, or a handful of images, is no fault of the embedding.
        failed = unjudged and not nearly_equal and _can_be_compared(snapshot)
        metrics |= {"issues": issues, "cannot_judge": unjudged, "embedding_fails": failed}
    except OSError as error:
        raise as_user_error(error, message("save the scores")) from error
    # Once everything is on disk: a failed run must hand nothing on.
    context.memory[MEMORY] = (warm_key, warm_start)
    _forget_others(kept)
    for warning in consensus.warnings:
        context.log(warning)
    return {"artifacts": {"scores": f"runs/{run_folder.name}"}, "metrics": metrics}


def _nearly_equal(warm: WarmStart | None, labels: np.ndarray, grouping: Grouping) -> float:
    """Share of images that vouch for each other and of which no group tells, see `near_copies`."""
    if warm is None or grouping["groups"] is not None:
        return 0.0
    return untold_frames(warm.features, labels, grouping["copies"])


def _can_be_compared(snapshot: Snapshot) -> bool:
    """Whether there are labels enough to be judged by a sound embedding."""
    given = snapshot.samples.given[snapshot.samples.readable]
    given = given[given >= 0]
    return len(given) >= FEWEST_SAMPLES and len(np.unique(given)) > 1


def _joins(name: str, snapshot: Snapshot) -> bool:
    """Whether a detector's votes do not rest on a sample's own given label."""
    honest = {found.name for found in snapshot.predictions if found.out_of_sample}
    return name in detect_files.INDEPENDENT or name in honest


def _run_detectors(
    chosen: tuple[str, ...],
    constants: Mapping[str, Mapping[str, Constant]],
    kept: Path,
    labels: np.ndarray,
    snapshot: Snapshot,
    embeddings: list[np.ndarray],
    grouping: Grouping,
    parameters: DetectParameters,
    context: JobContext,
) -> list[DetectorResult]:
    """Results in order; a default detector that cannot serve so many classes is left out."""
    results = []
    for name in chosen:
        if name in TEXT_NAMES or name.startswith(ATTACHED):
            continue
        try:
            own = constants.get(name, {})
            compute = _detector(
                name, own, labels, snapshot, embeddings, grouping, parameters, context
            )
            found = _kept_result(kept, _key(name, own), compute, snapshot)
            results.append(replace(found, name=name))
        except UserError as error:
            # Who named the detector is told; a default one that cannot serve the dataset is no
            # reason to fail.
            if error.code != TOO_MANY_CLASSES or parameters.detectors:
                raise
            context.log(message("Left out {name}: {reason}", name=name, reason=error.message))
    return results


def _text_results(
    wanted: Sequence[str],
    project_folder: Path,
    kept: Path,
    labels: np.ndarray,
    snapshot: Snapshot,
    embeddings: dict[str, np.ndarray],
    grouping: Grouping,
    context: JobContext,
) -> list[DetectorResult]:
    """Results by the class names as text, of the first encoder whose words are on this machine.

    Raises:
        UserError: where detectors were asked for by name and no encoder can serve them; the vote
            that nobody asked for is left out then.
    """
    # Those that were merged or deleted have no name to read.
    ids = np.flatnonzero([bool(name) for name in snapshot.class_names]).astype(np.int32)
    names = [snapshot.class_names[number] for number in ids.tolist()]
    # One place more, which the label -1 takes: no label, no name.
    place = np.full(len(snapshot.class_names) + 1, NO_VOTE, np.int32)
    place[ids] = np.arange(len(ids))
    encoders = text_detectors.encoders_for(wanted, project_folder, embeddings)
    for number, encoder in enumerate(encoders, start=1):
        try:
            results = []
            for name in wanted or [ZERO_SHOT.name]:
                compute = partial(
                    text_detectors.text_result,
                    name,
                    encoder,
                    embeddings[encoder.name],
                    place[labels],
                    class_names=names,
                    context=context,
                    **grouping,
                )
                key = text_detectors.key(name, encoder, names)
                found = _kept_result(kept, key, compute, snapshot)
                # `NO_VOTE` is -1 and takes the last place.
                vote = np.append(ids, np.int32(NO_VOTE))[found.vote]
                results.append(replace(found, name=name, vote=vote))
            return results
        except UserError as error:
            if wanted and number == len(encoders):
                raise
            context.log(
                message(
                    "Left out the class names of {encoder} as text: {reason}",
                    encoder=encoder.name,
                    reason=error.message,
                )
            )
    return []


def _aggregate_annotators(
    consensus: Consensus, snapshot: Snapshot, parameters: DetectParameters, context: JobContext
) -> annotators.AggregatedAnnotators | None:
    """The consensus with every annotator's labels, where the dataset has several."""
    if snapshot.annotations is None:
        return None
    return annotators.aggregate_annotators(
        consensus,
        snapshot.annotations,
        snapshot.samples.given,
        number_of_classes=len(snapshot.class_names),
        emphasis=parameters.emphasis,
        progress=stage_progress(context, message("Weighing the annotators")),
    )


def _warm_start(context: JobContext, fingerprint: str) -> WarmStart | None:
    """Warm start of the last detection in this process, if that was on the same data."""
    known, warm = context.memory.get(MEMORY, ("", None))
    return warm if known == fingerprint else None


def _forget_others(kept: Path) -> None:
    for folder in kept.parent.iterdir() if kept.parent.is_dir() else ():
        if folder != kept:
            # Windows cannot delete files that another process has mapped; the next detection tries
            # again.
            shutil.rmtree(folder, ignore_errors=True)


def verdict_labels(snapshot: Snapshot) -> np.ndarray:
    """Class ids that people stand for, int32 (N,), -1 where there is none.

    What was decided without a look, as when all suggestions are accepted, is no truth: a label
    that a detection suggested would confirm the next one. There the label is judged as it came.
    """
    status = snapshot.samples.status
    # Excluded and unsure samples have no class a person stands for.
    decided = (status == KEPT) | (status == RELABELLED)
    certain = snapshot.in_view
    # Without a label of its own a sample has no other than the class a person chose for many.
    certain = certain | ((snapshot.samples.given < 0) & (snapshot.origins == AT_ONCE))
    return np.where(decided & certain, snapshot.samples.current, NO_VOTE).astype(np.int32)


def _unseen_verdicts(snapshot: Snapshot, flagged: np.ndarray) -> list[Message]:
    """How many verdicts were not taken for the truth, so that nobody wonders at what they did.

    Args:
        snapshot: of N samples.
        flagged: (N,) bool, the suspects.
    """
    samples = snapshot.samples
    unseen = np.isin(samples.status, (KEPT, RELABELLED)) & (verdict_labels(snapshot) < 0)
    count = int((unseen & samples.readable).sum())
    if not count:
        return []
    return [
        message_n(
            "{count:,} verdict was given to many samples at once, without a look at each. It is"
            " not taken for the truth: the label is judged as it came; suspects among such labels:"
            " {suspects:,}. A verdict on the sample alone counts.",
            "{count:,} verdicts were given to many samples at once, without a look at each. They"
            " are not taken for the truth: these labels are judged as they came; suspects among"
            " them: {suspects:,}. A verdict on one sample alone counts.",
            count,
            suspects=int((unseen & flagged).sum()),
        )
    ]


def known_labels(snapshot: Snapshot, parameters: DetectParameters) -> np.ndarray:
    """The labels detectors compare, int32 (N,): as given, else as a person decided, else -1."""
    given = snapshot.samples.given
    if not parameters.use_verdicts:
        return given
    return np.where(given < 0, verdict_labels(snapshot), given).astype(np.int32)


def _fingerprint(
    labels: np.ndarray,
    embeddings: list[np.ndarray],
    parameters: DetectParameters,
    grouping: Grouping,
    *,
    number_of_classes: int,
) -> str:
    """Names what detectors depend on: embeddings, labels, groups, number of classes and seed."""
    # A class that came with a verdict or another copy's journal has no given label.
    found = hashlib.sha256(f"{parameters.seed} {number_of_classes}".encode())
    found.update(np.ascontiguousarray(labels, np.int32).tobytes())
    for name, groups in grouping.items():
        found.update(name.encode() + (b"" if groups is None else groups.tobytes()))
    for embedding in embeddings:
        found.update(embedding_key(embedding).encode())
    return found.hexdigest()[:16]


def _constants(
    parameters: DetectParameters, chosen: Sequence[str]
) -> dict[str, dict[str, Constant]]:
    """The constants that were changed, by detector.

    Raises:
        UserError: for an unknown detector or constant, a value it cannot take, or a detector that
            does not run.
    """
    found = {}
    for full, _ in parameters.settings:
        name = full.partition(".")[0]
        describe_detector(name)
        if name not in chosen:
            raise UserError(
                message("{setting} changes a detector that is not run.", setting=full),
                message("Choose it too: `--detector {name}`.", name=name),
                code="unused_constant",
            )
        found[name] = changed_constants(name, parameters.settings)
    return found


def _key(name: str, constants: Mapping[str, Constant]) -> str:
    """What a detector's result is kept under: its name and what was changed of it."""
    if not constants:
        return name
    text = json.dumps(constants, sort_keys=True)
    return f"{name}-{hashlib.sha256(text.encode()).hexdigest()[:12]}"


def _detector(
    name: str,
    constants: Mapping[str, Constant],
    labels: np.ndarray,
    snapshot: Snapshot,
    embeddings: list[np.ndarray],
    grouping: Grouping,
    parameters: DetectParameters,
    context: JobContext,
) -> Callable[[], DetectorResult]:
    progress: Progress = stage_progress(context, as_message(describe_detector(name).title))
    device = _device(parameters)

    def compute() -> DetectorResult:
        progress(0, 1)
        return run_detector(
            name,
            embeddings,
            labels,
            number_of_classes=len(snapshot.class_names),
            seed=parameters.seed,
            progress=progress,
            constants=constants,
            device=device,
            **grouping,
        )

    return compute


def _device(parameters: DetectParameters) -> str:
    """Of torch; the processor where the one that was chosen has not been tried."""
    device = choose_device(parameters.device)
    return device if device.startswith("cuda") else PROCESSOR


def _kept_result(
    kept: Path, name: str, compute: Callable[[], DetectorResult], snapshot: Snapshot
) -> DetectorResult:
    return finished(kept, name, compute, samples=len(snapshot), classes=len(snapshot.class_names))
