"""A download is announced, and asked about where somebody can answer.

On a terminal the question must be answered with yes, unless `--yes` was given. Without one the
announcement goes to standard error and the download begins: who names an encoder in a script wants
it. `--no-download` stops instead, with exit code 3.
"""

import argparse
import sys
from collections.abc import Sequence

from lnl_gui.cli.terminal import warn
from lnl_gui.util.errors import UserError
from lnl_gui.util.messages import Message, message
from lnl_gui.util.translation import localized


def settle_downloads(options: argparse.Namespace, encoders: Sequence[str]) -> None:
    """Announce downloads and ask for consent where there is a terminal.

    Raises:
        UserError: with code `download_needed` when it may not.
    """
    from lnl_gui.pipeline.embedding.downloads import CODE, planned_downloads, refuse_downloads

    # A file of one's own needs no download.
    if options.weights:
        return
    if options.no_download:
        refuse_downloads(encoders)
    planned = planned_downloads(encoders)
    for entry in planned:
        warn(message("weights to download: {entry}", entry=entry.described()))
    if planned and not options.yes and can_ask() and not confirmed():
        raise UserError(
            message("Nothing was downloaded."),
            message("The bundled encoder needs nothing."),
            code=CODE,
        )


def settle_training(options: argparse.Namespace, recipe: str, encoder: str) -> None:
    """The same for training: a recipe may bring a network of its own."""
    from lnl_gui.learn.recipes.registry import find_recipe

    settle_downloads(options, [find_recipe(recipe).backbone or encoder])


DOWNLOAD = message("Download now? [y/N] ")
_YES = ("y", "yes", "j", "ja")
"""In every language that asks."""


def can_ask() -> bool:
    """Whether standard input and error are a terminal."""
    # A process started without a console (`pythonw`, a service) has no standard input.
    return sys.stdin is not None and sys.stdin.isatty() and sys.stderr.isatty()


def confirmed(question: Message = DOWNLOAD) -> bool:
    """Ask; only yes is yes."""
    # `input` would ask on standard output, which is for what scripts read.
    print(localized(question), end="", file=sys.stderr, flush=True)
    return sys.stdin.readline().strip().lower() in _YES
