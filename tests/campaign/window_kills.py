"""The window killed at any moment while somebody reviews: `python -m tests.campaign.window_kills`.

The real window, started by the product's own `main`, and killed with `kill -9` from outside after a
number of verdicts. The project opens again, every acknowledged verdict is there, and the worker
that was left without a window ends.
"""

import argparse
import json
import os
import shutil
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import psutil

from lnl_gui.session.session import Session
from tests.campaign.kills import Figures
from tests.campaign.projects import make_reviewable_project
from tests.campaign.soak import find_lost
from tests.campaign.soak_story import EXPECTED, PLAN, review_without_end
from tests.e2e.driver import begin_sitting

PATIENCE = 120.0
IMAGES = 70


def kill_window(place: Path, project: Path, *, after: int, seed: int = 0) -> None:
    """Kill the window once so many verdicts were given, and look at what is left.

    Raises:
        AssertionError: where a verdict is lost or a process stays.
    """
    plan = {"project": str(project), "minutes": 1, "pace": 1, "record_every": 1}
    (place / PLAN).write_text(json.dumps({**plan, "reopen_every": 1, "seed": seed}))
    (place / EXPECTED).unlink(missing_ok=True)
    with begin_sitting(review_without_end, place, [str(project)]) as process:
        until(lambda: _given(place) >= after or process.poll() is not None, "verdicts")
        assert process.poll() is None, process.communicate()[1]
        children = psutil.Process(process.pid).children(recursive=True)
        process.kill()
        _, errors = process.communicate()
    assert errors == "", errors
    _, alive = psutil.wait_procs(children, timeout=PATIENCE)
    assert alive == [], alive
    expected = json.loads((place / EXPECTED).read_text())
    _, lost = find_lost(expected, project)
    assert lost == [], lost[:5]
    with Session.open(project, reviewer="check") as session:
        assert not session.read_only
        for _ in range(expected["acknowledged"]):
            assert session.undo() is not None
        # The one that was being given may be there as well.
        session.undo()
        assert not session.columns.status.any()


def _given(place: Path) -> int:
    try:
        found: dict[str, Any] = json.loads((place / EXPECTED).read_text())
    except FileNotFoundError:
        return -1
    return int(found["acknowledged"])


def until(holds: Callable[[], object], what: str) -> None:
    """Wait for something.

    Raises:
        AssertionError: when it does not come.
    """
    deadline = time.monotonic() + PATIENCE
    while not holds():
        assert time.monotonic() < deadline, f"waited for {what} in vain"
        time.sleep(0.003)


def kill_windows(place: Path, count: int, *, after: int = 1) -> Figures:
    """Kill a window after ever more verdicts, each time on a fresh project."""
    figures = Figures()
    whole = make_reviewable_project(place / "whole", IMAGES)
    for number in range(count):
        folder = place / "p"
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir()
        project = Path(shutil.copytree(whole, folder / whole.name))
        given = after + 5 * number
        figures.note(
            lambda: kill_window(folder, project, after=given, seed=number),  # noqa: B023
            what=f"window after {given} verdicts",
        )
    return figures


def main(arguments: Sequence[str] | None = None) -> int:
    """1 where anything was lost."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("count", nargs="?", type=int, default=20, help="of kills")
    options = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory(prefix="lnl-windows-") as folder:
        os.environ["LNL_HOME"] = f"{folder}/home"
        figures = kill_windows(Path(folder), options.count)
    print(f"kill: window       {figures}")
    return int(figures.lost > 0)


if __name__ == "__main__":
    sys.exit(main())
