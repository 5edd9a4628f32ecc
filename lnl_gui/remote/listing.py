"""Lists what lies below a URL, page by page, in memory that does not grow with it."""

import time
from collections.abc import Iterator
from functools import partial
from typing import Any

from lnl_gui.remote.address import is_web, joined, scheme_of
from lnl_gui.remote.errors import RemoteError
from lnl_gui.remote.known import known_objects
from lnl_gui.remote.objects import RemoteObject, object_of
from lnl_gui.remote.requests import repeated
from lnl_gui.remote.stores import Store, store_of
from lnl_gui.util.messages import message

Page = list[RemoteObject]
PAGE = 1000
"""Keys of one answer of S3, the most that it gives."""


def pages_below(url: str) -> Iterator[Page]:
    """All objects below a URL, as the store gives them out: by page, or by folder.

    They are noted as known; what was known below and is not there any more is forgotten once the
    listing is through.

    Raises:
        RemoteError: when the store refuses, or does not answer after some tries.
        UserError: when the URL is refused, or the package that reads it is missing.
    """
    if is_web(url):
        raise RemoteError(message("a web server does not tell what lies in a folder"))
    started, known = time.time(), known_objects()
    store, path = store_of(url)
    pages = _s3_pages if scheme_of(url) == "s3" else _folder_pages
    for page in pages(store, path.rstrip("/"), url):
        known.put(page)
        yield page
    known.forget_below(f"{url.rstrip('/')}/", before=started)


def is_object(url: str) -> bool:
    """Whether an object lies at a URL itself; False for what only has others below it.

    Raises:
        RemoteError: as `pages_below`; `gone` where there is nothing at all.
    """
    if is_web(url):
        return True
    store, path = store_of(url)
    if url.endswith("/") or "/" not in path.strip("/"):
        return False
    return bool(repeated(partial(_info, store, path)).get("type") == "file")


def _info(store: Store, path: str) -> dict[str, Any]:
    with store.turn() as files:
        return dict(files.info(path))


def _s3_pages(store: Store, path: str, url: str) -> Iterator[Page]:
    bucket, _, key = path.partition("/")
    asked: dict[str, Any] = {"Bucket": bucket, "Prefix": f"{key}/" if key else ""}
    asked["MaxKeys"] = PAGE
    while True:
        answer = repeated(partial(store.files.call_s3, "list_objects_v2", **asked))
        yield [
            object_of(joined(f"s3://{bucket}", found["Key"]), {**found, "size": found["Size"]})
            for found in answer.get("Contents", ())
            # Consoles make empty objects for folders.
            if not found["Key"].endswith("/")
        ]
        if not answer.get("IsTruncated"):
            return
        asked["ContinuationToken"] = answer["NextContinuationToken"]


def _folder_pages(store: Store, path: str, url: str) -> Iterator[Page]:
    base, pending = path.strip("/"), [path or "/"]
    while pending:
        folder = pending.pop()
        page: Page = []
        for entry in repeated(partial(_entries, store, folder)):
            name = str(entry["name"]).strip("/")
            if name == folder.strip("/"):
                continue  # some stores list a folder in itself
            if entry.get("type") == "directory":
                pending.append(str(entry["name"]).rstrip("/"))
            elif not str(entry["name"]).endswith("/"):
                below = name[len(base) :].lstrip("/") if base else name
                page.append(object_of(joined(url, below), entry))
        yield page


def _entries(store: Store, folder: str) -> list[dict[str, Any]]:
    with store.turn() as files:
        return list(files.ls(folder, detail=True))
