"""Errors as scripts see them: one JSON document, and the exit code that is promised."""

import json
import re
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from lnl_gui import __main__ as entry
from lnl_gui.__main__ import main
from lnl_gui.cli.exit_codes import EXIT_CODES
from lnl_gui.cli.parser import leaves, verb_parser
from lnl_gui.cli.verb_table import VERBS
from lnl_gui.cli.verbs import info
from lnl_gui.util.errors import Cancelled
from lnl_gui.util.process import quick_end
from lnl_gui.util.translation import LANGUAGE_VARIABLE
from tests.builders import make_project

DOCUMENT = {"error", "message", "hint"}
ROOT = Path(__file__).parents[2]


def document(capsys: pytest.CaptureFixture[str]) -> dict[str, str]:
    """Standard output, which must be one JSON document and nothing else."""
    found = json.loads(capsys.readouterr().out)
    assert isinstance(found, dict) and set(found) >= DOCUMENT
    return found


def verbs_with_json() -> list[str]:
    return [
        verb
        for verb in VERBS
        if any("--json" in p._option_string_actions for p in leaves(verb_parser(verb)))
    ]


def test_what_can_be_mended_is_a_document_in_english(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(LANGUAGE_VARIABLE, "de")
    assert main(["info", str(tmp_path), "--json"]) == 3
    found = document(capsys)
    assert found["error"] == "not_a_project"
    assert "is not an LNL project" in found["message"]
    assert found["hint"].startswith("Open a folder")


@pytest.mark.parametrize("verb", verbs_with_json())
def test_wrong_usage_of_every_verb_is_a_document(
    verb: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as ended:
        main([verb, "--no-such-option", "--json"])
    assert ended.value.code == 2
    assert document(capsys)["error"] == "usage"


def test_a_mistyped_verb_is_a_document(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["detekt", "--json"]) == 2
    assert "lnl-gui detect" in document(capsys)["hint"]


@pytest.mark.parametrize(
    ("error", "code", "name"),
    [
        (Cancelled(), 130, "stopped"),
        (KeyboardInterrupt(), 130, "stopped"),
        (KeyError("x"), 1, "fault"),
        (sqlite3.OperationalError("no such table: x"), 1, "fault"),
        (sqlite3.OperationalError("Could not decode to UTF-8 column"), 3, "damaged"),
    ],
)
def test_other_ends_are_documents_too(
    error: BaseException,
    code: int,
    name: str,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def fail(_options: object) -> int:
        raise error

    monkeypatch.setattr(info, "run", fail)
    assert main(["info", str(make_project(tmp_path / "p.lnl")), "--json"]) == code
    assert document(capsys)["error"] == name


def test_a_preview_that_fails_is_one_document(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "empty").mkdir()
    assert main(["import", str(tmp_path / "empty"), "--preview", "--json"]) == 3
    found = document(capsys)
    assert re.fullmatch("[a-z_]+", found["error"]) and found["source"].endswith("empty")


def test_the_readme_and_the_help_name_every_exit_code(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert main(["help", "exit-codes"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert [int(line.split()[0]) for line in lines] == list(EXIT_CODES) == [0, 1, 2, 3, 130]
    told = (ROOT / "README.md").read_text(encoding="utf-8").partition("Exit codes:")[2]
    assert [int(code) for code in re.findall(r"\b\d+\b", told.partition("\n\n")[0])] == list(
        EXIT_CODES
    )


def test_a_help_page_that_there_is_not_is_a_mistyped_word(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert main(["help", "exprot"]) == 2
    assert "Did you mean export?" in capsys.readouterr().err


@pytest.mark.parametrize("value", ["5", "-1.1", "nan", "much"])
def test_an_emphasis_is_a_number_from_minus_1_to_1(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], value: str
) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["detect", str(tmp_path / "p.lnl"), f"--emphasis={value}"])
    assert ended.value.code == 2
    assert "argument --emphasis" in capsys.readouterr().err


FULL = Path("/dev/full")


@pytest.mark.skipif(not FULL.exists(), reason="a device of Linux")
@pytest.mark.parametrize(
    ("path", "code", "field"), [("cat/0000.png", 0, "changed"), ("nowhere.png", 3, "error")]
)
def test_a_full_disk_behind_the_messages_changes_no_answer(
    tmp_path: Path, path: str, code: int, field: str
) -> None:
    project = make_project(tmp_path / "p.lnl")
    command = [sys.executable, "-m", "lnl_gui", "review", str(project), "keep", "--path", path]
    with FULL.open("w") as full:
        ended = subprocess.run(
            [*command, "--json"], stdout=subprocess.PIPE, stderr=full, check=False
        )
    assert ended.returncode == code
    assert field in json.loads(ended.stdout)


@pytest.mark.skipif(not FULL.exists(), reason="a device of Linux")
@pytest.mark.parametrize("options", [[], ["--json"]])
def test_a_full_disk_behind_the_output_is_no_fault_of_the_program(
    tmp_path: Path, options: list[str]
) -> None:
    project = make_project(tmp_path / "p.lnl")
    with FULL.open("w") as full:
        ended = subprocess.run(
            [sys.executable, "-m", "lnl_gui", "info", str(project), *options],
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
            check=False,
        )
    assert ended.returncode == 3
    assert "the output could not be written" in ended.stderr
    assert "Traceback" not in ended.stderr and "Exception ignored" not in ended.stderr


INTERRUPTED_AT = """
import os, runpy, signal, sys
# As in a terminal, also where whoever runs the tests ignores interrupts.
signal.signal(signal.SIGINT, signal.default_int_handler)
class Finder:
    def find_spec(name, path=None, target=None):
        if name == {module!r}:
            signal.raise_signal(signal.SIGINT)
sys.meta_path.insert(0, Finder)
sys.argv = ["lnl-gui", "info", {project!r}]
from lnl_gui.__main__ import run
sys.exit(run())
"""


@pytest.mark.parametrize(
    "module",
    [
        "lnl_gui.util.process.quick_end",
        "typing",
        "lnl_gui.util.process.late_compiler",
        "lnl_gui.cli.main",
        "lnl_gui.cli.verbs.info",
        "lnl_gui.util.process.crash_watch",
        "sqlite3",
    ],
)
def test_ctrl_c_leaves_no_traceback_wherever_loading_is(module: str, tmp_path: Path) -> None:
    code = INTERRUPTED_AT.format(module=module, project=str(tmp_path / "none.lnl"))
    # Without what is installed there: it loads `typing` and more before the program begins.
    command = [sys.executable, "-I", "-S", "-c", f"import sys; sys.path[:] = {sys.path}\n{code}"]
    ended = subprocess.run(command, capture_output=True, text=True, check=False)
    assert ended.returncode == 130, ended.stderr
    assert "Traceback" not in ended.stderr and "Exception ignored" not in ended.stderr
    assert not list(tmp_path.iterdir())


def test_ctrl_c_between_loading_and_a_verb_is_an_end_like_any_other(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def stopped() -> int:
        raise KeyboardInterrupt

    monkeypatch.setattr(entry, "main", stopped)
    monkeypatch.setattr(quick_end, "prepare", lambda: None)
    monkeypatch.setattr(quick_end, "end_with", lambda code: code)
    assert entry.run() == 130
    assert "stopped" in capsys.readouterr().err


def test_a_name_that_no_disk_can_hold_is_no_error_of_the_program(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for words in (["info", str(tmp_path / ("n" * 300))], ["import", str(tmp_path / ("n" * 300))]):
        assert main(words) == 3
        said = " ".join(capsys.readouterr().err.split())
        # Windows says no more of such a name than that there is no such file.
        assert ("too long" in said) or ("does not exist" in said)
        assert "error in LNL" not in said
