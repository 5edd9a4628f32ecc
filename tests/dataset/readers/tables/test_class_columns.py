"""Tables with a column of files for each class."""

from collections import Counter
from pathlib import Path

import pytest

from lnl_gui.dataset.listing import Listing
from lnl_gui.dataset.readers import read_dataset
from lnl_gui.util.errors import UserError
from tests.dataset.conftest import MakeImages

NUMBER = 40


@pytest.fixture
def root(tmp_path: Path, make_images: MakeImages) -> Path:
    return make_images(tmp_path / "set", [f"{at:02d}.png" for at in range(NUMBER)])


def read(root: Path, header: str, columns: list[list[str]], *, whole: bool = True) -> Listing:
    height = max(map(len, columns))
    filled = [[*cells, *[""] * (height - len(cells))] for cells in columns]
    rows = [",".join(row) for row in zip(*filled, strict=True)]
    (root / "labels.csv").write_text("\n".join([header, *rows]))
    return read_dataset(root if whole else root / "labels.csv")


@pytest.mark.parametrize("whole", [True, False])
def test_the_columns_are_the_classes(root: Path, whole: bool) -> None:
    files = [[f"{at:02d}.png" for at in range(first, last)] for first, last in ((0, 25), (25, 40))]
    listing = read(root, "cat,dog", files, whole=whole)
    assert Counter(record.label for record in listing.records) == {"cat": 25, "dog": 15}
    assert {Path(record.path).name for record in listing.records if record.label == "dog"} == set(
        files[1]
    )
    assert not listing.suspicions
    assert any("lists images" in str(said) for said in listing.warnings)


@pytest.mark.parametrize("header", ["image,nearest", "path,mask"])
def test_a_column_of_other_images_is_no_label(root: Path, header: str) -> None:
    files = [[f"{at:02d}.png" for at in range(20)], [f"{20 + at % 4}.png" for at in range(17)]]
    with pytest.raises(UserError, match="no column for the label"):
        read(root, header, files)


def test_pairs_of_images_are_no_classes(root: Path) -> None:
    files = [[f"{at:02d}.png" for at in range(first, NUMBER, 2)] for first in (0, 1)]
    with pytest.raises(UserError):
        read(root, "left,right", files)
