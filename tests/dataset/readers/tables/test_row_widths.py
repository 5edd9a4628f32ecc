"""Rows with a cell more or less than their header: R's, and those with a sign too many."""

import random
from pathlib import Path

import pytest

from lnl_gui.dataset.listing import Listing
from lnl_gui.dataset.readers import read_dataset
from lnl_gui.util.errors import UserError
from tests.dataset.conftest import MakeImages

ROWS = [(f"im{i:02d}.png", ("cat", "dog")[(i * 7 + i // 3) % 2]) for i in range(40)]


@pytest.fixture
def folder(tmp_path: Path, make_images: MakeImages) -> Path:
    return make_images(tmp_path / "set", [path for path, _ in ROWS])


def read(folder: Path, head: str, rows: list[str]) -> Listing:
    (folder / "t.csv").write_text("\n".join([head, *rows]) + "\n", encoding="utf-8")
    return read_dataset(folder / "t.csv")


def pairs(listing: Listing) -> list[tuple[str, str]]:
    return [(record.file.name, record.label) for record in listing.records]


def doubts(listing: Listing) -> str:
    return " ".join(map(str, listing.suspicions))


@pytest.mark.parametrize("sign", [",", ";", "\t"])
@pytest.mark.parametrize("head", ["file,class,site", "image,label", "photo,species,place"])
def test_a_separator_at_the_end_of_each_row_moves_nothing(
    folder: Path, head: str, sign: str
) -> None:
    more = [("Bonn", "Ulm")[i % 2] for i in range(40)] if head.count(",") == 2 else [""] * 40
    ends = [f",{place}," if place else "," for place in more]
    rows = [f"{path},{label}{end}" for (path, label), end in zip(ROWS, ends, strict=True)]
    listing = read(folder, head.replace(",", sign), [row.replace(",", sign) for row in rows])
    assert pairs(listing) == ROWS
    assert listing.suspicions == []


@pytest.mark.parametrize("cell", ["12,5", "Austin, TX", "50.1,7.2"])
@pytest.mark.parametrize("head", ["file,class,area", "image,label,notes", "photo,species,place"])
def test_a_sign_within_all_cells_of_a_column_is_doubted(folder: Path, head: str, cell: str) -> None:
    listing = read(folder, head, [f"{path},{label},{cell}" for path, label in ROWS])
    assert pairs(listing) == ROWS
    assert "quotation marks" in doubts(listing) and f"`{ROWS[0][0]}`" in doubts(listing)


@pytest.mark.parametrize("share", [0.55, 0.7, 0.95])
def test_a_sign_within_most_cells_shifts_no_label(folder: Path, share: float) -> None:
    long = set(random.Random(3).sample(range(len(ROWS)), round(share * len(ROWS))))
    rows = [f"{p},{c},{'small, dark' if i in long else 'ok'}" for i, (p, c) in enumerate(ROWS)]
    listing = read(folder, "file,class,comment", rows)
    assert pairs(listing) == [row for i, row in enumerate(ROWS) if i not in long]
    assert f"{len(long)} of {len(ROWS)}" in doubts(listing)


@pytest.mark.parametrize("share", [1, 2, 4])
def test_few_rows_left_out_for_their_length_are_no_doubt(folder: Path, share: int) -> None:
    rows = [f"{p},{c},{'small, dark' if i < share else 'ok'}" for i, (p, c) in enumerate(ROWS)]
    listing = read(folder, "file,class,comment", rows)
    assert len(listing.records) == len(ROWS) - share
    assert len(listing.skipped) == share and listing.suspicions == []


@pytest.mark.parametrize("head", ['"class","site"', '"path","class","site"', '"image_id","class"'])
def test_names_of_rows_as_r_writes_them_are_no_doubt(folder: Path, head: str) -> None:
    if head.startswith('"class'):
        rows = [f'"{path}","{label}","Bonn"' for path, label in ROWS]
    elif head.startswith('"path'):
        rows = [f'"{i}","{path}","{label}","Bonn"' for i, (path, label) in enumerate(ROWS, 1)]
    else:
        rows = [f'"{i}","{path[:-4]}","{label}"' for i, (path, label) in enumerate(ROWS, 1)]
    listing = read(folder, head, rows)
    assert pairs(listing) == ROWS
    assert listing.suspicions == []


def test_rows_without_the_first_column_keep_their_labels(folder: Path) -> None:
    rows = [f"{path},{label},{('Bonn', 'Ulm')[i % 2]}" for i, (path, label) in enumerate(ROWS)]
    listing = read(folder, "id,file,class,site", rows)
    assert pairs(listing) == ROWS
    assert listing.suspicions == []


def test_rows_without_some_column_are_doubted(folder: Path) -> None:
    rows = [f"{path},{label},{('Bonn', 'Ulm')[i % 2]}" for i, (path, label) in enumerate(ROWS)]
    assert "`Bonn` below `class`" in doubts(read(folder, "file,id,class,site", rows))
    # A header that ends with a separator lacks nothing.
    assert read(folder, "file,class,site,", rows).suspicions == []
    # No cell before that of the class is missing where the image's stands in its place.
    listing = read(folder, "file,class,site,comment", rows)
    assert pairs(listing) == ROWS and listing.suspicions == []


def test_names_of_images_with_a_sign_are_refused(folder: Path) -> None:
    with pytest.raises(UserError, match="quotation marks"):
        read(folder, "path,label", [f"a,{path},{label}" for path, label in ROWS])
