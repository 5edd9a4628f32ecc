"""Paths longer than Windows takes as they are written.

Unless an administrator has allowed long paths, Windows opens no file whose path has 260 letters or
more, and makes no folder from 248 on. A path that begins with `\\\\?\\` is taken as it is, up to
32 767 letters; it must then be absolute, with backslashes and without `..`. Such paths are for
opening alone: they are never shown or kept.
"""

import ntpath
import sys
from pathlib import Path

LONGEST = 247
"""Letters that every call of Windows takes, those for folders too."""
_PREFIX, _SHARE = "\\\\?\\", "\\\\?\\UNC\\"


def reachable(path: Path, platform: str = sys.platform) -> Path:
    """The path to open a file by; itself wherever that works.

    Args:
        path: of a file or a folder.
        platform: as `sys.platform` has it.
    """
    if platform != "win32":
        return path
    return Path(extended(str(path)))


def extended(text: str) -> str:
    """The form of a path that Windows opens whatever its length; itself where it is short.

    Args:
        text: a path of Windows.
    """
    if text.startswith(_PREFIX):
        return text
    whole = ntpath.abspath(text)
    if len(whole) <= LONGEST:
        return text
    return f"{_SHARE}{whole[2:]}" if whole.startswith("\\\\") else f"{_PREFIX}{whole}"
