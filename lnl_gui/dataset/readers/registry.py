"""All readers by name, and which of them recognises a dataset.

Another package adds a format by an entry point in the group `lnl_gui.readers` whose object is a
`Reader`.
"""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType

from lnl_gui.dataset.listing import Listing
from lnl_gui.dataset.readers import own_export
from lnl_gui.dataset.readers.arrays import cifar, hdf5, idx, matlab_arrays, pixel_tables, stl10
from lnl_gui.dataset.readers.arrays import numpy_files as arrays
from lnl_gui.dataset.readers.embedded import arrow_files as embedded
from lnl_gui.dataset.readers.embedded import lmdb, tfrecord, webdataset
from lnl_gui.dataset.readers.folders import class_folders as folders
from lnl_gui.dataset.readers.image_names import named_images
from lnl_gui.dataset.readers.label_files import label_files
from lnl_gui.dataset.readers.options import ReaderOptions
from lnl_gui.dataset.readers.table_files import huggingface, json_files, parquet, spreadsheet, table
from lnl_gui.util.errors import UserError
from lnl_gui.util.lookup import by_name, find_by_name
from lnl_gui.util.messages import Message, message
from lnl_gui.util.plugins import plugins
from lnl_gui.util.progress import Progress

ENTRY_POINT_GROUP = "lnl_gui.readers"


@dataclass(frozen=True)
class Reader:
    """A dataset format: how it is recognised and read.

    Attributes:
        containers: the files of a folder that hold the images inside them; None for formats whose
            images are files. One that recognises a folder gives way to image files with labels.
    """

    name: str
    title: Message | str
    description: Message | str
    detects: Callable[[Path, ReaderOptions], bool]
    read: Callable[[Path, ReaderOptions, Progress], Listing]
    containers: Callable[[Path], list[Path]] | None = None


_BUILT_IN: tuple[tuple[ModuleType, Message, Message], ...] = (
    (
        # Before all: an export is a folder of classes and a table too, which say less.
        own_export,
        message("Export of this program"),
        message("A folder that was exported from a project, with its manifest.json."),
    ),
    (
        webdataset,
        message("WebDataset"),
        message("Tar archives whose members belong together by their stem, also of img2dataset."),
    ),
    (
        cifar,
        message("CIFAR batches"),
        message("CIFAR-10 and CIFAR-100 as handed out, in python or binary batches."),
    ),
    (
        idx,
        message("MNIST idx files"),
        message("Files such as train-images-idx3-ubyte with their labels, also compressed."),
    ),
    (
        stl10,
        message("STL-10"),
        message("The binary files of STL-10 as handed out."),
    ),
    (
        matlab_arrays,
        message("MATLAB arrays"),
        message("Images and labels in .mat files, such as those of SVHN."),
    ),
    (
        arrays,
        message("NumPy arrays"),
        message(
            "Arrays of images and labels in .npz, .npy or pickle files, also flattened;"
            " MedMNIST and the like."
        ),
    ),
    (
        hdf5,
        message("HDF5"),
        message("Images and labels in .h5 files, also encoded images and a group for each class."),
    ),
    (
        tfrecord,
        message("TFRecord"),
        message("Records of TensorFlow with images and labels, also of TensorFlow Datasets."),
    ),
    (
        lmdb,
        message("LMDB"),
        message("Databases of images, their labels in the keys, the values or beside them."),
    ),
    (
        pixel_tables,
        message("Table of pixels"),
        message("A row for each image: its label and all its pixels."),
    ),
    (
        # Before the tables: a Parquet file of images is one of theirs as well.
        embedded,
        message("Parquet or Arrow with images"),
        message(
            "Files that hold the images themselves, as Hugging Face's hub and save_to_disk"
            " have them."
        ),
    ),
    (
        huggingface,
        message("Hugging Face imagefolder"),
        message(
            "A folder with metadata.csv or metadata.jsonl, at its root or in its split folders."
        ),
    ),
    (
        # Before the tables: the lists of GTSRB and Open Images are CSV files.
        label_files,
        message("Label files"),
        message(
            "A folder with the labels' file of a known dataset or annotation tool, or with"
            " lists of paths such as train.txt."
        ),
    ),
    (
        table,
        message("CSV or TSV"),
        message("A table of paths and labels, or a folder with such a table beside its images."),
    ),
    (
        json_files,
        message("JSON"),
        message(
            "JSON lines, a list of objects, a map of path to label, COCO or the export of an"
            " annotation tool."
        ),
    ),
    (
        parquet,
        message("Parquet, Feather or ORC"),
        message("A table of paths and labels in one of these forms."),
    ),
    (
        spreadsheet,
        message("Excel or SQLite"),
        message("A sheet, or a table of a database, with paths and labels."),
    ),
    (
        # Last of those that are tried, since any folder may hold class folders.
        folders,
        message("Class folders"),
        message("One folder for each class, also nested, also inside train, validation and test."),
    ),
    (
        # Read where class folders give nothing, or chosen by a person.
        named_images,
        message("Names of the images"),
        message("Images whose names begin with their class: `cat.0.jpg`, `dog_12.png`."),
    ),
)
"""Module, title and description of each, in the order in which they are tried."""


def list_readers() -> list[Reader]:
    """All readers, in the order in which they are tried.

    Those of other packages come first: they know one format, ours would take it for a folder.
    """
    own = (
        Reader(
            module.NAME,
            title,
            description,
            module.detects,
            module.read,
            getattr(module, "containers", None),
        )
        for module, title, description in _BUILT_IN
    )
    return [*plugins(ENTRY_POINT_GROUP, Reader), *own]


def find_reader(name: str) -> Reader:
    """The reader of that name.

    Raises:
        UserError: for an unknown name, with the nearest known one.
    """
    error = message("There is no reader `{name}`.", name=name)
    return find_by_name(name, by_name(list_readers()), error=error, code="no_reader")


def not_recognised(source: Path) -> UserError:
    """That no reader recognises `source`."""
    if source.is_dir():
        return UserError(
            message("`{source}` holds no table that the named column could be in.", source=source),
            message(
                "Choose the table itself, or leave the column options out to read class folders."
            ),
            code="no_reader",
        )
    return UserError(
        message("`{source}` is in no format that is known.", source=source),
        message(
            "Choose a folder of class folders, or a CSV, TSV, JSON, JSON-lines or"
            " Parquet file of paths and labels."
        ),
        code="no_reader",
    )
