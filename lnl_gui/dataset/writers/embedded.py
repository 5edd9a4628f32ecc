"""The images of an export as bytes, for formats that hold them inside their own files."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from lnl_gui.containers.errors import ContainerError
from lnl_gui.containers.read import exported_file
from lnl_gui.dataset.listing import Skipped
from lnl_gui.dataset.writers.items import ExportSet, WrittenImages, check_mode
from lnl_gui.util.errors import FULL, UserError, as_user_error, disk_full
from lnl_gui.util.messages import Message, message
from lnl_gui.util.progress import Progress


@dataclass(frozen=True)
class EncodedImage:
    """One image: its number in the export, file name and encoded bytes."""

    number: int
    name: str
    data: bytes


def encoded_images(
    exported: ExportSet, numbers: Sequence[int], result: WrittenImages, progress: Progress
) -> Iterator[EncodedImage]:
    """The images one after the other; what cannot be read is recorded as skipped.

    Args:
        exported: the set.
        numbers: which of its items.
        result: takes what was made and skipped.
        progress: called with images done and the number of all items of the set.
    """
    for number in numbers:
        item = exported.items[number]
        try:
            if isinstance(item.file, Path):
                name, data = item.file.name, item.file.read_bytes()
            else:
                name, data = exported_file(item.file)
        except OSError as error:
            result.failed.add(number)
            result.skipped.append(Skipped(str(item.file), reason_of(error)))
        else:
            result.made["copy"] += 1
            yield EncodedImage(number, name, data)
        progress(result.made["copy"] + len(result.skipped), len(exported.items))


def require_copies(images: str, title: Message | str) -> None:
    """Refuse links and tables alone where a format holds the images themselves.

    Args:
        images: how they are to be written.
        title: of the format.

    Raises:
        UserError: for any other way than `copy`.
    """
    check_mode(images)
    if images != "copy":
        raise UserError(
            message("{title} holds the images inside its files.", title=title),
            message("Use --images copy (in a program images='copy'), or another format."),
            code="images_inside",
        )


@contextmanager
def files_of_images(
    destination: Path, exported: ExportSet, images: str, title: Message
) -> Iterator[WrittenImages]:
    """The result of a format that holds the images themselves, in whose block it is written.

    Args:
        destination: the folder of the files; it is made.
        exported: the set.
        images: how they are to be written.
        title: of the format.

    Raises:
        UserError: for any other way than `copy`, and where a file cannot be written.
    """
    require_copies(images, title)
    try:
        destination.mkdir(parents=True, exist_ok=True)
        yield WrittenImages([""] * len(exported.items), {})
    except OSError as error:
        # Where the disk is full it may name no file, or one that has its name for the time being.
        if error.errno in FULL:
            raise disk_full(message("write the images"), destination) from error
        raise as_user_error(error, message("write the images")) from error


def reason_of(error: OSError) -> Message:
    """Why an original could not be read."""
    if isinstance(error, ContainerError):
        return error.reason
    if isinstance(error, FileNotFoundError):
        return message("file not found")
    return Message(error.strerror) if error.strerror else message("cannot be read")
