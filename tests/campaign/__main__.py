"""Try everything: `python -m tests.campaign [--step N]`; figures tried, survived, lost."""

import argparse
import logging
import os
import sys
import tempfile
from pathlib import Path

from tests.campaign.damage import WAYS, copy_of, derived_files, work_on
from tests.campaign.full_disks import try_full_disks
from tests.campaign.kills import VERBS, Figures, kill, kill_by_strace
from tests.campaign.projects import make_whole_project


def main() -> int:
    """Run the campaign; 1 where anything was lost."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--step", type=int, default=1, help="of kills: every n-th change")
    options = parser.parse_args()
    logging.getLogger("lnl_gui").setLevel(logging.CRITICAL)
    everything: dict[str, Figures] = {}
    with tempfile.TemporaryDirectory(prefix="lnl-campaign-") as folder:
        home = Path(folder)
        os.environ["LNL_HOME"] = str(home / "home")
        whole = make_whole_project(home / "whole")
        for verb in VERBS:
            figures = kill(verb, whole, home / "p", step=options.step)
            _show(everything, f"kill: {verb.name}", figures)
        for name, figures in kill_by_strace(whole, home / "p", step=options.step):
            _show(everything, f"kill inside SQLite: {name}", figures)
        for way, damage in WAYS.items():
            figures = Figures()
            for number in range(len(derived_files(whole))):
                project = copy_of(whole, home / "p")
                damage(derived_files(project)[number])
                figures.note(lambda: work_on(project))  # noqa: B023 - called at once
            _show(everything, f"damaged file: {way}", figures)
        _show(everything, "full disk", try_full_disks())
    total = Figures(*(sum(getattr(f, n) for f in everything.values()) for n in _NAMES))
    _show(everything, "all", total)
    return int(total.lost > 0)


_NAMES = ("tried", "survived", "lost")


def _show(everything: dict[str, Figures], name: str, figures: Figures) -> None:
    everything[name] = figures
    said = "  ".join(f"{key} {getattr(figures, key):5}" for key in _NAMES)
    print(f"{name:44} {said}", flush=True)


if __name__ == "__main__":
    sys.exit(main())
