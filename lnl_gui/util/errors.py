"""The two families of error: what a user can mend, and everything else (bugs).

A `UserError` says what happened and what to do about it, in the window and on the command line
alike. Any other exception is a bug and is shown with its traceback.
"""

import errno
from pathlib import Path

from lnl_gui.util.disk import disk_of
from lnl_gui.util.messages import NOTHING, Message, message


class UserError(Exception):
    """Something the user can mend.

    Args:
        message: what happened, naming the file where there is one.
        hint: what to do about it.
        code: stable identifier for scripts and for the job protocol.
        retryable: whether the same job may succeed when started again unchanged.
    """

    def __init__(
        self,
        message: Message,
        hint: Message = NOTHING,
        *,
        code: str = "user_error",
        retryable: bool = False,
    ) -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint
        self.code = code
        self.retryable = retryable

    def __str__(self) -> str:
        return f"{self.message} {self.hint}".strip()


class Cancelled(Exception):
    """The user asked a job to stop. Raised by a progress call, caught by the job's runner."""


DISK_FULL_CODE = "disk_full"
FULL = (errno.ENOSPC, errno.EDQUOT)
"""Numbers of errors that say so."""


def as_user_error(error: OSError, action: Message) -> UserError:
    """Turn an operating-system error met while doing `action` into one a user can mend."""
    what = (
        message("{action} ({file})", action=action, file=_name(error)) if _name(error) else action
    )
    if error.errno in FULL:
        return disk_full(what, Path(_name(error)) if _name(error) else None)
    if error.errno in (errno.EACCES, errno.EPERM, errno.EROFS):
        return UserError(
            message("No permission to {action}.", action=what),
            message("Have its permissions changed, or choose another place."),
            code="permission",
        )
    reason = error.strerror or str(error)
    return UserError(
        message("Could not {action}: {reason}.", action=what, reason=reason), code="os_error"
    )


def disk_full(action: Message, file: Path | None) -> UserError:
    """The error of a full disk, met while doing `action` to `file`."""
    what = (
        message("The disk is full: could not {action}.", action=action)
        if file is None
        else message(
            "The disk {disk} is full: could not {action}.", disk=disk_of(file), action=action
        )
    )
    return UserError(
        what,
        message("Free some space and start again; what was finished is kept."),
        code=DISK_FULL_CODE,
        retryable=True,
    )


def _name(error: OSError) -> str:
    return str(error.filename or "")
