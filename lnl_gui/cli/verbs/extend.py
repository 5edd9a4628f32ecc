"""`lnl-gui extend PROJECT REVIEWED`: add the reviewed images of another project to the dataset."""

import argparse
import json
from dataclasses import replace

from lnl_gui.cli import options as shared
from lnl_gui.cli.exit_codes import MENDABLE
from lnl_gui.cli.jobs import run_job
from lnl_gui.cli.open_session import open_session
from lnl_gui.cli.terminal import tell, warn
from lnl_gui.store.jobs.parameters import ExtendParameters
from lnl_gui.util.messages import message, message_n
from lnl_gui.util.translation import tr


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the verb's options."""
    shared.add_project(parser)
    parser.add_argument(
        "reviewed",
        type=shared.absolute,
        metavar="REVIEWED",
        help=tr("the project in which the new images were reviewed; only read"),
    )
    parser.add_argument(
        "--in-place",
        action="store_true",
        help=tr("copy the images into the dataset; without it, say what would be done"),
    )
    parser.add_argument(
        "--split",
        default="",
        metavar="NAME",
        help=tr("part of the dataset that they join; default: the one for training"),
    )
    parser.add_argument(
        "--undecided",
        action="store_true",
        help=tr("also images with a label that nobody has decided on"),
    )
    shared.add_json(parser)


def run(options: argparse.Namespace) -> int:
    """Say what would be done, and do it where asked; 3 where images find no place.

    Raises:
        UserError: when a project cannot be read, or the dataset takes no images.
    """
    from lnl_gui.session.added_images import addition_words, keep_added

    parameters = ExtendParameters(
        str(options.reviewed), options.split, undecided=options.undecided, preview=True
    )
    with open_session(options.project) as session:
        metrics = run_job(session, parameters, quiet=options.json).metrics
        added = bool(options.in_place and (metrics["copied"] or metrics["known"]))
        if added:
            done = replace(parameters, preview=False)
            metrics = run_job(session, done, quiet=options.json).metrics
    for line in addition_words(metrics):
        tell(line)
    kept = 0
    if added:
        # Opened anew: there are other samples now.
        with open_session(options.project) as session:
            run = session.runs.latest("extend")
            kept = len(keep_added(session, run).rows) if run is not None else 0
        tell(message_n("{count:,} decision came along.", "{count:,} decisions came along.", kept))
        if metrics["undo"]:
            tell(
                message(
                    "take it back with: lnl-gui apply --undo {undo}",
                    undo=metrics["undo"],
                )
            )
    elif metrics["copied"] or metrics["known"]:
        warn(message("Nothing was changed: say --in-place."))
    if options.json:
        print(json.dumps({**metrics, "changed": added, "decisions": kept}))
    return MENDABLE if metrics["refused"] else 0
