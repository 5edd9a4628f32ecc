"""What to say when a name is not known: the nearest one, and all there are."""

from collections.abc import Iterable
from difflib import get_close_matches

from lnl_gui.util.messages import Message, message

_CUTOFF = 0.4
"""How alike a name must be to be meant; names of methods differ by a word, not by a letter."""


def near_names(name: str, known: Iterable[str], *, count: int = 1) -> list[str]:
    """The known names most like one, the nearest first; empty where none is near."""
    return get_close_matches(name.lower(), list(known), n=count, cutoff=_CUTOFF)


def known_names(name: str, known: Iterable[str]) -> Message:
    """A hint that names the known name nearest to `name`, if one is near, and all known ones."""
    names = list(known)
    near = near_names(name, names)
    listed = ", ".join(names)
    if not near:
        return message("Known are {names}.", names=listed)
    return message("Did you mean {near}? Known are {names}.", near=near[0], names=listed)
