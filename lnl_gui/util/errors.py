"""The two families of error: what a user can mend, and everything else (bugs).

A `UserError` says what happened and what to do about it, in the window and on the command line
alike. Any other exception is a bug and is shown with its traceback.
"""

import errno


class UserError(Exception):
    """Something the user can mend.

    Args:
        message: what happened, naming the file where there is one.
        hint: what to do about it.
        code: stable identifier for scripts and for the job protocol.
        retryable: whether the same job may succeed when started again unchanged.
    """

    def __init__(
        self, message: str, hint: str = "", *, code: str = "user_error", retryable: bool = False
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


def as_user_error(error: OSError, action: str) -> UserError:
    """Turn an operating-system error met while doing `action` into one a user can mend."""
    what = f"{action} ({error.filename})" if error.filename else action
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return UserError(
            f"The disk is full: could not {what}.",
            "Free some space and start again; what was finished is kept.",
            code=DISK_FULL_CODE,
            retryable=True,
        )
    if error.errno in (errno.EACCES, errno.EPERM, errno.EROFS):
        return UserError(
            f"No permission to {what}.",
            "Choose a folder you may write to, or change its permissions.",
            code="permission",
        )
    return UserError(f"Could not {what}: {error.strerror or error}.", code="os_error")
