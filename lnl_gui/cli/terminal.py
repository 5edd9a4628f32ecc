"""Output for a person, in the language in force."""

import sys

from lnl_gui.util.messages import Message
from lnl_gui.util.translation import localized


def tell(said: Message) -> None:
    """Print one line on standard error: standard output is for what scripts read."""
    print(localized(said), file=sys.stderr)
