"""The relocate job: finds the images of a project in another folder, by name and by content.

As with an update, the changes are left in the run's folder for the project's writer to make.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path, PurePath, PureWindowsPath
from typing import Any

import numpy as np

from lnl_gui.containers.location import (
    ImageLocation,
    Member,
    location_text,
    outer_path,
    parse_location,
)
from lnl_gui.dataset.readers.files.file_index import FileIndex, match_lost
from lnl_gui.pipeline.datasets.matching import content
from lnl_gui.pipeline.datasets.matching.known_samples import KnownSamples, read_known
from lnl_gui.pipeline.datasets.updating.replaced_images import OTHERS, replaced_pictures
from lnl_gui.store.dataset.source_state import MISSING, UNLISTED
from lnl_gui.store.dataset_changes import DatasetChanges, write_changes
from lnl_gui.store.jobs.job_kinds import to_dict
from lnl_gui.store.jobs.parameters import MOST_MISSING, ImportParameters, RelocateParameters
from lnl_gui.util.errors import UserError, as_user_error
from lnl_gui.util.messages import message
from lnl_gui.util.progress import JobContext, Progress, stage_progress

COMPARED = 200
"""Files whose content is compared, spread over the dataset."""
_FEW = 0.5
"""Share of the images that must be there, before a person must say that this is the folder."""


def run(
    parameters: RelocateParameters, context: JobContext, *, project_folder: Path, run_folder: Path
) -> dict[str, Any]:
    """Find the images below a folder; taken over when the run is recorded.

    Raises:
        UserError: when the folder is not there, holds none of the images, or holds few of them or
            others of the same names and `accept_missing` is not set.
    """
    known = read_known(project_folder)
    root = Path(parameters.image_root).expanduser().absolute()
    if not root.is_dir():
        raise UserError(
            message("`{root}` is not a folder.", root=root),
            message("Choose the folder that the images are in."),
            code="not_found",
        )
    progress = stage_progress(context, message("Looking for the images"))
    places = find_places(known, root, progress=progress)
    compared = _compare(known, places, context)
    _check(known, places, compared, root, accept=parameters.accept_missing)
    changes = _changes(known, places, compared, root)
    try:
        write_changes(run_folder, changes)
    except OSError as error:
        raise as_user_error(error, message("save the changes")) from error
    return {"artifacts": {}, "metrics": dict(changes.counts) | {"root": str(root)}}


@dataclass(frozen=True)
class Compared:
    """Files that were read to see whether they hold what was embedded."""

    same: int
    different: dict[int, bytes]
    """by row what the file holds"""


def find_places(known: KnownSamples, root: Path, *, progress: Progress) -> dict[int, ImageLocation]:
    """Row -> where its image lies below `root`: under its path, else by the end of it."""
    texts = known.samples.files
    direct = [_below(text, known.root, root) for text in texts]
    stats = content.file_stats(direct, progress=progress)
    there = stats[:, 0] >= 0
    found = {row: direct[row] for row in np.flatnonzero(there).tolist()}
    lost = np.flatnonzero(~there).tolist()
    return found | _by_name(lost, direct, root, list(found.values()), progress)


def _below(text: str, old: Path, new: Path) -> ImageLocation:
    """A stored location as it would be below the new root."""
    location = parse_location(old, text)
    outer = outer_path(location)
    if outer.is_relative_to(old):
        return parse_location(new, location_text(location, old))
    return location


def _by_name(
    lost: list[int],
    direct: Sequence[ImageLocation],
    root: Path,
    claimed: Sequence[ImageLocation],
    progress: Progress,
) -> dict[int, ImageLocation]:
    if not lost:
        return {}
    cells = {row: _cell(direct[row], root) for row in lost}
    index = FileIndex(root, progress=progress)
    # What has been found by its path is no other sample's image.
    files = [location for location in claimed if isinstance(location, Path)]
    matches = match_lost(list(cells.values()), index, claimed=files, root_was_given=True)
    found: dict[int, ImageLocation] = {}
    for row, cell in cells.items():
        location, match = direct[row], matches.get(cell)
        if isinstance(location, Member):
            # The index knows files; a member is wherever its container is.
            beside = root / location.container.name
            if beside.exists():
                found[row] = replace(location, container=beside)
        elif isinstance(match, Path):
            found[row] = match
    return found


def _cell(location: ImageLocation, root: Path) -> str:
    """The path as a table would write it: relative where it is below the root."""
    outer = outer_path(location)
    return outer.relative_to(root).as_posix() if outer.is_relative_to(root) else str(outer)


def _compare(
    known: KnownSamples, places: dict[int, ImageLocation], context: JobContext
) -> Compared:
    rows = [row for row in sorted(places) if known.hashes[row]]
    # Where one image in fifty is another one, 200 miss all of them in 2 of 100 cases.
    some = rows[:: max(1, len(rows) // COMPARED)]
    progress = stage_progress(context, message("Comparing contents"))
    different = _different(known, places, some, progress)
    if not different:
        return Compared(len(some), {})
    # Some files are others than those that were embedded: then each has to be looked at.
    everything = _different(known, places, rows, progress)
    return Compared(len(rows) - len(everything), everything)


def _different(
    known: KnownSamples, places: dict[int, ImageLocation], rows: list[int], progress: Progress
) -> dict[int, bytes]:
    hashes = content.content_hashes([places[row] for row in rows], progress=progress)
    return {
        row: found for row, found in zip(rows, hashes, strict=True) if found != known.hashes[row]
    }


def _wanted(known: KnownSamples) -> list[int]:
    """Samples whose image should be there."""
    gone = known.state.gone
    return [row for row in range(len(known)) if gone.get(row) != UNLISTED]


def _check(
    known: KnownSamples,
    places: dict[int, ImageLocation],
    compared: Compared,
    root: Path,
    *,
    accept: bool,
) -> None:
    wanted = _wanted(known)
    found = sum(row in places for row in wanted)
    if not found:
        raise UserError(
            message("None of the {count:,} images is in `{root}`.", count=len(wanted), root=root),
            message("Choose the folder that holds them, at any depth."),
            code="none_found",
        )
    # Only now: no image at all is never the right folder, whatever somebody accepts.
    if accept:
        return
    hint = message(
        "Choose another folder, or, if it is the right one, go on with --accept-missing: what is"
        " not there is marked as missing, and what was decided is kept."
    )
    if found < _FEW * len(wanted):
        raise UserError(
            message(
                "Only {found:,} of {count:,} images are in `{root}`.",
                found=found,
                count=len(wanted),
                root=root,
            ),
            hint,
            code=MOST_MISSING,
        )
    different = len(compared.different)
    if different > OTHERS * (different + compared.same):
        raise UserError(
            message(
                "{different:,} of {compared:,} files in `{root}` have the names of images of the"
                " project but hold something else, such as `{example}`.",
                different=different,
                compared=different + compared.same,
                root=root,
                example=str(places[next(iter(compared.different))]),
            ),
            hint,
            code=MOST_MISSING,
        )


def _changes(
    known: KnownSamples, places: dict[int, ImageLocation], compared: Compared, root: Path
) -> DatasetChanges:
    paths, files = known.samples.paths, known.samples.files
    moved = []
    for row, location in sorted(places.items()):
        text = location_text(location, root)
        if text != files[row]:
            moved.append((row, paths[row], None if text == paths[row] else text))
    wanted = _wanted(known)
    gone = {row: kind for row, kind in known.state.gone.items() if row not in places}
    gone |= {row: MISSING for row in wanted if row not in places}
    repaired = tuple(row for row in sorted(places) if known.failed[row])
    parameters = known.parameters
    return DatasetChanges(
        base=known.base,
        samples=len(known),
        root=str(root),
        parameters=to_dict(relocated(parameters, known.root, root)) if parameters else None,
        moved=tuple(moved),
        source_labels={str(row): label for row, label in known.state.labels.items()},
        gone={str(row): kind for row, kind in gone.items()},
        content_changed=tuple(
            sorted({*compared.different, *(row for row in repaired if not known.hashes[row])})
        ),
        readable_again=repaired,
        replaced=replaced_pictures(known, compared.different, places),
        counts={
            "found": sum(row in places for row in wanted),
            "missing": sum(row not in places for row in wanted),
            "elsewhere": len(moved),
            "compared": compared.same + len(compared.different),
            "different": len(compared.different),
        },
    )


def relocated(parameters: ImportParameters, old: Path, new: Path) -> ImportParameters:
    """How the dataset is read once its folder is `new` and no longer `old`."""
    source = _mapped(parameters.source, old, new)
    if source == parameters.source:
        # The table stayed where it was; only the images are elsewhere.
        return replace(parameters, image_root=str(new))
    image_root = parameters.image_root
    return replace(
        parameters,
        source=source,
        image_root=_mapped(image_root, old, new) if image_root else None,
    )


def _mapped(place: str, old: Path, new: Path) -> str:
    # Of Windows too: a project that was made there keeps its paths, and is opened here.
    for kind in (PurePath, PureWindowsPath):
        path, root = kind(place), kind(str(old))
        if path.is_relative_to(root):
            moved = new.joinpath(*path.relative_to(root).parts)
            # Images move without their table, which then is read where it was.
            return str(moved) if moved.exists() else place
    return place
