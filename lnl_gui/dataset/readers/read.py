"""The one call that reads a dataset, whatever its format."""

import os
from collections.abc import Sequence
from dataclasses import replace
from itertools import chain
from pathlib import Path

from lnl_gui.dataset.archives.kinds import archive_kind, foreign_kind
from lnl_gui.dataset.archives.unpack import (
    Unpacked,
    found_unpacked,
    previews_folder,
    unpacked,
)
from lnl_gui.dataset.listing import Listing, shorten
from lnl_gui.dataset.readers import own_export
from lnl_gui.dataset.readers.class_names.naming import name_classes
from lnl_gui.dataset.readers.doubts.overruled_folders import with_folder_notes
from lnl_gui.dataset.readers.doubts.refused_folders import (
    pointing_at_refused,
    with_refused_doubts,
)
from lnl_gui.dataset.readers.doubts.split_classes import with_split_doubts
from lnl_gui.dataset.readers.doubts.unlisted_classes import with_unlisted_doubts
from lnl_gui.dataset.readers.doubts.unread_parts import with_part_doubts
from lnl_gui.dataset.readers.doubts.unread_tables import with_table_notes
from lnl_gui.dataset.readers.files.once import each_once
from lnl_gui.dataset.readers.files.places import files_in
from lnl_gui.dataset.readers.files.text_files import decoded_as, doubts_encoding
from lnl_gui.dataset.readers.files_or_containers import read_detected
from lnl_gui.dataset.readers.finish import with_class_notes
from lnl_gui.dataset.readers.folders import class_folders as folders
from lnl_gui.dataset.readers.groups import with_group_notes
from lnl_gui.dataset.readers.label_files import label_files
from lnl_gui.dataset.readers.name_endings import with_ending_doubts
from lnl_gui.dataset.readers.options import ReaderOptions
from lnl_gui.dataset.readers.registry import Reader, find_reader, list_readers
from lnl_gui.dataset.readers.remote_source import (
    current_layout,
    laid_out,
    said_of_remote,
    with_addresses,
    without_keys,
)
from lnl_gui.dataset.readers.table_files import huggingface, table
from lnl_gui.dataset.readers.tables.combined_labels import with_combined_doubts
from lnl_gui.remote.address import remote_url
from lnl_gui.remote.note import FOLDER
from lnl_gui.util.errors import UserError
from lnl_gui.util.files.places import refuse_missing
from lnl_gui.util.messages import message
from lnl_gui.util.progress import Progress, no_progress

_OF_TABLES = (table.NAME, huggingface.NAME, label_files.NAME)
_OF_FILES = (folders.NAME, *_OF_TABLES)
"""Readers of images that are files of their own."""


def read_dataset(
    source: Path,
    *,
    reader: str | None = None,
    label_column: str | None = None,
    path_column: str | None = None,
    split_column: str | None = None,
    image_root: Path | None = None,
    annotator_columns: Sequence[str] = (),
    class_level: int | None = None,
    encoding: str | None = None,
    class_names: Path | None = None,
    rename_classes: bool = True,
    image_shape: Sequence[int] = (),
    group_column: str | None = None,
    progress: Progress = no_progress,
) -> Listing:
    """List the samples of a dataset; no image is opened, but a few of those that come in pairs.

    Args:
        source: a folder or a table, here or at a URL.
        reader: a reader's name; None detects the format.
        label_column, path_column, split_column: columns of a table by name, or number from 1.
        image_root: the folder that a table's relative paths start from.
        annotator_columns: columns of a table with the label that each of several people gave.
            Without a label column the first that is given becomes the record's label.
        class_level: level of the folders that name the classes, from 1 for those directly in
            `source`; None finds it.
        encoding: of text files; None finds it.
        class_names: a file with the names of classes that are numbers or codes.
        image_shape: of an image in rows of numbers; () finds it.
        group_column: column of a table with the patient, video or product of each image.
        rename_classes: whether such a file is looked for where none is given.
        progress: called with the number of rows or images seen; may raise `Cancelled`.

    Raises:
        UserError: when there is nothing to read, or the choice is not clear.
    """
    options = ReaderOptions(
        label_column,
        path_column,
        split_column,
        image_root,
        tuple(annotator_columns),
        class_level,
        encoding,
        class_names,
        rename_classes,
        tuple(image_shape),
        group_column=group_column,
    )
    return read_as(source, options, reader=reader, progress=progress)


def read_as(
    source: Path,
    options: ReaderOptions,
    *,
    reader: str | None = None,
    progress: Progress = no_progress,
) -> Listing:
    """As `read_dataset`, with what a person said gathered in `options`.

    Raises:
        UserError: when there is nothing to read, or the choice is not clear.
    """
    url = remote_url(source)
    if url is not None:
        return _read_remote(url, options, reader, progress)
    place = source.expanduser().absolute()
    archive = _unpacked(place, options, reader, progress)
    if archive is not None:
        place = archive.source
    _check_source(place)
    options = replace(
        options,
        image_root=_checked_root(options.image_root),
        class_names=_checked_file(options.class_names),
    )
    _check_level(place, options.class_level)
    # A level is said of class folders, whatever table lies beside them.
    if options.class_level is not None and reader is None:
        reader = folders.NAME
    with each_once(), decoded_as(options.encoding):
        try:
            chosen, listing = _read(place, options, reader, progress)
        except UserError as error:
            pointing = pointing_at_refused(error, _places(place, options))
            raise _pointing_at_archives(pointing, place) from error
        if options.annotator_columns and not listing.annotators:
            raise UserError(
                message(
                    "`{place}` was read as {title}, which has no columns of annotators.",
                    place=place,
                    title=chosen.title,
                ),
                message("Choose a table, or leave the annotators out."),
                code="no_annotators",
            )
        if options.group_column and not listing.group_column:
            raise UserError(
                message(
                    "`{place}` was read as {title}, which has no column of groups.",
                    place=place,
                    title=chosen.title,
                ),
                message("Choose a table, or leave the groups out."),
                code="no_groups",
            )
        if chosen.name == folders.NAME and reader is None:
            listing = with_table_notes(listing, place, options)
        if chosen.name in _OF_TABLES and reader is None:
            listing = with_folder_notes(listing, place, options)
            listing = with_unlisted_doubts(listing, place)
        if chosen.name in _OF_FILES and reader is None:
            listing = with_part_doubts(listing, place)
        named_alone = chosen.name in _OF_TABLES
        listing = with_refused_doubts(listing, _places(place, options), named_alone=named_alone)
        listing = with_group_notes(listing)
        if chosen.name != own_export.NAME:  # its classes have the names that people saw
            listing = name_classes(listing, place, options)
            listing = with_combined_doubts(with_split_doubts(listing))
            # Of folders it was said where they were read.
            if chosen.name != folders.NAME:
                listing = with_ending_doubts(listing)
    if current_layout() is None:
        listing = with_addresses(listing)
    listing = _with_doubtful_encodings(_with_archive(listing, source, archive))
    return with_class_notes(without_keys(listing))


def _places(place: Path, options: ReaderOptions) -> tuple[Path, ...]:
    """Where images of a dataset may lie."""
    root = place if place.is_dir() else place.parent
    return (root,) if options.image_root is None else (root, options.image_root)


def _with_doubtful_encodings(listing: Listing) -> Listing:
    """The listing where an encoding that is not certain is a doubt, of whatever file it is.

    Where paths and labels have no letter that an encoding could change, it stays a warning: notes
    and people's names are not read.
    """
    if not _has_marked_text(listing):
        return listing
    doubts = [said for said in listing.warnings if doubts_encoding(said)]
    others = [said for said in listing.warnings if not doubts_encoding(said)]
    return replace(listing, warnings=others, suspicions=[*listing.suspicions, *doubts])


def _has_marked_text(listing: Listing) -> bool:
    """Whether anything that was read as a path or a class goes beyond ASCII."""
    texts = (
        text for record in listing.records for text in (record.path, record.split, record.group)
    )
    skipped = (skipped.path for skipped in listing.skipped)
    return not all(map(str.isascii, chain(listing.class_names, texts, skipped)))


def _read(
    place: Path, options: ReaderOptions, reader: str | None, progress: Progress
) -> tuple[Reader, Listing]:
    """What the named reader reads, or the one that recognises the dataset."""
    if reader is None:
        return read_detected(place, options, progress)
    chosen = find_reader(reader)
    return chosen, chosen.read(place, options, progress)


def _read_remote(
    url: str, options: ReaderOptions, reader: str | None, progress: Progress
) -> Listing:
    into = options.remote_into or previews_folder() / FOLDER
    with laid_out(url, progress) as layout:
        try:
            listing = read_as(layout.source, options, reader=reader, progress=progress)
        except UserError as error:
            raise layout.error(error) from error
        return said_of_remote(listing, layout, into)


def _unpacked(
    place: Path, options: ReaderOptions, reader: str | None, progress: Progress
) -> Unpacked | None:
    """What an archive holds, unpacked; None for anything else, and for archives read as they are.

    Raises:
        UserError: when it cannot be unpacked.
    """
    beside = options.unpack_into or _writable_beside(place)
    if not place.exists():
        # People delete an archive once it is unpacked, and an update still names it.
        return found_unpacked(place, beside)
    if foreign_kind(place) is not None:
        raise UserError(
            message("`{source}` is {kind}.", source=place, kind=foreign_kind(place) or ""),
            message("Unpack it and choose the folder."),
            code="is_archive",
        )
    if not archive_kind(place):
        return None
    # Some readers know archives, such as shards, and need no unpacking.
    chosen = [find_reader(reader)] if reader else list_readers()
    if any(found.detects(place, options) for found in chosen):
        return None
    return unpacked(place, beside, progress)


def _writable_beside(place: Path) -> Path:
    """The archive's folder, or the home where that may only be read, as for projects."""
    return place.parent if os.access(place.parent, os.W_OK) else Path.home()


def _pointing_at_archives(error: UserError, place: Path) -> UserError:
    """The error, with the archives that lie in a folder without images."""
    found = [file.name for file in files_in(place) if archive_kind(file)] if place.is_dir() else []
    if error.code != "no_images" or not found:
        return error
    return UserError(
        error.message,
        message(
            "There are archives in the folder ({names}): choose one of them, or unpack them first.",
            names=shorten(found),
        ),
        code=error.code,
    )


def _with_archive(listing: Listing, source: Path, archive: Unpacked | None) -> Listing:
    if archive is None:
        return listing
    if archive.folder.parent == previews_folder():
        note = message(
            "`{archive}` is an archive; an import unpacks it beside the project.",
            archive=source.name,
        )
    else:
        note = message(
            "`{archive}` was unpacked into `{folder}`.", archive=source.name, folder=archive.folder
        )
    return replace(
        listing,
        warnings=[note, *archive.notes, *listing.warnings],
        unpacked_from=source.expanduser().absolute(),
    )


def _check_source(source: Path) -> None:
    refuse_missing(source)
    if source.is_dir() and source.name.lower().endswith(".lnl"):
        raise UserError(
            message("`{source}` is a project, not a dataset.", source=source),
            message("Open it as a project."),
            code="is_project",
        )


def _check_level(source: Path, level: int | None) -> None:
    if level is not None and (level < 1 or not source.is_dir()):
        raise UserError(
            message("The level of the class folders, {level}, does not fit.", level=level),
            message("It counts from 1, the folders directly inside a folder of images."),
            code="class_level",
        )


def _checked_file(file: Path | None) -> Path | None:
    if file is None:
        return None
    place = file.expanduser().absolute()
    if not place.is_file():
        raise UserError(
            message("The file of class names `{place}` does not exist.", place=place),
            message("Check the spelling."),
            code="not_found",
        )
    return place


def _checked_root(image_root: Path | None) -> Path | None:
    if image_root is None:
        return None
    place = image_root.expanduser().absolute()
    if not place.is_dir():
        raise UserError(
            message("The image root `{place}` is not a folder.", place=place),
            message("Give the folder that the paths in the table start from."),
            code="not_found",
        )
    return place
