"""Walks a folder of images without `stat` per file, safe against loops of links."""

import errno
import os
from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass, field
from pathlib import Path

from lnl_gui.dataset.listing import Skipped, is_image_name, is_text, printable, suffix_of
from lnl_gui.dataset.readers.files.hidden_images import is_told_of
from lnl_gui.dataset.readers.files.once import once
from lnl_gui.dataset.readers.files.own_files import is_own_folder
from lnl_gui.dataset.readers.files.refused_folders import note_refused
from lnl_gui.util.files.file_types import ARCHIVES
from lnl_gui.util.messages import message
from lnl_gui.util.progress import Progress, no_progress

# What macOS puts into archives, Synology into shares, Windows and Linux onto disks (of the latter
# nobody may read it) and Python beside sources; and where packages are installed, which bring
# pictures of their own.
_IGNORED_FOLDERS = frozenset(
    [
        *("__macosx", "@eadir", "$recycle.bin", "system volume information", "lost+found"),
        *("__pycache__", "node_modules", "bower_components", "site-packages", "dist-packages"),
        "venv",
    ]
)
_IGNORED_FILES = frozenset({"thumbs.db", "desktop.ini", "ehthumbs.db"})
_REPORT_EVERY = 5000
_LOOP = message("the folder cannot be read: a loop of links")


@dataclass
class Scan:
    """Images below a root.

    `images` maps a folder's path relative to the root ("" is the root itself, parts joined by
    "/") to its image file names, unsorted. `other_files` counts the rest by file suffix.
    """

    root: Path
    images: dict[str, list[str]] = field(default_factory=dict)
    skipped: list[Skipped] = field(default_factory=list)
    refused: list[Skipped] = field(default_factory=list)
    """Folders that the machine does not list, by their paths: what they hold is not known."""
    other_files: Counter[str] = field(default_factory=Counter)
    repeated_links: list[str] = field(default_factory=list)
    left_out: list[str] = field(default_factory=list)
    """Folders inside that are projects or exports of this program."""
    links: list[str] = field(default_factory=list)
    """Images that are links to files, by their paths."""
    without_images: dict[str, Counter[str]] = field(default_factory=dict)
    """Folders that hold no image directly, and the suffixes of their other files."""
    archives: list[str] = field(default_factory=list)
    hidden: list[str] = field(default_factory=list)
    """Hidden folders and images, but for those that programs keep."""
    image_count: int = 0


def is_ignored(name: str) -> bool:
    """Whether a folder or file is hidden, a project folder or a folder of the system's own."""
    lowered = name.lower()
    return name.startswith(".") or lowered.endswith(".lnl") or lowered in _IGNORED_FOLDERS


def scan_images(root: Path, *, progress: Progress = no_progress) -> Scan:
    """List every image below `root`; folders that cannot be listed are recorded and passed over.

    Links to folders are followed once, after all real folders, so that a folder reached both
    ways is known by its real name and no loop is walked. `progress(done, 0)` counts images.
    """
    return once((scan_images, root), lambda: _scanned(root, progress))


def _scanned(root: Path, progress: Progress) -> Scan:
    scan = Scan(root)
    visited: set[tuple[int, int]] = set()
    links: list[str] = []
    pending = [""]
    while pending or links:
        is_link = not pending
        # By name: of two links to one folder every machine then follows the same.
        folder = links.pop(links.index(min(links))) if is_link else pending.pop()
        if not _enter(scan, folder, visited, is_link=is_link):
            continue
        pending.extend(_read_folder(scan, folder, links, progress))
    progress(scan.image_count, scan.image_count)
    return scan


def _enter(scan: Scan, folder: str, visited: set[tuple[int, int]], *, is_link: bool) -> bool:
    """Note a folder as visited; False when it was seen before or holds the root itself."""
    place = scan.root / folder
    try:
        status = place.stat()
        around_root = is_link and scan.root.resolve().is_relative_to(place.resolve())
    except OSError as error:
        if is_link and error.errno == errno.ELOOP:
            scan.skipped.append(Skipped(printable(folder), _LOOP))
        else:
            _refuse(scan, folder, error)
        return False
    except RuntimeError:  # of Python 3.11 and 3.12
        scan.skipped.append(Skipped(printable(folder), _LOOP))
        return False
    # By what it is, not its path: links give one folder many paths.
    identity = (status.st_dev, status.st_ino)
    if identity in visited or around_root:
        scan.repeated_links.append(folder)
        return False
    visited.add(identity)
    return True


def _read_folder(scan: Scan, folder: str, links: list[str], progress: Progress) -> list[str]:
    """Take in one folder's files; give the real folders below it."""
    try:
        with os.scandir(scan.root / folder) as listed:
            entries = list(listed)
            # With what the system knows of each of them, which may have to be asked for.
            folders = {entry.name for entry in entries if entry.is_dir(follow_symlinks=False)}
    except OSError as error:
        _refuse(scan, folder, error)
        return []
    if folder and is_own_folder(scan.root / folder, {entry.name for entry in entries}):
        scan.left_out.append(folder)
        return []
    return _take_entries(scan, folder, entries, folders, links, progress)


def _refuse(scan: Scan, folder: str, error: OSError) -> None:
    reason = note_refused(scan.root / folder, error)
    scan.refused.append(Skipped(printable(folder) or ".", reason))


def _take_entries(
    scan: Scan,
    folder: str,
    entries: list[os.DirEntry[str]],
    folders: Collection[str],
    links: list[str],
    progress: Progress,
) -> list[str]:
    prefix = f"{folder}/" if folder else ""
    names: list[str] = []
    below: list[str] = []
    others: Counter[str] = Counter()
    for entry in entries:
        path = prefix + entry.name
        if is_ignored(entry.name):
            if is_told_of(entry.name) and (entry.name in folders or is_image_name(entry.name)):
                scan.hidden.append(path)
            continue
        if entry.name in folders:
            below.append(path)
        elif _is_folder_link(entry):
            links.append(path)
        elif is_image_name(entry.name):
            _take_image(scan, entry, path, names)
            if scan.image_count % _REPORT_EVERY == 0:
                progress(scan.image_count, 0)
        elif entry.name.lower() not in _IGNORED_FILES:
            others[suffix_of(entry.name)] += 1
            if entry.name.lower().endswith(ARCHIVES):
                scan.archives.append(path)
    scan.other_files += others
    if names:
        scan.images[folder] = names
    else:
        scan.without_images[folder] = others
    return below


def _is_folder_link(entry: os.DirEntry[str]) -> bool:
    try:
        return entry.is_dir()
    except OSError:
        return False


def _take_image(scan: Scan, entry: os.DirEntry[str], path: str, names: list[str]) -> None:
    try:
        regular = entry.is_file()
    except OSError:
        regular = False
    if not regular:
        scan.skipped.append(
            Skipped(printable(path), message("a broken link or not a regular file"))
        )
    elif not is_text(path):
        reason = message("the file's name is not valid text: rename it")
        scan.skipped.append(Skipped(printable(path), reason))
    else:
        names.append(entry.name)
        scan.image_count += 1
        if entry.is_symlink():
            scan.links.append(path)
