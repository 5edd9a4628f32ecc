"""Groups of a dataset in a project: kept at the import, brought up to date, used where parts are
made."""

import csv
from pathlib import Path

import numpy as np
import pytest

from lnl_gui.cli.jobs import import_dataset, run_job
from lnl_gui.dataset.readers.read import read_dataset
from lnl_gui.pipeline.benchmarks.benchmark_data import detection_data
from lnl_gui.pipeline.benchmarks.known_truth import KnownTruth
from lnl_gui.pipeline.output.export_set import group_names
from lnl_gui.pipeline.snapshot import take_snapshot
from lnl_gui.pipeline.training.training_data import duplicate_groups, training_data
from lnl_gui.session.session import Session
from lnl_gui.store.dataset.groups import load_groups, number_groups, save_groups
from lnl_gui.store.jobs.parameters import (
    ExportParameters,
    FinetuneParameters,
    ImportParameters,
    UpdateParameters,
)
from lnl_gui.store.project import open_project
from lnl_gui.util.files.array_file import write_array
from lnl_gui.util.messages import NOTHING
from tests.builders import add_detection
from tests.conftest import draw_image


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """Nine images of three patients in a table."""
    lines = ["path,label,patient"]
    for at in range(9):
        draw_image(at % 3, at).save(tmp_path / f"{at}.png")
        lines.append(f"{at}.png,{'abc'[at % 3]},p{at // 3}")
    (tmp_path / "labels.csv").write_text("\n".join(lines))
    folder = tmp_path / "p.lnl"
    parameters = ImportParameters(
        str(tmp_path / "labels.csv"), str(folder), group_column="patient", accept_layout=True
    )
    import_dataset(parameters, quiet=True)
    return folder


def test_groups_are_kept_with_their_names(project: Path) -> None:
    found = take_snapshot(project).groups
    assert found is not None and found.tell_apart
    assert (found.column, found.names) == ("patient", ("p0", "p1", "p2"))
    assert found.group.tolist() == [0] * 3 + [1] * 3 + [2] * 3


def test_an_update_brings_new_images_and_changed_groups(project: Path) -> None:
    source = project.parent / "labels.csv"
    draw_image(0, 50).save(project.parent / "9.png")
    lines = source.read_text().splitlines()
    lines[2] = "1.png,b,p2"
    source.write_text("\n".join([*lines, "9.png,a,p9"]))
    with Session.open(project) as session:
        run_job(session, UpdateParameters(), quiet=True)
    found = take_snapshot(project).groups
    assert found is not None
    names = [found.names[number] for number in found.group.tolist()]
    assert names == ["p0", "p2", "p0", "p1", "p1", "p1", "p2", "p2", "p2", "p9"]


def test_damaged_groups_do_not_stop_the_project(project: Path) -> None:
    (project / "arrays" / "groups.npy").write_bytes(b"nothing")
    with open_project(project, read_only=True) as opened:
        assert load_groups(opened, 9) is None


def test_a_patient_is_never_both_held_out_and_trained_on(embedded: Path) -> None:
    count = len(take_snapshot(embedded))
    patients = [f"p{at % 12}" for at in range(count)]
    save_groups(embedded / "arrays", number_groups("patient", patients))
    snapshot = take_snapshot(embedded)
    groups = duplicate_groups(snapshot)
    for patient in range(12):
        assert len(np.unique(groups[patient::12])) == 1
    parameters = FinetuneParameters(
        recipe="linear_probe", encoder="bundled-fast", holdout_fraction=0.3
    )
    data = training_data(snapshot, parameters)
    row_of = {file: row for row, file in enumerate(snapshot.files())}
    held = {patients[row_of[file]] for file in data.holdout.files}
    trained = {patients[row_of[file]] for file in data.curated.files}
    assert held and trained and not held & trained
    # The validation part is drawn from these by the same groups.
    assert len(np.unique(data.curated.groups)) == len(trained)


def test_an_export_says_what_belongs_together(project: Path, tmp_path: Path) -> None:
    with Session.open(project) as session:
        run_job(session, ExportParameters(str(tmp_path / "out")), quiet=True)
    with (tmp_path / "out" / "samples.csv").open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))
    assert [row["group"] for row in rows] == ["p0"] * 3 + ["p1"] * 3 + ["p2"] * 3


def test_groups_of_an_export_are_the_datasets_own_whatever_they_are_called(
    embedded: Path, tmp_path: Path
) -> None:
    """Copies that were found stand in the same column, and a detection finds them again."""
    add_detection(embedded)
    snapshot = take_snapshot(embedded)
    count = len(snapshot)
    patients = ["", "", "copies-0", "copies-0", "copies-1", *["p"] * (count - 5)]
    save_groups(embedded / "arrays", number_groups("patient", patients))
    copies = np.full(count, -1, np.int32)
    copies[[0, 1]] = 0
    assert snapshot.scores.folder is not None
    write_array(snapshot.scores.folder / "duplicate_group.npy", copies)
    names = group_names(take_snapshot(embedded), np.arange(count))
    assert names[2:] == patients[2:] and names[0] == names[1] not in ("", *patients)
    with Session.open(embedded) as session:
        run_job(session, ExportParameters(str(tmp_path / "out"), images="none"), quiet=True)
    listing = read_dataset(tmp_path / "out")
    paths = take_snapshot(embedded).samples.paths
    found = {record.path: record.group for record in listing.records}
    assert found == dict(zip(paths, patients, strict=True))


def test_copies_found_are_exported_and_stay_together_in_benchmarks(
    embedded: Path,
) -> None:
    add_detection(embedded)
    folder = take_snapshot(embedded).scores.folder
    assert folder is not None
    copies = np.full(len(take_snapshot(embedded)), -1, np.int32)
    copies[[3, 5]] = 0
    write_array(folder / "duplicate_group.npy", copies)
    names = group_names(take_snapshot(embedded), np.arange(len(copies)))
    assert {row: name for row, name in enumerate(names) if name} == {3: "copies-0", 5: "copies-0"}
    snapshot = take_snapshot(embedded)
    rows = np.arange(len(snapshot))
    known = KnownTruth(rows, snapshot.samples.given.astype(np.int32), "given", NOTHING)
    data = detection_data(snapshot, known, [np.ones((len(rows), 2), np.float32)], name="x")
    assert data.copies is not None and data.copies.tolist() == copies.tolist()
    assert data.groups is None


def test_parts_of_one_picture_stay_together_and_are_no_copies(embedded: Path) -> None:
    add_detection(embedded)
    folder = take_snapshot(embedded).scores.folder
    assert folder is not None
    alone = np.full(len(take_snapshot(embedded)), -1, np.int32)
    copies, parts = alone.copy(), alone.copy()
    copies[[1, 2]], copies[[3, 5]], parts[[5, 7]] = 0, 1, 0
    write_array(folder / "duplicate_group.npy", copies)
    write_array(folder / "picture_parts.npy", parts)
    snapshot = take_snapshot(embedded)
    rows = np.arange(len(snapshot))
    names = {row: name for row, name in enumerate(group_names(snapshot, rows)) if name}
    assert names == dict.fromkeys((1, 2), "copies-0") | dict.fromkeys((3, 5, 7), "picture-1")
    # Splits of an export and what a training holds out go by these.
    assert np.flatnonzero(duplicate_groups(snapshot) == 3).tolist() == [3, 5, 7]
    known = KnownTruth(rows, snapshot.samples.given.astype(np.int32), "given", NOTHING)
    data = detection_data(snapshot, known, [np.ones((len(rows), 2), np.float32)], name="x")
    assert data.copies is not None and data.copies.tolist() == copies.tolist()
    assert data.groups is not None and data.groups.tolist() == parts.tolist()


def test_training_tells_how_many_images_leave_for_held_out_ones(tmp_path: Path) -> None:
    # The last four are the test set; 0 copies one of those, 1 and 2 are parts of one picture with
    # one, 2 only by way of a copy; 3 is of the patient of another. 4 has no label to train on.
    patients = ["a", "b", "c", "d", "e", "f", "g", "h", "i", "d"]
    lines = ["path,label,split,patient"]
    for at, patient in enumerate(patients):
        draw_image(at % 2, at).save(tmp_path / f"{at}.png")
        label = "" if at == 4 else "ab"[at % 2]
        lines.append(f"{at}.png,{label},{'train' if at < 6 else 'test'},{patient}")
    (tmp_path / "labels.csv").write_text("\n".join(lines))
    folder = tmp_path / "p.lnl"
    parameters = ImportParameters(
        str(tmp_path / "labels.csv"), str(folder), group_column="patient", accept_layout=True
    )
    import_dataset(parameters, quiet=True)
    chosen = FinetuneParameters(recipe="linear_probe", encoder="bundled-fast")

    def told() -> list[str]:
        notes = training_data(take_snapshot(folder), chosen).notes
        return [str(note) for note in notes if "not trained on" in str(note)]

    group = "1 image is not trained on, because it is in one group with a held-out one."
    assert told() == [group]
    add_detection(folder)
    found = take_snapshot(folder).scores.folder
    assert found is not None
    copies, parts = np.full(10, -1, np.int32), np.full(10, -1, np.int32)
    copies[[0, 4, 6]], copies[[1, 2]], parts[[1, 7]] = 0, 1, 0
    write_array(found / "duplicate_group.npy", copies)
    write_array(found / "picture_parts.npy", parts)
    assert told() == [
        "1 image is not trained on, because it is a copy of a held-out one.",
        "2 images are not trained on, because they may be parts of one picture with held-out ones.",
        group,
    ]
