"""The list of an export's files: as `sha256sum` has it, and every difference is found."""

import hashlib
import shutil
import subprocess
from pathlib import Path

import pytest

from lnl_gui.__main__ import main
from lnl_gui.pipeline.output.checksums import CHECKSUMS, verify, write_checksums
from lnl_gui.util.errors import UserError


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for path, text in (("images/a/1.png", "1"), ("images/b/2 2.png", "2"), ("samples.csv", "")):
        file = tmp_path / "out" / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)
    write_checksums(tmp_path / "out")
    (tmp_path / "out" / "manifest.json").write_text("{}")
    return tmp_path / "out"


def test_the_list_is_that_of_sha256sum(folder: Path) -> None:
    lines = (folder / CHECKSUMS).read_text(encoding="utf-8").splitlines()
    assert lines == [
        f"{hashlib.sha256(text.encode()).hexdigest()}  {path}"
        for path, text in (("images/a/1.png", "1"), ("images/b/2 2.png", "2"), ("samples.csv", ""))
    ]


def test_an_export_as_it_was_written_has_no_differences(folder: Path) -> None:
    found = verify(folder)
    assert found.none and found.checked == 3
    assert main(["verify", str(folder)]) == 0


def test_each_difference_is_named(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "images/a/1.png").write_text("other")
    (folder / "samples.csv").unlink()
    (folder / "new.txt").write_text("")
    found = verify(folder)
    assert (found.changed, found.missing, found.unknown) == (
        ("images/a/1.png",),
        ("samples.csv",),
        ("new.txt",),
    )
    assert main(["verify", str(folder)]) == 3
    assert len(capsys.readouterr().out.splitlines()) == 3


@pytest.mark.skipif(shutil.which("sha256sum") is None, reason="no sha256sum")
def test_odd_names_are_written_as_the_tool_reads_them(tmp_path: Path) -> None:
    for name in ("a\nb", "a\\b", "a\rb", "\\n", "ü ß"):
        (tmp_path / name).write_text(name)
    write_checksums(tmp_path)
    assert verify(tmp_path).none and verify(tmp_path).checked == 5
    done = subprocess.run(["sha256sum", "-c", CHECKSUMS], cwd=tmp_path, capture_output=True)
    assert done.returncode == 0, done.stderr


def test_what_is_no_export_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="no list of checksums"):
        verify(tmp_path)
    (tmp_path / CHECKSUMS).write_text("nonsense\n")
    with pytest.raises(UserError, match="damaged"):
        verify(tmp_path)
