"""Writes a folder to a URL: whole, or not at all as far as whoever reads it can tell."""

import base64
import hashlib
import tempfile
import time
from collections.abc import Mapping
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import Any

from lnl_gui.remote.address import checked_url, is_web, joined, scheme_of, without_secrets
from lnl_gui.remote.errors import RemoteError
from lnl_gui.remote.known import known_objects
from lnl_gui.remote.listing import pages_below
from lnl_gui.remote.objects import RemoteObject
from lnl_gui.remote.reading import in_threads, look_at, unreachable
from lnl_gui.remote.requests import repeated
from lnl_gui.remote.stores import Store, same_store, store_of
from lnl_gui.util.errors import UserError
from lnl_gui.util.messages import message
from lnl_gui.util.progress import Progress

_TRIAL = "lnl-gui-may-write"


def refuse_occupied(url: str) -> None:
    """Refuse a URL below which anything lies already.

    Raises:
        UserError: when it is occupied, refused, no place to write to, or does not answer.
    """
    checked_url(url)
    if is_web(url):
        raise UserError(
            message("`{url}` is on the web, where nothing is written.", url=without_secrets(url)),
            message("Give a URL of a store or an SFTP server: s3://, gs://, az://, sftp://."),
            code="url_refused",
        )
    try:
        occupied = any(pages_below(url))
    except RemoteError as error:
        if error.gone:
            return
        raise unreachable(url, error) from error
    if occupied:
        raise UserError(
            message("{destination} already holds something.", destination=url),
            message("Nothing at a URL is overwritten: choose a new name below it."),
            code="occupied",
        )


def refuse_unwritable(url: str) -> None:
    """Refuse a URL where nothing can be written: tried with an empty object, taken away again.

    Raises:
        UserError: with the store's reason.
    """
    place = joined(url, _TRIAL)
    store, path = store_of(place)
    try:
        with tempfile.TemporaryDirectory() as folder:
            (file := Path(folder) / _TRIAL).touch()
            repeated(partial(_put, store, file, path))
    except RemoteError as error:
        raise unreachable(url, error) from error
    finally:
        _take_away([place])


def write_folder(
    folder: Path, url: str, *, last: str, sources: Mapping[str, str], progress: Progress
) -> int:
    """Write all files of a folder below a URL; the store copies what it holds already.

    Args:
        folder: on this machine.
        url: below which nothing lies.
        last: the file that marks the folder as whole: written once all others are there in full.
        sources: by path in the folder the URL of an object that may hold the same bytes.
        progress: called with files done and their number; may raise `Cancelled`.

    Returns:
        how many files the store copied itself.

    Raises:
        UserError: when something does not arrive; what was written is taken away again.
    """
    files = sorted(file for file in folder.rglob("*") if file.is_file())
    paths = [file.relative_to(folder).as_posix() for file in files]
    others = [path for path in paths if path != last]
    started = time.time()

    def write(path: str) -> bool:
        return _written(folder / path, joined(url, path), sources.get(path))

    try:
        copied = in_threads(write, others, progress)
        _refuse_missing({joined(url, path): (folder / path).stat().st_size for path in others}, url)
        write(last)
        progress(len(paths), len(paths))
    except BaseException as error:
        _take_away([joined(url, path) for path in paths])
        if isinstance(error, RemoteError):
            raise unreachable(url, error) from error
        raise
    known_objects().forget_below(f"{url}/", before=started)
    return sum(copied)


def _written(file: Path, url: str, source: str | None) -> bool:
    """Write one object; True where the store made it of one that it has."""
    store, path = store_of(url)
    held = known_objects().get(source) if source is not None else None
    if held is not None and same_store(held.url, url) and _is_same(file, held):
        # Who may not copy there may still write: then the bytes go from here.
        with suppress(RemoteError):
            repeated(partial(_copied, store, held, url, path), tries=2)
            return True
    repeated(partial(_put, store, file, path))
    return False


def _copied(store: Store, held: RemoteObject, url: str, path: str) -> None:
    _, source = store_of(held.url)
    # Not what has taken its place since.
    options: dict[str, Any] = (
        {"CopySourceIfMatch": held.stamp} if scheme_of(held.url) == "s3" else {}
    )
    with store.turn() as files:
        files.cp_file(source, path, **options)
    # Not every store minds the condition.
    if look_at(url, tries=1).stamp != held.stamp:
        raise RemoteError(message("the store copied something else"))


def _put(store: Store, file: Path, path: str) -> None:
    with store.turn() as files:
        if store.one_at_a_time:  # a server with folders
            files.makedirs(path.rpartition("/")[0], exist_ok=True)
        files.put_file(str(file), path)


def _is_same(file: Path, held: RemoteObject) -> bool:
    """Whether the store's own sum of an object is that of a file: no sum, no copy."""
    digest = hashlib.md5(file.read_bytes(), usedforsecurity=False).digest()
    return held.stamp in (digest.hex(), base64.b64encode(digest).decode("ascii"))


def _refuse_missing(expected: Mapping[str, int], url: str) -> None:
    """Look at what has arrived.

    Raises:
        RemoteError: when an object is missing or of another length.
    """
    sizes = {entry.url: entry.size for page in pages_below(url) for entry in page}
    wrong = [place for place, size in expected.items() if sizes.get(place) != size]
    if wrong:
        raise RemoteError(
            message(
                "{count:,} files have not arrived whole, such as `{example}`",
                count=len(wrong),
                example=wrong[0],
            ),
            passing=True,
        )


def _take_away(urls: list[str]) -> None:
    def remove(url: str) -> None:
        with suppress(Exception):  # what stays has no manifest, and is not taken for whole
            store, path = store_of(url)
            with store.turn() as files:
                files.rm_file(path)

    in_threads(remove, urls)
