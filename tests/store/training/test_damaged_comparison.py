"""A comparison of trainings that cannot be read is named as damaged, not taken for never made."""

from pathlib import Path

import numpy as np
import pytest

from lnl_gui.store.damage import damaged_files
from lnl_gui.store.dataset.classes import LabelMap
from lnl_gui.store.jobs import runs
from lnl_gui.store.jobs.parameters import FinetuneParameters
from lnl_gui.store.jobs.runs import RunResult
from lnl_gui.store.project import open_project
from lnl_gui.store.training.training_comparison import (
    FILE_NAME,
    TrainingComparison,
    load_comparison,
    save_comparison,
)
from tests.builders import make_project

ROWS = np.arange(3)


@pytest.mark.parametrize("content", [None, b"", b"PK\3\4half", b"x" * 300])
def test_it_is_named(tmp_path: Path, content: bytes | None) -> None:
    folder = make_project(tmp_path / "p.lnl")
    with open_project(folder) as project:
        run = runs.start_run(project, FinetuneParameters())
        model = folder / "models" / run.id
        model.mkdir(parents=True)
        classes, half = ROWS.astype(np.int32), np.full(3, 0.5)
        save_comparison(
            model, TrainingComparison(ROWS, classes, classes, half, half, half > 1, 9, 0.1)
        )
        result = RunResult({"model": f"models/{run.id}"})
        runs.write_result(run.folder, result)
        runs.record_end(project, run.id, runs.DONE, result)
        if content is not None:
            (model / FILE_NAME).write_bytes(content)
        assert (load_comparison(model, 30, LabelMap(None)) is None) == (content is not None)
        told = [Path(found.file).name for found in damaged_files(project)]
        assert told == ([] if content is None else [FILE_NAME])
