"""Label cells that hold a list, as programs write one."""

import ast
import json
import re
from collections.abc import Mapping
from typing import Any

from lnl_gui.util.class_names import clean_label

_BRACKETS = {"[": "]", "{": "}", "(": ")"}
# Python's documentation warns that `literal_eval` of a long nested text can exhaust memory.
_LONGEST = 10_000
_ITEM = (str, int, float)
_QUOTED = re.compile(r"'([^']*)'|\"([^\"]*)\"")
_ARRAY = re.compile(r"\[\s*(?:'[^']*'|\"[^\"]*\")(?:\s+(?:'[^']*'|\"[^\"]*\"))+\s*\]")
_PLAIN = re.compile(r"[^\s,;'\"\[\]{}()]+(?:[ ,;]+[^\s,;'\"\[\]{}()]+)*")
_BETWEEN = re.compile(r"[\s,;]+")


def lists_in(plain: Mapping[str, str]) -> dict[str, list[str]]:
    """The items of each cell that is a list; cells that are not are left out.

    JSON and Python lists, tuples and sets are told one by one. `[cat dog]` (numpy) and `{cat,dog}`
    (PostgreSQL) are lists only where every cell has such brackets, since a name may have them too.
    """
    found = {cell: items for cell, text in plain.items() if (items := _items(text)) is not None}
    filled = {cell: text for cell, text in plain.items() if text}
    if len(filled) > 1 and all(map(_is_bracketed, filled.values())):
        for cell, text in filled.items():
            inner = text[1:-1].strip()
            if cell not in found and (not inner or _PLAIN.fullmatch(inner)):
                found[cell] = _distinct(filter(None, _BETWEEN.split(inner)))
    return found


def _is_bracketed(text: str) -> bool:
    return len(text) > 1 and _BRACKETS.get(text[0]) == text[-1]


def _items(text: str) -> list[str] | None:
    if len(text) > _LONGEST or not _is_bracketed(text):
        return None
    if _ARRAY.fullmatch(text):  # numpy leaves the commas out, and Python would join the words
        return _distinct(first or second for first, second in _QUOTED.findall(text))
    found = _parsed(text)
    if isinstance(found, dict):
        found = _answers(found)
    if isinstance(found, set):
        # Python orders the texts of a set anew in every process.
        found = sorted(found, key=str)
    if not isinstance(found, list | tuple):
        return None
    return _distinct(map(str, found)) if all(isinstance(i, _ITEM) for i in found) else None


def _answers(found: Mapping[Any, Any]) -> list[Any]:
    """All answers of an object: `{"choices": ["cat"]}` (Label Studio), `{"animal": "cat"}`."""
    answers: list[Any] = []
    for value in found.values():
        answers += value if isinstance(value, list) else [value]
    return answers


def _parsed(text: str) -> Any:
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        try:
            return ast.literal_eval(text)
        except (ValueError, SyntaxError, MemoryError, RecursionError, TypeError):
            return None


def _distinct(items: Any) -> list[str]:
    return list(dict.fromkeys(clean_label(item) for item in items))
