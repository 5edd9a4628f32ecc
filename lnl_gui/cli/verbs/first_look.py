"""The first look of `run`: what a part of a large dataset says, before all of it is embedded."""

from lnl_gui.cli.jobs import run_job
from lnl_gui.cli.terminal import tell, warn
from lnl_gui.session.session import Session
from lnl_gui.store.detection.first_look_words import provisional_words
from lnl_gui.store.jobs.parameters import FirstLookParameters
from lnl_gui.util.errors import UserError
from lnl_gui.util.messages import message


def take_first_look(session: Session, *, threads: int | None) -> None:
    """Say what a part of the labels looks like.

    Args:
        session: of the project.
        threads: of the processor; None takes all.
    """
    try:
        found = run_job(session, FirstLookParameters(), threads=threads)
    except UserError as error:
        # It only says sooner what the whole pass will say better.
        warn(message("note: no first look: {reason}", reason=error.message))
        return
    tell(provisional_words(found.metrics))
