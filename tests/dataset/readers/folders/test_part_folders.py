"""Folders of the parts of a dataset, each with labels of its own."""

import json
from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from lnl_gui.dataset.listing import Listing
from lnl_gui.dataset.readers import read_dataset
from tests.dataset.conftest import MakeImages

CLASSES = ("cat", "dog")
Labels = list[tuple[str, Sequence[str]]]


def as_coco(folder: Path, images: Labels) -> None:
    numbered = list(enumerate(images))
    value = {
        "images": [{"id": at, "file_name": name} for at, (name, _) in numbered],
        "categories": [{"id": at, "name": name} for at, name in enumerate(CLASSES)],
        "annotations": [
            {"id": 9 * at + kind, "image_id": at, "category_id": kind}
            for at, (_, labels) in numbered
            for kind in map(CLASSES.index, labels)
        ],
    }
    (folder / "_annotations.coco.json").write_text(json.dumps(value))


def as_marks(folder: Path, images: Labels) -> None:
    lines = [
        ", ".join([name, *("1" if of in labels else "0" for of in (*CLASSES, "cow"))])
        for name, labels in images
    ]
    text = "\n".join(["filename, cat, dog, cow", *lines])
    (folder / "_classes.csv").write_text(text)


def as_table(folder: Path, images: Labels) -> None:
    lines = [f"{name},{labels[0]}" for name, labels in images]
    (folder / "labels.csv").write_text("\n".join(["file_name,label", *lines]))


def as_voc(folder: Path, images: Labels) -> None:
    for name, labels in images:
        objects = "".join(f"<object><name>{label}</name></object>" for label in labels)
        text = f"<annotation><filename>{name}</filename>{objects}</annotation>"
        (folder / name).with_suffix(".xml").write_text(text)


def as_yolo(folder: Path, images: Labels) -> None:
    (folder / "images").mkdir()
    (folder / "labels").mkdir()
    (folder.parent / "data.yaml").write_text("names: [cat, dog]")
    for name, labels in images:
        (folder / name).rename(folder / "images" / name)
        boxes = [f"{CLASSES.index(label)} 0.5 0.5 1 1" for label in labels]
        (folder / "labels" / name).with_suffix(".txt").write_text("\n".join(boxes))


Form = Callable[[Path, Labels], None]
FORMS = (as_coco, as_marks, as_table, as_voc, as_yolo)


def read_parts(
    root: Path, make_images: MakeImages, form: Form, *parts: str, both: str = ""
) -> Listing:
    """A dataset of ten images a part; those of the part `both` have both classes."""
    for part in parts:
        images: Labels = [
            (f"{part[:5]}_{at}.jpg", CLASSES if part == both else [CLASSES[at % 2]])
            for at in range(10)
        ]
        form(make_images(root / part, [name for name, _ in images]), images)
    return read_dataset(root)


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize(
    "parts",
    [
        ("train", "valid", "test"),
        ("train", "valid", "test_data"),
        ("train", "Testing Set"),
        ("train", "validate", "eval"),
        ("train_data", "valid_data", "test_data"),
    ],
)
def test_parts_of_looser_names_are_read_as_splits(
    tmp_path: Path, make_images: MakeImages, form: Form, parts: tuple[str, ...]
) -> None:
    listing = read_parts(tmp_path / "d", make_images, form, *parts)
    assert Counter(r.split for r in listing.records) == dict.fromkeys(parts, 10)
    assert Counter(r.label for r in listing.records) == dict.fromkeys(CLASSES, 5 * len(parts))
    assert not listing.suspicions and not any("left out" in str(s) for s in listing.warnings)


@pytest.mark.parametrize("parts", [("train", "validate"), ("train", "validate", "eval")])
def test_a_folder_called_validate_holds_class_folders(
    tmp_path: Path, make_images: MakeImages, parts: tuple[str, ...]
) -> None:
    names = [
        f"{part}/{label}/{part}{at}.jpg" for part in parts for label in CLASSES for at in (1, 2)
    ]
    listing = read_dataset(make_images(tmp_path / "d", names))
    assert listing.class_names == list(CLASSES) and not listing.suspicions
    assert {record.split for record in listing.records} == set(parts)


@pytest.mark.parametrize("form", [as_marks, as_coco])
def test_a_folder_of_no_part_with_labels_of_its_own_is_doubtful(
    tmp_path: Path, make_images: MakeImages, form: Form
) -> None:
    listing = read_parts(tmp_path / "d", make_images, form, "train", "valid", "extra")
    assert {record.split for record in listing.records} == {"train", "valid"}
    [said] = listing.suspicions
    assert "`extra`" in str(said) and "was not read" in str(said)


def test_one_part_like_name_alone_is_no_split(tmp_path: Path, make_images: MakeImages) -> None:
    listing = read_parts(tmp_path / "d", make_images, as_table, "test bench", "kitchen")
    assert {record.split for record in listing.records} == {""}
    assert len(listing.records) == 20


@pytest.mark.parametrize("form", [as_marks, as_coco])
def test_a_part_whose_images_all_have_several_classes_is_said(
    tmp_path: Path, make_images: MakeImages, form: Form
) -> None:
    listing = read_parts(tmp_path / "d", make_images, form, "train", "valid", both="valid")
    assert len(listing.records) == len(listing.skipped) == 10
    assert all("several" in str(entry.reason) for entry in listing.skipped)
    assert not any("left out" in str(said) for said in listing.warnings)
