"""Finds class names that are one word written in two ways: `t-shirt`, `tshirt`; `cat`, `cats`."""

import re
import unicodedata
from collections.abc import Iterable

from lnl_gui.util.class_names import looks_like, natural_key, without_escapes

_SHORTEST_SINGULAR = 3
_SHORTEST_WORD = 5
"""Letters of a word of which one more or less makes no other word: `Stage I` and `Stage II` differ
in a whole word."""
# `C++` and `C#` are no ways to write `C`, nor is `12` one for `1-2`.
_BETWEEN_WORDS = re.compile(r"(?<![0-9])[\s_\-.,'\"()\[\]{}]+|[\s_\-.,'\"()\[\]{}]+(?![0-9])")
_NUMBER_BEFORE = re.compile(r"^\d+[\s_.,:)-]+")
# As copies are numbered; `737` is a model's.
_NUMBER_BEHIND = re.compile(r"(?<!\d)[\s_.,:(-]*\d{1,2}\)?$")
_SHORTEST_PLAIN = 4
"""Letters of a word that is still the same without its accents: a `Bär` is no `Bar`."""
# Turkish has an i without a dot, and a capital with one.
_DOTLESS = str.maketrans({"\u0131": "i", "\u0307": None})
_TWO_LETTERS = str.maketrans(
    {"ä": "ae", "ö": "oe", "ü": "ue", "å": "aa", "ø": "oe", "æ": "ae", "œ": "oe", "þ": "th"}
)
_ONE_LETTER = str.maketrans({"ø": "o", "ł": "l", "đ": "d", "ð": "d", "æ": "ae", "œ": "oe"})


def differ_in_signs(names: Iterable[str]) -> list[tuple[str, ...]]:
    """Groups of names that differ only in capitals, blanks, signs between words or in accents.

    What web pages and addresses write for a sign is that sign: `caf&eacute;`, `dry%20leaf`.

    Accents count where no name is written without any: Vietnamese words differ in them alone.

    Args:
        names: of classes; numbers, whose signs count, are not for this.
    """
    alike: dict[str, list[str]] = {}
    for name in names:
        seen = looks_like(without_escapes(name)).casefold().translate(_DOTLESS)
        alike.setdefault(_BETWEEN_WORDS.sub("", seen), []).append(name)
    for plain in [text for text in alike if not text.isascii()]:
        forms = filter(str.isascii, _without_accents(plain))
        written = next((form for form in forms if form in alike), None)
        if written is not None:
            alike[written] += alike.pop(plain)
    return [tuple(group) for plain, group in alike.items() if plain and len(group) > 1]


def _without_accents(text: str) -> list[str]:
    """The ways to write a word with the letters of English: `kaefer` and `kafer` for `käfer`."""
    two = text.translate(_TWO_LETTERS)
    marked = unicodedata.normalize("NFKD", text.translate(_ONE_LETTER))
    one = "".join(c for c in marked if not unicodedata.combining(c))
    return [form for form, least in ((two, 1), (one, _SHORTEST_PLAIN)) if len(form) >= least]


def differ_in_a_letter(names: Iterable[str]) -> list[tuple[str, str]]:
    """Pairs of which one is the other's plural, or has one letter more inside or at its end.

    Not where the letter comes first: `typical` and `atypical` are opposites.

    Args:
        names: of classes.
    """
    words = {plain: name for name in names if (plain := _words(name))}
    found = []
    for longer, name in words.items():
        shorter = {words[short] for short in _shortened(longer) if short in words}
        found += [(other, name) for other in shorter if other != name]
    return sorted(set(found), key=lambda pair: tuple(map(natural_key, pair)))


def differ_in_a_number_before(names: Iterable[str]) -> list[tuple[str, str]]:
    """Pairs such as `cat` and `01_cat`, not `1 euro` and `2 euro`; the plain name comes first."""
    known = {looks_like(name).casefold(): name for name in names}
    bare = {plain: _NUMBER_BEFORE.sub("", plain) for plain in known}
    return [
        (known[rest], known[plain])
        for plain, rest in bare.items()
        if rest != plain and rest in known
    ]


def differ_in_a_number_behind(names: Iterable[str]) -> list[tuple[str, str]]:
    """Pairs such as `cat` and `cat2` or `cat (2)`, of a word that has one number alone.

    `type`, `type 1` and `type 2` are rather kinds.
    """
    known = {looks_like(name).casefold(): name for name in names}
    numbered: dict[str, list[str]] = {}
    for plain, name in known.items():
        rest = _NUMBER_BEHIND.sub("", plain)
        if rest != plain and len(rest) >= _SHORTEST_SINGULAR and rest.replace(" ", "").isalpha():
            numbered.setdefault(rest, []).append(name)
    return [
        (known[rest], found[0])
        for rest, found in numbered.items()
        if rest in known and len(found) == 1
    ]


def _words(name: str) -> str:
    kept = "".join(c if c.isalnum() else " " for c in looks_like(name).casefold())
    return " ".join(kept.split())


def _shortened(text: str) -> set[str]:
    """The same words with one of them written shorter, in ways that seldom change its meaning."""
    words = text.split(" ")
    found = set()
    for at, word in enumerate(words):
        shorter = {word[:-1]} if word.endswith("s") else set()
        shorter |= {word[:-2]} if word.endswith("es") else set()
        shorter = {short for short in shorter if len(short) >= _SHORTEST_SINGULAR}
        if len(word) > _SHORTEST_WORD:
            shorter |= {word[:cut] + word[cut + 1 :] for cut in range(1, len(word))}
        found |= {
            " ".join([*words[:at], short, *words[at + 1 :]])
            for short in shorter
            if short.isalpha() and word.isalpha()
        }
    return found
