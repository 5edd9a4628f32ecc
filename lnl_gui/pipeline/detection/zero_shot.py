"""Zero-shot detector of a detect run, for encoders that embed text too."""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from lnl_gui.detect.detectors.registry import DetectorInfo
from lnl_gui.detect.detectors.result import DetectorResult
from lnl_gui.detect.detectors.zero_shot import zero_shot
from lnl_gui.encoders.loading.sources import describe
from lnl_gui.pipeline.embedding.downloads import refuse_downloads
from lnl_gui.store import runs
from lnl_gui.store.project import open_project
from lnl_gui.util.errors import UserError
from lnl_gui.util.messages import message
from lnl_gui.util.progress import JobContext, stage_progress

NAME = "zero_shot"
ZERO_SHOT = DetectorInfo(
    NAME,
    message("Class names as text"),
    message("Compares each image with the words of the class names, without any label."),
    message("O(C) texts and O(N D C), memory O(N + C D)"),
    "lnl_gui.pipeline.detection.zero_shot:zero_shot_result",
)


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


def _embeds_text(name: str) -> bool:
    try:
        return describe(name).source == "open_clip"
    except UserError:  # made by another version
        return False


def key(encoder: TextEncoder, class_names: Sequence[str]) -> str:
    """Cache key: what the vote depends on beside the embedding and the given labels."""
    # Joined by what no name holds: the classes "a b" and "c" are others than "a" and "b c".
    described = "\0".join([encoder.name, str(encoder.weights), *class_names])
    return f"{NAME}-{hashlib.sha256(described.encode()).hexdigest()[:16]}"


def zero_shot_result(
    encoder: TextEncoder,
    embedding: np.ndarray,
    given_labels: np.ndarray,
    *,
    class_names: Sequence[str],
    context: JobContext,
) -> DetectorResult:
    """Embed the C class names with the images' own weights, and vote. Nothing is downloaded.

    Args:
        encoder: which made `embedding`.
        embedding: (N, D).
        given_labels: (N,) int32.
        class_names: C names.
        context: told how far it is.

    Raises:
        UserError: for weights or a vocabulary that are not on this machine.
    """
    from lnl_gui.encoders.loading.text import class_text_embeddings  # noqa: PLC0415 - imports open_clip

    # A vote that nobody asked for is no reason to fetch weights.
    if encoder.weights is None:
        refuse_downloads([encoder.name])
    progress = stage_progress(context, message("Reading the class names"))
    words = class_text_embeddings(
        encoder.name, class_names, weights=encoder.weights, progress=progress
    )
    # Contrastive models differ in their temperature; the given labels tell it.
    return zero_shot(embedding, words, given_labels, scale=None, progress=progress)
