"""`lnl-gui install-desktop`: LNL in the applications menu, and its files open with it."""

import argparse
import json

from lnl_gui.cli import options as shared
from lnl_gui.cli.terminal import shown
from lnl_gui.installation.menu import add_to_menu, remove_from_menu
from lnl_gui.util.translation import localized, tr


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the verb's options."""
    parser.add_argument("--remove", action="store_true", help=tr("take it out of the menu again"))
    shared.add_json(parser)


def run(options: argparse.Namespace) -> int:
    """Add LNL or take it out, and say which files that touched.

    Raises:
        UserError: when this copy of LNL does not stay, or a folder cannot be written.
    """
    change = remove_from_menu() if options.remove else add_to_menu()
    if options.json:
        files = [str(file) for file in change.files]
        print(json.dumps({"text": str(change.text), "files": files}))
        return 0
    print(localized(change.text))
    for file in change.files:
        print(f"  {shown(str(file))}")
    return 0
