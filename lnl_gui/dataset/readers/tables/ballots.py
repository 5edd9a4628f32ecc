"""Label cells that hold what several people said: `cat|cat|dog`, `{"cat": 2, "dog": 1}`."""

import re
from collections import Counter
from collections.abc import Callable, Mapping
from functools import partial
from itertools import islice

from lnl_gui.dataset.csv_table import as_written
from lnl_gui.dataset.readers.missing_words import says_nothing
from lnl_gui.dataset.readers.tables.label_cells import counts_in, words_in
from lnl_gui.util.class_names import clean_label, is_number

_SEPARATORS = ("|", ";", "\uff1b", "\n", "\t", ",", "\uff0c", "\u3001")
_IN_NAMES = ("/", "+", "&", " ")
"""Signs that stand in names as well; there a cell needs three: `A/A` is a genotype, `bison bison`
one species."""
_MOSTLY = 0.8
"""Share of the images that as many people looked at, where the cells hold answers. What an image
shows is counted in cells too, as in `car,car,person`, and differs from one to the next."""
_HALF = 0.5
"""Share of the cells with several names that name one twice: of several labels none comes again."""
_FEWEST, _FEWEST_IN_NAMES = 2, 3
_MOST_PEOPLE = 60
"""More are the parts of a hundred."""
_LOOKED_AT = 2000
_MARKS = frozenset({"0", "1", "true", "false", "yes", "no"})
"""What stands for each class in a row of marks, of which several are alike."""

Ballots = dict[str, tuple[str, ...]]
"""Cells with the answers in them; () for one that says nothing."""


def ballots_in(cells: Counter[str]) -> Ballots:
    """The answers in each cell of a column; empty where its cells are no answers of several.

    They are where most cells hold as many names as the others and half of these name one twice.

    Args:
        cells: how often each text stands there.
    """
    plain = {cell: clean_label(as_written(cell)) for cell in cells}
    ways: list[tuple[Callable[[str], tuple[str, ...]], int]] = [
        (_counted, _FEWEST),
        (_listed, _FEWEST),
        *((partial(_divided, sign), _FEWEST) for sign in _SEPARATORS),
        *((partial(_divided, sign), _FEWEST_IN_NAMES) for sign in _IN_NAMES),
    ]
    first = dict(islice(plain.items(), _LOOKED_AT))
    for way, fewest in ways:
        # Of a million different texts a few tell that they are no answers.
        if _are_answers(_answers(first, way), cells, fewest):
            found = _answers(plain, way)
            if _are_answers(found, cells, fewest):
                return found
    return {}


def shared_evenly(ballots: Ballots, cells: list[str]) -> list[tuple[str, ...]]:
    """The answers of each row, as many in each, with "" for those that are missing.

    Nothing says whose the first is. Where the cells count the answers, that of most would stand
    first in each, as if one person were always right: there they take turns.

    Args:
        ballots: of each cell.
        cells: of the rows.
    """
    most = max(map(len, ballots.values()))
    in_order = any(list(said) != _by_number(said) for said in ballots.values())
    rows = []
    for number, cell in enumerate(cells):
        said = ballots[cell] + ("",) * (most - len(ballots[cell]))
        turn = 0 if in_order else number % most
        rows.append(said[turn:] + said[:turn])
    return rows


def _answers(plain: Mapping[str, str], way: Callable[[str], tuple[str, ...]]) -> Ballots:
    """The answers in each cell; one of another form than the others is a single answer."""
    return {
        cell: () if says_nothing(text) else way(text) or (text,) for cell, text in plain.items()
    }


def _by_number(said: tuple[str, ...]) -> list[str]:
    return [name for name, count in Counter(said).most_common() for _ in range(count)]


def _are_answers(
    found: Mapping[str, tuple[str, ...]], cells: Mapping[str, int], fewest: int
) -> bool:
    filled = {cell: said for cell, said in found.items() if said}
    several = {cell: said for cell, said in filled.items() if len(said) > 1}
    names = {name for said in several.values() for name in said}
    if len(names) < _FEWEST or {name.casefold() for name in names} <= _MARKS:
        return False
    # Classes are numbered without wide gaps; colours and places in the image are not.
    numbers = [float(name) for name in names if is_number(name)]
    if len(numbers) == len(names) and max(map(abs, numbers)) > _FEWEST * len(numbers):
        return False
    totals: Counter[int] = Counter()
    for cell, said in filled.items():
        totals[len(said)] += cells[cell]
    usual, images = totals.most_common(1)[0]
    if usual < fewest or images < _MOSTLY * totals.total() or len(names) > images * _HALF:
        return False
    # Where all agree in every image nothing tells answers from names of several words.
    if all(len(set(said)) == 1 for said in several.values()):
        return False
    again = sum(cells[cell] for cell, said in several.items() if len(set(said)) < len(said))
    return again >= _HALF * sum(cells[cell] for cell in several)


def _counted(text: str) -> tuple[str, ...]:
    """The names in `{"cat": 2, "dog": 1}` or `cat:2;dog:1`, each as often as it was chosen."""
    counts = counts_in(text)
    if not all(float(number).is_integer() and number >= 0 for number in counts.values()):
        return ()
    if sum(counts.values()) > _MOST_PEOPLE:
        return ()
    ranked = sorted(counts.items(), key=lambda item: -item[1])
    return tuple(clean_label(name) for name, number in ranked for _ in range(int(number)))


def _listed(text: str) -> tuple[str, ...]:
    return tuple(name for word in words_in(text) if (name := clean_label(word)))


def _divided(sign: str, text: str) -> tuple[str, ...]:
    parts = re.split(r"\s+", text) if sign == " " else text.split(sign)
    return tuple(name for part in parts if (name := clean_label(part)))
