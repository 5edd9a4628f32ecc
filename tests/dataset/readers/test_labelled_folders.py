"""Tables that name folders, those of patients or videos, and give each of them a label."""

import json
from collections import Counter
from pathlib import Path

import pytest

from lnl_gui.dataset.listing import Listing
from lnl_gui.dataset.patching.additions import plan_additions
from lnl_gui.dataset.readers import read_dataset
from lnl_gui.dataset.readers.options import ReaderOptions
from lnl_gui.util.errors import UserError
from tests.dataset.conftest import MakeImages

PATIENTS = [f"P{number:03d}" for number in range(12)]
WORDS = ["apple", "beet", "carrot", "date", "egg", "fig"]


def folders(names: list[str], inside: str = "") -> list[str]:
    return [f"{inside}{name}/slice{number}.png" for name in names for number in range(3)]


def write(file: Path, head: str, names: list[str], more: str = "") -> None:
    """A table in which the labels of folders are b and m in turn."""
    rows = [f"{name}{more},{'bm'[at % 2]}" for at, name in enumerate(names)]
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text("\n".join([head, *rows] if head else rows) + "\n", encoding="utf-8")


def sizes(listing: Listing) -> dict[str, int]:
    return dict(Counter(record.label for record in listing.records))


@pytest.mark.parametrize(
    ("file", "head", "inside"),
    [
        ("labels.csv", "patient_id,label", ""),
        ("labels.csv", "id,class", "data/"),
        ("labels.csv", "folder,label", ""),
        ("labels.csv", "path,label", "images/"),
        ("frames.csv", "video,label", "frames/"),
        ("clinical.csv", "Patient ID,Outcome", ""),
        ("train_labels.csv", "BraTS21ID,MGMT_value", "train/"),
        ("annotations/info.csv", "case,target", "images/"),
        ("wrapper/labels.csv", "patient,label", "wrapper/images/"),
        ("labels.csv", "", ""),
    ],
)
def test_images_have_the_label_of_their_folder_and_it_is_their_group(
    tmp_path: Path, make_images: MakeImages, file: str, head: str, inside: str
) -> None:
    root = make_images(tmp_path / "d", folders(PATIENTS, inside))
    write(root / file, head, PATIENTS)
    listing = read_dataset(root)
    assert listing.reader == "table" and sizes(listing) == {"b": 18, "m": 18}
    assert not listing.suspicions
    assert listing.group_column == (head.partition(",")[0] or "column 1")
    assert all(record.group in record.path.split("/") for record in listing.records)
    assert {r.group for r in listing.records if r.label == "b"} == set(PATIENTS[::2])
    assert any("names folders" in str(note) for note in listing.warnings)
    assert "names the folder" in str(listing.reading.why)


def test_by_a_spreadsheet_or_json(tmp_path: Path, make_images: MakeImages) -> None:
    openpyxl = pytest.importorskip("openpyxl")
    root = make_images(tmp_path / "d", folders([f"{at:05d}" for at in range(12)]))
    book = openpyxl.Workbook()
    book.active.append(["Case ID", "Diagnosis"])
    for at in range(12):
        book.active.append([at, "bm"[at % 2]])  # a number has no zeros before it
    book.save(root / "labels.xlsx")
    assert sizes(read_dataset(root)) == {"b": 18, "m": 18}
    (root / "labels.xlsx").unlink()
    labels = {f"{at:05d}": "bm"[at % 2] for at in range(12)}
    (root / "labels.json").write_text(json.dumps(labels))
    assert sizes(read_dataset(root)) == {"b": 18, "m": 18}


def test_a_table_inside_each_split(tmp_path: Path, make_images: MakeImages) -> None:
    root = make_images(
        tmp_path / "d", [*folders(PATIENTS, "train/"), *folders(PATIENTS[:6], "test/")]
    )
    write(root / "train" / "labels.csv", "patient,label", PATIENTS)
    write(root / "test" / "labels.csv", "patient,label", PATIENTS[:6])
    listing = read_dataset(root)
    assert Counter(record.split for record in listing.records) == {"train": 36, "test": 18}
    assert not listing.suspicions


@pytest.mark.parametrize(("file", "doubtful"), [("labels.csv", True), ("train.csv", False)])
def test_folders_of_one_name_in_two_splits(
    tmp_path: Path, make_images: MakeImages, file: str, doubtful: bool
) -> None:
    root = make_images(
        tmp_path / "d", [*folders(PATIENTS, "train/"), *folders(PATIENTS[:6], "test/")]
    )
    write(root / file, "patient,label", PATIENTS)
    listing = read_dataset(root)
    assert ["of the same name" in str(doubt) for doubt in listing.suspicions] == [True] * doubtful
    assert sizes(listing) == ({"b": 27, "m": 27} if doubtful else {"b": 18, "m": 18})


def test_folders_of_all_depths_without_masks(tmp_path: Path, make_images: MakeImages) -> None:
    inside = [f"{p}/{kind}/{at}.png" for p in PATIENTS for kind in ("T1", "T2") for at in (0, 1)]
    root = make_images(tmp_path / "d", [*inside, *(f"{p}/T1/0_mask.png" for p in PATIENTS)])
    write(root / "labels.csv", "patient,label", PATIENTS)
    listing = read_dataset(root)
    assert sizes(listing) == {"b": 24, "m": 24} and not listing.suspicions


def test_folders_and_rows_without_the_other_are_said(
    tmp_path: Path, make_images: MakeImages
) -> None:
    root = make_images(tmp_path / "d", [*folders(PATIENTS, "images/"), "other/deep/er/1.png"])
    write(root / "labels.csv", "patient,label", [*PATIENTS[:10], "P100"])
    listing = read_dataset(root)
    assert sizes(listing) == {"b": 15, "m": 15, "": 6}
    assert [entry.path for entry in listing.skipped] == ["P100"]
    assert any("other/deep/er" in str(note) for note in listing.warnings)


@pytest.mark.parametrize(
    ("head", "more"),
    [
        ("patient,sex,grade", ",x"),
        ("Study Id,stage", ""),
        ("code_name,outcome", ""),
    ],
)
def test_what_may_label_folders_is_a_doubt(
    tmp_path: Path, make_images: MakeImages, head: str, more: str
) -> None:
    root = make_images(tmp_path / "d", folders(PATIENTS))
    write(root / "info.csv", head, PATIENTS if "sex" not in head else [], more)
    if "sex" in head:
        rows = [f"{p},{'FM'[at % 2]},{'xy'[at // 2 % 2]}" for at, p in enumerate(PATIENTS)]
        (root / "info.csv").write_text("\n".join([head, *rows]))
    elif "Study" in head:  # too few of the folders are named
        write(root / "info.csv", head, PATIENTS[:5])
    listing = read_dataset(root)
    assert listing.reader == "class-folders"
    (doubt,) = listing.suspicions
    column = head.rpartition(",")[2]
    assert "`info.csv`" in str(doubt) and f"`{column}`" in str(doubt)
    assert not read_dataset(root, reader="class-folders").suspicions
    for source in (root, root / "info.csv"):
        told = read_dataset(source, label_column=column)
        assert told.group_column and len(told.class_names) == 2


@pytest.mark.parametrize(
    ("names", "head", "rows"),
    [
        (WORDS, "class,superclass", "fv"),
        (WORDS, "name,images", "34"),
        (WORDS, "id,width", "89"),
        (PATIENTS, "wnid,name", WORDS + WORDS[::-1]),
        (PATIENTS, "id,name", [f"name {at}" for at in range(12)]),
        ([f"{at:05d}" for at in range(8)], "ClassId,ShapeId", "01"),
        ([str(at) for at in range(10)], "digit,count", "3"),
    ],
)
def test_a_table_about_classes_does_not_replace_them(
    tmp_path: Path, make_images: MakeImages, names: list[str], head: str, rows: list[str]
) -> None:
    root = make_images(tmp_path / "d", folders(names))
    text = [f"{name},{rows[at % len(rows)]}" for at, name in enumerate(names)]
    (root / "classes.csv").write_text("\n".join([head, *text]))
    listing = read_dataset(root)
    assert listing.reader == "class-folders" and not listing.group_column
    assert len(listing.class_names) == len(names) or "wnid" in head
    assert not listing.suspicions


def test_ids_of_images_are_not_those_of_their_folders(
    tmp_path: Path, make_images: MakeImages
) -> None:
    names = [f"{at:03d}" for at in range(12)]
    root = make_images(tmp_path / "d", [f"images/{name}/{name}.png" for name in names])
    write(root / "labels.csv", "id,label", names)
    assert not read_dataset(root).group_column


def test_new_images_get_no_rows_in_a_table_of_folders(
    tmp_path: Path, make_images: MakeImages
) -> None:
    root = make_images(tmp_path / "d", folders(PATIENTS))
    write(root / "labels.csv", "patient,label", PATIENTS)
    with pytest.raises(UserError) as raised:
        plan_additions([], root, read_dataset(root), options=ReaderOptions())
    assert raised.value.code == "not_extendable"
