"""Opening a project for a verb."""

from pathlib import Path

from lnl_gui.cli.terminal import warn
from lnl_gui.session.session import Session


def open_session(
    folder: Path, *, reviewer: str | None = None, read_only: bool = False, blind: bool = False
) -> Session:
    """Open a project; says on standard error what of it is damaged.

    One from elsewhere is announced there before anything in it is written.

    Raises:
        UserError: see `Session.open`.
    """
    session = Session.open(
        folder, reviewer=reviewer, read_only=read_only, blind=blind, announce=warn
    )
    for found in session.damage():
        warn(found.text)
    return session
