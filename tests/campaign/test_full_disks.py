"""The short form of the full disks: each stage with no room, and with some."""

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from lnl_gui.dataset.writers import list_writers
from lnl_gui.dataset.writers.items import ExportItem, ExportSet
from lnl_gui.util.errors import DISK_FULL_CODE, UserError
from tests.campaign.faults import CAN_FORK
from tests.campaign.full_disks import STAGES, Stage, fill, small_disk, try_stage
from tests.campaign.job_kills import make_apart
from tests.conftest import home_of_its_own

LONG_ONES = ("detect", "finetune", "map", "tune", "noise_test")
"""Tried by `python -m tests.campaign.full_disks` alone, with room growing step by step."""


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    with small_disk(100) as place:
        if place is None or not CAN_FORK:
            pytest.skip("no file system may be mounted here")
    with home_of_its_own(tmp_path_factory):
        return make_apart(tmp_path_factory.mktemp("whole"))


@pytest.mark.parametrize(
    "stage", [s for s in STAGES if s.name not in LONG_ONES], ids=lambda stage: stage.name
)
def test_nothing_is_lost_on_a_full_disk(whole: Path, stage: Stage) -> None:
    figures = try_stage(stage, whole, rooms=(0, 20_000))
    assert figures.lost == 0 and figures.tried


@pytest.mark.parametrize("name", [writer.name for writer in list_writers()])
def test_every_format_names_the_disk_that_is_full(tmp_path: Path, name: str) -> None:
    items = []
    for number in range(12):
        file = tmp_path / f"{number}.png"
        pixels = np.random.default_rng(number).integers(0, 255, (64, 64, 3)).astype(np.uint8)
        Image.fromarray(pixels).save(file)
        items.append(ExportItem(file, "a", path=file.name, given_label="a", given_class="a"))
    [writer] = [writer for writer in list_writers() if writer.name == name]
    with small_disk(1000) as place:
        if place is None:
            pytest.skip("no file system may be mounted here")
        fill(place, 20_000)
        with pytest.raises(UserError) as caught:
            writer.write(place / ".out.0123/images", ExportSet(items, ["a"]))
    assert caught.value.code == DISK_FULL_CODE
    said = str(caught.value)
    assert f"The disk {place} is full" in said and ".out.0123" not in said
