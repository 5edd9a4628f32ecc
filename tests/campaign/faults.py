"""A layer under the file system that ends the process, or fails, at the n-th change of a file.

Python announces every change of a file to its audit hooks before it happens, and SQLite every
statement to its trace callback. The process ends there as by `kill -9`: nothing is flushed and
nothing is cleaned up.
"""

import errno
import os
import sqlite3
import sys
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any, NoReturn

KILLED, FAILED = 9, 70
_CHANGES = frozenset(
    [
        "os.rename",
        "os.remove",
        "os.mkdir",
        "os.rmdir",
        "os.link",
        "os.symlink",
        "os.truncate",
        "os.chmod",
        "shutil.rmtree",
        "shutil.copyfile",
    ]
)
_WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC
_READING_STATEMENTS = ("SELECT", "PRAGMA")
CAN_FORK = hasattr(os, "fork")


def _changes(event: str, arguments: tuple[object, ...]) -> bool:
    if event == "open":
        mode, flags = arguments[1], arguments[2]
        if isinstance(mode, str):
            return bool(set(mode) & set("wax+"))
        return isinstance(flags, int) and bool(flags & _WRITING)
    return event in _CHANGES


def watch(count: Callable[[str], None]) -> None:
    """Call `count` before each change of a file, with what it is, in this process and for good."""
    before, opened = os.fsync, sqlite3.connect

    def fsync(descriptor: int) -> None:
        count("fsync")
        before(descriptor)

    def statement(text: str) -> None:
        if not text.lstrip().upper().startswith(_READING_STATEMENTS):
            count(text.strip()[:40])

    def hook(event: str, arguments: tuple[object, ...]) -> None:
        if _changes(event, arguments):
            count(f"{event} {arguments[0]}")

    def connect(*arguments: Any, **options: Any) -> sqlite3.Connection:
        connection = opened(*arguments, **options)
        connection.set_trace_callback(statement)
        return connection

    os.fsync, sqlite3.connect = fsync, connect
    sys.addaudithook(hook)


def killed_at(number: int, act: Callable[[], object]) -> bool:
    """Whether a process that does `act` is killed before its n-th change; False: it ends before.

    Raises:
        AssertionError: when it fails in any other way.
    """
    code = exit_code(partial(_be_killed, number, act))
    assert code in (0, KILLED), f"ended with {code} at change {number}"
    return code == KILLED


def exit_code(act: Callable[[], object]) -> int:
    """How a fork of this process that does `act` ends: with 0, or as `act` or its error end it."""
    child = _fork()
    if child == 0:
        _end_after(act)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def _be_killed(number: int, act: Callable[[], object]) -> None:
    left = number

    def count(_what: str) -> None:
        nonlocal left
        left -= 1
        if left == 0:
            os._exit(KILLED)

    watch(count)
    act()


def _end_after(act: Callable[[], object]) -> NoReturn:
    try:
        act()
    except BaseException as error:
        sys.stderr.write(f"{type(error).__name__}: {error}\n")
        os._exit(FAILED)
    os._exit(0)


def count_changes(act: Callable[[], str]) -> tuple[int, str]:
    """How many changes of files a process makes that does `act`, and what that returns.

    Raises:
        AssertionError: when it fails.
    """
    changes = 0

    def count(_what: str) -> None:
        nonlocal changes
        changes += 1

    def counted() -> str:
        watch(count)
        found = act()
        return f"{changes} {found}"

    number, _, found = done_apart(counted).partition(" ")
    return int(number), found


def done_apart(act: Callable[[], str]) -> str:
    """What `act` returns in a process of its own, so that nothing of it stays in this one.

    torch refuses to compute gradients in a fork of a process that has computed some.

    Raises:
        AssertionError: when it fails.
    """
    reading, writing = os.pipe()
    child = _fork()
    if child == 0:
        _end_after(lambda: _tell(writing, act()))
    os.close(writing)
    with os.fdopen(reading) as stream:
        found = stream.read()
    code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    assert code == 0, f"ended with {code}"
    return found


def _tell(descriptor: int, text: str) -> None:
    with os.fdopen(descriptor, "w") as stream:
        stream.write(text)


def _fork() -> int:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        return os.fork()


def kills(act: Callable[[], object], *, most: int = 100_000, step: int = 1) -> Iterator[int]:
    """Kill `act` at its first change, at its second, and so on until it ends by itself.

    Yields the number of the change after each kill. What `act` works on must be made anew by
    whoever iterates, before each step.
    """
    for number in range(1, most, step):
        if not killed_at(number, act):
            return
        yield number


@contextmanager
def full_disk(folder: Path, *, after: int = 0) -> Iterator[None]:
    """Every write below a folder fails as on a full disk, from the n-th opening of a file on.

    Where file systems cannot be mounted it stands in for one that is full.
    """
    opened = 0
    active = True

    def hook(event: str, arguments: tuple[object, ...]) -> None:
        nonlocal opened
        if not active or event not in ("open", "os.mkdir") or not _changes(event, arguments):
            return
        place = arguments[0]
        if isinstance(place, str | os.PathLike) and Path(place).is_relative_to(folder):
            opened += 1
            if opened > after:
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), str(place))

    sys.addaudithook(hook)
    try:
        yield
    finally:
        # A hook cannot be taken away again, only silenced.
        active = False
