"""Opening a project for a verb."""

from pathlib import Path

from lnl_gui.cli.terminal import tell
from lnl_gui.session.session import Session


def open_session(
    folder: Path, *, reviewer: str | None = None, read_only: bool = False, blind: bool = False
) -> Session:
    """Open a project; one from elsewhere is announced on standard error before it is written.

    Raises:
        UserError: see `Session.open`.
    """
    return Session.open(folder, reviewer=reviewer, read_only=read_only, blind=blind, announce=tell)
