"""Whether a file lies in a folder, by whatever name, link or spelling it is reached."""

from pathlib import Path

_LINKS = 40
"""Links to links that a system follows before it calls them a circle."""


class Inside:
    """Tells what lies in one folder; each folder on the way is looked at once.

    Args:
        folder: which may itself be a link, and need not be there.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder.resolve()
        self._real: dict[Path, Path] = {}
        self._known: dict[Path, bool] = {}

    def holds(self, path: Path) -> bool:
        """Whether a file or folder, or a link that leads to it, is the folder or lies in it."""
        place = path.absolute()
        for _ in range(_LINKS):
            place = self._parent(place) / place.name
            if self._is_within(place):
                return True
            try:
                place = place.parent / place.readlink()
            except (OSError, ValueError):
                # No link, which most files are not, or nothing is there.
                return False
        return False

    def _parent(self, place: Path) -> Path:
        found = self._real.get(place.parent)
        if found is None:
            found = self._real[place.parent] = place.parent.resolve()
        return found

    def _is_within(self, place: Path) -> bool:
        # Not kept for `place` itself: a million files would be.
        return self._is_folder(place) or self._is_below(place.parent)

    def _is_below(self, folder: Path) -> bool:
        found = self._known.get(folder)
        if found is None:
            above = folder.parent
            found = self._is_folder(folder) or (above != folder and self._is_below(above))
            self._known[folder] = found
        return found

    def _is_folder(self, place: Path) -> bool:
        if place == self._folder:
            return True
        # A disk that does not tell upper from lower case has one folder under many names.
        if place.name.casefold() != self._folder.name.casefold():
            return False
        return is_same(place, self._folder)


def is_same(one: Path, other: Path) -> bool:
    """Whether two paths lead to one file or folder; False where one of them is not there."""
    try:
        return one.samefile(other)
    except (OSError, ValueError):
        return False
