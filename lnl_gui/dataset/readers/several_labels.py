"""Images that a dataset gives several labels, where each image has one."""

from collections.abc import Iterable

from lnl_gui.dataset.listing import Listing, shorten
from lnl_gui.util.messages import Message, message

_FEWEST = 20
"""Fewer images than this are an example; of these nothing can be said."""
_MANY = 0.2
"""Share of the labelled images above which several labels are how the dataset is meant."""


def several_labels(labels: Iterable[str]) -> Message:
    """Why an image with these labels has no single one."""
    return message("several labels: {labels}", labels=shorten(labels))


_TEMPLATE = several_labels([]).template


def number_of_several(listing: Listing) -> int:
    """How many images were left out since they have several labels."""
    return sum(entry.reason.template == _TEMPLATE for entry in listing.skipped)


def several_notes(listing: Listing) -> list[Message]:
    """That a few images were left out."""
    count = number_of_several(listing)
    if not count or _are_many(listing, count):
        return []
    return [
        message(
            "Rows with several labels were skipped, since each image has one: {count}.", count=count
        )
    ]


def several_doubts(listing: Listing) -> list[Message]:
    """That so many were left out that the dataset is probably one of several labels an image."""
    count = number_of_several(listing)
    if not _are_many(listing, count):
        return []
    first = next(entry for entry in listing.skipped if entry.reason.template == _TEMPLATE)
    return [
        message(
            "{count:,} of {number:,} labelled images have several labels and were left out, since"
            " each image has one here, such as `{path}`: {reason}. Give each image the one label"
            " that is meant; in a table, one column alone can be read with --label-column.",
            count=count,
            number=count + _number_labelled(listing),
            path=first.path,
            reason=first.reason,
        )
    ]


def _are_many(listing: Listing, count: int) -> bool:
    number = count + _number_labelled(listing)
    return number >= _FEWEST and count > _MANY * number


def _number_labelled(listing: Listing) -> int:
    return len(listing.records) - listing.unlabelled
