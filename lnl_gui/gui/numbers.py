"""Numbers and times as the window's language writes them; English is Python's own way."""

from datetime import datetime
from string import Formatter
from typing import Any

from PySide6.QtCore import QDateTime, QLocale

_THIN = "\u202f"
_SWAPPED = frozenset("eEfFgGn%,")


def in_english() -> bool:
    """Whether numbers are written as they are in the source."""
    return QLocale().language() in (QLocale.Language.English, QLocale.Language.C)


def spelled(text: str) -> str:
    """A number that Python has formatted, with the language's own separators."""
    if in_english():
        return text
    locale = QLocale()
    signs = {",": locale.groupSeparator(), ".": locale.decimalPoint()}
    written = "".join(signs.get(letter, letter) for letter in text)
    return written.replace("%", "\u00a0%") if written[-2:-1].isdigit() else written


class _Filler(Formatter):
    """`str.format`, with every formatted number in the window's language."""

    def format_field(self, value: Any, format_spec: str) -> str:
        text = str(format(value, format_spec))
        is_number = isinstance(value, int | float) and format_spec[-1:] in _SWAPPED
        return spelled(text) if is_number else text


_FILLER = _Filler()


def fill(template: str, *values: object) -> str:
    """The template with its fields filled, "{:,} of {:.1%}" in the window's language."""
    return _FILLER.format(template, *values)


def count(value: int) -> str:
    """A count with its thousands apart."""
    return fill("{:,}", value)


def thin_count(value: float) -> str:
    """A count for charts: its thousands apart by a thin space where the language allows it."""
    text = f"{value:,.0f}"
    return text.replace(",", _THIN) if in_english() else spelled(text)


def decimal(value: float, digits: int) -> str:
    """A number with so many digits after the point."""
    return spelled(f"{value:.{digits}f}")


def percent(share: float, digits: int = 0) -> str:
    """A share in per cent with a space, "12.5 %"."""
    return f"{decimal(100 * share, digits)} %"


def moment(seconds: float) -> str:
    """A time stamp as date and time of day."""
    if in_english():
        return datetime.fromtimestamp(seconds).strftime("%d %b %Y, %H:%M")
    when = QDateTime.fromSecsSinceEpoch(int(seconds))
    return QLocale().toString(when, "d. MMM yyyy, HH:mm")
