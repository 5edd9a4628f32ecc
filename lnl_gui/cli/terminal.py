"""Output for a person, in the language in force."""

import sys

from lnl_gui.util.messages import Message
from lnl_gui.util.translation import localized
from lnl_gui.util.visible import harmless

CANNOT_JUDGE = 3
"""Exit code where nothing is known of the labels, as of errors that a person can mend."""


def tell(said: Message) -> None:
    """Print one line on standard error: standard output is for what scripts read."""
    print(harmless(localized(said)), file=sys.stderr)


def shown(text: str) -> str:
    """A name for standard output: as it is for a script, without commands for a terminal."""
    return harmless(text) if sys.stdout.isatty() else text
