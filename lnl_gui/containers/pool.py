"""Open containers: few at a time, opened anew when they change, safe in threads."""

import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

from lnl_gui.containers.errors import ContainerError, is_of_machine, reason_of
from lnl_gui.containers.location import Member
from lnl_gui.containers.pixels import Pixels
from lnl_gui.containers.registry import Container, open_container
from lnl_gui.containers.stamp import container_stamp
from lnl_gui.util.messages import Message

KEPT_OPEN = 16
"""Containers open at once in a process; systems allow some hundred files, libraries fewer."""
_CHECKED_EVERY = 1.0
"""Seconds between two looks at whether a container has changed."""


@dataclass(eq=False)
class _Entry:
    """A container that is or will be open. `lock` guards it, the pool's lock the other fields."""

    path: Path
    kind: str
    stamp: str
    checked: float
    users: int = 0
    dropped: bool = False
    lock: threading.Lock = field(default_factory=threading.Lock)
    container: Container | None = None
    problem: Message | None = None


class OpenContainers:
    """Reads members, keeping the containers used last open.

    Args:
        limit: how many stay open when nobody reads them.
        opened: opens one by kind and path.
    """

    def __init__(
        self,
        limit: int = KEPT_OPEN,
        *,
        opened: Callable[[str, Path], Container] = open_container,
    ) -> None:
        self._limit, self._open = limit, opened
        self._lock = threading.Lock()
        self._entries: OrderedDict[tuple[str, Path], _Entry] = OrderedDict()

    def read(self, member: Member) -> bytes | Pixels:
        """What the container gives for the member's key.

        Raises:
            ContainerError: with the reason in plain words.
        """
        with self._leased(member) as entry, entry.lock:
            container = self._container(entry)
            try:
                return container.read(member.key)
            except ContainerError:
                raise
            except Exception as error:  # libraries raise anything at all on damaged bytes
                raise ContainerError(reason_of(error)) from error

    def close(self) -> None:
        """Close every container; one that is being read is closed after that."""
        with self._lock:
            for key in list(self._entries):
                self._drop(key)

    def _container(self, entry: _Entry) -> Container:
        # Kept, or a damaged container would be opened in vain for each of its members.
        if entry.problem is not None:
            raise ContainerError(entry.problem)
        if entry.container is None:
            try:
                entry.container = self._open(entry.kind, entry.path)
            except Exception as error:
                problem = reason_of(error)
                # What the machine says passes, and the container is then as it was before.
                entry.problem = None if is_of_machine(problem) else problem
                raise ContainerError(problem) from error
        return entry.container

    @contextmanager
    def _leased(self, member: Member) -> Iterator[_Entry]:
        key = (member.kind, member.container)
        with self._lock:
            entry = self._fresh(key)
            entry.users += 1
            self._entries.move_to_end(key)
            self._evict()
        try:
            yield entry
        finally:
            with self._lock:
                entry.users -= 1
                if entry.dropped and not entry.users:
                    _close(entry)

    def _fresh(self, key: tuple[str, Path]) -> _Entry:
        """The entry of a container as it is on disk now; the pool's lock is held."""
        kind, path = key
        entry, now = self._entries.get(key), time.monotonic()
        if entry is not None and now - entry.checked < _CHECKED_EVERY:
            return entry
        try:
            stamp = container_stamp(path)
        except OSError:
            self._drop(key)
            raise
        if entry is None or entry.stamp != stamp:
            self._drop(key)
            entry = self._entries[key] = _Entry(path, kind, stamp, now)
        entry.checked = now
        return entry

    def _evict(self) -> None:
        excess = len(self._entries) - self._limit
        idle = [key for key, entry in self._entries.items() if not entry.users]
        for key in idle[: max(0, excess)]:
            self._drop(key)

    def _drop(self, key: tuple[str, Path]) -> None:
        entry = self._entries.pop(key, None)
        if entry is not None:
            entry.dropped = True
            if not entry.users:
                _close(entry)


def _close(entry: _Entry) -> None:
    if entry.container is not None:
        # A library that fails to close has nothing left that could be lost: nothing was written.
        with suppress(Exception):
            entry.container.close()
        entry.container = None
