"""The table of formats: `python -m tests.formats [--python PATH ...]`."""

import argparse
import importlib.util
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from functools import lru_cache
from pathlib import Path

from tests.formats.check import CASES, result
from tests.formats.check_loaded import load_result
from tests.formats.exported import make_project
from tests.formats.loading import LOAD_CASES

_NO_CASE = "\u2013"
Row = tuple[str, str]
"""Format and tool."""


def main() -> int:
    """Print the table; 1 when something was read wrongly."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "--python", action="append", default=[], help="an interpreter with tools that are not here"
    )
    parser.add_argument("--only", default="", help="formats and tools that have this in their name")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        read = dict(_read(Path(folder) / "read", options.python, options.only))
        written = dict(_written(Path(folder) / "written", options.python, options.only))
    print("| format | tool | written by it, read by LNL | written by LNL, read by it |")
    print("|---|---|---|---|")
    for row in sorted({*read, *written}, key=lambda row: (row[0].casefold(), row[1])):
        cells = (row[0], _shown(row[1], options.python))
        outcomes = (read.get(row, _NO_CASE), written.get(row, _NO_CASE))
        print("| " + " | ".join(c.replace("|", "/") for c in (*cells, *outcomes)) + " |")
    outcomes = [*read.values(), *written.values()]
    right = sum(outcome == "right" for outcome in outcomes)
    absent = sum(outcome.startswith("not run") for outcome in outcomes)
    print(f"\n{right} of {len(outcomes)} right, {absent} not run.")
    return int(right + absent < len(outcomes))


def _read(folder: Path, others: Sequence[str], only: str) -> Iterator[tuple[Row, str]]:
    for number, case in enumerate(CASES.values()):
        if only in case.name:
            python = _python_for(case.tool, others)
            yield (case.format, case.tool), result(case, folder / str(number), python=python)


def _written(folder: Path, others: Sequence[str], only: str) -> Iterator[tuple[Row, str]]:
    folder.mkdir()
    project = make_project(folder)
    for number, case in enumerate(LOAD_CASES.values()):
        if only in case.name:
            python = _python_for(case.tool, others)
            outcome = load_result(case, project, folder / str(number), python=python)
            yield (case.format, case.tool), outcome


def _python_for(tool: str, others: Sequence[str]) -> str:
    """The first environment that has a tool, this one before all others."""
    if importlib.util.find_spec(tool) is not None:
        return sys.executable
    return next((python for python in others if _version(python, tool)), sys.executable)


def _shown(tool: str, others: Sequence[str]) -> str:
    return f"{tool} {_version(_python_for(tool, others), tool)}".strip()


@lru_cache
def _version(python: str, tool: str) -> str:
    """The version that an environment has of a package, "" for none and for a part of Python."""
    ask = "import importlib.metadata as m, sys; print(m.version(sys.argv[1].replace('_', '-')))"
    done = subprocess.run([python, "-c", ask, tool], check=False, capture_output=True, text=True)
    return done.stdout.strip()


if __name__ == "__main__":
    sys.exit(main())
