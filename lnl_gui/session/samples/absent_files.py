"""Whether the images of a project are where it says, told from a few of them."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from lnl_gui.containers.location import outer_path, parse_location, url_of
from lnl_gui.session.samples.columns import SampleColumns

LOOKED_FOR = 48
"""Files that are looked for, spread over the dataset: few, since a network drive is slow."""


@dataclass(frozen=True)
class AbsentFiles:
    """What a look for some of the images has found."""

    root: Path
    looked_for: int
    absent: int
    example: str = ""
    """path of one that is not there"""


def look_for_files(root: Path, columns: SampleColumns) -> AbsentFiles:
    """Look for images that the project does not know to be missing.

    Args:
        root: the dataset's folder.
        columns: of the open project.
    """
    rows = np.flatnonzero(~columns.missing)
    some = rows[:: max(1, -(-len(rows) // LOOKED_FOR))].tolist()
    absent = [row for row in some if not is_there(root, columns.files[row])]
    example = columns.paths[absent[0]] if absent else ""
    return AbsentFiles(root, len(some), len(absent), example)


def is_there(root: Path, file: str) -> bool:
    """Whether the file of an image, as a project stores it, or its container exists."""
    try:
        location = parse_location(root, file)
        # A window does not wait for a network to open; an update asks the store.
        return url_of(location) is not None or outer_path(location).exists()
    except (OSError, ValueError):
        return False
