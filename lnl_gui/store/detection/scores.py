"""Read the results of a detect run: a folder of arrays with one value a sample.

`suspicion.npy, suggested.npy, flagged.npy, loss.npy, order.npy` and, by detector,
`detector-NAME-score.npy` and `detector-NAME-vote.npy`; `detectors.json`, `mixture.json`,
`issues.json`, `summary.json`; `suspicion_spread.npy` and `agreeing.npy`, how far repetitions of
the consensus differ, of versions that stored it; `perhaps_right.npy`, where classes have doubtful
names, their labels;
`suspicion_when_decided.npy`; `neighbours.npy` with `neighbour_similarity.npy`;
`projection.npy`.
"""

from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np

from lnl_gui.store.database.derived_files import CORE, readable_array, shape_in_detection
from lnl_gui.store.dataset.classes import LabelMap
from lnl_gui.store.detection.detection_summary import DetectionSummary, readable_summary

ORDER, CONFIDENCE = "order", "confidence"
SPREAD, AGREEING = "suspicion_spread", "agreeing"
WHEN_DECIDED = "suspicion_when_decided"
DUPLICATE_GROUP, PICTURE_PARTS = "duplicate_group", "picture_parts"
NEIGHBOURS, SIMILARITY = "neighbours", "neighbour_similarity"
EMPTY = {"f": np.nan, "i": -1}
"""What rows hold that a detection knows nothing of, by kind of number (numpy's letters); else 0."""
OFF_TOPIC, WELL_LABELLED = "issue-off_topic-flagged", "well_labelled"


@dataclass(frozen=True)
class Scores:
    """The scores of one detect run, length N each."""

    suspicion: np.ndarray
    """float32, NaN where there is no embedding"""
    suggested: np.ndarray
    """int32, -1 where there is no suggestion"""
    flagged: np.ndarray
    """bool"""
    loss: np.ndarray
    """float32, nats"""
    confidence: np.ndarray
    """float32, probability that the suggestion for a sample without a label is right; else NaN"""
    off_topic: np.ndarray
    """bool, images of none of the classes: suspects among them are to be set aside"""
    well_labelled: np.ndarray
    """bool, labels that nobody need look at, see the summary for their bound"""
    worst_first: np.ndarray | None = None
    """int32, rows by suspicion, the highest first"""
    summary: DetectionSummary = field(default_factory=DetectionSummary)
    folder: Path | None = None
    other_picture: np.ndarray | None = None
    """bool, judged on another picture than the one there now; None where none was"""

    def is_of_other(self, row: int) -> bool:
        """Whether a sample was judged on another picture than the one there now."""
        return self.other_picture is not None and bool(self.other_picture[row])

    def without_others(self, values: np.ndarray) -> np.ndarray:
        """An array (N, ...) without the rows of other pictures; itself where there are none."""
        if self.other_picture is None:
            return values
        emptied = np.array(values)
        emptied[self.other_picture] = EMPTY.get(values.dtype.kind, 0)
        return emptied


def no_scores(count: int) -> Scores:
    """Placeholder columns of `count` samples before any detection: NaN, -1 and False."""
    return Scores(
        np.full(count, np.nan, np.float32),
        np.full(count, -1, np.int32),
        np.zeros(count, bool),
        np.full(count, np.nan, np.float32),
        np.full(count, np.nan, np.float32),
        np.zeros(count, bool),
        np.zeros(count, bool),
    )


def load_scores(folder: Path, count: int) -> Scores:
    """Read the columns of a finished detect run, for `count` samples.

    Samples that came into the dataset after it have no scores, and neither has anything where a
    column it cannot be without is damaged; of the rest what is damaged is as if it was not made.
    """
    core = [
        readable_array(folder / f"{name}.npy", kinds=kinds, shape=(None,), mapped=False)
        for name, kinds in CORE.items()
    ]
    if any(column is None or len(column) > count for column in core):
        return no_scores(count)
    suspicion, suggested, flagged, loss = (
        padded(column, count) for column in core if column is not None
    )
    # Earlier versions knew no samples without a label.
    confidence = _beside(folder, CONFIDENCE, "f", count)
    if confidence is None:
        confidence = np.full_like(suspicion, np.nan)
    # Detections of earlier versions left no order; the session then sorts for itself.
    # One of fewer samples than there are now is whole, and of no use.
    judged = len(core[0]) if core[0] is not None else count
    order = readable_array(folder / f"{ORDER}.npy", kinds="iu", shape=(judged,), mapped=False)
    usable = order is not None and len(order) == count and _is_order(order)
    worst_first = order if usable else None
    summary = readable_summary(folder)
    # Detections of earlier versions knew neither.
    off_topic, sound = (
        np.zeros(count, bool) if (column := _beside(folder, name, "b", count)) is None else column
        for name in (OFF_TOPIC, WELL_LABELLED)
    )
    return Scores(
        suspicion,
        suggested,
        flagged,
        loss,
        confidence,
        off_topic & (suggested < 0),
        sound,
        worst_first,
        summary,
        folder,
    )


@dataclass(frozen=True)
class Spread:
    """How far the repetitions of a consensus differ, length N each."""

    deviation: np.ndarray
    """float32, standard deviation of the suspicion; NaN where it is not known"""
    agreeing: np.ndarray
    """int8, repetitions on the side of the threshold that their mean is on; -1 if not known"""


def load_spread(found: Scores) -> Spread:
    """The spread of a detection; unknown where it was not stored or is damaged."""
    count = len(found.suspicion)
    deviation = agreeing = None
    if found.folder is not None:
        deviation = _beside(found.folder, SPREAD, "f", count)
        agreeing = _beside(found.folder, AGREEING, "i", count)
    return Spread(
        np.full(count, np.nan, np.float32)
        if deviation is None
        else found.without_others(deviation),
        np.full(count, -1, np.int8) if agreeing is None else found.without_others(agreeing),
    )


def for_classes(found: Scores, meaning: LabelMap, given: np.ndarray) -> Scores:
    """The scores as they read after classes were merged or deleted.

    A suggestion for a class that was deleted is none, and a label is no suspect where what it was
    mistaken for is now the same class, or where its class was deleted.

    Args:
        found: of N samples.
        meaning: what labels mean now.
        given: int32 (N,), the given labels as written.
    """
    if meaning.table is None:
        return found
    suggested, now = meaning.of(found.suggested), meaning.of(given)
    settled = (given >= 0) & (suggested == now) & (found.suggested != given)
    lost = (given >= 0) & (now < 0)
    return replace(found, suggested=suggested, flagged=found.flagged & ~settled & ~lost)


def of_present_pictures(found: Scores, other: np.ndarray) -> Scores:
    """The scores without those of other pictures: of what is there now they say nothing.

    Args:
        found: of N samples.
        other: bool (N,), samples that held another picture when they were judged.
    """
    if not other.any():
        return found
    now = replace(found, other_picture=other)
    return replace(
        now,
        suspicion=now.without_others(found.suspicion),
        suggested=now.without_others(found.suggested),
        flagged=now.without_others(found.flagged),
        loss=now.without_others(found.loss),
        confidence=now.without_others(found.confidence),
        off_topic=now.without_others(found.off_topic),
        well_labelled=now.without_others(found.well_labelled),
        # The order knows of all as they were judged.
        worst_first=None,
    )


def load_array(folder: Path | None, name: str) -> np.ndarray | None:
    """One memory-mapped array of a detect run, any shape, as it was written.

    None without a run, or where it is damaged or missing.

    Of an array with a row for each sample, `sample_array` says what is true of them now.
    """
    if folder is None:
        return None
    # Mapped: of a posterior or of neighbours the window reads a few rows at a time.
    return readable_array(folder / f"{name}.npy", shape=shape_in_detection(folder, name))


def sample_array(found: Scores, name: str) -> np.ndarray | None:
    """An array of a detect run with a row for each sample, (N, ...); None as of `load_array`.

    Rows of samples that came after the run, or held another picture then, are empty.
    """
    values = load_array(found.folder, name)
    return None if values is None else found.without_others(padded(values, len(found.suspicion)))


def nearest(found: Scores) -> tuple[np.ndarray, np.ndarray] | None:
    """The nearest neighbours (N, k) int32, -1 for none, and their cosine (N, k); None without.

    No sample that held another picture then is a neighbour.
    """
    index, cosine = (sample_array(found, name) for name in (NEIGHBOURS, SIMILARITY))
    if index is None or cosine is None:
        return None
    if found.other_picture is not None:
        known = (index >= 0) & (index < len(found.other_picture))
        gone = known & found.other_picture[np.where(known, index, 0)]
        index = np.where(gone, -1, index)
    return index, cosine


def _beside(folder: Path, name: str, kinds: str, count: int) -> np.ndarray | None:
    found = readable_array(folder / f"{name}.npy", kinds=kinds, shape=(None,), mapped=False)
    return padded(found, count) if found is not None and len(found) <= count else None


def _is_order(rows: np.ndarray) -> bool:
    """Whether each row is named once."""
    if len(rows) and (rows.min() < 0 or rows.max() >= len(rows)):
        return False
    # As many rows as there are: where each is named, none is named twice.
    named = np.zeros(len(rows), bool)
    named[rows] = True
    return bool(named.all())


def padded(values: np.ndarray, count: int) -> np.ndarray:
    """Rows of NaN, -1 or False behind an array (n, ...) of fewer than `count` samples."""
    if len(values) >= count:
        return values
    empty = EMPTY.get(values.dtype.kind, 0)
    shape = (count - len(values), *values.shape[1:])
    return np.concatenate([values, np.full(shape, empty, values.dtype)])
