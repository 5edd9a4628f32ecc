"""What a store tells of an object without giving it."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

UNKNOWN_SIZE = -1
_STAMPS = (
    *("ETag", "etag", "md5Hash", "content_md5", "Content-MD5", "Digest", "Last-Modified"),
    *("LastModified", "last_modified", "mtime", "updated", "created"),
)
"""Where stores say which state of an object it is: what depends on its bytes first."""


@dataclass(frozen=True, slots=True)
class RemoteObject:
    """An object as it is now: `stamp` changes whenever its bytes may have."""

    url: str
    size: int
    stamp: str

    @property
    def moment(self) -> int:
        """The stamp as a number below 2^63, which stands where a file has its time of change."""
        digest = hashlib.blake2b(self.stamp.encode("utf-8", "surrogateescape"), digest_size=7)
        return int.from_bytes(digest.digest(), "big")


def object_of(url: str, facts: Mapping[str, Any]) -> RemoteObject:
    """An object by what fsspec tells of it."""
    size = facts.get("size")
    stamp = next((str(facts[name]) for name in _STAMPS if facts.get(name)), "")
    return RemoteObject(
        url, size if isinstance(size, int) else UNKNOWN_SIZE, stamp.replace('"', "")
    )
