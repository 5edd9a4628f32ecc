"""What a project is called when nobody says."""

from pathlib import Path

import pytest

from lnl_gui.store.project import create_project, default_name, is_project


@pytest.mark.parametrize(
    ("path", "name"),
    [
        ("pets/labels.csv", "pets.lnl"),
        ("pets/Annotations.JSON", "pets.lnl"),
        ("pets/cats-2024.csv", "cats-2024.lnl"),
        ("pets/train.v2.csv", "train.v2.lnl"),
    ],
)
def test_a_table_that_says_nothing_takes_its_folders_name(
    tmp_path: Path, path: str, name: str
) -> None:
    file = tmp_path / path
    file.parent.mkdir()
    file.touch()
    assert default_name(file) == name


def test_a_folder_keeps_its_whole_name(tmp_path: Path) -> None:
    folder = tmp_path / "pets.v2"
    folder.mkdir()
    assert default_name(folder) == "pets.v2.lnl"


def test_an_empty_folder_may_become_a_project(tmp_path: Path) -> None:
    folder = tmp_path / "new" / "pets.lnl"
    folder.mkdir(parents=True)
    create_project(folder, root=tmp_path, reader="folders").close()
    assert is_project(folder)
    assert not is_project(tmp_path)
