"""`lnl-gui demo`: clean handwritten digits of which a fifth have a wrong label, and count.

The truth is known, so the demo can say how many of the wrong labels were found.
"""

import argparse
import csv
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np

from lnl_gui.cli import options as shared
from lnl_gui.cli.jobs import make_project
from lnl_gui.cli.open_session import open_session
from lnl_gui.cli.terminal import tell
from lnl_gui.cli.verbs.run import Timer, add_stages, run_stages
from lnl_gui.session.session import Session
from lnl_gui.store.jobs.parameters import DemoParameters
from lnl_gui.store.project import SUFFIX, is_project
from lnl_gui.util.files.places import refuse_unwritable_folder
from lnl_gui.util.messages import in_english, message
from lnl_gui.util.paths import data_folder
from lnl_gui.util.process.program import program_command
from lnl_gui.util.translation import tr


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the verb's options."""
    parser.add_argument(
        "--folder", type=shared.absolute, metavar="DIR", help=tr("where the demo's files go")
    )
    parser.add_argument("--headless", action="store_true", help=tr("open no window"))
    parser.add_argument(
        "--screenshot",
        type=shared.absolute,
        metavar="FILE",
        help=tr("where a picture of the window goes when there is no display"),
    )
    add_stages(parser)
    shared.add_json(parser)


def run(options: argparse.Namespace) -> int:
    """Make the dataset, run the main job, count what was found, show the window."""
    folder: Path = options.folder or data_folder() / "demo"
    timer = Timer()
    project = prepare(folder, timer)
    with open_session(project) as session:
        summary = run_stages(session, options, timer)
        summary |= score(session, folder / "truth.csv")
    print_result(summary)
    picture = options.screenshot or folder / "window.png"
    if has_display() and not options.headless:
        tell(message("Opening the window; close it to end the demo."))
        # A process of its own: no module of the command line imports Qt.
        subprocess.run([*program_command(), str(project)], check=False)
    elif save_picture(project, picture):
        summary["screenshot"] = str(picture)
        tell(message("A picture of the window: {picture}", picture=picture))
    tell(
        message(
            "Open it again with: {spoken_command} {project}",
            spoken_command=spoken_command(),
            project=project,
        )
    )
    if options.json:
        print(json.dumps(in_english(summary)))
    return 0


def prepare(folder: Path, timer: Timer) -> Path:
    """Write the digits and import them, unless an earlier demo did."""
    project = folder / f"digits{SUFFIX}"
    if not is_project(project):
        refuse_unwritable_folder(folder)
        parameters = DemoParameters(project=str(project))
        timer.time("import", lambda: make_project(parameters))
    return project


def score(session: Session, truth_file: Path) -> dict[str, Any]:
    """Compare flags and suggestions with the truth, which detection never saw."""
    with truth_file.open(encoding="utf-8", newline="") as stream:
        truth = {line["path"]: line["true_label"] for line in csv.DictReader(stream)}
    id_of = {entry.name: entry.id for entry in session.classes}
    columns = session.columns
    true_label = np.array([id_of[truth[path]] for path in columns.paths])
    wrong = columns.given != true_label
    cleaned = np.where(columns.flagged, columns.suggested, columns.given)
    return {
        "wrong_labels": int(wrong.sum()),
        "wrong_labels_flagged": int((wrong & columns.flagged).sum()),
        "right_labels_flagged": int((~wrong & columns.flagged).sum()),
        "suggestion_right": int((wrong & columns.flagged & (cleaned == true_label)).sum()),
        "labels_right_before": float((~wrong).mean()),
        "labels_right_after": float((cleaned == true_label).mean()),
    }


def print_result(summary: dict[str, Any]) -> None:
    """Print how many of the wrong labels were found."""
    found, wrong = summary["wrong_labels_flagged"], summary["wrong_labels"]
    tell(
        message(
            "\nOf {wrong} wrong labels {found} were found ({share:.1%}), with"
            " {right_labels_flagged} false alarms; {suggestion_right} of the suggestions are"
            " right.\nAccepting every suggestion takes the labels from"
            " {labels_right_before:.1%} to {labels_right_after:.1%} right.",
            wrong=wrong,
            found=found,
            share=found / max(wrong, 1),
            right_labels_flagged=summary["right_labels_flagged"],
            suggestion_right=summary["suggestion_right"],
            labels_right_before=summary["labels_right_before"],
            labels_right_after=summary["labels_right_after"],
        )
    )


def spoken_command() -> str:
    """How a person starts this program: by name where it is on the path."""
    found = shutil.which("lnl-gui")
    started = Path(sys.argv[0])
    if found is None and started.stem == "lnl-gui" and started.is_file():
        return str(started)
    return "lnl-gui"


def has_display() -> bool:
    """Whether a window can be shown."""
    if sys.platform in ("win32", "darwin"):
        # A build machine has a display and nobody to close the window.
        return not os.environ.get("CI")
    return bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))


def save_picture(project: Path, picture: Path) -> bool:
    """Render the window offscreen, in a process of its own."""
    done = subprocess.run(
        [*program_command(), "picture", str(project), str(picture)],
        # Qt ends a process that finds no display, unless it is told to need none.
        env=os.environ | {"QT_QPA_PLATFORM": "offscreen"},
        check=False,
    )
    return done.returncode == 0 and picture.is_file()
