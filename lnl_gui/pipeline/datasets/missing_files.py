"""Refuses work on images that are not there, unless it is wanted without them."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np

from lnl_gui.containers.location import ImageLocation, outer_path, url_of
from lnl_gui.pipeline.datasets.matching.content import file_stats
from lnl_gui.pipeline.snapshot import Snapshot
from lnl_gui.store.dataset.samples import (
    load_unlisted_folders,
    load_unread,
    unlisted_message,
    unread_message,
)
from lnl_gui.store.jobs.parameters import FILES_MISSING, FILES_UNREAD
from lnl_gui.store.project import open_project
from lnl_gui.util.errors import UserError
from lnl_gui.util.files.long_paths import reachable
from lnl_gui.util.messages import Message, message
from lnl_gui.util.progress import Progress, no_progress

_LOOKED_AT = 100
"""Missing images that are tried for the reason; one that is not there takes no time."""


def stats_of(
    snapshot: Snapshot, rows: np.ndarray, *, progress: Progress = no_progress
) -> np.ndarray:
    """Size and time of some samples' files, int64 (n, 2), -1 of those that are missing.

    Args:
        snapshot: of a project.
        rows: (n,) int64.
        progress: in files.
    """
    return file_stats([snapshot.file_of(row) for row in rows.tolist()], progress=progress)


def missing_rows(
    snapshot: Snapshot, rows: np.ndarray, *, stats: np.ndarray | None = None
) -> np.ndarray:
    """Which of some samples have no file, int64, in order.

    Args:
        snapshot: of a project.
        rows: (n,) int64, the samples that are needed.
        stats: (n, 2) of their files, where they were asked for a moment ago.
    """
    found = stats_of(snapshot, rows) if stats is None else stats
    return rows[found[:, 0] < 0]


def refuse_missing(snapshot: Snapshot) -> None:
    """Stop when images of the dataset are not there and not known to be missing.

    Raises:
        UserError: with the code `FILES_MISSING`.
    """
    wanted = np.flatnonzero(~snapshot.gone)
    missing = missing_rows(snapshot, wanted)
    if len(missing):
        raise files_missing(snapshot, missing, len(wanted))


def without_missing(snapshot: Snapshot, *, partial: bool) -> Snapshot:
    """The snapshot with what is missing taken for unreadable.

    Raises:
        UserError: with the code `FILES_MISSING` when something is and `partial` is False.
    """
    samples = snapshot.samples
    rows = np.flatnonzero(samples.readable)
    missing = missing_rows(snapshot, rows)
    if not len(missing):
        return snapshot
    if not partial:
        raise files_missing(snapshot, missing, len(rows))
    readable = samples.readable.copy()
    readable[missing] = False
    return replace(snapshot, samples=replace(samples, readable=readable))


def files_missing(snapshot: Snapshot, missing: np.ndarray, needed: int) -> UserError:
    """The error for `missing`, int64 (n,) rows, of `needed` images."""
    return missing_error([snapshot.file_of(row) for row in missing.tolist()], needed)


def missing_error(missing: Sequence[ImageLocation], needed: int) -> UserError:
    """The error for files that are `missing`, one or more, of `needed` images."""
    refused = _refused(missing)
    if refused is not None:
        return UserError(
            message(
                "{missing:,} of {needed:,} images are missing or cannot be read, such as"
                " `{example}`: {reason}.",
                missing=len(missing),
                needed=needed,
                example=str(refused.filename),
                reason=refused.strerror or str(refused),
            ),
            message(
                "Get the right to read them and their folders. To go on without them for once:"
                " --partial."
            ),
            code=FILES_MISSING,
        )
    return UserError(
        message(
            "{missing:,} of {needed:,} images are missing, such as `{example}`.",
            missing=len(missing),
            needed=needed,
            example=str(missing[0]),
        ),
        message(
            "If they have moved: `lnl-gui relocate PROJECT --image-root DIR`. If they were deleted"
            " on purpose: `lnl-gui update PROJECT`, after which they are no part of the dataset. To"
            " go on without them for once: --partial."
        ),
        code=FILES_MISSING,
    )


def unread_error(unread: Sequence[tuple[ImageLocation, Message]], needed: int) -> UserError:
    """The error for files that the machine did not give, one or more, of `needed` images.

    Args:
        unread: each with what the machine said.
        needed: how many were to be read.
    """
    file, reason = unread[0]
    return UserError(
        message(
            "{unread:,} of {needed:,} images could not be read, such as `{example}`: {reason}. That"
            " says nothing of the images.",
            unread=len(unread),
            needed=needed,
            example=str(file),
            reason=reason,
        ),
        message(
            "See that the disk is there and that you may read them, and do it again: what has been"
            " read is kept. To go on without them for once: --partial."
        ),
        code=FILES_UNREAD,
        retryable=True,
    )


def unread_note(project_folder: Path) -> list[Message]:
    """That images or whole folders are left out for what the machine said; empty for none."""
    with open_project(project_folder, read_only=True) as project:
        unread, folders = load_unread(project), load_unlisted_folders(project)
        found = [unread_message(project, unread)] if unread else []
        return found + ([unlisted_message(folders)] if folders else [])


def _refused(missing: Sequence[ImageLocation]) -> OSError | None:
    """Why the first of the images that are there may not be read; None where none is."""
    for location in missing[:_LOOKED_AT]:
        if url_of(location) is not None:
            continue
        file = outer_path(location)
        try:
            # A container that is a folder is opened by what reads it.
            if reachable(file).is_dir():
                continue
            with reachable(file).open("rb"):
                pass
        except (FileNotFoundError, NotADirectoryError):
            continue
        except OSError as error:
            error.filename = str(file)
            return error
    return None
