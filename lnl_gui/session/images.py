"""The images of an open project: where they lie, how they are shown, which are not there."""

from functools import cached_property
from pathlib import Path

import numpy as np

from lnl_gui.containers.location import ImageLocation, parse_location
from lnl_gui.pictures.rendering import Rendering, load_rendering
from lnl_gui.session.samples.absent_files import (
    AbsentFiles,
    FolderListings,
    is_there,
    look_for_files,
)
from lnl_gui.session.samples.columns import Row
from lnl_gui.session.state import SessionState
from lnl_gui.store.dataset.other_copy import find_other_copy
from lnl_gui.store.dataset.thumbnails import thumbnail_paths

_MANY = 1_000
"""Of more samples at once the files are looked for one by one only where some are missing."""


class SampleImages:
    """Originals, which are never written, and their thumbnails.

    Args:
        state: of the open project.
        root: the dataset's folder.
    """

    def __init__(self, state: SessionState, root: Path) -> None:
        self._project, self._columns, self._root = state.project, state.columns, root
        self._rendering: tuple[int, Rendering] | None = None

    def file_of(self, row: Row) -> ImageLocation:
        """The original image."""
        return parse_location(self._root, self._columns.files[int(row)])

    def thumbnail_of(self, row: Row) -> Path | None:
        """The cached thumbnail, or None when there is none yet."""
        return next((path for path in self._thumbnail_paths(row) if path.is_file()), None)

    def _thumbnail_paths(self, row: Row) -> tuple[Path, ...]:
        """Where the thumbnail of a sample may lie, the one to prefer first."""
        content_hash = self._columns.content_hash[int(row)].decode("ascii")
        if not content_hash:
            return ()
        return thumbnail_paths(content_hash, self.rendering.key)

    def gone(self, rows: np.ndarray) -> np.ndarray:
        """Which of `rows` int64 (n,) have neither a file nor a thumbnail to show, bool (n,).

        A file that is there and cannot be read is not gone.
        """
        if len(rows) <= _MANY:
            return np.array([self._is_gone(row) for row in rows.tolist()], bool)
        if not self.look_for_files_again().absent:
            return np.zeros(len(rows), bool)
        listings = FolderListings()
        return np.array([self._is_unlisted(row, listings) for row in rows.tolist()], bool)

    def _is_gone(self, row: int) -> bool:
        # The thumbnail first: the originals may lie on a slow disk.
        return self.thumbnail_of(row) is None and not is_there(self._root, self._columns.files[row])

    def _is_unlisted(self, row: int, listings: FolderListings) -> bool:
        thumbnail = any(map(listings.exists, self._thumbnail_paths(row)))
        return not thumbnail and not is_there(self._root, self._columns.files[row], listings)

    @property
    def rendering(self) -> Rendering:
        """How the images were embedded, and so how they are shown."""
        # By the version: an embedding may have been taken over since.
        if self._rendering is None or self._rendering[0] != self._columns.version:
            self._rendering = self._columns.version, load_rendering(self._project.arrays)
        return self._rendering[1]

    @cached_property
    def absent_files(self) -> AbsentFiles:
        """Whether images are where the project says, looked up for some and once a session."""
        return look_for_files(self._root, self._columns)

    def look_for_files_again(self) -> AbsentFiles:
        """`absent_files` looked up anew: a disk may have been unplugged since."""
        self.__dict__.pop("absent_files", None)
        return self.absent_files

    def note_image(self, *, there: bool) -> bool:
        """An image was there or not: look for others where that is not what is known of them.

        Whether other things are known now.
        """
        before = self.absent_files
        if there:
            # Of a few that are missing one is looked for: the disk may be a slow one.
            none_there = before.absent == before.looked_for
            expected = not before.absent or not (
                none_there or is_there(self._root, before.example_file)
            )
        else:
            expected = bool(before.absent)
        return not expected and self.look_for_files_again() != before

    @cached_property
    def other_copy(self) -> Path | None:
        """A copy of the dataset beside the project, which reads another one."""
        return find_other_copy(self._project.folder, self._root, self._columns.files)
