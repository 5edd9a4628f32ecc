"""Figures of a detection about the whole dataset: `summary.json` in its run's folder.

Every field has a value for detections of versions that did not record it.
"""

import json
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any, TypeAlias

from lnl_gui.util.errors import UserError
from lnl_gui.util.files.atomic import write_json
from lnl_gui.util.log import logger
from lnl_gui.util.statistics.intervals import MODEL_ERROR
from lnl_gui.util.typed import read_typed

SUMMARY = "summary.json"
StoredMessage: TypeAlias = str | dict[str, Any]
"""A message in its JSON form, see `lnl_gui.util.messages.to_json`."""


@dataclass(frozen=True)
class AnnotatorFigures:
    """One annotator, where a dataset has several."""

    name: str
    quality: float
    """expected share of the labels that are right"""
    labels: int


@dataclass(frozen=True)
class DetectorFigures:
    """One detector."""

    name: str
    title: StoredMessage
    trust: float | None = None
    """share of its votes that are the given label; None without votes and where it is in sample"""
    weight: float | None = None
    """in the consensus; None for one that cannot join it"""
    in_sample: bool = False
    """whether it learnt from the very labels on which it votes"""


@dataclass(frozen=True)
class AgreementFigures:
    """How detectors agree with one another and with labels they were not shown."""

    detectors: tuple[DetectorFigures, ...] = ()
    same_vote: tuple[tuple[float | None, ...], ...] = ()
    """share of samples to which two detectors give one class, in the order of `detectors`"""
    same_order: tuple[tuple[float | None, ...], ...] = ()
    """rank correlation of two detectors' scores"""
    sentences: tuple[StoredMessage, ...] = ()


@dataclass(frozen=True)
class OverlapFigures:
    """Two classes that the images do not tell apart, by number."""

    first: int
    second: int
    area: float
    """under the receiver operating curve of one label against the other; 0.5 is chance"""
    high: float
    """upper end of its one-sided 95 % interval"""
    samples: int
    """images that look like either"""


@dataclass(frozen=True)
class DetectionSummary:
    """What a detection found out about the dataset; rates are shares in [0, 1]."""

    samples: int = 0
    """with a given label"""
    unlabelled: int = 0
    """without one; they count in no other figure"""
    flagged: int = 0
    threshold: float | None = None
    """suspicion above which a sample is flagged"""
    noise_rate: float | None = None
    noise_rate_interval: tuple[float, float] = (0.0, 1.0)
    expected_errors: float | None = None
    expected_errors_interval: tuple[float, float] | None = None
    well_labelled: int = 0
    """labels that nobody need look at"""
    well_labelled_bound: float | None = None
    """upper 95 % bound of the share of wrong labels among them; None for an empty set"""
    held_back: int = 0
    """suspect only between classes that the images do not tell apart, and so not flagged"""
    relative_error: float = MODEL_ERROR
    """of the expected number of errors, so that intervals shown later are this detection's"""
    nearly_equal: float = 0.0
    """share of the images that have others all but equal of which no group tells, as the frames of
    a video have, where it is too large to believe the figures; 0 elsewhere"""
    changed_images: int = 0
    """files that held something else than when they were embedded: it is of their former content"""
    uncompared_images: int = 0
    """looked alike to others and could not be read, so that copies among them are not known"""
    repetitions: int = 1
    """fits on folds of their own that were averaged"""
    probe_accuracy: float | None = None
    majority_rate: float | None = None
    weights: dict[str, float] = field(default_factory=dict)
    warnings: tuple[StoredMessage, ...] = ()
    overlapping: tuple[OverlapFigures, ...] = ()
    annotators: tuple[AnnotatorFigures, ...] = ()
    agreement: AgreementFigures = field(default_factory=AgreementFigures)

    @property
    def cannot_judge(self) -> bool:
        """Whether nothing is known of the given labels: no rate of wrong ones is ruled out."""
        return self.samples > 0 and tuple(self.noise_rate_interval) == (0.0, 1.0)


def with_accepted(summary: DetectionSummary, accepted: int) -> DetectionSummary:
    """The figures where so many labels agree by construction: each of these may be wrong."""
    if not accepted or not summary.samples:
        return summary
    low, high = summary.noise_rate_interval
    errors = summary.expected_errors_interval
    return replace(
        summary,
        noise_rate_interval=(low, min(1.0, high + accepted / summary.samples)),
        expected_errors_interval=errors
        and (errors[0], min(float(summary.samples), errors[1] + accepted)),
    )


def write_summary(folder: Path, summary: DetectionSummary) -> dict[str, Any]:
    """Write it, whole or not at all; returns its JSON form."""
    # By way of JSON, so that tuples are the lists that a script reads.
    values: dict[str, Any] = json.loads(json.dumps(asdict(summary)))
    write_json(folder / SUMMARY, values)
    return values


def readable_summary(folder: Path) -> DetectionSummary:
    """The summary; without any figure where it is missing or damaged (logged)."""
    try:
        return read_summary(folder)
    except (OSError, UserError) as error:
        logger.warning("%s", error)
        return DetectionSummary()


def read_summary(folder: Path) -> DetectionSummary:
    """Read it; fields of a newer version are passed over.

    Raises:
        OSError: when the file is missing.
        UserError: naming file and field, when it is damaged.
    """
    return read_typed(folder / SUMMARY, DetectionSummary, unknown_fields=True)
