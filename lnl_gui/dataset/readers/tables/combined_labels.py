"""Labels that may be several in one: a separator between words of which one is a class too."""

from collections.abc import Collection, Mapping, Sequence

from lnl_gui.dataset.listing import shorten
from lnl_gui.util.messages import Message, message

_SHOWN = 3
_FEWEST = 2
_MOST = 0.5

Parts = Mapping[str, Sequence[str]]
"""Cells with the parts that a separator divides them into."""


def combined(cells: Parts, alone: Collection[str], *, ordered: bool) -> list[str]:
    """The cells of which a part stands alone elsewhere.

    Args:
        cells: those that hold one separator.
        alone: the labels.
        ordered: whether the parts may be a way through a hierarchy, whose beginning is one too.
    """
    first = 1 if ordered else 0
    return [
        cell
        for cell, parts in cells.items()
        if len(parts) > 1 and any(part in alone for part in parts[first:])
    ]


def are_probably_several(found: Sequence[str], cells: Parts) -> bool:
    """Whether most names with a separator are such, and not one of many (`maillot, tank suit`)."""
    return len(found) >= _FEWEST and len(found) >= _MOST * len(cells)


def combined_message(labels: Sequence[str]) -> Message:
    """That classes may be several labels, and what to do about it."""
    return message(
        "Classes that may be several labels each, since parts of them are classes of their own:"
        " {names}. If so, give these images one label each, or none, before the dataset is read.",
        names=shorten(labels, _SHOWN),
    )
