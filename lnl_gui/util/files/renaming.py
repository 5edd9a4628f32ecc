"""Files and folders given another name, also where Windows holds them for a moment.

Linux and macOS rename what is open. Windows refuses to, and to rename over it: and virus scanners,
search indexers and cloud folders open each new file for some milliseconds after it was closed.
"""

import time
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from lnl_gui.util.files.long_paths import reachable

T = TypeVar("T")
HELD = frozenset({5, 32, 33})
"""Of Windows' errors: access denied (so it names a target that is open), sharing and lock
violations."""
PAUSES = (0.01, 0.02, 0.05, 0.1, 0.2, 0.4, 0.8)
"""Seconds between attempts: scanners are done after some milliseconds, backups after a second."""


def rename_over(source: Path, target: Path) -> None:
    """Give a file another name, in place of the file that has it.

    Raises:
        OSError: when it cannot be done, on Windows after 1.6 s of attempts.
    """
    _patiently(lambda: reachable(source).replace(reachable(target)))


def rename(source: Path, target: Path) -> None:
    """Give a file or a folder another name, which nothing has.

    Raises:
        OSError: when it cannot be done, on Windows after 1.6 s of attempts.
    """
    _patiently(lambda: reachable(source).rename(reachable(target)))


def _patiently(act: Callable[[], T]) -> T:
    for pause in PAUSES:
        try:
            return act()
        except OSError as error:
            # Other systems have no such number, and no such refusal.
            if getattr(error, "winerror", None) not in HELD:
                raise
        time.sleep(pause)
    return act()
