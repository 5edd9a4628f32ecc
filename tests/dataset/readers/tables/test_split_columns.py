"""Splits in a table's columns: words, yes and no, folds; several columns of labels."""

from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest

from lnl_gui.dataset.readers import read_dataset
from tests.dataset.conftest import MakeImages


@pytest.mark.parametrize(
    ("column", "cells", "splits"),
    [
        ("is_valid", ("True", "False"), ("valid", "train")),
        ("is_valid", ("1", "0"), ("valid", "train")),
        ("is_test", ("yes", "no"), ("test", "train")),
        ("is_train", ("TRUE", "FALSE"), ("train", "test")),
        ("is_training_image", ("1", "0"), ("train", "test")),
        ("fold", ("0", "4"), ("fold 0", "fold 4")),
        ("kfold", ("1.0", "2.0"), ("fold 1", "fold 2")),
        ("split", ("train", "holdout"), ("train", "holdout")),
        ("subset", ("Train", "Test"), ("Train", "Test")),
        ("Usage", ("Training", "PublicTest"), ("Training", "PublicTest")),
        ("ML_USE", ("TRAIN", "UNASSIGNED"), ("TRAIN", "")),
        ("is_valid", ("blurred", "fine"), ("", "")),
    ],
)
def test_columns_of_splits(
    tmp_path: Path,
    make_images: MakeImages,
    column: str,
    cells: tuple[str, str],
    splits: tuple[str, str],
) -> None:
    root = make_images(tmp_path / "d", [f"{i}.png" for i in range(8)])
    rows = [f"{i}.png,{'cat' if i % 4 < 2 else 'dog'},{cells[i % 2]}" for i in range(8)]
    (root / "t.csv").write_text("\n".join([f"name,label,{column}", *rows]) + "\n")
    listing = read_dataset(root / "t.csv")
    assert [record.split for record in listing.records] == [splits[i % 2] for i in range(8)]
    assert listing.class_names == ["cat", "dog"]


def test_noisy_imagenette(tmp_path: Path, make_images: MakeImages) -> None:
    """The labels of Imagenette with 0 to 50 % noise, beside its class folders."""
    codes = ["n01440764", "n02979186"]
    paths = [
        f"{part}/{code}/{code}_{i}.JPEG"
        for part in ("train", "val")
        for code in codes
        for i in range(4)
    ]
    root = make_images(tmp_path / "imagenette2-160", paths)
    head = (
        "path,noisy_labels_0,noisy_labels_1,noisy_labels_5,noisy_labels_25,noisy_labels_50,is_valid"
    )
    rows = []
    for number, path in enumerate(paths):
        part, code, _ = path.split("/")
        other = codes[1 - codes.index(code)]
        noisy = [code, code, code, code if number % 4 else other, code if number % 2 else other]
        rows.append(",".join([path, *noisy, str(part == "val")]))
    (root / "noisy_imagenette.csv").write_text("\n".join([head, *rows]) + "\n")
    listing = read_dataset(root)
    assert listing.reader == "table"
    assert all(record.label == record.path.split("/")[1] for record in listing.records)
    assert Counter(record.split for record in listing.records) == {"train": 8, "valid": 8}
    assert any(
        "`noisy_labels_25`" in str(w) and "--label-column" in str(w) for w in listing.warnings
    )
    noisy = read_dataset(root, label_column="noisy_labels_25")
    wrong = [record.label != record.path.split("/")[1] for record in noisy.records]
    assert wrong == [number % 4 == 0 for number in range(16)]
    people = read_dataset(root, annotator_columns=["noisy_labels_0", "noisy_labels_50"])
    assert people.annotators == ["noisy_labels_0", "noisy_labels_50"]


def test_several_labels_with_blanks_between(tmp_path: Path, make_images: MakeImages) -> None:
    """As fastai's PASCAL table has them."""
    root = make_images(tmp_path / "d", [f"{i}.jpg" for i in range(8)])
    labels = ["car", "horse", "person", "horse person", "car person", "car", "toy car", "horse"]
    rows = [f"{i}.jpg,{label},{i % 3 == 0}" for i, label in enumerate(labels)]
    (root / "train.csv").write_text("\n".join(["fname,labels,is_valid", *rows]) + "\n")
    listing = read_dataset(root)
    assert set(listing.class_names) == {"car", "horse", "person", "toy car"}
    assert [entry.path for entry in listing.skipped] == ["3.jpg", "4.jpg"]
    assert {r.split for r in listing.records} == {"valid", "train"}


@pytest.mark.parametrize("place", ["annotations", "labels"])
def test_images_beside_a_folder_of_annotations_are_not_outside(
    tmp_path: Path, make_images: MakeImages, place: str
) -> None:
    root = make_images(tmp_path / "d", [f"images/{i}.png" for i in range(4)])
    (root / place).mkdir()
    rows = [f"../images/{i}.png,{('cat', 'dog')[i % 2]}" for i in range(4)]
    (root / place / "t.csv").write_text("\n".join(["path,label", *rows]) + "\n")
    assert read_dataset(root / place / "t.csv").suspicions == []


def answers(folder: Path, valid: Callable[[int, int], str], people: int = 3) -> Path:
    rows = [
        f"{at}.png,p{person},{'cat' if at % 2 else 'dog'},{valid(at, person)}"
        for at in range(12)
        for person in range(people)
    ]
    (folder / "t.csv").write_text("\n".join(["image,annotator,label,is_valid", *rows]))
    return folder / "t.csv"


def test_answers_that_do_not_count_are_no_split(tmp_path: Path, make_images: MakeImages) -> None:
    root = make_images(tmp_path / "d", [f"{at}.png" for at in range(12)])
    source = answers(root, lambda at, person: "no" if (at, person) in {(3, 1), (5, 0)} else "yes")
    listing = read_dataset(source)
    assert {r.split for r in listing.records} == {""} and len(listing.annotators) == 3
    assert {r.path: r.label for r in listing.records} == {
        f"{at}.png": "cat" if at % 2 else "dog" for at in range(12)
    }
    [doubt] = map(str, listing.suspicions)
    assert "2 rows say no (`3.png`, `5.png`)" in doubt and "--split-column is_valid" in doubt
    # A person may say that it is one.
    said = read_dataset(source, split_column="is_valid")
    assert "valid" in {r.split for r in said.records} and not said.suspicions


@pytest.mark.parametrize("people", [1, 3])
def test_what_is_said_of_each_image_is_its_split(
    tmp_path: Path, make_images: MakeImages, people: int
) -> None:
    root = make_images(tmp_path / "d", [f"{at}.png" for at in range(12)])
    listing = read_dataset(answers(root, lambda at, _: "yes" if at % 4 == 0 else "no", people))
    splits = {r.path: r.split for r in listing.records}
    assert splits == {f"{at}.png": "train" if at % 4 else "valid" for at in range(12)}
    assert not listing.suspicions
