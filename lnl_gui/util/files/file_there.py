"""What is at a path that was guessed, or nothing also where that may not be known.

`Path.is_file` of Python 3.11 is an error in a folder that may not be searched, such as the
`lost+found` of a disk or the folder of somebody else.
"""

import os
from pathlib import Path


def is_file(path: Path) -> bool:
    """Whether a file is at `path`, or a link to one."""
    return os.path.isfile(path)  # noqa: PTH113 - never an error


def is_folder(path: Path) -> bool:
    """Whether a folder is at `path`, or a link to one."""
    return os.path.isdir(path)  # noqa: PTH112 - never an error


def size_of(path: Path) -> int:
    """Bytes of a file; 0 where there is none, or that may not be known."""
    try:
        return path.stat().st_size
    except OSError:
        return 0
