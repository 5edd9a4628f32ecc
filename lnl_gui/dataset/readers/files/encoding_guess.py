"""Guesses the encoding of text that is not UTF-8 by its distinct words.

What repeats is no evidence: of a hundred rows with three labels three words count. Each encoding
is judged by whether its words can be of a language that is written in it, and where another
encoding reads other words that are nearly as likely, it is named too.
"""

import re
import unicodedata
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cache
from itertools import chain
from math import inf, log

import charset_normalizer

from lnl_gui.dataset.readers.files.usual_letters import (
    ALPHABETS,
    USUAL_CHINESE,
    USUAL_HANGUL,
    USUAL_KANJI,
    USUAL_TRADITIONAL,
    Orthography,
)

_MOST_LINES = 50_000
_LARGEST_SAMPLE = 1 << 14
"""Lines, and bytes of distinct cells of them, that are looked at."""
_LOOKED_AT = 1 << 18
"""Characters of UTF-8 that are looked at."""
# None of these bytes is part of a letter in any of the encodings.
_BETWEEN_CELLS = re.compile(rb'[,;\t"]')
_SURE = log(50)
"""By how much the words of the best encoding must be likelier than those of the next."""
_SURE_OF_RARE = log(10_000)
"""The same where the best reading has mostly characters that are not frequent."""
_COMMON = log(5e-5)
"""What characters are worth on average that standards count among the usual ones."""
_SEVERAL_LANGUAGES = log(1000)
"""What it costs when no one language has all words."""
_MOST_MARKED = 0.6
"""Share of letters beyond ASCII above which words are not written in Latin letters."""
_LEAST_EVIDENCE = 24
"""Letters beyond ASCII with which an unknown language may be guessed by statistics."""
_MOSTLY_USUAL = 0.6
_JOINED = log(0.02)
"""What it costs when a character of a script of thousands touches a Latin letter."""
_WORD = re.compile(r"[^\W\d_]+")
_TOUCHING = re.compile(r"[a-z][^\x00-\x7f]|[^\x00-\x7f][a-z]")
_SURE_LETTERS = 3
"""Letters of a script that no two-byte characters of another encoding happen to be in a row."""
_BEYOND = re.compile(r"[^\x00-\x7f]+")
_QUOTES, _OTHERS = "«»„“”‘’…–—", "°£€§©®™•±½¼¾×"
_SYMBOLS = re.compile(
    # Quotation marks at one side of a word, others beside no letter but that of a unit.
    rf"(?<![^\W\d_])[{_QUOTES}]|[{_QUOTES}](?![^\W\d_])|(?<=[^\W\d_])’(?=[^\W\d_])|(?<=l)·(?=l)"
    rf"|(?<![^\W\d_])[{_OTHERS}](?![^\W\d_])|(?<![^\W\d_])(°[CF]|µ[a-z]{{1,2}}[²³]?|[cdmk]?m[²³])(?!\w)"
    r"|¿(?=[^?\n]*\?)|¡(?=[^!\n]*!)|(?<![^\W\d_])\xa0|(?<=\d)[ªº]"
)
_SYMBOL = log(0.005)
"""What a symbol costs: bytes of letters in another encoding are often symbols."""
_NUMBER = re.compile(r"\d+")
_UNIT = re.compile(r"(?<=\d)\s?([^\W\d_a-zA-Z])(?![^\W\d_])")
_LETTER_AS_UNIT = log(0.005)
"""What it costs when a letter beyond ASCII stands alone behind a number, as `€` in `20 €` may be
read."""
_FULL_WIDTH = frozenset("　、。・「」ー（）【】：；，！？％～《》“”‘’…—·")
_RARE = log(5e-6)
"""What characters of a script of thousands are worth on average where they are text."""
_Score = Callable[[str], float]


@dataclass(frozen=True)
class EncodingGuess:
    """An encoding, and words as it reads them; `rival` is another that reads other words."""

    encoding: str
    words: tuple[str, ...] = ()
    rival: str = ""
    rival_words: tuple[str, ...] = ()
    is_known: bool = True
    """False where no encoding reads words of a language that it is used for"""

    @property
    def is_sure(self) -> bool:
        """Whether nothing speaks for another encoding."""
        return self.is_known and not self.rival


def guess_encoding(data: bytes) -> EncodingGuess:
    """The likeliest encoding of text that is not UTF-8.

    Args:
        data: the text, which is judged by its distinct cells or lines.
    """
    marked = _marked_cells(data)
    found: list[tuple[float, str, str]] = []
    for encoding, score_of in _candidates():
        try:
            text = marked.decode(encoding)
        except UnicodeDecodeError:
            continue
        score = score_of(text)
        if score > -inf:
            found.append((score, encoding, text))
    found.sort(key=lambda one: -one[0])
    score, encoding, text = next((one for one in found if decodes(data, one[1])), (-inf, "", ""))
    if not encoding:
        return _unknown(marked)
    is_usual = _is_usual(encoding, text)
    margin = _SURE if is_usual else _SURE_OF_RARE
    for other, rival, read in found:
        if rival != encoding and other > score - margin and read != text and decodes(data, rival):
            words, others = _differing(text, read)
            return EncodingGuess(encoding, words, rival, others)
    is_known = is_usual or score > _COMMON * _number_of_characters(text)
    return EncodingGuess(
        encoding, () if is_known else tuple(_words_beyond(text)), is_known=is_known
    )


def _marked_cells(data: bytes) -> bytes:
    """The distinct cells that are not ASCII, one a line."""
    lines = [line for line in data.splitlines() if not line.isascii()]
    # From all over the text: tables are often sorted by class.
    lines = lines[:: 1 + len(lines) // _MOST_LINES]
    found: dict[bytes, None] = {}
    size = 0
    for cell in chain.from_iterable(map(_BETWEEN_CELLS.split, lines)):
        if not cell.isascii() and cell not in found:
            found[cell] = None
            size += len(cell)
            if size > _LARGEST_SAMPLE:
                break
    return b"\n".join([*found, b""])


def looks_east_asian(data: bytes, text: str) -> EncodingGuess | None:
    """That what happens to be UTF-8 of letters of no language is words of an Asian one.

    Two bytes of a Chinese or Korean character may be one letter of UTF-8: Korean `\uce94` is
    `\u0135`.

    Args:
        data: the text as it is.
        text: read as UTF-8.
    """
    letters = {
        letter for languages, _ in ALPHABETS.values() for one in languages for letter in one.letters
    }
    text = text[:_LOOKED_AT]
    if text.isascii() or max(text) >= "\u0800":
        return None
    beyond = {c for run in _BEYOND.findall(text) for c in run}
    if any(_lower(c) in letters or not c.isalpha() for c in beyond) or "İ" in beyond:
        return None
    if any(map(_is_surely_a_word, _WORD.findall(text))):
        return None
    other = guess_encoding(data)
    if not (other.is_known and other.encoding in _USUAL):
        return None
    read = _words_beyond(data.decode(other.encoding))
    return EncodingGuess("utf-8", tuple(_words_beyond(text)), other.encoding, tuple(read))


def _is_surely_a_word(word: str) -> bool:
    """Whether letters beyond ASCII stand in words, as `ħ` in `ħut`, or are a word of one script.

    A Chinese character touches no small letter; and several that happen to be letters of Armenian,
    say, are hardly met.
    """
    if word.isascii():
        return False
    if _TOUCHING.search(word):
        return True
    scripts = {unicodedata.name(c, "").partition(" ")[0] for c in word}
    return len(word) >= _SURE_LETTERS and len(scripts) == 1 and scripts != {"LATIN"}


def _lower(text: str) -> str:
    # Python makes two characters of this letter.
    return text.replace("İ", "i").lower()


def _is_usual(encoding: str, text: str) -> bool:
    """Whether a good part of the characters of a script of thousands are frequent ones."""
    usual = _USUAL.get(encoding)
    if usual is None:
        return True
    found = [c for run in set(_BEYOND.findall(text)) for c in run if c not in _FULL_WIDTH]
    known = sum(c in usual or "ぁ" <= c <= "ヾ" for c in found)
    return known >= _MOSTLY_USUAL * len(found)


def _number_of_characters(text: str) -> int:
    return sum(map(len, set(_BEYOND.findall(text))))


def decodes(data: bytes, encoding: str) -> bool:
    """Whether all bytes are characters of an encoding."""
    try:
        data.decode(encoding)
    except UnicodeDecodeError:
        return False
    return True


def _unknown(marked: bytes) -> EncodingGuess:
    """The encoding that letters alone make likely, in none of which the words are known."""
    encoding = "cp1252"
    if sum(byte > 127 for byte in marked) >= _LEAST_EVIDENCE:
        names = [name for name, _ in _candidates()]
        best = charset_normalizer.from_bytes(marked, cp_isolation=names).best()
        encoding = best.encoding if best is not None else encoding
    words = _words_beyond(marked.decode(encoding, "replace"))
    return EncodingGuess(encoding, tuple(words), is_known=False)


def _words_beyond(text: str) -> list[str]:
    words = re.findall(r"[^\s,;|\"']*[^\x00-\x7f][^\s,;|\"']*", text)
    return list(dict.fromkeys(words))


def _differing(text: str, other: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The words of two readings that are not the same, side by side where their number is."""
    one, two = _words_beyond(text), _words_beyond(other)
    if len(one) != len(two):
        return tuple(one), tuple(two)
    pairs = [(a, b) for a, b in zip(one, two, strict=True) if a != b]
    return tuple(a for a, _ in pairs), tuple(b for _, b in pairs)


@cache
def _candidates() -> tuple[tuple[str, _Score], ...]:
    alphabets = [
        (name, _by_alphabet(name, languages, weight))
        for name, (languages, weight) in ALPHABETS.items()
    ]
    return (*alphabets, *_EAST_ASIAN)


def _by_alphabet(encoding: str, languages: tuple[Orthography, ...], weight: float) -> _Score:
    # What is seldom met must be words of a language without more ado.
    symbol = _SYMBOL if encoding.startswith("cp125") else -inf
    return lambda text: log(weight) + _alphabet_score(languages, text, symbol)


def _alphabet_score(languages: Iterable[Orthography], text: str, symbol: float) -> float:
    """How likely the words of a text are in the likeliest language, as a logarithm."""
    bare = _SYMBOLS.sub(" ", text)
    # `20 °C` and `21 °C` are one use of the symbol.
    text = _NUMBER.sub("0", text)
    found = {
        line[max(0, at.start() - 3) : at.end() + 3]
        for line in text.split("\n")
        for at in _SYMBOLS.finditer(line)
    }
    symbols = symbol * len(found) if found else 0.0
    symbols += len(set(_UNIT.findall(bare))) * _LETTER_AS_UNIT
    marked = {word for word in _WORD.findall(bare) if not word.isascii()}
    if any(not (c.isascii() or c.isalpha()) for run in _BEYOND.findall(bare) for c in run):
        return -inf
    if any(map(_has_capital_inside, marked)):
        return -inf
    words = set(map(_lower, marked))
    if not words:
        return symbols
    one = max(_score_in(language, words) for language in languages)
    if one > -inf:
        return symbols + one
    each = [max(_score_in(language, {word}) for language in languages) for word in words]
    return symbols + sum(each) - _SEVERAL_LANGUAGES


def _score_in(language: Orthography, words: set[str]) -> float:
    if not all(map(language.is_word, words)):
        return -inf
    letters = [c for word in words for c in word]
    marked = sum(not c.isascii() for c in letters)
    if language.usual:
        # Words of another script have no Latin letters among theirs.
        if marked < len(letters):
            return -inf
    elif marked > _MOST_MARKED * len(letters) and len(words) > 1:
        return -inf
    return log(language.weight) + sum(map(language.weight_of, words))


def _has_capital_inside(word: str) -> bool:
    """`fOr` and `ÈÈn`, as letters of another encoding make it; all may be capitals."""
    cases = "".join("A" if c.isupper() else "a" for c in word)
    return "aA" in cases or "AAa" in cases


def _by_characters(encoding: str, weight: float) -> _Score:
    """Scores of a script of thousands of characters, some of which are usual."""
    known = _USUAL[encoding]

    def part(c: str) -> float:
        if c in _FULL_WIDTH:
            return 0.01
        if c in known:
            return 0.6 / len(known)
        kind = ord(c)
        if encoding in ("cp932", "euc_jp") and 0x3041 <= kind <= 0x30FE:
            return 0.006
        if encoding == "cp949" and not 0xAC00 <= kind <= 0xD7A3:
            return 1e-7
        if not (0x4E00 <= kind <= 0x9FFF or 0xAC00 <= kind <= 0xD7A3):
            return 1e-7
        lead = c.encode(encoding)[0]
        return 0.3 / 4000 if lead in _COMMON_ROWS[encoding] else 1e-5

    def score(text: str) -> float:
        joined = len(set(_TOUCHING.findall(text))) * _JOINED
        parts = [log(part(c)) for run in set(_BEYOND.findall(text)) for c in run]
        is_text = not parts or sum(parts) > _RARE * len(parts)
        return log(weight) + joined + sum(parts) if is_text else -inf

    return score


_COMMON_ROWS = {
    "gb18030": range(0xB0, 0xD8),
    "big5": range(0xA4, 0xC7),
    "cp932": range(0x88, 0x98),
    "euc_jp": range(0xB0, 0xD0),
    "cp949": range(0xB0, 0xC9),
}
"""First bytes of the characters that the standards hold for the usual ones."""
_USUAL = {
    "gb18030": frozenset(USUAL_CHINESE),
    "big5": frozenset(USUAL_TRADITIONAL),
    "cp932": frozenset(USUAL_KANJI),
    "euc_jp": frozenset(USUAL_KANJI),
    "cp949": frozenset(USUAL_HANGUL),
}
_EAST_ASIAN = (
    ("gb18030", _by_characters("gb18030", 1.0)),
    ("big5", _by_characters("big5", 0.7)),
    ("cp932", _by_characters("cp932", 1.0)),
    ("euc_jp", _by_characters("euc_jp", 0.05)),
    ("cp949", _by_characters("cp949", 1.0)),
)
