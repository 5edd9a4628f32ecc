"""Label cells that hold a list, as programs write one."""

import ast
import json
import re
from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any

from lnl_gui.util.class_names import clean_label

_BRACKETS = {"[": "]", "{": "}", "(": ")"}
# Python's documentation warns that `literal_eval` of a long nested text can exhaust memory.
_LONGEST = 10_000
_ITEM = (str, int, float)
_QUOTED = re.compile(r"'([^']*)'|\"([^\"]*)\"")
_ARRAY = re.compile(r"\[\s*(?:'[^']*'|\"[^\"]*\")(?:\s+(?:'[^']*'|\"[^\"]*\"))+\s*\]")
_PLAIN = re.compile(r"[^\s,;'\"\[\]{}()]+(?:[ ,;]+[^\s,;'\"\[\]{}()]+)*")
_CALL = re.compile(
    r"(?:np\.|numpy\.)?(?:array|frozenset|set|list|tuple)\((.*?)(?:,\s*dtype=[^()]*)?\)", re.DOTALL
)
_TAG = re.compile(r"<([^<>]+)>|\[([^\[\]]+)\]|\{([^{}]+)\}|#([^\s#,;]+)")
_TAGS = re.compile(
    r"(?:<[^<>]+>[\s,;]*){2,}|(?:\[[^\[\]]+\][\s,;]*){2,}|(?:\{[^{}]+\}[\s,;]*){2,}"
    r"|#[^\s#,;]+(?:[\s,;]+#[^\s#,;]+)+"
)
_PAIR = re.compile(r"([^:=\d\s][^:=]*?)\s*[:=]\s*(\d*\.?\d+)%?")
"""A word with how likely it is, or how many said so."""
_BETWEEN_PAIRS = re.compile(r"[,;|]")
_MARKS = "<>[]{}#"
_BOXES = "labels"
"""End of the names of Label Studio's results with a place: `rectanglelabels`."""
_NAMES = frozenset({"label", "class", "class_name", "category", "category_name", "title", "name"})
_IDS = frozenset({"id", "_id", "featureId", "schemaId", "color", "type"})
_NUMBERED = _NAMES | {"class_id", "label_id", "category_id", "id", "index", "value", "rating"}
"""Keys whose number is that of a class."""
_BETWEEN = re.compile(r"[\s,;]+")


def lists_in(plain: Mapping[str, str]) -> dict[str, list[str]]:
    """The items of each cell that is a list; cells that are not are left out.

    JSON and Python lists, tuples and sets are told one by one. `[cat dog]` (numpy) and `{cat,dog}`
    (PostgreSQL) are lists only where every cell has such brackets, since a name may have them too,
    or where one of their words stands alone elsewhere; so are tags and words with a number each.
    """
    found = {cell: items for cell, text in plain.items() if (items := _items(text)) is not None}
    found |= _named_by_keys(plain)
    found |= _marked_lists({cell: text for cell, text in plain.items() if cell not in found})
    filled = {cell: text for cell, text in plain.items() if text}
    if len(filled) > 1 and all(map(_is_bracketed, filled.values())):
        for cell, text in filled.items():
            inner = text[1:-1].strip()
            if cell not in found and (not inner or _PLAIN.fullmatch(inner)):
                found[cell] = _distinct(filter(None, _BETWEEN.split(inner)))
    return found


def _named_by_keys(plain: Mapping[str, str]) -> dict[str, list[str]]:
    """The class of each `{"cat": true}`, `{"cat": 2}`, `{"cat": 0.9}`: marked, voted for, likely.

    Only where the keys differ; `{"kind": 2}` in every cell names the class by its value.
    """
    marks = {cell: numbers for cell, text in plain.items() if (numbers := _numbers_in(text))}
    keys = {key for numbers in marks.values() for key in numbers}
    if len(keys) < 2 or keys & _NUMBERED:
        return {}
    return {
        cell: _distinct(key for key, number in numbers.items() if number)
        for cell, numbers in marks.items()
        if len(numbers) == 1
    }


def _numbers_in(text: str) -> dict[str, float]:
    """An object, alone or in a list, that has only numbers or yes and no; else an empty one."""
    if len(text) > _LONGEST or not _is_bracketed(text):
        return {}
    found = _parsed(text)
    if isinstance(found, list | tuple) and len(found) == 1:
        found = found[0]
    if not isinstance(found, dict):
        return {}
    plain = all(isinstance(k, str) and isinstance(v, int | float) for k, v in found.items())
    return found if plain else {}


def counts_in(text: str) -> dict[str, float]:
    """The number of each name in `{"cat": 2, "dog": 1}` or `cat:2;dog:1`; an empty one elsewhere.

    Not where the number is the class, as in `{"class_id": 2}`.
    """
    found = _numbers_in(text) or _weights(text)
    return {} if found.keys() & _NUMBERED else found


def words_in(text: str) -> list[str]:
    """The texts and numbers of a cell that is a list of these, also those that come again."""
    if len(text) > _LONGEST or not _is_bracketed(text):
        return []
    if _ARRAY.fullmatch(text):
        return [first or second for first, second in _QUOTED.findall(text)]
    found = _parsed(text)
    if not isinstance(found, list | tuple) or not all(isinstance(item, _ITEM) for item in found):
        return []
    return [str(item) for item in found]


def _marked_lists(plain: Mapping[str, str]) -> dict[str, list[str]]:
    """Cells of several words in marks: `[cat, dog]`, `<cat><dog>`, `#cat #dog`, `cat:0.6;dog:0.4`.

    One of the words must stand alone elsewhere, in marks or without, or in other company.
    """
    found = {cell: words for cell, text in plain.items() if len(words := _marked(text)) > 1}
    alone = {text.strip(_MARKS) for cell, text in plain.items() if cell not in found}
    weights = {cell: pairs for cell, text in plain.items() if (pairs := _weights(text))}
    alone |= {word for pairs in weights.values() if len(pairs) == 1 for word in pairs}
    counts = Counter(word for words in found.values() for word in words)
    again = {word for word, count in counts.items() if count > 1}
    lists = {cell: words for cell, words in found.items() if not (alone | again).isdisjoint(words)}
    if lists.keys() & weights.keys():
        # `cat:1.0` beside `cat:0.6;dog:0.4` is one label, and a weight of 0 says that it is not.
        lists |= {cell: [w for w, n in pairs.items() if n] for cell, pairs in weights.items()}
    return lists


def _weights(text: str) -> dict[str, float]:
    """The number of each word where a cell has nothing but words with one: `cat:0.6;dog:0.4`."""
    if len(text) > _LONGEST:
        return {}
    pairs = [_PAIR.fullmatch(part.strip()) for part in _BETWEEN_PAIRS.split(text)]
    return {clean_label(pair[1]): float(pair[2]) for pair in pairs if pair} if all(pairs) else {}


def _marked(text: str) -> list[str]:
    """The words of a cell that look like items of a list; none where it has no such form."""
    if len(text) > _LONGEST:
        return []
    if _TAGS.fullmatch(text):
        return _distinct(next(filter(None, words)) for words in _TAG.findall(text))
    weights = _weights(text)
    if len(weights) > 1:
        return list(weights)
    inner = text[1:-1].strip() if _is_bracketed(text) else ""
    return _distinct(_BETWEEN.split(inner)) if inner and _PLAIN.fullmatch(inner) else []


def _is_bracketed(text: str) -> bool:
    return len(text) > 1 and _BRACKETS.get(text[0]) == text[-1]


def objects_in(plain: Mapping[str, str], lists: Mapping[str, list[str]]) -> list[str]:
    """Cells of JSON, or of a Python object, that are no class and of which no class is known."""
    return [
        cell
        for cell, text in plain.items()
        if cell not in lists
        and _is_bracketed(text)
        and (len(text) > _LONGEST or isinstance(_parsed(text), dict | list | tuple | set))
    ]


def _items(text: str) -> list[str] | None:
    call = _CALL.fullmatch(text) if len(text) <= _LONGEST else None
    text = call[1] if call else text
    if len(text) > _LONGEST or not _is_bracketed(text):
        return None
    if _ARRAY.fullmatch(text):  # numpy leaves the commas out, and Python would join the words
        return _distinct(first or second for first, second in _QUOTED.findall(text))
    found = _parsed(text)
    if isinstance(found, set):
        # Python orders the texts of a set anew in every process.
        found = sorted(found, key=str)
    if not isinstance(found, dict | list | tuple):
        return None
    try:
        labels = _labels(found)
    except RecursionError:
        return None
    return None if labels is None else _distinct(labels)


def _labels(value: Any) -> list[str] | None:
    """The labels of a parsed cell; None where its form is not known."""
    if value is None:
        return []
    if isinstance(value, _ITEM):
        return [str(value)]
    if isinstance(value, Mapping):
        return _answers(value)
    if not isinstance(value, list | tuple):
        return None
    # What lists within a list are, such as the places of boxes, is not known.
    return _all_of(value) if not any(isinstance(i, list | tuple) for i in value) else None


def _all_of(values: Iterable[Any]) -> list[str] | None:
    found = [_labels(value) for value in values]
    return None if None in found else [label for labels in found for label in labels or []]


def _answers(found: Mapping[str, Any]) -> list[str] | None:
    """All answers of an object: `{"choices": ["cat"]}` (Label Studio), `{"animal": "cat"}`."""
    if isinstance(found.get("taxonomy"), list):  # Label Studio: the way to each answer
        return ["/".join(map(str, w)) if isinstance(w, list) else str(w) for w in found["taxonomy"]]
    boxed = [v for key, v in found.items() if str(key).endswith(_BOXES) and isinstance(v, list)]
    if len(boxed) == 1:
        return _labels(boxed[0])
    if isinstance(found.get("classifications"), list):  # Labelbox
        answered = [c for c in found["classifications"] if isinstance(c, dict)]
        answers = [a for c in answered for key in ("answer", "answers") for a in _listed(c, key)]
        return _all_of(answers or _listed(found, "objects"))
    if "name" in found and "value" in found:  # a tag of Supervisely, whose value may be missing
        return _labels(found["value"] or found["name"]) if _is_tag(found) else None
    words = {key: value for key, value in found.items() if isinstance(value, str)}
    if len({*words} & _NAMES) == 1 and len({*words} - _IDS) == 1:
        return [words[key] for key in words if key in _NAMES]
    if {"title", "value"} <= words.keys():  # an answer of Labelbox
        return [words["title"]]
    plain = [v for value in found.values() for v in (value if isinstance(value, list) else [value])]
    if len(plain) > 1 and all(isinstance(v, int | float) for v in plain):
        return None  # how likely each class is, or how many there are of it
    return _all_of(plain) if all(v is None or isinstance(v, _ITEM) for v in plain) else None


def _listed(found: Mapping[str, Any], key: str) -> list[Any]:
    value = found.get(key)
    return value if isinstance(value, list) else [] if value is None else [value]


def _is_tag(found: Mapping[str, Any]) -> bool:
    return isinstance(found["name"], str) and isinstance(found["value"], str | None)


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
