"""Adds new images to a dataset in its own layout, with a way back.

Nothing that is there is written over, but for a table that gets rows, whose former content is kept.
What takes it all back is on disk before the first image is copied, and the dataset is read again
before it counts as done.
"""

import hashlib
import os
import re
import shutil
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

from lnl_gui.dataset.listing import Listing
from lnl_gui.dataset.patching.additions import Addition, AdditionPlan
from lnl_gui.dataset.patching.apply import Read, read_otherwise
from lnl_gui.dataset.patching.changes import content_digest
from lnl_gui.dataset.patching.undo_folder import (
    UNDO_SUFFIX,
    holds_the_same,
    is_free,
    make_undo,
    taken_back_on_error,
)
from lnl_gui.dataset.patching.undo_paths import check_inside
from lnl_gui.util.errors import UserError, as_user_error
from lnl_gui.util.files.atomic import atomic_file, temporaries_of, temporary_name
from lnl_gui.util.files.renaming import rename
from lnl_gui.util.messages import message
from lnl_gui.util.progress import Progress, no_progress

ADDED = "added"
"""The key of an undo file that lists images that were added."""
_NUMBERED = re.compile(re.escape(UNDO_SUFFIX) + r"\d*\Z")


def add_images(plan: AdditionPlan, read: Read, *, progress: Progress = no_progress) -> Path | None:
    """Copy the images of a plan into the dataset, and give its table their rows.

    Args:
        plan: with the places of the images.
        read: reads the dataset as the plan's listing was read.
        progress: called with images copied and their number; may raise `Cancelled`, and then all
            is taken back.

    Returns:
        The folder `NAME.undo` beside the dataset that takes it back; None where there is nothing
        to add.

    Raises:
        UserError: when something cannot be written, or would be read otherwise than it is meant;
            then all is taken back.
    """
    if not plan.additions:
        return None
    undo = _free_undo(plan.source)
    try:
        kept = _kept(plan)
    except OSError as error:
        raise as_user_error(error, message("change {source}", source=plan.source)) from error
    edited = [Path(entry["path"]) for entry in kept["edited"]]
    # Before the first image, so that a kill in the middle leaves what takes it back.
    make_undo(undo, kept, copied=[(plan.folder / name, name) for name in edited])
    with taken_back_on_error(undo, plan.source, lambda: take_back_additions(undo, kept)):
        _sweep(plan)
        for number, found in enumerate(plan.additions):
            progress(number, len(plan.additions))
            _copy(plan.folder, found)
        if plan.table is not None:
            with atomic_file(plan.table) as stream:
                stream.write(plan.content)
        _check(plan, read(plan.source))
    progress(len(plan.additions), len(plan.additions))
    return undo


def _sweep(plan: AdditionPlan) -> None:
    """Remove the halves of these images that an addition that was killed has left."""
    names: dict[Path, set[str]] = {}
    for found in plan.additions:
        target = plan.folder / found.target
        names.setdefault(target.parent, set()).add(target.name)
    for folder, wanted in names.items():
        if folder.is_dir():
            for file in list(temporaries_of(wanted, folder)):
                file.unlink(missing_ok=True)


def source_of(undo: Path) -> Path:
    """The dataset that an undo folder belongs to, by the folder's name alone.

    Args:
        undo: `NAME.undo`, or numbered.

    Raises:
        ValueError: when it is not called like one.
    """
    # Not by what its file says: that may come from anybody.
    source = undo.with_name(_NUMBERED.sub("", undo.name))
    if source == undo or not source.name:
        raise ValueError(undo)
    return source


def take_back_additions(undo: Path, kept: Mapping[str, Any]) -> int:
    """Remove the images that were added, and give the table its former content.

    An image that has changed since is left where it is.

    Args:
        undo: the folder that the addition was given.
        kept: what its file says.

    Returns:
        How many images were removed.

    Raises:
        UserError: when the table has changed since, or a file cannot be removed.
        ValueError: when the file says what no addition wrote.
    """
    source = source_of(undo)
    folder = source if source.is_dir() else source.parent
    added = [(str(entry["path"]), str(entry["sha256"])) for entry in kept[ADDED]]
    edited = [(str(entry["path"]), str(entry["sha256"])) for entry in kept["edited"]]
    made = [str(name) for name in kept["made"]]
    check_inside([*(path for path, _ in added), *(path for path, _ in edited), *made])
    for name, after in edited:
        _refuse_changed(folder / name, undo / name, after)
    try:
        for name, _ in edited:
            # What was not changed yet needs no room on a disk that may be full.
            if holds_the_same(folder / name, undo / name):
                continue
            with atomic_file(folder / name) as stream:
                stream.write((undo / name).read_bytes())
        removed = sum(_remove(folder / path, digest) for path, digest in added)
        for name in sorted(made, key=len, reverse=True):
            # Somebody may have put other files there.
            with suppress(OSError):
                (folder / name).rmdir()
        shutil.rmtree(undo)
    except OSError as error:
        raise as_user_error(error, message("take the images back")) from error
    return removed


def _free_undo(source: Path) -> Path:
    number = 1
    while True:
        undo = source.with_name(f"{source.name}{UNDO_SUFFIX}{number if number > 1 else ''}")
        if is_free(undo):
            return undo
        number += 1


def _kept(plan: AdditionPlan) -> dict[str, Any]:
    """What takes the plan back, beside the table's former content."""
    edited = []
    if plan.table is not None:
        name = plan.table.relative_to(plan.folder)
        edited = [{"path": name.as_posix(), "sha256": hashlib.sha256(plan.content).hexdigest()}]
    return {
        # As of a patch, which an earlier version may be asked to take back.
        "table": "",
        "moves": [],
        ADDED: [{"path": found.target, "sha256": found.digest} for found in plan.additions],
        "edited": edited,
        "made": _new_folders(plan.folder, plan.additions),
    }


def _new_folders(folder: Path, additions: Sequence[Addition]) -> list[str]:
    parents = {parent for found in additions for parent in Path(found.target).parents}
    return sorted(parent.as_posix() for parent in parents if not (folder / parent).exists())


def _copy(folder: Path, found: Addition) -> None:
    """Copy one image under its name, whole or not at all, and never over another."""
    target = folder / found.target
    if found.there:
        return
    target.parent.mkdir(parents=True, exist_ok=True)
    temporary = target.with_name(temporary_name(target.name))
    digest = hashlib.sha256()
    try:
        with found.image.open("rb") as source, temporary.open("xb") as stream:
            while block := source.read(1 << 20):
                digest.update(block)
                stream.write(block)
            stream.flush()
            os.fsync(stream.fileno())
        if digest.hexdigest() != found.digest:
            raise UserError(
                message("`{image}` has changed while it was copied.", image=found.image),
                message("Do it again."),
                retryable=True,
            )
        _name(temporary, target)
    finally:
        temporary.unlink(missing_ok=True)


def _name(temporary: Path, target: Path) -> None:
    """Give a file its name unless there is one of that name.

    Raises:
        FileExistsError: when there is.
    """
    try:
        # A second name refuses one that is taken; renaming would not, everywhere but on Windows.
        os.link(temporary, target)
    except FileExistsError:
        raise
    except OSError:
        # No links on this disk, as on a memory card.
        if target.exists():
            raise FileExistsError(str(target)) from None
        rename(temporary, target)


def _refuse_changed(file: Path, backup: Path, after: str) -> None:
    if content_digest(file) not in (after, content_digest(backup)):
        raise UserError(
            message("`{file}` has changed since the images were added.", file=file),
            message("Its former content is in `{backup}`.", backup=backup),
            code="changed_since",
        )


def _remove(file: Path, digest: str) -> bool:
    if content_digest(file) != digest:
        return False
    file.unlink()
    return True


def _check(plan: AdditionPlan, listing: Listing) -> None:
    """Compare the dataset, as it is read now, with what is meant.

    Raises:
        UserError: when an image is missing, or has another label or part than it should have.
    """
    wanted = {record.path: (record.label, record.split) for record in plan.listing.records}
    wanted |= {found.path: (found.label, plan.split) for found in plan.additions}
    found = {record.path: (record.label, record.split) for record in listing.records}
    if found != wanted:
        path = next(p for p in [*wanted, *found] if wanted.get(p) != found.get(p))
        raise read_otherwise(path)
    if len(listing.suspicions) > len(plan.listing.suspicions):
        raise read_otherwise(plan.additions[0].path)
