"""`lnl-gui patch PROJECT FILE`: write what was changed as a small text file."""

import argparse
import json

from lnl_gui.cli import options as shared
from lnl_gui.cli.context import TerminalContext
from lnl_gui.cli.open_session import open_session
from lnl_gui.cli.terminal import tell
from lnl_gui.cli.unseen_suggestions import tell_unseen
from lnl_gui.util.messages import message, message_n
from lnl_gui.util.translation import tr


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the verb's options."""
    shared.add_project(parser)
    parser.add_argument("file", type=shared.absolute, metavar="FILE")
    parser.add_argument(
        "--accept-suggestions",
        action="store_true",
        help=tr("also apply the suggestion to suspects nobody has looked at"),
    )
    parser.add_argument(
        "--exclude-unsure", action="store_true", help=tr("leave out samples marked unsure")
    )
    shared.add_accept_unjudged(parser)
    shared.add_json(parser)


def run(options: argparse.Namespace) -> int:
    """Write the patch and say what is in it."""
    from lnl_gui.pipeline.output.patch import write_project_patch

    if options.accept_suggestions:
        with open_session(options.project, read_only=True) as session:
            tell_unseen(session, options)
    counts = write_project_patch(
        options.project,
        options.file,
        TerminalContext(),
        accept_suggestions=options.accept_suggestions,
        exclude_unsure=options.exclude_unsure,
    )
    tell(
        message(
            "{relabelled:,} new labels and {removed:,} images to leave out -> {file}",
            relabelled=counts.relabelled,
            removed=counts.removed,
            file=options.file,
        )
    )
    if counts.unlabelled:
        tell(
            message_n(
                "{count:,} image loses its label: its class was deleted.",
                "{count:,} images lose their label: their class was deleted.",
                counts.unlabelled,
            )
        )
    if options.json:
        print(
            json.dumps(
                {
                    "relabelled": counts.relabelled,
                    "removed": counts.removed,
                    "unlabelled": counts.unlabelled,
                }
            )
        )
    return 0
