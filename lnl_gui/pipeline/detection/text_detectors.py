"""Detectors of a detect run that compare images with class names as text (CLIP encoders)."""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

import numpy as np

from lnl_gui.detect.detectors.clip_cleaner import clip_cleaner
from lnl_gui.detect.detectors.lemon import lemon
from lnl_gui.detect.detectors.result import NO_VOTE, DetectorResult
from lnl_gui.detect.detectors.text_registry import CLIP_CLEANER, LEMON, ZERO_SHOT
from lnl_gui.detect.detectors.zero_shot import zero_shot
from lnl_gui.encoders.loading.sources import describe
from lnl_gui.pipeline.detection.detection_data import DetectionData
from lnl_gui.pipeline.embedding.downloads import refuse_downloads
from lnl_gui.store.jobs import runs
from lnl_gui.store.project import open_project
from lnl_gui.util.errors import UserError
from lnl_gui.util.messages import message
from lnl_gui.util.progress import JobContext, stage_progress


@dataclass(frozen=True)
class TextEncoder:
    """An encoder of the project that embeds text too, with the weights it ran on."""

    name: str
    weights: Path | None
    """a local file; None for the published weights"""


def text_encoders(project_folder: Path, names: Iterable[str]) -> list[TextEncoder]:
    """Those of `names` that embed text, with the weights of their newest embedding."""
    with open_project(project_folder, read_only=True) as project:
        embedded = [run for run in runs.load_runs(project) if run.kind == "embed"]
    found = []
    for name in names:
        if not _embeds_text(name):
            continue
        weights = next(
            (
                run.parameters.get("weights")
                for run in reversed(embedded)
                if run.state == runs.DONE and name in run.metrics.get("encoders", {})
            ),
            None,
        )
        found.append(TextEncoder(name, Path(weights) if weights else None))
    return found


def encoders_for(
    wanted: Sequence[str], project_folder: Path, names: Iterable[str]
) -> list[TextEncoder]:
    """`text_encoders`, of which there must be one for the `wanted` detectors.

    Raises:
        UserError: where detectors were asked for by name and no encoder can serve them.
    """
    encoders = text_encoders(project_folder, names)
    if wanted and not encoders:
        raise UserError(
            message(
                "{detectors} compare images with words, and none of the embeddings is of an encoder"
                " that knows words.",
                detectors=", ".join(wanted),
            ),
            message("Embed with a CLIP encoder first, such as `--encoder clip-vit-b-32`."),
            code="no_text_encoder",
        )
    return encoders


def text_results(
    wanted: Sequence[str], data: DetectionData, context: JobContext
) -> list[DetectorResult]:
    """Results by the class names as text, of the first encoder whose words are on this machine.

    Args:
        wanted: detectors that were asked for by name; none stands for the vote that joins the
            consensus, which is left out where no encoder can serve it.
        data: that is judged.
        context: progress, and a word on what is left out.

    Raises:
        UserError: where detectors were asked for by name and no encoder can serve them.
    """
    encoders = encoders_for(wanted, data.snapshot.folder, data.embeddings)
    for number, encoder in enumerate(encoders, start=1):
        try:
            return [_of_encoder(n, encoder, data, context) for n in wanted or [ZERO_SHOT.name]]
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


def _of_encoder(
    name: str, encoder: TextEncoder, data: DetectionData, context: JobContext
) -> DetectorResult:
    class_names = data.snapshot.class_names
    # Those that were merged or deleted have no name to read.
    ids = np.flatnonzero([bool(name) for name in class_names]).astype(np.int32)
    names = [class_names[number] for number in ids.tolist()]
    # One place more, which the label -1 takes: no label, no name.
    place = np.full(len(class_names) + 1, NO_VOTE, np.int32)
    place[ids] = np.arange(len(ids))
    compute = partial(
        text_result,
        name,
        encoder,
        data.embeddings[encoder.name],
        place[data.labels],
        class_names=names,
        context=context,
        **data.grouping,
    )
    found = data.kept_result(key(name, encoder, names), compute)
    # `NO_VOTE` is -1 and takes the last place.
    vote = np.append(ids, np.int32(NO_VOTE))[found.vote]
    return replace(found, name=name, vote=vote)


def _embeds_text(name: str) -> bool:
    try:
        return describe(name).source == "open_clip"
    except UserError:  # made by another version
        return False


def key(name: str, encoder: TextEncoder, class_names: Sequence[str]) -> str:
    """Cache key: what a result depends on beside the embedding and the given labels."""
    # Joined by what no name holds: the classes "a b" and "c" are others than "a" and "b c".
    described = "\0".join([encoder.name, str(encoder.weights), *class_names])
    return f"{name}-{hashlib.sha256(described.encode()).hexdigest()[:16]}"


def text_result(
    name: str,
    encoder: TextEncoder,
    embedding: np.ndarray,
    given_labels: np.ndarray,
    *,
    class_names: Sequence[str],
    groups: np.ndarray | None = None,
    copies: np.ndarray | None = None,
    context: JobContext,
) -> DetectorResult:
    """Embed the C class names with the images' own weights, and judge. Nothing is downloaded.

    Args:
        name: of one of `TEXT_DETECTORS`.
        encoder: which made `embedding`.
        embedding: (N, D).
        given_labels: (N,) int32.
        class_names: C names.
        groups: (N,) int, -1 alone, see `Detector`.
        copies: (N,) int, -1 alone, see `Detector`.
        context: told how far it is.

    Raises:
        UserError: for weights or a vocabulary that are not on this machine.
    """
    from lnl_gui.encoders.loading.text import prompt_embeddings  # noqa: PLC0415 - imports open_clip

    # A vote that nobody asked for is no reason to fetch weights.
    if encoder.weights is None:
        refuse_downloads([encoder.name])
    progress = stage_progress(context, message("Reading the class names"))
    words = prompt_embeddings(encoder.name, class_names, weights=encoder.weights, progress=progress)
    progress = stage_progress(context, message("Comparing images with class names"))
    if name == CLIP_CLEANER.name:
        return clip_cleaner(embedding, words, given_labels, progress=progress)
    if name == LEMON.name:
        return lemon(
            embedding, words, given_labels, groups=groups, copies=copies, progress=progress
        )
    # Contrastive models differ in their temperature; the given labels tell it.
    return zero_shot(embedding, words, given_labels, scale=None, progress=progress)
