"""A patch for class folders: images move to the folder of their new class.

What loses its label moves to a folder that is named so, beside those of the classes.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from lnl_gui.dataset.listing import Listing, Record
from lnl_gui.dataset.names import NameClaims, fold, safe_name
from lnl_gui.dataset.patching.matching import Matched, PatchConflict, is_own_file
from lnl_gui.dataset.readers.files.folder_names import is_unlabelled_name
from lnl_gui.util.messages import message

UNLABELLED = "unlabelled"


@dataclass(frozen=True)
class Move:
    """One image: its path now and the one it gets, both below the root; "" to leave the dataset."""

    old: str
    new: str


def plan_moves(
    listing: Listing, wanted: Sequence[Matched]
) -> tuple[list[Move], list[PatchConflict]]:
    """The moves that give images of class folders their new labels.

    Args:
        listing: of a dataset of class folders.
        wanted: changes with their images.
    """
    known = _class_folders(listing)
    claims = _claims(listing)
    moves, conflicts = [], []
    for found in wanted:
        record, after = found.record, found.change.after
        place = path_below(listing.root, record)
        prefix = class_prefix(place, record.label) if place is not None else None
        if place is None or prefix is None or not is_own_file(record):
            conflicts.append(PatchConflict(record.path, message("lies in no folder of its class")))
        elif after is None:
            moves.append(Move(str(place), ""))
        else:
            parent = prefix[0]
            after = after or _unlabelled_folder(listing, parent)
            # The folder that there is: its name need not be what we would make of the class's.
            folder = known.get((str(parent), after)) or parent.joinpath(
                *map(safe_name, after.split("/"))
            )
            # Batches and dates inside a class stay what they are.
            rest = place.relative_to(prefix[1]).parent
            target = folder / rest
            # macOS and Windows know `Cat` and `cat` as one folder.
            name = claims.claim(fold(str(target)), place.name)
            moves.append(Move(str(place), str(target / name)))
    return moves, conflicts


def _unlabelled_folder(listing: Listing, parent: PurePosixPath) -> str:
    """The folder of images without a label beside class folders, as it is or will be called."""
    depth = 0 if str(parent) == "." else len(parent.parts)
    for record in listing.records:
        place = None if record.label else path_below(listing.root, record)
        if place is None or len(place.parts) < depth + 2:
            continue
        if place.parts[:depth] == parent.parts[:depth] and is_unlabelled_name(place.parts[depth]):
            return place.parts[depth]
    return UNLABELLED


def path_below(root: Path, record: Record) -> PurePosixPath | None:
    """Where an image lies below a folder; None where it lies elsewhere.

    Args:
        root: the folder.
        record: of the image.
    """
    try:
        return PurePosixPath(Path(str(record.file)).relative_to(root).as_posix())
    except ValueError:
        return None


def class_prefix(place: PurePosixPath, label: str) -> tuple[PurePosixPath, PurePosixPath] | None:
    """The folder that holds the class folders, and the class's own, of an image's path.

    Args:
        place: below the dataset's folder.
        label: the image's class; None comes back where no folder bears its name.
    """
    parents = place.parts[:-1]
    wanted = [safe_name(part) for part in label.split("/")]
    for end in range(len(parents), len(wanted) - 1, -1):
        there = parents[end - len(wanted) : end]
        if list(there) == label.split("/") or [safe_name(part) for part in there] == wanted:
            return PurePosixPath(*parents[: end - len(wanted)]), PurePosixPath(*parents[:end])
    return None


def _class_folders(listing: Listing) -> dict[tuple[str, str], PurePosixPath]:
    """By what holds it and the class's name the folder of each class that there is."""
    found: dict[tuple[str, str], PurePosixPath] = {}
    for record in listing.records:
        place = path_below(listing.root, record)
        prefix = class_prefix(place, record.label) if place is not None and record.label else None
        if prefix is not None:
            found.setdefault((str(prefix[0]), record.label), prefix[1])
    return found


def _claims(listing: Listing) -> NameClaims:
    """The names of all files there are, so that none is written over."""
    claims = NameClaims()
    for record in listing.records:
        place = path_below(listing.root, record)
        if place is not None:
            claims.claim(fold(str(place.parent)), place.name)
    return claims
