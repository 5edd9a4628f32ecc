"""A release: tag, version and changelog agree or it stops; sums are as `sha256sum` writes them."""

import hashlib
import shutil
import subprocess
from pathlib import Path

import pytest
import release
from frozen.sources import version

CHANGELOG = """\
# Changes

Before.

## Unreleased

## 1.2.0 (2026-11-27)

### Added
- One thing.

## 1.1.0
- Older.
"""


def test_a_release_says_its_own_section_alone() -> None:
    assert release.notes("v1.2.0", CHANGELOG) == "### Added\n- One thing."
    assert release.notes("v1.1.0", CHANGELOG) == "- Older."
    release.check("v1.2.0", "1.2.0", CHANGELOG)


@pytest.mark.parametrize(
    ("tag", "changelog", "said"),
    [
        ("1.2.0", CHANGELOG, "names no version"),
        ("v1.2", CHANGELOG, "names no version"),
        ("v1.2.0-final", CHANGELOG, "names no version"),
        ("v1.1.0", CHANGELOG, r"__version__ = '1\.2\.0'"),
        ("v1.2.0", CHANGELOG.replace("1.2.0", "1.3.0"), "1.2.0 of .* is missing"),
        ("v1.2.0", CHANGELOG.replace("### Added\n- One thing.\n", ""), "1.2.0 of .* is empty"),
        ("v1.2.0", CHANGELOG.replace("ased\n", "ased\n- New.\n"), "lines under Unreleased"),
        ("v1.2.0", f"{CHANGELOG}\n## 1.2.0\n- Again.", "two sections 1.2.0"),
        ("v1.2.0", CHANGELOG.replace("## 1.1.0", "## Of old times"), "names no version: ## Of old"),
    ],
)
def test_what_disagrees_is_refused(tag: str, changelog: str, said: str) -> None:
    with pytest.raises(SystemExit, match=said):
        release.check(tag, "1.2.0", changelog)


def test_the_changelog_here_can_be_released() -> None:
    found = release.sections(release.CHANGELOG.read_text("utf-8"))
    assert next(iter(found)) == release.UNRELEASED
    assert version() in found


def test_sums_are_sorted_complete_and_the_same_again(tmp_path: Path) -> None:
    for name in ("b.whl", "a.deb", "Ä.txt"):
        (tmp_path / name).write_bytes(name.encode())
    (tmp_path / "folder").mkdir()
    written = release.write_sums(tmp_path).read_bytes()
    expected = [
        f"{hashlib.sha256(n.encode()).hexdigest()}  {n}" for n in ("a.deb", "b.whl", "Ä.txt")
    ]
    assert written.decode() == "\n".join([*expected, ""])
    assert release.write_sums(tmp_path).read_bytes() == written
    if tool := shutil.which("sha256sum"):
        subprocess.run([tool, "--check", "--strict", release.SUMS], cwd=tmp_path, check=True)


def test_nothing_to_ship_is_an_error(tmp_path: Path) -> None:
    (tmp_path / release.SUMS).write_text("")
    with pytest.raises(SystemExit, match="nothing to be shipped"):
        release.write_sums(tmp_path)
