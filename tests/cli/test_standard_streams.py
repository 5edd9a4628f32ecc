"""Standard streams that are closed or take nothing, and a folder that is gone: never a traceback,
and no success where what was asked for reached nobody."""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.builders import make_project

FULL = Path("/dev/full")
pytestmark = pytest.mark.skipif(not FULL.exists(), reason="as in a shell of Linux")


def run(
    *arguments: object,
    closed: tuple[int, ...] = (),
    before: Callable[[], None] | None = None,
    **streams: object,
) -> subprocess.CompletedProcess[str]:
    def prepare() -> None:
        for number in closed:
            os.close(number)
        if before is not None:
            before()

    taken = {"stdin": subprocess.DEVNULL, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    ended: subprocess.CompletedProcess[str] = subprocess.run(
        [sys.executable, "-m", "lnl_gui", *map(str, arguments)],
        text=True,
        check=False,
        preexec_fn=prepare,
        **{**taken, **streams},  # type: ignore[call-overload]
    )
    said = (ended.stderr or "") + (ended.stdout or "")
    assert "Traceback" not in said and "Exception ignored" not in said
    return ended


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (["--help"], 3),
        (["--version"], 3),
        (["info", "--help"], 3),
        (["encoders"], 3),
        (["nosuch", "--json"], 2),
        (["info", "--json"], 2),
        (["info", "missing.lnl", "--json"], 3),
    ],
)
@pytest.mark.parametrize("buffered", [True, False])
def test_output_that_reaches_nobody_is_no_success(
    arguments: list[str], code: int, buffered: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PYTHONUNBUFFERED", "" if buffered else "1")
    with FULL.open("w") as full:
        assert run(*arguments, stdout=full).returncode == code
    assert run(*arguments, closed=(1,)).returncode == code
    reading, writing = os.pipe()
    os.close(reading)
    try:
        assert run(*arguments, stdout=writing).returncode in {code, 130}
    finally:
        os.close(writing)


def test_with_standard_error_closed_the_output_is_what_scripts_read_alone(tmp_path: Path) -> None:
    project = make_project(tmp_path / "p.lnl")
    found = run("review", project, "keep", "--path", "cat/0000.png", "--json", closed=(2,))
    assert found.returncode == 0 and json.loads(found.stdout)["changed"] == 1
    found = run("info", tmp_path / "missing.lnl", "--json", closed=(2,))
    assert found.returncode == 3 and json.loads(found.stdout)["error"] == "not_found"


def test_progress_needs_no_standard_error(class_folders: Path) -> None:
    found = run("import", class_folders, "--preview", "--json", closed=(0, 2))
    assert found.returncode == 0
    assert json.loads(found.stdout.splitlines()[-1])["error"] == ""


def test_no_file_takes_the_place_of_a_closed_stream(tmp_path: Path) -> None:
    code = (
        "from lnl_gui.util.process import standard_streams\n"
        "standard_streams.occupy()\n"
        f"file = open({str(tmp_path / 'file')!r}, 'wb')\n"
        "assert file.fileno() > 2, file.fileno()\n"
        "import os; os.system('echo said by a library >&2')\n"
    )
    ended = subprocess.run(
        [sys.executable, "-c", code], check=False, preexec_fn=lambda: os.closerange(0, 3)
    )
    assert ended.returncode == 0
    assert (tmp_path / "file").read_bytes() == b""


def test_a_working_folder_that_is_gone_is_said(tmp_path: Path) -> None:
    gone = tmp_path / "gone"
    gone.mkdir()

    def leave() -> None:
        os.chdir(gone)
        gone.rmdir()

    project = make_project(tmp_path / "p.lnl")
    found = run("info", project, "--json", before=leave)
    assert found.returncode == 3
    assert json.loads(found.stdout)["error"] == "no_working_folder"
