"""Why an image, in a container or by itself, cannot be read.

There are two kinds of reason. What the bytes say, such as that they are cut short, is true of the
image until somebody replaces it. What the machine says (gone, no permission, a disk that fails, no
memory) says nothing of the image: it is read again until its bytes have come. A reason is stored as
its message, whose template tells the kind: so it does of reasons that earlier versions stored.
"""

import errno

from lnl_gui.remote.errors import OFTEN, REASONS_OF_STORE, RemoteError
from lnl_gui.util.messages import Message, message

_LONGEST_REASON = 190
FILE_GONE = message("file not found")
CONTAINER_GONE = message("its container `{name}` is missing")
NO_PERMISSION = message("no permission to read the file")
NO_MEMORY = message("too large for the memory that is free")
READING_FAILED = message("cannot be read: {reason}")
_OF_MACHINE = frozenset(
    reason.template
    for reason in (
        FILE_GONE,
        CONTAINER_GONE,
        NO_PERMISSION,
        NO_MEMORY,
        READING_FAILED,
        *REASONS_OF_STORE,
    )
)
# What a library gets from the system that asks for what damaged bytes have told it.
_OF_BYTES = frozenset({errno.EINVAL, errno.EOVERFLOW, errno.EFBIG})


class ContainerError(OSError):
    """The container or the member cannot be read, for a reason in plain words."""

    def __init__(self, reason: Message) -> None:
        super().__init__(str(reason))
        self.reason = reason


def is_of_machine(reason: Message) -> bool:
    """Whether a reason says nothing of the image, so that it may be read another time."""
    if reason.template == OFTEN.template:
        inner = dict(reason.fields).get("reason")
        return isinstance(inner, Message) and is_of_machine(inner)
    return reason.template in _OF_MACHINE


def machine_reason(error: OSError | MemoryError) -> Message:
    """What the machine says where the bytes of a file do not come."""
    if isinstance(error, MemoryError):
        return NO_MEMORY
    if isinstance(error, FileNotFoundError):
        return FILE_GONE
    if isinstance(error, PermissionError):
        return NO_PERMISSION
    return READING_FAILED.with_fields(reason=error.strerror or str(error))


def reason_of(error: Exception) -> Message:
    """Why reading failed, for whatever a library raised on damaged bytes."""
    if isinstance(error, ContainerError | RemoteError):
        return error.reason
    if isinstance(error, FileNotFoundError | PermissionError | MemoryError):
        return machine_reason(error)
    # Libraries raise it as well, without a number, for bytes that they do not understand.
    if isinstance(error, OSError) and error.errno and error.errno not in _OF_BYTES:
        return machine_reason(error)
    if isinstance(error, ImportError):
        return message(
            "the package {name} that reads it is not installed", name=error.name or str(error)
        )
    reason = str(error).strip() or type(error).__name__
    return message("damaged: {reason}", reason=reason[:_LONGEST_REASON])
