"""`lnl-gui import SOURCE`: read a dataset into a new project."""

import argparse
import json
import sys

from lnl_gui.cli import options as shared
from lnl_gui.cli.jobs import import_dataset


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
    print(
        f"{metrics['samples']:,} samples in {metrics['classes']:,} classes"
        f" ({metrics['reader']}), {metrics['skipped']:,} skipped -> {project}",
        file=sys.stderr,
    )
    if metrics["annotators"]:
        print(f"annotators: {', '.join(metrics['annotators'])}", file=sys.stderr)
    if options.json:
        print(json.dumps({"project": str(project), **metrics}))
    return 0
