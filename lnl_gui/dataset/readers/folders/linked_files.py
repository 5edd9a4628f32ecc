"""Image files that several paths lead to, because some of these are links."""

import os
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from lnl_gui.dataset.listing import Record, Skipped, shorten
from lnl_gui.dataset.names import path_in
from lnl_gui.util.messages import Message, message

Files = Mapping[str, list[str]]


@dataclass(frozen=True)
class Settled:
    """Records of which each is of another file, and what is said of the others."""

    records: list[Record]
    skipped: list[Skipped]
    warnings: list[Message]
    suspicions: list[Message]


def shared_files(root: Path, images: Files, links: Sequence[str]) -> list[list[str]]:
    """The paths of each file that has several, first the one that is no link.

    Args:
        root: the dataset's folder.
        images: names of the image files in each folder, by its path from the root.
        links: those of the images that are links.
    """
    if not links:
        return []
    known = {path_in(folder, name) for folder in images for name in images[folder]}
    places = {folder: os.path.realpath(root / folder) for folder in images}
    ends = _ends(root, places, sorted(known.intersection(links)))
    targets: dict[str, list[str]] = defaultdict(list)
    for path, target in ends.items():
        targets[target].append(path)
    for folder, names in images.items():
        for name in names:
            path = path_in(folder, name)
            if path not in ends and (file := f"{places[folder]}{os.sep}{name}") in targets:
                targets[file].insert(0, path)
    return [paths for paths in targets.values() if len(paths) > 1]


def _ends(root: Path, places: Mapping[str, str], links: Iterable[str]) -> dict[str, str]:
    """The real path of the file that each link leads to.

    Each folder is resolved once: to resolve a million links one by one takes a minute.
    """
    real_folder = lru_cache(os.path.realpath)
    aims, own = {}, {}
    for path in links:
        folder, _, name = path.rpartition("/")
        try:
            aim = os.readlink(root / path)  # noqa: PTH115
        except OSError:
            continue  # gone since it was listed, which is said once it is opened
        parent, aim = os.path.split(os.path.join(places[folder], aim))  # noqa: PTH118
        own[path] = f"{places[folder]}{os.sep}{name}"
        aims[own[path]] = f"{real_folder(parent)}{os.sep}{aim}"
    found = {}
    for path, place in own.items():
        end = aims[place]
        # Links were found to lead to files, so there is no loop.
        while end in aims:
            end = aims[end]
        found[path] = end
    return found


def without_pools(
    images: Files, shared: Sequence[Sequence[str]]
) -> tuple[dict[str, list[str]], list[Message]]:
    """Leave out a folder all of whose images are linked from several others: those are sorted."""
    others: dict[str, set[str]] = defaultdict(set)
    for first, *rest in shared:
        others[first].update(path.rpartition("/")[0] for path in rest)
    pools = [folder for folder, names in images.items() if len(_linking(folder, names, others)) > 1]
    if not pools:
        return dict(images), []
    left = sum(len(images[folder]) for folder in pools)
    said = message(
        "Folders whose images all are linked from other folders were left out, the links were"
        " taken: {folders} ({count:,} images).",
        folders=shorten(sorted(folder or "." for folder in pools)),
        count=left,
    )
    return {folder: names for folder, names in images.items() if folder not in pools}, [said]


def _linking(folder: str, names: Sequence[str], others: Mapping[str, set[str]]) -> set[str]:
    """The other folders that link to a folder's images; none unless all are linked to."""
    found: set[str] = set()
    for name in names:
        places = others.get(path_in(folder, name), set()) - {folder}
        if not places:
            return set()
        found |= places
    return found


def read_once(records: list[Record], shared: Iterable[Sequence[str]]) -> Settled:
    """Of several paths to one file keep one, first of all one with a label.

    Where the labels differ, the first is kept and the others are skipped, which is doubtful.
    """
    by_path = {path: number for number, paths in enumerate(shared) for path in paths}
    if not by_path:
        return Settled(records, [], [], [])
    kept: dict[int, Record] = {}
    order = {path: at for paths in shared for at, path in enumerate(paths)}
    several = [record for record in records if record.path in by_path]
    for record in sorted(several, key=lambda record: (not record.label, order[record.path])):
        kept.setdefault(by_path[record.path], record)
    settled = Settled([], [], [], [])
    repeats: list[str] = []
    for record in records:
        first = kept[by_path[record.path]] if record.path in by_path else record
        if first is record:
            settled.records.append(record)
        elif record.label in ("", first.label):
            repeats.append(record.path)
        else:
            reason = message(
                "the same file as `{first}`, which has the label `{label}`",
                first=first.path,
                label=first.label,
            )
            settled.skipped.append(Skipped(record.path, reason))
    _say(settled, repeats)
    return settled


def _say(settled: Settled, repeats: list[str]) -> None:
    if repeats:
        settled.warnings.append(
            message(
                "Links to images that were read already were left out: {count:,} ({names}).",
                count=len(repeats),
                names=shorten(repeats),
            )
        )
    if settled.skipped:
        settled.suspicions.append(
            message(
                "Images are linked into folders of several classes: {count:,} ({names}). The class"
                " of the file itself was taken; where that folder only stores the images, move it"
                " out of the dataset's folder.",
                count=len(settled.skipped),
                names=shorten(entry.path for entry in settled.skipped),
            )
        )
