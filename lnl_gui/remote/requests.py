"""Requests to a store: what failed for the moment is tried again, later each time.

Waits double from a quarter of a second and are drawn evenly from zero to that ("full jitter":
M. Brooker, Exponential Backoff And Jitter, AWS Architecture Blog, 2015), so that the many threads
of one reader do not come back all at once.
"""

import random
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

from lnl_gui.remote.errors import (
    ANSWER,
    NO_CREDENTIALS,
    NO_PERMISSION,
    OFTEN,
    RemoteError,
    gone,
)

T = TypeVar("T")
TRIES = 6
_FIRST_WAIT, _LONGEST_WAIT = 0.25, 8.0
_PASSING = (408, 425, 429)
_LONGEST_REASON = 160
_BUSY = (
    "slowdown",
    "checksum",
    "serviceunavailable",
    "internalerror",
    "requesttimeout",
    "throttl",
    "busy",
)
"""What providers call what passes, in the text of errors without a number; a wrong sum of what came
is of the line too."""


@dataclass
class RemoteCounts:
    """What this process has asked of stores and of its cache."""

    requests: int = 0
    repeated: int = 0
    fetched: int = 0
    bytes: int = 0
    hits: int = 0


class _Counter:
    """`RemoteCounts` of all threads."""

    def __init__(self) -> None:
        self._lock, self._counts = threading.Lock(), RemoteCounts()

    def add(self, **numbers: int) -> None:
        """Add to the figures of these names."""
        with self._lock:
            for name, number in numbers.items():
                setattr(self._counts, name, getattr(self._counts, name) + number)

    def now(self) -> RemoteCounts:
        """The figures so far."""
        with self._lock:
            return RemoteCounts(**vars(self._counts))


counter = _Counter()


def repeated(work: Callable[[], T], *, tries: int = TRIES) -> T:
    """What `work` gives, asked again while what it raises may pass.

    Raises:
        RemoteError: with the reason in plain words, after `tries` times.
    """
    for number in range(1, tries + 1):
        counter.add(requests=1)
        try:
            return work()
        except Exception as error:  # libraries of providers raise anything at all
            found = as_remote_error(error)
            if not found.passing or number == tries:
                raise _after(found, number) from error
        counter.add(repeated=1)
        wait(min(_LONGEST_WAIT, _FIRST_WAIT * 2 ** (number - 1)))
    raise AssertionError


def wait(longest: float) -> None:
    """Wait for a while that is drawn up to the longest, in seconds."""
    time.sleep(random.uniform(0, longest))


def as_remote_error(error: Exception) -> RemoteError:
    """What an error of fsspec or a provider's library means."""
    if isinstance(error, RemoteError):
        return error
    status = _status(error)
    if isinstance(error, FileNotFoundError) or status in (404, 410):
        return gone()
    if isinstance(error, PermissionError) or status in (401, 403):
        return RemoteError(NO_PERMISSION)
    if "Credential" in type(error).__name__ or "credentials" in str(error).lower():
        return RemoteError(NO_CREDENTIALS)
    reason = ANSWER.with_fields(reason=_words(error))
    return RemoteError(reason, passing=_may_pass(error, status))


def _after(error: RemoteError, tries: int) -> RemoteError:
    if tries == 1 or not error.passing:
        return error
    return RemoteError(OFTEN.with_fields(reason=error.reason, tries=tries), passing=True)


def _may_pass(error: Exception, status: int | None) -> bool:
    if status is not None:
        return status >= 500 or status in _PASSING
    if isinstance(error, IsADirectoryError | NotADirectoryError | NotImplementedError):
        return False
    if isinstance(error, TimeoutError | ConnectionError | EOFError):
        return True
    module = type(error).__module__.partition(".")[0]
    words = f"{type(error).__name__} {error}".lower()
    if any(word in words for word in _BUSY):
        return True
    # Network libraries' errors without a number are of the connection; an OSError of ours, such as
    # a full disk, has one of its own.
    return module in ("aiohttp", "aiobotocore", "botocore", "paramiko", "azure", "socket") or (
        type(error) is OSError
    )


def _status(error: Exception) -> int | None:
    """The HTTP status that an error carries, wherever its library puts it."""
    response: Any = getattr(error, "response", None)
    if isinstance(response, dict):
        found = response.get("ResponseMetadata", {}).get("HTTPStatusCode")
        return found if isinstance(found, int) else None
    for name in ("status", "status_code", "code"):
        found = getattr(error, name, None)
        if isinstance(found, str) and found.isdecimal():
            found = int(found)
        if isinstance(found, int) and 400 <= found < 600:
            return found
    return None


def _words(error: Exception) -> str:
    text = (str(error).strip() or type(error).__name__).partition("\n")[0]
    # An error may quote the address it failed at; what follows the question mark may be signed.
    return " ".join(word.partition("?")[0] for word in text.split())[:_LONGEST_REASON]
