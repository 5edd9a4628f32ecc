"""Where the XML files of PASCAL VOC and their images lie."""

from collections import Counter
from pathlib import Path

import pytest

from lnl_gui.dataset.readers import read_dataset
from tests.dataset.conftest import MakeImages

NAMES = [f"{at:02d}" for at in range(12)]


def label_of(name: str) -> str:
    return ("crack", "dent")[int(name) % 2]


def annotate(folder: Path, names: list[str]) -> None:
    folder.mkdir(parents=True)
    for name in names:
        things = f"<object><name>{label_of(name)}</name></object>"
        text = f"<annotation><filename>{name}.png</filename>{things}</annotation>"
        (folder / f"{name}.xml").write_text(text, encoding="utf-8")


@pytest.mark.parametrize(
    ("shelf", "pictures"),
    [
        ("Annotations", "JPEGImages"),
        ("annotations", "images"),
        ("ANNOTATIONS", "IMAGES"),
        ("annotation", "imgs"),
        ("Annotations", "photos"),
    ],
)
@pytest.mark.parametrize("part", ["", "train"])
def test_annotations_beside_images(
    tmp_path: Path, make_images: MakeImages, shelf: str, pictures: str, part: str
) -> None:
    inside = f"{part}/" if part else ""
    root = make_images(tmp_path / "d", [f"{inside}{pictures}/{name}.png" for name in NAMES])
    annotate(root / part / shelf, NAMES)
    listing = read_dataset(root)
    assert listing.reader == "label-files" and not listing.suspicions
    assert all(record.label == label_of(Path(record.path).stem) for record in listing.records)
    assert Counter(record.split for record in listing.records) == {part: 12}


def test_boxes_beside_class_folders_are_not_the_labels(
    tmp_path: Path, make_images: MakeImages
) -> None:
    places = [f"{'tabby' if at < 6 else 'collie'}/{name}.png" for at, name in enumerate(NAMES)]
    root = make_images(tmp_path / "d", places)
    annotate(root / "annotations", NAMES)
    assert Counter(record.label for record in read_dataset(root).records) == {
        "tabby": 6,
        "collie": 6,
    }
