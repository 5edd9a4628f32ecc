"""Class names that are dates: spreadsheets make them of `1-2`, `3/4` and `MAR1` unasked."""

import re
from collections.abc import Sequence

from lnl_gui.dataset.listing import shorten
from lnl_gui.util.messages import Message, message

# Without the words that numbers stand beside for other reasons: Italian `gen`, `mag`, `set` and
# Portuguese `out`.
_MONTH = (
    r"(?:jan|janv|ene|feb|févr|fev|mar|mrz|mär|märz|mrt|mars|apr|avr|abr|may|mai|mei|jun|juin|giu"
    r"|jul|juil|lug|aug|août|ago|sep|sept|oct|okt|ott|nov|dec|dez|déc|dic)\.?"
)
_DAY, _NUMBER_OF_MONTH, _YEAR = (
    "(?:0?[1-9]|[12][0-9]|3[01])",
    "(?:0?[1-9]|1[0-2])",
    "(?:19|20)[0-9]{2}",
)
_TIME = r"[0-9]{1,2}:[0-9]{2}:[0-9]{2}(?:\.[0-9]+)?"
_DATE = re.compile(
    rf"{_YEAR}(?P<sign>[-./]){_NUMBER_OF_MONTH}(?P=sign){_DAY}(?:[T ]{_TIME})?"
    rf"|{_DAY}(?P<mark>[-./]){_DAY}(?P=mark){_YEAR}(?: {_TIME})?"
    rf"|{_DAY}(?:-|\. ){_MONTH}(?:[- ](?:[0-9]{{2}}|{_YEAR}))?"
    rf"|{_MONTH}-[0-9]{{2}}"
    rf"|{_TIME}",
    re.IGNORECASE,
)
"""As spreadsheets show and store them: `1-Mar`, `Jan-02`, `01. Mrz`, `2024-01-02 00:00:00`."""


def date_doubts(names: Sequence[str]) -> list[Message]:
    """A doubt that names the classes that are dates; none where there are none.

    Args:
        names: of all classes.
    """
    # A folder's name is its last part; `1/2/2024` is one.
    found = [
        name for name in names if _DATE.fullmatch(name) or _DATE.fullmatch(name.rpartition("/")[2])
    ]
    if not found:
        return []
    return [
        message(
            "Classes that are dates: {names}. Spreadsheets make dates of names such as `1-2` or"
            " `MAR1`; then write the names as they were, in cells that hold text. If these say when"
            " an image was taken, its label lies elsewhere.",
            names=shorten(found),
        )
    ]
