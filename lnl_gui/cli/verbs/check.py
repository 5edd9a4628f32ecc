"""`lnl-gui check PROJECT`: look for damage in a project, and mend what can be mended."""

import argparse
import json

from lnl_gui.cli import options as shared
from lnl_gui.cli.context import TerminalContext
from lnl_gui.cli.terminal import tell
from lnl_gui.session.checking import check_project
from lnl_gui.util.messages import in_english, message
from lnl_gui.util.progress import stage_progress
from lnl_gui.util.translation import localized, tr


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the verb's options."""
    shared.add_project(parser)
    parser.add_argument(
        "--repair",
        action="store_true",
        help=tr("mend what can be mended; the database as it was is kept beside"),
    )
    shared.add_json(parser)


def run(options: argparse.Namespace) -> int:
    """Print what is wrong, one line each; 3 where something is and was not mended."""
    with TerminalContext(quiet=options.json) as context:
        found = check_project(
            options.project,
            repair=options.repair,
            progress=stage_progress(context, message("Looking at the thumbnails")),
        )
    left = sum(not finding.mended for finding in found)
    if options.json:
        entries = [{"text": finding.text, "mended": finding.mended} for finding in found]
        print(json.dumps(in_english({"findings": entries, "left": left})))
    else:
        for finding in found:
            mark = tr("mended") if finding.mended else tr("damaged")
            print(f"{mark}: {localized(finding.text)}")
    if not found:
        tell(message("Nothing is damaged in {project}.", project=options.project))
    elif left and not options.repair:
        tell(
            message(
                "Mend what can be mended: `lnl-gui check {project} --repair`.",
                project=options.project,
            )
        )
    return 3 if left else 0
