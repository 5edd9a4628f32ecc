"""Class names as they are written: tidied, compared and put in order."""

import re
import unicodedata
from collections.abc import Iterable
from functools import lru_cache

_DIGITS = re.compile(r"([0-9]+)")
_NUMBER = re.compile(r"[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)([eE][+-]?[0-9]+)?")
_WHOLE = re.compile(r"([+-]?[0-9]+)\.0*")
_INVISIBLE = ("Cf", "Cc", "Zs", "Zl", "Zp")
_CACHED = 1 << 16  # a table of a million rows names few classes


@lru_cache(maxsize=_CACHED)
def clean_label(text: str) -> str:
    """A name without blanks and invisible characters around it, composed, with plain blanks."""
    # macOS writes names decomposed, tables have them composed: one class, not two.
    plain = unicodedata.normalize("NFC", text)
    if not plain.isascii():
        plain = "".join(" " if unicodedata.category(c) == "Zs" else c for c in plain)
    start, end = 0, len(plain)
    while start < end and _is_invisible(plain[start]):
        start += 1
    while end > start and _is_invisible(plain[end - 1]):
        end -= 1
    return plain[start:end]


def looks_like(text: str) -> str:
    """What a person sees of a name: two names of equal result cannot be told apart by eye."""
    compatible = unicodedata.normalize("NFKC", text)
    visible = "".join(c for c in compatible if unicodedata.category(c) not in ("Cf", "Cc"))
    return " ".join(visible.split())


def is_number(text: str) -> bool:
    """Whether a name is a decimal number, as a class id is."""
    return bool(_NUMBER.fullmatch(text))


def whole_number(text: str) -> str:
    """`2` for `2.0`, which is how a column of ids is written once a cell of it is missing."""
    whole = _WHOLE.fullmatch(text)
    return whole[1] if whole else text


def natural_key(text: str) -> tuple[object, ...]:
    """Sort key in which `img2` comes before `img10`, whatever the case, and ties are settled."""
    parts: list[object] = list(_DIGITS.split(text.casefold()))
    for at in range(1, len(parts), 2):
        digits = str(parts[at]).lstrip("0")
        # Length before digits compares numbers of any size without `int`, which Python limits to
        # 4300 digits.
        parts[at] = (len(digits), digits)
    return (parts, text)


def sort_class_names(labels: Iterable[str]) -> list[str]:
    """Distinct class names: numerically if all are numbers, else in natural order."""
    names = set(labels)
    # Not by trying `float`: it takes `nan` too, which has no place in any order.
    if all(map(is_number, names)):
        return sorted(names, key=lambda name: (float(name), name))
    return sorted(names, key=natural_key)


def _is_invisible(character: str) -> bool:
    return character.isspace() or unicodedata.category(character) in _INVISIBLE
