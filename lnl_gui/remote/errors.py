"""Why an object at a URL cannot be read."""

from lnl_gui.util.messages import Message, message


class RemoteError(OSError):
    """A URL cannot be read or written, for a reason in plain words.

    Args:
        reason: why.
        gone: whether the object is not there, as a file that was deleted.
        passing: whether it may succeed another time.
    """

    def __init__(self, reason: Message, *, gone: bool = False, passing: bool = False) -> None:
        super().__init__(str(reason))
        self.reason, self.gone, self.passing = reason, gone, passing


GONE = message("file not found")
"""The words of a local file that is missing: it is the same thing for whoever reads them."""


def gone() -> RemoteError:
    """That there is no such object."""
    return RemoteError(GONE, gone=True)
