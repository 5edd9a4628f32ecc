"""Labels that may be several in one: a separator between words of which one is a class too."""

import re
from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from lnl_gui.dataset.listing import Listing, shorten
from lnl_gui.util.class_names import is_number
from lnl_gui.util.messages import Message, message

_SHOWN = 3
_FEWEST = 2
_MOST = 0.5
_MANY_IMAGES = 12
"""Images from which one name alone is asked about; a few are told from the others by a person."""

_JOINED = re.compile(
    r"[\s_-]+(?:or|and|with|vs\.?|versus|oder|und|mit|bzw\.?|ou|et|avec|o|y|e|con|com|och|dan)[\s_-]+"
    r"|\s*(?:[+&,;|~^*=@\u00a6\u2022\u3001\u30fb\uff06\uff0b\uff0c\uff1b]|<br\s*/?>)\s*"
    r"|\s*(?:[-=]*>+|\u2192|\u203a|\u00bb|\\)\s*|\s+(?:-+|\u2013|\u2014|_+|:|\.)\s+|__+",
    re.IGNORECASE,
)
"""Words and signs that join whole names, or the steps of a hierarchy: `cat or dog`, `cat + dog`,
`cat > dog`; full-width signs and dots at half height among them."""
_SIGNS_IN_NAMES = (" ", "_", "-", ".", ":", "#")
"""A blank between the words of a name, and signs that stand for one: `polar_bear`."""
_HUMP = re.compile(r"(?<=[^\W\d_A-Z])(?=[A-Z])")
"""Where a word begins in names without blanks: `PolarBear`."""
_WORD = re.compile(r"[^\W\d_]+")
_AROUND_WORDS = frozenset(" _-")
_SIGNS = " _-.,:;#()[]{}<>/?!'\""
_BRACKETS = re.compile(r"(.*\w)\s*[(\[{<]([^()]+)[)\]}>]")
_SHORT = 2
"""Letters of words that join others in many languages: `og`, `i`, `ve`; `ice` is part of a name."""
_BITS = re.compile(r"[01]+")
_BETWEEN_BITS = re.compile(r"[\s_;|-]+")

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


def is_common(text: str, parts: Sequence[str], counts: Mapping[str, int]) -> bool:
    """Whether a name has many images, and half as many as the rarest class of its parts has.

    One such name among few may be a `toy car` beside `toy` and `car`, and may be two labels.
    """
    images = counts.get(text, 0)
    return images >= max(_MANY_IMAGES, _MOST * min(counts.get(part, 0) for part in parts))


def with_combined_doubts(listing: Listing) -> Listing:
    """The listing with a suspicion where classes may be several labels, by their names."""
    counts = Counter(
        label
        for record in listing.records
        for label in (record.annotations or (record.label,))
        if label
    )
    made, bits = joined(counts), marked_places(counts)
    doubts = [combined_message(made.probable)] if made.probable else []
    notes = [combined_message(made.possible)] if made.possible else []
    if bits:
        doubts.append(
            message(
                "Labels that are rows of 0 and 1 ({names}): each place may be a label of its own,"
                " and an image have several. If so, give each image the one label that is meant.",
                names=shorten(bits, _SHOWN),
            )
        )
    return replace(
        listing,
        suspicions=[*listing.suspicions, *doubts],
        warnings=[*listing.warnings, *notes],
    )


@dataclass(frozen=True)
class Joined:
    """Labels that are others joined: of the possible ones it is as likely that they are names."""

    probable: tuple[str, ...]
    possible: tuple[str, ...]


def joined(counts: Mapping[str, int]) -> Joined:
    """The labels that are others joined by a word or a sign, each of which stands alone.

    `salt and pepper` without a `salt` and a `pepper` is a name, and so is every way through a
    hierarchy whose steps are no classes. By a blank, or a sign that many names have, it is only
    possible, as in `toy car`, unless most names are so or one alone is as common as its parts.
    A short word between two others joins them in some language; a long one or brackets may do so.

    Args:
        counts: images of each label.
    """
    images: Counter[str] = Counter()
    for text, number in counts.items():
        images[text.casefold()] += number

    def is_made(parts: Sequence[str]) -> bool:
        names = {part.strip().casefold() for part in parts}
        # `1-2` beside 1 and 2 is a grade between the two, and `1.5` a number.
        return len(names) > 1 and names <= images.keys() and not all(map(is_number, names))

    found = [text for text in counts if is_made(_JOINED.split(text))]
    possible: list[str] = []
    for text in counts:
        by_short = [is_short for is_short, parts in _joined_by_any_word(text) if is_made(parts)]
        if by_short:
            (found if any(by_short) else possible).append(text)
    ways = [{text: _HUMP.split(text) for text in counts if _HUMP.search(text)}]
    ways += [
        {text: text.split(sign) for text in counts if sign in text.strip(sign)}
        for sign in _SIGNS_IN_NAMES
    ]
    for cells in ways:
        made = [text for text, parts in cells.items() if is_made(parts)]
        sure = are_probably_several(made, cells) or is_one_of_few(made, cells, images)
        (found if sure else possible).extend(made)
    return Joined(
        tuple(dict.fromkeys(found)), tuple(t for t in dict.fromkeys(possible) if t not in found)
    )


def _joined_by_any_word(text: str) -> Iterator[tuple[bool, tuple[str, str]]]:
    """The parts around each inner word of a name, and whether that is short and stands alone.

    As in `cat og dog` and `cat (maybe dog)`; and those of `cat (dog)`.
    """
    for word in _WORD.finditer(text):
        before, after = text[: word.start()].strip(_SIGNS), text[word.end() :].strip(_SIGNS)
        if before and after:
            alone = {text[word.start() - 1], text[word.end()]} <= _AROUND_WORDS
            yield alone and len(word[0]) <= _SHORT, (before, after)
    brackets = _BRACKETS.fullmatch(text)
    if brackets:
        yield False, (brackets[1], brackets[2])


def marked_places(labels: Collection[str]) -> list[str]:
    """Labels such as `0101` with several places marked, where all labels are of 0 and 1 alone.

    With one place marked in each they are classes, and numbers of classes are seldom so without
    those between: zeros before them say that they are none, or many of them do.
    """
    rows = {label: _BETWEEN_BITS.sub("", label) for label in labels}
    several = sorted(label for label, row in rows.items() if row.count("1") > 1)
    if not several or not all(map(_BITS.fullmatch, rows.values())):
        return []
    lengths = set(map(len, rows.values()))
    has_zeros = any(row[0] == "0" for row in rows.values())
    filled = len(lengths) == 1 and len(rows) > _FEWEST and has_zeros
    # A spreadsheet takes the zeros away.
    shortened = max(lengths) > _FEWEST and len(rows) > _FEWEST + 1 and len(several) > 1
    return several if filled or shortened else []


def is_one_of_few(made: Sequence[str], cells: Parts, counts: Mapping[str, int]) -> bool:
    """Whether one name is made of others, is common, and is most of those with the separator."""
    if len(made) != 1 or len(made) < _MOST * len(cells):
        return False
    parts = [part.strip().casefold() for part in cells[made[0]]]
    return is_common(made[0].casefold(), parts, counts)


def combined_message(labels: Sequence[str]) -> Message:
    """That classes may be several labels, and what to do about it."""
    return message(
        "Classes that may be several labels each, since parts of them are classes of their own:"
        " {names}. If so, give these images one label each, or none, before the dataset is read.",
        names=shorten(labels, _SHOWN),
    )
