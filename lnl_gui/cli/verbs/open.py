"""`lnl-gui open PATH`: open a project or a dataset in the window.

The window opens before this module is imported; what is left to it is a path that is not there.
"""

import argparse

from lnl_gui.cli import options as shared
from lnl_gui.util.files.places import not_there
from lnl_gui.util.translation import tr


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the verb's options."""
    parser.add_argument(
        "path",
        type=shared.absolute,
        metavar="PATH",
        nargs="?",
        help=tr("a project, or a dataset, whose project is offered where it has one"),
    )


def run(options: argparse.Namespace) -> int:
    """Say what is not there.

    Raises:
        UserError: always.
    """
    raise not_there(options.path)
