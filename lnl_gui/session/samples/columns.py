"""The samples of an open project as parallel numpy columns.

A filter is a boolean mask over them, a sort an order array, a selection a mask.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np

from lnl_gui.session.samples.verdict_log import VerdictLog
from lnl_gui.store.database.derived_files import is_detection
from lnl_gui.store.dataset import samples
from lnl_gui.store.dataset.classes import load_class_map
from lnl_gui.store.dataset.column_cache import load_fixed, sample_count
from lnl_gui.store.dataset.replaced_pictures import has_replaced, load_replaced
from lnl_gui.store.dataset.samples import UNSEEN
from lnl_gui.store.dataset.source_state import load_source_state
from lnl_gui.store.detection import scores
from lnl_gui.store.detection.unjudged import unjudged_labels
from lnl_gui.store.history import journal, journal_queries
from lnl_gui.store.history.looked_at import (
    IN_VIEW,
    in_view,
    on_other_pictures,
    stands_on_other,
    verdict_origins,
)
from lnl_gui.store.jobs import arrays, runs
from lnl_gui.store.project import Project
from lnl_gui.store.review.standing_samples import load_samples, standing

Row = int | np.integer[Any]
"""A sample by its place in every column."""


@dataclass
class SampleColumns:
    """Arrays of length N; the row is the sample's id."""

    project: Project
    paths: Sequence[str]
    """as they came; decoded only when asked for"""
    files: Sequence[str]
    """relative to the dataset's root, or absolute"""
    given: np.ndarray
    """int32 class ids, -1 for samples that came without a label"""
    current: np.ndarray
    """int32 class ids, -1 for samples without a label"""
    status: np.ndarray
    """uint8, see `lnl_gui.store.dataset.samples.STATUS_NAMES`"""
    split: np.ndarray
    """uint8 indices into `Session.split_names`"""
    readable: np.ndarray
    """bool, whether the image could be decoded"""
    suspicion: np.ndarray
    """float32 probability, NaN before detection"""
    suggested: np.ndarray
    """int32, -1 where there is no suggestion"""
    flagged: np.ndarray
    """bool, the suspects of the newest detection"""
    loss: np.ndarray
    """float32 nats, NaN before detection"""
    confidence: np.ndarray
    """float32 probability of the suggestion for samples without a label; NaN for all others"""
    off_topic: np.ndarray
    """bool, images of none of the classes, which have no suggestion"""
    well_labelled: np.ndarray
    """bool, labels that nobody need look at"""
    cluster: np.ndarray
    """int32, -1 before detection"""
    content_hash: np.ndarray
    """bytes (S32), empty before embedding"""
    path_order: np.ndarray
    """int32, rows in alphabetical order of their paths"""
    source_label: np.ndarray
    """int32, the label that the dataset gives it now, see `lnl_gui.store.dataset.source_state`"""
    missing: np.ndarray
    """bool, has left the dataset"""
    worst_first: np.ndarray | None
    """int32, rows by suspicion, where the detection has left that order"""
    version: int = 0
    """incremented when scores change; caches derived from them compare it"""
    log: VerdictLog = field(default_factory=VerdictLog)
    """which samples verdicts have changed; counts derived from them follow it"""
    other_picture: np.ndarray = field(default_factory=lambda: np.zeros(0, bool))
    """bool, decided on when the file held another picture than now"""
    own_of: str | None = None
    """the reviewer whose own verdicts alone these are; None for those in force"""
    _offered: tuple[np.ndarray, np.ndarray, int] | None = None

    @property
    def unlabelled(self) -> np.ndarray:
        """Samples that came without a label, bool (N,)."""
        return self.given < 0

    @property
    def unjudged(self) -> np.ndarray:
        """Labels of which the detection says nothing, bool (N,); all of them before any."""
        return unjudged_labels(self.suspicion, self.readable, self.unlabelled)

    @property
    def judged(self) -> np.ndarray:
        """Labels that count and of which the detection says something, bool (N,)."""
        return self.readable & ~self.unlabelled & np.isfinite(self.suspicion)

    @cached_property
    def verdict_time(self) -> np.ndarray:
        """Seconds since the epoch of the last verdict, float64 (N,), 0 where there is none."""
        return journal_queries.verdict_times(self.project, len(self.paths))

    @cached_property
    def in_view(self) -> np.ndarray:
        """bool (N,), whether a person had it in view when deciding; `store.history.looked_at`."""
        return self._read_in_view(self.project)

    def _read_in_view(self, project: Project) -> np.ndarray:
        return verdict_origins(project, len(self.paths), reviewer=self.own_of) >= IN_VIEW

    def offer_verdicts(self, times: np.ndarray, in_view: np.ndarray, position: int) -> None:
        """Give what another thread has read of verdicts, so that the window's need not.

        Args:
            times: float64 (N,), for these columns alone.
            in_view: bool (N,), for these columns alone.
            position: of the log before they were read; worth nothing if a verdict came since.
        """
        # In one assignment: the window's thread finds all or nothing.
        self._offered = times, in_view, position

    def _take_offer(self) -> None:
        offered, self._offered = self._offered, None
        if offered is not None and offered[2] == self.log.position:
            self.__dict__.setdefault("verdict_time", offered[0])
            self.__dict__.setdefault("in_view", offered[1])

    @property
    def knows_verdict_times(self) -> bool:
        """Whether `verdict_time` has been read."""
        return "verdict_time" in self.__dict__

    @property
    def knows_verdicts(self) -> bool:
        """Whether `verdict_time` and `in_view` have been read."""
        return self.knows_verdict_times and "in_view" in self.__dict__

    def read_verdicts(self, project: Project) -> None:
        """Read both from the journal by a connection that is not these columns' own."""
        if not self.knows_verdict_times:
            self.__dict__["verdict_time"] = journal_queries.verdict_times(project, len(self.paths))
        self.__dict__["in_view"] = self._read_in_view(project)

    @property
    def source_differs(self) -> np.ndarray:
        """Whether the dataset gives a sample another label now than it has here, bool (N,)."""
        return (self.source_label >= 0) & (self.source_label != self.current)

    def frozen(self) -> "SampleColumns":
        """These columns as they are now, for another thread to read while verdicts go on."""
        self._take_offer()
        # Results of detections are replaced as a whole, so that the old ones stay what they are.
        other = self.other_picture.copy()
        copy = replace(self, status=self.status.copy(), other_picture=other, log=VerdictLog())
        for name in {"verdict_time", "in_view"} & self.__dict__.keys():
            copy.__dict__[name] = self.__dict__[name].copy()
        return copy

    def take_over(
        self, current: np.ndarray, status: np.ndarray, verdict_time: np.ndarray | None = None
    ) -> None:
        """Replace the verdicts: labels int32, statuses uint8, times float64, (N,) each.

        Without times they are read anew when asked for.
        """
        # Written in place: views and orders hold these very arrays.
        self.other_picture = on_other_pictures(self.project, len(self.paths), reviewer=self.own_of)
        self.current[:], self.status[:] = standing(current, status, self.given, self.other_picture)
        self.log.note_all()
        self.__dict__.pop("in_view", None)
        self.__dict__.pop("verdict_time", None)
        if verdict_time is not None:
            self.__dict__["verdict_time"] = verdict_time

    def standing(self, change: journal.Change) -> journal.Change:
        """What a change that is on record makes of its samples as they are now.

        An undo may lead back to a decision on another picture, which is none any more.
        """
        if not has_replaced(self.project):
            return change
        rows = change.rows
        self.other_picture[rows] = stands_on_other(self.project, rows, reviewer=self.own_of)
        label, status = standing(
            change.new_label, change.new_status, self.given[rows], self.other_picture[rows]
        )
        return replace(change, new_label=label, new_status=status)

    def touch(self, change: journal.Change, when: float) -> None:
        """Apply labels and statuses of a change, as `standing` gives it, at `when` in seconds since
        the epoch.
        """
        self._take_offer()
        self.current[change.rows] = change.new_label
        self.status[change.rows] = change.new_status
        self.log.note(change.rows)
        # Only where it has been read: the first look at it reads everything from the journal
        # anyway.
        if self.knows_verdict_times:
            self.verdict_time[change.rows] = np.where(change.new_status == UNSEEN, 0.0, when)
        if "in_view" in self.__dict__:
            self.in_view[change.rows] = in_view(self.project, change.rows, reviewer=self.own_of)


def load_columns(project: Project) -> SampleColumns:
    """Read the columns (N,) from the database and the arrays of the newest finished runs."""
    return load_columns_and_scores(project)[0]


def load_columns_and_scores(project: Project) -> tuple[SampleColumns, scores.Scores]:
    """As `load_columns`, with the scores that are in the columns."""
    count = sample_count(project)
    other = on_other_pictures(project, count)
    base = load_samples(project, other=other)
    found = load_detection(project, count)
    state = load_source_state(project)
    meaning = load_class_map(project)
    missing = np.zeros(count, bool)
    missing[list(state.gone)] = True
    columns = SampleColumns(
        project,
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
        found.confidence,
        found.off_topic,
        found.well_labelled,
        _cluster(found),
        _contents(project, count),
        base.path_order,
        meaning.of(state.source_labels(count)),
        missing,
        found.worst_first,
        other_picture=other,
    )
    return columns, found


def _contents(project: Project, count: int) -> np.ndarray:
    """Content hashes S32 (N,) of what is there now: no thumbnail of a picture that was replaced."""
    return load_replaced(project).present(arrays.content_hashes(project, count))


def reload_labels(project: Project, columns: SampleColumns) -> None:
    """Load the given and suggested labels (N,) after classes were merged, deleted or brought back.

    The verdicts are those of `take_over`.
    """
    fresh = load_columns(project)
    # Written in place: views and orders hold these very arrays.
    for name in ("given", "source_label", "suggested", "flagged"):
        getattr(columns, name)[:] = getattr(fresh, name)
    columns.version += 1


def reload_pixels(project: Project, columns: SampleColumns) -> None:
    """Load content hashes and readability after an embedding."""
    count = len(columns.paths)
    columns.content_hash = _contents(project, count)
    columns.readable = samples.load_readable(project, count)
    columns.version += 1


def reload_scores(
    project: Project, columns: SampleColumns, read: "ReadDetection | None" = None
) -> scores.Scores:
    """Load the scores of the newest detection into the columns, and return them.

    Args:
        project: open, for reading at least.
        columns: of N samples.
        read: what has been read of it already, by `read_detection`.
    """
    count = len(columns.paths)
    found = load_detection(project, count, read)
    columns.suspicion, columns.suggested = found.suspicion, found.suggested
    columns.flagged, columns.loss = found.flagged, found.loss
    columns.confidence = found.confidence
    columns.off_topic, columns.well_labelled = found.off_topic, found.well_labelled
    ahead = read is not None and read.scores.folder == found.folder
    cluster = read.cluster if read is not None and ahead else _cluster(found)
    columns.cluster = found.without_others(cluster)
    columns.worst_first = found.worst_first
    columns.version += 1
    return found


@dataclass(frozen=True, eq=False)
class ReadDetection:
    """What a detection has left for N samples, before anything is shown of it."""

    scores: scores.Scores
    cluster: np.ndarray
    """int32 (N,), -1 where there is none"""


def read_detection(folder: Path, count: int, classes: int) -> ReadDetection:
    """Read a detection's files without its project, so that another thread can.

    Args:
        folder: of the run.
        count: samples of the project.
        classes: of the project, with those merged and deleted.
    """
    # Kept by the file's time and length: who asks for the newest detection has it looked at.
    is_detection(folder, samples=count, classes=classes)
    found = scores.load_scores(folder, count)
    return ReadDetection(found, _cluster(found))


def load_detection(
    project: Project, count: int, read: ReadDetection | None = None
) -> scores.Scores:
    """The scores of the newest detection for `count` samples, as classes are now.

    `read` is what has been read of it already; of another it is passed over.
    """
    run = runs.newest_detection(project)
    if run is None:
        return scores.no_scores(count)
    ahead = read is not None and read.scores.folder == run.folder
    found = read.scores if read is not None and ahead else scores.load_scores(run.folder, count)
    found = scores.of_present_pictures(
        found, journal_queries.replaced_since(project, run.started, count)
    )
    meaning = load_class_map(project)
    if meaning.table is None:
        return found
    # Only then: to read all columns takes twice as long as the scores.
    return scores.for_classes(found, meaning, load_fixed(project).given)


def _cluster(found: scores.Scores) -> np.ndarray:
    cluster = scores.sample_array(found, "cluster")
    return np.full(len(found.suspicion), -1, np.int32) if cluster is None else np.array(cluster)
