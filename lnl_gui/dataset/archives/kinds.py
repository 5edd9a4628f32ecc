"""Which files are archives, by their first bytes and by their names."""

import bz2
import gzip
import lzma
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import IO

from lnl_gui.util.files.file_types import ARCHIVES
from lnl_gui.util.messages import Message, message

_TAR_MAGIC = b"ustar"
_TAR_BLOCK = 512
_PACKED: tuple[tuple[bytes, Callable[[IO[bytes]], IO[bytes]]], ...] = (
    (b"\x1f\x8b", gzip.open),
    (b"BZh", bz2.open),
    (b"\xfd7zXZ\x00", lzma.open),
)  # type: ignore[assignment]  # as binary files all three only read here
_FOREIGN = (
    (b"7z\xbc\xaf\x27\x1c", message("a 7z archive")),
    (b"Rar!\x1a\x07", message("a RAR archive")),
    (b"\x28\xb5\x2f\xfd", message("packed by Zstandard")),
)
_ZIPS_OF_OTHERS = (
    ".npz",
    ".xlsx",
    ".xlsm",
    ".docx",
    ".ods",
    ".odt",
    ".jar",
    ".whl",
    ".pt",
    ".pth",
    ".keras",
    ".lnl",
)
"""Files that are zip archives inside and mean something else."""


def archive_kind(file: Path) -> str:
    """`zip`, `tar`, or "" for a file that is no archive of several files.

    Tables and arrays compressed by gzip are none; neither is what only looks like a zip file.
    """
    try:
        if not file.is_file():
            return ""
        if file.suffix.lower() not in _ZIPS_OF_OTHERS and zipfile.is_zipfile(file):
            return "zip"
        if _is_tar(file):
            return "tar"
        # By its name too: what is named as one and is damaged is said when it is unpacked.
        named = "zip" if file.suffix.lower() == ".zip" else "tar"
        return named if file.name.lower().endswith(ARCHIVES) else ""
    except OSError:
        return ""


def foreign_kind(file: Path) -> Message | None:
    """What kind of archive it is that cannot be unpacked here; None for any other file."""
    try:
        head = _head(file, 8) if file.is_file() else b""
    except OSError:
        return None
    return next((kind for mark, kind in _FOREIGN if head.startswith(mark)), None)


def unpacked_stream(raw: IO[bytes]) -> IO[bytes]:
    """The bytes of an open file, unpacked if it is compressed as a whole."""
    head = raw.read(8)
    raw.seek(0)
    opener = next((opens for mark, opens in _PACKED if head.startswith(mark)), None)
    return opener(raw) if opener is not None else raw


def _is_tar(file: Path) -> bool:
    try:
        with file.open("rb") as raw, unpacked_stream(raw) as stream:
            block = stream.read(_TAR_BLOCK)
    except (EOFError, zlib.error, lzma.LZMAError, OSError):
        return False
    if len(block) < _TAR_BLOCK:
        return False
    return block[257:262] == _TAR_MAGIC or _is_old_tar(block)


def _is_old_tar(block: bytes) -> bool:
    """Tapes of before 1988 have no mark, but a sum of the header's bytes."""
    try:
        claimed = int(block[148:156].rstrip(b"\0 ") or b"x", 8)
    except ValueError:
        return False
    # The sum counts its own eight bytes as blanks.
    return claimed == sum(block[:148]) + 8 * 32 + sum(block[156:])


def _head(file: Path, size: int) -> bytes:
    with file.open("rb") as stream:
        return stream.read(size)
