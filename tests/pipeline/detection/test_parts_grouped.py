"""Parts of one picture are a group wherever labels are judged, and are no copies."""

from typing import Any

import numpy as np
import pytest

from lnl_gui.detect.copies.find import Copies
from lnl_gui.pipeline.detection import detection_data

STORED = np.array([0, 0, -1, -1, -1])


@pytest.mark.parametrize(
    ("parts", "stored", "expected"),
    [
        ([-1, -1, 0, 0, -1], None, [-1, -1, 0, 0, -1]),
        ([-1, 0, 0, -1, -1], STORED, [0, 0, 0, -1, -1]),
        ([-1] * 5, STORED, STORED.tolist()),
        ([-1] * 5, None, None),
    ],
)
def test_parts_join_the_groups_that_are_stored(
    monkeypatch: pytest.MonkeyPatch, parts: list[int], stored: Any, expected: list[int] | None
) -> None:
    monkeypatch.setattr(detection_data, "stored_groups", lambda _: stored)
    none, alone = np.zeros(5, bool), np.full(5, -1)
    copies = Copies(alone, none, np.zeros(5, np.float32), none, np.array(parts), none)
    snapshot: Any = None
    found = detection_data._grouping(snapshot, copies)
    assert found["copies"] is alone
    groups = found["groups"]
    assert (None if groups is None else groups.tolist()) == expected
