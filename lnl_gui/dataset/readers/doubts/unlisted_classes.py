"""Class folders whose images a table or label file does not list: it may be of one part alone."""

import os
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace
from pathlib import Path

from lnl_gui.dataset.listing import Listing, Record, shorten
from lnl_gui.dataset.names import split_suffix
from lnl_gui.dataset.readers.files.companions import are_named_after
from lnl_gui.dataset.readers.files.folder_names import are_numbered_alike
from lnl_gui.dataset.readers.files.scan import Scan, scan_images
from lnl_gui.dataset.readers.folders.layout import Placement, place_folders
from lnl_gui.dataset.readers.table_files.class_folders_beside import is_no_class
from lnl_gui.store.dataset.split_names import split_in_name
from lnl_gui.util.messages import message

_ENOUGH = 0.5
"""Left out images for each listed one, where the folders bear the names of the labels. Of others
there must be more than listed ones: they may hold anything."""
_MOST = 0.5

Names = dict[str, set[str]]
"""Image files by the folder that they lie in."""


def with_unlisted_doubts(listing: Listing, source: Path) -> Listing:
    """What was read from a list of files, with the class folders of which it says nothing.

    A table of the validation images beside class folders for training, or of the few labels that
    were corrected, is no table of the whole dataset.
    """
    if not source.is_dir():
        return listing
    scan = scan_images(source)
    places = _class_folders(scan)
    classes = {folder: place.label for folder, place in places.items()}
    labels = {record.label.casefold() for record in listing.records if record.label}
    listed = _listed(listing.records, scan)
    left = _left_out(scan, places, listed, labels)
    names = {_last(classes[folder]) for folder in left}
    alike = len(labels & names) > _MOST * min(len(labels), len(names))
    count, number = sum(map(len, left.values())), len(listing.records) + len(listing.skipped)
    too_few = count < _ENOUGH * number if alike else count <= number
    # The one part may well be much smaller than the other.
    parts = _whole_parts(left, places, scan, listed) if alike and too_few else {}
    if parts:
        left = parts
        names, count = {_last(classes[folder]) for folder in left}, sum(map(len, left.values()))
    if len(names) < 2 or (too_few and not parts):
        return listing
    # Names that the labels bear are classes, whatever they look like.
    if not alike and (
        are_numbered_alike(names) or not _may_be_classes(listing.records, classes, source)
    ):
        return listing
    doubt = message(
        "No table or label file that was read lists the images of {folders} ({count:,} in all),"
        " which lie in folders that look like classes; they were left out. If only the listed"
        " images are meant, say --reader {reader}; if the folders are the classes, say --reader"
        " class-folders; to have both, list all images in one table.",
        folders=shorten(sorted(left)),
        count=count,
        reader=listing.reader,
    )
    return replace(listing, suspicions=[*listing.suspicions, doubt])


def _class_folders(scan: Scan) -> dict[str, Placement]:
    """The class and split of each folder that would be a class."""
    return {
        folder: place
        for folder, place in place_folders(scan.images).placements.items()
        if place.label and not is_no_class(_last(place.label))
    }


def _whole_parts(left: Names, places: Mapping[str, Placement], scan: Scan, listed: Names) -> Names:
    """Those of some folders that lie in splits of which no image in a class folder is listed."""
    splits = {name: split_in_name(place.split) for name, place in places.items()}
    read = {splits[folder] for folder in places if _real(scan.root / folder) in listed}
    return {name: of for name, of in left.items() if splits[name] not in {"", *read}}


def _listed(records: Iterable[Record], scan: Scan) -> Names:
    """The files of the records by their folders, as the scan finds them."""
    found: Names = defaultdict(set)
    for record in records:
        if isinstance(record.place, str):
            folder, name = os.path.split(record.place)
            found[folder].add(os.path.normcase(name))
    # A folder, and a file, may have been reached by a link.
    real: Names = defaultdict(set)
    for folder, names in found.items():
        real[_real(folder)] |= names
    for link in scan.links:
        folder, name = os.path.split(scan.root / link)
        if os.path.normcase(name) in real.get(_real(folder), ()):
            folder, name = os.path.split(os.path.realpath(scan.root / link))
            real[os.path.normcase(folder)].add(os.path.normcase(name))
    return real


def _left_out(
    scan: Scan, places: Mapping[str, Placement], listed: Names, labels: Collection[str]
) -> Names:
    """The images in class folders that are not listed and were not made of listed ones."""
    splits = {_real(scan.root / folder): split_in_name(p.split) for folder, p in places.items()}
    made_of = _MadeOf(listed, splits, labels)
    found: Names = {}
    for folder, place in places.items():
        here = listed.get(_real(scan.root / folder), ())
        names = {name for name in scan.images[folder] if os.path.normcase(name) not in here}
        if names and not made_of.listed_ones(place, names):
            found[folder] = names
    return found


class _MadeOf:
    """Which folders hold masks, thumbnails and the like: files that are named as the listed are."""

    def __init__(self, listed: Names, splits: Mapping[str, str], labels: Collection[str]) -> None:
        self._labels = labels
        self._stems: set[str] = set()
        self._by_name: dict[str, Names] = defaultdict(lambda: defaultdict(set))
        for folder, names in listed.items():
            stems = {split_suffix(name)[0] for name in names}
            self._stems |= stems
            name = os.path.split(folder)[1].casefold()
            self._by_name[name][splits.get(folder, "")] |= stems
        self._usual_size = sum(map(len, listed.values())) / max(1, len(listed))

    def listed_ones(self, place: Placement, files: Collection[str]) -> bool:
        """Whether the files of a class folder were made of listed images."""
        inside = [os.path.normcase(file) for file in files]
        name = _last(place.label)
        # `masks/cat` beside `images/cat`, and not `train/cat` beside `val`, nor beside `val/cat`
        # whose images are numbered from 1 too.
        if name in self._labels:
            own = split_in_name(place.split)
            of_name = self._by_name.get(name, {})
            beside = [of_name[other] for other in of_name if not own or other in ("", own)]
            return are_named_after(inside, set().union(*beside))
        many = len(inside) >= _MOST * self._usual_size
        return many and are_named_after(inside, self._stems)


def _may_be_classes(records: Iterable[Record], classes: Mapping[str, str], root: Path) -> bool:
    """Whether labels of listed images speak against folders as classes that lie in such folders.

    Patients and videos have other names than the labels, and one label in several folders. Classes
    may come again in others: `64/cat`, `128/cat`.
    """
    places = {_real(root / folder): label for folder, label in classes.items()}
    pairs = set()
    for folder, labels in _labels_by_folder(records).items():
        place = places.get(_real(folder))
        pairs |= {(place, label) for label in labels if place is not None}
    last = {(_last(place), label) for place, label in pairs}
    return len({place for place, _ in pairs}) < 2 or _is_one_to_one(pairs) or _is_one_to_one(last)


def _is_one_to_one(pairs: Collection[tuple[str, str]]) -> bool:
    names, labels = {name for name, _ in pairs}, {label for _, label in pairs}
    return len(pairs) == len(names) == len(labels) > 1


def _labels_by_folder(records: Iterable[Record]) -> Names:
    found: Names = defaultdict(set)
    for record in records:
        if record.label and isinstance(record.place, str):
            found[os.path.split(record.place)[0]].add(record.label)
    return found


def _real(folder: str | Path) -> str:
    return os.path.normcase(os.path.realpath(folder))


def _last(label: str) -> str:
    return label.rpartition("/")[2].casefold()
