"""Tables with a column for each class and a mark in the one that is meant."""

from collections.abc import Sequence

from lnl_gui.util.messages import message

UNMARKED = message("no class is marked")
_YES = frozenset({"1", "1.0", "true", "yes", "x"})
_NO = frozenset({"0", "0.0", "false", "no", ""})
_RARE_YES = frozenset({"y", "ja", "j", "wahr", "oui", "vrai", "si", "s\xed", "\u2713", "\u2714"})
_RARE_NO = frozenset({"n", "nein", "falsch", "non", "faux", "-", "-1", "-1.0", "\u2717", "\u2718"})
"""Words that are marks only where nearly every row has exactly one."""
_ANY_YES, _ANY_NO = _YES | _RARE_YES, _NO | _RARE_NO
_FEWEST = 3
"""Marked columns that are classes though a row has none of them, or several; two may be flags."""
_MOSTLY = 0.9
_HALF = 0.5


def is_marked(cell: str) -> bool:
    """Whether a one-hot cell says yes."""
    return cell.strip().casefold() in _ANY_YES


def find_one_hot(sample: Sequence[Sequence[str]], rest: Sequence[int]) -> tuple[int, ...]:
    """The columns of the classes among `rest`; none where the cells are something else.

    Rows with no mark or with several are allowed: they have no single label. Where columns of
    other kinds lie beside, nearly every row must have exactly one mark.
    """
    binary = [at for at in rest if _is_binary(sample, at, _YES, _NO)]
    if len(binary) == len(rest) > 1:
        single = _single(sample, binary)
        # Two columns that are often both marked, or both not, are flags, not classes.
        return tuple(binary) if len(binary) >= _FEWEST or single > _HALF else ()
    return marked_apart(sample, rest)


def marked_apart(sample: Sequence[Sequence[str]], rest: Sequence[int]) -> tuple[int, ...]:
    """The columns of yes and no among `rest` of which nearly every row has one marked."""
    binary = [at for at in rest if _is_binary(sample, at, _ANY_YES, _ANY_NO)]
    if len(binary) < 2 or _single(sample, binary) < _MOSTLY:
        return ()
    # Of a pair each must be a class: beside a mark in every row an empty column says nothing.
    pair = len(binary) < _FEWEST
    if pair and not all(any(is_marked(row[at]) for row in sample) for at in binary):
        return ()
    return tuple(binary)


def are_marks(sample: Sequence[Sequence[str]], columns: Sequence[int]) -> bool:
    """Whether columns hold yes and no alone."""
    return all(_is_binary(sample, at, _ANY_YES, _ANY_NO) for at in columns)


def _single(sample: Sequence[Sequence[str]], columns: Sequence[int]) -> float:
    """Share of the rows with exactly one mark."""
    return sum(sum(is_marked(row[at]) for at in columns) == 1 for row in sample) / len(sample)


def _is_binary(
    sample: Sequence[Sequence[str]], at: int, yes: frozenset[str], no: frozenset[str]
) -> bool:
    values = {row[at].strip().casefold() for row in sample}
    return values <= (yes | no) and bool(values - {""})
