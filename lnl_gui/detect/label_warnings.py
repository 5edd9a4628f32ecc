"""What must not be missed about labels that were judged, as Python's warnings.

A pipeline reads no list of sentences; what it prints, or turns into errors, are Python's warnings.
"""

import sys
import warnings
from collections.abc import Iterable

from lnl_gui.util.messages import Message

_PACKAGE = __name__.partition(".")[0]


class LabelIssuesWarning(UserWarning):
    """The suspects are not to be trusted, for the reason that the warning tells."""


def warn_of(said: Iterable[Message]) -> None:
    """Give each sentence out as a `LabelIssuesWarning` of the line that called this package.

    Python shows such a warning once for each line.
    """
    level = _callers_level()
    for sentence in said:
        warnings.warn(str(sentence), LabelIssuesWarning, stacklevel=level)


def _callers_level() -> int:
    """Which frame, counted from `warn_of`, is the first one outside of this package."""
    # Python 3.11 has no `skip_file_prefixes`.
    level, frame = 1, sys._getframe(1)
    while frame.f_back is not None and _is_own(str(frame.f_globals.get("__name__", ""))):
        level, frame = level + 1, frame.f_back
    return level


def _is_own(module: str) -> bool:
    return module == _PACKAGE or module.startswith(f"{_PACKAGE}.")
