"""Labels that a spreadsheet made dates of are doubted; names with numbers and months are not."""

from datetime import datetime
from pathlib import Path

import pytest

from lnl_gui.dataset.readers.date_classes import date_doubts
from lnl_gui.dataset.readers.read import read_dataset
from tests.dataset.conftest import MakeImages


@pytest.mark.parametrize(
    "name",
    [
        *["1-Mar", "02-sep", "Jan-02", "Mrz-21", "01. Mrz", "3. Okt", "1-Mar-24", "01-févr."],
        *["2024-01-02", "2024-03-04 00:00:00", "2024-01-02T00:00:00", "01.02.2024", "1/2/2024"],
        *["2024/1/2", "01:02:00", "images/2024-01-02"],
    ],
)
def test_one_date_among_names_is_doubtful(name: str) -> None:
    [doubt] = map(str, date_doubts(["BRCA", name, "TP53"]))
    assert "dates" in doubt and f"`{name}`" in doubt and "TP53" not in doubt


@pytest.mark.parametrize(
    "name",
    [
        *["1-2", "3/4", "10-20", "MAR1", "may", "March", "mar", "1990", "2024", "2-set", "set-12"],
        *["gen-10", "may-fly", "2024-13-01", "1.2.3", "v1.2.2024", "707-320", "0-10", "1-1-1"],
        *["20240102", "12:30", "3-decker", "sep", "dec-1"],
    ],
)
def test_other_names_with_numbers_are_not(name: str) -> None:
    assert date_doubts(["BRCA", name, "TP53"]) == []


def test_dates_of_a_workbook_are_told(tmp_path: Path, make_images: MakeImages) -> None:
    openpyxl = pytest.importorskip("openpyxl")
    root = make_images(tmp_path / "d", [f"{n}.png" for n in range(12)])
    book = openpyxl.Workbook()
    book.active.append(["path", "label"])
    for n in range(12):
        book.active.append([f"{n}.png", datetime(2024, 1, 2) if n % 2 else "3-10"])
    book.save(root / "labels.xlsx")
    [doubt] = map(str, read_dataset(root).suspicions)
    assert "`2024-01-02 00:00:00`" in doubt
