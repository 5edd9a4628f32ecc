"""Why a sample is suspected: each detector's vote, its neighbours, its place in the mixture."""

from dataclasses import dataclass

import numpy as np

from lnl_gui.session.samples.columns import SampleColumns
from lnl_gui.store.dataset.classes import LabelMap
from lnl_gui.store.detection import scores
from lnl_gui.store.detection.array_rows import sample_row
from lnl_gui.store.detection.detection_tables import ClassMixture, read_detectors, read_mixtures
from lnl_gui.store.jobs.arrays import file_stem
from lnl_gui.util.messages import Message, from_json


@dataclass(frozen=True)
class Vote:
    """One detector's opinion of one sample."""

    detector: str
    title: Message
    score: float
    """suspicion in [0, 1] as this detector sees it"""
    label: int
    """the class it votes for, -1 for none"""


@dataclass(frozen=True)
class Neighbour:
    """A similar sample."""

    row: int
    similarity: float
    """cosine"""
    label: int
    """its current label, -1 for none"""


@dataclass(frozen=True)
class SampleEvidence:
    """All that is known about one suspicion."""

    row: int
    suspicion: float
    suggested: int
    flagged: bool
    loss: float
    confidence: float
    """probability of the suggestion for a sample without a label, else NaN"""
    votes: tuple[Vote, ...]
    neighbours: tuple[Neighbour, ...]
    mixture: ClassMixture | None
    """the Gaussians fitted to the losses of its class"""
    threshold: float | None
    deviation: float = float("nan")
    """standard deviation of the suspicion between repetitions on other folds; NaN if not known"""
    agreeing: int = -1
    """repetitions on the side of the threshold that their mean is on; -1 if not known"""
    repetitions: int = 1
    copies: tuple[int, ...] = ()
    """current labels of the other copies of its image, -1 for none"""


def sample_evidence(
    columns: SampleColumns, found: scores.Scores, meaning: LabelMap, groups: np.ndarray, row: int
) -> SampleEvidence:
    """Collect the evidence on one row from the scores of a detection; empty before there is one.

    Args:
        columns: of N samples.
        found: of the newest detection.
        meaning: of its classes among those of today.
        groups: (N,) int32, copies of one image; -1 alone.
        row: of the sample.
    """
    return SampleEvidence(
        row,
        float(columns.suspicion[row]),
        int(columns.suggested[row]),
        bool(columns.flagged[row]),
        float(columns.loss[row]),
        float(columns.confidence[row]),
        _votes(found, meaning, row),
        _neighbours(columns, found, row),
        read_mixtures(found.folder).get(int(columns.given[row])),
        found.summary.threshold,
        float(_stored(found, scores.SPREAD, row, float("nan"))),
        int(_stored(found, scores.AGREEING, row, -1)),
        found.summary.repetitions,
        _copies(columns, groups, row),
    )


def _stored(found: scores.Scores, name: str, row: int, unknown: float) -> float:
    """One number of an array that detections of earlier versions lack."""
    value = sample_row(found, name, row)
    return unknown if value is None else float(value)


def _votes(found: scores.Scores, meaning: LabelMap, row: int) -> tuple[Vote, ...]:
    votes = []
    for entry in read_detectors(found.folder):
        stem = f"detector-{file_stem(entry.name)}"
        score = sample_row(found, f"{stem}-score", row)
        label = sample_row(found, f"{stem}-vote", row)
        if score is not None and label is not None and np.isfinite(score):
            title = from_json(entry.title)
            votes.append(Vote(entry.name, title, float(score), int(meaning.of(label))))
    return tuple(votes)


def _copies(columns: SampleColumns, groups: np.ndarray, row: int) -> tuple[int, ...]:
    if groups[row] < 0:
        return ()
    others = np.flatnonzero(groups == groups[row])
    return tuple(int(columns.current[other]) for other in others if other != row)


def _neighbours(columns: SampleColumns, found: scores.Scores, row: int) -> tuple[Neighbour, ...]:
    index = sample_row(found, scores.NEIGHBOURS, row)
    similarity = sample_row(found, scores.SIMILARITY, row)
    if index is None or similarity is None:
        return ()
    return tuple(
        Neighbour(int(i), float(s), int(columns.current[i]))
        for i, s in zip(index, similarity, strict=True)
        # Also the numbers of a damaged file, which name no sample.
        if 0 <= i < len(columns.current) and not found.is_of_other(int(i))
    )
