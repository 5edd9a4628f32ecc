"""Suggestions that a script takes although nobody has looked at them."""

import numpy as np

from lnl_gui.session.acts.verdicts import acceptable
from lnl_gui.session.session import Session
from lnl_gui.store.detection.unjudged import not_to_be_accepted


def refuse_unjudged(session: Session, rows: np.ndarray, consented: bool) -> None:
    """Refuse to take the suggestions of `rows` int64 (n,) where nothing is known of the labels.

    Raises:
        UserError: unless that was consented to, or there is none.
    """
    statistics = session.statistics
    refused = statistics.cannot_judge and not consented
    if refused and acceptable(session.columns, rows).any():
        raise not_to_be_accepted(statistics.why_unjudged, "accept_unjudged=True")
