"""UMAP or t-SNE of a project's embedding; the result serves until the embedding changes."""

from pathlib import Path
from typing import Any

import numpy as np

from lnl_gui.detect.neighbours.projection import LARGEST_FIT, Neighbours, project_to_plane
from lnl_gui.pipeline.snapshot import load_embeddings
from lnl_gui.store.database.derived_files import readable_array
from lnl_gui.store.jobs import arrays, projections, runs
from lnl_gui.store.jobs.parameters import MapParameters
from lnl_gui.store.project import Project, open_project
from lnl_gui.util.errors import as_user_error
from lnl_gui.util.files.array_file import write_array
from lnl_gui.util.log import logger
from lnl_gui.util.messages import message
from lnl_gui.util.progress import JobContext, Progress, stage_progress


def run(
    parameters: MapParameters, context: JobContext, *, project_folder: Path, run_folder: Path
) -> dict[str, Any]:
    """Project a project's embedding to the plane, unless that has been done.

    Raises:
        UserError: when nothing is embedded (with that encoder), or the disk is full.
    """
    with open_project(project_folder, read_only=True) as project:
        encoder = parameters.encoder or projections.shown_encoder(project)
        wanted = (encoder,) if encoder else ()
        files = arrays.embedded_with(project)
        name, embedding = next(iter(load_embeddings(files, wanted).items()))
        target = projections.projection_file(project, embedding, parameters.method)
        reused = readable_array(target, kinds="f", shape=(len(embedding), 2)) is not None
        if not reused:
            projected = _projected(project, name, embedding, parameters.method, context)
            try:
                write_array(target, projected)
                projections.note_embedding(target, files[name])
                projections.forget_stale(project)
            except OSError as error:
                raise as_user_error(error, message("save the projection")) from error
        place = target.relative_to(project.folder).as_posix()
    samples = int(np.isfinite(np.load(target, mmap_mode="r")[:, 0]).sum())
    metrics = {
        "encoder": name,
        "method": parameters.method,
        "samples": samples,
        "fitted": min(samples, LARGEST_FIT),
        "reused": reused,
    }
    return {"artifacts": {"projection": place}, "metrics": metrics}


STAGES = {
    "prepare": message("Reading the embedding"),
    "neighbours": message("Finding neighbours"),
    "compile": message("Loading the projection's library, the first time slowly"),
    "projection": message("Projecting"),
    "place": message("Placing the rest"),
}
"""Titles of the stages of `project_to_plane`."""


def _projected(
    project: Project, encoder: str, embedding: np.ndarray, method: str, context: JobContext
) -> np.ndarray:
    """(N, 2), with neighbours and principal axes of a detection on the same embedding."""
    # What the detection has found need not be searched for again.
    folder = _detection_of(project, encoder)

    def progress_of(stage: str) -> Progress:
        return stage_progress(context, STAGES[stage])

    return project_to_plane(
        embedding,
        method=method,
        known=_neighbours(folder, len(embedding)) if folder is not None else None,
        start=_axes(folder, len(embedding)) if folder is not None else None,
        threads=context.threads,
        progress_of=progress_of,
    )


def _detection_of(project: Project, encoder: str) -> Path | None:
    """The newest detection's folder if it was on this embedding alone, as it is now."""
    detection = runs.latest_run(project, "detect")
    embedding = arrays.embedding_runs(project).get(encoder)
    # By their numbers: after a clock was set back the later run has the earlier time.
    if detection is None or embedding is None or detection.number < embedding.number:
        return None
    if runs.is_outdated(project, detection):
        return None
    used = detection.parameters.get("encoders") or list(arrays.embedded_with(project))
    return detection.folder if used == [encoder] else None


def _neighbours(folder: Path, count: int) -> Neighbours | None:
    index = readable_array(folder / "neighbours.npy", kinds="i", shape=(count, None))
    similarity = readable_array(folder / "neighbour_similarity.npy", kinds="f", shape=(count, None))
    if index is None or similarity is None or index.shape != similarity.shape:
        return None
    # Compiled code reads what they point at without asking whether that is there.
    within = not index.size or -1 <= index.min() <= index.max() < count
    if not within or not np.isfinite(similarity).all():
        logger.warning("%s holds neighbours that are not there", folder)
        return None
    return Neighbours(index, similarity)


def _axes(folder: Path, count: int) -> np.ndarray | None:
    """Where the samples lie on the two principal axes."""
    return readable_array(folder / "projection.npy", kinds="f", shape=(count, 2))
