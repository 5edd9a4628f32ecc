"""Thumbnail cache in the user's cache folder: one file a distinct image, keyed by content hash.

The cache may be deleted at any time; the window then decodes originals.
"""

import os
import tempfile
import threading
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from lnl_gui.util.disk import disk_of
from lnl_gui.util.files.renaming import rename_over
from lnl_gui.util.messages import Message, message
from lnl_gui.util.paths import cache_folder
from lnl_gui.util.progress import Progress, no_progress

_WHOLE = ((b"\xff\xd8", b"\xff\xd9"), (b"\x89PNG\r\n\x1a\n", b"IEND\xaeB`\x82"))
"""How files of JPEG and of PNG begin and end."""


def thumbnail_folder() -> Path:
    """Root of the thumbnail cache."""
    return cache_folder() / "thumbnails"


def trim_thumbnails(limit: int, progress: Progress = no_progress) -> int:
    """Delete the thumbnails not used for longest until at most `limit` bytes are left.

    Returns how many were deleted. Another process may delete the same files meanwhile.

    Args:
        limit: in bytes.
        progress: called with the thumbnails deleted and those found; may raise `Cancelled`.
    """
    found = list[tuple[float, int, Path]]()
    for file in thumbnail_folder().glob("*/*"):
        progress(0, len(found))
        try:
            state = file.stat()
        except OSError:
            continue
        # Many disks are mounted without access times; the time of writing is then the newer of the
        # two.
        found.append((max(state.st_atime, state.st_mtime), state.st_size, file))
    excess = sum(size for _, size, _ in found) - limit
    deleted = 0
    for _, size, file in sorted(found, key=lambda entry: entry[0]):
        if excess <= 0:
            break
        progress(deleted, len(found))
        file.unlink(missing_ok=True)
        excess -= size
        deleted += 1
    return deleted


def thumbnail_bytes(progress: Progress = no_progress) -> int:
    """Size of all thumbnails on disk.

    Args:
        progress: called with the thumbnails found so far; may raise `Cancelled`.
    """
    total = 0
    for count, file in enumerate(thumbnail_folder().glob("*/*")):
        progress(count, count)
        # Another process may delete it meanwhile.
        with suppress(OSError):
            total += file.stat().st_size
    return total


def thumbnail_path(content_hash: str) -> Path:
    """Where the thumbnail of an image lies, whether or not it has been made.

    Without a file ending: the first bytes tell PNG from JPEG.
    """
    # 256 folders: one folder with a million files is slow to list on many file systems.
    return thumbnail_folder() / content_hash[:2] / content_hash


def thumbnail_paths(content_hash: str, rendering: str) -> tuple[Path, Path]:
    """Where the thumbnail of an image may lie, the one to prefer first.

    An image that looks different by another rendering has one of its own.

    Args:
        content_hash: of the image.
        rendering: its key, see `lnl_gui.pictures.rendering`.
    """
    # Of one folder, whose place is looked up once: a page of pictures asks for dozens.
    plain = thumbnail_path(content_hash)
    return plain.with_name(f"{content_hash}-{rendering}"), plain


def is_whole_thumbnail(file: Path) -> bool:
    """Whether a cached file begins and ends as an image does."""
    try:
        data = file.read_bytes()
    except OSError:
        return False
    return any(data.startswith(start) and data.endswith(end) for start, end in _WHOLE)


def store_thumbnail(content_hash: str, data: bytes) -> None:
    """Add an encoded thumbnail unless there is one; a half-written file is never seen.

    No fsync: a cache may be lost, and syncing each file would halve the embedding rate.

    Raises:
        OSError: when the cache cannot be written; nothing is left there then.
    """
    target = thumbnail_path(content_hash)
    if target.exists():
        return
    target.parent.mkdir(parents=True, exist_ok=True)
    descriptor, name = tempfile.mkstemp(dir=target.parent)
    try:
        with os.fdopen(descriptor, "wb") as stream:
            stream.write(data)
        rename_over(Path(name), target)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


class ThumbnailCache:
    """Stores thumbnails as long as the cache takes them, and then does without.

    Args:
        say: is told once, with the folder and the reason, when it does not.
    """

    def __init__(self, say: Callable[[Message], object]) -> None:
        self._say = say
        self._lock = threading.Lock()
        self._full = False

    def store(self, content_hash: str, data: bytes) -> None:
        """Add an encoded thumbnail unless there is one; called from several threads."""
        if self._full:
            return
        try:
            store_thumbnail(content_hash, data)
        except OSError as error:
            with self._lock:
                first, self._full = not self._full, True
            if first:
                self._say(
                    message(
                        "Thumbnails are not kept from here on: {folder} on the disk {disk} cannot"
                        " be written ({reason}). The images themselves are shown instead.",
                        folder=thumbnail_folder(),
                        disk=disk_of(thumbnail_folder()),
                        reason=error.strerror or str(error),
                    )
                )
