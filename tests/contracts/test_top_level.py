"""What lies at the top of the repository: a log that is left there would be shipped with it."""

import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
EXPECTED = {
    *("lnl_gui", "resources", "tests", "packaging"),
    *("pyproject.toml", "README.md", "LICENSE", "constraints.txt"),
}


def test_nothing_else_is_kept_there() -> None:
    if not (ROOT / ".git").exists():
        pytest.skip("no checkout: what is kept is not known")
    command = ["git", "-C", str(ROOT), "ls-files", "-z"]
    listed = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    tops = {file.partition("/")[0] for file in listed.split("\0") if file}
    assert {name for name in tops if not name.startswith(".")} == EXPECTED
