"""`lnl-gui whats-new`: what has changed in this version, or since another one."""

import argparse
import json
from dataclasses import asdict

import lnl_gui
from lnl_gui.cli import options as shared
from lnl_gui.installation.news import changelog, news
from lnl_gui.util.translation import tr
from lnl_gui.util.visible import harmless


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the verb's options."""
    which = parser.add_mutually_exclusive_group()
    which.add_argument(
        "--since", metavar="VERSION", default="", help=tr("all that is newer than this version")
    )
    which.add_argument("--all", action="store_true", help=tr("the changes of all versions"))
    shared.add_json(parser)


def run(options: argparse.Namespace) -> int:
    """Print the sections of the changelog."""
    found = changelog() if options.all else news(options.since)
    if options.json:
        entries = [asdict(changes) for changes in found]
        print(json.dumps({"version": lnl_gui.__version__, "changes": entries}))
    else:
        print(harmless("\n\n".join(changes.text for changes in found)))
    return 0
