"""Whether something is at a path that was guessed: False also where that may not be known.

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
