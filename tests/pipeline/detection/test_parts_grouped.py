"""Parts of one picture are a group wherever labels are judged, and are no copies."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from lnl_gui.detect.copies.find import Copies
from lnl_gui.detect.issues.issue import flag_above
from lnl_gui.pipeline.detection import detection_data
from lnl_gui.pipeline.detection.issues import write_issues
from lnl_gui.pipeline.snapshot import take_snapshot
from lnl_gui.util.messages import NOTHING

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


def test_a_detection_keeps_parts_beside_the_copies_and_names_no_duplicates(
    embedded: Path, tmp_path: Path
) -> None:
    snapshot = take_snapshot(embedded)
    count = len(snapshot)
    none, alone = np.zeros(count, bool), np.full(count, -1, np.int32)
    parts = np.where(np.arange(count) < 3, 0, -1).astype(np.int32)
    copies = Copies(alone, none, np.zeros(count, np.float32), none, parts, parts == 0)
    off_topic = flag_above("off_topic", np.full(count, np.nan, np.float32), 0.5, NOTHING)
    issues = write_issues(tmp_path, snapshot, copies, [], off_topic)
    assert not any(found for name, found in issues.items() if "duplicate" in name)
    assert np.load(tmp_path / "picture_parts.npy").tolist() == parts.tolist()
    assert (np.load(tmp_path / "duplicate_group.npy") == -1).all()
