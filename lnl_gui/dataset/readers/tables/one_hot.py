"""Tables with a column for each class and a mark in the one that is meant."""

from collections.abc import Sequence

_YES = frozenset({"1", "1.0", "true", "yes", "x"})
_NO = frozenset({"0", "0.0", "false", "no", ""})
_FEWEST = 3
"""Marked columns that are classes though other columns lie beside them; two may be flags."""
_MOSTLY = 0.9
_HALF = 0.5


def is_marked(cell: str) -> bool:
    """Whether a one-hot cell says yes."""
    return cell.strip().casefold() in _YES


def find_one_hot(sample: Sequence[Sequence[str]], rest: Sequence[int]) -> tuple[int, ...]:
    """The columns of the classes among `rest`; none where the cells are something else.

    Rows with no mark or with several are allowed: they have no single label. Where columns of
    other kinds lie beside, nearly every row must have exactly one mark.
    """
    binary = [at for at in rest if _is_binary(sample, at)]
    if len(binary) < 2:
        return ()
    marks = [sum(is_marked(row[at]) for at in binary) for row in sample]
    single = sum(count == 1 for count in marks) / len(marks)
    if len(binary) == len(rest):
        # Two columns that are often both marked, or both not, are flags, not classes.
        return tuple(binary) if len(binary) >= _FEWEST or single > _HALF else ()
    return tuple(binary) if len(binary) >= _FEWEST and single >= _MOSTLY else ()


def _is_binary(sample: Sequence[Sequence[str]], at: int) -> bool:
    values = {row[at].strip().casefold() for row in sample}
    return values <= (_YES | _NO) and bool(values - {""})
