"""What every writer is given and gives back."""

from collections import Counter
from dataclasses import dataclass, field

from lnl_gui.containers.location import ImageLocation
from lnl_gui.dataset.listing import Skipped
from lnl_gui.util.messages import Message

IMAGE_MODES = ("copy", "hardlink", "symlink", "none")
"""How images may be written; `none` only assigns their names."""


@dataclass(frozen=True, slots=True)
class ExportItem:
    """One image to write: where the original lies, the class it goes to, its split ("" for none).

    `lnl_gui.containers.read.exported_file` gives name and bytes of one that lies in a container.
    """

    file: ImageLocation
    class_name: str
    split: str = ""


@dataclass(frozen=True)
class WrittenImages:
    """What was written.

    Attributes:
        paths: for each item the new path relative to the destination, in POSIX form; "" where
            the original could not be read (then it is in `skipped`) or nothing was to be written.
        folders: the folder of each class, relative to the destination or to its split's folder.
        made: how many images were made in which way (`copy`, `hardlink`, `symlink`).
        skipped: originals that could not be read, with the reason.
        warnings: what the person should know, such as hard links that became copies.
    """

    paths: list[str]
    folders: dict[str, str]
    made: Counter[str] = field(default_factory=Counter)
    skipped: list[Skipped] = field(default_factory=list)
    warnings: list[Message] = field(default_factory=list)
