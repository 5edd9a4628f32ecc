"""Every format whose tool is installed here is read as it was written, in both directions."""

import gc
import warnings
from pathlib import Path

import pytest

from lnl_gui.dataset.readers.read import read_dataset
from tests.formats.check import CASES, differences, written
from tests.formats.check_loaded import loaded_differences
from tests.formats.exported import export, make_project
from tests.formats.loading import LOAD_CASES


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


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_project(tmp_path_factory.mktemp("exported"))


@pytest.mark.parametrize("name", LOAD_CASES)
def test_a_tool_reads_what_this_program_wrote(name: str, project: Path, tmp_path: Path) -> None:
    case = LOAD_CASES[name]
    pytest.importorskip(case.tool)
    place = export(project, tmp_path / "out", case.writer)
    with warnings.catch_warnings():
        # Libraries leave their files to the garbage collector.
        warnings.simplefilter("ignore", ResourceWarning)
        gc.disable()
        try:
            found = case.load(place)
            # Of what was made meanwhile: all objects take a tenth of a second to go through.
            gc.collect(0)
        finally:
            gc.enable()
    assert loaded_differences(case, found) == []


def test_a_difference_in_what_was_loaded_is_seen(project: Path, tmp_path: Path) -> None:
    case = LOAD_CASES["numpy: npz with splits"]
    found = case.load(export(project, tmp_path / "out", case.writer))
    found[1] = ("cat", found[1][1])
    del found[2]
    assert loaded_differences(case, found) == ["dog was read as cat", "image 2 was not read"]
