"""Which disk a file lies on."""

import os
from pathlib import Path


def disk_of(path: Path) -> Path:
    """The place at which the disk of a file is mounted, also of a file that is not there (yet)."""
    place = path.absolute()
    while not os.path.ismount(place) and place != place.parent:
        place = place.parent
    return place
