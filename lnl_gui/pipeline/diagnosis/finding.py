"""One thing that was looked at."""

from dataclasses import dataclass
from typing import Any

from lnl_gui.util.messages import NOTHING, Message

OK, DOUBT, MISSING = STATES = ("ok", "doubt", "missing")
"""As it should be; worth a look, or left out by choice; needed and not there."""


@dataclass(frozen=True)
class Diagnosis:
    """One thing that was looked at, and how to mend it."""

    section: str
    """stable, for scripts: versions, devices, places, network, window, extras, weights, settings"""
    name: str
    """what was looked at, likewise"""
    text: Message
    """what was found"""
    state: str = OK
    """one of `STATES`"""
    hint: Message = NOTHING
    """what to do, with the command"""

    def as_json(self) -> dict[str, Any]:
        """In English, for scripts."""
        return {
            "section": self.section,
            "name": self.name,
            "state": self.state,
            "text": str(self.text),
            "hint": str(self.hint),
        }
