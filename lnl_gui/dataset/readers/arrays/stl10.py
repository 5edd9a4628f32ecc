"""STL-10's binary files: images by columns, classes from 1, unlabelled images beside."""

from pathlib import Path

import numpy as np

from lnl_gui.containers.errors import ContainerError
from lnl_gui.containers.kinds.layout import Layout
from lnl_gui.containers.kinds.raw import load_records, records_name
from lnl_gui.dataset.listing import Listing, shorten
from lnl_gui.dataset.readers.arrays.labels import ArrayLabels
from lnl_gui.dataset.readers.arrays.listing import ArrayPart, list_arrays
from lnl_gui.dataset.readers.files.text_files import read_text
from lnl_gui.dataset.readers.options import ReaderOptions
from lnl_gui.util.errors import UserError
from lnl_gui.util.files.file_there import is_file
from lnl_gui.util.messages import message
from lnl_gui.util.progress import Progress

NAME = "stl10"
_FOLDER = "stl10_binary"
_PIXELS = 3 * 96 * 96
# The dataset's page: each channel is stored column by column.
_BY_COLUMNS = Layout("cwh", (3, 96, 96))
_PARTS = ("train", "test", "unlabeled")


def detects(source: Path, options: ReaderOptions) -> bool:
    """A folder with `train_X.bin` and `class_names.txt`, or with the folder `stl10_binary`."""
    return _folder(source) is not None


def read(source: Path, options: ReaderOptions, progress: Progress) -> Listing:
    """List the images of all parts.

    Raises:
        UserError: when a file is damaged.
    """
    folder = _folder(source)
    if folder is None:
        raise UserError(
            message("`{source}` holds no files of STL-10.", source=source),
            message("Choose the folder that was unpacked, stl10_binary."),
            code="no_images",
        )
    names = [line.strip() for line in read_text(folder / "class_names.txt")[0].splitlines()]
    found = [part for part in _PARTS if is_file(folder / f"{part}_X.bin")]
    try:
        parts = [_part(folder, part, names) for part in found]
    except OSError as error:
        reason = error.reason if isinstance(error, ContainerError) else str(error)
        raise UserError(
            message(
                "The files in `{folder}` cannot be read: {reason}.", folder=folder, reason=reason
            ),
            message("Download and unpack the dataset again."),
            code="not_arrays",
        ) from error
    why = message("Files of STL-10: {names}.", names=shorten(f"{part}_X.bin" for part in found))
    return list_arrays(source, NAME, parts, progress, why=why)


def containers(source: Path) -> list[Path]:
    """The files of images."""
    folder = _folder(source)
    files = [folder / f"{part}_X.bin" for part in _PARTS] if folder is not None else []
    return [file for file in files if is_file(file)]


def _folder(source: Path) -> Path | None:
    for folder in (source, source / _FOLDER):
        if all(is_file(folder / name) for name in ("train_X.bin", "class_names.txt")):
            return folder
    return None


def _part(folder: Path, part: str, names: list[str]) -> ArrayPart:
    images, labels = folder / f"{part}_X.bin", folder / f"{part}_y.bin"
    count = len(load_records(images, 0, _PIXELS))
    # `unlabeled_X.bin` comes without a file of labels.
    said = np.fromfile(labels, np.uint8) if is_file(labels) else np.zeros(count, np.uint8)
    if len(said) != count or said.max(initial=0) > len(names):
        raise ContainerError(
            message(
                "`{images}` has {count} images, and `{labels}` has {other} labels or others than"
                " 1 to {most}",
                images=images.name,
                count=count,
                labels=labels.name,
                other=len(said),
                most=len(names),
            )
        )
    # 0 stands for none; the classes are counted from 1.
    named = ["", *names]
    found = ArrayLabels([named[label] for label in said.tolist()])
    split = part if part != "unlabeled" else ""
    name = records_name(0, _PIXELS)
    return ArrayPart(images, "raw", name, found, split, images.name, _BY_COLUMNS)
