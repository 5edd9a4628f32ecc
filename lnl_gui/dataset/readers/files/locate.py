"""Finds the file of every row: where its path says, else by the end of its path."""

import os
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import unquote

from lnl_gui.dataset.listing import shorten
from lnl_gui.dataset.readers.files.file_index import FileIndex, is_web, match_lost
from lnl_gui.dataset.readers.files.finder import FileFinder, FileNotUsable, is_rooted
from lnl_gui.dataset.readers.files.folder_names import SHELVES, is_store_name
from lnl_gui.dataset.readers.files.near_names import near_files
from lnl_gui.dataset.readers.files.scan import is_ignored
from lnl_gui.dataset.readers.remote_source import take_addresses
from lnl_gui.store.dataset.split_names import canonical_split, split_in_name
from lnl_gui.util.files.file_there import is_folder
from lnl_gui.util.messages import Message, message
from lnl_gui.util.progress import Progress, no_progress

_REPORT_EVERY = 5000
_SAMPLE = 200
_MAXIMUM_BASES = 60
_SHOWN = 3


@dataclass
class Located:
    """For each row the absolute path of its file, or why there is none."""

    files: list[str | Message]
    examples: list[str] = field(default_factory=list)
    """a few of the images that lie there, where some were not found"""
    warnings: list[Message] = field(default_factory=list)
    suspicions: list[Message] = field(default_factory=list)


def locate_files(
    cells: Sequence[str],
    bases: Sequence[Path],
    search_root: Path,
    *,
    root_was_given: bool = False,
    progress: Progress = no_progress,
) -> Located:
    """Find the files that cells name.

    Args:
        cells: the path of each row.
        bases: for each row the folder that its path starts from.
        search_root: the folder below which a file may be found by the end of its path.
        root_was_given: whether a person named that folder; then the file's name alone will do.
        progress: called with rows done and their number.
    """
    finder = FileFinder()
    files: list[str | Message] = []
    for number, (cell, base) in enumerate(zip(cells, bases, strict=True), 1):
        if number % _REPORT_EVERY == 0:
            progress(number, len(cells))
        try:
            files.append(finder.find_text(cell, base))
        except FileNotUsable as error:
            files.append(error.reason)
    progress(len(cells), len(cells))
    take_addresses(files, cells, bases, first=True)
    located = Located(files)
    # Only then: the search lists every image below the root.
    if any(not isinstance(file, str) for file in files):
        _search(located, cells, bases, search_root, root_was_given, progress)
        take_addresses(files, cells, bases, first=False)
    _doubt_outside(located, cells, bases, search_root)
    return located


def _search(
    located: Located,
    cells: Sequence[str],
    bases: Sequence[Path],
    search_root: Path,
    root_was_given: bool,
    progress: Progress,
) -> None:
    lost = [at for at, file in enumerate(located.files) if not isinstance(file, str)]
    sought = [cells[at] for at in lost if cells[at].strip() and "\0" not in cells[at]]
    if not sought:
        return
    index = FileIndex(search_root, progress=progress)
    claimed = [file for file in located.files if isinstance(file, str)]
    found = match_lost(sought, index, claimed=claimed, root_was_given=root_was_given)
    example: tuple[str, Path] | None = None
    for at in lost:
        hit = found.get(cells[at])
        if isinstance(hit, Path):
            located.files[at] = str(hit)
            example = example or (cells[at], hit)
        elif hit is not None:
            located.files[at] = hit.reason
    if example is not None:
        cell, file = example
        located.warnings.append(
            message(
                "Files found by the end of their path, below `{root}`: {count}, such as `{cell}` at"
                " `{file}`.",
                root=search_root,
                count=sum(isinstance(hit, Path) for hit in found.values()),
                cell=cell[-120:],
                file=file.relative_to(search_root).as_posix(),
            )
        )
    left = [at for at in lost if cells[at] not in found]
    taken = {file for file in located.files if isinstance(file, str)}
    names = {
        cell: bases[at]
        for at in left
        if (cell := cells[at]).strip() and "\0" not in cell and not is_web(cell)
    }
    near = near_files(names, index, taken)
    located.warnings += near.warnings
    located.examples = index.examples(_SHOWN)
    for at in left:
        if cells[at] in near.files:
            located.files[at] = str(near.files[cells[at]])


def _doubt_outside(
    located: Located, cells: Sequence[str], bases: Sequence[Path], search_root: Path
) -> None:
    """Relative paths that leave the dataset by `..`, however that is written."""
    # Beside a folder for annotations lie the images that are annotated.
    is_shelf = search_root.name.casefold() in SHELVES
    inside = [search_root.parent if is_shelf else search_root]
    within = f"{search_root}{os.sep}"
    outside = [
        cell
        for cell, base, file in zip(cells, bases, located.files, strict=True)
        if isinstance(file, str)
        and not file.startswith(within)
        and (".." in unquote(cell) or not is_rooted(cell))
        and not any(map(Path(file).is_relative_to, [*inside, base]))
    ]
    if outside:
        located.suspicions.append(
            message(
                "Paths that lead out of the dataset's folder: {count} ({paths}).",
                count=len(outside),
                paths=shorten(outside, shown=10),
            )
        )


def find_base(
    paths: Sequence[str],
    folder: Path,
    warnings: list[Message],
    suspicions: list[Message] | None = None,
    *,
    part: str = "",
) -> Path:
    """The folder that relative paths start from: the table's, one below it, or its parent.

    The first is taken unless another finds more of a sample of the paths. Where two others find
    the same paths (`images` and `masks`), a suspicion says so; one that is called after the `part`
    of the dataset that is meant goes first.
    """
    finder = FileFinder()
    sample = list(dict.fromkeys(paths[:: max(1, len(paths) // _SAMPLE)]))
    hits = {folder: _found(finder, sample, folder)}
    if len(hits[folder]) == len(sample):
        return folder
    hits |= {base: _found(finder, sample, base) for base in _other_bases(folder)}
    best = max(hits, key=lambda base: (len(hits[base]), _is_called(base, part)))
    if best == folder:
        return folder
    warnings.append(message("The paths were found in `{best}`, not beside the table.", best=best))
    rivals = [base for base, found in hits.items() if base != best and found & hits[best]]
    if rivals and suspicions is not None:
        suspicions.append(
            message(
                "The paths were found in `{best}`, but files of the same names lie in {rivals} too."
                " Say which folder is meant with --image-root.",
                best=best.name,
                rivals=shorten(rival.name for rival in rivals),
            )
        )
    return best


def _is_called(base: Path, part: str) -> bool:
    return bool(part) and canonical_split(base.name) == split_in_name(part)


def _found(finder: FileFinder, cells: Sequence[str], base: Path) -> set[str]:
    return {cell for cell in cells if finder.exists(cell, base)}


def _other_bases(folder: Path) -> list[Path]:
    """Folders below, the one above, and `images` and the like beside the table's own."""
    beside = [place for place in _folders_in(folder.parent) if is_store_name(place.name)]
    others = [*_folders_in(folder)[:_MAXIMUM_BASES], folder.parent, *beside]
    return [place for place in dict.fromkeys(others) if place != folder]


def _folders_in(folder: Path) -> list[Path]:
    try:
        return sorted(p for p in folder.iterdir() if not is_ignored(p.name) and is_folder(p))
    except OSError:
        return []
