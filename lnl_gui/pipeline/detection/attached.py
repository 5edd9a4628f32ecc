"""Predicted probabilities made elsewhere as detectors: label quality by self-confidence.

Northcutt, Jiang, Chuang, "Confident Learning" (JAIR 2021): the probability of the given label, from
predictions out of sample.
"""

from collections.abc import Sequence

import numpy as np

from lnl_gui.detect.detectors.confident_learning import label_quality
from lnl_gui.detect.detectors.registry import DetectorInfo
from lnl_gui.detect.detectors.result import NO_VOTE, DetectorResult
from lnl_gui.pipeline.snapshot import AttachedPredictions, Snapshot
from lnl_gui.store.detection.scores import padded
from lnl_gui.store.jobs.arrays import ATTACHED
from lnl_gui.util.errors import UserError
from lnl_gui.util.lookup import known_names
from lnl_gui.util.messages import message


def attached_results(snapshot: Snapshot, wanted: Sequence[str]) -> list[DetectorResult]:
    """One detector for each attached set of predictions; with `wanted` those that it names.

    Raises:
        UserError: for a name that nothing is attached under.
    """
    named = [name for name in wanted if name.startswith(ATTACHED)]
    known = {found.name: found for found in snapshot.predictions}
    for name in named:
        if name not in known:
            raise UserError(
                message("No predictions are attached as {name}.", name=name),
                known_names(name, known),
                code="unknown_detector",
            )
    chosen = named if wanted else list(known)
    return [_result(snapshot, known[name]) for name in chosen]


def describe_attached(name: str) -> DetectorInfo:
    """What people read of predictions that are attached under a name."""
    return DetectorInfo(
        name,
        message("Predictions {name}", name=name.removeprefix(ATTACHED)),
        message("Probabilities of a model of yours: how little it believes in the given label."),
        "O(N C)",
        "lnl_gui.pipeline.detection.attached:attached_results",
    )


def predictions_key(snapshot: Snapshot) -> str:
    """A text that changes when predictions are attached or replaced."""
    facts = [(found, found.file.stat()) for found in snapshot.predictions]
    return " ".join(
        f"{found.name}:{found.out_of_sample}:{found.of_others}:{stat.st_size}:{stat.st_mtime_ns}"
        for found, stat in facts
    )


def _result(snapshot: Snapshot, found: AttachedPredictions) -> DetectorResult:
    given = snapshot.samples.given
    values = padded(np.load(found.file, mmap_mode="r"), len(given))
    values = snapshot.class_map.added_up(values)
    there = np.isfinite(values).all(axis=1) & snapshot.samples.readable
    there[list(found.of_others)] = False
    vote = np.full(len(given), NO_VOTE, np.int32)
    vote[there] = values[there].argmax(axis=1)
    score = np.full(len(given), np.nan, np.float32)
    # A class that was added since has no column: nobody predicted it.
    judged = np.flatnonzero(there & (given >= 0) & (given < values.shape[1]))
    score[judged] = 1 - label_quality(given[judged], np.asarray(values[judged]))
    return DetectorResult(found.name, score, vote)
