"""What a detection says where the share of wrong labels cannot be told from the data.

An interval of that share, or of a number of wrong labels, is of errors at random alone there. Who
reads the interval has to read that too, wherever it is told.
"""

from lnl_gui.store.detection.detection_summary import DetectionSummary
from lnl_gui.util.messages import Message, from_json, message

RATE_UNKNOWN = message(
    "How many labels are wrong cannot be identified from the data alone: between {low:.0%} and"
    " {high:.0%} of them. An audit of a random sample tells."
)
PERHAPS_FEW = message(
    "How many labels are wrong cannot be identified from the data alone: few, or up to {high:.0%}"
    " of them, if errors hit the images of a class at random. Of errors at images that look like"
    " another class no upper limit is known. An audit of a random sample tells."
)
PERHAPS_NONE = message(
    "There may be no wrong label at all: from the data alone any share up to {high:.0%} is"
    " possible, if errors hit the images of a class at random. Of errors at images that look like"
    " another class no upper limit is known. The suspects may all be right; an audit of a random"
    " sample tells."
)
OF_UNKNOWN_RATE = frozenset(said.template for said in (RATE_UNKNOWN, PERHAPS_FEW, PERHAPS_NONE))
"""Templates of what is said where the rate of wrong labels cannot be identified."""
_FROM_NONE = frozenset(said.template for said in (PERHAPS_FEW, PERHAPS_NONE))


def rate_doubts(summary: DetectionSummary) -> tuple[Message, ...]:
    """What that detection says of the share of wrong labels that its interval does not."""
    said = (from_json(stored) for stored in summary.warnings)
    return tuple(warning for warning in said if warning.template in OF_UNKNOWN_RATE)


def perhaps_none_wrong(summary: DetectionSummary) -> bool:
    """Whether the interval of wrong labels begins at none and is of errors at random alone."""
    return any(said.template in _FROM_NONE for said in rate_doubts(summary))
