"""Lookup by name in a registry; an unknown name is told the nearest and all there are."""

from collections.abc import Iterable, Mapping
from difflib import get_close_matches
from types import MappingProxyType
from typing import Protocol, TypeVar

from lnl_gui.util.errors import UserError
from lnl_gui.util.messages import Message, message

T = TypeVar("T")
_CUTOFF = 0.4
"""How alike a name must be to be meant; names of methods differ by a word, not by a letter."""


class Named(Protocol):
    """An entry of a registry."""

    @property
    def name(self) -> str:
        """Identifier on the command line and in files."""


N = TypeVar("N", bound=Named)


def by_name(entries: Iterable[N]) -> dict[str, N]:
    """Entries by their names; of two with one name the first, so that ours are never replaced."""
    table: dict[str, N] = {}
    for entry in entries:
        table.setdefault(entry.name, entry)
    return table


def find_by_name(
    name: str, known: Mapping[str, T], *, error: Message, code: str, also: Iterable[str] = ()
) -> T:
    """What is called `name`.

    Args:
        name: as it was given.
        known: all there is, by name.
        error: what to say of an unknown name.
        code: of that error.
        also: names that are understood in another way, for the hint.

    Raises:
        UserError: for an unknown name; the hint suggests the nearest and lists all.
    """
    if name in known:
        return known[name]
    raise UserError(error, known_names(name, [*known, *also]), code=code)


def near_names(name: str, known: Iterable[str], *, count: int = 1) -> list[str]:
    """The known names most like one, the nearest first; empty where none is near."""
    return get_close_matches(name.lower(), list(known), n=count, cutoff=_CUTOFF)


def known_names(
    name: str, known: Iterable[str], *, elsewhere: Mapping[str, str] = MappingProxyType({})
) -> Message:
    """A hint that names the known name nearest to `name`, if one is near, and all known ones.

    Args:
        name: as it was given.
        known: all there are.
        elsewhere: known name by what others call it, to which it may be nearest.
    """
    names = list(known)
    others = {other: own for other, own in elsewhere.items() if own in names}
    near = [others.get(found, found) for found in near_names(name, [*others, *names])]
    listed = ", ".join(names)
    if not near:
        return message("Known are {names}.", names=listed)
    return message("Did you mean {near}? Known are {names}.", near=near[0], names=listed)
