"""All readers by name, and the one call that reads a dataset.

Another package adds a format by an entry point in the group `lnl_gui.readers` whose object is a
`Reader`.
"""

import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
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
from lnl_gui.dataset.readers.arrays import cifar, hdf5, idx, matlab_arrays, pixel_tables, stl10
from lnl_gui.dataset.readers.arrays import numpy_files as arrays
from lnl_gui.dataset.readers.class_names.naming import name_classes
from lnl_gui.dataset.readers.embedded import arrow_files as embedded
from lnl_gui.dataset.readers.embedded import lmdb, tfrecord, webdataset
from lnl_gui.dataset.readers.files.places import files_in, listed_once
from lnl_gui.dataset.readers.files.text_files import decoded_as
from lnl_gui.dataset.readers.finish import with_class_notes
from lnl_gui.dataset.readers.folders import class_folders as folders
from lnl_gui.dataset.readers.label_files import label_files
from lnl_gui.dataset.readers.options import ReaderOptions
from lnl_gui.dataset.readers.table_files import huggingface, json_files, parquet, spreadsheet, table
from lnl_gui.util.errors import UserError
from lnl_gui.util.lookup import by_name, find_by_name
from lnl_gui.util.messages import Message, message
from lnl_gui.util.plugins import plugins
from lnl_gui.util.progress import Progress, no_progress

ENTRY_POINT_GROUP = "lnl_gui.readers"


@dataclass(frozen=True)
class Reader:
    """A dataset format: how it is recognised and read."""

    name: str
    title: Message | str
    description: Message | str
    detects: Callable[[Path, ReaderOptions], bool]
    read: Callable[[Path, ReaderOptions, Progress], Listing]


def list_readers() -> list[Reader]:
    """All readers, in the order in which they are tried.

    Those of other packages come first: they know one format, ours would take it for a folder.
    """
    return [
        *plugins(ENTRY_POINT_GROUP, Reader),
        Reader(
            own_export.NAME,
            message("Export of this program"),
            message("A folder that was exported from a project, with its manifest.json."),
            own_export.detects,
            own_export.read,
        ),
        Reader(
            webdataset.NAME,
            message("WebDataset"),
            message(
                "Tar archives whose members belong together by their stem, also of img2dataset."
            ),
            webdataset.detects,
            webdataset.read,
        ),
        Reader(
            cifar.NAME,
            message("CIFAR batches"),
            message("CIFAR-10 and CIFAR-100 as handed out, in python or binary batches."),
            cifar.detects,
            cifar.read,
        ),
        Reader(
            idx.NAME,
            message("MNIST idx files"),
            message("Files such as train-images-idx3-ubyte with their labels, also compressed."),
            idx.detects,
            idx.read,
        ),
        Reader(
            stl10.NAME,
            message("STL-10"),
            message("The binary files of STL-10 as handed out."),
            stl10.detects,
            stl10.read,
        ),
        Reader(
            matlab_arrays.NAME,
            message("MATLAB arrays"),
            message("Images and labels in .mat files, such as those of SVHN."),
            matlab_arrays.detects,
            matlab_arrays.read,
        ),
        Reader(
            arrays.NAME,
            message("NumPy arrays"),
            message(
                "Arrays of images and labels in .npz, .npy or pickle files, also flattened;"
                " MedMNIST and the like."
            ),
            arrays.detects,
            arrays.read,
        ),
        Reader(
            hdf5.NAME,
            message("HDF5"),
            message(
                "Images and labels in .h5 files, also encoded images and a group for each class."
            ),
            hdf5.detects,
            hdf5.read,
        ),
        Reader(
            tfrecord.NAME,
            message("TFRecord"),
            message("Records of TensorFlow with images and labels, also of TensorFlow Datasets."),
            tfrecord.detects,
            tfrecord.read,
        ),
        Reader(
            lmdb.NAME,
            message("LMDB"),
            message("Databases of images, their labels in the keys, the values or beside them."),
            lmdb.detects,
            lmdb.read,
        ),
        Reader(
            pixel_tables.NAME,
            message("Table of pixels"),
            message("A row for each image: its label and all its pixels."),
            pixel_tables.detects,
            pixel_tables.read,
        ),
        Reader(
            embedded.NAME,
            message("Parquet or Arrow with images"),
            message(
                "Files that hold the images themselves, as Hugging Face's hub and save_to_disk"
                " have them."
            ),
            embedded.detects,
            embedded.read,
        ),
        Reader(
            huggingface.NAME,
            message("Hugging Face imagefolder"),
            message(
                "A folder with metadata.csv or metadata.jsonl, at its root or in its split folders."
            ),
            huggingface.detects,
            huggingface.read,
        ),
        Reader(
            label_files.NAME,
            message("Label files"),
            message(
                "A folder with the labels' file of a known dataset or annotation tool, or with"
                " lists of paths such as train.txt."
            ),
            label_files.detects,
            label_files.read,
        ),
        Reader(
            table.NAME,
            message("CSV or TSV"),
            message(
                "A table of paths and labels, or a folder with such a table beside its images."
            ),
            table.detects,
            table.read,
        ),
        Reader(
            json_files.NAME,
            message("JSON"),
            message(
                "JSON lines, a list of objects, a map of path to label, COCO or the export of an"
                " annotation tool."
            ),
            json_files.detects,
            json_files.read,
        ),
        Reader(
            parquet.NAME,
            message("Parquet, Feather or ORC"),
            message("A table of paths and labels in one of these forms."),
            parquet.detects,
            parquet.read,
        ),
        Reader(
            spreadsheet.NAME,
            message("Excel or SQLite"),
            message("A sheet, or a table of a database, with paths and labels."),
            spreadsheet.detects,
            spreadsheet.read,
        ),
        Reader(
            folders.NAME,
            message("Class folders"),
            message(
                "One folder for each class, also nested, also inside train, validation and test."
            ),
            folders.detects,
            folders.read,
        ),
    ]


def find_reader(name: str) -> Reader:
    """The reader of that name.

    Raises:
        UserError: for an unknown name, with the nearest known one.
    """
    error = message("There is no reader `{name}`.", name=name)
    return find_by_name(name, by_name(list_readers()), error=error, code="no_reader")


def detect_reader(source: Path, options: ReaderOptions) -> Reader:
    """The first reader that recognises `source`.

    Raises:
        UserError: when none does.
    """
    for reader in list_readers():
        if reader.detects(source, options):
            return reader
    if source.is_dir():
        raise UserError(
            message("`{source}` holds no table that the named column could be in.", source=source),
            message(
                "Choose the table itself, or leave the column options out to read class folders."
            ),
            code="no_reader",
        )
    raise UserError(
        message("`{source}` is in no format that is known.", source=source),
        message(
            "Choose a folder of class folders, or a CSV, TSV, JSON, JSON-lines or"
            " Parquet file of paths and labels."
        ),
        code="no_reader",
    )


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
    progress: Progress = no_progress,
) -> Listing:
    """List the samples of a dataset; no image is opened.

    Args:
        source: a folder or a table.
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
    if options.class_level is not None and reader is None:
        reader = folders.NAME
    with listed_once(), decoded_as(options.encoding):
        chosen = find_reader(reader) if reader else detect_reader(place, options)
        try:
            listing = chosen.read(place, options, progress)
        except UserError as error:
            raise _pointing_at_archives(error, place) from error
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
        if chosen.name != own_export.NAME:  # its classes have the names that people saw
            listing = name_classes(listing, place, options)
    return with_class_notes(_with_archive(listing, source, archive))


def _unpacked(
    place: Path, options: ReaderOptions, reader: str | None, progress: Progress
) -> Unpacked | None:
    """What an archive holds, unpacked; None for anything else, and for archives read as they are.

    Raises:
        UserError: when it cannot be unpacked.
    """
    beside = options.unpack_into or _writable_beside(place)
    if not place.exists():
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
    if not source.exists():
        raise UserError(
            message("`{source}` does not exist.", source=source),
            message("Check the spelling."),
            code="not_found",
        )
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
