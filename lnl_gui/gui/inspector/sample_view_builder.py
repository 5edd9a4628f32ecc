"""Builds a `SampleView` from the session's evidence."""

from dataclasses import replace

import numpy as np

from lnl_gui.containers.location import ImageLocation, Member, url_of
from lnl_gui.gui.charts.loss_histogram import gaussians
from lnl_gui.gui.i18n.numbers import count, decimal, fill, moment
from lnl_gui.gui.inspector.sample_view import (
    DetectorOpinion,
    LossPlace,
    Picture,
    Remark,
    SampleView,
)
from lnl_gui.remote.address import host_of
from lnl_gui.session.browsing.derived_columns import TRUNCATED
from lnl_gui.session.figures.evidence import SampleEvidence
from lnl_gui.session.figures.exemplars import EXEMPLARS
from lnl_gui.session.session import Session
from lnl_gui.store.dataset.samples import STATUS_NAMES
from lnl_gui.store.dataset.source_state import UNCHANGED
from lnl_gui.store.detection.issue_titles import ISSUE_TITLES
from lnl_gui.util.messages import message
from lnl_gui.util.translation import localized, tr

_CLUSTER, _SUSPICION = message("Cluster"), message("Suspicion")
_KILO = 1024


def bare_view(session: Session, row: int) -> SampleView:
    """`sample_view` without the detectors' evidence, for blind review."""
    return without_reasons(sample_view(session, row))


def without_reasons(view: SampleView) -> SampleView:
    """A sample without what the detectors think of it."""
    return replace(
        view,
        facts=tuple(
            fact
            for fact in view.facts
            if fact[0] not in (localized(_CLUSTER), localized(_SUSPICION))
        ),
        suggested="",
        suspicion=None,
        confidence=None,
        agreeing=-1,
        off_topic=False,
        opinions=(),
        neighbours=(),
        copies=(),
        loss=None,
        given_exemplars=(),
        suggested_exemplars=(),
        reasons_hidden=True,
    )


def brief_view(session: Session, row: int) -> SampleView:
    """One sample without evidence: at once, however many samples there are."""
    columns, name = session.columns, session.class_name
    suspicion, confidence = float(columns.suspicion[row]), float(columns.confidence[row])
    return SampleView(
        row=row,
        path=session.path_of(row),
        file=session.images.file_of(row),
        given=name(int(columns.given[row])),
        current=name(int(columns.current[row])),
        suggested=name(int(columns.suggested[row])),
        status=STATUS_NAMES[int(columns.status[row])],
        suspicion=suspicion if np.isfinite(suspicion) else None,
        confidence=confidence if np.isfinite(confidence) else None,
        rendering=session.images.rendering,
        off_topic=bool(columns.off_topic[row]),
    )


def sample_view(session: Session, row: int) -> SampleView:
    """All that is known of one sample, in names instead of ids."""
    columns, name = session.columns, session.class_name
    evidence = session.evidence(row)
    given, suggested = int(columns.given[row]), int(columns.suggested[row])
    differs = suggested >= 0 and suggested != given
    return replace(
        brief_view(session, row),
        opinions=tuple(
            DetectorOpinion(localized(vote.title), vote.score, name(vote.label))
            for vote in evidence.votes
        ),
        neighbours=tuple(
            Picture(near.row, _file(session, near.row), name(near.label), near.similarity)
            for near in evidence.neighbours
        ),
        copies=tuple(name(label) for label in evidence.copies),
        loss=_loss_place(session, evidence, given),
        given_exemplars=_exemplars(session, given, row) if differs and given >= 0 else (),
        suggested_exemplars=_exemplars(session, suggested, row) if differs else (),
        history=tuple(
            Remark(moment(entry.time), localized(entry.text), entry.reviewer, entry.undone)
            for entry in session.history(row)
        ),
        facts=_facts(session, row, evidence.deviation),
        agreeing=evidence.agreeing,
        repetitions=evidence.repetitions,
    )


def _file(session: Session, row: int) -> ImageLocation:
    return session.images.thumbnail_of(row) or session.images.file_of(row)


def _loss_place(session: Session, evidence: SampleEvidence, given: int) -> LossPlace | None:
    if not np.isfinite(evidence.loss):
        return None
    return LossPlace(evidence.loss, session.derived.losses_of(given), gaussians(evidence.mixture))


def _exemplars(session: Session, class_id: int, without: int) -> tuple[Picture, ...]:
    """The most typical samples of a class but the one they are compared with."""
    rows = [row for row in session.exemplars.of(class_id).tolist() if row != without]
    name = session.classes[class_id].name
    return tuple(Picture(row, _file(session, row), name) for row in rows[:EXEMPLARS])


def _facts(session: Session, row: int, deviation: float) -> tuple[tuple[str, str], ...]:
    facts = []
    split = session.split_names[int(session.columns.split[row])]
    if split:
        facts.append((tr("Split"), split))
    source = int(session.columns.source_label[row])
    if source != UNCHANGED:
        said = session.classes[source].name if source >= 0 else tr("no label")
        facts.append((tr("In the dataset now"), said))
    if session.columns.missing[row]:
        facts.append((tr("In the dataset now"), tr("missing")))
    if session.derived.cut_short[row]:
        facts.append((tr("File"), localized(ISSUE_TITLES[TRUNCATED])))
    facts += _remarks(session, row)
    facts.append(_place(session.images.file_of(row)))
    suspicion = float(session.columns.suspicion[row])
    if np.isfinite(suspicion):
        spread = f" ± {decimal(deviation, 2)}" if np.isfinite(deviation) else ""
        facts.append((localized(_SUSPICION), f"{decimal(suspicion, 5)}{spread}"))
    if session.columns.cluster[row] >= 0:
        facts.append((localized(_CLUSTER), str(int(session.columns.cluster[row]))))
    return tuple(facts)


def _remarks(session: Session, row: int) -> list[tuple[str, str]]:
    """Notes, tags and second labels."""
    said = session.remarks
    found = [
        (tr("Note"), f"{who}: {text}" if who != session.reviewer else text)
        for who, text in said.notes_of(row).items()
    ]
    tags = said.tags_of(row)
    if tags:
        found.append((tr("Tags"), ", ".join(tags)))
    also = [session.class_name(label) for label in said.also_of(row)]
    if also:
        found.append((tr("Also contains"), ", ".join(also)))
    return found


def _place(location: ImageLocation) -> tuple[str, str]:
    """The file's size, or the container that the image lies inside."""
    try:
        url = url_of(location)
        if url is not None:
            return tr("Lies at"), host_of(url)
        if isinstance(location, Member):
            # Only to raise where it is gone.
            location.container.stat()
            return tr("Inside"), location.container.name
        size = location.stat().st_size
    except OSError:
        return tr("Size"), tr("the file is gone")
    if size >= _KILO:
        return tr("Size"), fill("{:,.0f} KB", size / _KILO)
    return tr("Size"), tr("{} bytes").format(count(size))
