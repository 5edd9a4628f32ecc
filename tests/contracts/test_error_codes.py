"""The list of error codes that `lnl-gui help error-codes` prints is that of the source."""

import json
import re
import sys
from pathlib import Path

import pytest

from lnl_gui.__main__ import main

ROOT = Path(__file__).parents[2]
PACKAGE = ROOT / "lnl_gui"
LIST = ROOT / "resources" / "translations" / "error_codes.json"


@pytest.fixture(scope="module")
def listed() -> dict[str, list[str]]:
    return json.loads(LIST.read_text(encoding="utf-8"))


def test_the_list_is_up_to_date(
    listed: dict[str, list[str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.syspath_prepend(str(ROOT / "packaging"))
    import error_codes

    monkeypatch.delitem(sys.modules, "error_codes")
    assert listed == error_codes.error_codes(PACKAGE), "run python packaging/translations.py"


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
