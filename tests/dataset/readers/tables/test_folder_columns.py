"""Tables that name the folder of each file in a column of its own."""

from pathlib import Path

import pytest

from lnl_gui.dataset.readers import read_dataset
from tests.dataset.conftest import MakeImages

NUMBER = 16


def folder_of(at: int) -> str:
    return f"cam{1 + at % 2}"


def file_of(at: int) -> str:
    return f"{at // 2:03d}.png"


def label_of(at: int) -> str:
    return ("cat", "dog")[at // 3 % 2]


@pytest.mark.parametrize("folder", ["folder", "Ordner", "camera"])
@pytest.mark.parametrize("above", ["", "images/"])
@pytest.mark.parametrize("whole", [True, False])
def test_files_of_equal_names_are_told_apart(
    tmp_path: Path, make_images: MakeImages, folder: str, above: str, whole: bool
) -> None:
    paths = [f"{folder_of(at)}/{file_of(at)}" for at in range(NUMBER)]
    root = make_images(tmp_path / "d", [above + path for path in paths])
    rows = [f"{folder_of(at)},{file_of(at)},{label_of(at)}" for at in range(NUMBER)]
    (root / "t.csv").write_text("\n".join([f"{folder},file,label", *rows]))
    listing = read_dataset(root if whole else root / "t.csv")
    found = {record.file.as_posix(): record.label for record in listing.records}  # type: ignore[union-attr]
    truth = {(root / above / path).as_posix(): label_of(at) for at, path in enumerate(paths)}
    assert found == truth and not listing.suspicions
    assert any("holds the folder of each file" in str(said) for said in listing.warnings)


def test_names_that_are_files_themselves_stay(tmp_path: Path, make_images: MakeImages) -> None:
    names = [f"{at}.png" for at in range(8)]
    root = make_images(tmp_path / "d", [*names, *(f"cam1/{n}" for n in names)])
    rows = [f"cam{1 + a},{n},cat" for n in names[:4] for a in range(2)]
    rows += [f"cam{1 + a},{n},dog" for n in names[4:] for a in range(2)]
    (root / "t.csv").write_text("\n".join(["rater,file,label", *rows]))
    listing = read_dataset(root / "t.csv")
    assert {record.path for record in listing.records} == set(names)
