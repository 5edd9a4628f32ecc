"""Folders that the machine does not list: a doubt of their own, and nothing in them is gone."""

import csv
import errno
import json
import shutil
from collections import Counter
from pathlib import Path

import pytest

from lnl_gui.__main__ import main
from lnl_gui.cli.jobs import import_dataset
from lnl_gui.dataset.readers.read import read_dataset
from lnl_gui.session.session import Session
from lnl_gui.store.dataset.samples import (
    UNLISTED_FOLDER,
    left_out_message,
    left_out_number,
    load_left_out,
)
from lnl_gui.store.dataset.source_state import REFUSED, load_source_state
from lnl_gui.store.jobs.parameters import ImportParameters
from lnl_gui.store.project import open_project
from lnl_gui.util.errors import UserError
from tests.conftest import draw_image
from tests.pipeline.datasets.refusing import unlisted

ERRORS = {
    "disk": OSError(errno.EIO, "Input/output error"),
    "forbidden": PermissionError(errno.EACCES, "Permission denied"),
}


@pytest.fixture
def dataset(tmp_path: Path) -> Path:
    """Three classes of six images; a third of one lies deeper."""
    for kind, name in enumerate(("ant", "bee", "cow")):
        for number in range(6):
            folder = tmp_path / "set" / name / ("old" if kind == 2 and number < 2 else "")
            folder.mkdir(parents=True, exist_ok=True)
            draw_image(kind, 10 * kind + number).save(folder / f"{name}-{number}.png")
    return tmp_path / "set"


@pytest.mark.parametrize("kind", ERRORS)
def test_a_class_that_is_not_listed_is_a_doubt_and_no_skipped_file(
    dataset: Path, kind: str
) -> None:
    with unlisted({dataset / "bee"}, ERRORS[kind]):
        listing = read_dataset(dataset, class_level=1)
    assert not listing.skipped and [entry.path for entry in listing.unlisted] == ["bee"]
    (doubt,) = [said for said in listing.suspicions if "could not be listed" in str(said)]
    assert "1 folder" in str(doubt) and "`bee`" in str(doubt)
    assert str(ERRORS[kind].args[1]) in str(doubt)
    assert not read_dataset(dataset, class_level=1).suspicions


def test_nothing_at_all_names_what_was_not_listed(dataset: Path) -> None:
    folders = {dataset / name for name in ("ant", "bee", "cow")}
    with unlisted(folders, ERRORS["forbidden"]), pytest.raises(UserError) as caught:
        read_dataset(dataset)
    assert "3 folders could not be listed" in str(caught.value.message)


def test_where_a_file_system_keeps_lost_files_nobody_looks(dataset: Path) -> None:
    (dataset / "lost+found").mkdir()
    with unlisted({dataset / "lost+found"}, ERRORS["forbidden"]):
        assert not read_dataset(dataset, class_level=1).suspicions


def test_of_a_table_a_folder_matters_that_it_names(dataset: Path) -> None:
    table = dataset / "labels.csv"
    with table.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream)
        writer.writerow(["path", "label"])
        files = sorted((dataset / "cow").rglob("*.png")) + sorted((dataset / "ant").glob("*.png"))
        writer.writerows([file.relative_to(dataset).as_posix(), file.parts[-2]] for file in files)
    (dataset / "private").mkdir()
    with unlisted({dataset / "private"}, ERRORS["forbidden"]):
        listing = read_dataset(table)
    assert len(listing.records) == 12 and not listing.refused
    # Of a folder that one may not enter no file is seen either.
    for file in (dataset / "cow" / "old").iterdir():
        file.unlink()
    with unlisted({dataset / "cow" / "old"}, ERRORS["forbidden"]):
        listing = read_dataset(table)
    assert len(listing.records) == 10
    assert any("could not be listed" in str(said) for said in listing.suspicions)


def test_an_import_stops_or_keeps_the_folder_apart(
    dataset: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    project = tmp_path / "p.lnl"
    asked = ["import", str(dataset), "--project", str(project), "--class-level", "1"]
    with unlisted({dataset / "bee"}, ERRORS["forbidden"]):
        assert main(asked) == 3 and not project.exists()
        assert "1 folder could not be listed" in capsys.readouterr().err
        assert main([*asked, "--accept-layout"]) == 0
    with open_project(project, read_only=True) as opened:
        found = load_left_out(opened)
    assert Counter(entry.kind for entry in found) == {UNLISTED_FOLDER: 1}
    assert str(left_out_number(found)) == "1 folder not listed"
    assert "number of images that is not known: 1" in str(left_out_message(found))
    capsys.readouterr()
    assert main(["info", str(project)]) == 0
    assert "bee: the folder cannot be read: Permission denied" in capsys.readouterr().out
    # Once it is listed its images come.
    assert main(["update", str(project), "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["added"] == 6
    with Session.open(project, read_only=True) as session:
        assert not session.left_out() and len(session) == 18


@pytest.mark.parametrize("kind", ERRORS)
def test_an_update_marks_nothing_as_gone_that_it_cannot_see(
    dataset: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], kind: str
) -> None:
    project = tmp_path / "p.lnl"
    import_dataset(ImportParameters(str(dataset), str(project), class_level=1), quiet=True)
    for folder, count in ((dataset / "cow" / "old", 2), (dataset / "cow", 6)):
        with unlisted({folder}, ERRORS[kind]):
            assert main(["update", str(project)]) == 3
            said = capsys.readouterr().err
        assert f"{count} images of the project lie there" in said
        assert str(ERRORS[kind].args[1]) in said and "--accept-missing" in said
    with open_project(project, read_only=True) as opened:
        assert not load_source_state(opened).gone
    with unlisted({dataset / "cow" / "old"}, ERRORS[kind]):
        assert main(["update", str(project), "--accept-missing"]) == 0
        assert "2 images lie in folders that could not be listed" in capsys.readouterr().err
    with Session.open(project, read_only=True) as session:
        assert set(load_source_state(session.project).gone.values()) == {REFUSED}
        reasons = {str(entry.reason) for entry in session.left_out() if entry.path != "cow/old"}
        assert reasons == {"its folder could not be read when the dataset was last read"}
    assert main(["update", str(project), "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["returned"] == 2


def test_a_new_folder_that_is_not_listed_stops_an_update(dataset: Path, tmp_path: Path) -> None:
    project = tmp_path / "p.lnl"
    import_dataset(ImportParameters(str(dataset), str(project), class_level=1), quiet=True)
    shutil.copytree(dataset / "ant", dataset / "dog")
    with unlisted({dataset / "dog"}, ERRORS["disk"]):
        assert main(["update", str(project)]) == 3
        assert main(["update", str(project), "--accept-missing"]) == 0
