"""Issues beside wrong labels: duplicates, outliers, image quality."""

from pathlib import Path

import numpy as np

from lnl_gui.detect.duplicates import Duplicates, duplicate_issues, find_duplicates
from lnl_gui.detect.image_issues import find_image_issues
from lnl_gui.detect.issue import IssueResult
from lnl_gui.detect.outliers import find_outliers
from lnl_gui.detect.result import DetectorResult
from lnl_gui.pipeline.snapshot import Snapshot
from lnl_gui.util.atomic import write_array, write_json

_CHUNK = 4096
DUPLICATE_GROUP = "duplicate_group"


def write_issues(
    folder: Path, snapshot: Snapshot, embedding: np.ndarray, results: list[DetectorResult]
) -> dict[str, int]:
    """Find all issues and write their scores; returns how many samples each one concerns.

    Args:
        folder: the detect run's folder.
        snapshot: for the facts of the pixels, the labels and the splits.
        embedding: (N, D) as it came from the encoder.
        results: of the detectors; the neighbours among them serve duplicates and outliers.
    """
    if snapshot.facts is None:
        return {}
    neighbours = next((r.details for r in results if "neighbours" in r.details), None)
    duplicates = _duplicates(snapshot, embedding, neighbours)
    write_array(folder / f"{DUPLICATE_GROUP}.npy", duplicates.group)
    issues: list[IssueResult] = [
        *duplicate_issues(duplicates),
        *find_image_issues(snapshot.facts),
    ]
    if neighbours is not None:
        issues.append(find_outliers(neighbours["neighbour_similarity"]))
    for issue in issues:
        write_array(folder / f"issue-{issue.name}-score.npy", issue.score)
        write_array(folder / f"issue-{issue.name}-flagged.npy", issue.flagged)
    counts = {issue.name: int(issue.flagged.sum()) for issue in issues}
    write_json(
        folder / "issues.json",
        [
            {
                "name": issue.name,
                "count": counts[issue.name],
                "threshold": issue.threshold,
                "note": issue.note,
            }
            for issue in issues
        ],
    )
    return counts


def _duplicates(
    snapshot: Snapshot, embedding: np.ndarray, neighbours: dict[str, np.ndarray] | None
) -> Duplicates:
    facts = snapshot.facts
    assert facts is not None
    indices = neighbours["neighbours"] if neighbours else None
    return find_duplicates(
        np.ascontiguousarray(facts["content_hash"]),
        perceptual_hash=facts["perceptual_hash"] if neighbours else None,
        indices=indices,
        similarity=None if indices is None else pair_cosine(embedding, indices),
        labels=np.where(snapshot.samples.readable, snapshot.samples.current, -1),
        splits=snapshot.samples.split,
    )


def pair_cosine(embedding: np.ndarray, indices: np.ndarray) -> np.ndarray:
    """Cosine (N, k) of each row of (N, D) to the rows its `indices` (N, k) name; 0 for -1."""
    cosine = np.zeros(indices.shape, np.float32)
    for start in range(0, len(indices), _CHUNK):
        chosen = indices[start : start + _CHUNK]
        left = _unit(embedding[start : start + _CHUNK])
        for place in range(indices.shape[1]):
            right = _unit(embedding[np.maximum(chosen[:, place], 0)])
            cosine[start : start + len(chosen), place] = (left * right).sum(axis=1)
    return np.where(indices < 0, 0.0, np.nan_to_num(cosine)).astype(np.float32)


def _unit(rows: np.ndarray) -> np.ndarray:
    values = np.asarray(rows, np.float32)
    return values / np.maximum(np.linalg.norm(values, axis=1, keepdims=True), 1e-12)
