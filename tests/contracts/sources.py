"""The product's modules, read once for all that is asked of them."""

import ast
from functools import cache
from pathlib import Path

import lnl_gui

PACKAGE = Path(lnl_gui.__file__).parent


@cache
def modules() -> dict[str, ast.Module]:
    """The tree of each module by its path in the package; reading all takes a second."""
    return {
        file.relative_to(PACKAGE).as_posix(): ast.parse(file.read_text(encoding="utf-8"))
        for file in sorted(PACKAGE.rglob("*.py"))
    }
