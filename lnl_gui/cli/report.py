"""`lnl-gui report PROJECT FILE`: one HTML page on what was found and done."""

import argparse
import json
import sys

from lnl_gui.cli import options as shared
from lnl_gui.util.translation import tr


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the verb's options."""
    shared.add_project(parser)
    parser.add_argument(
        "file", type=shared.absolute, metavar="FILE", help=tr("such as report.html")
    )
    parser.add_argument(
        "--accept-suggestions",
        action="store_true",
        help=tr("count the suggestion as the label of suspects nobody has looked at"),
    )
    parser.add_argument(
        "--exclude-unsure", action="store_true", help=tr("leave out samples marked unsure")
    )
    shared.add_json(parser)


def run(options: argparse.Namespace) -> int:
    """Write the page."""
    from lnl_gui.cli.open_session import open_session
    from lnl_gui.pipeline.output.report import write_project_report

    # Says what of the project is damaged, and so missing from the page.
    open_session(options.project, read_only=True).close()
    write_project_report(
        options.project,
        options.file,
        accept_suggestions=options.accept_suggestions,
        exclude_unsure=options.exclude_unsure,
    )
    print(options.file, file=sys.stderr)
    if options.json:
        print(json.dumps({"file": str(options.file)}))
    return 0
