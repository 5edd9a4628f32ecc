"""Folders that the machine does not list: whole classes may lie in them."""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from lnl_gui.containers.errors import FILE_GONE
from lnl_gui.dataset.listing import Listing, seen_from, shorten
from lnl_gui.dataset.readers.files.refused_folders import refused_folders
from lnl_gui.dataset.readers.files.scan import is_ignored
from lnl_gui.util.errors import UserError
from lnl_gui.util.messages import Field, Message, joined, message_n

NOT_LISTED = message_n(
    "{count:,} folder could not be listed, {names}: {reason}. How many images it holds is not"
    " known, and none of them was read. See that its disk is there and that you may read it.",
    "{count:,} folders could not be listed, {names}: {reason}. How many images they hold is not"
    " known, and none of them was read. See that their disk is there and that you may read them.",
    1,
)


def with_refused_doubts(
    listing: Listing, places: tuple[Path, ...], *, named_alone: bool
) -> Listing:
    """The listing with a suspicion where folders were not listed of which images may be missing.

    Args:
        listing: as read within `each_once`.
        places: the dataset's folder, and where else its images may lie.
        named_alone: only what a table names belongs to the dataset, so that folders beside matter
            only where images were not found.
    """
    found = _within(places)
    if not found or (named_alone and not _misses_files(listing)):
        return listing
    doubt = not_listed(found, listing.root)
    return replace(listing, refused=dict(found), suspicions=[*listing.suspicions, doubt])


def pointing_at_refused(error: UserError, places: tuple[Path, ...]) -> UserError:
    """The error of a reading, with the folders that were not listed: they may be why."""
    found = _within(places)
    if found:
        error.message = joined([error.message, not_listed(found, places[0])], " ")
    return error


def not_listed(found: Mapping[str, Message], root: Path) -> Message:
    """That folders, one or more, were not listed.

    Args:
        found: by the path of each, why.
        root: of the dataset.
    """
    reason = dict(next(iter(found.values())).fields)["reason"]
    names = shorten(seen_from(root, folder) for folder in found)
    fields: dict[str, Field] = {"count": len(found), "names": names, "reason": reason}
    return replace(NOT_LISTED, fields=tuple(fields.items()))


def _within(places: tuple[Path, ...]) -> Mapping[str, Message]:
    """The refused folders that may hold images, each once: not what was guessed to lie inside."""
    found: dict[Path, Message] = {}
    noted = {Path(name): why for name, why in refused_folders().items()}
    # The outer ones first.
    for folder, why in sorted(noted.items(), key=lambda entry: entry[0]):
        inside = any(parent in found for parent in folder.parents)
        if not inside and any(_belongs(folder, place) for place in places):
            found[folder] = why
    return {str(folder): why for folder, why in found.items()}


def _belongs(folder: Path, place: Path) -> bool:
    """Whether images of a dataset there are looked for in the folder."""
    below = folder.is_relative_to(place)
    return below and not any(map(is_ignored, folder.relative_to(place).parts))


def _misses_files(listing: Listing) -> bool:
    return any(entry.reason.template == FILE_GONE.template for entry in listing.skipped)
