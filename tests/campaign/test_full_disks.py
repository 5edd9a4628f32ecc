"""The short form of the full disks: each stage with no room, and with some."""

from pathlib import Path

import pytest

from tests.campaign.faults import CAN_FORK
from tests.campaign.full_disks import STAGES, Stage, small_disk, try_stage
from tests.campaign.job_kills import make_apart
from tests.conftest import make_home

LONG_ONES = ("detect", "finetune", "map", "tune", "noise_test")
"""Tried by `python -m tests.campaign.full_disks` alone, with room growing step by step."""


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    with small_disk(100) as place:
        if place is None or not CAN_FORK:
            pytest.skip("no file system may be mounted here")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("LNL_HOME", str(make_home(tmp_path_factory)))
        return make_apart(tmp_path_factory.mktemp("whole"))


@pytest.mark.parametrize(
    "stage", [s for s in STAGES if s.name not in LONG_ONES], ids=lambda stage: stage.name
)
def test_nothing_is_lost_on_a_full_disk(whole: Path, stage: Stage) -> None:
    figures = try_stage(stage, whole, rooms=(0, 20_000))
    assert figures.lost == 0 and figures.tried
