"""Every sample of the open project as parallel numpy columns.

A filter is a boolean mask over them, a sort an order array, a selection a mask.
"""

from dataclasses import dataclass

import numpy as np

from lnl_gui.store import arrays, runs, samples, scores
from lnl_gui.store.project import Project


@dataclass
class Columns:
    """Arrays of length N; the row is the sample's id."""

    paths: list[str]
    """as they came"""
    files: list[str]
    """relative to the dataset's root, or absolute"""
    given: np.ndarray
    """int32 class ids"""
    current: np.ndarray
    """int32 class ids"""
    status: np.ndarray
    """uint8, see `lnl_gui.store.samples.STATUS_NAMES`"""
    split: np.ndarray
    """uint8"""
    readable: np.ndarray
    """bool"""
    suspicion: np.ndarray
    """float32 probability, NaN before detection"""
    suggested: np.ndarray
    """int32, -1 where there is no suggestion"""
    flagged: np.ndarray
    """bool"""
    loss: np.ndarray
    """float32 nats, NaN before detection"""
    cluster: np.ndarray
    """int32, -1 before detection"""
    content_hash: np.ndarray
    """bytes (S32), empty before embedding"""
    verdict_time: np.ndarray
    """float64 seconds since the epoch of the last verdict, 0 where there is none"""


def load_columns(project: Project) -> Columns:
    """Read the database and the arrays of the newest finished runs."""
    base = samples.load_samples(project)
    count = len(base.paths)
    found = _scores(project, count)
    return Columns(
        base.paths,
        base.files,
        base.given,
        base.current,
        base.status,
        base.split,
        base.readable,
        found.suspicion,
        found.suggested,
        found.flagged,
        found.loss,
        _cluster(found, count),
        arrays.content_hashes(project, count),
        _verdict_times(project, count),
    )


def reload_scores(project: Project, columns: Columns) -> None:
    """Take over what a job has just finished."""
    count = len(columns.paths)
    found = _scores(project, count)
    columns.suspicion, columns.suggested = found.suspicion, found.suggested
    columns.flagged, columns.loss = found.flagged, found.loss
    columns.cluster = _cluster(found, count)
    columns.content_hash = arrays.content_hashes(project, count)
    columns.readable = samples.load_readable(project, count)


def _scores(project: Project, count: int) -> scores.Scores:
    run = runs.latest_run(project, "detect")
    return scores.load_scores(run.folder) if run else scores.no_scores(count)


def _cluster(found: scores.Scores, count: int) -> np.ndarray:
    cluster = scores.load_array(found.folder, "cluster") if found.folder else None
    return np.full(count, -1, np.int32) if cluster is None else np.array(cluster)


def _verdict_times(project: Project, count: int) -> np.ndarray:
    times = np.zeros(count)
    rows = project.connection.execute(
        "SELECT sample_id, max(time) FROM op_change JOIN op ON op.id = op_id"
        " WHERE NOT undone GROUP BY sample_id"
    ).fetchall()
    if rows:
        table = np.array(rows)
        times[table[:, 0].astype(np.int64)] = table[:, 1]
    return times
