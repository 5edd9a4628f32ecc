"""Labels of tables that say more than the class: who, when, and how surely."""

from collections.abc import Sequence
from pathlib import Path

import pytest

from lnl_gui.dataset.listing import Listing
from lnl_gui.dataset.readers import read_dataset
from tests.dataset.conftest import MakeImages

NUMBER = 24


def read(root: Path, labels: Sequence[str]) -> Listing:
    rows = [f"{at}.png,{labels[at % len(labels)]}" for at in range(NUMBER)]
    (root / "labels.csv").write_text("\n".join(["path,label", *rows]), encoding="utf-8")
    return read_dataset(root)


@pytest.fixture
def images(tmp_path: Path, make_images: MakeImages) -> Path:
    return make_images(tmp_path / "d", [f"{at}.png" for at in range(NUMBER)])


@pytest.mark.parametrize(
    ("labels", "said"),
    [
        (["cat_cam1", "cat_cam2", "dog_cam1", "dog_cam2"], "the same endings"),
        (["cat (50%)", "cat (80%)", "dog (90%)"], "a score"),
        (["cat:0.7", "cat:0.95", "polar bear:1.0"], "a score"),
        (["cat 2023-01-04", "cat 2023-02-04", "dog 2023-03-04"], "a date"),
    ],
)
def test_what_stands_behind_all_labels_is_doubtful(
    images: Path, labels: list[str], said: str
) -> None:
    (doubt,) = map(str, read(images, labels).suspicions)
    assert said in doubt and f"`{labels[0]}`" in doubt


def test_words_behind_all_labels_are_noted(images: Path) -> None:
    listing = read(images, ["cat [AB]", "cat [CD]", "dog [AB]", "dog [CD]"])
    assert not listing.suspicions
    assert any(
        "each one of `cat`, `dog` with one of `AB`, `CD`" in str(n) for n in listing.warnings
    )


@pytest.mark.parametrize(
    "labels",
    [
        ["cat", "dog", "owl"],
        ["grade 0.5", "grade 1.0", "grade 1.5"],
        ["0.33", "0.67", "1.0"],
        ["beer 5.0%", "wine 12.5%", "rum 40%"],
        ["red fox", "polar bear", "brown bear", "arctic fox"],
        ["Apple 1", "Apple 2", "Cherry 1", "Banana"],
    ],
)
def test_names_that_end_alike_by_their_nature_are_not(images: Path, labels: list[str]) -> None:
    listing = read(images, labels)
    assert not listing.suspicions
    assert not any("each one of" in str(note) for note in listing.warnings)
