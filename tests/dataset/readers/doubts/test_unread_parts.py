"""Images without a label that a file of another form, or in another place, gives one."""

from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest

from lnl_gui.dataset.listing import Listing
from lnl_gui.dataset.readers import read_dataset
from tests.dataset.conftest import MakeImages

CLASSES = ("cat", "dog")
Rows = list[tuple[str, str]]


def part(name: str, number: int, classes: tuple[str, str]) -> Rows:
    return [(f"{name}{at}.png", classes[at % 2]) for at in range(number)]


def as_xml(rows: Rows) -> str:
    images = [f'<image name="{name}"><tag label="{label}"/></image>' for name, label in rows]
    return f"<?xml version='1.0'?><annotations>{''.join(images)}</annotations>"


def as_csv(rows: Rows) -> str:
    return "\n".join(["filename,label", *map(",".join, rows)])


def as_list(rows: Rows) -> str:
    return "\n".join(map(" ".join, rows))


def as_json(rows: Rows) -> str:
    items = [f'{{"name": "{name}",\n "class": "{label}"}}' for name, label in rows]
    return f'{{"items": [{",".join(items)}]}}'


def without_suffix(rows: Rows) -> str:
    return as_csv([(name.removesuffix(".png"), label) for name, label in rows])


def parts_beside(
    folder: Path,
    make_images: MakeImages,
    file: str,
    text: Callable[[Rows], str],
    *,
    classes: tuple[str, str] = CLASSES,
    in_folders: bool = False,
) -> Listing:
    """Labelled images for training, by a table or class folders, and a file beside those of `val`.

    Returns:
        What is read of them.
    """
    train, other = part("t", 20, classes), part("v", 8, classes)
    if in_folders:
        make_images(folder, [f"train/{label}/{name}" for name, label in train])
    else:
        make_images(folder, [f"train/{name}" for name, _ in train])
        (folder / "train.csv").write_text(as_csv([(f"train/{n}", label) for n, label in train]))
    make_images(folder, [f"val/{name}" for name, _ in other])
    (folder / file).parent.mkdir(exist_ok=True)
    (folder / file).write_text(text(other))
    return read_dataset(folder)


def doubts(listing: Listing) -> list[str]:
    return [str(said) for said in listing.suspicions if "got no label" in str(said)]


@pytest.mark.parametrize("classes", [CLASSES, ("0", "1"), ("golden retriever", "tabby cat")])
@pytest.mark.parametrize(
    ("file", "text"),
    [
        ("val/annotations.xml", as_xml),
        ("val/val.csv", as_csv),
        ("labels/val.csv", without_suffix),
        ("val/labels.txt", as_csv),
        ("truth/all.json", as_json),
    ],
)
def test_a_file_that_was_not_read_for_images_without_a_label_is_doubtful(
    tmp_path: Path,
    make_images: MakeImages,
    file: str,
    text: Callable[[Rows], str],
    classes: tuple[str, str],
) -> None:
    listing = parts_beside(tmp_path / "set", make_images, file, text, classes=classes)
    assert Counter(record.label for record in listing.records) == dict.fromkeys(classes, 10)
    [said] = doubts(listing)
    assert "`val`" in said and f"`{file}`" in said and f"--reader {listing.reader}" in said
    assert not doubts(read_dataset(tmp_path / "set", reader=listing.reader))


@pytest.mark.parametrize("file", ["val/labels.txt", "ground_truth.txt"])
def test_a_list_beside_class_folders_is_doubtful(
    tmp_path: Path, make_images: MakeImages, file: str
) -> None:
    listing = parts_beside(tmp_path / "set", make_images, file, as_list, in_folders=True)
    assert sum(not record.label for record in listing.records) == 8
    assert len(doubts(listing)) == 1


@pytest.mark.parametrize(
    ("file", "text"),
    [
        ("test/ids.csv", lambda rows: "\n".join(["id", *(name for name, _ in rows)])),
        ("val/empty.csv", lambda rows: as_csv([(name, "") for name, _ in rows])),
        ("sample_submission.csv", lambda rows: as_csv([(name, "cat") for name, _ in rows])),
        ("sample_submission.csv", as_csv),
        ("predictions.csv", as_csv),
        ("sizes.csv", lambda rows: as_csv([(name, "640,480") for name, _ in rows])),
        ("constant.csv", lambda rows: as_csv([(name, "cat") for name, _ in rows])),
        ("val/few.csv", lambda rows: as_csv(rows[:2])),
        ("README.txt", lambda rows: "cat and dog, such as v0.png (cat) and v1.png (dog)"),
    ],
)
@pytest.mark.parametrize("in_folders", [True, False])
def test_images_to_be_predicted_are_not_doubted(
    tmp_path: Path,
    make_images: MakeImages,
    file: str,
    text: Callable[[Rows], str],
    *,
    in_folders: bool,
) -> None:
    folder = tmp_path / "set"
    assert not doubts(parts_beside(folder, make_images, file, text, in_folders=in_folders))


def test_equal_names_in_two_parts_are_those_of_the_file_read(
    tmp_path: Path, make_images: MakeImages
) -> None:
    rows = [(f"{at}.png", CLASSES[at % 2]) for at in range(12)]
    folder = make_images(tmp_path / "set", [f"{p}/{n}" for p in ("train", "test") for n, _ in rows])
    (folder / "train.csv").write_text(as_csv([(f"train/{n}", label) for n, label in rows]))
    assert not doubts(read_dataset(folder))


@pytest.mark.parametrize("depth", ["", "a/", "a/b/"])
def test_tables_of_the_parts_are_seen_in_folders_around(
    tmp_path: Path, make_images: MakeImages, depth: str
) -> None:
    for name in ("train", "val"):
        rows = part(name, 12, CLASSES)
        folder = make_images(tmp_path / "set" / depth / name, [n for n, _ in rows])
        (folder / f"{name}.csv").write_text(as_csv(rows))
    listing = read_dataset(tmp_path / "set")
    assert set(listing.class_names) == set(CLASSES) or listing.suspicions


def test_the_folder_of_a_cvat_file_is_its_split(tmp_path: Path, make_images: MakeImages) -> None:
    for name, number in (("train", 8), ("val", 4)):
        rows = part(name, number, CLASSES)
        folder = make_images(tmp_path / "set" / name, [f"images/{n}" for n, _ in rows])
        (folder / "annotations.xml").write_text(as_xml(rows))
    records = read_dataset(tmp_path / "set").records
    assert Counter(record.split for record in records) == {"train": 8, "val": 4}


def two_tables(folder: Path, make_images: MakeImages, name: str, other: str) -> Listing:
    """Thirty images in one folder; a first table labels twenty of them, another is given."""
    rows = part("t", 20, CLASSES) + part("v", 10, CLASSES)
    make_images(folder, [f"images/{name}" for name, _ in rows])
    (folder / "trainLabels.csv").write_text(as_csv(rows[:20]))
    (folder / name).write_text(other)
    return read_dataset(folder)


OF_OTHERS = part("v", 10, CLASSES)
IN_COLUMNS = [f"{n},{int(label == 'cat')},{int(label == 'dog')},0" for n, label in OF_OTHERS]


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("more.csv", "\n".join(["filename;grade;other", *(f"{n};{s};x" for n, s in OF_OTHERS)])),
        ("more.csv", "\n".join(["image,cat,dog,cow", *IN_COLUMNS])),
        ("more.txt", as_list(OF_OTHERS)),
        ("more.json", as_json(OF_OTHERS)),
    ],
)
def test_a_file_that_labels_the_rest_of_a_folder_is_doubtful(
    tmp_path: Path, make_images: MakeImages, name: str, text: str
) -> None:
    listing = two_tables(tmp_path / "set", make_images, name, text)
    assert len(listing.records) == 30 and sum(bool(r.label) for r in listing.records) == 20
    [said] = listing.suspicions
    assert f"`{name}`" in str(said)


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("ids.csv", "\n".join(["id", *(name for name, _ in OF_OTHERS)])),
        (
            "meta.csv",
            "\n".join(["image,age", *(f"{n},{at}" for at, (n, _) in enumerate(OF_OTHERS))]),
        ),
        ("empty.csv", as_csv([*part("t", 20, CLASSES), *((n, "") for n, _ in OF_OTHERS)])),
        ("predictions.csv", as_csv(OF_OTHERS)),
    ],
)
def test_images_of_a_folder_that_nothing_labels_are_not_doubted(
    tmp_path: Path, make_images: MakeImages, name: str, text: str
) -> None:
    assert not doubts(two_tables(tmp_path / "set", make_images, name, text))


def test_images_left_open_or_skipped_by_the_table_itself_are_not_doubted(
    tmp_path: Path, make_images: MakeImages
) -> None:
    rows = part("t", 20, CLASSES)
    folder = make_images(tmp_path / "set", [name for name, _ in rows])
    said = ["", "", "", "cat|dog", "cat|dog", *(label for _, label in rows[5:])]
    lines = [f"{name},{label},{own}" for (name, own), label in zip(rows, said, strict=True)]
    (folder / "labels.csv").write_text("\n".join(["filename,label,guess", *lines]))
    (folder / "tags.csv").write_text("\n".join(f"{n} {label}" for n, label in rows[3:5]))
    assert not doubts(read_dataset(folder))
