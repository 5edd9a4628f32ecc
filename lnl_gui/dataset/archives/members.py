"""The files inside an archive, one after the other, with what of them is left out and why."""

import re
import stat
import tarfile
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from lnl_gui.dataset.archives.kinds import unpacked_stream
from lnl_gui.util.errors import UserError
from lnl_gui.util.messages import Message, message

_DRIVE = re.compile(r"^[A-Za-z]:")
_ENCRYPTED = 1
# Bit 11 of an entry's flags says that its name is UTF-8.
_IS_UTF8 = 0x800
_NOT_OURS = ("__MACOSX", ".DS_Store", "Thumbs.db", "desktop.ini")
OUTSIDE = message("it leads outside the archive")
LINK = message("a link")
CUT = message("it ends without the mark of its end and may be cut short")
NO_FILE = message("a device or another thing that is no file")


@dataclass(frozen=True)
class ArchiveMember:
    """One file.

    Attributes:
        parts: its path, each part a plain name; () where `problem` says that it has none.
        size: claimed, in bytes.
        position: bytes of the archive read so far, for the progress.
        stream: its contents, to be read before the next member is asked for; None with a problem.
    """

    name: str
    parts: tuple[str, ...]
    size: int
    position: int
    stream: IO[bytes] | None = None
    problem: Message | None = None


def members(archive: Path, kind: str) -> Iterator[ArchiveMember]:
    """Every file of an archive; folders and the system's own files are passed over.

    Raises:
        UserError: when the archive is encrypted.
        Exception: whatever the libraries raise on damaged archives.
    """
    return _zip_members(archive) if kind == "zip" else _tar_members(archive)


def claimed_size(archive: Path, kind: str) -> int:
    """What the files take unpacked as the archive claims; 0 where only unpacking tells."""
    # The headers of a tar lie between its files.
    if kind != "zip":
        return 0
    with zipfile.ZipFile(archive) as opened:
        return sum(entry.file_size for entry in opened.infolist())


def _zip_members(archive: Path) -> Iterator[ArchiveMember]:
    read = 0
    with zipfile.ZipFile(archive) as opened:
        for entry in opened.infolist():
            read += entry.compress_size
            name = _zip_name(entry)
            parts, problem = safe_parts(name)
            mode = entry.external_attr >> 16
            if entry.is_dir() or _is_system_file(parts):
                continue
            # Archives made on Windows have no mode.
            if problem is None and stat.S_IFMT(mode) not in (0, stat.S_IFREG):
                problem = LINK if stat.S_ISLNK(mode) else NO_FILE
            if problem is not None:
                yield ArchiveMember(name, (), entry.file_size, read, problem=problem)
                continue
            if entry.flag_bits & _ENCRYPTED:
                raise UserError(
                    message("`{archive}` is encrypted.", archive=archive),
                    message("Unpack it with its password and choose the folder."),
                    code="is_archive",
                )
            with opened.open(entry) as stream:
                yield ArchiveMember(name, parts, entry.file_size, read, stream)


def _zip_name(entry: zipfile.ZipInfo) -> str:
    """The name as it was meant: many programs write UTF-8 and do not say so."""
    if entry.flag_bits & _IS_UTF8:
        return entry.filename
    try:
        # `zipfile` takes all other names for cp437, which loses no byte.
        return entry.filename.encode("cp437").decode("utf-8")
    except UnicodeError:
        return entry.filename


def _tar_members(archive: Path) -> Iterator[ArchiveMember]:
    with (
        archive.open("rb") as raw,
        unpacked_stream(raw) as stream,
        # As a stream: an index of a compressed archive would cost unpacking it twice.
        tarfile.open(fileobj=stream, mode="r|") as opened,
    ):
        for entry in opened:
            parts, problem = safe_parts(entry.name)
            if entry.isdir() or _is_system_file(parts):
                continue
            if problem is None and not entry.isreg():
                problem = LINK if entry.issym() or entry.islnk() else NO_FILE
            found = None if problem else opened.extractfile(entry)
            kept = () if problem else parts
            yield ArchiveMember(entry.name, kept, entry.size, raw.tell(), found, problem)
            # Kept, the entries of a million files would fill the memory.
            opened.members = []  # type: ignore[attr-defined]
        # A whole archive ends in blocks of zeros, of which one has been read by now.
        if stream.tell() < opened.offset + tarfile.BLOCKSIZE:
            yield ArchiveMember(archive.name, (), 0, raw.tell(), problem=CUT)


def safe_parts(name: str) -> tuple[tuple[str, ...], Message | None]:
    """The parts of a member's path, or why it may not be made.

    Absolute paths and those that climb out of the archive are refused, not bent: what an archive
    hides there is nothing that belongs to a dataset.
    """
    plain = name.replace("\\", "/")
    if plain.startswith("/") or _DRIVE.match(plain) or "\0" in plain:
        return (), OUTSIDE
    parts = tuple(part for part in plain.split("/") if part not in ("", "."))
    if ".." in parts or not parts:
        return (), OUTSIDE
    return parts, None


def _is_system_file(parts: tuple[str, ...]) -> bool:
    return any(part in _NOT_OURS for part in parts) or (bool(parts) and parts[-1].startswith("._"))
