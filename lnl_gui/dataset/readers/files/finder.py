"""Finds the files that a table's cells name, reading each folder once."""

import os
import re
import unicodedata
from pathlib import Path
from urllib.parse import unquote, urlsplit

from lnl_gui.dataset.listing import is_image_name
from lnl_gui.dataset.readers.files.listings import regular_files
from lnl_gui.dataset.readers.files.referred import (
    behind_label_studio,
    is_label_studio,
    unwrapped,
)
from lnl_gui.util.messages import Message, message

_USUAL_SUFFIXES = (".jpg", ".jpeg", ".png", ".webp", ".tif", ".bmp", ".gif")
_DRIVE = re.compile(r"^[A-Za-z]:[\\/]")
_SCHEME = re.compile(r"^[A-Za-z][A-Za-z0-9+.-]+://")

_NOT_FOUND = message("file not found")


class FileNotUsable(Exception):
    """The cell names no usable file, for a reason in plain words."""

    def __init__(self, reason: Message) -> None:
        super().__init__(reason)
        self.reason = reason


class FileFinder:
    """Looks files up in folder listings that are read once, so a million rows cost no `stat`."""

    def __init__(self) -> None:
        self._listings: dict[str, frozenset[str]] = {}
        self._folded: dict[str, dict[str, list[str]]] = {}
        self._known: dict[tuple[Path, str], tuple[str, frozenset[str]]] = {}

    def find(self, cell: str, base: Path) -> Path:
        """As `find_text`, as a `Path`."""
        return Path(self.find_text(cell, base))

    def find_text(self, cell: str, base: Path) -> str:
        """The absolute path of the file that `cell` names, relative to `base` unless absolute.

        Backslashes, `file://`, composed and decomposed letters, another case and a missing
        image suffix are understood, in this order, after the plain spelling.

        Raises:
            FileNotUsable: with the reason.
        """
        # A million cells lie in few folders: what was found of one serves the next.
        folder, _, name = cell.rpartition("/")
        known = self._known.get((base, folder))
        if known and name in known[1]:
            return known[0] + name
        found = self._search(cell, base)
        parent, last = os.path.split(found)
        if last == name:
            self._known[(base, folder)] = (found[: -len(name)], self._listing(parent))
        return found

    def exists(self, cell: str, base: Path) -> bool:
        """Whether `find` would succeed."""
        try:
            self.find_text(cell, base)
        except FileNotUsable:
            return False
        return True

    def _search(self, cell: str, base: Path) -> str:
        if not cell.strip():
            raise FileNotUsable(message("no path"))
        if "\0" in cell:
            raise FileNotUsable(_NOT_FOUND)
        text = _without_scheme(cell)
        last = ""
        for spelling in spellings(text):
            for joined in _joined(spelling, base):
                found = self._look_up(joined)
                if found:
                    return found
                last = joined
        raise FileNotUsable(_reason(last))

    def _look_up(self, path: str) -> str:
        parent, name = os.path.split(path)
        files = self._listing(parent)
        if name in files:
            return path
        # Names agree after Unicode normalisation and without regard to case, if only one does.
        alike = self._folded_listing(parent).get(_fold(name), [])
        if not alike and name and not is_image_name(name):
            alike = [name + s for s in _USUAL_SUFFIXES if name + s in files][:1]
            # `.Bmp` and `.JPG`, only where no name has a suffix in small letters.
            alike = alike or self._with_suffix(parent, name)
        if len(alike) == 1:
            return str(Path(parent) / alike[0])
        return path if not files and _is_there(path) else ""

    def _with_suffix(self, parent: str, name: str) -> list[str]:
        folded = self._folded_listing(parent)
        hits = [folded[key] for s in _USUAL_SUFFIXES if (key := _fold(name + s)) in folded]
        return hits[0] if hits else []

    def _listing(self, folder: str) -> frozenset[str]:
        # Kept here too, for searches outside of a reading.
        if folder not in self._listings:
            self._listings[folder] = regular_files(folder)
        return self._listings[folder]

    def _folded_listing(self, folder: str) -> dict[str, list[str]]:
        if folder not in self._folded:
            folded: dict[str, list[str]] = {}
            for name in self._listing(folder):
                folded.setdefault(_fold(name), []).append(name)
            self._folded[folder] = folded
        return self._folded[folder]


def _is_there(path: str) -> bool:
    try:
        return Path(path).is_file()
    except OSError:  # a name longer than any file's
        return False


def _fold(name: str) -> str:
    return unicodedata.normalize("NFC", name).casefold()


def _without_scheme(cell: str) -> str:
    if not _SCHEME.match(cell):
        return cell
    parts = urlsplit(cell)
    if is_label_studio(cell):
        return f"{parts.path}?{parts.query}"
    if parts.scheme.lower() != "file":
        raise FileNotUsable(message("a web address: download the images first"))
    path = unquote(parts.path)
    return path[1:] if _DRIVE.match(path[1:]) else path


def is_rooted(cell: str) -> bool:
    """Whether a cell says from the root on where a file lies."""
    plain = cell.strip()
    return plain.startswith(("/", "\\")) or bool(_DRIVE.match(plain) or _SCHEME.match(plain))


def spellings(cell: str) -> list[str]:
    """Ways to read a cell: as it is, then with slashes, without blanks, unquoted, unwrapped."""
    found = [cell]
    if "\\" in cell:
        found.append(cell.replace("\\", "/"))
    stripped = found[-1].strip()
    if stripped != found[-1]:
        found.append(stripped)
    if "%" in stripped:
        found.append(unquote(stripped))
    if "/local-files/" in stripped or "/upload/" in stripped or "/?fileuri=" in stripped:
        found += behind_label_studio(stripped)
    inside = unwrapped(stripped)
    if inside != stripped:
        found.append(inside)
    return found


def _joined(cell: str, base: Path) -> list[str]:
    """Absolute candidates; a leading slash may also mean the dataset's own root."""
    # normpath rather than resolve: the file is named as its owner names it, links and all.
    # Most cells are relative, and a `Path` for each of a million would cost seconds.
    rooted = cell.startswith(("/", "\\\\")) or _DRIVE.match(cell) is not None
    candidates = [os.path.normpath(cell)] if rooted and Path(cell).is_absolute() else []
    if not _DRIVE.match(cell):
        inside = cell.lstrip("/")
        candidates.append(os.path.normpath(f"{base}/{inside}"))
    return candidates


def _reason(path: str) -> Message:
    try:
        if path and Path(path).is_dir():
            return message("a folder, not a file")
        if path and os.path.lexists(path):
            return message("a broken link or not a regular file")
    except (OSError, ValueError):
        pass
    return _NOT_FOUND
