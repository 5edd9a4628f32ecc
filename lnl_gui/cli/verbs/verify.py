"""`lnl-gui verify DIR`: whether an export is still as it was written."""

import argparse
import json
from dataclasses import asdict

from lnl_gui.cli import options as shared
from lnl_gui.cli.context import TerminalContext
from lnl_gui.cli.exit_codes import MENDABLE
from lnl_gui.cli.terminal import tell
from lnl_gui.util.messages import message
from lnl_gui.util.progress import stage_progress
from lnl_gui.util.translation import tr
from lnl_gui.util.visible import visible


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the verb's options."""
    parser.add_argument("folder", type=shared.absolute, metavar="DIR", help=tr("of an export"))
    shared.add_json(parser)


def run(options: argparse.Namespace) -> int:
    """Print what is missing, changed or not of the export, one line each; 3 where there is any."""
    from lnl_gui.pipeline.output.checksums import verify

    with TerminalContext(quiet=options.json) as context:
        found = verify(
            options.folder, progress=stage_progress(context, message("Reading the files"))
        )
    if options.json:
        print(json.dumps(asdict(found)))
    else:
        for title, paths in (
            (tr("missing"), found.missing),
            (tr("changed"), found.changed),
            (tr("not of the export"), found.unknown),
        ):
            for path in paths:
                print(f"{title}: {visible(path)}")
    if found.none:
        tell(
            message(
                "All {count:,} files of {folder} are as they were written.",
                count=found.checked,
                folder=options.folder,
            )
        )
    return 0 if found.none else MENDABLE
