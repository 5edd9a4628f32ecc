"""Numbers and times as the window's language writes them; English is Python's own way."""

import re
from datetime import datetime
from functools import lru_cache
from numbers import Real
from string import Formatter
from typing import Any

from PySide6.QtCore import QDateTime, QLocale

ALMOST_SURE = 0.995
_THIN = "\u202f"
_SWAPPED = frozenset("eEfFgGn%,")


def in_english() -> bool:
    """Whether numbers are written as they are in the source."""
    return QLocale().language() in (QLocale.Language.English, QLocale.Language.C)


def spelled(text: str) -> str:
    """A number that Python has formatted, with the language's own separators."""
    return text if in_english() else _spelled(text, QLocale().name())


@lru_cache(maxsize=4096)
def _spelled(text: str, language: str) -> str:
    locale = QLocale(language)
    signs = {",": locale.groupSeparator(), ".": locale.decimalPoint()}
    written = "".join(signs.get(letter, letter) for letter in text)
    return re.sub(r"(?<=\d)%", "\u00a0%", written)


class _Filler(Formatter):
    """`str.format`, with every formatted number in the window's language."""

    def format_field(self, value: Any, format_spec: str) -> str:
        text = str(format(value, format_spec))
        is_number = isinstance(value, Real) and format_spec[-1:] in _SWAPPED
        return spelled(text) if is_number else text


_FILLER = _Filler()


def fill(template: str, *values: object) -> str:
    """The template with its fields filled, "{:,} of {:.1%}" in the window's language."""
    return _FILLER.format(template, *values)


def count(value: int) -> str:
    """A count with its thousands apart."""
    return fill("{:,}", value)


def thinly(text: str) -> str:
    """With thin spaces in place of English commas, as charts have it."""
    return text.replace(",", _THIN) if in_english() else text


def thin_count(value: float) -> str:
    """A count for charts."""
    return thinly(fill("{:,.0f}", value))


def decimal(value: float, digits: int) -> str:
    """A number with so many digits after the point."""
    return spelled(f"{value:.{digits}f}")


def percent(share: float, digits: int = 0) -> str:
    """A share in per cent with a space, "12.5 %"."""
    return f"{decimal(100 * share, digits)} %"


def likelihood(probability: float) -> str:
    """A probability as people say it, in whole per cent; never a flat 0 or 100."""
    if probability >= ALMOST_SURE:
        return f"> {percent(0.99)}"
    if probability < 1 - ALMOST_SURE:
        return f"< {percent(0.01)}"
    return percent(probability)


def moment(seconds: float) -> str:
    """A time stamp as date and time of day."""
    if in_english():
        return datetime.fromtimestamp(seconds).strftime("%d %b %Y, %H:%M")
    when = QDateTime.fromSecsSinceEpoch(int(seconds))
    return QLocale().toString(when, "d. MMM yyyy, HH:mm")
