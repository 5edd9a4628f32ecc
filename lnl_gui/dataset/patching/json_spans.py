"""Where the values of a JSON text stand, so that one can be changed and all else stays."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

_SPACE = re.compile(r"[ \t\r\n]*")
_DECODER = json.JSONDecoder()


@dataclass(frozen=True)
class Span:
    """A value and the part of the text that says it."""

    start: int
    end: int
    value: Any


def value_at(text: str, start: int) -> Span:
    """The value that begins at a place, white space before it left out.

    Args:
        text: JSON, or lines of it.
        start: the place.

    Raises:
        ValueError: when there is none, or it is nested too deeply.
    """
    start = _after_space(text, start)
    try:
        # Python's own scanner says where a value ends, as the reader understood it.
        value, end = _DECODER.raw_decode(text, start)
    except RecursionError as error:
        raise ValueError("nested too deeply") from error
    return Span(start, end, value)


def elements(text: str, array: Span) -> Iterator[Span]:
    """The elements of an array, in their order.

    Args:
        text: that the array is a part of.
        array: where it stands.

    Raises:
        ValueError: when it is damaged.
    """
    at = _after_space(text, array.start + 1)
    while text[at] != "]":
        found = value_at(text, at)
        yield found
        at = _after_comma(text, found.end)


def members(text: str, holder: Span) -> Iterator[tuple[Span, Span]]:
    """Keys and values of an object, in their order.

    Args:
        text: that the object is a part of.
        holder: where it stands.

    Raises:
        ValueError: when it is damaged.
    """
    at = _after_space(text, holder.start + 1)
    while text[at] != "}":
        key = value_at(text, at)
        colon = _after_space(text, key.end)
        found = value_at(text, colon + 1)
        yield key, found
        at = _after_comma(text, found.end)


def member(text: str, holder: Span, name: str) -> Span | None:
    """The value of a key, of two of one name the later, as it is read; None without it.

    Args:
        text: that the object is a part of.
        holder: where the object stands; None is returned for anything else.
        name: the key.
    """
    if not isinstance(holder.value, dict) or name not in holder.value:
        return None
    return [found for key, found in members(text, holder) if key.value == name][-1]


def lines(text: str) -> Iterator[Span]:
    """The values of JSON lines, empty lines left out.

    Args:
        text: of the file.

    Raises:
        ValueError: when a line is no JSON.
    """
    at = 0
    for line in text.split("\n"):
        if line.strip():
            yield value_at(text, at)
        at += len(line) + 1


def without(text: str, siblings: list[Span], removed: set[int], *, by_line: bool) -> list[Span]:
    """The parts of a text to cut out so that some of its elements go, with their commas.

    Args:
        text: JSON.
        siblings: all elements of an array, or members of an object, in their order.
        removed: which of them are to go.
        by_line: whether each is a line of its own.
    """
    if by_line:
        return [_line(text, siblings[number]) for number in sorted(removed)]
    cuts = []
    last = len(siblings) - 1
    for first, end in _runs(removed):
        if end < last:
            cuts.append(Span(siblings[first].start, siblings[end + 1].start, None))
        else:
            # The last one: the comma before it goes.
            start = siblings[first - 1].end if first else siblings[first].start
            cuts.append(Span(start, siblings[end].end, None))
    return cuts


def _runs(numbers: set[int]) -> Iterator[tuple[int, int]]:
    """Numbers that follow each other, as first and last."""
    first = previous = None
    for number in sorted(numbers):
        if previous is None or number != previous + 1:
            if first is not None and previous is not None:
                yield first, previous
            first = number
        previous = number
    if first is not None and previous is not None:
        yield first, previous


def _line(text: str, span: Span) -> Span:
    start = text.rfind("\n", 0, span.start) + 1
    end = text.find("\n", span.end)
    return Span(start, len(text) if end < 0 else end + 1, None)


def _after_space(text: str, at: int) -> int:
    found = _SPACE.match(text, at)
    assert found is not None  # it matches nothing too
    if found.end() >= len(text):
        raise ValueError("the text ends too early")
    return found.end()


def _after_comma(text: str, at: int) -> int:
    at = _after_space(text, at)
    return _after_space(text, at + 1) if text[at] == "," else at
