"""Figures of a project for its report, as plain values."""

import base64
import io
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import numpy as np
from PIL import Image

from lnl_gui.containers.location import ImageLocation
from lnl_gui.pictures.decoding import decode
from lnl_gui.pictures.errors import UnreadableImage
from lnl_gui.pictures.reading import read_bytes
from lnl_gui.pictures.rendering import Rendering
from lnl_gui.pipeline.snapshot import Snapshot
from lnl_gui.pipeline.training.curation import Curated, accepted_unseen
from lnl_gui.pipeline.training.gain import training_facts
from lnl_gui.store.dataset.class_effects import EditedClass, edited_classes
from lnl_gui.store.dataset.classes import UNLABELLED
from lnl_gui.store.dataset.reading_record import absent_classes
from lnl_gui.store.dataset.sample_counts import count_samples
from lnl_gui.store.dataset.samples import EXCLUDED, KEPT, RELABELLED, STATUS_NAMES, UNSEEN
from lnl_gui.store.dataset.thumbnails import thumbnail_paths
from lnl_gui.store.detection import scores
from lnl_gui.store.detection.detection_summary import AgreementFigures, DetectionSummary
from lnl_gui.store.detection.detection_tables import read_issues
from lnl_gui.store.history import journal, journal_queries
from lnl_gui.store.history.audits import count_verdicts, load_audits, residual_rate
from lnl_gui.store.history.looked_at import reasons_seen
from lnl_gui.store.jobs import runs
from lnl_gui.store.project import Project
from lnl_gui.util.messages import Message, from_json
from lnl_gui.util.moments import utc_text

SHOWN_CLASSES, SHOWN_PAIRS, SHOWN_IMAGES = 40, 15, 24
THUMBNAIL_SIDE = 112
_LEAST_PAIR_RATE = 0.005
_STANDS_OUT = 1.5
"""How many times as often as with the other classes, on average, a class is mistaken for one."""
_NO_ACTS = (journal.UNDO, journal.REDO, journal.UPDATE)
"""Kinds of operation that decide nothing about a sample."""


@dataclass(frozen=True)
class ClassRate:
    """Estimated share of wrong labels among those given as `name`."""

    name: str
    given: int
    curated: int
    rate: float | None
    interval: tuple[float, float] | None


@dataclass(frozen=True)
class Pair:
    """How often what is really `true` was labelled `given`."""

    true: str
    given: str
    rate: float


@dataclass(frozen=True)
class ChangedLabel:
    """One changed label with its picture as a data URI ("" where it cannot be read).

    `is_suggested` says that nobody has looked at it.
    """

    path: str
    given: str
    curated: str
    is_suggested: bool
    picture: str


@dataclass(frozen=True)
class DetectorTrust:
    """How far one detector's votes agree; None where there is nothing to compare."""

    title: Message
    trust: float | None
    """with given labels it was not shown"""
    others: float | None
    """with the other detectors, on average"""
    weight: float | None
    """in the consensus; 0 for one that added nothing, None for one that has no vote there"""
    in_sample: bool = False
    """whether it learnt from the given labels on which it votes"""


@dataclass(frozen=True)
class AuditFigures:
    """The newest random check of what was not flagged."""

    drawn: int
    judged: int
    wrong: int
    set_aside: int
    not_looked_at: int
    in_sight: int
    rate: float
    interval: tuple[float, float]


@dataclass(frozen=True)
class Facts:
    """Everything the page shows."""

    name: str
    written: str
    counts: dict[str, int]
    detection: DetectionSummary
    """of the newest detection; without a noise rate before one"""
    judged_gone: int
    """images that it judged and that are gone or cannot be read any more"""
    unjudged: int
    """images with a label that it has not judged"""
    classes: list[ClassRate]
    pairs: list[Pair]
    mistaken_evenly: bool
    """whether there are mistakes and no pair of classes stands out"""
    changes: list[tuple[str, str, int]]
    """given, curated, how many; the most frequent first"""
    pictures: list[ChangedLabel]
    edited_classes: list[EditedClass]
    issues: list[tuple[str, int]]
    detectors: list[DetectorTrust]
    """the most trusted first"""
    training: dict[str, Any]
    """figures of the newest fine-tuning with its recipe; empty before one"""
    audit: AuditFigures | None
    acts: list[tuple[str, str, int, int]]
    """reviewer, kind of act, how many acts, how many samples"""
    reviewed_from_to: tuple[str, str] | None
    versions: dict[str, str]
    curated_sha256: str
    absent_classes: Sequence[str] = ()
    """that the dataset lists and that are no class"""


def collect_facts(
    project: Project, snapshot: Snapshot, curated: Curated, *, exported: int | None = None
) -> Facts:
    """Read the figures of a report; images are read for at most 24 changed labels.

    Args:
        project: that it is of.
        snapshot: of the project.
        curated: its labels now.
        exported: how many images are in the export that it is in, None outside one.
    """
    trained = runs.latest_run(project, "finetune")
    acts, span = _acts(project)
    pairs, evenly = _pairs(snapshot)
    folder = snapshot.scores.folder
    return Facts(
        name=project.folder.stem,
        written=_day(datetime.now(UTC).timestamp()),
        counts=_counts(snapshot, curated, exported),
        detection=snapshot.scores.summary,
        judged_gone=int((~np.isnan(snapshot.scores.suspicion) & ~snapshot.samples.readable).sum()),
        # Before a detection there are no figures to leave any out.
        unjudged=int(snapshot.unjudged.sum()) if folder is not None else 0,
        classes=_class_rates(snapshot, curated),
        pairs=pairs,
        mistaken_evenly=evenly,
        changes=_changes(snapshot, curated),
        pictures=_pictures(snapshot, curated),
        edited_classes=edited_classes(
            snapshot.classes,
            np.where(snapshot.samples.readable, snapshot.came_as, UNLABELLED),
            snapshot.samples.given,
        ),
        issues=[(entry.name, entry.count) for entry in read_issues(folder) if entry.count],
        detectors=_detectors(snapshot.scores.summary.agreement),
        training=training_facts(project, snapshot, trained) if trained else {},
        audit=_audit(project, snapshot),
        acts=acts,
        reviewed_from_to=span,
        versions=runs.versions(),
        curated_sha256=curated.digest,
        absent_classes=absent_classes(
            project, [name for entry in snapshot.classes for name in (entry.name, entry.key)]
        ),
    )


def _counts(snapshot: Snapshot, curated: Curated, exported: int | None) -> dict[str, int]:
    samples, found = snapshot.samples, snapshot.scores
    told = count_samples(samples.status, samples.readable, found.flagged, samples.given < 0)
    return {
        "samples": told.samples,
        "classes": sum(map(bool, snapshot.class_names)),
        "unreadable": told.unreadable,
        "gone": int(snapshot.gone.sum()),
        "suspects": told.flagged,
        "suspects not reviewed": told.flagged_left,
        **{name: n for name, n in told.by_status.items() if name != STATUS_NAMES[UNSEEN]},
        "decided_gone": told.decided_gone,
        "other_pictures": int((snapshot.other_picture & samples.readable).sum()),
        "flagged_gone": told.flagged_gone,
        "well_labelled": int((found.well_labelled & samples.readable).sum()),
        "labels added": int(curated.added.sum()),
        "in the curated set": int(curated.included.sum()),
        "unlabelled": curated.unlabelled,
        "exported": exported or 0,
        "labels changed": int(curated.changed.sum()),
        "accepted_unseen": int((accepted_unseen(snapshot, curated.label) & curated.included).sum()),
        "of_edited_classes": int(curated.renamed.sum()),
    }


def _class_rates(snapshot: Snapshot, curated: Curated) -> list[ClassRate]:
    """The noisiest classes first; the largest ones before any detection."""
    count = len(snapshot.class_names)
    # As they came: what a merge has brought to a class was not given as that class.
    came = snapshot.came_as
    given = np.bincount(came[snapshot.samples.readable & (came >= 0)], minlength=count)
    now = np.bincount(curated.label[curated.labelled], minlength=count)
    rate = _by_class(snapshot, "class_noise_rate", (count,))
    interval = _by_class(snapshot, "class_noise_rate_interval", (count, 2))
    # Classes without an estimate come last, the larger ones first among equals.
    order = np.lexsort((-given, -np.nan_to_num(rate, nan=-1.0)))
    # Without those merged or deleted since, which have no name.
    order = order[[bool(snapshot.class_names[label]) for label in order.tolist()]]
    return [
        ClassRate(
            snapshot.class_names[label],
            int(given[label]),
            int(now[label]),
            None if np.isnan(rate[label]) else float(rate[label]),
            None if np.isnan(rate[label]) else (float(low), float(high)),
        )
        for label in order[:SHOWN_CLASSES].tolist()
        for low, high in [interval[label]]
    ]


def _by_class(snapshot: Snapshot, name: str, shape: tuple[int, ...]) -> np.ndarray:
    """Figures of the newest detection; NaN where there are none, as for classes added since."""
    found = np.full(shape, np.nan)
    folder = snapshot.scores.folder
    known = scores.load_array(folder, name) if folder else None
    if known is not None:
        found[: len(known)] = known
    return found


def _pairs(snapshot: Snapshot) -> tuple[list[Pair], bool]:
    """Pairs that stand out, the most frequent first, and whether mistakes are there and none does.

    What little is known of few mistakes is shared out evenly: equal shares name no pair.
    """
    folder = snapshot.scores.folder
    matrix = scores.load_array(folder, "transition_matrix") if folder else None
    if matrix is None:
        return [], False
    names = snapshot.class_names
    off = np.array(matrix, np.float64)
    np.fill_diagonal(off, 0)
    off[:, [at for at in range(off.shape[1]) if not names[at]]] = 0
    off[[at for at in range(len(off)) if not names[at]]] = 0
    frequent = off >= _LEAST_PAIR_RATE
    shown = np.where(frequent & _stand_out(off, sum(map(bool, names))), off, 0)
    width = off.shape[1]
    # Over the flattened matrix: the largest shares, whatever their row.
    places = np.argsort(-shown, axis=None, kind="stable")[:SHOWN_PAIRS]
    found = [
        Pair(names[at // width], names[at % width], float(shown.flat[at]))
        for at in places.tolist()
        if shown.flat[at] > 0
    ]
    return found, bool(frequent.any()) and not found


def _stand_out(off: np.ndarray, classes: int) -> np.ndarray:
    """Where a class is taken for one other more than for the rest, bool (C, C).

    Args:
        off: (C, C) share of each class that was labelled as another, 0 on the diagonal.
        classes: how many classes there are.
    """
    rest = off.sum(axis=1, keepdims=True) - off
    # Of two classes each has only the one other.
    found: np.ndarray = off > _STANDS_OUT * rest / max(classes - 2, 1)
    return found


def _changes(snapshot: Snapshot, curated: Curated) -> list[tuple[str, str, int]]:
    rows = np.flatnonzero(curated.changed)
    pairs = Counter(zip(snapshot.came_as[rows].tolist(), curated.label[rows].tolist(), strict=True))
    came, names = _given_words(snapshot), [*snapshot.class_names, ""]
    # Equal ones by their classes, so that a page made again is the same.
    common = sorted(pairs.items(), key=lambda item: (-item[1], item[0]))[:SHOWN_PAIRS]
    return [(came[given], names[label], count) for (given, label), count in common]


def _given_words(snapshot: Snapshot) -> list[str]:
    """Class names by id as the dataset has them, with the one of today where another class has it.

    A label changed from one to the other would seem to stay as it was.
    """
    came, now = snapshot.dataset_names, [*snapshot.class_names, ""]
    taken = {*snapshot.class_names}
    return [
        f"{word} → {name}" if word in taken and name and name != word else word
        for word, name in zip(came, now, strict=True)
    ]


def _pictures(snapshot: Snapshot, curated: Curated) -> list[ChangedLabel]:
    """What a person has looked at first, the most suspect first."""
    rows = np.flatnonzero(curated.changed)
    decided = np.isin(snapshot.samples.status[rows], (KEPT, RELABELLED, EXCLUDED))
    looked_at = decided & ~accepted_unseen(snapshot, curated.label)[rows]
    suspicion = np.nan_to_num(snapshot.scores.suspicion[rows])
    came, names = _given_words(snapshot), [*snapshot.class_names, ""]
    return [
        ChangedLabel(
            snapshot.samples.paths[row],
            came[snapshot.came_as[row]],
            names[curated.label[row]],
            is_suggested,
            picture_of(snapshot, row),
        )
        for row, is_suggested in (
            (int(rows[at]), not looked_at[at])
            for at in np.lexsort((-suspicion, ~looked_at))[:SHOWN_IMAGES].tolist()
        )
    ]


def picture_of(snapshot: Snapshot, row: int) -> str:
    """A small JPEG of one sample as a data URI, from the cache or the original; "" if neither."""
    facts = snapshot.facts
    key = "" if facts is None else bytes(facts["content_hash"][row]).decode("ascii", "replace")
    kept = thumbnail_paths(key, snapshot.rendering.key) if key else ()
    # The cache first: the original may be large, or gone.
    for file in (*kept, snapshot.file_of(row)):
        try:
            return _data_uri(file, snapshot.rendering)
        except (OSError, UnreadableImage):
            continue
    return ""


def _data_uri(file: ImageLocation, rendering: Rendering) -> str:
    image = decode(read_bytes(file), minimum_side=THUMBNAIL_SIDE, rendering=rendering)
    image.thumbnail((THUMBNAIL_SIDE, THUMBNAIL_SIDE), Image.Resampling.LANCZOS)
    stream = io.BytesIO()
    # 2.8 KB a photograph, of which the page holds up to 24; at 95 they take 5.2.
    image.save(stream, "JPEG", quality=80)
    return "data:image/jpeg;base64," + base64.b64encode(stream.getvalue()).decode("ascii")


def _detectors(found: AgreementFigures) -> list[DetectorTrust]:
    rows = []
    for at, (entry, same) in enumerate(zip(found.detectors, found.same_vote, strict=True)):
        others = [value for i, value in enumerate(same) if i != at and value is not None]
        mean = sum(others) / len(others) if others else None
        rows.append(
            DetectorTrust(from_json(entry.title), entry.trust, mean, entry.weight, entry.in_sample)
        )
    return sorted(rows, key=lambda row: -(row.trust or 0.0))


def _audit(project: Project, snapshot: Snapshot) -> AuditFigures | None:
    audits = load_audits(project)
    if not audits:
        return None
    rows = audits[-1].rows
    reasons = reasons_seen(project, rows)
    counts = count_verdicts(snapshot.samples.status[rows], snapshot.looked_at[rows], reasons)
    if not counts.judged:
        return None
    found = residual_rate(counts)
    return AuditFigures(
        len(rows),
        counts.judged,
        counts.wrong,
        counts.set_aside,
        counts.not_looked_at,
        counts.in_sight,
        found.value,
        (found.low, found.high),
    )


def _acts(
    project: Project,
) -> tuple[list[tuple[str, str, int, int]], tuple[str, str] | None]:
    """Acts still in force, by reviewer and kind, and the days of the first and the last."""
    sizes = dict(
        project.connection.execute(
            "SELECT op_id, count(*) FROM op_change GROUP BY op_id"
        ).fetchall()
    )
    acts: Counter[tuple[str, str]] = Counter()
    touched: Counter[tuple[str, str]] = Counter()
    times = []
    for operation in journal_queries.operations(project):
        if operation.undone or operation.kind in _NO_ACTS:
            continue
        key = (operation.reviewer, operation.kind)
        acts[key] += 1
        touched[key] += sizes.get(operation.id, 0)
        times.append(operation.time)
    rows = [(*key, count, touched[key]) for key, count in sorted(acts.items())]
    return rows, (_day(min(times)), _day(max(times))) if times else None


def _day(when: float) -> str:
    return utc_text(when, "%Y-%m-%d %H:%M UTC")
