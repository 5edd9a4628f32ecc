"""Tables whose rows are numbered from 0 where the images are from 1, and the reverse."""

from pathlib import Path

import pytest

from lnl_gui.dataset.listing import Listing
from lnl_gui.dataset.readers import read_dataset
from tests.dataset.conftest import MakeImages

NUMBER = 12


def numbered(
    root: Path, make_images: MakeImages, files: range, rows: range, head: str, form: str
) -> Listing:
    make_images(root, [f"img/{form.format(i)}.png" for i in files])
    lines = [f"{i},{('cat', 'dog')[i % 2]}\n" for i in rows]
    (root / "labels.csv").write_text(f"{head},label\n" + "".join(lines))
    return read_dataset(root)


def is_doubted(listing: Listing) -> bool:
    return any("the label of the one beside it" in str(text) for text in listing.suspicions)


@pytest.mark.parametrize("head", ["", "Unnamed: 0", "id", "row", "image"])
@pytest.mark.parametrize("start", [0, 1])
def test_rows_numbered_one_beside_the_files_are_doubted(
    tmp_path: Path, make_images: MakeImages, head: str, start: int
) -> None:
    rows, files = range(start, start + NUMBER), range(1 - start, 1 - start + NUMBER)
    assert is_doubted(numbered(tmp_path / "a", make_images, files, rows, head, "{}"))
    if head in ("id", "image"):
        assert is_doubted(numbered(tmp_path / "b", make_images, files, rows, head, "{:04d}"))
    assert not is_doubted(numbered(tmp_path / "c", make_images, rows, rows, head, "{}"))


def test_whoever_names_the_column_knows_its_numbers(
    tmp_path: Path, make_images: MakeImages
) -> None:
    root = tmp_path / "a"
    assert is_doubted(numbered(root, make_images, range(1, 13), range(12), "id", "{}"))
    assert not is_doubted(read_dataset(root, path_column="id"))


@pytest.mark.parametrize(
    ("files", "rows"),
    [
        ([0, *range(2, NUMBER)], range(NUMBER)),
        (range(1, NUMBER), range(NUMBER)),
        (range(NUMBER + 3), range(NUMBER)),
        (range(1, NUMBER + 4), range(NUMBER)),
        (range(2, NUMBER + 1), range(NUMBER)),
    ],
    ids=["one in between", "the first missing", "three more", "four left", "two missing"],
)
def test_missing_and_left_images_alone_are_no_shift(
    tmp_path: Path, make_images: MakeImages, files: range, rows: range
) -> None:
    assert not is_doubted(numbered(tmp_path / "a", make_images, files, rows, "id", "{}"))
