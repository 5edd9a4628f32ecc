"""Which changes a person has not seen."""

import json
from pathlib import Path

import pytest
from packaging.version import Version

import lnl_gui
from lnl_gui.__main__ import main
from lnl_gui.installation import news as module
from lnl_gui.installation.news import changelog, is_update, news, sections

TEXT = """\
# Changes

What users notice.

## 1.10.0 - 2026-05-01

- ten

### Added
- more

## [1.9.0] - 2026-04-01
- nine

## 1.8.0
- eight
"""


@pytest.fixture
def three(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "changelog", lambda: sections(TEXT))


def versions(since: str, current: str) -> list[str]:
    return [changes.version for changes in news(since, current)]


@pytest.mark.usefixtures("three")
@pytest.mark.parametrize(
    ("since", "current", "told"),
    [
        ("1.8.0", "1.10.0", ["1.10.0", "1.9.0"]),
        ("1.9.0", "1.10.0", ["1.10.0"]),
        ("1.8.0", "1.9.0", ["1.9.0"]),
        ("1.10.0", "1.10.0", []),
        ("1.10.0", "1.8.0", []),
        ("", "1.9.0", ["1.9.0"]),
        ("not a version", "1.9.0", ["1.9.0"]),
    ],
)
def test_what_is_newer_than_the_last_and_not_than_this(
    since: str, current: str, told: list[str]
) -> None:
    assert versions(since, current) == told


def test_a_section_has_all_below_its_heading() -> None:
    first, second, _ = sections(TEXT)
    assert first.text.startswith("## 1.10.0") and first.text.endswith("- more")
    assert second.text == "## [1.9.0] - 2026-04-01\n- nine"


def test_what_is_not_released_belongs_to_what_runs(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "changelog", lambda: sections("## Unreleased\n- x\n" + TEXT))
    assert versions("1.9.0", "1.10.0") == ["Unreleased", "1.10.0"]


@pytest.mark.parametrize(
    ("since", "current", "newer"),
    [("1.9.0", "1.10.0", True), ("1.10.0", "1.9.0", False), ("1", "1", False), ("", "1", False)],
)
def test_an_update_is_a_newer_version(since: str, current: str, newer: bool) -> None:
    assert is_update(since, current) == newer


def test_the_changelog_of_lnl_itself_is_read(capsys: pytest.CaptureFixture[str]) -> None:
    released = [Version(each.version) for each in changelog() if each.version != "Unreleased"]
    assert released and released == sorted(released, reverse=True)
    assert main(["whats-new", "--json"]) == 0
    said = json.loads(capsys.readouterr().out)
    assert said["version"] == lnl_gui.__version__ and said["changes"]
    assert main(["whats-new", "--all"]) == 0
    file = Path(lnl_gui.__file__).parents[1] / "packaging" / "CHANGELOG.md"
    assert capsys.readouterr().out.count("\n## ") == file.read_text("utf-8").count("\n## ") - 1
