"""Which verdicts a detection takes for the truth."""

from pathlib import Path

import numpy as np

from lnl_gui.pipeline.detection.verdict_labels import unseen_verdicts, verdict_labels
from lnl_gui.pipeline.snapshot import take_snapshot
from lnl_gui.session.session import Session
from tests.builders import add_detection, make_project

COUNT = 120


def test_what_was_decided_for_many_at_once_is_judged_as_it_came(tmp_path: Path) -> None:
    folder = make_project(tmp_path / "pets.lnl", count=COUNT)
    add_detection(folder)
    with Session.open(folder, shows_images=True) as session:
        session.keep(np.arange(60))
        session.accept(np.arange(60, 80))
        session.relabel(np.arange(80, 90), 1)
        session.keep(np.array([7]))
    snapshot = take_snapshot(folder)
    certain = np.flatnonzero(verdict_labels(snapshot) >= 0)
    # Some accepted together were in view; of sixty nobody saw each.
    assert certain.tolist() == [7, *range(60, 90)]
    decided = np.isin(snapshot.samples.status, (1, 2)).sum()
    (note,) = unseen_verdicts(snapshot, np.arange(COUNT) < 5)
    assert str(note).startswith(f"{decided - len(certain)} verdicts were given to many")
    assert "suspects among them: 5." in str(note)
