"""What a registry names by its place, imported only where it is used."""

from importlib import import_module
from typing import Any


def imported(place: str) -> Any:
    """The object at "module:name", whose module is imported now.

    Args:
        place: such as "lnl_gui.learn.losses.cross_entropy:focal".
    """
    module, _, attribute = place.partition(":")
    return getattr(import_module(module), attribute)
