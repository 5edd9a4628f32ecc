"""Texts in the folders of splits whose lines name an image among other columns."""

from collections import Counter
from pathlib import Path

import pytest

from lnl_gui.dataset.readers import read_dataset
from lnl_gui.dataset.readers.table_files.any_table import lists_of_parts
from tests.dataset.conftest import MakeImages

PARTS = {"train": range(12), "valid": range(12, 18), "test": range(18, 24)}


def label_of(number: int) -> str:
    return ("covid", "other")[number % 2]


@pytest.fixture
def root(tmp_path: Path, make_images: MakeImages) -> Path:
    return make_images(
        tmp_path / "d", [f"{part}/scan ({at}).png" for part, all_ in PARTS.items() for at in all_]
    )


def write(root: Path, form: str, *, repeated: int = 1) -> None:
    for part, numbers in PARTS.items():
        lines = [form.format(n=f"scan ({at})", label=label_of(at), at=at) for at in numbers]
        text = "\r\n".join(line for line in lines for _ in range(repeated))
        (root / part / f"{part}_split_v3.txt").write_text(text, encoding="utf-8")


@pytest.mark.parametrize("form", ["{n}\t{n}.png\t{label}", "{n}.png;{label}", "{label},{n}.png"])
@pytest.mark.parametrize("repeated", [1, 3])
def test_the_lists_of_all_parts_are_read(root: Path, form: str, repeated: int) -> None:
    write(root, form, repeated=repeated)
    listing = read_dataset(root)
    assert Counter(record.label for record in listing.records) == {"covid": 12, "other": 12}
    splits = Counter(record.split for record in listing.records)
    assert splits == {part: len(numbers) for part, numbers in PARTS.items()}
    assert not listing.suspicions


def test_the_column_can_be_named(root: Path) -> None:
    write(root, "{label}\t{n}.png\tunit {label}")
    chosen = read_dataset(root, reader="table", label_column="column 3")
    assert chosen.class_names == ["unit covid", "unit other"]


def test_texts_of_single_images_are_no_tables(tmp_path: Path) -> None:
    files = [tmp_path / f"train_{at}.txt" for at in range(8)]
    for file in files:
        file.write_text("a.png,cat\nb.png,dog\n", encoding="utf-8")
    assert lists_of_parts(files) == [] and lists_of_parts(files[:2]) == files[:2]
    files[0].write_text("0 0.5 0.5 0.1 0.1\n", encoding="utf-8")
    assert lists_of_parts(files[:2]) == files[1:2]


def test_lists_beside_nested_class_folders_are_passed_over(
    tmp_path: Path, make_images: MakeImages
) -> None:
    kinds = ("fruit/apple/gala", "fruit/apple/fuji", "milk/oat/one", "milk/oat/two")
    paths = [f"{part}/{kind}/{at}.png" for part in PARTS for kind in kinds for at in range(4)]
    root = make_images(tmp_path / "d", paths)
    for part in PARTS:
        own = [path for path in paths if path.startswith(part)]
        fine = [kinds.index(path[len(part) + 1 : -6]) for path in own]
        lines = [f"{path}, {at}, {at // 2}" for path, at in zip(own, fine, strict=True)]
        (root / f"{part}.txt").write_text("\n".join(lines), encoding="utf-8")
    assert read_dataset(root).class_names == sorted(kinds)
