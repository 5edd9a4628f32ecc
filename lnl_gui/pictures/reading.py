"""The bytes of an image file, read without trust in what the path is."""

import stat
from pathlib import Path

from lnl_gui.containers.errors import NO_MEMORY, ContainerError, machine_reason
from lnl_gui.containers.location import ImageLocation
from lnl_gui.containers.read import image_bytes
from lnl_gui.pictures.errors import UnreadableImage
from lnl_gui.pictures.memory import FILE_LIMIT, MEBIBYTE, Reserve, unbounded
from lnl_gui.util.files.long_paths import reachable
from lnl_gui.util.messages import message


def read_bytes(location: ImageLocation, *, reserve: Reserve = unbounded) -> bytes:
    """The bytes of an image file or of an image in a container, never opened for writing.

    Args:
        location: of the image.
        reserve: called with the size before a file is read.

    Raises:
        UnreadableImage: when it is missing, a folder, a device, forbidden or too large;
            `is_of_machine` tells of its reason whether it says anything of the image.
    """
    if isinstance(location, Path):
        return _read_file(location, reserve)
    try:
        return image_bytes(location)
    except ContainerError as error:
        raise UnreadableImage(error.reason) from None
    except MemoryError:
        raise UnreadableImage(NO_MEMORY) from None


def _read_file(file: Path, reserve: Reserve) -> bytes:
    file = reachable(file)
    try:
        status = file.stat()
        # Asked before opening: a named pipe would wait for a writer for ever.
        if stat.S_ISDIR(status.st_mode):
            raise UnreadableImage(message("a folder, not a file"))
        if not stat.S_ISREG(status.st_mode):
            raise UnreadableImage(message("not a regular file"))
        if status.st_size > FILE_LIMIT:
            raise UnreadableImage(message("larger than {limit} MiB", limit=FILE_LIMIT // MEBIBYTE))
        reserve(status.st_size)
        return file.read_bytes()
    except (OSError, MemoryError) as error:
        raise UnreadableImage(machine_reason(error)) from None
    except ValueError as error:  # a NUL character in the path
        raise UnreadableImage(message("no path of a file: {reason}", reason=error)) from None
