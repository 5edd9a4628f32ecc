"""The short form of the kills of jobs: each kind once or twice."""

import re
from pathlib import Path

import pytest

from lnl_gui.store.jobs.job_kinds import JOB_KINDS
from tests.campaign.computed import CASES, RUN_UNTRAINED, JobCase, as_text
from tests.campaign.faults import CAN_FORK, killed_at
from tests.campaign.job_kills import kill_job, make_apart
from tests.campaign.states import first_of_each_kind, record_states
from tests.conftest import home_of_its_own

QUICK = ("import", "update", "extend", "relocate", "attach", "embed")
LONG_ONES = ("demo", "detect", "tune", "noise_test", "finetune")
"""Tried by `python -m tests.campaign.job_kills` alone, as every single write of the others is."""
SAMPLE = [
    case
    for case in (*CASES, RUN_UNTRAINED)
    if case.in_process
    and case.kind not in (*LONG_ONES, "catalogue", "preview", "forecast", "export")
]


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    with home_of_its_own(tmp_path_factory):
        return make_apart(tmp_path_factory.mktemp("whole"))


def test_every_kind_of_job_is_tried() -> None:
    assert {case.kind for case in CASES} == set(JOB_KINDS)


@pytest.mark.skipif(not CAN_FORK, reason="needs fork")
@pytest.mark.parametrize("case", SAMPLE, ids=lambda case: case.kind)
def test_a_killed_job_loses_nothing(whole: Path, tmp_path: Path, case: JobCase) -> None:
    figures = kill_job(case, whole, tmp_path / "p", most=2 if case.kind in QUICK else 1)
    assert figures.lost == 0 and figures.tried


def names_in(place: Path) -> list[str]:
    """What lies there, without what is never the same twice."""
    return sorted(
        re.sub(r"[0-9a-f]{8,}", "#", str(file.relative_to(place))) for file in place.rglob("*")
    )


@pytest.mark.skipif(not CAN_FORK, reason="needs fork")
def test_what_is_recorded_is_what_kills_leave(whole: Path, tmp_path: Path) -> None:
    case = next(case for case in CASES if case.kind == "relocate")
    place = tmp_path / "p"
    case.start(whole, place)
    states, changes, _ = record_states(
        lambda: as_text(case.run(place)), [place], tmp_path / "states"
    )
    assert 5 < len(states) < changes
    assert len(first_of_each_kind(states, every=1000)) < len(states)
    recorded = []
    for state in states:
        state.restore([place])
        recorded.append(names_in(place))
    # Not the last ones: a second run may make one fewer than the first, which was recorded.
    for number in (2, changes // 4, changes // 2, 3 * changes // 4):
        case.start(whole, place)
        assert killed_at(number, lambda: case.run(place))
        assert names_in(place) in recorded
