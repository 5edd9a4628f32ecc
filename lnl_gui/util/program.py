"""How this program is started once more."""

import sys
from pathlib import Path

from lnl_gui.util.processes import frozen_program


def program_command() -> list[str]:
    """The words that start this program again, also from a frozen bundle."""
    if getattr(sys, "frozen", False):
        # In a bundle the executable is the program itself and knows no `-m`.
        return [str(frozen_program(Path(sys.executable)))]
    return [sys.executable, "-m", "lnl_gui"]
