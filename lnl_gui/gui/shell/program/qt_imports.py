"""Imports beside Qt read no sources: PySide6 reads that of every module imported after itself.

It looks for its own name in it, to know which modules its optional spelling (`from __feature__
import snake_case`) may concern. What a module holds tells the same without its text, which costs a
tenth of the processor time of the window's start and stays in memory.
"""

import sys
from importlib import import_module
from types import ModuleType

QT = "PySide6"


def import_qt() -> None:
    """Import Qt before all else of the window, so that no source is read from then on.

    Raises:
        ImportError: when it is not installed, or a library of the system is missing.
    """
    import_module(f"{QT}.QtWidgets")
    read_no_sources()


def read_no_sources() -> None:
    """Have PySide6 look at what modules hold; where it asks in another way, it goes on to."""
    features = sys.modules.get(f"{QT}.support.feature")
    if hasattr(features, "_mod_uses_pyside"):
        setattr(features, "_mod_uses_pyside", uses_qt)  # noqa: B010 - no name that types know


def uses_qt(module: object) -> bool:
    """Whether a module has imported something of Qt."""
    held = list(vars(module).values()) if isinstance(module, ModuleType) else []
    return any(_of_qt(value) for value in held)


def _of_qt(value: object) -> bool:
    # Not by isinstance, which asks the value: torch has one that warns when it is asked.
    kind = type(value)
    if issubclass(kind, ModuleType):
        name = vars(value).get("__name__")
    elif issubclass(kind, type):
        name = getattr(value, "__module__", None)
    else:
        return False
    return isinstance(name, str) and name.partition(".")[0] == QT
