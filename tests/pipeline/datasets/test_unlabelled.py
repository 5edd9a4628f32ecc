"""Samples without a label through every job: suggested, trained on once labelled, exported."""

import csv
import json
import shutil
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from lnl_gui.cli.jobs import import_dataset, run_job
from lnl_gui.dataset.listing import Listing
from lnl_gui.dataset.readers.read import read_dataset
from lnl_gui.detect.consensus.consensus import find_suspects
from lnl_gui.detect.consensus.detection_input import DetectionInput
from lnl_gui.pipeline.benchmarks.known_truth import known_truth
from lnl_gui.pipeline.detection import detector_results
from lnl_gui.pipeline.detection.annotators import aggregate_annotators
from lnl_gui.pipeline.detection.explain import explain_rows
from lnl_gui.pipeline.output.report import write_project_report
from lnl_gui.pipeline.snapshot import take_snapshot
from lnl_gui.pipeline.training.curation import curate
from lnl_gui.pipeline.training.training_data import training_data
from lnl_gui.session.session import Session
from lnl_gui.store.dataset.annotators import Annotations
from lnl_gui.store.dataset.classes import UNLABELLED
from lnl_gui.store.detection.detection_tables import read_mixtures
from lnl_gui.store.history import looked_at
from lnl_gui.store.jobs.parameters import (
    DetectParameters,
    ExportParameters,
    FinetuneParameters,
    ImportParameters,
    NoiseTestParameters,
)
from lnl_gui.store.project import open_project
from lnl_gui.util.errors import UserError
from tests.builders import make_unlabelled_project
from tests.detect.synthetic_data import make_dataset
from tests.pipeline.conftest import WRONG, copy_after


@pytest.fixture
def open_ended(embedded: Path) -> Path:
    """The embedded project, every sixth sample's label gone; those in wrong folders keep theirs."""
    return without_some_labels(embedded)


def without_some_labels(folder: Path) -> Path:
    with open_project(folder) as project:
        with project.transaction() as connection:
            connection.execute("UPDATE sample SET given = NULL WHERE id % 6 = 1")
        (project.arrays / "columns.npz").unlink(missing_ok=True)
    return folder


@pytest.fixture(scope="module")
def suggested_original(embedded_original: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return copy_after(
        embedded_original, tmp_path_factory, DetectParameters(), prepare=without_some_labels
    )


@pytest.fixture
def suggested(suggested_original: Path, tmp_path: Path) -> Path:
    """`open_ended` after a detection, which suggests a class for each without a label."""
    shutil.copytree(suggested_original, tmp_path / "suggested")
    return tmp_path / "suggested" / "shapes.lnl"


def truth_of(session: Session, rows: np.ndarray) -> list[str]:
    return [Path(session.path_of(row)).name.split("-")[0] for row in rows]


def test_detection_suggests_a_class_for_each_and_suspects_none(
    open_ended: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with Session.open(open_ended) as session:
        metrics = run_job(session, DetectParameters(), quiet=True).metrics
        columns = session.columns
        rows = np.flatnonzero(columns.unlabelled)
        assert (metrics["samples"], metrics["unlabelled"]) == (60 - len(rows), len(rows))
        suggested = [session.class_name(label) for label in columns.suggested[rows]]
        assert suggested == truth_of(session, rows)
        assert (columns.confidence[rows] > 0.5).all()
        assert np.isnan(columns.confidence[~columns.unlabelled]).all()
        assert not columns.flagged[rows].any() and np.isnan(columns.suspicion[rows]).all()
        assert {session.path_of(r) for r in np.flatnonzero(columns.flagged)} <= WRONG
        folder = session.detection.folder
        assert folder is not None
        assert read_mixtures(folder).keys() == {0, 1, 2}
        near = session.evidence(int(rows[0])).neighbours
        assert near and all(neighbour.label >= 0 for neighbour in near)
        lines = list(map(str, explain_rows(open_ended, [int(rows[0])])[0].lines()))
        assert lines[0].startswith(f'It has no label; "{suggested[0]}" is suggested')
        assert not any("suspects it" in line or "could not judge" in line for line in lines)
    assert "without a label got suggestions" in capsys.readouterr().err


def test_labels_that_people_gave_are_used_and_detectors_run_again(
    suggested: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[np.ndarray] = []
    real: Callable[..., object] = detector_results.run_detector

    def watched(name: str, embeddings: object, labels: np.ndarray, **options: object) -> object:
        seen.append(labels)
        return real(name, embeddings, labels, **options)

    monkeypatch.setattr(detector_results, "run_detector", watched)
    with Session.open(suggested) as session:
        rows = np.flatnonzero(session.columns.unlabelled)
        for row in rows[:3]:
            session.accept(np.array([row]))
        session.exclude(rows[3:4])
        # What is accepted with more than a person has in view is no truth to learn from.
        monkeypatch.setattr(looked_at, "AT_A_GLANCE", 1)
        session.accept(rows[4:6])
        run_job(session, DetectParameters(), quiet=True)
        assert len(seen) == len(session.derived.detector_names()) > 1
        np.testing.assert_array_equal(seen[-1][rows[:3]], session.columns.current[rows[:3]])
        assert (seen[-1][rows[3:]] == UNLABELLED).all()
        assert np.isnan(session.columns.suspicion[rows]).all()
        assert session.detection.summary.unlabelled == len(rows)
        run_job(session, DetectParameters(use_verdicts=False), quiet=True)
        assert (seen[-1][rows] == UNLABELLED).all()


def test_training_learns_from_them_once_they_are_labelled(suggested: Path) -> None:
    with Session.open(suggested) as session:
        rows = np.flatnonzero(session.columns.unlabelled)
        session.accept(rows[:4])
    snapshot = take_snapshot(suggested)
    data = training_data(snapshot, FinetuneParameters())
    files = [str(file) for file in data.curated.files]
    held = {str(file) for file in data.holdout.files}
    assert any("4 images came without a label" in str(note) for note in data.notes)
    for at, row in enumerate(rows):
        file = str(snapshot.file_of(row))
        # What people accept is what the model is sure of: no exam.
        assert file not in held
        place = files.index(file)
        assert data.given.labels[place] == UNLABELLED
        wanted = snapshot.samples.current[row]
        assert data.curated.labels[place] == wanted and (wanted >= 0) == (at < 4)
    assert (data.holdout.labels >= 0).all()


def test_a_dataset_without_any_given_label_is_trained_on_what_people_gave(
    open_ended: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with open_project(open_ended) as project:
        with project.transaction() as connection:
            connection.execute("UPDATE sample SET given = NULL")
        (project.arrays / "columns.npz").unlink(missing_ok=True)
    with Session.open(open_ended) as session:
        with pytest.raises(UserError, match="No image has a label yet"):
            run_job(session, DetectParameters(), quiet=True)
        truth = truth_of(session, np.arange(60))
        for name in ("square", "circle", "stripes"):
            rows = np.flatnonzero([t == name for t in truth])[:12]
            session.relabel(rows, session.class_named(name).id)
        run_job(session, DetectParameters(detectors=("neighbours",)), quiet=True)
        rest = np.flatnonzero(session.columns.current < 0)
        suggested = [session.class_name(c) for c in session.columns.suggested[rest]]
        assert suggested == truth_of(session, rest)
        assert not session.columns.flagged.any()
        parameters = FinetuneParameters(recipe="linear_probe", encoder="bundled-fast")
        metrics = run_job(session, parameters, quiet=True).metrics
    assert metrics["after"] and metrics["before"] is None
    assert metrics["holdout_samples"] > 0
    assert "nothing to compare with" in capsys.readouterr().err


def test_a_training_compares_both_on_labelled_images(suggested: Path) -> None:
    with Session.open(suggested) as session:
        session.accept(np.flatnonzero(session.columns.unlabelled)[:4])
        parameters = FinetuneParameters(recipe="linear_probe", encoder="bundled-fast")
        metrics = run_job(session, parameters, quiet=True).metrics
    assert metrics["before"] and metrics["after"]
    assert metrics["training_samples"] + metrics["holdout_samples"] <= 60 - 6


def test_the_curated_set_counts_them_apart(open_ended: Path) -> None:
    with Session.open(open_ended) as session:
        rows = np.flatnonzero(session.columns.unlabelled)
        session.relabel(rows[:2], 0)
        session.exclude(rows[2:3])
    found = curate(take_snapshot(open_ended))
    assert int(found.added.sum()) == 2 and not found.changed.any()
    assert int((found.included & (found.label < 0)).sum()) == len(rows) - 3
    with Session.open(open_ended) as session:
        session.relabel(rows[3:4], 2)
    # An index of -1 reads the last class: the two sets would be one.
    assert curate(take_snapshot(open_ended)).digest != found.digest


def table(file: Path) -> dict[str, dict[str, str]]:
    with file.open(encoding="utf-8", newline="") as stream:
        return {row["path"]: row for row in csv.DictReader(stream)}


def records(listing: Listing) -> dict[str, tuple[str, str]]:
    return {record.file.name: (record.label, record.split) for record in listing.records}


@pytest.fixture
def mixed(class_folders: Path, tmp_path: Path) -> Path:
    """A project of class folders with four loose images and one excluded."""
    for number, file in enumerate(sorted((class_folders / "circle").iterdir())[:4]):
        file.rename(class_folders / f"loose-{number}.png")
    project = tmp_path / "p.lnl"
    import_dataset(ImportParameters(str(class_folders), str(project)), quiet=True)
    with Session.open(project) as session:
        rows = np.flatnonzero(session.columns.unlabelled)
        assert len(rows) == 4
        session.relabel(rows[:1], session.class_named("stripes").id)
        session.exclude(rows[1:2])
        session.unsure(rows[2:3])
    return project


def export(project: Path, destination: Path, **options: object) -> dict[str, object]:
    with Session.open(project) as session:
        parameters = ExportParameters(str(destination), **options)  # type: ignore[arg-type]
        return run_job(session, parameters, quiet=True).metrics


@pytest.mark.parametrize("images", ["copy", "none"])
def test_an_export_has_them_in_its_table_alone_and_is_read_back_exactly(
    mixed: Path, tmp_path: Path, images: str, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "out"
    metrics = export(mixed, out, images=images)
    assert (metrics["exported"], metrics["unlabelled"], metrics["labels_added"]) == (33, 2, 1)
    assert metrics["changed_labels"] == 0
    assert "2 images without a label are in samples.csv alone" in capsys.readouterr().err
    rows = table(out / "samples.csv")
    assert [rows[f"loose-{n}.png"]["current_label"] for n in range(4)] == ["stripes", "", "", ""]
    assert all(rows[f"loose-{n}.png"]["given_label"] == "" for n in range(4))
    listing = read_dataset(out)
    found = records(listing)
    assert len(found) == 35 and listing.unlabelled == 2
    assert [found.get(f"loose-{n}.png") for n in range(4)] == [
        ("stripes", ""),
        None,
        ("", ""),
        ("", ""),
    ]
    assert [entry.path for entry in listing.skipped] == ["loose-1.png"]
    if images == "copy":
        names = {file.name for file in (out / "images").rglob("*.png")}
        assert len(names) == 33 and "loose-2.png" not in names


@pytest.mark.parametrize("images", ["copy", "none"])
def test_unsure_ones_stay_out_where_that_was_asked(
    mixed: Path, tmp_path: Path, images: str
) -> None:
    export(mixed, tmp_path / "out", images=images, exclude_unsure=True)
    listing = read_dataset(tmp_path / "out")
    assert "loose-2.png" not in records(listing) and listing.unlabelled == 1


def test_what_is_gone_since_is_said(mixed: Path, class_folders: Path, tmp_path: Path) -> None:
    export(mixed, tmp_path / "out", images="copy")
    (class_folders / "loose-3.png").unlink()
    listing = read_dataset(tmp_path / "out")
    reasons = {entry.path: str(entry.reason) for entry in listing.skipped}
    assert reasons["loose-3.png"] == "file not found"


def test_the_report_counts_them_in_no_class(mixed: Path, tmp_path: Path) -> None:
    with Session.open(mixed, read_only=True) as session:
        stripes = session.class_named("stripes").id
        given = int((session.columns.given == stripes).sum())
    write_project_report(mixed, tmp_path / "report.html")
    page = (tmp_path / "report.html").read_text(encoding="utf-8")
    for number, words in (
        (2, "of them without a label"),
        (1, "labels added"),
        (35, "in the curated set"),
    ):
        assert f"<b>{number}</b>{words}" in page
    assert f'<th scope="row">stripes</th><td>{given}</td><td>{given + 1}</td>' in page


def test_journal_tables_name_no_class_for_no_label(mixed: Path, tmp_path: Path) -> None:
    export(mixed, tmp_path / "out", images="none")
    with (tmp_path / "out" / "journal.csv").open(encoding="utf-8", newline="") as stream:
        found = {
            (row["path"], row["old_label"], row["new_label"]) for row in csv.DictReader(stream)
        }
    assert found == {
        ("loose-0.png", "", "stripes"),
        ("loose-1.png", "", ""),
        ("loose-2.png", "", ""),
    }


def test_measuring_detectors_leaves_them_out(open_ended: Path) -> None:
    snapshot = take_snapshot(open_ended)
    everything = np.ones(len(snapshot), bool)
    truth = known_truth(snapshot, everything, part="all")
    assert not np.isin(truth.rows, np.flatnonzero(snapshot.samples.given < 0)).any()
    assert (truth.labels >= 0).all()
    with Session.open(open_ended) as session:
        parameters = NoiseTestParameters(
            noises=("symmetric_exclusive:0.2",), detectors=("neighbours",)
        )
        metrics = run_job(session, parameters, quiet=True).metrics
    assert metrics["samples"] == len(truth.rows)


def test_a_table_of_the_truth_speaks_of_given_labels_alone(
    open_ended: Path, tmp_path: Path
) -> None:
    with Session.open(open_ended) as session:
        lines = [f"{p},{Path(p).name.split('-')[0]}\n" for p in session.columns.paths]
        (tmp_path / "truth.csv").write_text("path,label\n" + "".join(lines))
        labelled = int((~session.columns.unlabelled).sum())
        parameters = NoiseTestParameters(
            noises=("given",), detectors=("neighbours",), truth=str(tmp_path / "truth.csv")
        )
        metrics = run_job(session, parameters, quiet=True).metrics
    assert metrics["samples"] == labelled


def test_majorities_of_nobody_are_no_label(tmp_path: Path, class_folders: Path) -> None:
    files = sorted(class_folders.rglob("*.png"))[:12]
    lines = [
        f"{f.relative_to(class_folders).as_posix()},cat,{('cat', 'dog')[i % 2]}"
        for i, f in enumerate(files)
    ]
    lines[4] = lines[4].split(",")[0] + ",,"
    (class_folders / "crowd.csv").write_text("path,ann,bob\n" + "\n".join(lines))
    project = tmp_path / "crowd.lnl"
    # That two people disagree is asked about elsewhere.
    parameters = ImportParameters(
        str(class_folders / "crowd.csv"),
        str(project),
        annotator_columns=("ann", "bob"),
        accept_layout=True,
    )
    metrics = import_dataset(parameters, quiet=True).metrics
    assert metrics["unlabelled"] == 1
    with Session.open(project, read_only=True) as session:
        assert np.flatnonzero(session.columns.unlabelled).tolist() == [4]


def test_merged_and_counted_in_json(tmp_path: Path) -> None:
    folder = make_unlabelled_project(tmp_path / "p.lnl")
    with Session.open(folder) as session:
        session.accept(np.array([4]))
        assert json.dumps(session.counts().__dict__)
        assert take_snapshot(folder).samples.current[9] == UNLABELLED


def test_annotators_change_no_suggestion_for_what_nobody_labelled() -> None:
    data = make_dataset(samples=400)
    without = np.arange(400) % 5 == 3
    said = np.stack([np.where(without, -1, data.given), np.where(without, -1, data.truth)], 1)
    given = np.where(without, -1, data.given).astype(np.int32)
    found = find_suspects(DetectionInput([data.embedding], given, number_of_classes=4))
    together = aggregate_annotators(
        found,
        Annotations(("ann", "bob"), said.astype(np.int32), True),
        given,
        number_of_classes=4,
    )
    assert together is not None
    joined = together.consensus
    np.testing.assert_array_equal(joined.suggested_label[without], found.suggested_label[without])
    assert np.isnan(joined.suspicion[without]).all() and not joined.flagged[without].any()
    assert (joined.suggested_label[without] == data.truth[without]).mean() > 0.9
    assert np.isnan(together.detector.score[without]).all()
    assert [entry.labels for entry in together.quality] == [320, 320]
