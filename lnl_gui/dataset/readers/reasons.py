"""Why a dataset was read as it was, in a sentence for each way to read."""

from collections.abc import Sequence
from pathlib import Path

from lnl_gui.dataset.listing import shorten
from lnl_gui.store.dataset.dataset_preview import ColumnsFound
from lnl_gui.util.messages import NOTHING, Message, joined, message, message_n

_SHOWN_FILES = 3
_FEWEST_MISSING = 4
"""Fewer may be lines around a table that are no rows, unless most rows are such."""
_MOST_MISSING = 0.1
"""Share of the rows that may be without an image or of another shape, as in any dataset."""
MANY_NOT_FOUND = message(
    "{count:,} of {number:,} listed images were not found and were left out, such as"
    " `{path}`. If they lie elsewhere, give that folder with --image-root; if they were"
    " moved or renamed, correct their paths."
)
_TOOLS = {
    "_classes.csv": message("Roboflow's one-hot table"),
    "_annotations.csv": message("a table of annotations by Roboflow"),
}


def file_names(files: Sequence[Path], source: Path) -> Message:
    """A few files as seen from the dataset's folder."""
    place = source if source.is_dir() else source.parent
    return shorten(
        (f.relative_to(place).as_posix() if f.is_relative_to(place) else f.name for f in files),
        _SHOWN_FILES,
    )


def missing_files(names: Sequence[str]) -> list[Message]:
    """That files of a dataset are missing, where any are."""
    if not names:
        return []
    return [
        message(
            "Files of the dataset that are not there: {count} ({names}).",
            count=len(names),
            names=shorten(names),
        )
    ]


def is_many(count: int, number: int) -> bool:
    """Whether so many of the rows of a table cannot be used that it is probably misread."""
    few = count < _FEWEST_MISSING and 2 * count <= number
    return not few and count > _MOST_MISSING * number


def missing_rows(names: Sequence[str], number: int) -> list[Message]:
    """That many of the images that are listed are not there, where they are; a few may be lost."""
    if not is_many(len(names), number):
        return []
    return [MANY_NOT_FOUND.with_fields(count=len(names), number=number, path=names[0][:120])]


def table_reason(files: Sequence[Path], source: Path, columns: ColumnsFound | None) -> Message:
    """That tables name the images, and by which columns."""
    names = file_names(files, source)
    if columns is not None and columns.names_folders:
        first = message("{files} names the folders of the images.", files=names)
        return joined([first, column_reason(columns)], " ")
    tool = _TOOLS.get(files[0].name.lower(), NOTHING)
    first = (
        message("{files}: {tool}.", files=names, tool=tool)
        if tool
        else message("{files} names the images.", files=names)
    )
    return first if columns is None else joined([first, column_reason(columns)], " ")


def tool_reason(files: Sequence[Path], source: Path, tool: Message | str) -> Message:
    """That files hold the labels, and whose form they have."""
    return message_n(
        "{files} holds the labels ({form}).",
        "{files} hold the labels ({form}).",
        len(files),
        files=file_names(files, source),
        form=tool,
    )


def column_reason(columns: ColumnsFound) -> Message:
    """Which columns hold the path and the label."""
    path = columns.path
    if columns.names_folders:
        return message(
            "Column `{path}` names the folder, `{label}` holds the label of its images.",
            path=path,
            label=columns.label or shorten([*columns.one_hot, *columns.annotators]),
        )
    if columns.one_hot:
        return message(
            "Column `{path}` holds the path; the class is the column that is marked, of {names}.",
            path=path,
            names=shorten(columns.one_hot),
        )
    if columns.annotator:
        return message(
            "Column `{path}` holds the path, `{label}` what the person in `{person}` said.",
            path=path,
            label=columns.label,
            person=columns.annotator,
        )
    if columns.annotators:
        return message(
            "Column `{path}` holds the path; {names} hold what each of several people said.",
            path=path,
            names=shorten(columns.annotators),
        )
    return message(
        "Column `{path}` holds the path, `{label}` the label.", path=path, label=columns.label
    )


def folder_reason(level: int, parts: Sequence[str], splits: Sequence[str]) -> Message:
    """That folders name the classes, at which level, and which name splits."""
    classes = shorten(parts, _SHOWN_FILES)
    if not level:
        return message(
            "The folders that the images lie in name the classes, such as {classes}.",
            classes=classes,
        )
    if splits:
        return message(
            "The folders at level {level} name the classes, such as {classes}; {splits} are"
            " splits.",
            level=level,
            classes=classes,
            splits=shorten(splits, _SHOWN_FILES),
        )
    return message(
        "The folders at level {level} name the classes, such as {classes}.",
        level=level,
        classes=classes,
    )
