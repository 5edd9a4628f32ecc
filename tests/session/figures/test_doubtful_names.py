"""Intervals of wrong labels where classes have doubtful names, whose labels may all be right."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from lnl_gui.session.figures.budget import review_budget
from lnl_gui.session.session import Session
from lnl_gui.store.detection.doubtful_labels import PERHAPS_RIGHT, SEEN
from lnl_gui.store.jobs import runs
from lnl_gui.store.project import open_project
from lnl_gui.util.files.array_file import write_array
from lnl_gui.util.statistics.verdict_calibration import fit_verdicts
from tests.builders import add_detection, make_project

WORST = np.array([0.9, 0.8, 0.7, 0.6, 0.3] + 95 * [0.02], np.float32)


def test_the_next_ones_hold_only_those_of_their_own() -> None:
    def low(samples: int, doubted: np.ndarray | None) -> float:
        found = review_budget(
            WORST,
            next_samples=samples,
            target_rate=0.01,
            relative_error=0.0,
            perhaps_right=doubted,
        )
        if samples == len(WORST):
            assert found.residual_rate.low == pytest.approx(found.remaining_errors.low / 100)
        return found.expected_errors.low

    doubted = WORST[[1, 4]]
    for samples, expected in ((1, 0.0), (2, 0.8), (4, 0.8), (5, 1.1), (100, 1.1)):
        plain = low(samples, None)
        assert low(samples, doubted) == pytest.approx(max(0.0, plain - expected), abs=1e-6)
    assert low(0, doubted) == 0.0


def test_verdicts_on_other_labels_leave_them_open() -> None:
    judged = np.full(30, 0.8)
    model = fit_verdicts(judged, np.ones(30, bool), WORST, relative_error=0.12)
    plain, open_ones = (
        review_budget(
            WORST, next_samples=5, target_rate=0.01, perhaps_right=doubted, calibration=model
        ).expected_errors
        for doubted in (None, WORST[:2])
    )
    assert (open_ones.value, open_ones.high) == (plain.value, plain.high)
    by = float(model.corrected(WORST[:2].astype(np.float64)).sum())
    assert open_ones.low == pytest.approx(max(0.0, plain.low - by))


@pytest.fixture
def session(tmp_path: Path) -> Iterator[Session]:
    """Ninety samples; of the first class the name is doubtful."""
    folder = make_project(tmp_path / "pets.lnl", count=90)
    add_detection(folder, flag_every=4)
    with open_project(folder) as project:
        run = runs.latest_run(project, "detect")
        assert run is not None
    with Session.open(folder, reviewer="ann") as opened:
        write_array(run.folder / f"{PERHAPS_RIGHT}.npy", opened.columns.given == 0)
        yield opened


def test_budget_and_what_is_below_the_line_hold_that_they_are_right(session: Session) -> None:
    columns, file = session.columns, session.detection.folder
    assert file is not None
    stored = file / f"{PERHAPS_RIGHT}.npy"
    doubtful = columns.given == 0
    found, below = session.statistics.budget(next_samples=90), session.statistics.remaining()
    assert session.statistics.budgeting(next_samples=90)() == found
    # A detection of an earlier version left none.
    kept = stored.read_bytes()
    stored.unlink()
    plain, plain_below = session.statistics.budget(next_samples=90), session.statistics.remaining()
    stored.write_bytes(kept)
    for now, before, rows in (
        (found.remaining_errors, plain.remaining_errors, doubtful),
        (found.expected_errors, plain.expected_errors, doubtful),
        (below.errors, plain_below.errors, doubtful & ~columns.flagged),
    ):
        counted = float(columns.suspicion[rows].sum())
        assert counted > 1.0 and (now.value, now.high) == (before.value, before.high)
        assert now.low == pytest.approx(max(0.0, before.low - counted), abs=1e-4)


def test_some_verdicts_on_the_class_tell(session: Session) -> None:
    columns, folder = session.columns, session.detection.folder
    assert folder is not None
    rows = np.flatnonzero(columns.given == 0)
    stored = folder / f"{PERHAPS_RIGHT}.npy"

    def is_open() -> bool:
        now, kept = session.statistics.budget(next_samples=90), stored.read_bytes()
        stored.unlink()
        without = session.statistics.budget(next_samples=90)
        stored.write_bytes(kept)
        return now.remaining_errors.low < without.remaining_errors.low

    session.keep(rows[: SEEN - 1])
    assert is_open()
    session.keep(rows[SEEN - 1 : SEEN])
    assert not is_open()
