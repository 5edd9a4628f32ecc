"""The table of formats: `python -m tests.formats [--python PATH]`."""

import argparse
import importlib.util
import sys
import tempfile
from pathlib import Path

from tests.formats.case import Case
from tests.formats.check import CASES, result, version


def main() -> int:
    """Print the table; 1 when something was read wrongly."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--python", help="an interpreter with the tools that are not here")
    other = parser.parse_args().python
    rows = []
    with tempfile.TemporaryDirectory() as folder:
        for number, case in enumerate(CASES.values()):
            python = _python_for(case, other)
            shown = f"{case.tool} {version(case.tool)}".strip()
            rows.append(
                (case.format, shown, result(case, Path(folder) / str(number), python=python))
            )
    print("| format | written by | result |\n|---|---|---|")
    for row in rows:
        print("| " + " | ".join(cell.replace("|", "/") for cell in row) + " |")
    right = sum(outcome == "right" for _, _, outcome in rows)
    absent = sum(outcome.startswith("not run") for _, _, outcome in rows)
    print(f"\n{right} of {len(rows)} right, {absent} not run.")
    return int(right + absent < len(rows))


def _python_for(case: Case, other: str | None) -> str:
    here = importlib.util.find_spec(case.tool) is not None
    return sys.executable if here or other is None else other


if __name__ == "__main__":
    sys.exit(main())
