"""Where the project of a dataset goes by default, and which places are refused."""

from pathlib import Path

import pytest

from lnl_gui.gui.open_dataset.project_place import checked_project, default_project
from lnl_gui.util.errors import UserError


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name in ("cat", "dog"):
        (tmp_path / "pets" / name).mkdir(parents=True)
    return tmp_path / "pets"


def test_the_default_lies_beside_the_data_and_avoids_taken_names(folder: Path) -> None:
    assert default_project(folder) == folder.parent / "pets.lnl"
    (folder.parent / "pets.lnl").mkdir()
    assert default_project(folder) == folder.parent / "pets 2.lnl"


def test_the_default_beside_read_only_data_is_at_home(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = tmp_path / "home"
    home.mkdir()
    monkeypatch.setattr(Path, "home", lambda: home)
    monkeypatch.setattr("os.access", lambda path, mode: False)
    assert default_project(folder) == home / "pets.lnl"


def test_a_place_that_cannot_be_is_refused(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("x")
    for place, complaint in (
        (str(folder), "not empty"),
        ("", "needs a folder"),
        (str(tmp_path / "notes.txt"), "is a file"),
        (str(folder / "mine.lnl"), "inside the dataset"),
    ):
        with pytest.raises(UserError, match=complaint):
            checked_project(place, folder)
    assert checked_project(str(tmp_path / "new.lnl"), folder) == tmp_path / "new.lnl"
