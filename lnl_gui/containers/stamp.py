"""A text that changes when a file or a container does."""

from pathlib import Path

from lnl_gui.containers.errors import CONTAINER_GONE, ContainerError, reason_of
from lnl_gui.containers.location import ImageLocation, Member, url_of
from lnl_gui.remote.known import known_objects


def container_stamp(path: Path) -> str:
    """A text that changes when the container does: sizes and times of what it consists of.

    Raises:
        ContainerError: when it is missing or may not be read.
    """
    try:
        parts = sorted(path.iterdir()) if path.is_dir() else [path]
        facts = [(part.name, part.stat()) for part in parts]
    except FileNotFoundError:
        raise ContainerError(CONTAINER_GONE.with_fields(name=path.name)) from None
    except (OSError, ValueError) as error:
        raise ContainerError(reason_of(error)) from error
    return " ".join(f"{name}:{found.st_size}:{found.st_mtime_ns}" for name, found in facts)


def location_stamp(location: ImageLocation) -> str:
    """A text that changes when an image's file, or the container it lies in, does.

    Raises:
        OSError: when it is missing or may not be read.
    """
    url = url_of(location)
    if url is not None:
        found = known_objects().get(url)
        return f"{found.size}|{found.stamp}" if found is not None else url
    if isinstance(location, Member):
        return container_stamp(location.container)
    facts = location.stat()
    return f"{facts.st_size}|{facts.st_mtime_ns}"
