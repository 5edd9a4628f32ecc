"""Folders whose labels are in a file of a known form, wherever in the folder it lies."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from lnl_gui.dataset.listing import Listing
from lnl_gui.dataset.readers.files.places import wrapped_in
from lnl_gui.dataset.readers.files.text_files import guesses_about
from lnl_gui.dataset.readers.label_files import cvat, label_lists, yolo
from lnl_gui.dataset.readers.options import ReaderOptions
from lnl_gui.dataset.readers.reasons import tool_reason
from lnl_gui.dataset.readers.research import benchmark_lists, celeba, ilsvrc, matlab, open_images
from lnl_gui.dataset.readers.tables.rows import RowSet, list_rows
from lnl_gui.dataset.readers.tools import (
    annotation_json,
    image_json,
    superannotate,
    tool_files,
    voc,
)
from lnl_gui.dataset.readers.tools.json_tools import MALFORMED, not_as_expected
from lnl_gui.util.errors import UserError
from lnl_gui.util.messages import Message, message
from lnl_gui.util.progress import Progress

NAME = "label-files"
_XML = ".xml"


@dataclass(frozen=True)
class Form:
    """One form of label files.

    `find` looks at names alone (and at what is needed to be sure); it gives the files in the order
    in which `rows` is to read them, none where the folder holds nothing of this form.
    """

    title: Message
    find: Callable[[Path, ReaderOptions], list[Path]]
    rows: Callable[[Path, list[Path], ReaderOptions], RowSet]
    choices: bool = False
    """Whether `--label-column` says which of several kinds of labels is meant."""
    drawn: bool = False
    """Whether the labels are those of things that are drawn into the images."""


FORMS = (
    Form(message("CUB-200"), label_lists.find_cub, label_lists.cub_rows),
    Form(message("Tiny ImageNet"), label_lists.find_tiny, label_lists.tiny_rows),
    Form(
        message("FGVC Aircraft"), benchmark_lists.find_aircraft, benchmark_lists.aircraft_rows, True
    ),
    Form(message("Oxford-IIIT Pets"), benchmark_lists.find_pets, benchmark_lists.pet_rows, True),
    Form(message("CelebA"), celeba.find_celeba, celeba.celeba_rows, choices=True),
    Form(message("Describable Textures"), benchmark_lists.find_dtd, benchmark_lists.dtd_rows),
    Form(message("GTSRB"), benchmark_lists.find_gtsrb, benchmark_lists.gtsrb_rows),
    Form(message("Oxford Flowers"), matlab.find_flowers, matlab.flower_rows),
    Form(message("Stanford Cars"), matlab.find_cars, matlab.car_rows),
    Form(message("Stanford Dogs"), matlab.find_dogs, matlab.dog_rows),
    Form(message("ImageNet"), ilsvrc.find_ilsvrc, ilsvrc.ilsvrc_rows),
    Form(message("Open Images"), open_images.find_open_images, open_images.open_images_rows),
    Form(message("PASCAL VOC"), voc.find_sets, voc.set_rows),
    Form(message("COCO"), annotation_json.find_coco, annotation_json.coco_rows, drawn=True),
    Form(message("FiftyOne"), annotation_json.find_fiftyone, annotation_json.fiftyone_rows),
    Form(
        message("an annotation tool"),
        tool_files.find_tool_files,
        tool_files.tool_file_rows,
        choices=True,
    ),
    Form(
        message("Supervisely"),
        image_json.find_supervisely,
        image_json.supervisely_rows,
        choices=True,
    ),
    Form(message("Darwin"), image_json.find_darwin, image_json.darwin_rows, choices=True),
    Form(message("SuperAnnotate"), superannotate.find_files, superannotate.file_rows, choices=True),
    Form(message("LabelMe"), image_json.find_labelme, image_json.labelme_rows, choices=True),
    Form(message("CVAT"), cvat.find_cvat, cvat.cvat_rows, choices=True),
    Form(message("PASCAL VOC"), voc.find_xml, voc.xml_rows, drawn=True),
    Form(message("YOLO"), yolo.find_yolo, yolo.yolo_rows, drawn=True),
    # Last: CUB-200, DTD, VOC and others have lists named train.txt too, and say more elsewhere.
    Form(message("lists of paths"), label_lists.find_lists, label_lists.list_file_rows),
)


def detects(source: Path, options: ReaderOptions) -> bool:
    """A folder with label files of a known form, unless a table's columns were named; or XML."""
    may_be = source.is_dir() or source.suffix.lower() == _XML
    return may_be and next(_found(source, options), None) is not None


def _found(source: Path, options: ReaderOptions) -> Iterator[tuple[Path, Form, list[Path]]]:
    """Each form that is there, with its files and the folder that it starts from."""
    for place in wrapped_in(source):
        for form in _forms(options):
            files = _files_of(form, place, options)
            if files:
                yield place, form, files


def _files_of(form: Form, source: Path, options: ReaderOptions) -> list[Path]:
    """The files of that form; none where one that was looked at cannot be read.

    Raises:
        UserError: when there are several, and a person has to choose.
    """
    try:
        return form.find(source, options)
    except UserError as error:
        if error.code.startswith("ambiguous"):
            raise
        return []  # that file is not of this form


def _forms(options: ReaderOptions) -> list[Form]:
    """Those that understand what was said about columns."""
    others = options.path_column or options.split_column or options.annotator_columns
    if others:
        return []
    return [form for form in FORMS if form.choices or not options.label_column]


def read(source: Path, options: ReaderOptions, progress: Progress) -> Listing:
    """Read a folder by its label files.

    Raises:
        UserError: when it holds none of a known form, or no row can be used.
    """
    for place, form, files in _found(source, options):
        try:
            found = form.rows(place, files, options)
        except MALFORMED as error:
            raise not_as_expected(files[0], form.title, error) from error
        guesses = guesses_about(files)
        found.warnings += [text for text in guesses if text not in found.warnings]
        why = found.reading.why or tool_reason(files, source, form.title)
        drawn = found.reading.drawn or form.drawn
        found.reading = replace(found.reading, why=why, files=tuple(files), drawn=drawn)
        return list_rows(
            source if source.is_dir() else source.parent,
            NAME,
            found,
            search_root=options.image_root,
            whole_folder=source.is_dir(),
            progress=progress,
        )
    raise UserError(
        message("`{source}` holds no label files of a known form.", source=source),
        code="no_reader",
    )
