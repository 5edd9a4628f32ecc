"""Whether files are there, have changed, and hold the same bytes."""

import hashlib
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TypeVar

import numpy as np

from lnl_gui.containers.errors import ContainerError
from lnl_gui.containers.location import ImageLocation, Member, url_of
from lnl_gui.containers.stamp import container_stamp
from lnl_gui.dataset.pixels.facts import content_hash
from lnl_gui.pictures.errors import UnreadableImage
from lnl_gui.pictures.reading import read_bytes
from lnl_gui.remote.reading import look_at_all
from lnl_gui.util.progress import Progress, no_progress

T = TypeVar("T")
UNKNOWN = b""
"""The hash of a file that cannot be read."""
MEMBER_SIZE = 0
"""What stands for the size of an image inside a container, which only reading would tell."""
# Network drives answer each request late, and many at once as fast as one.
_THREADS = 16
# A task for each file takes 35 us of processor time, asking for its size 5 (measured).
_BATCH = 256


def file_stats(files: Sequence[ImageLocation], *, progress: Progress = no_progress) -> np.ndarray:
    """Size in bytes and time of change in nanoseconds of each image, int64 (n, 2), -1 if missing.

    An image inside a container has `MEMBER_SIZE`, and a number that changes with its container. One
    at a URL has its size, and a number that changes with what its store calls its state (ETag).

    Raises:
        UserError: when a store does not answer.
    """
    addressed = {at: url for at, file in enumerate(files) if (url := url_of(file))}
    if addressed:
        return _remote_stats(files, addressed, progress)
    containers = {f.container for f in files if isinstance(f, Member)}
    times = {container: _container_time(container) for container in containers}

    def stat(location: ImageLocation) -> tuple[int, int]:
        if not isinstance(location, Member):
            return _stat(location)
        time = times[location.container]
        return (-1, -1) if time is None else (MEMBER_SIZE, time)

    found = in_threads(stat, files, progress)
    return np.array(found, np.int64).reshape(-1, 2)


def local_stats(files: Sequence[ImageLocation], *, progress: Progress = no_progress) -> np.ndarray:
    """As `file_stats`, int64 (n, 2), -1 also of images at URLs: each would be a request."""
    here = np.array([url_of(file) is None for file in files], bool)
    stats = np.full((len(files), 2), -1, np.int64)
    asked = [file for file, is_here in zip(files, here.tolist(), strict=True) if is_here]
    stats[here] = file_stats(asked, progress=progress)
    return stats


def _remote_stats(
    files: Sequence[ImageLocation], addressed: dict[int, str], progress: Progress
) -> np.ndarray:
    stats = np.full((len(files), 2), -1, np.int64)
    here = [at for at in range(len(files)) if at not in addressed]
    if here:
        stats[here] = file_stats([files[at] for at in here])
    seen = look_at_all(list(addressed.values()), progress=progress)
    for at, found in zip(addressed, seen, strict=True):
        if found is not None:
            stats[at] = max(0, found.size), found.moment
    return stats


def content_hashes(
    files: Sequence[ImageLocation], *, progress: Progress = no_progress
) -> list[bytes]:
    """The content hash of each file as the facts hold it, `UNKNOWN` where it cannot be read."""
    return in_threads(_hash, files, progress)


def in_threads(
    work: Callable[[ImageLocation], T],
    files: Sequence[ImageLocation],
    progress: Progress = no_progress,
) -> list[T]:
    """What `work` gives for each of many files, in their order.

    Args:
        work: called in several threads.
        files: of images.
        progress: files done and their number.
    """
    return list(_in_threads(work, files, progress))


def _in_threads(
    work: Callable[[ImageLocation], T], files: Sequence[ImageLocation], progress: Progress
) -> Iterator[T]:
    def several(start: int) -> list[T]:
        return [work(file) for file in files[start : start + _BATCH]]

    pool = ThreadPoolExecutor(_THREADS)
    try:
        for number, part in enumerate(pool.map(several, range(0, len(files), _BATCH))):
            yield from part
            progress(min((number + 1) * _BATCH, len(files)), len(files))
    finally:
        # Whoever is cancelled does not wait for the files that nobody has asked about yet.
        pool.shutdown(wait=True, cancel_futures=True)


def _container_time(container: Path) -> int | None:
    """A number below 2^63 for the state of a container, None where it is missing."""
    try:
        stamp = container_stamp(container)
    except ContainerError:
        return None
    # Seven bytes: it stands where files have their time of change, in int64.
    digest = hashlib.blake2b(stamp.encode("utf-8", "surrogateescape"), digest_size=7).digest()
    return int.from_bytes(digest, "big")


def _stat(file: Path) -> tuple[int, int]:
    try:
        found = file.stat()
    except (OSError, ValueError):  # ValueError: a NUL character in the path
        return -1, -1
    return found.st_size, found.st_mtime_ns


def _hash(location: ImageLocation) -> bytes:
    try:
        return content_hash(read_bytes(location)).encode("ascii")
    except UnreadableImage:
        return UNKNOWN
