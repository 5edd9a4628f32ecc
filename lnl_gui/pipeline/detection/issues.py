"""Issues beside wrong labels: duplicates, outliers, image quality."""

from pathlib import Path

import numpy as np

from lnl_gui.detect.copies.find import Copies
from lnl_gui.detect.detectors.result import DetectorResult
from lnl_gui.detect.issues.duplicates import duplicate_issues, find_duplicates
from lnl_gui.detect.issues.image_quality import find_image_issues
from lnl_gui.detect.issues.issue import IssueResult
from lnl_gui.detect.issues.outliers import find_outliers
from lnl_gui.pipeline.snapshot import Snapshot
from lnl_gui.store.detection.detection_tables import IssueEntry, write_issue_table
from lnl_gui.store.detection.scores import DUPLICATE_GROUP, PICTURE_PARTS
from lnl_gui.util.files.array_file import write_array
from lnl_gui.util.messages import to_json


def write_issues(
    folder: Path,
    snapshot: Snapshot,
    copies: Copies,
    results: list[DetectorResult],
    off_topic: IssueResult,
) -> dict[str, int]:
    """Find all issues and write their scores; returns how many samples each one concerns.

    Args:
        folder: the detect run's folder.
        snapshot: for the facts of the pixels, the labels and the splits.
        copies: of the samples.
        results: of the detectors; the neighbours among them serve outliers.
        off_topic: images of none of the classes, already found; left out where it judged none.
    """
    if snapshot.facts is None:
        return {}
    neighbours = next((r.details for r in results if "neighbours" in r.details), None)
    duplicates = find_duplicates(
        copies,
        labels=np.where(snapshot.samples.readable, snapshot.samples.current, -1),
        splits=snapshot.samples.split,
    )
    write_array(folder / f"{DUPLICATE_GROUP}.npy", copies.group)
    write_array(folder / f"{PICTURE_PARTS}.npy", copies.parts)
    issues: list[IssueResult] = [
        *duplicate_issues(duplicates),
        *find_image_issues(snapshot.facts),
    ]
    if neighbours is not None:
        issues.append(find_outliers(neighbours["neighbour_similarity"]))
    if np.isfinite(off_topic.score).any():
        issues.append(off_topic)
    for issue in issues:
        write_array(folder / f"issue-{issue.name}-score.npy", issue.score)
        write_array(folder / f"issue-{issue.name}-flagged.npy", issue.flagged)
    counts = {issue.name: int(issue.flagged.sum()) for issue in issues}
    write_issue_table(
        folder,
        [IssueEntry(i.name, counts[i.name], i.threshold, to_json(i.note)) for i in issues],
    )
    return counts
