"""Class folders in one folder of a repository, beside folders of pictures that are no classes."""

from pathlib import Path

import pytest

from lnl_gui.dataset.readers import read_dataset
from lnl_gui.dataset.readers.folders.layout import Placement, place_folders
from tests.dataset.conftest import MakeImages

WITH_SPLITS = [f"data/{part}/{name}" for part in ("train", "val") for name in ("cat", "dog")]
PLAIN = [f"data/original/{name}" for name in ("cat", "dog", "cow")]


def read(folders: list[str], others: dict[str, int]) -> tuple[set[str], set[str], bool]:
    """Labels, folders that were left out, and whether something is doubtful."""
    sizes = {**dict.fromkeys(folders, 20), **others}
    layout = place_folders(sizes, sizes=sizes)
    left = {name for name, placed in layout.placements.items() if placed.reason}
    return (
        {placed.label for placed in layout.placements.values()} - {""},
        left,
        bool(layout.suspicions),
    )


@pytest.mark.parametrize("other", ["static", "Demo", "odd name", "a/b/outputs", "data/x"])
def test_splits_with_the_same_classes_are_the_dataset(other: str) -> None:
    assert read(WITH_SPLITS, {other: 3}) == (
        ({"cat", "dog"}, {other}, False)
        if other != "data/x"
        # Beside the splits themselves it is one more.
        else ({"cat", "dog"}, set(), False)
    )


@pytest.mark.parametrize("other", ["more/cat", "archive/pictures"])
def test_many_images_or_the_classes_again_outside_are_doubtful(other: str) -> None:
    labels, left, is_doubtful = read(WITH_SPLITS, {other: 9 if "cat" in other else 60})
    assert (labels, left) == ({"cat", "dog"}, {other}) and is_doubtful


@pytest.mark.parametrize("around", ["", "project/"])
@pytest.mark.parametrize("other", ["images", "Examples", "input", "static/uploads", "model"])
def test_pictures_of_the_program_are_left_out(around: str, other: str) -> None:
    folders = [around + name for name in PLAIN]
    assert read(folders, {around + other: 3}) == ({"cat", "dog", "cow"}, {around + other}, False)
    # Many may be more than that.
    assert not read(folders, {around + other: 40})[1]


def test_other_folders_beside_the_class_folders_stay_doubtful() -> None:
    assert read(PLAIN, {"goat": 3})[1:] == (set(), True)
    assert read(PLAIN, {"goat": 3, "static": 3})[1:] == (set(), True)
    assert read(PLAIN, {"images": 40})[1:] == (set(), True)
    # Super-classes of which one is not divided.
    assert read([*PLAIN, "server/x", "server/y"], {})[1:] == (set(), False)


@pytest.mark.parametrize("folders", [WITH_SPLITS, PLAIN])
def test_a_part_beside_the_dataset_is_none_of_the_program(folders: list[str]) -> None:
    sizes = {**dict.fromkeys(folders, 20), "test": 9, "static": 2}
    placed = place_folders(sizes, sizes=sizes).placements
    assert placed["test"] == Placement("", "test") and placed["static"].reason


def test_two_datasets_are_none_that_is_clear() -> None:
    other = [folder.replace("data", "more") for folder in WITH_SPLITS]
    assert read([*WITH_SPLITS, *other], {})[1:] == (set(), True)


def test_class_folders_in_the_dataset_folder_itself_have_nothing_outside() -> None:
    assert read(["cat", "dog"], {"static": 1})[:2] == ({"cat", "dog", "static"}, set())


def test_what_was_left_out_is_said(tmp_path: Path, make_images: MakeImages) -> None:
    pictures = [f"{folder}/{at}.png" for folder in WITH_SPLITS for at in range(6)]
    root = make_images(tmp_path / "d", [*pictures, "static/logo.png", "plot.png"])
    listing = read_dataset(root)
    assert {record.label for record in listing.records} == {"cat", "dog"}
    assert sorted(entry.path for entry in listing.skipped) == ["plot.png", "static/logo.png"]
    assert not listing.suspicions
    assert any("`static`" in str(note) for note in listing.warnings)


@pytest.mark.parametrize("holder", ["dataset", "Data", "data_set"])
def test_pictures_inside_of_other_folders_are_left_out_beside_the_dataset(holder: str) -> None:
    folders = [f"{holder}/with_mask", f"{holder}/without_mask"]
    others = {"images": 1, "model_v3/images": 1, "ResNet50_v2/Readme_images": 1, "Logo": 1}
    assert read(folders, others) == ({"with_mask", "without_mask"}, {*others}, False)
    # Of animals the one is not divided.
    assert read(["dog/poodle", "dog/beagle"], {"cat/images": 3})[1] == set()
    assert read(folders, {**others, "goat/ill": 1})[1] == set()
