"""Reads objects through the cache, and asks for their state, many at a time."""

import os
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from lnl_gui.remote.address import is_web, problem_of, scheme_of, without_secrets
from lnl_gui.remote.errors import CUT_SHORT, RemoteError
from lnl_gui.remote.kept import kept_bytes
from lnl_gui.remote.known import known_objects
from lnl_gui.remote.listing import pages_below
from lnl_gui.remote.objects import UNKNOWN_SIZE, RemoteObject, object_of
from lnl_gui.remote.requests import TRIES, counter, repeated
from lnl_gui.remote.stores import CONNECTIONS, store_of
from lnl_gui.util.errors import UserError
from lnl_gui.util.messages import message
from lnl_gui.util.progress import Progress, no_progress

A = TypeVar("A")
B = TypeVar("B")
LARGEST = 1 << 29
"""Bytes of the largest object that is read, as of the largest image file."""
FRESH = 300.0
"""Seconds for which what a store has said of an object is taken for true without asking again."""
_LISTED_FROM = 32
"""Objects of one folder that are asked for in a listing rather than one by one."""
_MOST_LISTED = 20
"""A listing is left once it is so many times longer than what is asked for."""
_FAILED_FOR = 20.0
"""Seconds for which an object that failed fails at once: a reader ahead has tried already."""
_BATCH = 1024
_AHEAD = 4 * CONNECTIONS
"""Objects that are being fetched beyond the one that is given out."""


class _Failures:
    """What lately failed, so that the tries of who reads ahead are not made again."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._errors: dict[str, tuple[float, RemoteError]] = {}

    def note(self, url: str, error: RemoteError) -> None:
        """Remember for a while."""
        now = time.monotonic()
        with self._lock:
            self._errors = {u: e for u, e in self._errors.items() if e[0] > now - _FAILED_FOR}
            self._errors[url] = (now, error)

    def of(self, url: str) -> RemoteError | None:
        """The error of an object, while it is remembered."""
        with self._lock:
            found = self._errors.get(url)
        return found[1] if found and found[0] > time.monotonic() - _FAILED_FOR else None

    def clear(self) -> None:
        """Forget all."""
        with self._lock:
            self._errors.clear()


failures = _Failures()


def read_object(url: str) -> bytes:
    """The bytes of an object, from the cache where they are kept.

    Raises:
        RemoteError: when it is not there, is forbidden, too large, or does not come whole.
    """
    known = known_objects().get(url)
    if known is not None:
        data = kept_bytes().get(known)
        if data is not None:
            counter.add(hits=1)
            return data
    failed = failures.of(url)
    if failed is not None:
        raise failed
    try:
        found, data = _fetched(url, known)
    except RemoteError as error:
        failures.note(url, error)
        raise
    counter.add(fetched=1, bytes=len(data))
    kept_bytes().put(found, data)
    return data


def _fetched(url: str, known: RemoteObject | None) -> tuple[RemoteObject, bytes]:
    """An object and its bytes, of the length that the store says it has.

    Raises:
        RemoteError: as `read_object`.
    """
    problem = problem_of(url)
    if problem:
        raise RemoteError(problem)
    try:
        store, path = store_of(url)
    except UserError as error:
        raise RemoteError(error.message) from error
    state = [known]

    def fetch() -> tuple[RemoteObject, bytes]:
        found = state[0] or look_at(url, tries=1)
        if found.size > LARGEST:
            raise RemoteError(message("larger than {limit} MiB", limit=LARGEST >> 20))
        # Another length means that it was cut on the way, or that it is another object by now:
        # the next try asks which.
        state[0] = None
        with store.turn() as files:
            data = bytes(files.cat_file(path))
        if found.size not in (UNKNOWN_SIZE, len(data)):
            raise RemoteError(CUT_SHORT.with_fields(got=len(data), size=found.size), passing=True)
        return found, data

    return repeated(fetch)


def look_at(url: str, *, tries: int = TRIES) -> RemoteObject:
    """What the store says of an object now.

    Raises:
        RemoteError: when it is not there or may not be read.
    """
    store, path = store_of(url)

    def ask() -> RemoteObject:
        with store.turn() as files:
            return object_of(url, files.info(path))

    found = repeated(ask, tries=tries)
    known_objects().put([found])
    return found


def look_at_all(
    urls: Sequence[str], *, progress: Progress = no_progress
) -> list[RemoteObject | None]:
    """What stores say of objects; None for what is not there or may not be read.

    Many of one folder are asked for in pages of its listing.

    Raises:
        UserError: when a store does not answer: its objects are not gone for that.
    """
    found = known_objects().several(urls, since=time.time() - FRESH)
    for folder, below in _by_folder([url for url in urls if url not in found]).items():
        if len(below) >= _LISTED_FROM and not is_web(folder):
            found |= _listed(folder, set(below), len(found), len(urls), progress)
    rest = [url for url in dict.fromkeys(urls) if url not in found]
    failed: list[RemoteError] = []

    def ask(url: str) -> RemoteObject | None:
        try:
            return look_at(url)
        except RemoteError as error:
            if error.passing:
                failed.append(error)
            return None
        except UserError:
            return None

    before = len(found)
    asked = in_threads(ask, rest, lambda done, _: progress(before + done, len(urls)))
    # Of many web servers some are always gone; one store that is silent is another matter.
    if failed and 2 * len(failed) > len(rest):
        raise unreachable(rest[0], failed[0])
    found |= {url: seen for url, seen in zip(rest, asked, strict=True) if seen is not None}
    return [found.get(url) for url in urls]


def unreachable(url: str, error: RemoteError) -> UserError:
    """The error of a store that does not answer or refuses everything."""
    return UserError(
        message(
            "`{url}` cannot be read or written: {reason}.",
            url=without_secrets(url),
            reason=error.reason,
        ),
        message("Look at the connection and your rights there, and start again."),
        code="remote_unreachable",
        retryable=error.passing,
    )


def _by_folder(urls: Sequence[str]) -> dict[str, list[str]]:
    """The URLs of each bucket or server, under the longest folder that holds all of them."""
    places: dict[str, list[str]] = {}
    for url in urls:
        places.setdefault("/".join(url.split("/", 3)[:3]), []).append(url)
    # Letter by letter is meant; the last slash then cuts it to whole folders.
    shared = [os.path.commonprefix(below) for below in places.values()]  # noqa: RUF071
    return {
        text.rpartition("/")[0]: below for text, below in zip(shared, places.values(), strict=True)
    }


def _listed(
    folder: str, wanted: set[str], done: int, total: int, progress: Progress
) -> dict[str, RemoteObject]:
    found: dict[str, RemoteObject] = {}
    seen = 0
    # A bucket alone has no folder below it to list; its name ends the URL.
    if folder.endswith(":/") or scheme_of(folder) == folder:
        return found
    try:
        for page in pages_below(folder):
            seen += len(page)
            found |= {entry.url: entry for entry in page if entry.url in wanted}
            progress(min(done + len(found), total), total)
            if len(found) == len(wanted) or seen > _MOST_LISTED * (len(wanted) + _BATCH):
                break
    except RemoteError as error:
        if error.gone:
            return found
        raise unreachable(folder, error) from error
    return found


def in_threads(
    work: Callable[[A], B], items: Sequence[A], progress: Progress = no_progress
) -> list[B]:
    """What `work` gives for each item, in order, from as many threads as a store is asked by."""
    results: list[B] = []
    pool = ThreadPoolExecutor(CONNECTIONS, thread_name_prefix="remote")
    try:
        for start in range(0, len(items), _BATCH):
            for result in pool.map(work, items[start : start + _BATCH]):
                results.append(result)
                if len(results) % 64 == 0:
                    progress(len(results), len(items))
        progress(len(results), len(items))
    finally:
        pool.shutdown(wait=True, cancel_futures=True)
    return results


def fetched_ahead(urls: Sequence[str | None]) -> Iterator[int]:
    """Numbers of the URLs in order, each once its object lies in the cache or has failed.

    Args:
        urls: of objects; None for what lies on this machine.
    """
    if not any(urls):
        yield from range(len(urls))
        return
    pool = ThreadPoolExecutor(CONNECTIONS, thread_name_prefix="remote")
    try:
        waiting = [pool.submit(_kept_now, url) for url in urls[:_AHEAD]]
        for number in range(len(urls)):
            waiting[number % _AHEAD].result()
            if number + _AHEAD < len(urls):
                waiting[number % _AHEAD] = pool.submit(_kept_now, urls[number + _AHEAD])
            yield number
    finally:
        pool.shutdown(wait=True, cancel_futures=True)


def _kept_now(url: str | None) -> None:
    if url is None:
        return
    known = known_objects().get(url)
    if known is not None and kept_bytes().has(known):
        return
    try:
        read_object(url)
    except (RemoteError, UserError):
        return  # who reads it is told why
