import errno
import random
from pathlib import Path
from typing import NoReturn

import numpy as np
import pytest
import torch

from lnl_gui.learn.training.checkpoint import (
    FILE_NAME,
    fingerprint,
    load_checkpoint,
    random_states,
    restore_random_states,
    save_checkpoint,
    seed_everything,
)
from lnl_gui.util.errors import UserError


def _draw() -> tuple[float, float, float]:
    return random.random(), float(np.random.rand()), float(torch.rand(()))  # noqa: NPY002


def test_random_states_go_through_a_file(tmp_path: Path) -> None:
    seed_everything(5)
    _draw()
    save_checkpoint(tmp_path, {"fingerprint": "f", "random": random_states()})
    expected = _draw()
    state = load_checkpoint(tmp_path, "f")
    assert state is not None
    restore_random_states(state["random"])
    assert _draw() == expected


@pytest.mark.parametrize("kind", ["cuda", "xpu"])
def test_random_states_of_a_gpu_are_kept_and_restored(
    kind: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    module, restored = getattr(torch, kind), []
    monkeypatch.setattr(module, "is_available", lambda: True)
    monkeypatch.setattr(module, "get_rng_state_all", lambda: [torch.arange(3)])
    monkeypatch.setattr(module, "set_rng_state_all", restored.append)
    save_checkpoint(tmp_path, {"fingerprint": "f", "random": random_states()})
    state = load_checkpoint(tmp_path, "f")
    assert state is not None
    restore_random_states(state["random"])
    assert [[values.tolist() for values in found] for found in restored] == [[[0, 1, 2]]]
    # A checkpoint of before this kind was known, or a machine without it.
    restore_random_states({k: v for k, v in state["random"].items() if k != "xpu"})
    monkeypatch.setattr(module, "is_available", lambda: False)
    restore_random_states(state["random"])
    assert len(restored) == (2 if kind == "cuda" else 1)


def test_another_runs_checkpoint_is_left_alone(tmp_path: Path) -> None:
    save_checkpoint(tmp_path, {"fingerprint": "one"})
    assert load_checkpoint(tmp_path, "two") is None
    assert load_checkpoint(tmp_path / "empty", "one") is None


def test_fingerprint_sees_values_and_arrays() -> None:
    base = fingerprint({"a": 1}, [np.arange(3)])
    assert base == fingerprint({"a": 1}, [np.arange(3)])
    assert base != fingerprint({"a": 2}, [np.arange(3)])
    assert base != fingerprint({"a": 1}, [np.arange(4)])
    assert base != fingerprint({"a": 1}, [None])


def test_a_full_disk_keeps_the_old_checkpoint(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    save_checkpoint(tmp_path, {"fingerprint": "f", "epoch": 1})

    def full(descriptor: int) -> NoReturn:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr("os.fsync", full)
    with pytest.raises(UserError, match=r"disk .* is full"):
        save_checkpoint(tmp_path, {"fingerprint": "f", "epoch": 2})
    state = load_checkpoint(tmp_path, "f")
    assert state is not None and state["epoch"] == 1
    assert [file.name for file in tmp_path.iterdir()] == [FILE_NAME]
