"""Class names as they are written: tidied, compared and put in order."""

import html
import re
import unicodedata
from collections.abc import Iterable
from functools import lru_cache
from urllib.parse import unquote

_DIGITS = re.compile(r"([0-9]+)")
_NUMBER = re.compile(r"[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)([eE][+-]?[0-9]+)?")
_WHOLE = re.compile(r"([+-]?[0-9]+)\.0*")
_INVISIBLE = ("Cf", "Cc", "Zs", "Zl", "Zp")
# Selectors of a form, joiners and fillers that Unicode counts among marks and letters.
_UNSEEN = re.compile(
    "[\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180d\u180f\u3164\ufe00-\ufe0f\uffa0\U000e0100-\U000e01ef]"
)
# Cyrillic and Greek letters that fonts draw as Latin ones (Unicode Technical Standard 39).
_LATIN = str.maketrans(
    "\u0430\u0441\u0435\u043e\u0440\u0445\u0443\u0456\u0458\u0455\u04bb\u0501\u051b\u051d"
    "\u0410\u0412\u0421\u0415\u041d\u0406\u0408\u041a\u041c\u041e\u0420\u0405\u0422\u0425\u0423"
    "\u0391\u0392\u0395\u0396\u0397\u0399\u039a\u039c\u039d\u039f\u03a1\u03a4\u03a5\u03a7\u03bf\u03bd",
    "aceopxyijshdqwABCEHIJKMOPSTXYABEZHIKMNOPTYXov",
)
# Marks that keyboards and word processors put for one another.
_MARKS = str.maketrans(
    dict.fromkeys("\u2010\u2011\u2012\u2013\u2014\u2015\u2043\u2212\ufe58\ufe63\uff0d", "-")
    | dict.fromkeys("`\u00b4\u02b9\u02bb\u02bc\u02c8\u2018\u2019\u201a\u201b\u2032\uff07", "'")
    | dict.fromkeys("\u02ba\u201c\u201d\u201e\u201f\u2033\uff02", '"')
)
# Only with its end: in `salt&notes` there is none.
_ENTITY = re.compile(r"&(?:#[0-9]{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});")
_AROUND = " '\".,;:_-"
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
    # Marks first: some fall apart into a blank and an accent.
    compatible = unicodedata.normalize("NFKC", text.translate(_MARKS))
    # A tab is a control character, but seen as a blank.
    visible = "".join(c for c in compatible if c.isspace() or not _is_unseen(c))
    return " ".join(visible.split()).translate(_LATIN)


def without_marks_around(text: str) -> str:
    """What a person sees of a name without the marks around it: `cat` for `"cat"` and `cat.`."""
    seen = looks_like(text)
    return seen.strip(_AROUND) or seen


def without_escapes(text: str) -> str:
    """A name as web pages and addresses show it: `dry leaf` for `dry%20leaf`, `dry&nbsp;leaf`."""
    plain = _ENTITY.sub(lambda found: html.unescape(found[0]), text)
    try:
        return unquote(plain, errors="strict")
    except UnicodeDecodeError:
        return plain


def _is_unseen(character: str) -> bool:
    return unicodedata.category(character) in ("Cf", "Cc") or bool(_UNSEEN.match(character))


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


def absent_names(listed: Iterable[str], present: Iterable[str]) -> list[str]:
    """Names of a list that are not among those present, each once; capitals do not count."""
    known = {looks_like(name).casefold() for name in present}
    found: dict[str, str] = {}
    for name in listed:
        key = looks_like(name).casefold()
        if key and key not in known:
            found.setdefault(key, name)
    return list(found.values())
