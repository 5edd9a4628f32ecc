"""Why single samples are suspected, in words, from the files of a detect run."""

from pathlib import Path

import numpy as np

from lnl_gui.detect.consensus.explanation import Explanation, explain_sample
from lnl_gui.detect.detectors.result import DetectorResult
from lnl_gui.detect.mixture import Mixture
from lnl_gui.pipeline.snapshot import take_snapshot
from lnl_gui.store.dataset.classes import LabelMap
from lnl_gui.store.detection.detection_tables import read_detectors, read_mixtures
from lnl_gui.store.detection.scores import DUPLICATE_GROUP, Scores, nearest, sample_array
from lnl_gui.store.detection.unjudged import not_detected
from lnl_gui.store.jobs.arrays import file_stem
from lnl_gui.util.messages import Message, from_json


def explain_rows(project_folder: Path, rows: list[int]) -> list[Explanation]:
    """Explain the newest detection's suspicion of some samples.

    Raises:
        UserError: before any detection.
    """
    snapshot = take_snapshot(project_folder)
    found = snapshot.scores
    if found.folder is None:
        raise not_detected(project_folder)
    titles, results = _detectors(found, snapshot.class_map)
    neighbours, similarity = nearest(found) or (None, None)
    return [
        explain_sample(
            row,
            snapshot.samples.given,
            class_names=snapshot.class_names,
            suspicion=found.suspicion,
            suggested_label=found.suggested,
            detectors=results,
            titles=titles,
            neighbours=neighbours,
            neighbour_similarity=similarity,
            loss=found.loss,
            mixture=_mixture(found.folder, len(snapshot.class_names)),
            confidence=found.confidence,
            off_topic=found.off_topic,
            copies=sample_array(found, DUPLICATE_GROUP),
        )
        for row in rows
    ]


def _detectors(
    found: Scores, meaning: LabelMap
) -> tuple[dict[str, Message | str], list[DetectorResult]]:
    titles: dict[str, Message | str] = {}
    results = []
    for entry in read_detectors(found.folder):
        stem = f"detector-{file_stem(entry.name)}"
        score, vote = (sample_array(found, f"{stem}-{kind}") for kind in ("score", "vote"))
        if score is not None and vote is not None:
            titles[entry.name] = from_json(entry.title)
            results.append(DetectorResult(entry.name, score, meaning.of(vote)))
    return titles, results


def _mixture(folder: Path, classes: int) -> Mixture | None:
    """The two Gaussians of each class; None for runs that fitted none."""
    table = read_mixtures(folder)
    if not table:
        return None
    weight, mean, deviation = (np.zeros((classes, 2)) for _ in range(3))
    pooled = np.ones(classes, bool)
    for label, entry in table.items():
        mean[label], deviation[label] = entry.means, entry.deviations
        weight[label], pooled[label] = entry.weights, entry.pooled
    return Mixture(weight, mean, deviation, pooled)
