"""A repository with its dataset and tables in one folder, opened as a whole."""

from collections import Counter
from pathlib import Path

import pytest

from lnl_gui.dataset.readers import read_dataset
from tests.dataset.conftest import MakeImages

BREADS = ("bun", "loaf")


def write(file: Path, lines: list[str]) -> None:
    file.write_text("\n".join(lines), encoding="utf-8")


@pytest.mark.parametrize("other", ["parts.png", "Example photo/bun.png", "docs/a.png"])
@pytest.mark.parametrize("head", ["filename,label", "id, hemorrhage"])
def test_its_tables_are_read_beside_few_other_pictures(
    tmp_path: Path, make_images: MakeImages, other: str, head: str
) -> None:
    images = [f"dataset/pictures/{at:03d}.png" for at in range(24)]
    root = make_images(tmp_path / "d", [*images, other])
    is_id = head.startswith("id")
    rows = [f"{at if is_id else f'{at:03d}.png'},{at % 2}" for at in range(24)]
    write(root / "dataset" / "labels.csv", [head, *rows])
    listing = read_dataset(root)
    assert Counter(record.label for record in listing.records) == {"0": 12, "1": 12}
    assert all(int(Path(r.path).stem) % 2 == int(r.label) for r in listing.records)
    assert not listing.suspicions
    assert any("left out" in str(warning) for warning in listing.warnings)


def test_the_splits_of_its_tables(tmp_path: Path, make_images: MakeImages) -> None:
    parts = ("train", "val")
    images = {
        part: [f"dataset/{part}/{b}.{at}.png" for b in BREADS for at in range(9)] for part in parts
    }
    root = make_images(tmp_path / "d", [*images["train"], *images["val"], "plot.png"])
    for part in parts:
        rows = [f"./{path},{Path(path).name.partition('.')[0]}" for path in images[part]]
        write(root / "dataset" / f"{part}.csv", ["filename,label", *rows])
    listing = read_dataset(root)
    found = Counter((record.label, record.split) for record in listing.records)
    assert found == {(bread, part): 9 for bread in BREADS for part in parts}
    assert not listing.suspicions


@pytest.mark.parametrize("others", [[], ["notebooks/plot.png"], ["plot.png", "docs/a.png"]])
def test_tables_in_its_splits(tmp_path: Path, make_images: MakeImages, others: list[str]) -> None:
    parts = ("train", "valid")
    images = [f"data/{part}/{at}.png" for part in parts for at in range(20)]
    root = make_images(tmp_path / "d", [*images, *others])
    (root / "docs").mkdir(exist_ok=True)
    (root / "docs" / "notes.md").write_text("of a project", encoding="utf-8")
    for part in parts:
        rows = [f"{at}.png,{at % 2},{1 - at % 2}" for at in range(20)]
        write(root / "data" / part / "_classes.csv", ["filename, bun, loaf", *rows])
    listing = read_dataset(root)
    found = Counter((record.label, record.split) for record in listing.records)
    assert found == {(bread, part): 10 for bread in BREADS for part in parts}
    assert all(r.label == BREADS[1 - int(r.file.stem) % 2] for r in listing.records)
    assert not listing.suspicions


@pytest.mark.parametrize("number", [12, 24])
def test_many_pictures_outside_are_asked_about(
    tmp_path: Path, make_images: MakeImages, number: int
) -> None:
    images = [f"dataset/{at:03d}.png" for at in range(24)]
    others = [f"more/{at:03d}.png" for at in range(number)]
    root = make_images(tmp_path / "d", [*images, *others])
    rows = [f"{at:03d}.png,{BREADS[at % 2]}" for at in range(24)]
    write(root / "dataset" / "labels.csv", ["file,label", *rows])
    assert read_dataset(root).suspicions


def test_class_folders_in_it_stay_the_classes(tmp_path: Path, make_images: MakeImages) -> None:
    images = [f"dataset/{bread}/{at}.png" for bread in BREADS for at in range(20)]
    root = make_images(tmp_path / "d", [*images, "static/logo.png"])
    rows = [
        f"{Path(path).parent.name}/{Path(path).name},{at % 2}" for at, path in enumerate(images)
    ]
    write(root / "dataset" / "ratings.csv", ["file,stars", *rows])
    assert read_dataset(root).class_names == [*BREADS]


def test_what_was_counted_names_no_images(tmp_path: Path, make_images: MakeImages) -> None:
    images = [f"{place}/{at}.png" for place in ("pictures", "testing/more") for at in range(1, 40)]
    root = make_images(tmp_path / "d", images)
    write(root / "testing" / "results.csv", ["Model,TP,TN,AUC", "a.h5,12,20,0.9"])
    listing = read_dataset(root)
    assert listing.reader == "class-folders" and listing.suspicions
    # A doubt names the class that is marked.
    rows = [f"{at}.png,{int(at < 9)},{int(8 < at < 20)},{int(at > 19)}" for at in range(1, 40)]
    write(root / "pictures" / "marks.csv", ["IMG,GLM,MNG,PIT", *rows])
    doubts = " ".join(map(str, read_dataset(root).suspicions))
    assert "`pictures/marks.csv`. Of `pictures/1.png` they say `GLM`" in doubts
