"""How this program is started once more."""

import sys
from pathlib import Path

from lnl_gui.util.process.processes import frozen_program


def is_frozen() -> bool:
    """Whether this is the application, with a Python of its own."""
    return bool(getattr(sys, "frozen", False))


def program_command() -> list[str]:
    """The words that start this program again, also from a frozen bundle."""
    if is_frozen():
        # In a bundle the executable is the program itself and knows no `-m`.
        return [str(frozen_program(Path(sys.executable)))]
    return [sys.executable, "-m", "lnl_gui"]
