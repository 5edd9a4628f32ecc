"""The list of error codes that `lnl-gui help error-codes` prints is that of the source."""

import json
import re
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from lnl_gui.__main__ import main

ROOT = Path(__file__).parents[2]
PACKAGE = ROOT / "lnl_gui"
LIST = ROOT / "resources" / "translations" / "error_codes.json"


@pytest.fixture(scope="module")
def listed() -> dict[str, list[str]]:
    return json.loads(LIST.read_text(encoding="utf-8"))


@pytest.fixture
def codes_of(monkeypatch: pytest.MonkeyPatch) -> Callable[[Path], dict[str, list[str]]]:
    monkeypatch.syspath_prepend(str(ROOT / "packaging"))
    import error_codes

    monkeypatch.delitem(sys.modules, "error_codes")
    return error_codes.error_codes


def test_the_list_is_up_to_date(
    listed: dict[str, list[str]], codes_of: Callable[[Path], dict[str, list[str]]]
) -> None:
    assert listed == codes_of(PACKAGE), "run python packaging/translations.py"


def test_codes_given_to_a_function_that_makes_the_error_are_found(
    tmp_path: Path, codes_of: Callable[[Path], dict[str, list[str]]]
) -> None:
    (tmp_path / "maker.py").write_text(
        "def gone(what, *, code='usual'):\n"
        "    return UserError(message('{what} is gone.', what=what), code=code)\n"
        "def said(template, *, code):\n"
        "    return UserError(template, code=code)\n",
        encoding="utf-8",
    )
    (tmp_path / "user.py").write_text(
        "OTHER = 'of_a_name'\n"
        "raise gone(message('It'))\n"
        "raise maker.gone(message('It'), code='its_own')\n"
        "raise gone(message('It'), code=OTHER)\n"
        "raise said(message('Not read.'), code='hidden')\n"
        "class GoneError(UserError):\n"
        "    def __init__(self):\n"
        "        super().__init__(message('{what} is gone.'), code='of_a_kind')\n",
        encoding="utf-8",
    )
    found = codes_of(tmp_path)
    codes = ("its_own", "of_a_kind", "of_a_name", "usual")
    assert found == {code: ["{what} is gone."] for code in codes}


def test_missing_packages_are_in_the_list(listed: dict[str, list[str]]) -> None:
    said = ["{purpose} needs what is not installed: {packages}."]
    assert listed["package_missing"] == listed["no_remote"] == said


def test_every_code_that_stands_in_a_call_is_listed(listed: dict[str, list[str]]) -> None:
    written = set(re.findall(r'\bcode="(\w+)"', "".join(map(_text, PACKAGE.rglob("*.py")))))
    assert len(written) > 100 and written <= listed.keys()
    assert [code for code in listed if not re.fullmatch("[a-z][a-z0-9_]*", code)] == []


def test_the_page_names_each_with_its_sentences(
    listed: dict[str, list[str]], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["help", "error-codes"]) == 0
    lines = capsys.readouterr().out.splitlines()
    codes = [line for line in lines if not line.startswith(" ")]
    assert {*listed, "usage", "fault", "stopped"} <= {*codes}
    assert f"    {listed['not_a_project'][0]}" in lines


def _text(file: Path) -> str:
    return file.read_text(encoding="utf-8")
