"""`lnl-gui relocate PROJECT --image-root DIR`: say where the images lie now."""

import argparse
import json

from lnl_gui.cli import options as shared
from lnl_gui.cli.jobs import run_job
from lnl_gui.cli.open_session import open_session
from lnl_gui.cli.terminal import tell
from lnl_gui.store.jobs.parameters import RelocateParameters
from lnl_gui.util.messages import message
from lnl_gui.util.translation import tr


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the verb's options."""
    shared.add_project(parser)
    parser.add_argument(
        "--image-root",
        type=shared.absolute,
        metavar="DIR",
        required=True,
        help=tr("the folder that the images are in, at any depth"),
    )
    parser.add_argument(
        "--accept-missing",
        action="store_true",
        help=tr("go on although few of the images are there, or others of the same names"),
    )
    shared.add_json(parser)


def run(options: argparse.Namespace) -> int:
    """Relocate and say what was found."""
    parameters = RelocateParameters(str(options.image_root), options.accept_missing)
    with open_session(options.project) as session:
        metrics = run_job(session, parameters, quiet=options.json).metrics
    tell(
        message(
            "{found:,} images found, {missing:,} missing; {compared:,} compared by content,"
            " {different:,} of them hold another picture",
            **{name: metrics[name] for name in ("found", "missing", "compared", "different")},
        )
    )
    if options.json:
        print(json.dumps(metrics))
    return 0
