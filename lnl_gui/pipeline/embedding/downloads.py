"""Weights that encoders would download, listed before a job starts."""

from collections.abc import Sequence
from dataclasses import dataclass

from lnl_gui.encoders.catalogue.download import megabytes
from lnl_gui.encoders.loading.sources import describe, download_needed
from lnl_gui.util.errors import UserError
from lnl_gui.util.messages import Message, joined, message

CODE = "download_needed"


@dataclass(frozen=True)
class PlannedDownload:
    """Weights that are not on this machine yet."""

    name: str
    title: Message | str
    size: int
    """in bytes, as published"""

    def __str__(self) -> str:
        return str(self.described())

    def described(self) -> Message:
        """Title, name and size for people."""
        return message(
            "{title} ({name}), {size}",
            title=self.title,
            name=self.name,
            size=megabytes(self.size),
        )


def planned_downloads(encoders: Sequence[str]) -> list[PlannedDownload]:
    """Weights of these encoders that are not on this machine yet.

    Raises:
        UserError: for an unknown name.
    """
    described = [describe(name) for name in dict.fromkeys(encoders)]
    needed = [(info, download_needed(info)) for info in described]
    return [PlannedDownload(info.name, info.title, size) for info, size in needed if size]


def refuse_downloads(encoders: Sequence[str]) -> None:
    """Make sure that nothing has to be downloaded.

    Raises:
        UserError: with code `download_needed`, naming each encoder and its size.
    """
    planned = planned_downloads(encoders)
    if planned:
        raise UserError(
            message(
                "The weights are not on this machine yet: {weights}.",
                weights=joined((entry.described() for entry in planned), "; "),
            ),
            message(
                "Allow the download, choose the bundled encoder, or name a local weights file."
            ),
            code=CODE,
        )
