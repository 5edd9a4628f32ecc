"""What comes from outside commands no terminal, no spreadsheet and no window."""

import csv
from pathlib import Path

import pytest

from lnl_gui.dataset.csv_table import as_written, inert, write_table
from lnl_gui.util.messages import message
from lnl_gui.util.visible import harmless

CLEAR = "\x1b[2J\x1b]0;title\x07"


def test_names_in_messages_command_no_terminal() -> None:
    said = str(message("unreadable: {path}", path=f"a{CLEAR}\u202egpj.exe\x9b"))
    assert said == "unreadable: a\\u001b[2J\\u001b]0;title\\u0007\\u202egpj.exe\\u009b"
    assert harmless("Ünïcode 名前\tand\nlines 🙂") == "Ünïcode 名前\tand\nlines 🙂"


@pytest.mark.parametrize(
    "cell",
    [
        "=1+1",
        "=cmd|' /C calc'!A0",
        "@SUM(1)",
        "+abc",
        "-a.png",
        "\t=1",
        "\r=1",
        "'=1",
        "''@x",
        "＝1",
    ],
)
def test_formulas_become_text_and_come_back(cell: str) -> None:
    assert inert(cell) == f"'{cell}" and as_written(inert(cell)) == cell


@pytest.mark.parametrize(
    "cell", ["-1", "+2.5", "-1e-5", "a=1", "it's", "'quoted'", "", "1-2", 5, -3.5]
)
def test_numbers_and_plain_text_stay(cell: object) -> None:
    assert inert(cell) == cell
    assert not isinstance(cell, str) or as_written(cell) == cell


def test_a_written_table_holds_no_formula(tmp_path: Path) -> None:
    columns = {"path": ["=x.png", "b.png"], "label": ["-1", "+evil()"], "=name": [1.5, -2.0]}
    write_table(tmp_path / "t.csv", columns)
    with (tmp_path / "t.csv").open(newline="", encoding="utf-8") as stream:
        rows = list(csv.reader(stream))
    assert rows == [
        ["path", "label", "'=name"],
        ["'=x.png", "-1", "1.5"],
        ["b.png", "'+evil()", "-2.0"],
    ]


def test_a_name_in_a_message_is_one_line() -> None:
    assert str(message("unreadable: {path}", path="a\nb\tc")) == "unreadable: a\\u000ab\\u0009c"
    assert str(message("{error}", error=ValueError("first\nsecond"))) == "first second"
