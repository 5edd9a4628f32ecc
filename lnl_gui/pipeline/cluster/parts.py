"""Parts of the work as they travel: the images, their sizes at the head, and what came of them."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path
from typing import Any, Protocol

from lnl_gui.containers.location import (
    ImageLocation,
    Member,
    location_text,
    outer_path,
    parse_location,
    url_of,
)
from lnl_gui.pictures.errors import UnreadableImage
from lnl_gui.pictures.reading import read_bytes
from lnl_gui.util.errors import UserError
from lnl_gui.util.messages import Message

PORTION = 64 << 20
"""Bytes of images that are sent in one piece; a part of large images has several."""
UNKNOWN = -1
"""The size of what is missing here, and of a container that is a folder."""
_ROOT = Path()


@dataclass(frozen=True)
class PartTask:
    """The images of one part.

    Attributes:
        start: row of the first one.
        locations: absolute, as text.
        sizes: bytes of each file, or of the container it lies in, as the head sees it; `UNKNOWN`
            is not compared.
        sent: places in `locations` of the images whose bytes travel with the task.
        failed: why the head itself could not read an image that it was to send, by place.
    """

    start: int
    locations: tuple[str, ...]
    sizes: tuple[int, ...]
    sent: tuple[int, ...] = ()
    failed: dict[int, Message] = field(default_factory=dict)


@dataclass(frozen=True)
class PartAnswer:
    """What came of a task: a result, the places of images that the node does not see, or an error.

    Attributes:
        start: of the task.
        result: as the job gives it; None with one of the others.
        failed: of the task.
        unseen: places in the task's `locations`.
        error: what a user can mend.
    """

    start: int
    result: Any = None
    failed: dict[int, Message] = field(default_factory=dict)
    unseen: tuple[int, ...] = ()
    error: UserError | None = None


Work = Any
"""A function from image locations to (result, places of what could not be read)."""


class NodeJob(Protocol):
    """What is done with the images; it travels to each node once."""

    @property
    def version(self) -> str:
        """Of LNL, which must be the same on all nodes."""

    def open(self, threads: int) -> Work:
        """Load what the work needs.

        Raises:
            UserError: when that cannot be done on this node.
        """


class PartFiles:
    """The images of a job, of which the head makes tasks.

    Args:
        files: one a row.
        sizes: bytes of each file, of one inside a container anything, -1 where it is missing.
        part_size: rows a part.
    """

    def __init__(
        self, files: Sequence[ImageLocation], sizes: Sequence[int], part_size: int
    ) -> None:
        self._files, self._sizes, self._part_size = files, sizes, part_size

    def __len__(self) -> int:
        return len(self._files)

    def rows(self, start: int) -> int:
        """How many images a part has."""
        return min(self._part_size, len(self._files) - start)

    def name(self, row: int) -> str:
        """Of an image, for people."""
        return str(self._files[row])

    def is_local(self, row: int) -> bool:
        """Whether an image lies in a folder, and not at a URL."""
        return url_of(self._files[row]) is None

    def task(self, start: int) -> PartTask:
        """The part that begins at a row, for a node that sees the images."""
        places = range(start, start + self.rows(start))
        texts = tuple(location_text(self._files[row], _ROOT) for row in places)
        return PartTask(start, texts, tuple(self._size(row) for row in places))

    def local_places(self, start: int) -> list[int]:
        """The images of a part that do not lie at URLs, which every node fetches by itself."""
        return [at for at in range(self.rows(start)) if self.is_local(start + at)]

    def with_contents(
        self, start: int, places: Sequence[int]
    ) -> tuple[PartTask, Sequence[list[bytes]]]:
        """The part with the bytes of some of its images, in portions."""
        task = self.task(start)
        if not places:
            return task, ()
        failed: dict[int, Message] = {}
        portions: list[list[bytes]] = [[]]
        for at in places:
            try:
                data = read_bytes(self._files[start + at])
            except UnreadableImage as error:
                failed[at] = error.reason
                # Its place stays: the node takes what is sent in order.
                data = b""
            if portions[-1] and sum(map(len, portions[-1])) + len(data) > PORTION:
                portions.append([])
            portions[-1].append(data)
        return replace(task, sent=tuple(places), failed=failed), portions

    def _size(self, row: int) -> int:
        file = self._files[row]
        if isinstance(file, Member):
            return UNKNOWN if url_of(file) is not None else size_of(file.container)
        return int(self._sizes[row])


# One container may hold every image of the dataset.
@cache
def size_of(file: Path) -> int:
    """Bytes of a container, `UNKNOWN` of a folder or where there is none."""
    return file_size(file)


def file_size(file: Path) -> int:
    """Bytes of a file, `UNKNOWN` where there is none."""
    try:
        return file.stat().st_size if file.is_file() else UNKNOWN
    except OSError:
        return UNKNOWN


def locations_of(task: PartTask) -> list[ImageLocation]:
    """The images of a task, for whoever sees them."""
    return [parse_location(_ROOT, text) for text in task.locations]


def unseen_places(task: PartTask, locations: Sequence[ImageLocation]) -> tuple[int, ...]:
    """The images that are missing here, or of another size, though not at the head."""
    sent = set(task.sent)
    # Images of one container ask for its size once.
    sizes: dict[Path, int] = {}

    def differs(at: int) -> bool:
        file = locations[at]
        if url_of(file) is not None:
            return False
        outer = outer_path(file)
        if task.sizes[at] == UNKNOWN:
            # A container that is a folder has no size; a file that is missing there is told here.
            return isinstance(file, Member) and not outer.exists()
        if outer not in sizes:
            sizes[outer] = file_size(outer)
        return sizes[outer] != task.sizes[at]

    return tuple(at for at in range(len(locations)) if at not in sent and differs(at))
