"""Try everything: `python -m tests.campaign [PART ...]`; figures tried, survived, lost.

With `--step N` every n-th change is killed at instead of each. `--soak MINUTES` adds hours at the
window at the end. What is promised, and which test proves it, is printed after all parts, and by
`python -m tests.campaign promises` alone.
"""

import argparse
import logging
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from tests.campaign import full_disks, mutated_metadata, soak, window_kills
from tests.campaign.computed import CASES, RUN
from tests.campaign.damage import WAYS, copy_of, derived_files, work_on
from tests.campaign.faults import CAN_FORK
from tests.campaign.job_kills import kill_case, make_apart
from tests.campaign.kills import VERBS, Figures, kill, kill_by_strace
from tests.campaign.projects import make_whole_project
from tests.campaign.promises import table
from tests.campaign.worker_kills import kill_workers

Part = Callable[["Campaign"], Iterator[tuple[str, Figures]]]


@dataclass(frozen=True)
class Campaign:
    """What the parts share."""

    home: Path
    step: int
    whole: Path
    """by `make_whole_project`"""

    @property
    def place(self) -> Path:
        """A folder that each part empties itself."""
        return self.home / "p"

    def computed(self) -> Path:
        """By `make_computed_project`; made once."""
        folder = self.home / "computed"
        made = folder / "shapes.lnl"
        return made if made.exists() else make_apart(folder)


def _verbs(campaign: Campaign) -> Iterator[tuple[str, Figures]]:
    for verb in VERBS:
        yield verb.name, kill(verb, campaign.whole, campaign.place, step=campaign.step)


def _inside_sqlite(campaign: Campaign) -> Iterator[tuple[str, Figures]]:
    yield from kill_by_strace(campaign.whole, campaign.place, step=campaign.step)


def _jobs(campaign: Campaign) -> Iterator[tuple[str, Figures]]:
    whole = campaign.computed()
    for case in (*CASES, RUN):
        if case.in_process:
            yield from kill_case(
                case, whole, campaign.place, step=campaign.step, every=5 * campaign.step
            )


def _workers(campaign: Campaign) -> Iterator[tuple[str, Figures]]:
    whole = campaign.computed()
    for case in CASES:
        yield case.kind, kill_workers(case, whole, campaign.place, moments=(1, 4))


def _windows(campaign: Campaign) -> Iterator[tuple[str, Figures]]:
    place = campaign.home / "windows"
    place.mkdir()
    yield "while reviewing", window_kills.kill_windows(place, max(2, 20 // campaign.step))


def _damage(campaign: Campaign) -> Iterator[tuple[str, Figures]]:
    for way, damage in WAYS.items():
        figures = Figures()
        for number in range(len(derived_files(campaign.whole))):
            project = copy_of(campaign.whole, campaign.place)
            damage(derived_files(project)[number])
            figures.note(lambda: work_on(project), what=way)  # noqa: B023 - called at once
        yield way, figures


def _disks(campaign: Campaign) -> Iterator[tuple[str, Figures]]:
    whole = campaign.computed()
    for stage in full_disks.STAGES:
        rooms = full_disks.rooms(16384 * campaign.step)
        few = rooms[:6] if stage.quiet else rooms
        yield stage.name, full_disks.try_stage(stage, whole, rooms=few)


def _images(campaign: Campaign) -> Iterator[tuple[str, Figures]]:
    count = 1500 // campaign.step
    # Apart: the peak of memory is that of a process.
    command = [sys.executable, "-m", "tests.campaign.mutated_images", str(count)]
    ended = subprocess.run(command, check=False, capture_output=True, text=True)
    survived = count if ended.returncode == 0 else 0
    sys.stderr.write(ended.stdout + (ended.stderr if ended.returncode else ""))
    yield "images", Figures(count, survived, count - survived)


def _metadata(campaign: Campaign) -> Iterator[tuple[str, Figures]]:
    place = campaign.home / "metadata"
    place.mkdir()
    found = mutated_metadata.campaign(place, 500 // campaign.step)
    survived = found["read"] + found["refused"]
    yield "metadata", Figures(found["tried"], survived, found["tried"] - survived)


PARTS: dict[str, Part] = {
    "verbs": _verbs,
    "sqlite": _inside_sqlite,
    "jobs": _jobs,
    "workers": _workers,
    "windows": _windows,
    "damage": _damage,
    "disks": _disks,
    "images": _images,
    "metadata": _metadata,
}
TITLES = {
    "verbs": "kill",
    "sqlite": "kill inside SQLite",
    "jobs": "kill of a job",
    "workers": "kill of the worker",
    "windows": "kill of the window",
    "damage": "damaged file",
    "disks": "full disk",
    "images": "mutated",
    "metadata": "mutated",
}
EVERYTHING = "everything"
_FORKS = ("verbs", "jobs", "workers", "disks")


def parsed(arguments: Sequence[str] | None = None) -> argparse.Namespace:
    """What is asked for."""
    parser = argparse.ArgumentParser(description=__doc__)
    # Python 3.11 holds the default itself against the choices, and no list is one.
    parser.add_argument(
        "parts",
        nargs="*",
        metavar="PART",
        choices=[*PARTS, "promises", EVERYTHING],
        default=EVERYTHING,
    )
    parser.add_argument("--step", type=int, default=1, help="of kills: every n-th change")
    parser.add_argument("--soak", type=float, default=0, metavar="MINUTES")
    return parser.parse_args(arguments)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the campaign; 1 where anything was lost."""
    options = parsed(arguments)
    if "promises" in options.parts:
        print(table())
        return 0
    logging.getLogger("lnl_gui").setLevel(logging.CRITICAL)
    total = Figures()
    with tempfile.TemporaryDirectory(prefix="lnl-campaign-") as folder:
        home = Path(folder)
        os.environ["LNL_HOME"] = str(home / "home")
        campaign = Campaign(home, options.step, make_whole_project(home / "whole"))
        for part in PARTS if options.parts == EVERYTHING else options.parts:
            if part in _FORKS and not CAN_FORK:
                continue
            for name, figures in PARTS[part](campaign):
                print(f"{TITLES[part] + ': ' + name:44} {figures}", flush=True)
                total.add(figures)
    print(f"{'all':44} {total}", flush=True)
    if options.parts == EVERYTHING:
        print(table())
    soaked = soak.main(["--minutes", str(options.soak)]) if options.soak else 0
    return int(total.lost > 0 or soaked > 0)


if __name__ == "__main__":
    sys.exit(main())
