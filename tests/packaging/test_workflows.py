"""The continuous builds: pinned, with the least rights, on all systems; what they run exists."""

import re
import shlex
import shutil
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import bootstrap
import build
import pytest
import yaml
from frozen.sources import ROOT
from set_up.environment import SUPPORTED

FOLDER = ROOT / ".github" / "workflows"
FILES = sorted(FOLDER.glob("*.yml"))
PINNED = re.compile(r"uses: [\w-]+/[\w-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$")
SYSTEMS = {"ubuntu": "Linux", "macos": "macOS", "windows": "Windows"}

pytestmark = pytest.mark.skipif(not FILES, reason="the source archive has no workflows")


def jobs() -> Iterator[tuple[str, str, dict[str, Any]]]:
    for file in FILES:
        for name, job in yaml.safe_load(file.read_text("utf-8"))["jobs"].items():
            yield file.stem, name, job


def commands() -> Iterator[tuple[dict[str, Any], str]]:
    """Every step that runs something, and its text."""
    for _, _, job in jobs():
        for step in job["steps"]:
            if "run" in step:
                yield step, step["run"]


def systems_of(job: dict[str, Any]) -> set[str]:
    named = job.get("strategy", {}).get("matrix", {}).get("system", [job["runs-on"]])
    return {SYSTEMS[label.partition("-")[0]] for label in named}


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_actions_are_pinned_and_a_workflow_only_reads(file: Path) -> None:
    text = file.read_text("utf-8")
    for line in re.findall(r"uses: .*", text):
        assert PINNED.match(line), line
    whole = yaml.safe_load(text)
    assert whole["permissions"] == {"contents": "read"}
    for name, job in whole["jobs"].items():
        assert job.get("permissions") == ({"contents": "write"} if name == "draft" else None)
        assert job["timeout-minutes"] <= 120
        needed = job.get("needs", [])
        assert set([needed] if isinstance(needed, str) else needed) <= whole["jobs"].keys()
        for step in job["steps"]:
            if "checkout@" in step.get("uses", ""):
                assert step["with"]["persist-credentials"] is False


def test_the_tests_run_on_every_system_with_every_python() -> None:
    found = {name: job for file, name, job in jobs() if file == "tests"}
    matrix = found["test"]["strategy"]["matrix"]
    assert systems_of(found["test"]) == set(SYSTEMS.values())
    (major, low), (_, high) = SUPPORTED
    assert matrix["python"] == [f"{major}.{minor}" for minor in range(low, high)]
    assert found["test"]["strategy"]["fail-fast"] is False


def test_a_release_has_a_bundle_for_every_system_and_waits_for_all() -> None:
    found = {name: job for file, name, job in jobs() if file == "release"}
    assert systems_of(found["bundle"]) == set(SYSTEMS.values())
    assert set(found["draft"]["needs"]) == found.keys() - {"draft", "check"}
    assert all(found[name]["needs"] == "check" for name in found["draft"]["needs"])
    by_system = {SYSTEMS[e["system"].partition("-")[0]]: e["formats"] for e in matrix_rows(found)}
    known = {"Linux": "linux", "macOS": "darwin", "Windows": "win32"}
    for system, formats in by_system.items():
        made = re.findall(r"[a-z]{3,}", re.sub(r"\$\{\{ vars\.\w+", "", formats))
        assert tuple(made) == build.FORMATS[known[system]]


def matrix_rows(found: dict[str, Any]) -> list[dict[str, str]]:
    return found["bundle"]["strategy"]["matrix"]["include"]


TAKES: dict[str, Callable[[list[str]], object]] = {"bootstrap.py": bootstrap.options_of}


def test_every_script_that_is_run_exists_and_knows_its_words() -> None:
    seen = set()
    for _, text in commands():
        for line in re.findall(r"packaging/\S+\.py.*", text):
            script, *words = shlex.split(line.partition(" > ")[0])
            assert (ROOT / script).is_file(), script
            name = Path(script).name
            seen.add(name)
            if name in TAKES:
                TAKES[name](words)
            else:
                described = (ROOT / script).read_text("utf-8")
                for word in words:
                    assert (
                        not re.match(r"(--)?[a-z]{3,}$", word)
                        or word in described
                        or word == "dist"
                    )
    assert seen == {"bootstrap.py", "build.py", "check_package.py", "release.py"}


def test_nothing_that_others_name_becomes_a_command() -> None:
    for _, text in commands():
        # A branch or a tag may have any name; as a variable it stays a word.
        assert "${{" not in text


@pytest.mark.skipif(shutil.which("bash") is None, reason="checked where there is a bash")
def test_commands_are_valid_shell() -> None:
    for step, text in commands():
        if step.get("shell") != "pwsh":
            done = subprocess.run(["bash", "-n"], input=text, capture_output=True, text=True)
            assert done.returncode == 0, f"{text}\n{done.stderr}"


@pytest.mark.skipif(shutil.which("actionlint") is None, reason="actionlint is not on the path")
def test_actionlint_has_no_remark() -> None:
    done = subprocess.run(["actionlint", "-no-color", *FILES], capture_output=True, text=True)
    assert done.returncode == 0, done.stdout
