"""A finished training is taken over only where all of it is whole and lies in its own folder."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from safetensors.numpy import save_file

from lnl_gui.learn.finetuning.finetune import FinetuneResult
from lnl_gui.pipeline.training import finished_training
from lnl_gui.util.files.atomic import write_json

HELD_OUT = np.array([[0.25, 0.75], [0.5, 0.5]], np.float32)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    home = tmp_path / "curated"
    model = home / "model"
    model.mkdir(parents=True)
    write_json(model / "model.json", {"class_names": ["a", "b"]})
    save_file({"x": np.zeros(3, np.float32)}, str(model / "model.safetensors"))
    labels = np.array([1, 0], np.int32)
    result = FinetuneResult(model, "probe", 0.9, None, HELD_OUT, labels, (), (), False, 1.0)
    finished_training.save(home, result)
    return home


def _change(**values: Any) -> Callable[[Path], object]:
    def change(home: Path) -> None:
        file = home / "finished.json"
        write_json(file, json.loads(file.read_text()) | values)

    return change


DAMAGE: dict[str, Callable[[Path], object]] = {
    "no predictions": lambda home: (home / "probabilities.npy").unlink(),
    "cut predictions": lambda home: (home / "probabilities.npy").write_bytes(b"\x93NUMPY"),
    "flat predictions": lambda home: np.save(home / "probabilities.npy", HELD_OUT[0]),
    "no numbers": lambda home: np.save(home / "probabilities.npy", HELD_OUT * np.nan),
    "text": lambda home: np.save(home / "labels.npy", np.array(["a", "b"])),
    "other labels": lambda home: np.save(home / "labels.npy", np.array([1, 7], np.int32)),
    "fewer labels": lambda home: np.save(home / "labels.npy", np.array([1], np.int32)),
    "a list": lambda home: (home / "finished.json").write_text("[1]"),
    "metrics of text": _change(metrics="x"),
    "reports of text": _change(reports="x"),
    "cut weights": lambda home: (home / "model" / "model.safetensors").write_bytes(b"\1\2"),
    "no card": lambda home: (home / "model" / "model.json").unlink(),
    "elsewhere": _change(model="../../elsewhere"),
    "absolute": _change(model="/etc"),
    "of another system": _change(model="C:\\Users"),
    "a number for a model": _change(model=5),
}


def test_a_whole_one_is_taken_over(folder: Path) -> None:
    found = finished_training.load(folder)
    assert found is not None and found.model == folder / "model"
    np.testing.assert_array_equal(found.probabilities, HELD_OUT)


@pytest.mark.parametrize("way", DAMAGE)
def test_anything_else_is_trained_again(folder: Path, way: str) -> None:
    DAMAGE[way](folder)
    assert finished_training.load(folder) is None
