"""What an embedding of before an update still gives: rows of images whose content is unchanged."""

from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from lnl_gui.encoders.encoder import Encoder
from lnl_gui.pictures.plain import is_plain
from lnl_gui.pictures.rendering import Rendering
from lnl_gui.pipeline.datasets.matching.content import content_hashes, in_threads
from lnl_gui.pipeline.snapshot import Snapshot
from lnl_gui.store.database.derived_files import readable_array
from lnl_gui.store.jobs import arrays
from lnl_gui.store.jobs.runs import is_before_update
from lnl_gui.store.project import open_project
from lnl_gui.util.messages import Message, message
from lnl_gui.util.progress import JobContext, stage_progress


@dataclass(frozen=True)
class Reusable:
    """Samples that need not be looked at again."""

    rows: np.ndarray
    """bool (N,)"""
    facts: np.ndarray
    """of those rows"""
    all_facts: np.ndarray | None
    """of all samples, empty where unknown; None before any embedding"""
    embeddings: dict[str, np.ndarray] = field(default_factory=dict)
    """by encoder, of all samples of that time"""


def reusable(
    project_folder: Path,
    snapshot: Snapshot,
    encoders: list[Encoder],
    stats: np.ndarray,
    rendering: Rendering,
    context: JobContext,
) -> Reusable:
    """Which rows of earlier embeddings still hold; none where the dataset was not updated since.

    Args:
        project_folder: the project.
        snapshot: of it.
        encoders: that are wanted; each must have embedded a row with the same weights.
        stats: (N, 2) int64 of the files as they are now.
        rendering: by which images are embedded now; of another one, only rows are reused that look
            the same by each.
        context: for progress.
    """
    count = len(snapshot)
    none = np.zeros(count, bool)
    before = _embeddings_before(project_folder, encoders, rendering)
    if snapshot.facts is None or len(before.values) < len(encoders):
        if before.of_others:
            context.log(
                message(
                    "All images are embedded anew: the weights are others than those of before,"
                    " or an earlier version kept no record of them."
                )
            )
        return Reusable(none, np.zeros(0, arrays_dtype(snapshot)), snapshot.facts)
    known = snapshot.facts["content_hash"] != b""
    for values in before.values.values():
        # These came into the dataset later.
        known[len(values) :] = False
        known[: len(values)] &= np.isfinite(values[:, 0])
    with open_project(project_folder, read_only=True) as project:
        stats_before = arrays.load_file_stats(project, count)
    # Files that are missing now keep what is known of them.
    there = stats[:, 0] >= 0
    doubtful = np.flatnonzero(known & there & (stats != stats_before).any(axis=1)).tolist()
    # Read before they are given up: a dataset that was copied has other times and the same images.
    hashes = content_hashes(
        [snapshot.file_of(row) for row in doubtful],
        progress=stage_progress(context, message("Looking for changed images")),
    )
    for row, found in zip(doubtful, hashes, strict=True):
        known[row] = found == snapshot.facts["content_hash"][row]
    known &= there
    # Opaque pictures of 8 bits look the same by every rule, and need not be embedded again.
    if not before.same_rendering:
        rows = np.flatnonzero(known).tolist()
        known[rows] = in_threads(is_plain, [snapshot.file_of(row) for row in rows])
    if known.any():
        context.log(
            message("Reused {count:,} images that are as they were.", count=int(known.sum()))
        )
    return Reusable(known, snapshot.facts[known], snapshot.facts, before.values)


def arrays_dtype(snapshot: Snapshot) -> np.dtype:
    """The type of one row of facts, as far as there are any."""
    return snapshot.facts.dtype if snapshot.facts is not None else np.dtype("f4")


@dataclass(frozen=True)
class _Before:
    """Earlier embeddings of these encoders, from before the dataset changed."""

    values: dict[str, np.ndarray]
    """by encoder, of those with the same weights"""
    same_rendering: bool
    """or only pictures that have none look the same as then"""
    of_others: bool
    """whether there are some with other weights"""


def _embeddings_before(
    project_folder: Path, encoders: list[Encoder], rendering: Rendering
) -> _Before:
    found: dict[str, np.ndarray] = {}
    same_rendering, of_others = True, False
    with open_project(project_folder, read_only=True) as project:
        made = arrays.embedding_runs(project)
        for encoder in encoders:
            run = made.get(encoder.name)
            # Without an update in between somebody wants everything embedded again, unless some of
            # it is still to be read.
            if run is None:
                continue
            if not is_before_update(project, run) and arrays.is_whole(project, run):
                continue
            file = project.folder / arrays.embedding_path(encoder.name)
            same = run.metrics.get("encoders", {}).get(encoder.name) == encoder.key
            same_rendering &= run.metrics.get("rendering") == rendering.key
            of_others |= not same
            values = readable_array(file, kinds="f", shape=(None, encoder.dimension))
            if same and values is not None:
                found[encoder.name] = values
    return _Before(found, same_rendering, of_others)


def keep_lost(facts: np.ndarray, known: Reusable, unreadable: dict[int, Message]) -> None:
    """Keep the content hash of files that are not there, so that they are recognised again.

    Args:
        facts: (N,) of `FACTS_DTYPE`; changed in place.
        known: facts of the embedding before.
        unreadable: reasons by row.
    """
    if known.all_facts is None:
        return
    for row in unreadable:
        if facts["content_hash"][row] == b"":
            facts["content_hash"][row] = known.all_facts["content_hash"][row]
