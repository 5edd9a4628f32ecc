"""What to say when a name is not known: the nearest one, and all there are."""

from collections.abc import Iterable
from difflib import get_close_matches

from lnl_gui.util.messages import Message, message

_CUTOFF = 0.5
"""How alike a name must be to be meant; names of methods differ by a word, not by a letter."""


def known_names(name: str, known: Iterable[str]) -> Message:
    """A hint that names the known name nearest to `name`, if one is near, and all known ones."""
    names = list(known)
    near = get_close_matches(name, names, n=1, cutoff=_CUTOFF)
    listed = ", ".join(names)
    if not near:
        return message("Known are {names}.", names=listed)
    return message("Did you mean {near}? Known are {names}.", near=near[0], names=listed)
