"""`lnl-gui import SOURCE`: read a dataset into a new project."""

import argparse
import json

from lnl_gui.cli import options as shared
from lnl_gui.cli.jobs import import_dataset
from lnl_gui.cli.terminal import tell
from lnl_gui.util.messages import message


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the verb's options."""
    shared.add_source(parser)
    parser.add_argument(
        "--project", type=shared.absolute, metavar="DIR", help="default: SOURCE.lnl beside it"
    )
    shared.add_json(parser)


def run(options: argparse.Namespace) -> int:
    """Import and say what was found."""
    project = options.project or shared.default_project(options.source)
    metrics = import_dataset(shared.import_parameters(options, project)).metrics
    tell(
        message(
            "{samples:,} samples in {classes:,} classes ({reader}), {skipped:,} skipped ->"
            " {project}",
            samples=metrics["samples"],
            classes=metrics["classes"],
            reader=metrics["reader"],
            skipped=metrics["skipped"],
            project=project,
        )
    )
    if metrics["annotators"]:
        tell(message("annotators: {annotators}", annotators=", ".join(metrics["annotators"])))
    if options.json:
        print(json.dumps({"project": str(project), **metrics}))
    return 0
