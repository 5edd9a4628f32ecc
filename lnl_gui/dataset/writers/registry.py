"""Writers of dataset formats by name, ours and those of other packages.

Another package adds a format by an entry point in the group `lnl_gui.writers` whose object is a
`Writer`.
"""

from dataclasses import dataclass
from pathlib import Path

from lnl_gui.dataset.writers import annotation_tools, arrays, huggingface, tables
from lnl_gui.dataset.writers.class_folders import write_class_folders
from lnl_gui.dataset.writers.items import ExportSet, WriteImages, WrittenImages
from lnl_gui.dataset.writers.webdataset import write_webdataset
from lnl_gui.util.lookup import by_name, find_by_name
from lnl_gui.util.messages import Message, message
from lnl_gui.util.plugins import plugins
from lnl_gui.util.progress import Progress, no_progress

ENTRY_POINT_GROUP = "lnl_gui.writers"
CLASS_FOLDERS = "class-folders"


@dataclass(frozen=True)
class Writer:
    """A dataset format that can be written.

    Attributes:
        name: what is typed on the command line and kept in a run's parameters.
        title: what a person reads in a list.
        description: one sentence on what is written.
        write: writes the images of an export.
        holds_unlabelled: whether an image without a label has a place in it.
        holds_images: whether images lie inside its files, which excludes links and tables alone.
        tells_status: whether it tells of each image what a person decided, so that what was set
            aside can be in it without passing for a part of the dataset.
        loaded_by: the function of another program that is given the folder of images, if any.
    """

    name: str
    title: Message | str
    description: Message | str
    write: WriteImages
    holds_unlabelled: bool = False
    holds_images: bool = False
    tells_status: bool = False
    tells_groups: bool = False
    lists_classes: bool = False
    loaded_by: str = ""


def list_writers() -> list[Writer]:
    """All writers, the default one first, then those of other packages."""
    return [*_ours(), *plugins(ENTRY_POINT_GROUP, Writer)]


def _ours() -> list[Writer]:
    return [
        Writer(
            CLASS_FOLDERS,
            message("Class folders"),
            message("One folder for each class, inside its split's folder where there are splits."),
            _class_folders,
        ),
        *(
            Writer(
                name,
                title,
                message("The images as they lie and a table of their labels beside them."),
                tables.table_writer(file_name, write_rows),
                holds_unlabelled=True,
                tells_status=True,
                tells_groups=True,
            )
            for name, title, file_name, write_rows in _TABLES
        ),
        Writer(
            "imagefolder",
            message("Hugging Face imagefolder"),
            message("A folder for each split with its images and metadata.csv."),
            huggingface.write_imagefolder,
            holds_unlabelled=True,
            tells_status=True,
            loaded_by="datasets.load_dataset",
            tells_groups=True,
        ),
        Writer(
            "hub-parquet",
            message("Parquet of the hub"),
            message("Parquet files with the images inside and a card, ready for the hub."),
            huggingface.write_hub_parquet,
            holds_unlabelled=True,
            tells_status=True,
            loaded_by="datasets.load_dataset",
            holds_images=True,
            tells_groups=True,
            lists_classes=True,
        ),
        Writer(
            "datasets",
            message("Dataset on disk"),
            message("What datasets.load_from_disk reads: Arrow files with the images inside."),
            huggingface.write_saved_dataset,
            holds_unlabelled=True,
            tells_status=True,
            loaded_by="datasets.load_from_disk",
            holds_images=True,
            tells_groups=True,
            lists_classes=True,
        ),
        Writer(
            "webdataset",
            message("WebDataset"),
            message("Tar shards with each image, its class and its facts under one stem."),
            write_webdataset,
            holds_unlabelled=True,
            tells_status=True,
            holds_images=True,
            tells_groups=True,
            lists_classes=True,
        ),
        Writer(
            "coco",
            message("COCO"),
            message("Images by split and annotations with a category for each whole image."),
            annotation_tools.write_coco,
            holds_unlabelled=True,
            tells_status=True,
            tells_groups=True,
            lists_classes=True,
        ),
        Writer(
            "fiftyone",
            message("FiftyOne"),
            message("FiftyOneImageClassificationDataset: data and labels.json, by split."),
            # `labels.json` has one class for each image, and room for nothing else.
            annotation_tools.write_fiftyone,
            lists_classes=True,
        ),
        Writer(
            "label-studio",
            message("Label Studio"),
            message("Tasks with the verdicts as annotations and open suspects as predictions."),
            annotation_tools.write_label_studio,
            holds_unlabelled=True,
            tells_status=True,
            tells_groups=True,
            lists_classes=True,
        ),
        Writer(
            "cvat",
            message("CVAT"),
            message("XML of the form CVAT for images 1.1, by split, with a tag for each image."),
            annotation_tools.write_cvat,
            holds_unlabelled=True,
            lists_classes=True,
        ),
        Writer(
            "datumaro",
            message("Datumaro"),
            message("Images and annotations of Datumaro's own form, by subset."),
            annotation_tools.write_datumaro,
            holds_unlabelled=True,
            tells_status=True,
            tells_groups=True,
            lists_classes=True,
        ),
        Writer(
            "cleanlab",
            message("cleanlab"),
            message("label_issues.csv in cleanlab's names and pred_probs.npy beside the images."),
            arrays.write_cleanlab,
            holds_unlabelled=True,
            tells_groups=True,
            lists_classes=True,
        ),
        Writer(
            "npz",
            message("NumPy arrays"),
            message("dataset.npz with all images of one size, their labels and class names."),
            arrays.write_npz,
            holds_images=True,
            lists_classes=True,
        ),
    ]


_TABLES = (
    ("csv", message("CSV table"), "labels.csv", tables.write_csv),
    ("jsonl", message("JSON Lines"), "labels.jsonl", tables.write_json_lines),
    ("parquet", message("Parquet table"), "labels.parquet", tables.write_parquet),
    ("xlsx", message("Excel sheet"), "labels.xlsx", tables.write_xlsx),
)


def _class_folders(
    destination: Path,
    exported: ExportSet,
    *,
    images: str = "copy",
    progress: Progress = no_progress,
) -> WrittenImages:
    return write_class_folders(destination, exported.items, images=images, progress=progress)


def find_writer(name: str) -> Writer:
    """The writer of that name.

    Raises:
        UserError: for an unknown name, with the nearest known one.
    """
    error = message("There is no export format `{name}`.", name=name)
    return find_by_name(name, by_name(list_writers()), error=error, code="no_writer")
