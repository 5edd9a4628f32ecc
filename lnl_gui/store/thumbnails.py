"""Thumbnails in the user's cache folder, one file a distinct image, keyed by content.

The cache may be deleted at any time; the window then decodes originals.
"""

import os
import tempfile
from pathlib import Path

from lnl_gui.util.paths import cache_folder


def thumbnail_folder() -> Path:
    """Root of the thumbnail cache."""
    return cache_folder() / "thumbnails"


def thumbnail_path(content_hash: str) -> Path:
    """Where the thumbnail of an image lies, whether or not it has been made.

    Without a file ending: the first bytes tell PNG from JPEG.
    """
    return thumbnail_folder() / content_hash[:2] / content_hash


def store_thumbnail(content_hash: str, data: bytes) -> None:
    """Add an encoded thumbnail unless there is one; a half-written file is never seen.

    No fsync: a cache may be lost, and syncing each file would halve the embedding rate.
    """
    target = thumbnail_path(content_hash)
    if target.exists():
        return
    target.parent.mkdir(parents=True, exist_ok=True)
    descriptor, name = tempfile.mkstemp(dir=target.parent)
    with os.fdopen(descriptor, "wb") as stream:
        stream.write(data)
    Path(name).replace(target)
