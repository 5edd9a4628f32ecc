"""The first look: a stratified part of the labels judged on small images, within half a minute.

Its scores stand where those of a detection will, empty for what was not looked at, until there is
one. Nothing but the window and the command line that show them reads them: training, export and
reports know detections alone.
"""

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from lnl_gui.detect.consensus.consensus import find_suspects
from lnl_gui.detect.consensus.consensus_result import Consensus
from lnl_gui.detect.consensus.detection_input import DetectionInput
from lnl_gui.detect.inputs import tells_nothing
from lnl_gui.detect.judgement import untold_frames, without_rates
from lnl_gui.detect.threads import at_most
from lnl_gui.encoders.embedding import PART_SIZE, embed_samples
from lnl_gui.encoders.loading.load import load_small_encoder
from lnl_gui.pipeline.detection import detect_files
from lnl_gui.pipeline.detection.summary import summarise
from lnl_gui.pipeline.detection.verdict_labels import verdict_labels
from lnl_gui.pipeline.snapshot import Snapshot, stored_groups, take_snapshot
from lnl_gui.store.dataset.thumbnails import ThumbnailCache
from lnl_gui.store.detection.detection_summary import AgreementFigures, write_summary
from lnl_gui.store.detection.untold_frames import frames_message
from lnl_gui.store.jobs.parameters import FirstLookParameters
from lnl_gui.util.errors import UserError, as_user_error
from lnl_gui.util.messages import message
from lnl_gui.util.progress import JobContext, stage_progress
from lnl_gui.util.statistics.well_labelled import WellLabelled

ENCODER, SIDE = "bundled-fast", 128
"""A third of the pixels of its usual side."""
_FEWEST_OF_A_CLASS = 8
_REPETITIONS = 2
"""One nested and one not, whose errors on the rate go opposite ways; more say little more."""
_MOST = 6_000


def run(
    parameters: FirstLookParameters, context: JobContext, *, project_folder: Path, run_folder: Path
) -> dict[str, Any]:
    """Judge a part of a project's labels; the same part again in a run that is taken up.

    Raises:
        UserError: with more classes than a part can stand for, missing weights, a full disk.
    """
    with at_most(context.threads):
        snapshot = take_snapshot(project_folder)
        rows = stratified_rows(
            snapshot.samples.given,
            snapshot.samples.readable & ~snapshot.gone,
            parameters.samples,
            seed=parameters.seed,
        )
        try:
            embedding = _embedded(snapshot, rows, context)
            metrics = _judge(snapshot, embedding, parameters, context, run_folder)
        except OSError as error:
            raise as_user_error(error, message("save the first look")) from error
    folder = f"runs/{run_folder.name}"
    return {"artifacts": {"scores": folder}, "metrics": metrics | {"looked_at": len(rows)}}


def stratified_rows(
    given: np.ndarray, usable: np.ndarray, count: int, *, seed: int = 0
) -> np.ndarray:
    """Rows that stand for all: of each class in proportion, but some of each.

    Args:
        given: (N,) int32 class ids, negative for samples without one, which are left out.
        usable: (N,) bool, rows that may be chosen.
        count: how many, about; more where the classes are many.
        seed: of the draw.

    Returns:
        (n,) int64, rising.

    Raises:
        UserError: when a part cannot stand for so many classes.
    """
    able = np.flatnonzero(usable & (given >= 0))
    classes, members = np.unique(given[able], return_counts=True)
    if len(classes) * _FEWEST_OF_A_CLASS > _MOST:
        raise UserError(
            message("There are too many classes for a first look: {count:,}.", count=len(classes)),
            code="too_many_classes",
        )
    shares = np.minimum(
        members, np.maximum(np.ceil(count * members / max(len(able), 1)), _FEWEST_OF_A_CLASS)
    ).astype(np.int64)
    shuffled = np.random.default_rng(seed).permutation(able)
    ordered = shuffled[np.argsort(given[shuffled], kind="stable")]
    starts = np.cumsum(members) - members
    parts = [ordered[start : start + share] for start, share in zip(starts, shares, strict=True)]
    return np.sort(np.concatenate(parts)) if parts else able


def _embedded(snapshot: Snapshot, rows: np.ndarray, context: JobContext) -> np.ndarray:
    """(N, D) float16, NaN in rows that are not looked at; their thumbnails are kept."""
    encoder = load_small_encoder(ENCODER, SIDE, threads=context.threads)
    embedding = np.full((len(snapshot), encoder.dimension), np.nan, np.float16)
    parts = embed_samples(
        [snapshot.file_of(row) for row in rows.tolist()],
        [encoder],
        store_thumbnail=ThumbnailCache(context.log).store,
        part_size=PART_SIZE,
        workers=context.threads,
        rendering=snapshot.rendering,
        progress=stage_progress(context, message("Looking at some of the images")),
    )
    for part in parts:
        embedding[rows[part.start : part.stop]] = part.embeddings[encoder.name]
    return embedding


def _judge(
    snapshot: Snapshot,
    embedding: np.ndarray,
    parameters: FirstLookParameters,
    context: JobContext,
    run_folder: Path,
) -> dict[str, Any]:
    given = snapshot.samples.given
    consensus = find_suspects(
        DetectionInput(
            [embedding],
            given,
            number_of_classes=len(snapshot.class_names),
            verdict_labels=verdict_labels(snapshot),
            seed=parameters.seed,
            groups=stored_groups(snapshot),
            class_names=snapshot.class_names,
            repetitions=_REPETITIONS,
        ),
        progress=stage_progress(context, message("Comparing labels")),
    )
    nearly_equal = _nearly_equal(consensus, snapshot)
    if nearly_equal:
        consensus = without_rates(consensus, frames_message(nearly_equal))
    detect_files.write_consensus(run_folder, consensus, given)
    detect_files.write_detectors(run_folder, [])
    detect_files.write_projection(run_folder, [embedding])
    summary = summarise(
        consensus,
        snapshot,
        annotators=(),
        agreement=AgreementFigures(),
        # A part judged on small images lets nobody off looking.
        sound=WellLabelled(np.zeros(len(given), bool), 1.0, 0.0),
        all_alike=tells_nothing(embedding[np.isfinite(embedding[:, 0])]),
        nearly_equal=nearly_equal,
    )
    judged = int(np.isfinite(consensus.suspicion).sum())
    return write_summary(run_folder, replace(summary, samples=judged)) | {"of": len(given)}


def _nearly_equal(consensus: Consensus, snapshot: Snapshot) -> float:
    """Share of the part that vouch for each other and of which no group tells.

    Of a small part too few frames of each video may be there to tell; a detection tells then.
    """
    warm = consensus.warm_start
    if warm is None or stored_groups(snapshot) is not None:
        return 0.0
    return untold_frames(warm.features, snapshot.samples.given, None)
