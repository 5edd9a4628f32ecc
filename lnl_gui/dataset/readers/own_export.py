"""Exports of this program: the curated labels, splits and exclusions come back as they were."""

import csv
from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace
from pathlib import Path, PurePosixPath
from typing import Any

from lnl_gui.containers.location import ImageLocation, Member, parse_location
from lnl_gui.dataset.csv_table import as_written
from lnl_gui.dataset.listing import Listing, Reading, Record, Skipped, shorten
from lnl_gui.dataset.names import safe_name
from lnl_gui.dataset.readers.files.locate import locate_files
from lnl_gui.dataset.readers.files.own_files import (
    CLASSES,
    FOUND_GROUPS,
    GROUP_COLUMN,
    TABLE,
    TABLE_COLUMNS,
    read_manifest,
)
from lnl_gui.dataset.readers.files.places import folders_in, has_images
from lnl_gui.dataset.readers.files.scan import scan_images
from lnl_gui.dataset.readers.finish import finish_listing, with_empty_classes
from lnl_gui.dataset.readers.groups import offered_message
from lnl_gui.dataset.readers.options import ReaderOptions
from lnl_gui.dataset.readers.reasons import missing_rows
from lnl_gui.dataset.readers.set_aside import SET_ASIDE
from lnl_gui.store.dataset.samples import EXCLUDED, STATUS_NAMES, UNDECIDED, UNSEEN
from lnl_gui.store.dataset.split_names import WITHOUT_SPLIT
from lnl_gui.store.review.accepted_labels import COLUMN, accepted_message
from lnl_gui.util.class_names import clean_label
from lnl_gui.util.errors import UserError
from lnl_gui.util.files.file_there import is_file, is_folder
from lnl_gui.util.messages import Message, message, message_n
from lnl_gui.util.progress import Progress

NAME = "lnl-export"
_IMAGES, _FORMAT, _GROUP = "images", "class-folders", "group"
_UNCLEAR_CLASS = message("lies in no class folder")
_MOST_GONE = 0.5
"""Share of the exported images that a person may have deleted from its folders."""
_MISSING = message("was missing when this was exported")

_UNDECIDED = tuple(STATUS_NAMES[status] for status in UNDECIDED)
_DECIDED = frozenset(STATUS_NAMES) - {STATUS_NAMES[UNSEEN], STATUS_NAMES[EXCLUDED]}
_REMARKS = ("note", "tags", "also_labels")


def detects(source: Path, options: ReaderOptions) -> bool:
    """An export's folder, or its `samples.csv`.

    An export without images may lie in the dataset's own folder; then the dataset is meant.
    """
    columns = (options.label_column, options.path_column, options.split_column)
    if any((*columns, options.annotator_columns)) or options.class_level is not None:
        return False
    folder = source.parent if source.name == TABLE else source
    manifest = read_manifest(folder) if is_folder(folder) else None
    if manifest is None or not is_file(folder / TABLE):
        return False
    # Any other column is one of the tables beside the images.
    if options.group_column not in (None, _GROUP, manifest.get(GROUP_COLUMN)):
        return False
    return source.is_file() or Path(str(manifest["dataset_root"])) != source


def read(source: Path, options: ReaderOptions, progress: Progress) -> Listing:
    """Read an export: its class folders, or its table where it has no images of its own.

    Raises:
        UserError: when it is no export, or none of its images is found.
    """
    folder = source.parent if source.is_file() else source
    manifest = read_manifest(folder)
    if manifest is None:
        raise UserError(
            message("`{source}` is no export of this program.", source=source), code="no_reader"
        )
    rows = _table(folder / TABLE)
    column, groups = _groups(rows, manifest, options.group_column)
    offered = [] if column else _offered(rows, manifest)
    rows = [row | {_GROUP: group} for row, group in zip(rows, groups, strict=True)]
    # Earlier exports do not say whether images lie in it as files of their own.
    in_folders = manifest.get("format", _FORMAT) == _FORMAT
    with_images = manifest.get("images") != "none"
    copied = with_images and manifest.get("image_files", in_folders)
    if copied and source.is_dir():
        listing = _read_images(folder, manifest, rows, progress)
    else:
        inside = with_images and not copied
        listing = _read_table(folder, manifest, rows, options, progress, images_inside=inside)
    listing = with_empty_classes(listing, _classes(manifest))
    notes = [*offered, *_not_taken_over(rows, _excluded(rows, manifest))]
    return replace(listing, group_column=column, warnings=[*listing.warnings, *notes])


def _classes(manifest: Mapping[str, Any]) -> list[str]:
    """All classes of the project; exports of earlier versions do not tell them."""
    found = manifest.get(CLASSES)
    return [str(name) for name in found if name] if isinstance(found, list) else []


def _groups(
    rows: list[dict[str, str]], manifest: Mapping[str, Any], wanted: str | None
) -> tuple[str, list[str]]:
    """The column of groups that is taken, "" for none, and what each row says there.

    The patient, video or product as the dataset told it: copies that were found stand in the same
    column, and a detection finds them again.
    """
    column, found = manifest.get(GROUP_COLUMN), manifest.get(FOUND_GROUPS)
    groups = [row.get(_GROUP, "") for row in rows]
    if column and isinstance(column, str) and isinstance(found, list):
        begins = tuple(map(str, found))
        return column, ["" if group.startswith(begins) else group for group in groups]
    return (_GROUP, groups) if wanted == _GROUP else ("", [""] * len(rows))


def _offered(rows: list[dict[str, str]], manifest: Mapping[str, Any]) -> list[Message]:
    """Exports of earlier versions do not say whether the groups are the dataset's own."""
    groups = [group for row in rows if (group := row.get(_GROUP))]
    if GROUP_COLUMN in manifest or len(set(groups)) < 2 or len(set(groups)) == len(groups):
        return []
    return [offered_message([_GROUP])]


def _not_taken_over(rows: list[dict[str, str]], left: list[dict[str, str]]) -> list[Message]:
    """What the table says that a dataset has no place for; what was left out is skipped."""
    gone = {id(row) for row in left}
    rows = [row for row in rows if id(row) not in gone]
    decided = sum(row.get("status") in _DECIDED for row in rows)
    remarked = sum(any(row.get(name) for name in _REMARKS) for row in rows)
    notes = []
    if decided:
        notes.append(
            message_n(
                "{count:,} image had been decided on before this was exported. Its label is the"
                " given one here and nobody has looked at it yet; `journal.csv` of the export keeps"
                " the decision.",
                "{count:,} images had been decided on before this was exported. Their labels are"
                " the given ones here and nobody has looked at them yet; `journal.csv` of the"
                " export keeps the decisions.",
                decided,
            )
        )
    if remarked:
        notes.append(
            message_n(
                "Notes, tags and second labels of {count:,} image are not taken over; they stand in"
                " `{table}` of the export.",
                "Notes, tags and second labels of {count:,} images are not taken over; they stand"
                " in `{table}` of the export.",
                remarked,
                table=TABLE,
            )
        )
    return notes


def _table(file: Path) -> list[dict[str, str]]:
    """The rows exactly as they were written: a name may look like a comment or a number."""
    try:
        with file.open(encoding="utf-8", newline="") as stream:
            found = csv.DictReader(stream, restkey="", restval="")
            rows = [_as_written(row) for row in found]
    except (OSError, ValueError, csv.Error) as error:
        raise _unreadable(file, error) from error
    if rows and not rows[0].keys() >= TABLE_COLUMNS:
        raise _unreadable(file, message("columns are missing"))
    return rows


def _as_written(row: dict[str, Any]) -> dict[str, Any]:
    return {name: as_written(cell) if isinstance(cell, str) else cell for name, cell in row.items()}


def _unreadable(file: Path, reason: Exception | Message) -> UserError:
    return UserError(
        message("`{file}` could not be read: {reason}.", file=file, reason=reason),
        message("Export again, or import the folder `images` of the export."),
        code="no_reader",
    )


def _excluded(rows: list[dict[str, str]], manifest: Mapping[str, Any]) -> list[dict[str, str]]:
    """Rows that are not in the export."""
    left = [row for row in rows if row.get("status") == STATUS_NAMES[EXCLUDED]]
    unsure = [row for row in rows if row.get("status") in _UNDECIDED]
    if "unsure_excluded" in manifest:
        return left + unsure if manifest["unsure_excluded"] else left
    # Exports of earlier versions tell it by their number alone.
    without_unsure = len(rows) - len(left) - len(unsure)
    return left + unsure if unsure and manifest.get("exported") == without_unsure else left


def _read_images(
    folder: Path, manifest: Mapping[str, Any], rows: list[dict[str, str]], progress: Progress
) -> Listing:
    """The exported files; classes and splits by the manifest, whose names folders may not bear."""
    classes = {str(place): str(name) for name, place in manifest["class_folders"].items()}
    splits = {safe_name(row["split"]): row["split"] for row in rows if row.get("split")}
    splits.setdefault(WITHOUT_SPLIT, "")
    listed = {row["image"]: row for row in rows if row.get("image")}
    folders = _ClassFolders(classes, splits, listed)
    scan = scan_images(folder / _IMAGES, progress=progress)
    records: list[Record] = []
    skipped = list(scan.skipped)
    left = _excluded(rows, manifest)
    # Written by choice, and no part of the dataset all the same.
    aside = {row["image"] for row in left if row.get("image")}
    listed = {path: row for path, row in listed.items() if path not in aside}
    number = len(listed)
    for place in sorted(scan.images):
        paths = [str(PurePosixPath(_IMAGES, place, name)) for name in sorted(scan.images[place])]
        new = [path for path in paths if path not in listed and path not in aside]
        found = folders.class_and_split(place) if new else None
        for path in paths:
            row = listed.pop(path, None)
            if row is not None:
                records.append(_record(path, folder / path, row))
            elif path not in aside:
                records += [Record(path, folder / path, *found)] if found else []
                skipped += [] if found else [Skipped(path, _UNCLEAR_CLASS)]
    if not records:
        raise UserError(message("`{folder}` holds no exported images.", folder=folder / _IMAGES))
    skipped += [Skipped(path, message("file not found")) for path in listed]
    skipped += [Skipped(row["path"], SET_ASIDE) for row in left]
    skipped += [Skipped(row["path"], _MISSING) for row in rows if row.get("missing") == "1"]
    doubts = [*folders.doubts(listed, number), *_beside(folder)]
    read = {record.path for record in records}
    open_rows = [row for row in _without_label(rows, left) if row.get("image") not in read]
    root = _dataset_root(manifest, folder)
    of_members = _member_records(open_rows, root)
    records += of_members.values()
    open_rows = [row for row in open_rows if row["path"] not in of_members]
    located = locate_files(
        [row["path"] for row in open_rows], [root] * len(open_rows), root, progress=progress
    )
    for row, file in zip(open_rows, located.files, strict=True):
        if isinstance(file, str):
            records.append(_record(row["path"], file, row))
        else:
            skipped.append(Skipped(row["path"], file))
    notes = [*folders.notes(), *_partial_notes(manifest), *_accepted_notes(records)]
    return finish_listing(
        folder, NAME, records, skipped, notes, suspicions=doubts, reading=Reading(_why(folder))
    )


def _record(path: str, place: ImageLocation | str, row: Mapping[str, str]) -> Record:
    """An image with its curated label; exports of earlier versions do not say who looked at it."""
    return Record(
        path,
        place,
        row["current_label"],
        row.get("split", ""),
        group=row[_GROUP],
        accepted_unseen=row.get(COLUMN) == "1" and bool(row["current_label"]),
    )


def _accepted_notes(records: Iterable[Record]) -> list[Message]:
    count = sum(record.accepted_unseen for record in records)
    return [accepted_message(count)] if count else []


def _partial_notes(manifest: Mapping[str, Any]) -> list[Message]:
    if not manifest.get("partial"):
        return []
    return [
        message(
            "This export is partial: {count} images were missing when it was made.",
            count=int(manifest.get("missing", 0)),
        )
    ]


def _without_label(rows: list[dict[str, str]], left: list[dict[str, str]]) -> list[dict[str, str]]:
    """Rows whose image is in no class folder, but where it came from."""
    gone = {id(row) for row in left} | {id(row) for row in rows if row.get("missing") == "1"}
    return [row for row in rows if not row["current_label"] and id(row) not in gone]


def _dataset_root(manifest: Mapping[str, Any], folder: Path) -> Path:
    root = Path(str(manifest["dataset_root"]))
    # Exports travel to machines that do not have the dataset at that place.
    return root if root.is_dir() else folder


class _ClassFolders:
    """What the folders of an export stand for, also those that were added to it by hand."""

    def __init__(
        self, classes: Mapping[str, str], splits: Mapping[str, str], listed: Iterable[str]
    ) -> None:
        """With the names of classes and splits by their folders, and the exported files."""
        self._classes = classes
        self._splits = splits
        places = {"/".join(PurePosixPath(path).parts[1:-1]) for path in listed}
        self._by_split = bool(places) and places.isdisjoint(classes)
        self._new: list[str] = []
        self._unknown: list[str] = []

    def class_and_split(self, place: str) -> tuple[str, str] | None:
        """The class and split of a folder with images; None where it is not clear."""
        top, _, rest = place.partition("/")
        if rest in self._classes and top in self._splits:
            return self._classes[rest], self._splits[top]
        if place in self._classes:
            return self._classes[place], ""
        # An export by splits may be given a class, or a split with the known classes.
        if self._by_split and rest in self._classes:
            return self._classes[rest], top
        in_split = self._by_split and top in self._splits
        below, split = (rest, self._splits[top]) if in_split else (place, "")
        name = clean_label(below)
        if not name or any(below.startswith(f"{known}/") for known in self._classes):
            self._unknown.append(place)
            return None
        self._new.append(place)
        return name, split

    def notes(self) -> list[Message]:
        """Which classes were added."""
        if not self._new:
            return []
        return [
            message(
                "Folders that were not in the export were read as classes: {folders}.",
                folders=shorten(self._new),
            )
        ]

    def doubts(self, gone: Collection[str], number: int) -> list[Message]:
        """Images that were not read, or that are no longer where they were exported to.

        Where a class was added, they may have been moved there, as when a folder was renamed.
        """
        found = []
        if self._unknown:
            found.append(
                message(
                    "Images in {folders} were left out: it is not clear which class they are of."
                    " Put them into a class folder.",
                    folders=shorten(str(PurePosixPath(_IMAGES, place)) for place in self._unknown),
                )
            )
        if gone and self._new:
            found.append(
                message(
                    "{count:,} exported images are gone, such as `{path}`, and folders that were"
                    " not in the export were read as classes: {folders}. If a folder was renamed,"
                    " all labels of its images are taken from its new name.",
                    count=len(gone),
                    path=next(iter(gone)),
                    folders=shorten(self._new),
                )
            )
        elif len(gone) > _MOST_GONE * number:
            found.append(
                message(
                    "{count:,} of {number:,} exported images are gone, such as `{path}`. If they"
                    " were moved, put them back into the class folders in `{images}`.",
                    count=len(gone),
                    number=number,
                    path=next(iter(gone)),
                    images=_IMAGES,
                )
            )
        return found


def _beside(folder: Path) -> list[Message]:
    """Images that were put beside those of an export, where they are not read."""
    others = [place for place in folders_in(folder) if place.name != _IMAGES]
    holding = [f"{place.name}/" for place in others if scan_images(place).image_count]
    if has_images(folder):
        holding.append("./")
    if not holding:
        return []
    return [
        message(
            "Images beside the folder `{images}` of the export were left out, in {folders}. If they"
            " belong to it, put them into class folders in `{images}`; if not, move them"
            " elsewhere.",
            images=_IMAGES,
            folders=shorten(holding),
        )
    ]


def _read_table(
    folder: Path,
    manifest: Mapping[str, Any],
    rows: list[dict[str, str]],
    options: ReaderOptions,
    progress: Progress,
    *,
    images_inside: bool,
) -> Listing:
    base = options.image_root or _dataset_root(manifest, folder)
    left = _excluded(rows, manifest)
    gone = {id(row) for row in left}
    rows = [row for row in rows if id(row) not in gone]
    of_members = _member_records(rows, base)
    kept = [row for row in rows if row["path"] not in of_members]
    located = locate_files(
        [row["path"] for row in kept],
        [base] * len(kept),
        options.image_root or base,
        root_was_given=options.image_root is not None,
        progress=progress,
    )
    # Not as cells of any table: a class may be called `none`, `1.0` or `cat|dog`.
    records = [
        _record(row["path"], file, row)
        for row, file in zip(kept, located.files, strict=True)
        if isinstance(file, str)
    ]
    records += of_members.values()
    skipped = [
        Skipped(row["path"], file)
        for row, file in zip(kept, located.files, strict=True)
        if isinstance(file, Message)
    ]
    doubts = missing_rows([entry.path for entry in skipped], len(rows))
    if not records:
        raise UserError(
            message(
                "None of the images of `{folder}` is found below `{base}`.",
                folder=folder,
                base=base,
            ),
            message(
                "Open `{images}`, whose files hold the images, or say where the originals are with"
                " --image-root.",
                images=folder / _IMAGES,
            )
            if images_inside
            else message("Say where they are with --image-root."),
            code="nothing_found",
        )
    skipped += [Skipped(row["path"], SET_ASIDE) for row in left]
    notes = [*located.warnings, *_partial_notes(manifest), *_accepted_notes(records)]
    return finish_listing(
        base, NAME, records, skipped, notes, suspicions=doubts, reading=Reading(_why(folder))
    )


def _member_records(rows: list[dict[str, str]], root: Path) -> dict[str, Record]:
    """By their paths the rows whose image lies in a container, as column `file` says."""
    found = {}
    for row in rows:
        location = parse_location(root, row.get("file", ""))
        if isinstance(location, Member):
            found[row["path"]] = _record(row["path"], location, row)
    return found


def _why(folder: Path) -> Message:
    return message(
        "`{folder}` is an export of this program; its curated labels were read.", folder=folder
    )
