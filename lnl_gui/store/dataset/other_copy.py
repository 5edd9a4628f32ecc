"""Another copy of a project's dataset beside it, which is not the one that is read."""

from collections.abc import Sequence
from pathlib import Path

from lnl_gui.containers.location import outer_path, parse_location, url_of
from lnl_gui.remote.address import remote_url

_LOOKED_FOR = 24
"""Files that are looked for, spread over the dataset: few, since a network drive is slow."""
_MOST = 0.5


def find_other_copy(folder: Path, root: Path, files: Sequence[str]) -> Path | None:
    """The folder beside a project that has the name of its dataset's and files of its images.

    A project that was copied without its images goes on with those at the old place, and nobody
    sees that the copy beside it is another one.

    Args:
        folder: the project folder.
        root: the folder that it reads.
        files: where the images lie, as the database holds it.
    """
    beside = folder.parent / root.name
    if not root.name or remote_url(root) is not None or not beside.is_dir():
        return None
    if root.is_dir() and beside.samefile(root):
        return None
    some = range(0, len(files), max(1, -(-len(files) // _LOOKED_FOR)))
    found = sum(_is_there(beside, files[row]) for row in some)
    return beside if found > _MOST * len(some) else None


def _is_there(root: Path, file: str) -> bool:
    try:
        location = parse_location(root, file)
        if url_of(location) is not None:
            return False
        place = outer_path(location)
        return place.is_relative_to(root) and place.exists()
    except (OSError, ValueError):
        return False
