"""A table that was read though its images lie in class folders."""

import json
from collections import Counter
from collections.abc import Callable, Sequence
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
    named = [str(w) for w in listing.warnings if "have a name for each" in str(w)]
    assert len(named) == (cells[0] == "0")
    assert not named or "`cat` for `0`" in named[0]


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


def write_coco(root: Path, labels: Sequence[str]) -> None:
    names = sorted(set(labels))
    value = {
        "images": [{"id": at, "file_name": path} for at, path in enumerate(PLACES)],
        "categories": [{"id": at, "name": name} for at, name in enumerate(names)],
        "annotations": [
            {"id": at, "image_id": at, "category_id": names.index(label), "bbox": [1, 1, 2, 2]}
            for at, label in enumerate(labels)
        ],
    }
    (root / "annotations.json").write_text(json.dumps(value), encoding="utf-8")


def write_cvat(root: Path, labels: Sequence[str], drawn: str = "box") -> None:
    shape = "<image id='{}' name='{}'><{drawn} label='{}' xtl='1' ytl='1' xbr='2' ybr='2'/></image>"
    images = [
        shape.format(at, path, label, drawn=drawn)
        for at, (path, label) in enumerate(zip(PLACES, labels, strict=True))
    ]
    (root / "annotations.xml").write_text(f"<annotations>{''.join(images)}</annotations>")


def write_list(root: Path, labels: Sequence[str]) -> None:
    lines = [f"{path} {label}\n" for path, label in zip(PLACES, labels, strict=True)]
    (root / "train.txt").write_text("".join(lines))


@pytest.mark.parametrize("write_file", [write_coco, write_cvat, write_list])
def test_a_label_file_of_one_class_among_class_folders_is_asked_about(
    tmp_path: Path, make_images: MakeImages, write_file: Callable[[Path, list[str]], None]
) -> None:
    root = make_images(tmp_path / "d", PLACES)
    write_file(root, ["animal"] * len(PLACES))
    [doubt] = map(str, read_dataset(root).suspicions)
    assert "`animal` of every image" in doubt and "`cat`, `dog`" in doubt
    assert "--reader label-files" in doubt and "--reader class-folders" in doubt
    assert not read_dataset(root, reader="label-files").suspicions
    assert Counter(r.label for r in read_dataset(root, reader="class-folders").records) == {
        "cat": 6,
        "dog": 6,
    }
    write_file(root, NAMES)
    assert not read_dataset(root).suspicions


def test_a_column_of_one_class_among_class_folders_is_asked_about(
    tmp_path: Path, make_images: MakeImages
) -> None:
    root = make_images(tmp_path / "d", PLACES)
    write(root / "labels.csv", "image,label", ["animal"] * 12)
    [doubt] = map(str, read_dataset(root).suspicions)
    assert "says `animal` of every image" in doubt and "--label-column label" in doubt
    assert not read_dataset(root, label_column="label").suspicions


@pytest.mark.parametrize(
    ("labels", "asked", "noted"),
    [
        (["ear", "tail"] * 6, True, False),  # parts that were drawn, not the images' classes
        (["dog", *NAMES[1:]], False, True),
        (["tabby", "siamese"] * 3 + ["poodle", "collie"] * 3, False, False),
        (["0"] * 6 + ["1"] * 6, False, False),
    ],
)
def test_what_is_drawn_gives_way_to_class_folders_only_where_asked(
    tmp_path: Path, make_images: MakeImages, labels: list[str], asked: bool, noted: bool
) -> None:
    root = make_images(tmp_path / "d", PLACES)
    write_coco(root, labels)
    listing = read_dataset(root)
    assert [r.label for r in listing.records] == labels
    assert bool(listing.suspicions) == asked
    assert any("`cat/cat0.png`" in str(text) for text in listing.warnings) == noted


def test_tags_of_images_are_labels_whatever_the_folders_say(
    tmp_path: Path, make_images: MakeImages
) -> None:
    root = make_images(tmp_path / "d", PLACES)
    write_cvat(root, ["indoor", "outdoor"] * 6, "tag")
    assert not read_dataset(root).suspicions
    assert any("say something else" in str(text) for text in read_dataset(root).warnings)
