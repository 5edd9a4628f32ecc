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
NO_PERMISSION = message("the store gives no permission for it")
NO_CREDENTIALS = message(
    "no credentials were found: set them up as the provider says (environment, ~/.aws, gcloud, az"
    " login), or FSSPEC_S3_ANON=true for what everybody may read"
)
ANSWER = message("the store answers: {reason}")
CUT_SHORT = message("cut short on the way: {got:,} of {size:,} bytes")
OFTEN = message("{reason} ({tries} times)")
"""Around another reason."""
REASONS_OF_STORE = (GONE, NO_PERMISSION, NO_CREDENTIALS, ANSWER, CUT_SHORT)
"""What a store or the way to it says, which says nothing of what the object holds."""


def gone() -> RemoteError:
    """That there is no such object."""
    return RemoteError(GONE, gone=True)
