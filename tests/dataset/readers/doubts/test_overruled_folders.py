"""A table that was read though its images lie in class folders."""

from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import pytest

from lnl_gui.dataset.readers import read_dataset
from tests.dataset.conftest import MakeImages

CLASSES = ("cat", "dog")
PLACES = [f"{c}/{c}{k}.png" for c in CLASSES for k in range(6)]
NAMES = [path[:3] for path in PLACES]
OTHERWISE = ["x ray", "ct"] * 6


def write(file: Path, head: str, cells: Sequence[str], places: Sequence[str] = PLACES) -> None:
    rows = [f"{place},{cell}" for place, cell in zip(places, cells, strict=True)]
    file.write_text("\n".join([head, *rows]) + "\n", encoding="utf-8")


@pytest.mark.parametrize(
    ("column", "cells"),
    [
        ("modality", OTHERWISE),  # nothing calls it a label
        ("label", ["dog", "cat"] * 3 + ["cat", "dog", "cat"] * 2),  # the same classes, elsewhere
        ("label", ["dog"] * 6 + ["cat"] * 6),
    ],
)
def test_a_table_that_says_something_else_than_the_folders(
    tmp_path: Path, make_images: MakeImages, column: str, cells: list[str]
) -> None:
    root = make_images(tmp_path / "d", PLACES)
    write(root / "labels.csv", f"image,{column}", cells)
    (doubt,) = read_dataset(root).suspicions
    assert "`cat/cat0.png`" in str(doubt) and "--reader class-folders" in str(doubt)
    assert f"--label-column {column}" in str(doubt)
    assert not read_dataset(root, label_column=column).suspicions
    chosen = read_dataset(root, reader="class-folders")
    assert Counter(r.label for r in chosen.records) == {"cat": 6, "dog": 6}
    assert not chosen.suspicions and not read_dataset(root / "labels.csv").suspicions


@pytest.mark.parametrize(
    ("column", "cells", "noted"),
    [
        ("animal", NAMES, False),
        ("animal", ["0"] * 6 + ["1"] * 6, False),  # numbers of the same classes
        ("animal", ["tabby", "siamese"] * 3 + ["poodle", "collie"] * 3, False),  # finer ones
        ("noisy_label", ["dog", *NAMES[1:]], True),
        ("animal", ["dog", *NAMES[1:]], True),
        ("label", OTHERWISE, True),  # called a label, and none of the folders' names
    ],
)
def test_a_table_that_goes_with_the_folders(
    tmp_path: Path, make_images: MakeImages, column: str, cells: list[str], noted: bool
) -> None:
    root = make_images(tmp_path / "d", PLACES)
    write(root / "labels.csv", f"image,{column}", cells)
    listing = read_dataset(root)
    assert [r.label for r in listing.records] == cells and not listing.suspicions
    assert ["`cat/cat0.png`" in str(w) for w in listing.warnings].count(True) == noted


@pytest.mark.parametrize(
    "folders",
    [
        ("patient1", "patient2"),
        ("batch 1", "batch 2"),
        ("ham_images_part_1", "ham_images_part_2"),
        ("Bilder_Teil1", "Bilder_Teil2"),
        ("Teil 1", "Teil 2"),
        ("图片_1", "图片_2"),
        ("a", "a"),
    ],
)
def test_folders_that_are_no_classes(
    tmp_path: Path, make_images: MakeImages, folders: tuple[str, str]
) -> None:
    places = [f"{folders[k // 6]}/{k}.png" for k in range(12)]
    root = make_images(tmp_path / "d", places)
    write(root / "labels.csv", "image,animal", OTHERWISE, places)
    listing = read_dataset(root)
    assert not listing.suspicions and "say something else" not in str(listing.warnings)


@pytest.mark.parametrize("name", ["n0144353{}", "id0000{}", "HR_1{}"])
def test_numbered_folders_with_the_labels_names_are_classes(
    tmp_path: Path, make_images: MakeImages, name: str
) -> None:
    folders = [name.format(k // 6) for k in range(12)]
    places = [f"{folder}/{k}.png" for k, folder in enumerate(folders)]
    root = make_images(tmp_path / "d", places)
    write(root / "labels.csv", "image,animal", [name.format(1), *folders[1:]], places)
    assert any(f"`{places[0]}`" in str(w) for w in read_dataset(root).warnings)
