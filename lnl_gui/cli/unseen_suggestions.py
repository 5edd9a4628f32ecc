"""Suggestions that a command takes although nobody has looked at them."""

import argparse

import numpy as np

from lnl_gui.cli.terminal import warn
from lnl_gui.session.acts.verdicts import acceptable
from lnl_gui.session.browsing.views import open_suspects
from lnl_gui.session.figures.accepting import describe
from lnl_gui.session.session import Session
from lnl_gui.store.detection.unjudged import not_to_be_accepted


def tell_unseen(
    session: Session, options: argparse.Namespace, rows: np.ndarray | None = None
) -> None:
    """Say before it is done what taking the suggestions of `rows` int64 (n,) will bring.

    Args:
        session: of the project.
        options: with the consent to suggestions of which nothing is known.
        rows: all suspects that nobody has decided about by default.

    Raises:
        UserError: where nothing is known of them and that was not consented to.
    """
    if rows is None:
        rows = open_suspects(session.columns)
    statistics = session.statistics
    consented = options.accept_unjudged or not statistics.cannot_judge
    if not consented and acceptable(session.columns, rows).any():
        raise not_to_be_accepted(statistics.why_unjudged, "--accept-unjudged")
    warn(describe(statistics.accepting(rows), session.class_name))
