"""What is said of the groups of a dataset: its patients, videos or products."""

from collections.abc import Iterable
from dataclasses import replace

from lnl_gui.dataset.listing import Listing, shorten
from lnl_gui.util.messages import Message, message


def with_group_notes(listing: Listing) -> Listing:
    """The listing with what its groups are, or that a column may hold them."""
    notes = _groups(listing) if listing.group_column else _offered(listing)
    return replace(listing, warnings=[*listing.warnings, *notes]) if notes else listing


def _groups(listing: Listing) -> list[Message]:
    groups = [record.group for record in listing.records]
    number, without = len({*groups} - {""}), groups.count("")
    if number < 2:
        return [
            message(
                "Column `{column}` tells no groups apart: it is left out of account.",
                column=listing.group_column,
            )
        ]
    notes = [
        message(
            "Images belong together by column `{column}`: {number:,} groups. A group stays in one"
            " part wherever images are held out, and its images have no vote on each other.",
            column=listing.group_column,
            number=number,
        )
    ]
    if without:
        notes.append(
            message(
                "Images without a value in column `{column}`, each for itself: {without:,}.",
                without=without,
                column=listing.group_column,
            )
        )
    return notes


def _offered(listing: Listing) -> list[Message]:
    """That a column looks like one of patients, videos or products, which nobody named."""
    columns = listing.reading.columns
    found = columns.group_candidates if columns is not None else ()
    return [offered_message(name for name, _ in found)] if found else []


def offered_message(names: Iterable[str]) -> Message:
    """That columns look like those of patients, videos or products."""
    return message(
        "Columns that may say which images belong together (a patient, a video, a product):"
        " {names}. Such images vouch for each other's labels unless the column is named with"
        " --group-column.",
        names=shorten(names),
    )
