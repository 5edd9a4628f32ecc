"""Tables of what else is known of the images, beside the one that holds their labels."""

import json
from collections import Counter
from collections.abc import Mapping
from pathlib import Path

import pytest

from lnl_gui.dataset.listing import Listing
from lnl_gui.dataset.readers import read_dataset
from lnl_gui.util.errors import UserError
from tests.dataset.conftest import MakeImages

NAMES = [f"a{i:02d}" for i in range(16)]
CLASS = {name: ("cat", "dog")[i % 2] for i, name in enumerate(NAMES)}
METHOD = {name: ("x ray", "ct scan")[i // 2 % 2] for i, name in enumerate(NAMES)}
MARKS = {name: f"{float(i % 2 == 0)},{float(i % 2)}" for i, name in enumerate(NAMES)}


def write(file: Path, head: str, cells: Mapping[str, str]) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    rows = [f"{name},{cell}" for name, cell in cells.items()]
    file.write_text("\n".join([head, *rows]) + "\n", encoding="utf-8")


def labels(listing: Listing) -> dict[str, str]:
    return {record.file.stem: record.label for record in listing.records}


def said(listing: Listing) -> str:
    return " ".join(map(str, listing.warnings))


@pytest.fixture
def folder(tmp_path: Path, make_images: MakeImages) -> Path:
    return make_images(tmp_path / "d", [f"images/{name}.jpg" for name in NAMES])


def write_labels(file: Path) -> None:
    if file.suffix == ".json":
        file.parent.mkdir(parents=True)
        file.write_text(json.dumps({f"images/{name}.jpg": label for name, label in CLASS.items()}))
    elif "GroundTruth" in file.parts[-2]:
        write(file, "image,cat,dog", MARKS)
    else:
        write(file, "image,label", CLASS)


@pytest.mark.parametrize(
    "below",
    [
        "labels/labels.csv",
        "labels/labels.json",
        "annotations/x.csv",
        "train/labels.csv",
        "csv/gt.csv",
        "GroundTruth/gt.csv",
        "Training_GroundTruth/gt.csv",
    ],
)
@pytest.mark.parametrize(
    ("side", "head"),
    [
        ("side.csv", "image,modality"),
        ("Training_Groupings.csv", "image,confirm_type"),
        ("metadata.csv", "file_name,weather"),
    ],
)
def test_a_guess_gives_way_to_labels_further_down(
    folder: Path, below: str, side: str, head: str
) -> None:
    write_labels(folder / below)
    cells = {f"images/{n}.jpg": m for n, m in METHOD.items()} if "file" in head else METHOD
    write(folder / side, head, cells)
    listing = read_dataset(folder)
    assert labels(listing) == CLASS and not listing.suspicions
    assert f"`{side}`" in said(listing)
    assert labels(read_dataset(folder, label_column=head.partition(",")[2])) == METHOD


@pytest.mark.parametrize("side", ["labels.csv", "train.csv", "data.csv"])
def test_a_guess_in_a_table_of_a_usual_name_is_doubtful(folder: Path, side: str) -> None:
    write(folder / side, "image,modality", METHOD)
    write(folder / "annotations" / "gt.csv", "image,label", CLASS)
    (doubt,) = read_dataset(folder).suspicions
    for column, wanted in {"label": CLASS, "modality": METHOD}.items():
        assert f"--label-column {column}" in str(doubt)
        chosen = read_dataset(folder, label_column=column)
        assert labels(chosen) == wanted and not chosen.suspicions


@pytest.mark.parametrize(
    ("first", "second"), [("data.csv", "truth.csv"), ("labels.csv", "predictions.csv")]
)
def test_a_guess_beside_a_table_with_labels_is_doubtful(
    folder: Path, first: str, second: str
) -> None:
    """What is called labels is read; other usual names say less than the column's."""
    write(folder / first, "image,animal", METHOD)
    write(folder / second, "image,label", CLASS)
    listing = read_dataset(folder)
    assert labels(listing) == (METHOD if first == "labels.csv" else CLASS)
    (doubt,) = listing.suspicions
    assert f"`{first}`" in str(doubt) and f"`{second}`" in str(doubt)


@pytest.mark.parametrize(
    ("place", "other"),
    [
        ("labels.csv", "predictions.csv"),
        ("data.csv", "predictions.csv"),
        ("train.csv", "labels/predictions.csv"),
        ("animals.csv", "results/predictions.csv"),
    ],
)
def test_predictions_that_mostly_agree_are_no_rival(folder: Path, place: str, other: str) -> None:
    write(folder / place, "image,animal", CLASS)
    write(folder / other, "image,label", {**CLASS, NAMES[0]: "dog"})
    assert not read_dataset(folder).suspicions


def test_labels_in_a_folder_of_any_name_are_doubtful(folder: Path) -> None:
    write(folder / "side.csv", "image,modality", METHOD)
    write(folder / "results" / "truth.csv", "image,label", CLASS)
    (doubt,) = read_dataset(folder).suspicions
    assert "`results/truth.csv`" in str(doubt) and "--label-column modality" in str(doubt)
    assert not read_dataset(folder, label_column="modality").suspicions


def test_ground_truth_of_each_split(tmp_path: Path, make_images: MakeImages) -> None:
    """As ISIC hands it out: folders of images and folders of tables."""
    parts = {"Training": NAMES[:10], "Test": NAMES[10:]}
    root = make_images(
        tmp_path / "d", [f"{part}_Input/{n}.jpg" for part, names in parts.items() for n in names]
    )
    for part, names in parts.items():
        marks = {name: MARKS[name] for name in names}
        write(root / f"{part}_GroundTruth" / f"{part}_GroundTruth.csv", "image,cat,dog", marks)
    listing = read_dataset(root)
    assert labels(listing) == CLASS and not listing.suspicions
    assert Counter(r.split for r in listing.records) == {
        "Training_GroundTruth": 10,
        "Test_GroundTruth": 6,
    }


def test_a_table_without_labels_is_no_part_of_one_with(folder: Path) -> None:
    """`test.csv` of a competition has what was measured of the images without labels."""
    write(folder / "test.csv", "id,shape,colour,margin", dict.fromkeys(NAMES[12:], "1,2,3"))
    train = {name: f"{CLASS[name]},1,2,3" for name in NAMES[:12]}
    write(folder / "train.csv", "id,species,shape,colour,margin", train)
    listing = read_dataset(folder)
    assert labels(listing) == {**dict.fromkeys(NAMES, ""), **{n: CLASS[n] for n in NAMES[:12]}}
    assert "`test.csv`" in said(listing) and not listing.suspicions


def test_marks_of_what_a_label_counts_are_no_class(folder: Path) -> None:
    rows = {name: f"{marks},0.0,1.0" for name, marks in MARKS.items()}
    write(folder / "truth.csv", "image,cat,dog,bird,score_weight", rows)
    listing = read_dataset(folder)
    assert labels(listing) == CLASS and not listing.skipped


def test_two_tables_of_any_name_are_to_be_chosen_from(folder: Path) -> None:
    write(folder / "side.csv", "image,modality", METHOD)
    write(folder / "truth.csv", "image,label", CLASS)
    with pytest.raises(UserError, match=r"`side\.csv`, `truth\.csv`"):
        read_dataset(folder)
