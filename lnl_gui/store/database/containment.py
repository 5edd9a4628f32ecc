"""What a project may name and hold: identifiers by pattern, every path inside its own folder.

A project may come from anybody. What it says of itself chooses folders to read, write and delete,
so that nothing of it is followed out of the project: no path, no link.
"""

import os
import re
from collections.abc import Iterator
from pathlib import Path, PurePosixPath, PureWindowsPath

from lnl_gui.util.errors import UserError
from lnl_gui.util.messages import message

DATABASE = "project.db"
LOCK, LOCK_NOTE = "writer.lock", "writer.lock.json"
ARRAYS, RUNS, MODELS, BACKUPS = "arrays", "runs", "models", "backups"
"""Folders of a project."""

_IDENTIFIER = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,99}")
_OUTSIDE = "outside_project"


def is_identifier(text: object) -> bool:
    """Whether a text may name a folder of a project: letters, digits, `_` and `-` alone."""
    return isinstance(text, str) and _IDENTIFIER.fullmatch(text) is not None


def check_identifier(text: str) -> str:
    """The identifier itself.

    Raises:
        UserError: when it could name anything but a folder of its own.
    """
    if not is_identifier(text):
        raise UserError(
            message("{text} is no name of a run.", text=repr(text)[:120]), code=_OUTSIDE
        )
    return text


def is_inside(folder: Path, path: object) -> bool:
    """Whether a path that a project records stays in it, links followed.

    Args:
        folder: the project folder.
        path: as recorded, relative to it.
    """
    if not isinstance(path, str) or not path or "\0" in path:
        return False
    # By the rules of both families: a project made on one is opened on the other.
    for kind in (PurePosixPath(path), PureWindowsPath(path)):
        if kind.anchor or kind.drive or ".." in kind.parts:
            return False
    try:
        return (folder / path).resolve().is_relative_to(folder.resolve())
    except (OSError, RuntimeError):  # a circle of links
        return False


def refuse_outside(folder: Path) -> None:
    """Refuse a project in which a link leads out of it, or something is neither file nor folder.

    Raises:
        UserError: naming the link.
    """
    home = folder.resolve()
    for place, is_link in _special(folder):
        try:
            stays = is_link and place.resolve().is_relative_to(home)
        except (OSError, RuntimeError):
            stays = False
        if not stays:
            raise UserError(
                message("{place} leads out of the project: it was not opened.", place=place)
                if is_link
                else message("{place} is no file and no folder: it was not opened.", place=place),
                message("Put the files themselves there, or remove it. Nothing was changed."),
                code=_OUTSIDE,
            )


def _special(folder: Path) -> Iterator[tuple[Path, bool]]:
    """Links, and what is neither file nor folder, among what belongs to the program."""
    journals = (f"{DATABASE}-{name}" for name in ("wal", "shm", "journal"))
    for name in (DATABASE, *journals, LOCK, LOCK_NOTE):
        place = folder / name
        if _is_link(place):
            yield place, True
        elif place.exists() and not place.is_file():
            yield place, False
    for name in (ARRAYS, RUNS, MODELS, BACKUPS):
        if _is_link(folder / name):
            yield folder / name, True
        else:
            yield from _special_in(folder / name)


def _special_in(folder: Path) -> Iterator[tuple[Path, bool]]:
    try:
        entries = list(os.scandir(folder))
    except OSError:
        return
    for entry in entries:
        if entry.is_symlink() or _is_junction(entry.path):
            yield Path(entry.path), True
        elif entry.is_dir(follow_symlinks=False):
            yield from _special_in(Path(entry.path))
        elif not entry.is_file(follow_symlinks=False):
            yield Path(entry.path), False


def _is_link(place: Path) -> bool:
    return place.is_symlink() or _is_junction(str(place))


def _is_junction(path: str) -> bool:
    # Windows has links between folders that are no symbolic links; Python 3.12 knows them.
    known = getattr(os.path, "isjunction", None)
    return bool(known and known(path))
