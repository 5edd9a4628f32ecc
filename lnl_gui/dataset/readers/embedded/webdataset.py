"""WebDataset: images and what belongs to them as members of tar archives, read in place.

The form is that of https://github.com/webdataset/webdataset: members of one stem are a sample,
`000017.jpg` with `000017.cls`, `.json` or `.txt`. img2dataset writes it too, with a Parquet file
beside each shard that also tells what could not be downloaded.
"""

import tarfile
import zlib
from collections import Counter
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import IO, Any

from lnl_gui.containers.kinds.tar import member_key
from lnl_gui.containers.location import Member
from lnl_gui.dataset.listing import Listing, Reading, Record, Skipped, printable, shorten
from lnl_gui.dataset.readers.arrays.column_labels import column_labels
from lnl_gui.dataset.readers.damage import damaged_file
from lnl_gui.dataset.readers.embedded.columns import named_column
from lnl_gui.dataset.readers.embedded.img2dataset import failed_downloads
from lnl_gui.dataset.readers.embedded.webdataset_fields import (
    cells_of,
    label_fields,
    list_fields,
    split_field,
)
from lnl_gui.dataset.readers.embedded.webdataset_shards import TarShards, find_shards
from lnl_gui.dataset.readers.embedded.webdataset_tar import Sample, open_shard, read_shard
from lnl_gui.dataset.readers.finish import finish_listing
from lnl_gui.dataset.readers.options import ReaderOptions
from lnl_gui.dataset.readers.set_aside import FLAGGED, SET_ASIDE, STATUS, is_set_aside
from lnl_gui.dataset.readers.tables.column_names import GROUP_NAMES, plain_name
from lnl_gui.store.dataset.dataset_preview import ColumnsFound
from lnl_gui.util.errors import UserError
from lnl_gui.util.messages import Message, message
from lnl_gui.util.progress import Progress

NAME = "webdataset"
# Samples of the first shard that show which fields there are.
_LOOKED_AT = 100


@dataclass(frozen=True)
class _Fields:
    """Which fields of the samples are read."""

    names: tuple[str, ...]
    label: str
    split: str
    group: str
    """of the patient, video or product; "" where none was named"""

    @property
    def offered(self) -> list[str]:
        """Fields that may say which images belong together, where nobody named one."""
        taken = (self.label, self.split)
        named = [name for name in self.names if plain_name(name) in GROUP_NAMES]
        return [name for name in named if name not in taken] if not self.group else []

    @property
    def read(self) -> list[str]:
        known = (self.label, self.split, self.group)
        own = (STATUS, FLAGGED) if {STATUS, FLAGGED} <= set(self.names) else ()
        return [*dict.fromkeys(filter(None, (*known, *own, *self.offered)))]


@dataclass
class _Found:
    """What the shards gave so far; a cell for each record."""

    records: list[Record] = field(default_factory=list)
    cells: list[Any] = field(default_factory=list)
    skipped: list[Skipped] = field(default_factory=list)
    several: set[str] = field(default_factory=set)
    groups: dict[str, Counter[str]] = field(default_factory=dict)
    """of the fields that are offered, how many samples have each value"""


def detects(source: Path, options: ReaderOptions) -> bool:
    """A shard, a folder of shards, or one whose folders are splits with shards."""
    return find_shards(source) is not None


def containers(source: Path) -> list[Path]:
    """The shards of a folder."""
    shards = find_shards(source)
    return [] if shards is None else [file for file, _ in shards.files]


def read(source: Path, options: ReaderOptions, progress: Progress) -> Listing:
    """List the images of all shards; none is unpacked.

    Raises:
        UserError: when a shard is damaged, or a named field is not there.
    """
    shards = find_shards(source)
    if shards is None:
        raise UserError(
            message("`{source}` holds no shards of WebDataset.", source=source),
            message(
                "Choose a tar archive whose images have their labels beside them, or a folder."
            ),
            code="no_images",
        )
    root = source if source.is_dir() else source.parent
    fields = _choose(shards, options)
    found = _Found()
    for number, (file, split) in enumerate(shards.files, 1):
        _add_shard(found, root, file, split, fields)
        # The number of samples is known only at the end; the shards read so far tell the rate.
        progress(len(found.records), len(found.records) * len(shards.files) // number)
    listing = _listing(root, found, shards, fields)
    groups = tuple(
        (name, len(counts))
        for name, counts in found.groups.items()
        if 1 < len(counts) < counts.total()
    )
    return replace(listing, reading=_reading(shards, root, fields, listing, groups))


def _choose(shards: TarShards, options: ReaderOptions) -> _Fields:
    """The fields as the first samples have them."""
    file, names = shards.files[0][0], list[str]()
    try:
        samples = list(read_shard(file, _LOOKED_AT).samples.values())
        with open_shard(file, whole=False) as stream:
            names = list_fields(stream, samples)
    except (OSError, tarfile.TarError, EOFError, zlib.error) as error:
        raise damaged_file(file, error) from error
    likely = label_fields(names)
    label, split, group = options.label_column, options.split_column, options.group_column
    return _Fields(
        tuple(names),
        named_column(names, label, "--label-column", file) if label else (likely or [""])[0],
        named_column(names, split, "--split-column", file) if split else split_field(names),
        named_column(names, group, "--group-column", file) if group else "",
    )


def _add_shard(found: _Found, root: Path, file: Path, split: str, fields: _Fields) -> None:
    try:
        members = read_shard(file)
        before = len(found.records)
        with open_shard(file, whole=True) as stream:
            for sample in members.samples.values():
                _add_sample(found, root, file, stream, split, sample, fields)
    except (OSError, tarfile.TarError, EOFError, zlib.error) as error:
        raise damaged_file(file, error) from error
    shown = file.relative_to(root).as_posix()
    if len(found.records) == before:
        found.skipped.append(Skipped(shown, message("it holds no images with labels beside them")))
    found.skipped += [Skipped(f"{shown}/{printable(n)}", why) for n, why in members.left_out]
    found.skipped += failed_downloads(file, shown)


def _add_sample(
    found: _Found,
    root: Path,
    file: Path,
    stream: IO[bytes],
    split: str,
    sample: Sample,
    fields: _Fields,
) -> None:
    shown = file.relative_to(root).as_posix()
    images = sample.images()
    if not images:
        reason = message("no image among {names}", names=shorten(sample.members))
        found.skipped.append(Skipped(f"{shown}/{printable(sample.stem)}", reason))
        return
    # The first in the archive's order, which is that of the loader of WebDataset.
    place = sample.members[images[0]]
    path = f"{shown}/{printable(place.name.removeprefix('./'))}"
    # Loaders differ in which of two they take, so neither may be chosen in silence.
    if sample.repeated:
        found.skipped.append(Skipped(path, message("the archive holds it twice")))
        return
    found.several.update(images[1:])
    cells = dict(zip(fields.read, cells_of(stream, sample, fields.read), strict=True))
    if is_set_aside(cells):
        found.skipped.append(Skipped(path, SET_ASIDE))
        return
    said = cells.get(fields.split) if fields.split else None
    key = member_key(place.offset, place.size, place.name)
    part = split if said is None else str(said).strip()
    group = _text(cells.get(fields.group))
    found.records.append(Record(path, Member(file, "tar", key), "", part, group=group))
    for name in fields.offered:
        if value := _text(cells.get(name)):
            found.groups.setdefault(name, Counter())[value] += 1
    found.cells.append(cells.get(fields.label) if fields.label else None)


def _text(cell: Any) -> str:
    return "" if cell is None else str(cell).strip()


def _listing(root: Path, found: _Found, shards: TarShards, fields: _Fields) -> Listing:
    labels = column_labels(found.cells, ())
    records = []
    for row, (record, label) in enumerate(zip(found.records, labels.labels, strict=True)):
        problem = labels.problems.get(row)
        if problem is None:
            records.append(replace(record, label=label))
        else:
            found.skipped.append(Skipped(record.path, problem))
    notes: list[Message] = list(labels.notes)
    if found.several:
        notes.append(
            message(
                "Samples with several images: the first is read, and not {names}.",
                names=shorten(sorted(found.several)),
            )
        )
    return finish_listing(
        root,
        NAME,
        records,
        found.skipped,
        notes,
        suspicions=shards.doubts(),
        group_column=fields.group,
    )


def _reading(
    shards: TarShards,
    root: Path,
    fields: _Fields,
    listing: Listing,
    groups: tuple[tuple[str, int], ...],
) -> Reading:
    files = shorten((file.relative_to(root).as_posix() for file, _ in shards.files), 3)
    why = message(
        "Samples in {files}, labels in `{label}`.", files=files, label=fields.label or "-"
    )
    likely = label_fields(fields.names)
    candidates = tuple(
        (name, len(listing.class_names) if name == fields.label else 0)
        for name in dict.fromkeys([*filter(None, [fields.label]), *likely])
    )
    found = ColumnsFound(
        fields.names,
        label=fields.label,
        split=fields.split,
        candidates=candidates,
        group=fields.group,
        group_candidates=groups,
    )
    return Reading(why, found)
