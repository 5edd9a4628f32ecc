"""Checkpoints of a training run, from which a killed run resumes exactly."""

import hashlib
import json
import random
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch

from lnl_gui.util.errors import as_user_error
from lnl_gui.util.files.atomic import atomic_file
from lnl_gui.util.log import logger
from lnl_gui.util.messages import message

FILE_NAME = "checkpoint.pt"
FORMAT = 5
"""Of the state; a run does not resume from a checkpoint of another format, but begins anew."""


def fingerprint(values: dict[str, Any], arrays: Sequence[np.ndarray | None] = ()) -> str:
    """Hash, in 32 hex digits, of what determines a run.

    A run resumes only from a checkpoint with the same fingerprint.

    Args:
        values: JSON values by name, in any order.
        arrays: of any shape and dtype; their bytes count, not their shapes.
    """
    digest = hashlib.blake2b(digest_size=16)
    # Sorted, so that the order in which a dictionary was filled does not matter.
    digest.update(json.dumps(values, sort_keys=True, default=str).encode())
    for array in arrays:
        digest.update(b"none" if array is None else np.ascontiguousarray(array).tobytes())
    return digest.hexdigest()


def random_states() -> dict[str, Any]:
    """The states of all global random generators, as tensors and plain numbers."""
    version, words, gauss = random.getstate()
    numpy_state: Any = np.random.get_state(legacy=True)  # noqa: NPY002 -- libraries may draw from it
    name, keys, position, has_gauss, cached = numpy_state
    return {
        "torch": torch.get_rng_state(),
        "cuda": torch.cuda.get_rng_state_all() if torch.cuda.is_available() else [],
        "xpu": torch.xpu.get_rng_state_all() if torch.xpu.is_available() else [],
        # As a tensor: torch asks of every number in a list whether it is one.
        "python": [version, torch.tensor(words), gauss],
        "numpy": [name, torch.from_numpy(keys.astype(np.int64)), position, has_gauss, cached],
    }


def restore_random_states(states: dict[str, Any]) -> None:
    """Restore the states of the global random generators that `random_states` returned."""
    torch.set_rng_state(states["torch"])
    # A run begun on a GPU may go on without one; the fingerprint does not name the device.
    if states["cuda"] and torch.cuda.is_available():
        torch.cuda.set_rng_state_all(states["cuda"])
    # Checkpoints of earlier versions have none.
    if states.get("xpu") and torch.xpu.is_available():
        torch.xpu.set_rng_state_all(states["xpu"])
    version, words, gauss = states["python"]
    random.setstate((version, tuple(words.tolist()), gauss))
    name, keys, position, has_gauss, cached = states["numpy"]
    words_of_numpy = keys.numpy().astype(np.uint32)
    np.random.set_state((name, words_of_numpy, position, has_gauss, cached))  # noqa: NPY002 -- as above


def seed_everything(seed: int) -> None:
    """Seed all global random generators."""
    random.seed(seed)
    # numpy's old generator takes 32 bits only; torch and Python take more.
    np.random.seed(seed % 2**32)  # noqa: NPY002 -- libraries may draw from it
    torch.manual_seed(seed)


def save_checkpoint(folder: Path, state: dict[str, Any], *, name: str = FILE_NAME) -> None:
    """Write the state atomically; on failure the checkpoint before it stays.

    Raises:
        UserError: when the disk is full or the folder may not be written.
    """
    try:
        with atomic_file(folder / name) as stream:
            torch.save({"format": FORMAT, **state}, stream)
    except OSError as error:
        raise as_user_error(error, message("save the state of the training")) from error
    except RuntimeError as error:
        # torch reports a failed write as a RuntimeError whose cause or context is the OSError.
        cause = error.__cause__ or error.__context__
        if isinstance(cause, OSError):
            raise as_user_error(cause, message("save the state of the training")) from error
        raise


def load_checkpoint(folder: Path, expected: str, *, name: str = FILE_NAME) -> dict[str, Any] | None:
    """The state of an interrupted run with the fingerprint `expected`, or None."""
    file = folder / name
    if not file.is_file():
        return None
    # Tensors alone: a project that came from elsewhere may not run code. On the CPU first, because
    # the device may be gone or full.
    try:
        state = torch.load(file, map_location="cpu", weights_only=True)
    # Torch raises anything on damaged bytes; the training then begins anew.
    except Exception as error:
        logger.warning("%s is damaged: %s", file, error)
        return None
    if not isinstance(state, dict):
        return None
    known = state.get("format") == FORMAT and state.get("fingerprint") == expected
    return state if known else None
