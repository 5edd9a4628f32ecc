"""Where the sources lie, and their version, read without importing them."""

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


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
