"""Names of the figures in a report, and numbers as fields of messages."""

from lnl_gui.store.dataset.samples import STATUS_WORDS
from lnl_gui.util.messages import Message, message

COUNTS = {
    "samples": message("samples"),
    "classes": message("classes"),
    "unreadable": message("missing or not readable"),
    "gone": message("of them gone from the dataset"),
    "suspects": message("suspects"),
    "suspects not reviewed": message("suspects not reviewed"),
    **STATUS_WORDS,
    "decided_gone": message("decided on, now missing or not readable"),
    "other_pictures": message("decided on, now another picture"),
    "flagged_gone": message("suspects now missing or not readable"),
    "well_labelled": message("need no look"),
    "labels added": message("labels added"),
    "in the curated set": message("in the curated set"),
    "unlabelled": message("of them without a label"),
    "exported": message("in this export"),
    "labels changed": message("labels changed"),
    "accepted_unseen": message("suggestions that nobody looked at"),
    "of_edited_classes": message("labels of edited classes"),
}
ACTS = {
    "accept": message("accept"),
    "keep": message("keep"),
    "relabel": message("relabel"),
    "exclude": message("exclude"),
    "unsure": message("unsure"),
    "ask": message("ask a colleague"),
    "reset": message("reset"),
    "remark": message("notes and tags"),
    "classes": message("edits of classes"),
    "keep_one": message("keep one"),
    "adopt": message("adopt"),
    "opinion": message("opinion"),
    "take_source": message("take the dataset's label"),
    "confirm": message("let a decision stand for another picture"),
    "update": message("update of the dataset"),
}
NOT_KNOWN = message("not known")
NO_WEIGHT = message("no vote there")


def name_of(table: dict[str, Message], name: str) -> Message:
    """The message for a name; for one of another package, the name itself."""
    return table.get(name, Message(name.replace("_", " ")))


def percent(value: float) -> Message:
    """A share in per cent with one digit."""
    return Message("{value:.1f} %", (("value", 100 * float(value)),))


def count(value: float) -> Message:
    """A count with its thousands apart."""
    return Message("{value:,}", (("value", round(value)),))
