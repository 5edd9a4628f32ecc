"""Why an open project cannot be written, and what to do about it: each reason has its own words."""

import errno
from dataclasses import dataclass
from pathlib import Path

from lnl_gui.store.database.lock_holder import holder_message, holder_verb
from lnl_gui.util.errors import UserError
from lnl_gui.util.messages import message

ASKED, ELSEWHERE, PROTECTED, UNLOCKABLE, CLOSED = (
    "asked",
    "elsewhere",
    "protected",
    "unlockable",
    "closed",
)
_FORBIDDEN = (errno.EACCES, errno.EPERM, errno.EROFS)


@dataclass(frozen=True)
class ReadOnly:
    """Why a project cannot be written."""

    reason: str
    """`ASKED` to be read only, written by another process (`ELSEWHERE`), write-`PROTECTED`,
    `UNLOCKABLE` for another reason, or `CLOSED`"""
    detail: str = ""
    """what the operating system says"""


def of_failed_lock(error: OSError) -> ReadOnly:
    """Why the writer's lock could not be made."""
    if error.errno in _FORBIDDEN:
        return ReadOnly(PROTECTED)
    return ReadOnly(UNLOCKABLE, error.strerror or str(error))


def read_only_error(why: ReadOnly, folder: Path) -> UserError:
    """Refuses to write to the project of a folder: why, and what a person can do about it."""
    if why.reason == ASKED:
        return UserError(
            message("{folder} was opened for reading only.", folder=folder),
            message("Open it again, not for reading only."),
            code="read_only",
        )
    if why.reason == CLOSED:
        return UserError(
            message("{folder} has been closed.", folder=folder),
            message("Open it again."),
            code="read_only",
        )
    if why.reason == PROTECTED:
        return UserError(
            message(
                "{folder} is write-protected: it can be read, and nothing can be recorded in it.",
                folder=folder,
            ),
            message(
                "Copy the project to where you may write and open the copy, or have its folder"
                " made writable for you."
            ),
            code="read_only",
        )
    if why.reason == UNLOCKABLE:
        return UserError(
            message(
                "{folder} cannot be locked for writing ({reason}): it can only be read.",
                folder=folder,
                reason=why.detail,
            ),
            message("Copy the project to another disk and open the copy."),
            code="read_only",
        )
    return _open_elsewhere(folder)


def _open_elsewhere(folder: Path) -> UserError:
    said = message(
        "{folder} is open in another window or command; here it can only be read.", folder=folder
    )
    holder = holder_message(folder)
    return UserError(
        said if holder is None else message("{said} {holder}", said=said, holder=holder),
        message("Wait until that command has ended, then do it again.")
        if holder_verb(folder)
        else message(
            "Close the other window, or wait until the other command has ended, and open the"
            " project again."
        ),
        code="read_only",
    )
