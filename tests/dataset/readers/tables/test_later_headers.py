"""Tables put one below the other, whose headers name the columns in different orders."""

from pathlib import Path

import pytest

from lnl_gui.dataset.listing import Listing
from lnl_gui.dataset.readers import read_dataset
from tests.dataset.conftest import MakeImages

ROWS = [(f"im{i:02d}.png", ("cat", "dog")[(i * 7 + i // 3) % 2]) for i in range(24)]


@pytest.fixture
def folder(tmp_path: Path, make_images: MakeImages) -> Path:
    return make_images(tmp_path / "set", [path for path, _ in ROWS])


def read(folder: Path, parts: list[tuple[str, str]]) -> Listing:
    """As many rows below each header, written by a form."""
    text = ""
    share = len(ROWS) // len(parts)
    for at, (head, form) in enumerate(parts):
        rows = ROWS[at * share : (at + 1) * share]
        text += head + "\n" + "".join(form.format(*row) + "\n" for row in rows)
    (folder / "t.csv").write_text(text, encoding="utf-8")
    return read_dataset(folder / "t.csv")


@pytest.mark.parametrize(
    "second",
    [
        ("file,class,view", "{},{},top"),
        ("file,view,class", "{0},top,{1}"),
        ("File,View,Class", "{0},top,{1}"),
        ("class,file,view", "{1},{0},top"),
        ("file,camera,class", "{0},top,{1}"),
        ("file,class", "{},{}"),
        ("file,view,weather,class", "{0},top,rain,{1}"),
        ("file,class,view,", "{},{},top,"),
    ],
)
def test_cells_below_a_later_header_belong_to_its_names(
    folder: Path, second: tuple[str, str]
) -> None:
    first = ("file,class,view", "{},{},side")
    for parts in ([first, second], [first, second, first], [second, first]):
        listing = read(folder, parts)
        assert [(record.file.name, record.label) for record in listing.records] == ROWS
        assert listing.suspicions == []
        assert any("Further headers" in str(text) for text in listing.warnings)


def test_classes_that_are_called_as_columns_are_no_headers(
    tmp_path: Path, make_images: MakeImages
) -> None:
    words = ["person", "video", "label", "image", "target", "scene", "class", "file"]
    root = make_images(tmp_path / "d", [f"a{i:02d}.png" for i in range(32)])
    lines = [f"a{i:02d},{words[i % 8]},{words[(i + 3) % 8]}\n" for i in range(32)]
    (root / "t.csv").write_text("id,label,split\n" + "".join(lines))
    listing = read_dataset(root / "t.csv", label_column="label", split_column="split")
    assert [record.label for record in listing.records] == [words[i % 8] for i in range(32)]
