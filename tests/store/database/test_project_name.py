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


@pytest.mark.parametrize(
    ("url", "name"),
    [
        ("s3://bucket/pets", "pets.lnl"),
        ("s3://bucket/pets.v2/", "pets.v2.lnl"),
        ("s3://bucket", "bucket.lnl"),
        ("s3://bucket/pets/labels.csv", "pets.lnl"),
        ("gs://bucket/pets/Annotations.JSON", "pets.lnl"),
        ("s3://bucket/pets/train.parquet", "pets.lnl"),
        ("https://host.org/pets/cats-2024.csv?version=3", "cats-2024.lnl"),
        ("https://host.org/pets/labels.csv?of=a/b", "pets.lnl"),
        ("s3://bucket/pets/train.v2.csv", "train.v2.lnl"),
        # What a store allows and a folder's name does not.
        ('s3://bucket/a:b*c"d.csv', "a_b_c_d.lnl"),
    ],
)
def test_a_dataset_at_a_url_is_called_as_it_is_there(url: str, name: str) -> None:
    assert default_name(Path(url)) == name


@pytest.mark.parametrize(
    ("path", "name"),
    [("pets/dogs.tar.gz", "dogs.lnl"), ("pets/data.zip", "pets.lnl"), ("pets/x.npz", "x.lnl")],
)
def test_an_archive_is_called_without_its_endings(tmp_path: Path, path: str, name: str) -> None:
    assert default_name(tmp_path / path) == name
