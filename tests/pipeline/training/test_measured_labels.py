"""What a model is measured by: labels as they came, or those of a person who looked."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from lnl_gui.cli.jobs import run_job
from lnl_gui.pipeline.snapshot import Snapshot, take_snapshot
from lnl_gui.pipeline.training.training_data import OUT, training_data
from lnl_gui.session.session import Session
from lnl_gui.store.dataset.samples import EXCLUDED
from lnl_gui.store.jobs.parameters import GIVEN_LABEL, FinetuneParameters
from lnl_gui.store.training.gain import gain_now, open_rows
from lnl_gui.store.training.training_comparison import TrainingComparison

QUICK = FinetuneParameters(
    recipe="linear_probe",
    encoder="bundled-fast",
    holdout_fraction=0.3,
    unreviewed=GIVEN_LABEL,
)
LOOKED, UNSEEN = "one at a time", "as a script does"


def _suggest(session: Session, rows: np.ndarray) -> np.ndarray:
    """Make wrong labels the suggestions for `rows`, which are returned."""
    labels = (session.columns.given[rows] + 1) % 3
    session.columns.suggested[rows] = labels
    return labels


def _held(embedded: Path) -> tuple[np.ndarray, np.ndarray]:
    data = training_data(take_snapshot(embedded), QUICK)
    return data.held_rows, data.holdout.labels


@pytest.mark.parametrize("way", [LOOKED, UNSEEN])
def test_suggestions_accepted_unseen_are_no_labels_to_measure_by(embedded: Path, way: str) -> None:
    rows, given = _held(embedded)
    chosen = rows[:4]
    with Session.open(embedded) as session:
        labels = _suggest(session, chosen)
        if way == UNSEEN:
            session.accept(chosen)
        else:
            for row in chosen:
                session.accept(np.array([row]))
        assert (session.columns.current[chosen] == labels).all()
    again, measured = _held(embedded)
    assert again.tolist() == rows.tolist()
    assert measured[:4].tolist() == (labels if way == LOOKED else given[:4]).tolist()
    assert measured[4:].tolist() == given[4:].tolist()


@pytest.mark.parametrize("way", [LOOKED, UNSEEN])
def test_no_image_leaves_the_exam_that_nobody_looked_at(embedded: Path, way: str) -> None:
    rows, given = _held(embedded)
    chosen = rows[:4]
    with Session.open(embedded) as session:
        session.columns.off_topic[chosen] = True
        session.columns.flagged[chosen] = True
        for part in (chosen,) if way == UNSEEN else chosen[:, None]:
            session.accept(part)
    snapshot = take_snapshot(embedded)
    data = training_data(snapshot, QUICK)
    told = [str(note) for note in data.notes if "measured on" in str(note)]
    if way == UNSEEN:
        assert data.holdout.labels.tolist() == given.tolist() and not told
    else:
        assert data.holdout.labels.tolist() == [OUT] * 4 + given[4:].tolist()
        assert told == [
            "4 held-out images are not measured on: a person excluded them or was unsure of them."
        ]


def test_the_gain_counts_what_was_excluded_unseen(embedded: Path) -> None:
    rows, _ = _held(embedded)
    with Session.open(embedded) as session:
        session.columns.off_topic[rows] = True
        session.accept(rows)
        metrics = run_job(session, replace(QUICK, compare_with_given=True), quiet=True).metrics
        assert metrics["compared"] == metrics["holdout_samples"] == len(rows)
        assert metrics["undecidable"] == 0


@pytest.mark.parametrize("seen", [False, True])
def test_a_verified_gain_waits_for_what_was_excluded_unseen(seen: bool) -> None:
    found = TrainingComparison(
        rows=np.array([1, 3]),
        before=np.array([0, 1], np.int32),
        after=np.array([1, 0], np.int32),
        right_before=np.full(2, 0.2),
        right_after=np.full(2, 0.7),
        decided=np.zeros(2, bool),
        samples=20,
        model_error=0.0,
        changed=1,
    )
    label, status = np.zeros(20, np.int32), np.full(20, EXCLUDED, np.uint8)
    gain = gain_now(found, label, status, np.full(2, seen))
    assert (gain.open, gain.undecidable, gain.compared) == ((0, 2, 18) if seen else (2, 0, 20))
    assert len(open_rows(found, label, status, np.full(2, seen))) == gain.open


def _unlabelled(snapshot: Snapshot) -> Snapshot:
    return replace(
        snapshot, samples=replace(snapshot.samples, given=np.full(len(snapshot), OUT, np.int32))
    )


def test_without_given_labels_those_that_people_gave_measure(embedded: Path) -> None:
    snapshot = _unlabelled(take_snapshot(embedded))
    data = training_data(snapshot, QUICK)
    assert len(data.held_rows)
    assert data.holdout.labels.tolist() == snapshot.samples.current[data.held_rows].tolist()


def test_it_is_told_where_nothing_but_suggestions_measures(embedded: Path) -> None:
    with Session.open(embedded) as session:
        _suggest(session, np.arange(len(session)))
        session.accept(np.arange(len(session)))
    data = training_data(_unlabelled(take_snapshot(embedded)), QUICK)
    told = [str(note) for note in data.notes if "agrees with LNL" in str(note)]
    assert told and told[0].startswith(f"The labels of {len(data.held_rows)} held-out images")
