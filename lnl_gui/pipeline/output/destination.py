"""The folder of an export: it takes its place as a whole, and what a kill has left is put right."""

import functools
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from lnl_gui.dataset.readers.files.own_files import MANIFEST as MANIFEST
from lnl_gui.dataset.readers.files.own_files import read_manifest
from lnl_gui.pipeline.output.checksums import CHECKSUMS
from lnl_gui.pipeline.output.replacing import (
    ALWAYS,
    Sources,
    refuse_collisions,
    refuse_sources,
    refuse_touched,
    remove_left,
    written_there,
)
from lnl_gui.store.jobs.parameters import ExportParameters
from lnl_gui.util.errors import UserError
from lnl_gui.util.files.atomic import atomic_folder, told_as
from lnl_gui.util.files.places import try_folder
from lnl_gui.util.files.renaming import rename, rename_over
from lnl_gui.util.files.unfinished import unfinished_folder
from lnl_gui.util.messages import message
from lnl_gui.util.progress import Progress, no_progress

NO_IMAGES = "none"
_NEW, _OLD = "new", "old"
"""How the names of the two exports end while one takes the place of the other."""


@contextmanager
def whole_folder(
    destination: Path,
    parameters: ExportParameters,
    *,
    partial: bool,
    sources: Callable[[], Sources],
    progress: Progress = no_progress,
) -> Iterator[Path]:
    """A folder to fill that takes its place when all of it is there.

    Args:
        destination: the folder to be, or a link to it.
        parameters: of the export.
        partial: whether images are missing in it.
        sources: gives those of the project; called only where something is there.
        progress: of looking at an export that is to be replaced; may raise `Cancelled`.

    Raises:
        UserError: when something else is there that may not be replaced.
        OSError: when it cannot be written.
    """
    destination = _place(destination)
    if partial:
        _keep_whole(destination)
    known = functools.cache(sources)
    # Before the work of making it.
    refuse_occupied(destination, parameters, sources=known, progress=progress)
    if not _is_occupied(destination):
        with atomic_folder(destination) as folder:
            yield folder
    elif _is_shared(destination, parameters):
        with _filling(destination, known(), overwrite=parameters.overwrite) as folder:
            yield folder
    else:
        new, old = _beside(destination, _NEW), _beside(destination, _OLD)
        with told_as(new, destination), atomic_folder(new) as folder:
            yield folder
        # Once more: the export may have taken an hour.
        refuse_touched(destination, contents=False)
        # The old export is moved aside and not deleted first: a kill between leaves both, and
        # never none. `recover_export` goes on from there.
        rename(destination, old)
        rename(new, destination)
        _remove(old)


def refuse_occupied(
    destination: Path,
    parameters: ExportParameters,
    *,
    sources: Callable[[], Sources],
    contents: bool = True,
    progress: Progress = no_progress,
) -> None:
    """Refuse to export to where something lies that may not be replaced.

    Args:
        destination: the folder to be, or a link to it.
        parameters: of the export.
        sources: gives those of the project; called only where something is there.
        contents: whether to read each file of an export that would be replaced as a whole.
        progress: of looking at these; may raise `Cancelled`.

    Raises:
        UserError: when there is such a thing.
        OSError: when the folder cannot be read.
    """
    destination = _place(destination)
    if not _is_occupied(destination):
        return
    if _is_shared(destination, parameters):
        # What is known to come.
        expected = (*sorted(ALWAYS), CHECKSUMS, MANIFEST)
        refuse_collisions(destination, expected, sources(), overwrite=parameters.overwrite)
        return
    _check_replaceable(destination, parameters)
    refuse_sources(destination, sources())
    refuse_touched(destination, contents=contents, progress=progress)


def refuse_unwritable(destination: Path) -> None:
    """Refuse to export to where no folder can be made.

    Args:
        destination: the folder to be, or a link to it.

    Raises:
        OSError: when none can be made there.
    """
    try_folder(_place(destination).parent)


def recover_export(destination: Path) -> None:
    """Finish, or take back, the replacement of an export that was killed.

    Args:
        destination: the folder of the export; only whole exports beside it are touched, under the
            names that a replacement gives them.

    Raises:
        OSError: when a folder cannot be renamed.
    """
    destination = _place(destination)
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


def _place(destination: Path) -> Path:
    """What a link leads to: the folder takes its place there, and the link stays.

    Raises:
        UserError: when it leads to itself.
    """
    try:
        return destination.resolve() if destination.is_symlink() else destination
    # Until Python 3.13 another error than that of the system.
    except (OSError, RuntimeError) as error:
        raise UserError(
            message("{destination} is a link that leads nowhere.", destination=destination),
            message("Choose a new or an empty folder."),
            code="occupied",
        ) from error


def _is_occupied(destination: Path) -> bool:
    return destination.exists() and (not destination.is_dir() or any(destination.iterdir()))


def _is_shared(destination: Path, parameters: ExportParameters) -> bool:
    """Whether tables alone come into a folder in use, beside what is there."""
    return destination.is_dir() and parameters.images == NO_IMAGES and not _has_images(destination)


def _has_images(destination: Path) -> bool:
    """Whether an export lies there that has images, and not tables alone."""
    before = read_manifest(destination)
    return before is not None and before.get("images") != NO_IMAGES


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
def _filling(destination: Path, sources: Sources, *, overwrite: bool) -> Iterator[Path]:
    """Tables alone go into a folder in use: each file there is new or takes its own place."""
    with unfinished_folder(destination, ".export.") as folder, told_as(folder, destination):
        yield folder
        made = [
            place.relative_to(folder).as_posix() for place in folder.rglob("*") if place.is_file()
        ]
        refuse_collisions(destination, made, sources, overwrite=overwrite)
        _take_in(folder, made, destination)


def _take_in(folder: Path, made: list[str], destination: Path) -> None:
    """Move files from a folder to the same places in another one, on the same disk."""
    before = written_there(destination)
    # The list first, and of both exports: after a kill it tells which files are an export's own.
    old = (destination / CHECKSUMS).read_bytes() if before else b""
    both = folder / f".both.{CHECKSUMS}"
    both.write_bytes(old + (folder / CHECKSUMS).read_bytes())
    rename_over(both, destination / CHECKSUMS)
    # What marks the export after the rest, so that it never speaks of files that are not there yet.
    rest = sorted(set(made) - {CHECKSUMS, MANIFEST})
    for path in (*rest, *({MANIFEST} & set(made))):
        (destination / path).parent.mkdir(parents=True, exist_ok=True)
        rename_over(folder / path, destination / path)
    remove_left(destination, before, set(rest))
    rename_over(folder / CHECKSUMS, destination / CHECKSUMS)


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
    if read_manifest(destination) is None:
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
            message(
                "Choose another folder, or replace it (--overwrite; in a program overwrite=True)."
            ),
            code="occupied",
        )
