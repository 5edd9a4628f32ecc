"""Open Images: image-level labels that people verified, among millions of rows."""

import csv
import re
from collections.abc import Iterator
from pathlib import Path

from lnl_gui.dataset.names import split_suffix
from lnl_gui.dataset.readers.files.places import files_in, homes
from lnl_gui.dataset.readers.files.scan import scan_images
from lnl_gui.dataset.readers.options import ReaderOptions
from lnl_gui.dataset.readers.tables.rows import RowSet, labelled_path
from lnl_gui.util.errors import UserError, as_user_error
from lnl_gui.util.messages import message

_FILE = re.compile(
    r"(?:oidv6-)?(train|validation|val|test)-annotations-human-imagelabels(?:-boxable)?\.csv"
)
_NAMES = re.compile(r"(?:oidv7-)?class-descriptions(?:-boxable)?\.csv")
_COLUMNS = {"ImageID", "LabelName", "Confidence"}


def find_open_images(source: Path, options: ReaderOptions) -> list[Path]:
    """`train-annotations-human-imagelabels.csv` and those of the other parts."""
    found: dict[str, Path] = {}
    for home in homes(source):
        for file in files_in(home):
            match = _FILE.fullmatch(file.name)
            if match:
                found.setdefault(match[1], file)
    return list(found.values())


def open_images_rows(source: Path, files: list[Path], options: ReaderOptions) -> RowSet:
    """The labels that are verified to be there (1), of the images that are here.

    Rows of 0 say what an image does not show. Few of the nine million images are ever
    downloaded, so the rows of the others are counted, not kept.
    """
    root = options.image_root or source
    images = _images(root)
    names = _class_names(source)
    positive: dict[str, list[str]] = {}
    splits: dict[str, str] = {}
    absent = 0
    for file in files:
        # Each list is of one split, which no column of it says.
        match, last = _FILE.fullmatch(file.name), ""
        split = match[1] if match else ""
        for image, label, is_there in _rows(file):
            # Of two parts the images may have the same names, 1.png and so on, in two folders.
            path = images.get(f"{split}/{image}") or images.get(image)
            if path is None:
                absent += image != last  # the rows of an image stand together
            else:
                splits[path] = split
                positive.setdefault(path, []).extend([names.get(label, label)] if is_there else [])
            last = image
    rows = [labelled_path(path, labels, splits[path], root) for path, labels in positive.items()]
    found = RowSet(rows)
    if absent:
        note = message("Images in the lists that are not here: {count}.", count=absent)
        found.warnings.append(note)
    return found


def _images(root: Path) -> dict[str, str]:
    """The images' paths by their names without suffix.

    Other tools name what lies in folders by these too: `batch 1/0001` in `images/train`.
    """
    scan = scan_images(root)
    found: dict[str, str] = {}
    for folder in sorted(scan.images):
        around = folder.split("/") if folder else []
        for name in scan.images[folder]:
            stem = split_suffix(name)[0]
            path = "/".join([*around, name])
            found[stem] = path
            for at in range(len(around)):
                found.setdefault("/".join([*around[at:], stem]), path)
    return found


def _rows(file: Path) -> Iterator[tuple[str, str, bool]]:
    """Read line by line: the training list has 60 million."""
    try:
        with file.open(newline="", encoding="utf-8") as stream:
            reader = csv.reader(stream)
            head = next(reader, [])
            if not set(head) >= _COLUMNS:
                raise UserError(
                    message("`{source}` lacks columns of Open Images.", source=file),
                    code="not_a_table",
                )
            image, label, sure = map(head.index, ("ImageID", "LabelName", "Confidence"))
            for row in reader:
                if len(row) == len(head):
                    yield row[image], row[label], float(row[sure] or 0) > 0
    except OSError as error:
        raise as_user_error(error, message("read `{source}`", source=file)) from error
    except ValueError as error:
        raise UserError(
            message("`{source}` cannot be read: {error}.", source=file, error=error),
            code="not_a_table",
        ) from error


def _class_names(source: Path) -> dict[str, str]:
    for home in homes(source):
        for file in files_in(home):
            if _NAMES.fullmatch(file.name):
                with file.open(newline="", encoding="utf-8") as stream:
                    return dict(row for row in csv.reader(stream) if len(row) == 2)
    return {}
