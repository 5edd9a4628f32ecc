"""The bytes of an image wherever it lies: what everything calls that opens an image."""

import atexit
import functools
import os
from collections.abc import Iterator, Sequence
from pathlib import Path

from lnl_gui.containers.errors import ContainerError, reason_of
from lnl_gui.containers.location import ImageLocation, Member, url_of
from lnl_gui.containers.pixels import Pixels, picture_bytes, png_bytes
from lnl_gui.containers.pool import OpenContainers
from lnl_gui.containers.signatures import SIGNATURES, suffix_of_bytes
from lnl_gui.remote.errors import RemoteError
from lnl_gui.remote.reading import fetched_ahead, read_object

_NAMED = frozenset(
    {*dict(SIGNATURES).values(), ".jpeg", ".tiff", ".webp", ".avif", ".jpe", ".jfif"}
)


def image_bytes(location: ImageLocation) -> bytes:
    """The bytes of an image file; pixels of an array become an uncompressed one.

    Raises:
        OSError: when it cannot be read; a `ContainerError` says why in plain words.
    """
    if isinstance(location, Path):
        return location.read_bytes()
    found = _read(location)
    return picture_bytes(found) if isinstance(found, Pixels) else found


def exported_file(member: Member) -> tuple[str, bytes]:
    """Name and bytes of a file of its own: encoded images as they are, pixels as PNG.

    Raises:
        ContainerError: when it cannot be read.
    """
    found = _read(member)
    if isinstance(found, Pixels):
        return f"{member.name}.png", png_bytes(found)
    return exported_name(member, found), found


def read_ahead(locations: Sequence[ImageLocation]) -> Iterator[ImageLocation]:
    """The locations in order; those at URLs are fetched by many threads before their turn.

    What cannot be fetched is given out all the same: whoever reads it is told why.
    """
    for number in fetched_ahead([url_of(location) for location in locations]):
        yield locations[number]


def _read(member: Member) -> bytes | Pixels:
    url = url_of(member)
    if url is None:
        return _containers(os.getpid()).read(member)
    # Past the pool, which would let one thread read at a time and look for the file that names it.
    try:
        return read_object(url)
    except RemoteError as error:
        raise ContainerError(reason_of(error)) from error


def exported_name(member: Member, data: bytes) -> str:
    """The member's name with the suffix its bytes want, unless it has one."""
    named = Path(member.name).suffix.lower() in _NAMED
    return member.name if named else f"{member.name}{suffix_of_bytes(data)}"


def close_containers() -> None:
    """Let go of all containers of this process; the next read opens them again."""
    _containers(os.getpid()).close()


@functools.cache
def _containers(process: int) -> OpenContainers:
    # By process: a forked child may neither use nor close its parent's handles.
    found = OpenContainers()
    atexit.register(found.close)
    return found
