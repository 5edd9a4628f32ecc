"""The TURTLE report's relabelled set is exported and trained on as such."""

import csv
from pathlib import Path

import numpy as np
import pytest

from lnl_gui.cli.jobs import run_job
from lnl_gui.pipeline.snapshot import take_snapshot
from lnl_gui.pipeline.training.cluster_labels import cluster_labels
from lnl_gui.pipeline.training.training_data import training_data
from lnl_gui.session.session import Session
from lnl_gui.store.jobs.parameters import (
    CLUSTERS,
    DetectParameters,
    ExportParameters,
    FinetuneParameters,
)
from lnl_gui.util.errors import UserError

TURTLE = DetectParameters(detectors=("turtle",), settings=(("turtle.iterations", "60"),))


def votes_of(session: Session) -> np.ndarray:
    return np.array([session.evidence(row).votes[0].label for row in range(len(session))])


def test_every_undecided_sample_takes_the_label_of_its_cluster(
    embedded: Path, tmp_path: Path
) -> None:
    with Session.open(embedded) as session:
        run_job(session, TURTLE, quiet=True)
        votes = votes_of(session)
        wrong = np.flatnonzero(votes != session.columns.given)
        assert len(wrong) > 1
        decided = int(wrong[0])
        session.keep(np.array([decided]))
        out = ExportParameters(str(tmp_path / "out"), images="none", cluster_labels=True)
        metrics = run_job(session, out, quiet=True).metrics
        names = [entry.name for entry in session.classes]
        given = session.columns.given.copy()
    with (tmp_path / "out" / "samples.csv").open(encoding="utf-8", newline="") as stream:
        labels = [row["current_label"] for row in csv.DictReader(stream)]
    wanted = votes.copy()
    wanted[decided] = given[decided]
    assert labels == [names[label] for label in wanted]
    said = [str(note) for note in metrics["warnings"]]
    assert any(f"{len(wrong) - 1}" in note and "TURTLE report" in note for note in said)
    data = training_data(take_snapshot(embedded), FinetuneParameters(unreviewed=CLUSTERS))
    assert data.curated.soft is None
    rows = np.setdiff1d(np.arange(len(wanted)), data.held_rows)
    assert (data.curated.labels == wanted[rows]).mean() > 0.9


def test_the_held_out_labels_name_no_cluster(embedded: Path) -> None:
    with Session.open(embedded) as session:
        run_job(session, TURTLE, quiet=True)
    snapshot = take_snapshot(embedded)
    copies = np.full(len(snapshot), -1)
    votes = cluster_labels(snapshot, copies)
    # With all but one label of a cluster held back, that label alone names it.
    wrong = int(np.flatnonzero(votes != snapshot.samples.given)[0])
    held = votes == votes[wrong]
    held[wrong] = False
    named = cluster_labels(snapshot, copies, held=held)
    assert named[wrong] == snapshot.samples.given[wrong]


def test_without_clusters_it_says_which_detector_to_run(embedded: Path, tmp_path: Path) -> None:
    wanted = ExportParameters(str(tmp_path / "out"), images="none", cluster_labels=True)
    with Session.open(embedded) as session, pytest.raises(UserError) as raised:
        run_job(session, wanted, quiet=True)
    assert raised.value.code == "no_clusters" and "turtle" in str(raised.value.hint)


def test_what_was_accepted_unseen_takes_no_label_of_the_whole_detection(embedded: Path) -> None:
    with Session.open(embedded) as session:
        run_job(session, TURTLE, quiet=True)
        given = session.columns.given.copy()
        sound = np.flatnonzero(votes_of(session) == given)[:20]
        session.columns.suggested[sound] = (given[sound] + 1) % 3
        session.accept(sound)
    snapshot = take_snapshot(embedded)
    assert (snapshot.samples.current[sound] != given[sound]).all()
    data = training_data(snapshot, FinetuneParameters(unreviewed=CLUSTERS))
    row_of = {str(file): row for row, file in enumerate(snapshot.files())}
    rows = np.array([row_of[str(file)] for file in data.curated.files])
    chosen = np.isin(rows, sound)
    # By the images that are trained on they are what they were given as.
    assert chosen.sum() > 5 and (data.curated.labels == given[rows])[chosen].mean() > 0.9
