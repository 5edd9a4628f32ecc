"""Numbers and times as the window's language writes them; English is Python's own way."""

from PySide6.QtCore import QDateTime, QLocale

from lnl_gui.util.messages import fill_template, format_value
from lnl_gui.util.moments import as_moment
from lnl_gui.util.translation import SOURCE_LANGUAGE, current_language

# From here on, and as far above 0, whole per cents would say 100 and 0.
ALMOST_SURE = 0.995


def in_english() -> bool:
    """Whether numbers are written as they are in the source."""
    return current_language().code == SOURCE_LANGUAGE


def spelled(text: str) -> str:
    """A number that Python has formatted, with the language's own separators."""
    return current_language().number(text)


def fill(template: str, *values: object) -> str:
    """The template with its fields filled, "{:,} of {:.1%}" in the window's language."""
    left = iter(values)

    def written(name: str, spec: str) -> str:
        value = values[int(name)] if name else next(left)
        return format_value(value, spec, current_language())

    return fill_template(template, written)


def count(value: int) -> str:
    """A count with its thousands apart."""
    return fill("{:,}", value)


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
    when = QDateTime.fromSecsSinceEpoch(int(as_moment(seconds)))
    if in_english():
        return QLocale.c().toString(when, "dd MMM yyyy, HH:mm")
    return QLocale().toString(when, "d. MMM yyyy, HH:mm")
