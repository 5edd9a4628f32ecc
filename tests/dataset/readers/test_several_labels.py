"""Datasets that give many or few of their images several labels, of which none is the one."""

from collections.abc import Sequence
from pathlib import Path

import pytest

from lnl_gui.dataset.listing import Listing
from lnl_gui.dataset.readers import read_dataset
from lnl_gui.util.errors import UserError
from tests.dataset.conftest import MakeImages

NAMES = [f"{i:02d}.png" for i in range(40)]
CLASSES = ("cat", "dog", "bird")


def doubts(listing: Listing) -> list[str]:
    return [str(text) for text in listing.suspicions if "have several labels" in str(text)]


def notes(listing: Listing) -> list[str]:
    return [str(text) for text in listing.warnings if "several labels were skipped" in str(text)]


def several(at: int, number: int) -> list[str]:
    return list(CLASSES[:2]) if at < number else [CLASSES[at % 3]]


def marks(labels: Sequence[str]) -> str:
    return ",".join(str(int(name in labels)) for name in CLASSES)


@pytest.mark.parametrize("form", ["marks", "cells", "lists"])
@pytest.mark.parametrize(("number", "doubtful"), [(0, False), (4, False), (12, True), (37, True)])
def test_many_images_of_several_labels_are_doubtful(
    tmp_path: Path, make_images: MakeImages, form: str, number: int, doubtful: bool
) -> None:
    root = make_images(tmp_path / "d", NAMES)
    rows = [several(at, number) for at in range(len(NAMES))]
    if form == "marks":
        head, cells = ",".join(("path", *CLASSES)), [marks(labels) for labels in rows]
    elif form == "cells":
        head, cells = "path,label", ["|".join(labels) for labels in rows]
    else:
        head, cells = "path,label", [f'"{labels}"' for labels in rows]
    lines = [head, *(f"{name},{cell}" for name, cell in zip(NAMES, cells, strict=True))]
    (root / "labels.csv").write_text("\n".join(lines))
    listing = read_dataset(root)
    assert len(listing.records) == len(NAMES) - number
    assert len(notes(listing)) == (number > 0 and not doubtful)
    assert len(doubts(listing)) == doubtful
    if doubtful:
        assert doubts(listing)[0].startswith(f"{number} of 40 labelled images have several labels")


def test_an_example_of_a_few_images_is_not_doubtful(
    tmp_path: Path, make_images: MakeImages
) -> None:
    root = make_images(tmp_path / "d", NAMES[:9])
    lines = [f"{name},{marks(several(at, 4))}" for at, name in enumerate(NAMES[:9])]
    (root / "labels.csv").write_text("\n".join(["path," + ",".join(CLASSES), *lines]))
    listing = read_dataset(root)
    assert len(notes(listing)) == 1 and not listing.suspicions


def test_one_of_the_marked_columns_can_be_read(tmp_path: Path, make_images: MakeImages) -> None:
    root = make_images(tmp_path / "d", NAMES)
    lines = [f"{name},{marks(several(at, 37))}" for at, name in enumerate(NAMES)]
    (root / "labels.csv").write_text("\n".join(["path," + ",".join(CLASSES), *lines]))
    listing = read_dataset(root, label_column="dog")
    assert len(listing.records) == len(NAMES) and not doubts(listing)


def test_no_label_is_left_beside_several(tmp_path: Path, make_images: MakeImages) -> None:
    root = make_images(tmp_path / "d", NAMES)
    lines = [f'{name},"{["cat", "dog"] if at % 2 else []}"' for at, name in enumerate(NAMES)]
    (root / "labels.csv").write_text("\n".join(["path,label", *lines]))
    with pytest.raises(UserError, match="20 others have several labels") as caught:
        read_dataset(root)
    assert caught.value.code == "no_labels"
