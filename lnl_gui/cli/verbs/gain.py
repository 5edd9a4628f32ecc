"""`lnl-gui gain PROJECT report|list`: what cleaning gained, and the images that decide it."""

import argparse
import json

from lnl_gui.cli import options as shared
from lnl_gui.cli.open_session import open_session
from lnl_gui.cli.terminal import shown, tell, warn
from lnl_gui.cli.verbs.finetune import print_gain
from lnl_gui.session.session import Session
from lnl_gui.store.detection.untold_frames import said_of_training
from lnl_gui.store.training.gain import Gain, gain_to_dict
from lnl_gui.util.errors import UserError
from lnl_gui.util.messages import in_english, message, to_json
from lnl_gui.util.translation import tr


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the verb's options."""
    examples = (
        ("lnl-gui gain PROJECT list", tr("prints the paths to look at")),
        ("lnl-gui review PROJECT apply --table verdicts.csv", tr("the verdicts on them")),
        ("lnl-gui gain PROJECT report", tr("the gain, with these verdicts")),
    )
    shared.add_examples(parser, examples)
    shared.add_project(parser)
    parser.add_argument(
        "action",
        choices=("report", "list"),
        help=tr("say what cleaning gained, or list the held-out images that decide it"),
    )
    shared.add_json(parser)


def run(options: argparse.Namespace) -> int:
    """Report the gain, or list what decides it.

    Raises:
        UserError: when no training has been compared yet.
    """
    with open_session(options.project, read_only=True) as session:
        gain = session.statistics.gain()
        if gain is None:
            raise UserError(
                message("No training has been compared with one on the given labels."),
                message("Train first: `lnl-gui finetune PROJECT`."),
                code="nothing_compared",
            )
        return (
            _list(session, options) if options.action == "list" else _report(session, gain, options)
        )


def _report(session: Session, gain: Gain, options: argparse.Namespace) -> int:
    print_gain(gain)
    trained = session.runs.latest("finetune")
    warning = said_of_training(trained.metrics) if trained else None
    if warning is not None:
        warn(message("note: {warning}", warning=warning))
    if options.json:
        said = {"warnings": [to_json(warning)] if warning is not None else []}
        print(json.dumps(gain_to_dict(gain) | in_english(said)))
    return 0


def _list(session: Session, options: argparse.Namespace) -> int:
    paths = [session.path_of(row) for row in session.statistics.open_samples().tolist()]
    if options.json:
        print(json.dumps({"paths": paths}))
        return 0
    tell(
        message(
            "{count:,} images to judge by the picture alone, in random order: those at the top are"
            " a random part",
            count=len(paths),
        )
    )
    # The paths alone on standard output: they are the beginning of a table of verdicts.
    print("\n".join(map(shown, paths)))
    return 0
