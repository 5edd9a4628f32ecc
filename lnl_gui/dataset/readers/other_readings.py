"""Other ways to read a dataset, and what each would give."""

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

from lnl_gui.dataset.listing import Listing, is_image_name, shorten
from lnl_gui.dataset.readers.files.places import folders_in, has_images
from lnl_gui.dataset.readers.files_or_containers import folders_with_containers, is_large
from lnl_gui.dataset.readers.folders import class_folders as folders
from lnl_gui.dataset.readers.options import ReaderOptions
from lnl_gui.dataset.readers.read import read_as
from lnl_gui.dataset.readers.registry import list_readers
from lnl_gui.dataset.readers.table_files import table
from lnl_gui.dataset.readers.table_files.seen_table import UnclearTable
from lnl_gui.dataset.readers.tables.columns_found import UnclearColumns
from lnl_gui.store.dataset.dataset_preview import Changes, ColumnsFound, OtherReading
from lnl_gui.util.class_names import clean_label, sort_class_names
from lnl_gui.util.errors import UserError
from lnl_gui.util.messages import NOTHING, Message, as_message, message
from lnl_gui.util.progress import Progress, no_progress

_DEEPEST = 6
_MOST_FILES = 12
_HOPELESS = ("not_found", "is_project", "no_permission")
_NO_COLUMNS: Changes = {
    "label_column": None,
    "path_column": None,
    "split_column": None,
    "group_column": None,
    "annotator_columns": (),
}
Outcome = Listing | UserError
"""What came of reading: a listing, or why there is none."""


def other_readings(
    outcome: Outcome, source: Path, options: ReaderOptions, progress: Progress
) -> list[OtherReading]:
    """Further readings that fit, each tried: other columns, class levels, tables and formats."""
    if isinstance(outcome, UserError) and outcome.code in _HOPELESS:
        return []
    found = [*_other_tables(outcome, options, progress), *_other_columns(outcome, options)]
    found += [*_other_names(outcome), *_folder_above(outcome, source)]
    found += _folders_below(outcome, source, options)
    found += _other_levels(outcome, source, options)
    found += _other_formats(outcome, source, options, progress)
    return found


def _other_tables(
    outcome: Outcome, options: ReaderOptions, progress: Progress
) -> Iterator[OtherReading]:
    """The tables of a folder of which several could be meant."""
    if not isinstance(outcome, UnclearTable):
        return
    for file in outcome.files[:_MOST_FILES]:
        tried = _tried(table.NAME, file, options, progress)
        title = message("The table `{file}`", file=file.name)
        changes: Changes = {"source": str(file)}
        # One that has to be told its columns is offered too: they can be chosen then.
        yield (
            OtherReading(title, changes, 0, 0)
            if tried is None
            else _reading_of(tried, title, changes)
        )


def _folder_above(outcome: Outcome, source: Path) -> Iterator[OtherReading]:
    """The folder that holds this one and others like it, where one class was chosen alone."""
    if not isinstance(outcome, UserError) or outcome.code != "no_classes":
        return
    # Only those beside are looked at: above may lie all that somebody has.
    beside = [folder.name for folder in folders_in(source.parent) if has_images(folder)]
    if len(beside) > 1:
        yield OtherReading(
            message("The folder above, `{folder}`", folder=source.parent.name),
            {"source": str(source.parent)},
            0,
            len(beside),
            shorten(sort_class_names(beside), 3),
        )


def _folders_below(
    outcome: Outcome, source: Path, options: ReaderOptions
) -> Iterator[OtherReading]:
    """The folders whose files hold images, where no image files were found."""
    if not isinstance(outcome, UserError) or outcome.code != "no_images":
        return
    for folder in folders_with_containers(source, options)[:_MOST_FILES]:
        name = folder.relative_to(source).as_posix()
        title = message("The folder inside, `{folder}`", folder=name)
        yield OtherReading(title, {"source": str(folder)}, 0, 0)


def _other_columns(outcome: Outcome, options: ReaderOptions) -> Iterator[OtherReading]:
    columns = outcome.reading.columns if isinstance(outcome, Listing) else _unclear(outcome)
    if columns is None:
        return
    for name, classes in columns.candidates:
        if name not in (columns.label, options.label_column, *columns.annotators):
            title = message("Label from column `{column}`", column=name)
            yield OtherReading(title, {"label_column": name}, 0, classes)
    for name, _ in columns.group_candidates if not columns.group else ():
        title = message("Images that belong together by column `{column}`", column=name)
        yield OtherReading(title, {"group_column": name}, 0, 0)


def _other_names(outcome: Outcome) -> Iterator[OtherReading]:
    """The classes as they are written, where a file gave them names."""
    if isinstance(outcome, Listing) and outcome.class_names_file is not None:
        yield OtherReading(
            message("The numbers or codes of the classes as they are written"),
            {"class_names": None, "rename_classes": False},
            len(outcome.records),
            len(outcome.class_names),
        )


def _unclear(error: UserError) -> ColumnsFound | None:
    return error.columns if isinstance(error, UnclearColumns) else None


def _other_levels(outcome: Outcome, source: Path, options: ReaderOptions) -> list[OtherReading]:
    """Class folders: the classes that another level would give."""
    if not isinstance(outcome, Listing) or outcome.reader != folders.NAME:
        return []
    found = [] if options.class_level is None else _automatic_level(source, options)
    ways = _folders_with_images(outcome)
    current = set(outcome.class_names)
    for level in range(1, _DEEPEST + 1):
        sizes: Counter[str] = Counter()
        for way, images in ways.items():
            if len(way) >= level:
                sizes[clean_label(way[level - 1]) or way[level - 1]] += images
        if len(sizes) > 1 and set(sizes) != current:
            found.append(_level_reading(level, sizes))
    return found


def _folders_with_images(listing: Listing) -> Counter[tuple[str, ...]]:
    """Images in each folder, those included that lie in no class folder."""
    paths = [record.path for record in listing.records]
    paths += [entry.path for entry in listing.skipped if is_image_name(entry.path)]
    images = Counter(path.rpartition("/")[0] for path in paths)
    return Counter({tuple(name.split("/")) if name else (): n for name, n in images.items()})


def _level_reading(level: int, sizes: Counter[str]) -> OtherReading:
    return OtherReading(
        message("Class folders at level {level}", level=level),
        {"reader": None, "class_level": level},
        sizes.total(),
        len(sizes),
        shorten(sort_class_names(sizes), 3),
    )


def _automatic_level(source: Path, options: ReaderOptions) -> list[OtherReading]:
    """What the folders give when the level is found, after a person has chosen another."""
    free = replace(options, class_level=None)
    tried = _tried(folders.NAME, source, free, no_progress)
    title = message("Class folders, level found automatically")
    changes: Changes = {"reader": folders.NAME, "class_level": None}
    return [] if tried is None else [_reading_of(tried, title, changes)]


def _other_formats(
    outcome: Outcome, source: Path, options: ReaderOptions, progress: Progress
) -> Iterator[OtherReading]:
    """Formats that recognise the dataset and can read it, and give something else."""
    taken = outcome.reader if isinstance(outcome, Listing) else ""
    known = {_contents(outcome)} if isinstance(outcome, Listing) else set()
    free = _without_choices(options)
    # A format is recognised by what an archive holds.
    place = source
    if isinstance(outcome, Listing) and outcome.unpacked_from is not None:
        place = outcome.root
    for reader in list_readers():
        if reader.name == taken or not _fits(reader.detects, place, free):
            continue
        changes: Changes = {"reader": reader.name, "class_level": None, **_NO_COLUMNS}
        if reader.containers is not None and is_large(reader.containers(place)):
            # Offered without looking: to list it may take minutes.
            yield OtherReading(as_message(reader.title), changes, 0, 0)
            continue
        tried = _tried(reader.name, source, free, progress)
        if tried is None or _contents(tried) in known:
            continue
        known.add(_contents(tried))
        yield _reading_of(tried, as_message(reader.title), changes)


def _without_choices(options: ReaderOptions) -> ReaderOptions:
    """Columns and levels belong to the format that they were chosen for."""
    return replace(
        options,
        class_level=None,
        label_column=None,
        path_column=None,
        split_column=None,
        group_column=None,
        annotator_columns=(),
    )


def _contents(listing: Listing) -> tuple[int, tuple[str, ...]]:
    """What two readings of the same meaning have in common."""
    return len(listing.records), tuple(listing.class_names)


def _reading_of(listing: Listing, title: Message, changes: Changes) -> OtherReading:
    return OtherReading(
        title,
        changes,
        len(listing.records),
        len(listing.class_names),
        shorten(listing.class_names, 3) if listing.class_names else NOTHING,
        bool(listing.suspicions),
    )


def _fits(
    detects: Callable[[Path, ReaderOptions], bool], source: Path, options: ReaderOptions
) -> bool:
    try:
        return detects(source, options)
    except UserError:
        return False  # it says that the choice is not clear: no reading that could be offered


def _tried(reader: str, source: Path, options: ReaderOptions, progress: Progress) -> Listing | None:
    try:
        return read_as(source, options, reader=reader, progress=progress)
    except UserError:
        return None
