"""Which verdicts say something of labels that nobody has judged, from detection to detection."""

from pathlib import Path

import numpy as np
import pytest

from lnl_gui.pipeline.detection.telling_verdicts import TellingVerdicts, telling_verdicts
from lnl_gui.pipeline.snapshot import take_snapshot
from lnl_gui.session.session import Session
from lnl_gui.store.detection.scores import WHEN_DECIDED
from lnl_gui.util.files.array_file import write_array
from tests.builders import add_detection, make_project

COUNT = 60


@pytest.fixture
def detected(tmp_path: Path) -> Path:
    folder = make_project(tmp_path / "pets.lnl", count=COUNT)
    add_detection(folder)
    return folder


def worst_first(folder: Path) -> np.ndarray:
    suspicion = take_snapshot(folder).scores.suspicion
    return np.argsort(-suspicion, kind="stable")


def keep(folder: Path, rows: np.ndarray) -> TellingVerdicts:
    with Session.open(folder, shows_images=True) as session:
        for row in rows:
            session.keep(np.array([row]))
    return telling_verdicts(take_snapshot(folder))


def next_detection(folder: Path, found: TellingVerdicts, suspicion: np.ndarray) -> None:
    """As the detect job leaves it: what is decided stands at 0."""
    add_detection(folder)
    run = take_snapshot(folder).scores.folder
    assert run is not None
    decided = np.isfinite(found.when_decided)
    write_array(run / "suspicion.npy", np.where(decided, 0.0, suspicion).astype(np.float32))
    write_array(run / f"{WHEN_DECIDED}.npy", found.when_decided)


def test_along_the_order_verdicts_tell_of_the_rest_and_beside_it_they_do_not(
    detected: Path,
) -> None:
    before = take_snapshot(detected).scores.suspicion
    order = worst_first(detected)
    found = keep(detected, order[2:20:3])
    assert found.passed_over == 6 and not found.telling.any() and found.notes()
    np.testing.assert_array_equal(
        np.flatnonzero(np.isfinite(found.when_decided)), np.sort(order[2:20:3])
    )
    np.testing.assert_allclose(found.when_decided[order[2:20:3]], before[order[2:20:3]])
    # Once those that were passed over are decided too, all tell.
    found = keep(detected, np.setdiff1d(order[:20], order[2:20:3]))
    assert found.passed_over == 0 and found.telling.sum() == 20 and not found.notes()


def test_the_next_detection_still_knows_what_was_passed_over(detected: Path) -> None:
    suspicion = take_snapshot(detected).scores.suspicion
    order = worst_first(detected)
    found = keep(detected, order[2:20:3])
    next_detection(detected, found, suspicion)
    again = telling_verdicts(take_snapshot(detected))
    assert again.passed_over == 6
    np.testing.assert_allclose(again.when_decided, found.when_decided)
    # Of a project that was detected by an earlier version it is not known.
    run = take_snapshot(detected).scores.folder
    assert run is not None
    (run / f"{WHEN_DECIDED}.npy").unlink()
    assert telling_verdicts(take_snapshot(detected)).passed_over == 0


def test_what_an_audit_drew_tells_whatever_was_passed_over(detected: Path) -> None:
    with Session.open(detected, shows_images=True) as session:
        drawn = session.statistics.draw_audit(8, seed=0).rows
        for row in drawn:
            session.keep(np.array([row]))
    chosen = np.setdiff1d(worst_first(detected)[2:30:4], drawn)
    found = keep(detected, chosen)
    assert np.flatnonzero(found.telling).tolist() == np.sort(drawn).tolist()
    assert found.passed_over == len(chosen)
