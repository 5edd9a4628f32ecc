"""A bad place is told before long work, as a person can mend it."""

from pathlib import Path

import pytest

from lnl_gui.__main__ import main
from lnl_gui.util.errors import UserError
from lnl_gui.util.files.places import refuse_unwritable_folder


def test_a_file_in_the_way_is_named_and_nothing_is_left_behind(tmp_path: Path) -> None:
    file = tmp_path / "notes.txt"
    file.write_text("mine")
    for folder in (file, file / "a" / "b"):
        with pytest.raises(UserError, match=r"notes\.txt"):
            refuse_unwritable_folder(folder)
    refuse_unwritable_folder(tmp_path / "new" / "folder")
    assert [path.name for path in tmp_path.iterdir()] == ["notes.txt"]
    assert file.read_text() == "mine"


@pytest.mark.parametrize(
    "command",
    [
        ["demo", "--folder", "{place}", "--headless"],
        ["selftest", "--folder", "{place}"],
        ["bench", "detect", "missing.lnl", "--out", "{place}"],
        ["bench", "papers", "--data", "missing", "--out", "{place}"],
        ["map", "missing.lnl", "--out", "{place}/map.csv"],
    ],
    ids=lambda command: command[0] + command[1],
)
def test_results_that_could_not_be_written_are_not_computed(
    command: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    place = tmp_path / "file" / "x"
    place.parent.write_text("")
    assert main([word.format(place=place) for word in command]) == 3
    said = capsys.readouterr().err
    assert str(place.parent) in said and "LNL itself" not in said and "does not exist" not in said


@pytest.mark.parametrize("verb", ["info", "detect", "verify", "check", "predict"])
def test_a_folder_that_does_not_exist_is_told_as_that(
    verb: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    words = [verb, str(tmp_path / "nowhere.lnl")]
    if verb == "predict":
        words.insert(1, str(tmp_path))
    assert main(words) == 3
    assert "nowhere.lnl` does not exist" in capsys.readouterr().err
