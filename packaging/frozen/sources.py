"""Where the sources lie, and their version, read without importing them."""

import re
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
# Texts that a package and an installed LNL both write stand there once; they import no library.
sys.path.append(str(ROOT))


def version() -> str:
    """LNL's version.

    Raises:
        LookupError: when the package names none.
    """
    text = (ROOT / "lnl_gui" / "__init__.py").read_text("utf-8")
    found = re.search(r'^__version__ = "([^"]+)"', text, re.MULTILINE)
    if found is None:
        raise LookupError("lnl_gui/__init__.py has no __version__")
    return found[1]
