"""Sizes that a file claims are checked before memory is taken."""

from lnl_gui.containers.errors import ContainerError
from lnl_gui.util.messages import message

MEMBER_LIMIT = 1 << 31
"""Largest member that is read, in bytes."""


def check_size(size: int, limit: int = MEMBER_LIMIT) -> None:
    """Refuse a member of more than `limit` bytes.

    Raises:
        ContainerError: when it is larger, or no size at all.
    """
    if size < 0:
        raise ContainerError(message("the container is damaged: it claims a negative size"))
    if size > limit:
        raise ContainerError(message("larger than {limit} GiB", limit=limit >> 30))
