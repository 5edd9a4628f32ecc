"""A label column that is empty where another one of the same kind is not."""

from pathlib import Path

import pytest

from lnl_gui.dataset.readers import read_dataset
from tests.dataset.conftest import MakeImages

FLIES = [
    ("Bactrocera", "dorsalis"),
    ("Bactrocera", "facialis"),
    ("Ceratitis", "capitata"),
    ("Trupanea", ""),
]


def doubts_of(folder: Path, make_images: MakeImages, head: str, rows: list[str]) -> list[str]:
    make_images(folder, [f"{at:02d}.png" for at in range(len(rows))])
    text = "\n".join([f"file,{head}", *(f"{at:02d}.png,{row}" for at, row in enumerate(rows))])
    (folder / "images.csv").write_text(text, encoding="utf-8")
    return list(map(str, read_dataset(folder / "images.csv").suspicions))


@pytest.mark.parametrize("empty", ["", "unlabelled", "N/A"])
def test_flies_that_were_told_apart_as_far_as_their_genus(
    tmp_path: Path, make_images: MakeImages, empty: str
) -> None:
    rows = [f"{genus},{species or empty},{genus}_{species}" for genus, species in (*FLIES * 6,)]
    [doubt] = doubts_of(tmp_path / "d", make_images, "genus,species,full_name", rows)
    assert "empty in 6 of 24 rows" in doubt and "`genus`, `full_name`" in doubt


@pytest.mark.parametrize(
    ("head", "other"),
    [
        # Of a column that says the same of all, numbers, or other things of one label.
        ("label,kind", lambda label, at: "animal"),
        ("label,batch", lambda label, at: f"{len(label)}"),
        ("label,colour", lambda label, at: ("red", "blue")[at // 3 % 2]),
        # Nothing is said where the label is empty.
        ("label,kind", lambda label, at: label and f"{label}s"),
        ("label,site", lambda label, at: f"site {label or 'x'}"),
    ],
)
def test_other_columns_are_no_labels(
    tmp_path: Path, make_images: MakeImages, head: str, other: object
) -> None:
    labels = ["cat", "dog", ""] * 8
    rows = [f"{label},{other(label, at)}" for at, label in enumerate(labels)]  # type: ignore[operator]
    assert doubts_of(tmp_path / "d", make_images, head, rows) == []


def test_few_empty_labels_are_left_open(tmp_path: Path, make_images: MakeImages) -> None:
    rows = [f"{label},{label}s" for label in ["cat", "dog"] * 15]
    rows[0] = ",cats"
    assert doubts_of(tmp_path / "d", make_images, "label,kind", rows) == []
