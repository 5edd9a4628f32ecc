"""Why an image inside a container cannot be read."""

from lnl_gui.remote.errors import RemoteError
from lnl_gui.util.messages import Message, message

_LONGEST_REASON = 190


class ContainerError(OSError):
    """The container or the member cannot be read, for a reason in plain words."""

    def __init__(self, reason: Message) -> None:
        super().__init__(str(reason))
        self.reason = reason


def reason_of(error: Exception) -> Message:
    """Why reading failed, for whatever a library raised on damaged bytes."""
    if isinstance(error, ContainerError | RemoteError):
        return error.reason
    if isinstance(error, FileNotFoundError):
        return message("file not found")
    if isinstance(error, PermissionError):
        return message("no permission to read the file")
    if isinstance(error, MemoryError):
        return message("too large for the memory that is free")
    if isinstance(error, ImportError):
        return message(
            "the package {name} that reads it is not installed", name=error.name or str(error)
        )
    reason = str(error).strip() or type(error).__name__
    return message("damaged: {reason}", reason=reason[:_LONGEST_REASON])
