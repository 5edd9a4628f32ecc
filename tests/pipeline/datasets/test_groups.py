"""Groups of a dataset in a project: kept at the import, brought up to date, used where parts are
made."""

from pathlib import Path

import numpy as np
import pytest

from lnl_gui.cli.jobs import import_dataset, run_job
from lnl_gui.pipeline.snapshot import take_snapshot
from lnl_gui.pipeline.training.training_data import duplicate_groups, training_data
from lnl_gui.session.session import Session
from lnl_gui.store.groups import load_groups, number_groups, save_groups
from lnl_gui.store.parameters import FinetuneParameters, ImportParameters, UpdateParameters
from lnl_gui.store.project import open_project
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
