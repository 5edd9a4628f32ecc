"""Tables put one below the other, whose headers name the columns in different orders."""

import json
import sqlite3
from collections.abc import Callable, Sequence
from contextlib import closing
from importlib import import_module
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


Cells = Sequence[Sequence[object]]


def write_workbook(folder: Path, cells: Cells) -> Path:
    book = import_module("openpyxl").Workbook()
    for row in cells:
        book.active.append(list(row))
    book.save(folder / "t.xlsx")
    return folder / "t.xlsx"


def write_database(folder: Path, cells: Cells) -> Path:
    """A table without a first row of its own above, as a program makes of the file, and a view."""
    width = max(map(len, cells))
    names = ", ".join(f"field{at}" for at in range(width))
    with closing(sqlite3.connect(folder / "t.db")) as connection:
        connection.execute(f"CREATE TABLE labels ({names})")
        for row in cells:
            values = [*row, *[None] * (width - len(row))]
            connection.execute(f"INSERT INTO labels VALUES ({','.join('?' * width)})", values)
        connection.execute("CREATE VIEW shown AS SELECT * FROM labels")
        connection.commit()
    return folder / "t.db"


HEAD = ("file", "class")
SECOND = (("class", "file"), *((label, path) for path, label in ROWS[12:]))
GRIDS: list[Cells] = [
    [HEAD, *ROWS[:12], *SECOND],
    [HEAD, *ROWS[:12], ("file", "view", "class"), *((p, "top", c) for p, c in ROWS[12:])],
    [HEAD, *ROWS[:12], (), ("second part",), *SECOND],
    [("Labels of pets",), (), ("Project", "pets"), ("Date", 2024), (), HEAD, *ROWS],
    [("", "", "Labels"), (), ("", "", *HEAD), *(("", "", *row) for row in ROWS)],
    [
        *(("", *HEAD), *((at, *row) for at, row in enumerate(ROWS[:12]))),
        *(("", *SECOND[0]), *((at, *row) for at, row in enumerate(SECOND[1:], 12))),
    ],
]


@pytest.mark.parametrize("write", [write_workbook, write_database])
@pytest.mark.parametrize("cells", GRIDS)
def test_sheets_and_databases_are_read_by_the_same_rules(
    folder: Path, write: Callable[[Path, Cells], Path], cells: Cells
) -> None:
    listing = read_dataset(write(folder, cells))
    assert [(record.file.name, record.label) for record in listing.records] == ROWS
    assert listing.suspicions == []
    said = "Further headers", "above the header were passed over"
    assert any(part in str(text) for part in said for text in listing.warnings)


def test_a_sheet_without_a_header_loses_no_row(folder: Path) -> None:
    listing = read_dataset(write_workbook(folder, ROWS))
    assert [(record.file.name, record.label) for record in listing.records] == ROWS
    with closing(sqlite3.connect(folder / "t.db")) as connection:
        connection.execute(f'CREATE TABLE labels ("im00.png", "{ROWS[0][1]}")')
        connection.executemany("INSERT INTO labels VALUES (?, ?)", ROWS[1:])
        connection.commit()
    listing = read_dataset(folder / "t.db")
    assert [(record.file.name, record.label) for record in listing.records] == ROWS


def test_a_view_with_other_rows_than_the_table_is_asked_about(folder: Path) -> None:
    file = write_database(folder, [HEAD, *ROWS[:12]])
    assert read_dataset(file).suspicions == []
    with closing(sqlite3.connect(file)) as connection:
        connection.execute("CREATE TABLE more AS SELECT * FROM labels")
        connection.execute("INSERT INTO more VALUES (?, ?)", ROWS[12])
        connection.commit()
    assert "have the same columns" in str(read_dataset(file).suspicions)


def test_objects_that_repeat_the_names_are_headers(folder: Path) -> None:
    """A table with a later header that a program has written as JSON."""
    rows = [dict(zip(HEAD, row, strict=True)) for row in (*ROWS[:12], *SECOND)]
    (folder / "t.json").write_text(json.dumps(rows), encoding="utf-8")
    listing = read_dataset(folder / "t.json")
    assert [(record.file.name, record.label) for record in listing.records] == ROWS
