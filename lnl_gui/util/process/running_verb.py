"""Which verb of the command line this process is at, for what it leaves for others to read."""

from collections.abc import Iterator
from contextlib import contextmanager

_running: list[str] = []


@contextmanager
def at_verb(name: str) -> Iterator[None]:
    """Within it this process is at a verb."""
    _running.append(name)
    try:
        yield
    finally:
        _running.pop()


def running_verb() -> str:
    """The verb this process is at; "" for a window, a worker, or another program."""
    return _running[-1] if _running else ""
