"""Whether the images of a project are where it says, told from a few of them."""

import os
from dataclasses import dataclass, field
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
    example_file: str = ""
    """where it was, as the project stores it"""


def look_for_files(root: Path, columns: SampleColumns) -> AbsentFiles:
    """Look for images that the project does not know to be missing.

    Args:
        root: the dataset's folder.
        columns: of the open project.
    """
    rows = np.flatnonzero(~columns.missing)
    some = rows[:: max(1, -(-len(rows) // LOOKED_FOR))].tolist()
    absent = [row for row in some if not is_there(root, columns.files[row])]
    if not absent:
        return AbsentFiles(root, len(some), 0)
    example = absent[0]
    return AbsentFiles(root, len(some), len(absent), columns.paths[example], columns.files[example])


def is_there(root: Path, file: str, listings: "FolderListings | None" = None) -> bool:
    """Whether the file of an image, as a project stores it, or its container exists."""
    try:
        location = parse_location(root, file)
        # A window does not wait for a network to open; an update asks the store.
        if url_of(location) is not None:
            return True
        outer = outer_path(location)
        return outer.exists() if listings is None else listings.exists(outer)
    except (OSError, ValueError):
        return False


@dataclass
class FolderListings:
    """Tells of very many files which exist, by listing each of their folders once."""

    _names: dict[str, frozenset[str]] = field(default_factory=dict)

    def exists(self, path: Path) -> bool:
        """Whether there is such a file or folder."""
        folder, name = os.path.split(path)
        names = self._names.get(folder)
        if names is None:
            try:
                with os.scandir(folder) as entries:
                    names = frozenset(entry.name for entry in entries)
            except OSError:
                names = frozenset()
            self._names[folder] = names
        # A name may be written in another case, or other letters, than the disk lists it.
        return name in names or (bool(names) and path.exists())
