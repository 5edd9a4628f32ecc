"""The samples in a shard of WebDataset: members of a tar archive with one stem."""

import gzip
import re
import tarfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, cast

from lnl_gui.containers.errors import ContainerError
from lnl_gui.containers.kinds.raw import unpacked
from lnl_gui.dataset.archives.members import CUT, safe_parts
from lnl_gui.dataset.listing import is_image_name
from lnl_gui.util.messages import Message, message

_NAME = re.compile(r"((?:.*/|)[^.]+)[.]([^/]*)", re.DOTALL)
"""Stem and ending: the stem ends at the first point of the last part of the path, as in
https://github.com/webdataset/webdataset, `tariterators.base_plus_ext`."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where the bytes of a member lie."""

    name: str
    offset: int
    size: int


@dataclass(slots=True)
class Sample:
    """What has one stem: the members by their ending in lower case."""

    stem: str
    members: dict[str, Place] = field(default_factory=dict)
    repeated: list[str] = field(default_factory=list)

    def images(self) -> list[str]:
        """The endings that are those of images, the plainest first."""
        return sorted(
            (ending for ending in self.members if is_image_name("_." + ending)),
            key=lambda ending: ending.count("."),
        )


@dataclass
class ShardMembers:
    """The samples of a shard in their order, and what was left out."""

    samples: dict[str, Sample] = field(default_factory=dict)
    left_out: list[tuple[str, Message]] = field(default_factory=list)


def read_shard(path: Path, most: int = 0) -> ShardMembers:
    """The samples of a shard; no bytes of images are read.

    Args:
        path: plain or compressed by gzip.
        most: samples after which to stop; 0 reads all.

    Raises:
        tarfile.TarError, OSError: when it is damaged or cut short.
    """
    found = ShardMembers()
    for info in _headers(path, found, whole=not most):
        name = info.name.removeprefix("./")
        split = _NAME.fullmatch(name)
        # Members such as `__worker__` tell of the shard and belong to no sample.
        if split is None or (name.startswith("__") and name.endswith("__")):
            continue
        stem, ending = split[1], split[2].lower()
        if stem not in found.samples and most and len(found.samples) >= most:
            break
        sample = found.samples.setdefault(stem, Sample(stem))
        if ending in sample.members:
            sample.repeated.append(ending)
            continue
        sample.members[ending] = Place(info.name, info.offset_data, info.size)
    return found


def open_shard(path: Path, *, whole: bool) -> IO[bytes]:
    """The bytes of a shard; a compressed one is unpacked as a whole only when all is read.

    Raises:
        OSError: when it cannot be read.
    """
    if whole:
        return unpacked(path).open("rb")
    with path.open("rb") as stream:
        packed = stream.read(2) == b"\x1f\x8b"
    return cast(IO[bytes], gzip.open(path)) if packed else path.open("rb")


def _headers(path: Path, found: ShardMembers, *, whole: bool) -> Iterator[tarfile.TarInfo]:
    size = unpacked(path).stat().st_size if whole else 1 << 62
    with (
        open_shard(path, whole=whole) as stream,
        tarfile.open(fileobj=stream, mode="r:") as archive,
    ):
        while (info := archive.next()) is not None:
            # Kept, the entries of a million samples would fill the memory.
            archive.members = []  # type: ignore[attr-defined]
            if info.size < 0 or info.offset_data + info.size > size:
                raise ContainerError(
                    message("cut short: `{name}` is not whole", name=info.name[:80])
                )
            if info.isdir():
                continue
            problem = safe_parts(info.name)[1]
            if problem is None and (not info.isreg() or info.sparse is not None):
                problem = message("a link, or no plain file")
            if problem is None:
                yield info
            else:
                found.left_out.append((info.name, problem))
        if whole and archive.offset + tarfile.BLOCKSIZE > size:
            found.left_out.append((path.name, CUT))
