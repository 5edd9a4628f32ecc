"""Where an image lies, a file or a member of a container, and how a project stores that."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

from lnl_gui.containers.registry import KINDS
from lnl_gui.remote.address import name_of

SEPARATOR = "//"
"""Between a container and what is inside; no normalised path holds it but at its beginning."""
REMOTE = "remote"
"""The kind of objects at URLs, whose key is the URL."""
_MEMBER = re.compile(rf"(.+?)//({'|'.join(KINDS)}):(.*)", re.DOTALL)

_READ_AS = re.compile(r"\[[^\]]*\]")
"""What a key says in brackets about how the bytes are read, which names nothing."""


@dataclass(frozen=True, slots=True)
class Member:
    """An image inside a container, by a key that only the container's kind reads."""

    container: Path
    kind: str
    key: str

    @property
    def name(self) -> str:
        """What a file of this image is called; without a suffix where the key has none."""
        if self.kind == REMOTE:
            return name_of(Path(self.key))
        before, _, last = _READ_AS.sub("", self.key).rpartition("/")
        if not last.isdecimal():
            return last
        # A number says nothing without what it counts.
        return "_".join(part for part in (self.container.stem, *before.split("/"), last) if part)

    def __str__(self) -> str:
        # A URL says all by itself; which file named it is beside the point.
        return self.key if self.kind == REMOTE else f"{self.container}/{self.key}"


ImageLocation: TypeAlias = Path | Member


def url_of(location: ImageLocation) -> str | None:
    """The URL of an image that does not lie on this machine; None for all others."""
    remote = isinstance(location, Member) and location.kind == REMOTE
    return location.key if remote and isinstance(location, Member) else None


def outer_path(location: ImageLocation) -> Path:
    """The file or folder on disk: the image itself, or the container it lies in."""
    return location.container if isinstance(location, Member) else location


def parse_location(root: Path, text: str) -> ImageLocation:
    """The location that a project stores as `text`, relative to the dataset's root or absolute."""
    # One look for the separator: a million texts are parsed, and nearly all are plain paths.
    if SEPARATOR in text and (found := _MEMBER.fullmatch(text)):
        container, kind, key = found.groups()
        return Member(root / container, kind, key)
    return root / text


def location_text(location: ImageLocation, root: Path) -> str:
    """The text that `parse_location` reads back."""
    outer = outer_path(location)
    try:
        text = outer.relative_to(root).as_posix()
    except ValueError:
        text = str(outer)
    return f"{text}{inner_text(location)}"


def inner_text(location: ImageLocation) -> str:
    """What follows the path on disk in a stored location; "" for a file."""
    if not isinstance(location, Member):
        return ""
    return f"{SEPARATOR}{location.kind}:{location.key}"


def container_texts(texts: Iterable[str]) -> list[str]:
    """The containers, each once, that stored locations name; relative where those are."""
    found: dict[str, None] = {}
    for text in texts:
        if SEPARATOR in text and (match := _MEMBER.fullmatch(text)):
            found[match[1]] = None
    return list(found)
