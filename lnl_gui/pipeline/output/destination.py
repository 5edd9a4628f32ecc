"""The folder of an export: it takes its place as a whole, and what a kill has left is put right."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from lnl_gui.dataset.readers.files.own_files import read_manifest
from lnl_gui.store.parameters import ExportParameters
from lnl_gui.util.atomic import atomic_folder
from lnl_gui.util.errors import UserError
from lnl_gui.util.messages import message
from lnl_gui.util.renaming import rename, rename_over
from lnl_gui.util.unfinished import unfinished_folder

MANIFEST = "manifest.json"
_NEW, _OLD = "new", "old"
"""How the names of the two exports end while one takes the place of the other."""


@contextmanager
def whole_folder(
    destination: Path, parameters: ExportParameters, *, partial: bool
) -> Iterator[Path]:
    """A folder to fill that takes its place when all of it is there.

    Args:
        destination: the folder to be.
        parameters: of the export.
        partial: whether images are missing in it.

    Raises:
        UserError: when something else is there that may not be replaced.
        OSError: when it cannot be written.
    """
    if partial:
        _keep_whole(destination)
    occupied = destination.exists() and (not destination.is_dir() or any(destination.iterdir()))
    if not occupied:
        with atomic_folder(destination) as folder:
            yield folder
    elif destination.is_dir() and parameters.images == "none":
        with _filling(destination) as folder:
            yield folder
    else:
        _check_replaceable(destination, parameters)
        new, old = _beside(destination, _NEW), _beside(destination, _OLD)
        with atomic_folder(new) as folder:
            yield folder
        # The old export is moved aside and not deleted first: a kill between leaves both, and
        # never none. `recover_export` goes on from there.
        rename(destination, old)
        rename(new, destination)
        _remove(old)


def recover_export(destination: Path) -> None:
    """Finish, or take back, the replacement of an export that was killed.

    Args:
        destination: the folder of the export; only whole exports beside it are touched, under the
            names that a replacement gives them.

    Raises:
        OSError: when a folder cannot be renamed.
    """
    parent = destination.parent
    news, olds = (
        [
            place
            for place in sorted(parent.glob(f".{_pattern(destination.name)}.{end}*"))
            if _is_named(place, destination, end)
        ]
        for end in (_NEW, _OLD)
    )
    if not destination.exists():
        # Nothing has the name: the new one was to have it, and is whole once it is called so.
        for place in (*news, *olds):
            if _is_export(place):
                rename(place, destination)
                break
    for place in (*news, *olds):
        if _is_export(place) or (place.is_dir() and not any(place.iterdir())):
            _remove(place)


def _is_named(place: Path, destination: Path, end: str) -> bool:
    rest = place.name.removeprefix(f".{destination.name}.{end}")
    return place.is_dir() and not place.is_symlink() and (not rest or rest.isdecimal())


def _pattern(name: str) -> str:
    """A file name for `glob`, in which brackets and stars mean themselves."""
    return "".join(f"[{sign}]" if sign in "*?[" else sign for sign in name)


def _is_export(folder: Path) -> bool:
    return (folder / MANIFEST).is_file()


def _beside(destination: Path, end: str) -> Path:
    """A free name beside a folder: what lies under the usual one may be anybody's."""
    place, number = destination.with_name(f".{destination.name}.{end}"), 2
    while place.exists():
        place = destination.with_name(f".{destination.name}.{end}{number}")
        number += 1
    return place


def _remove(folder: Path) -> None:
    """Delete an export, what marks it as one last, so that a kill leaves it recognisable."""
    for entry in folder.iterdir():
        if entry.name == MANIFEST:
            continue
        if entry.is_dir() and not entry.is_symlink():
            shutil.rmtree(entry, ignore_errors=True)
        else:
            entry.unlink(missing_ok=True)
    shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def _filling(destination: Path) -> Iterator[Path]:
    """Tables alone go into a folder in use: each file there is replaced as a whole."""
    with unfinished_folder(destination, ".export.") as folder:
        yield folder
        # What marks the export last, so that it never speaks of files that are not there yet.
        for made in sorted(folder.iterdir(), key=lambda entry: (entry.name == MANIFEST, entry)):
            target = destination / made.name
            if target.is_dir():
                shutil.rmtree(target)
            # Within one folder, and so within one disk: each replacement is atomic.
            rename_over(made, target)


def _keep_whole(destination: Path) -> None:
    """A partial export never takes the place of a whole one."""
    before = read_manifest(destination)
    if before is not None and not before.get("partial"):
        raise UserError(
            message(
                "{destination} holds a whole export, which a partial one does not replace.",
                destination=destination,
            ),
            message("Choose another folder, or say where the missing images are."),
            code="occupied",
        )


def _check_replaceable(destination: Path, parameters: ExportParameters) -> None:
    if not (destination / MANIFEST).is_file():
        raise UserError(
            message(
                "{destination} already holds something that is no export.", destination=destination
            ),
            message("Choose a new or an empty folder."),
            code="occupied",
        )
    if not parameters.overwrite:
        raise UserError(
            message("{destination} already holds an export.", destination=destination),
            message("Choose another folder, or replace it (--overwrite)."),
            code="occupied",
        )
