"""Finds which template a finished sentence was made from, and what its fields hold.

`words.json` lists the templates of the rooms below the window with the kind of each field, as
`word_finder` has found them.
"""

import json
import re
from collections.abc import Iterable
from functools import cache
from typing import NamedTuple

from lnl_gui.util.paths import resource

NUMBER, WORDS, DATA = "n", "w", "d"
_PREFIX = 6
_FIELDS = {
    NUMBER: r"([-+]?(?:\d[\d,]*(?:\.\d+)?(?:e[-+]?\d+)?|nan|inf)\s?%?)",
    WORDS: "(.*?)",
    DATA: "(.*?)",
}


class Match(NamedTuple):
    """A template's text, the kinds of its fields, and what they hold."""

    text: str
    kinds: str
    fields: tuple[str, ...]


class Phrasebook:
    """Templates by how they begin; the one that says most for itself is tried first."""

    def __init__(self, templates: Iterable[tuple[str, str]]) -> None:
        with_fields = [(text, kinds) for text, kinds in templates if kinds]
        with_fields.sort(key=lambda entry: (-_literal(entry[0]), entry[0]))
        self._by_prefix: dict[str, list[tuple[str, str]]] = {}
        self._others: list[tuple[str, str]] = []
        for text, kinds in with_fields:
            prefix = _plain(text.partition("{}")[0])
            if len(prefix) >= _PREFIX:
                self._by_prefix.setdefault(prefix[:_PREFIX], []).append((text, kinds))
            else:
                self._others.append((text, kinds))

    def find(self, text: str) -> Match | None:
        """The most specific template the whole text fits, with its fields."""
        for template, kinds in (*self._by_prefix.get(text[:_PREFIX], ()), *self._others):
            if all(piece in text for piece in _pieces(template)):
                found = _pattern(template, kinds).fullmatch(text)
                if found is not None:
                    return Match(template, kinds, found.groups())
        return None


def _plain(text: str) -> str:
    return text.replace("{{", "{").replace("}}", "}")


def _literal(text: str) -> int:
    return len(text.replace("{}", ""))


@cache
def _pieces(template: str) -> tuple[str, ...]:
    return tuple(map(_plain, template.split("{}")))


@cache
def _pattern(template: str, kinds: str) -> re.Pattern[str]:
    first, *rest = map(re.escape, _pieces(template))
    fields = "".join(_FIELDS[kind] + piece for kind, piece in zip(kinds, rest, strict=True))
    return re.compile(first + fields, re.DOTALL)


@cache
def phrasebook() -> Phrasebook:
    """The templates that come with the program."""
    file = resource("translations", "words.json")
    return Phrasebook(map(tuple, json.loads(file.read_text(encoding="utf-8"))))
