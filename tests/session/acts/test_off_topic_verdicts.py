"""What is perhaps an image of none of the classes is set aside by who asks for that alone."""

from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from lnl_gui.session.acts import verdicts
from lnl_gui.store.dataset.samples import EXCLUDED, RELABELLED, UNSEEN


@pytest.fixture
def columns() -> Any:
    return SimpleNamespace(
        given=np.array([0, 0, 1, -1]),
        current=np.array([0, 0, 1, -1]),
        suggested=np.array([1, -1, -1, -1]),
        off_topic=np.array([False, True, False, True]),
        status=np.full(4, UNSEEN, np.uint8),
    )


@pytest.mark.parametrize("rows", [[1], [3], [1, 3]])
def test_accept_excludes_what_is_asked_for_alone(columns: Any, rows: list[int]) -> None:
    change = verdicts.accept(columns, np.array(rows))
    assert change.rows.tolist() == rows
    assert change.new_status.tolist() == [EXCLUDED] * len(rows)
    assert change.new_label.tolist() == columns.current[rows].tolist()


def test_accepting_many_sets_aside_what_was_named_alone(columns: Any) -> None:
    # Nothing is suggested for the third: it stays out in any case.
    change = verdicts.accept(columns, np.arange(4))
    assert change.rows.tolist() == [0] and change.new_status.tolist() == [RELABELLED]
    named = verdicts.accept(columns, np.arange(4), named=True)
    assert named.rows.tolist() == [0, 1, 3]
    assert named.new_status.tolist() == [RELABELLED, EXCLUDED, EXCLUDED]
