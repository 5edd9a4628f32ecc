"""A table of all images beside tables of the dataset's parts."""

from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import pytest

from lnl_gui.dataset.listing import Listing
from lnl_gui.dataset.readers import read_dataset
from lnl_gui.util.errors import UserError
from tests.dataset.conftest import MakeImages

NAMES = [f"{at:02d}.png" for at in range(24)]
LABELS = {name: ("cat", "dog", "cow")[at % 3] for at, name in enumerate(NAMES)}
CODES = {"cat": "0", "dog": "1", "cow": "2"}
PARTS = {"train": NAMES[:12], "val": NAMES[12:18], "test": NAMES[18:]}


def write(file: Path, names: Sequence[str], head: str = "file,label") -> None:
    rows = [head, *(f"{name},{LABELS[name]}" for name in names)]
    file.write_text("\n".join(rows) + "\n", encoding="utf-8")


@pytest.fixture
def root(tmp_path: Path, make_images: MakeImages) -> Path:
    return make_images(tmp_path / "d", [f"pictures/{name}" for name in NAMES])


def splits(listing: Listing) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for record in listing.records:
        found.setdefault(record.split, []).append(Path(record.path).name)
    return found


def labels(listing: Listing) -> dict[str, str]:
    return {Path(record.path).name: record.label for record in listing.records}


@pytest.mark.parametrize("form", ["{}", "{}_labels", "labels_{}", "{}_subset0"])
@pytest.mark.parametrize("whole", ["labels", "all"])
def test_parts_give_the_splits_of_the_whole(root: Path, form: str, whole: str) -> None:
    write(root / f"{whole}.csv", NAMES)
    for part, names in PARTS.items():
        write(root / f"{form.format(part)}.csv", names)
    listing = read_dataset(root)
    assert labels(listing) == LABELS and not listing.suspicions
    assert splits(listing) == {form.format(part): names for part, names in PARTS.items()}


@pytest.mark.parametrize("whole", ["labels", "all"])
def test_images_in_no_part_stay_without_a_split(root: Path, whole: str) -> None:
    write(root / f"{whole}.csv", NAMES)
    write(root / "train.csv", PARTS["train"])
    write(root / "test.csv", PARTS["test"])
    listing = read_dataset(root)
    assert labels(listing) == LABELS and not listing.suspicions
    assert splits(listing) == {"train": PARTS["train"], "test": PARTS["test"], "": PARTS["val"]}


def test_codes_in_the_parts_are_the_same_labels(root: Path) -> None:
    write(root / "labels.csv", NAMES)
    for part, names in PARTS.items():
        rows = [f"{name},{CODES[LABELS[name]]}" for name in names]
        (root / f"{part}.csv").write_text("\n".join(["file,label", *rows]), encoding="utf-8")
    listing = read_dataset(root)
    assert labels(listing) == LABELS and not listing.suspicions and set(splits(listing)) == {*PARTS}


def test_parts_that_say_something_else_are_asked_about(root: Path) -> None:
    write(root / "labels.csv", NAMES)
    write(root / "train.csv", PARTS["train"])
    write(root / "test.csv", PARTS["test"])
    text = (root / "test.csv").read_text(encoding="utf-8")
    (root / "test.csv").write_text(text.replace("18.png,cat", "18.png,dog"), encoding="utf-8")
    listing = read_dataset(root)
    (doubt,) = listing.suspicions
    assert "`test.csv`" in str(doubt) and set(splits(listing)) == {""}
    assert not read_dataset(root, label_column="label").suspicions
    # Of usual names both, neither is the table that is meant.
    (root / "train.csv").rename(root / "train_labels.csv")
    (root / "train_labels.csv").write_text(text.replace("cow", "dog"), encoding="utf-8")
    with pytest.raises(UserError, match=r"several files of labels"):
        read_dataset(root)


@pytest.mark.parametrize(
    "tables",
    [
        {"train_0": NAMES[:16], "test_0": NAMES[16:], "train_1": NAMES[8:], "test_1": NAMES[:8]},
        {"train": NAMES[:16], "test": NAMES[12:]},
    ],
    ids=["folds", "overlap"],
)
def test_parts_that_are_no_one_division_are_said(root: Path, tables: dict[str, list[str]]) -> None:
    write(root / "labels.csv", NAMES)
    for name, names in tables.items():
        write(root / f"{name}.csv", names)
    listing = read_dataset(root)
    assert labels(listing) == LABELS and set(splits(listing)) == {""} and not listing.suspicions
    assert any("no single division" in str(note) for note in listing.warnings)


def test_a_column_of_splits_goes_before_parts(root: Path) -> None:
    rows = [f"{name},{label},{'ab'[at % 2]}" for at, (name, label) in enumerate(LABELS.items())]
    (root / "labels.csv").write_text("\n".join(["file,label,split", *rows]), encoding="utf-8")
    write(root / "train.csv", PARTS["train"])
    write(root / "test.csv", PARTS["test"])
    listing = read_dataset(root)
    assert {split: len(names) for split, names in splits(listing).items()} == {"a": 12, "b": 12}


def test_one_name_in_two_folders_belongs_to_no_part(
    tmp_path: Path, make_images: MakeImages
) -> None:
    places = [f"{folder}/{name}" for folder in ("day", "night") for name in NAMES[:6]]
    root = make_images(tmp_path / "d", places)
    said = [f"{place},{LABELS[place[-6:]]}" for place in places]
    for name, rows in (("labels", said), ("train", said[:6]), ("test", said[6:])):
        (root / f"{name}.csv").write_text("\n".join(["file,label", *rows]), encoding="utf-8")
    listing = read_dataset(root)
    assert Counter(record.split for record in listing.records) == {"": 12}


def test_parts_give_the_splits_whichever_column_is_the_label(root: Path) -> None:
    rows = [f"{name},{CODES[label]},{label}" for name, label in LABELS.items()]
    (root / "labels.csv").write_text("\n".join(["file,label,species", *rows]), encoding="utf-8")
    for part, names in PARTS.items():
        rows = [f"{name},{CODES[LABELS[name]]}" for name in names]
        (root / f"{part}.csv").write_text("\n".join(["file,label", *rows]), encoding="utf-8")
    listing = read_dataset(root)
    assert listing.class_names == ["0", "1", "2"] and splits(listing) == PARTS
    assert any("--label-column species" in str(note) for note in listing.warnings)
    named = read_dataset(root, label_column="species")
    assert labels(named) == LABELS and splits(named) == PARTS and not named.suspicions
