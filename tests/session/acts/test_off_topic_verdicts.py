"""Accepting the suggestion for an image of none of the classes sets it aside."""

from types import SimpleNamespace

import numpy as np

from lnl_gui.session.acts import verdicts
from lnl_gui.store.dataset.samples import EXCLUDED, RELABELLED, UNSEEN


def test_accept_excludes_what_fits_no_class() -> None:
    columns = SimpleNamespace(
        given=np.array([0, 0, 1, -1]),
        current=np.array([0, 0, 1, -1]),
        suggested=np.array([1, -1, -1, -1]),
        off_topic=np.array([False, True, False, True]),
        status=np.full(4, UNSEEN, np.uint8),
    )
    change = verdicts.accept(columns, np.arange(4))  # type: ignore[arg-type]  # what is read
    # Nothing is suggested for the third: it stays out.
    assert change.rows.tolist() == [0, 1, 3]
    assert change.new_status.tolist() == [RELABELLED, EXCLUDED, EXCLUDED]
    assert change.new_label.tolist() == [1, 0, -1]
