"""Filters and sorts: a frozen specification in, row ids in reading order out."""

from dataclasses import asdict, dataclass, fields, replace
from typing import Any

import numpy as np

from lnl_gui.session.browsing.derived_columns import OTHER_PICTURE, WITHOUT_IMAGE, DerivedColumns
from lnl_gui.session.browsing.orders import Orders, compact_pairs
from lnl_gui.session.browsing.text_index import TextIndex
from lnl_gui.session.samples.columns import SampleColumns
from lnl_gui.store.dataset import sample_counts
from lnl_gui.store.dataset.classes import LabelMap
from lnl_gui.store.dataset.samples import UNSEEN
from lnl_gui.util.messages import Message, message


@dataclass(frozen=True)
class ViewSpec:
    """Filters and sort of a view; empty tuples and None do not filter.

    Tuples of ids and names are alternatives; `suspicion` in [0, 1] and `loss` in nats are closed
    intervals, which leave out samples without a value.
    """

    flagged: bool | None = True
    reviewed: bool | None = None
    given: tuple[int, ...] = ()
    current: tuple[int, ...] = ()
    suggested: tuple[int, ...] = ()
    status: tuple[int, ...] = ()
    split: tuple[int, ...] = ()
    suspicion: tuple[float, float] | None = None
    loss: tuple[float, float] | None = None
    confidence: tuple[float, float] | None = None
    text: str = ""
    sort: str = "suspicion"
    descending: bool = True
    issue: tuple[str, ...] = ()
    """names of issues; samples with any of them"""
    detector: tuple[str, ...] = ()
    """names of detectors; samples that any of them would give another class"""
    reviewer: tuple[str, ...] = ()
    """who decided; samples that any of them did"""
    cluster: tuple[int, ...] = ()
    unlabelled: bool | None = None
    """whether a sample came without a label; asked for, these are shown whatever `flagged` says"""
    disagreement: bool | None = None
    """whether two reviewers disagree and nobody has settled it"""
    audit: int | None = None
    """the number of an audit: its samples in the order drawn, whatever the other filters say"""
    tag: tuple[str, ...] = ()
    """samples with any of these tags"""
    part: tuple[int, int] | None = None
    """(k, n): the k-th of n parts of about equal size that share no sample, from 1 on"""
    deciding: bool = False
    """the held-out samples on which the models of the newest training disagree, in random order,
    whatever the other filters say"""

    @property
    def blind(self) -> bool:
        """Whether suspicion and suggestion must not be shown: an exam is unbiased only so."""
        return self.audit is not None or self.deciding

    @property
    def is_plain(self) -> bool:
        """Whether it shows all suspects, all others or all samples, in whichever order."""
        return self == ViewSpec(flagged=self.flagged, sort=self.sort, descending=self.descending)

    def without_reasons(self) -> "ViewSpec":
        """The same view without filters and sorts that come from the detectors."""
        told = self.sort in REASON_SORTS
        return replace(
            self,
            flagged=None,
            suggested=(),
            suspicion=None,
            loss=None,
            confidence=None,
            # Which picture it was no detector has told.
            issue=tuple(name for name in self.issue if name == OTHER_PICTURE),
            detector=(),
            cluster=(),
            sort="path" if told else self.sort,
            descending=False if told else self.descending,
        )

    def in_classes(self, label_map: LabelMap) -> "ViewSpec":
        """The same view by the classes there are now; those deleted filter no more."""
        return replace(
            self,
            given=_present(self.given, label_map),
            suggested=_present(self.suggested, label_map),
            current=_present(self.current, label_map),
        )

    def to_dict(self) -> dict[str, Any]:
        """The JSON form."""
        return asdict(self)

    @classmethod
    def from_dict(cls, values: dict[str, Any]) -> "ViewSpec":
        """The specification from its JSON form; what a newer version added is left out.

        So is a sort that is not known here: the usual one takes its place.
        """
        known = {field.name for field in fields(cls)}
        # JSON turned tuples into lists, and a view with lists would not equal the one saved.
        chosen: dict[str, Any] = {
            name: tuple(value) if isinstance(value, list) else value
            for name, value in values.items()
            if name in known
        }
        if chosen.get("sort") not in tuple(SORTS):
            chosen.pop("sort", None)
        return cls(**chosen)


def _present(labels: tuple[int, ...], label_map: LabelMap) -> tuple[int, ...]:
    """What classes have become, each once; a number of no class stays and finds nothing."""
    if label_map.table is None:
        return labels
    known = len(label_map.table) - 1
    found = (int(label_map.table[n]) if 0 <= n < known else n for n in labels)
    return tuple(dict.fromkeys(n for n in found if n >= 0))


SORTS: dict[str, Message] = {
    "suspicion": message("Suspicion"),
    "pair": message("Given → suggested"),
    "given": message("Given label"),
    "suggested": message("Suggested label"),
    "current": message("Current label"),
    "loss": message("Loss"),
    "confidence": message("Confidence of the suggestion"),
    "cluster": message("Cluster"),
    "agreement": message("Detectors against"),
    "duplicate_group": message("Near-duplicate group"),
    "status": message("Status"),
    "verdict_time": message("Time of verdict"),
    "path": message("Path"),
}
"""Sort keys and how they are called."""

REASON_SORTS = frozenset(
    {"suspicion", "pair", "suggested", "loss", "confidence", "cluster", "agreement"}
)
"""Sort keys that come from the detectors."""


def filter_mask(
    columns: SampleColumns,
    spec: ViewSpec,
    *,
    text_index: TextIndex,
    within: np.ndarray | None = None,
    derived: DerivedColumns,
) -> np.ndarray:
    """Which rows a view shows, bool (N,).

    Args:
        columns: the open project.
        spec: the filters; they combine by *and*.
        text_index: index of the paths.
        within: optional mask (N,), such as a lasso, that limits the view further.
        derived: for filters by issue, detector, reviewer, disagreement, audit and training.

    Raises:
        UserError: for an issue, detector or audit that is not there.
    """
    # What could not be read is shown to whoever asks for it, and else to nobody.
    wanted = set(WITHOUT_IMAGE) & set(spec.issue)
    mask = np.ones_like(columns.readable) if wanted else columns.readable.copy()
    if within is not None:
        mask &= within
    # Before all other filters: what is left of an audit once some are hidden is no random sample.
    if spec.audit is not None:
        drawn = np.zeros(len(mask), bool)
        drawn[derived.audit_rows(spec.audit)] = True
        return mask & drawn
    if spec.deciding:
        deciding = np.zeros(len(mask), bool)
        deciding[derived.deciding_rows] = True
        return mask & deciding
    mask &= _state_mask(columns, spec, derived)
    for name in ("given", "current", "suggested", "status", "split", "cluster"):
        wanted = getattr(spec, name)
        if wanted:
            mask &= np.isin(getattr(columns, name), wanted)
    for name in ("suspicion", "loss", "confidence"):
        limits = getattr(spec, name)
        if limits is not None:
            # A comparison with NaN is false, so that samples without a value are left out.
            values = getattr(columns, name)
            mask &= (values >= limits[0]) & (values <= limits[1])
    for names, look_up in (
        (spec.issue, derived.issue),
        (spec.detector, derived.against),
        (spec.reviewer, derived.decided_by),
    ):
        if names:
            mask &= np.logical_or.reduce([look_up(name) for name in names])
    mask &= _remark_mask(columns, spec, derived)
    if spec.disagreement is not None:
        mask &= derived.disagreement == spec.disagreement
    if spec.text.strip():
        mask &= text_index.mask(spec.text.strip())
    return mask


def _remark_mask(columns: SampleColumns, spec: ViewSpec, derived: DerivedColumns) -> np.ndarray:
    mask = np.ones(len(columns.status), bool)
    if spec.tag:
        mask &= np.logical_or.reduce([derived.tagged(name) for name in spec.tag])
    if spec.part is not None:
        number, parts = spec.part
        mask &= derived.shares % parts == number - 1
    return mask


def suspects(columns: SampleColumns, derived: DerivedColumns) -> np.ndarray:
    """Samples that are or were suspects, bool (N,): flagged, or decided outside an audit.

    A detection that has learnt from verdicts no longer flags what was decided.
    """
    # Nor is what came without a label.
    decided = (columns.status != UNSEEN) & ~derived.audited & ~columns.unlabelled
    return columns.flagged | decided


def open_suspects(columns: SampleColumns) -> np.ndarray:
    """Suspects nobody has decided on, int64 (n,)."""
    return np.flatnonzero(
        sample_counts.open_suspects(columns.flagged, columns.status, columns.readable)
    )


def _state_mask(columns: SampleColumns, spec: ViewSpec, derived: DerivedColumns) -> np.ndarray:
    mask = np.ones(len(columns.status), bool)
    if spec.unlabelled is not None:
        mask &= columns.unlabelled == spec.unlabelled
    if spec.flagged is not None and not spec.unlabelled:
        mask &= (suspects(columns, derived) == spec.flagged) & ~columns.unlabelled
    if spec.reviewed is not None:
        mask &= (columns.status != UNSEEN) == spec.reviewed
    return mask


def order_rows(
    rows: np.ndarray, spec: ViewSpec, *, orders: Orders, derived: DerivedColumns
) -> np.ndarray:
    """Sort row ids, int64 (n,) ascending; ties go to the higher suspicion, then the lower row.

    An audit keeps the order in which it was drawn, which tells nothing about suspicion; so do the
    samples that decide between two models.
    """
    if spec.audit is not None or spec.deciding:
        drawn = derived.deciding_rows if spec.deciding else derived.audit_rows(spec.audit or 0)
        return drawn[np.isin(drawn, rows)]
    return orders.order(rows, spec.sort, descending=spec.descending)


@dataclass(frozen=True)
class PairGroup:
    """Rows that share given and suggested label."""

    given: int
    suggested: int
    count: int
    left: int
    """How many of them nobody has looked at."""


def pair_groups(columns: SampleColumns, rows: np.ndarray) -> list[PairGroup]:
    """Groups of `rows` int64 (n,) by (given -> suggested) label, the largest first."""
    pair = compact_pairs(columns, rows)
    count = np.bincount(pair)
    left = np.bincount(pair[columns.status[rows] == UNSEEN], minlength=len(count))
    example = np.zeros(len(count), np.int64)
    # Any member of a pair tells its two labels.
    example[pair] = rows
    present = np.flatnonzero(count)
    # Ties in size keep the order of the pairs.
    present = present[np.argsort(-count[present], kind="stable")]
    found = example[present]
    table = (columns.given[found], columns.suggested[found], count[present], left[present])
    return [PairGroup(*values) for values in zip(*(part.tolist() for part in table), strict=True)]
