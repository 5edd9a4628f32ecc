"""Folders whose labels are in a file of a known form, wherever in the folder it lies."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

from lnl_gui.dataset.listing import Listing
from lnl_gui.dataset.readers import annotation_json, box_files, label_lists
from lnl_gui.dataset.readers.options import ReaderOptions
from lnl_gui.dataset.readers.reasons import file_names
from lnl_gui.dataset.readers.rows import RowSet, list_rows
from lnl_gui.util.errors import UserError
from lnl_gui.util.messages import Message, message
from lnl_gui.util.progress import Progress

NAME = "label-files"


@dataclass(frozen=True)
class Form:
    """One form of label files.

    `find` looks at names alone (and at what is needed to be sure); it gives the files in the order
    in which `rows` is to read them, none where the folder holds nothing of this form.
    """

    title: Message
    find: Callable[[Path], list[Path]]
    rows: Callable[[Path, list[Path]], RowSet]


FORMS = (
    Form(message("CUB-200"), label_lists.find_cub, label_lists.cub_rows),
    Form(message("Tiny ImageNet"), label_lists.find_tiny, label_lists.tiny_rows),
    Form(message("COCO"), annotation_json.find_coco, annotation_json.coco_rows),
    Form(message("FiftyOne"), annotation_json.find_fiftyone, annotation_json.fiftyone_rows),
    Form(message("CVAT"), box_files.find_cvat, box_files.cvat_rows),
    Form(message("YOLO"), box_files.find_yolo, box_files.yolo_rows),
    Form(message("lists of paths"), label_lists.find_lists, label_lists.list_file_rows),
)


def detects(source: Path, options: ReaderOptions) -> bool:
    """A folder with label files of a known form, unless columns were named."""
    if not source.is_dir() or options.concerns_table:
        return False
    return any(form.find(source) for form in FORMS)


def read(source: Path, options: ReaderOptions, progress: Progress) -> Listing:
    """Read a folder by its label files.

    Raises:
        UserError: when it holds none of a known form, or no row can be used.
    """
    for form in FORMS:
        files = form.find(source)
        if not files:
            continue
        found = form.rows(source, files)
        why = message(
            "{files} holds the labels ({form}).",
            files=file_names(files, source),
            form=form.title,
        )
        found.reading = replace(found.reading, why=why)
        return list_rows(
            source,
            NAME,
            found,
            search_root=options.image_root,
            whole_folder=True,
            progress=progress,
        )
    raise UserError(
        message("`{source}` holds no label files of a known form.", source=source),
        code="no_reader",
    )
