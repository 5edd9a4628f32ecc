"""Options of every verb, which may also stand before it. Light: `--help` waits for this module."""

import argparse
from pathlib import Path

from lnl_gui.remote.address import remote_url
from lnl_gui.util.translation import tr

UNSAID = {"quiet": False, "verbose": False, "log_file": None, "config": None}
"""What they are where they are not given."""


def absolute(text: str) -> Path:
    """A path from the command line, made absolute; links keep the names they were given by.

    A URL stays one.
    """
    if remote_url(text) is not None:
        return Path(text)
    return Path(text).expanduser().absolute()


def add_common(parser: argparse.ArgumentParser) -> None:
    """How much is said, where it is logged, where settings come from; also before the verb."""
    group = parser.add_argument_group(tr("output"))
    # Suppressed where not given: a default behind the verb would undo what was said before it.
    choice = group.add_mutually_exclusive_group()
    choice.add_argument(
        "--quiet",
        "-q",
        action="store_true",
        default=argparse.SUPPRESS,
        help=tr("say nothing but warnings and errors"),
    )
    choice.add_argument(
        "--verbose",
        "-v",
        action="store_true",
        default=argparse.SUPPRESS,
        help=tr("say more, such as where settings came from"),
    )
    group.add_argument(
        "--log-file",
        type=absolute,
        metavar="FILE",
        default=argparse.SUPPRESS,
        help=tr("log to this file instead of the one in the user's log folder"),
    )
    group.add_argument(
        "--config",
        type=absolute,
        metavar="FILE",
        default=argparse.SUPPRESS,
        help=tr(
            "TOML file of settings; else lnl-gui.toml, or pyproject.toml with [tool.lnl-gui], from"
            " here upward; see `lnl-gui help settings`"
        ),
    )
