"""Hours at the real window: `python -m tests.campaign.soak [--minutes N] [--images N]`.

The product is started by its own `main` on a project that its own command line has made, and
reviewed by keys: verdicts, undo, filters, charts, re-ranking, closing and opening again. Every
minute memory, handles, threads, the journal's length and the time of a verdict go to a table. At
the end every verdict must be there, and nothing may have grown.
"""

import argparse
import json
import os
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from lnl_gui.cli.main import run_verb
from lnl_gui.session.session import Session
from lnl_gui.store.check import check_project
from tests.campaign.soak_model import Growth, Measurement, growth, read_measurements
from tests.campaign.soak_story import EXPECTED, MEASURED, PLAN, soak
from tests.conftest import draw_image
from tests.e2e.driver import run_sitting

CLASSES = ("square", "circle", "stripes")
WRONG_SHARE = 0.15


@dataclass(frozen=True)
class Outcome:
    """What a soak has shown."""

    measured: list[Measurement]
    grown: list[Growth]
    operations: int
    lost: list[str]
    reranked: int

    @property
    def failed(self) -> bool:
        return bool(self.lost) or any(found.too_much for found in self.grown)


def make_dataset(root: Path, count: int) -> Path:
    """Drawn images in three folders, of which some lie in a wrong one."""
    for number in range(count):
        kind = number % len(CLASSES)
        wrong = number % round(1 / WRONG_SHARE) == 0
        folder = root / CLASSES[(kind + wrong) % len(CLASSES)]
        folder.mkdir(parents=True, exist_ok=True)
        draw_image(kind, number).save(folder / f"{CLASSES[kind]}-{number:04d}.png")
    return root


def make_project(place: Path, images: int) -> Path:
    """What the command line makes of a folder of drawn images."""
    project = place / "soak.lnl"
    data = str(make_dataset(place / "shapes", images))
    command = ["run", data, "--project", str(project), "--encoder", "bundled-fast", "--json"]
    assert run_verb(command) == 0
    return project


def run_soak(
    place: Path,
    project: Path,
    *,
    minutes: float,
    pace: float,
    record_every: float = 1.0,
    reopen_every: int = 400,
    seed: int = 0,
) -> Outcome:
    """Review a project, with the story's notes in `place`.

    Raises:
        AssertionError: when the window ends otherwise than by its person.
    """
    plan = {
        "project": str(project),
        "minutes": minutes,
        "pace": pace,
        "record_every": record_every,
        "reopen_every": reopen_every,
        "seed": seed,
    }
    (place / PLAN).write_text(json.dumps(plan))
    code, errors = run_sitting(soak, place, [str(project)], seconds=60 * minutes + 300)
    assert code == 0, f"the window ended with {code}:\n{errors}"
    return judge(place, project, errors)


def judge(place: Path, project: Path, errors: str = "") -> Outcome:
    """Compare what is on disk with what was expected, and the end with the beginning."""
    expected = json.loads((place / EXPECTED).read_text())
    lost = [line for line in errors.splitlines() if line.strip()]
    operations, missing = find_lost(expected, project)
    measured = read_measurements(place / MEASURED)
    grown = [*growth(measured, "project"), *growth(measured, "start")]
    return Outcome(measured, grown, operations, lost + missing, int(expected["reranked"]))


def find_lost(expected: dict[str, Any], project: Path) -> tuple[int, list[str]]:
    """Operations in the journal, and what is not as the notes of a sitting say."""
    lost = []
    with Session.open(project, reviewer="check") as session:
        columns, connection = session.columns, session.project.connection
        operations = int(connection.execute("SELECT count(*) FROM op").fetchone()[0])
        for row, path in enumerate(columns.paths):
            found = [int(columns.status[row]), int(columns.current[row])]
            wanted = [expected["status"][row], expected["label"][row]]
            # What was being decided at the moment of a kill may have been done or not.
            if found != wanted and row not in expected["pending"]:
                lost.append(f"{path}: {found}, expected {wanted}")
    if operations < expected["acknowledged"]:
        lost.append(f"{operations} operations in the journal of {expected['acknowledged']}")
    # The journal, told from its beginning, must lead to the present state.
    lost += [str(fault.text) for fault in check_project(project)]
    return operations, lost


def describe(outcome: Outcome) -> str:
    """A table of some minutes and the findings."""
    lines = ["minute page     memory worker handles threads widgets   ops  db MB  ms   99 %"]
    step = max(1, len(outcome.measured) // 40)
    lines += [
        f"{m.minute:6.1f} {m.page:7} {m.memory:7.1f} {m.worker_memory:6.0f} {m.handles:7}"
        f" {m.threads:7} {m.widgets:7} {m.operations:5} {m.database:6.2f} {m.median:4.1f}"
        f" {m.slowest:5.1f}"
        for m in outcome.measured[::step]
    ]
    lines += [str(found) for found in outcome.grown]
    last = outcome.measured[-1]
    lines.append(
        f"{last.minute:.0f} minutes, {last.verdicts} verdicts, {outcome.operations} operations,"
        f" {outcome.reranked} notes of re-ranking, opened {last.opened} times:"
        f" lost {len(outcome.lost)}"
    )
    return "\n".join([*lines, *outcome.lost[:20]])


def main(arguments: Sequence[str] | None = None) -> int:
    """1 where anything was lost or grows."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--minutes", type=float, default=120)
    parser.add_argument("--images", type=int, default=300)
    parser.add_argument("--pace", type=float, default=4, help="steps a second")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--keep", type=Path, help="a folder for project, table and logs")
    options = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory(prefix="lnl-soak-") as temporary:
        place = options.keep or Path(temporary)
        place.mkdir(parents=True, exist_ok=True)
        os.environ["LNL_HOME"] = str(place / "home")
        outcome = run_soak(
            place,
            make_project(place, options.images),
            minutes=options.minutes,
            pace=options.pace,
            seed=options.seed,
        )
    print(describe(outcome), flush=True)
    return int(outcome.failed)


if __name__ == "__main__":
    sys.exit(main())
