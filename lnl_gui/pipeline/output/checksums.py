"""SHA-256 of every file of an export, and whether all of it is still as it was written.

The list has the form of `sha256sum`, which checks it too: `sha256sum -c files.sha256`.
"""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from lnl_gui.dataset.readers.files.own_files import MANIFEST
from lnl_gui.util.errors import UserError
from lnl_gui.util.files.atomic import atomic_file
from lnl_gui.util.files.places import refuse_missing
from lnl_gui.util.messages import message
from lnl_gui.util.progress import Progress, no_progress

CHECKSUMS = "files.sha256"
_HEX_DIGITS = 64
_ESCAPES = (("\\", "\\\\"), ("\n", "\\n"), ("\r", "\\r"))


@dataclass(frozen=True)
class Differences:
    """What is not as it was written: paths below the folder, in POSIX form."""

    missing: tuple[str, ...]
    changed: tuple[str, ...]
    unknown: tuple[str, ...]
    """in the folder and not in the list"""
    checked: int
    """how many files the list names"""

    @property
    def none(self) -> bool:
        """Whether all is as it was written."""
        return not (self.missing or self.changed or self.unknown)


def write_checksums(folder: Path, *, progress: Progress = no_progress) -> None:
    """Write the hash of every file below `folder`, in order of their paths.

    Args:
        folder: of the export; its manifest, which is written last, is not among the files.
        progress: called with files done and their number; may raise `Cancelled`.

    Raises:
        OSError: when a file cannot be read, or the list not be written.
    """
    files = sorted(_files(folder))
    # Line feeds on every system: `sha256sum` takes a carriage return for part of the name.
    with atomic_file(folder / CHECKSUMS, "w", encoding="utf-8", newline="\n") as stream:
        for number, path in enumerate(files, 1):
            stream.write(_line(path, digest_of(folder / path)))
            progress(number, len(files))


def verify(folder: Path, *, progress: Progress = no_progress) -> Differences:
    """Compare the files below `folder` with its list.

    Args:
        folder: of an export.
        progress: called with files done and their number; may raise `Cancelled`.

    Raises:
        UserError: when it has no list, or one that cannot be read.
    """
    listed = dict(read_checksums(folder))
    present = set(_files(folder))
    missing, changed = [], []
    for number, (path, digest) in enumerate(sorted(listed.items()), 1):
        if path not in present:
            missing.append(path)
        else:
            try:
                if digest_of(folder / path) != digest:
                    changed.append(path)
            except OSError:
                changed.append(path)
        progress(number, len(listed))
    unknown = sorted(present - listed.keys())
    return Differences(tuple(missing), tuple(changed), tuple(unknown), len(listed))


def _files(folder: Path) -> Iterator[str]:
    """Files below a folder; a link counts as what it leads to, a broken one as missing."""
    for place in folder.rglob("*"):
        path = place.relative_to(folder).as_posix()
        if path not in (MANIFEST, CHECKSUMS) and place.is_file():
            yield path


def digest_of(file: Path) -> str:
    """The SHA-256 of a file's content, in hexadecimal digits.

    Raises:
        OSError: when it cannot be read.
    """
    with file.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def _line(path: str, digest: str) -> str:
    escaped = path
    for plain, written in _ESCAPES:
        escaped = escaped.replace(plain, written)
    # So `sha256sum` marks a name that is not written as it is.
    mark = "\\" if escaped != path else ""
    return f"{mark}{digest}  {escaped}\n"


def read_checksums(folder: Path) -> list[tuple[str, str]]:
    """The list of a folder: path below it, in POSIX form, and digest; the newest entry last.

    A list that a kill has left between two exports names a file twice.

    Raises:
        UserError: when there is none, or it cannot be read.
    """
    refuse_missing(folder)
    file = folder / CHECKSUMS
    if not file.is_file():
        raise UserError(
            message("`{folder}` holds no list of checksums.", folder=folder),
            message("Choose the folder of an export; earlier versions wrote none."),
            code="no_checksums",
        )
    found = []
    try:
        # Only line feeds end a line: a name may hold any other mark that ends one elsewhere.
        for line in file.read_bytes().decode("utf-8").split("\n"):
            if not line:
                continue
            digest, _, path = line.removeprefix("\\").partition("  ")
            if len(digest) != _HEX_DIGITS or not path:
                raise ValueError(line)
            found.append((_unescaped(path) if line.startswith("\\") else path, digest))
    except ValueError as error:
        raise UserError(
            message("`{file}` is damaged: {reason}.", file=file, reason=str(error)[:80]),
            message("Export again."),
            code="no_checksums",
        ) from error
    return found


def _unescaped(text: str) -> str:
    parts = text.split("\\\\")
    return "\\".join(part.replace("\\n", "\n").replace("\\r", "\r") for part in parts)
