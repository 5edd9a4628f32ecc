"""The error of a folder in which several files could hold the labels."""

from collections.abc import Sequence
from pathlib import Path

from lnl_gui.dataset.listing import shorten
from lnl_gui.util.errors import UserError
from lnl_gui.util.messages import message


class UnclearFiles(UserError):
    """Several files of a folder could be meant."""

    def __init__(self, folder: Path, files: Sequence[Path]) -> None:
        super().__init__(
            message(
                "`{folder}` holds several files of labels: {files}.",
                folder=folder,
                files=shorten(file.name for file in files),
            ),
            message("Choose one of them instead of the folder."),
            code="ambiguous_table",
        )
        self.files = list(files)
