"""The short form of the kills of jobs: each kind once or twice."""

from pathlib import Path

import pytest

from lnl_gui.store.job_kinds import JOB_KINDS
from tests.campaign.computed import CASES, RUN_UNTRAINED, JobCase
from tests.campaign.faults import CAN_FORK
from tests.campaign.job_kills import kill_job, make_apart
from tests.conftest import make_home

QUICK = ("import", "update", "relocate", "attach", "embed")
LONG_ONES = ("demo", "detect", "tune", "noise_test", "finetune")
"""Tried by `python -m tests.campaign.job_kills` alone, as every single write of the others is."""
SAMPLE = [
    case
    for case in (*CASES, RUN_UNTRAINED)
    if case.in_process and case.kind not in (*LONG_ONES, "catalogue", "preview", "export")
]


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("LNL_HOME", str(make_home(tmp_path_factory)))
        return make_apart(tmp_path_factory.mktemp("whole"))


def test_every_kind_of_job_is_tried() -> None:
    assert {case.kind for case in CASES} == set(JOB_KINDS)


@pytest.mark.skipif(not CAN_FORK, reason="needs fork")
@pytest.mark.parametrize("case", SAMPLE, ids=lambda case: case.kind)
def test_a_killed_job_loses_nothing(whole: Path, tmp_path: Path, case: JobCase) -> None:
    figures = kill_job(case, whole, tmp_path / "p", most=2 if case.kind in QUICK else 1)
    assert figures.lost == 0 and figures.tried
