"""Every format whose tool is installed here is read as it was written."""

from pathlib import Path

import pytest

from lnl_gui.dataset.readers.read import read_dataset
from tests.formats.check import CASES, differences, written


@pytest.mark.parametrize("name", CASES)
def test_what_a_tool_wrote_is_read_back(name: str, tmp_path: Path) -> None:
    case = CASES[name]
    pytest.importorskip(case.tool)
    source = written(case, tmp_path / "dataset")
    assert differences(case, read_dataset(source, **case.options)) == []


def test_a_difference_is_seen(tmp_path: Path) -> None:
    case = CASES["csv: CSV"]
    source = written(case, tmp_path / "dataset")
    text = source.read_text(encoding="utf-8")
    source.write_text(text.replace("01.png,dog", "01.png,cat"), encoding="utf-8")
    assert differences(case, read_dataset(source)) == ["dog was read as cat"]
