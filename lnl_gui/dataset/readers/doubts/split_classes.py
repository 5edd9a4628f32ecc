"""Classes that only some parts of a dataset have: one class may go by two names."""

import re
from collections import Counter
from collections.abc import Collection, Iterator
from dataclasses import replace
from itertools import combinations

from lnl_gui.dataset.listing import Listing, shorten
from lnl_gui.dataset.readers.files.folder_names import is_class_number
from lnl_gui.store.dataset.split_names import split_in_name
from lnl_gui.util.class_names import is_number, natural_key
from lnl_gui.util.messages import Message, message
from lnl_gui.util.similar_names import (
    differ_in_a_letter,
    differ_in_a_number_before,
    differ_in_signs,
)

_WORD = re.compile(r"[^\W_]+")
_DIGIT = re.compile(r"\d")
_MOST = 0.5
_EXPECTED = 3
"""Images of a class that would lie in a part if it had been drawn; below that there may be none by
chance, with a likelihood of 5 % and more."""

Counts = dict[str, Counter[str]]


def with_split_doubts(listing: Listing) -> Listing:
    """The listing with a suspicion where two of its parts each have classes that the other lacks.

    Such as `adenocarcinoma` for testing and `adenocarcinoma_left.lower.lobe` for training. Parts
    that share no class, and of which no names are alike, may be meant so, as for learning from few,
    and are noted, unless one has the numbers of classes where the other has words.
    """
    counts = _by_split(listing)
    doubts = [
        doubt
        for first, second in combinations(counts, 2)
        for doubt in _doubts(counts, first, second)
    ]
    if doubts:
        return replace(listing, suspicions=[*listing.suspicions, *doubts])
    apart = next((pair for pair in combinations(counts, 2) if _share_none(counts, *pair)), None)
    notes = [_apart_message(counts, *apart)] if apart else []
    return replace(listing, warnings=[*listing.warnings, *notes])


def _by_split(listing: Listing) -> Counts:
    """Images of each class in each part, by the part's name as it is written there."""
    pairs = Counter((record.split, record.label) for record in listing.records if record.label)
    names: dict[str, str] = {}
    found: Counts = {}
    for (split, label), number in pairs.items():
        part = split_in_name(split)
        if part:
            found.setdefault(names.setdefault(part, split), Counter())[label] += number
    return found


def _doubts(counts: Counts, first: str, second: str) -> Iterator[Message]:
    one, two = counts[first], counts[second]
    of_first = sorted(set(one) - set(two), key=natural_key)
    of_second = sorted(set(two) - set(one), key=natural_key)
    if not of_first or not of_second:
        return
    alike = _alike(of_first, of_second)
    many = len(alike) >= _MOST * min(len(of_first), len(of_second))
    if set(one) & set(two):
        doubtful = _is_missed(counts, second, one) and _is_missed(counts, first, two)
    else:
        doubtful = _is_a_key(of_first, of_second)
    if not many and not doubtful:
        return
    said = alike[0] if alike else (of_first[0], of_second[0])
    yield message(
        "Classes of `{first}` that `{second}` does not have ({of_first}), and the other way round"
        " ({of_second}): are `{one}` and `{two}` the same? If classes go by two names, give them"
        " one in the dataset before it is read.",
        first=first,
        second=second,
        of_first=shorten(of_first),
        of_second=shorten(of_second),
        one=said[0],
        two=said[1],
    )


def _share_none(counts: Counts, first: str, second: str) -> bool:
    return not set(counts[first]) & set(counts[second])


def _apart_message(counts: Counts, first: str, second: str) -> Message:
    """That two parts share no class: other words for the same things, or other things."""
    return message(
        "`{first}` and `{second}` share no class: the one has {of_first}, the other {of_second}. If"
        " they mean the same by other names, give each class one name in the dataset before it is"
        " read.",
        first=first,
        second=second,
        of_first=shorten(sorted(counts[first], key=natural_key)),
        of_second=shorten(sorted(counts[second], key=natural_key)),
    )


def _is_missed(counts: Counts, part: str, others: Counter[str]) -> bool:
    """Whether a class that a part lacks has so many images that chance does not explain it."""
    total = sum(found.total() for found in counts.values())
    share = counts[part].total() / total
    return any(
        share * sum(found[label] for found in counts.values()) >= _EXPECTED
        for label in others
        if label not in counts[part]
    )


def _alike(first: list[str], second: list[str]) -> list[tuple[str, str]]:
    """Pairs of names across the two that differ in signs, a letter, or what one says more.

    And those that are one number, or one word with a number before it or none.
    """
    here, there = {*first}, {*second}
    both = sorted(
        (name for name in {*here, *there} if not is_number(name)),
        key=natural_key,
    )
    groups = (*differ_in_signs(both), *differ_in_a_letter(both), *_begun(both))
    pairs = [
        (one, two)
        for group in (*groups, *differ_in_a_number_before(both), *_equal_numbers({*here, *there}))
        for one in group
        for two in group
        if one in here and two in there
    ]
    return list({one: (one, two) for one, two in reversed(pairs)}.values())


def _is_a_key(first: list[str], second: list[str]) -> bool:
    """Whether one has only numbers or codes, such as 0 and 1, where the other has only words."""
    return any(
        all(is_number(name) or is_class_number(name) for name in codes)
        and not any(map(_DIGIT.search, words))
        for codes, words in ((first, second), (second, first))
    )


def _equal_numbers(names: Collection[str]) -> Iterator[tuple[str, ...]]:
    """Groups such as `1`, `01` and `1.0`."""
    alike: dict[float, list[str]] = {}
    for name in filter(is_number, names):
        alike.setdefault(float(name), []).append(name)
    yield from (tuple(group) for group in alike.values() if len(group) > 1)


def _begun(names: list[str]) -> Iterator[tuple[str, str]]:
    """Pairs of which one has all words of the other and then more."""
    known = {tuple(_WORD.findall(name.casefold())): name for name in names}
    for words, name in known.items():
        for end in range(1, len(words)):
            if words[:end] in known:
                yield known[words[:end]], name
