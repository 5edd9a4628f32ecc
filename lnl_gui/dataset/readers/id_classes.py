"""Class names that are ids of single things: `6f1c…-…` of an upload, the hash of a file.

Such a folder holds what was made of one picture or came in one message, and is no class.
"""

import re
from collections.abc import Sequence

from lnl_gui.dataset.listing import shorten
from lnl_gui.util.messages import Message, message

_UUID = re.compile(
    r"(?<![0-9a-f])[0-9a-f]{8}-?(?:[0-9a-f]{4}-?){3}[0-9a-f]{12}(?![0-9a-f])", re.IGNORECASE
)
_HASH = re.compile(r"(?<![0-9a-z])(?=[0-9]*[a-f])(?=[a-f]*[0-9])[0-9a-f]{24,64}(?![0-9a-z])")
"""Hexadecimal digits of both kinds, as many as databases and sums of files have: 24, 32, 40, 64."""
_MOST = 0.5


def id_doubts(names: Sequence[str]) -> list[Message]:
    """A doubt that names the classes with such a name; none where most have another.

    Args:
        names: of all classes.
    """
    found = [name for name in names if _UUID.search(name) or _HASH.search(name.casefold())]
    if len(names) < 2 or len(found) <= _MOST * len(names):
        return []
    return [
        message(
            "Classes that are named like ids of single pictures, uploads or messages: {names}. If"
            " they only say where the images come from, their labels lie elsewhere, in a file or in"
            " other folders.",
            names=shorten(found),
        )
    ]
