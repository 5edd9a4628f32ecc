"""Writers of dataset formats by name, ours and those of other packages.

Another package adds a format by an entry point in the group `lnl_gui.writers` whose object is a
`Writer`.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from lnl_gui.dataset.writers.class_folders import write_class_folders
from lnl_gui.dataset.writers.items import ExportItem, WrittenImages
from lnl_gui.util.lookup import by_name, find_by_name
from lnl_gui.util.messages import Message, message
from lnl_gui.util.plugins import plugins
from lnl_gui.util.progress import Progress, no_progress

ENTRY_POINT_GROUP = "lnl_gui.writers"
CLASS_FOLDERS = "class-folders"


class WriteImages(Protocol):
    """Writes the curated images in one format."""

    def __call__(
        self,
        destination: Path,
        items: Sequence[ExportItem],
        *,
        images: str = "copy",
        progress: Progress = no_progress,
    ) -> WrittenImages:
        """Write every item below `destination`; the originals are opened for reading only.

        Args:
            destination: a folder of the caller's; the caller makes the whole appear at once.
            items: the images, in the order of the samples.
            images: one of `IMAGE_MODES`.
            progress: called with items done and their number; may raise `Cancelled`.

        Raises:
            UserError: for what a person can mend, such as a full disk.
        """


@dataclass(frozen=True)
class Writer:
    """A dataset format that can be written.

    Attributes:
        name: what is typed on the command line and kept in a run's parameters.
        title: what a person reads in a list.
        description: one sentence on what is written.
        write: writes the images of an export.
    """

    name: str
    title: Message | str
    description: Message | str
    write: WriteImages


def list_writers() -> list[Writer]:
    """All writers, the default one first, then those of other packages."""
    return [
        Writer(
            CLASS_FOLDERS,
            message("Class folders"),
            message("One folder for each class, inside its split's folder where there are splits."),
            write_class_folders,
        ),
        *plugins(ENTRY_POINT_GROUP, Writer),
    ]


def find_writer(name: str) -> Writer:
    """The writer of that name.

    Raises:
        UserError: for an unknown name, with the nearest known one.
    """
    error = message("There is no export format `{name}`.", name=name)
    return find_by_name(name, by_name(list_writers()), error=error, code="no_writer")
