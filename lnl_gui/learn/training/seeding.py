"""Seeds of a training's epochs."""

from collections.abc import Iterator
from contextlib import contextmanager

import numpy as np
import torch


@contextmanager
def seeded_torch(seed: int, *, phase: int, epoch: int) -> Iterator[None]:
    """Seed torch's generators for one epoch of one phase, and put them back afterwards.

    Covers the CPU and the current CUDA device; numpy's and Python's are seeded once a run.
    """
    # SeedSequence hashes all three: a sum would give neighbouring seeds, phases or epochs the same
    # draws. The first phase is drawn as runs of one phase always were.
    key = (phase,) if phase else ()
    words = np.random.SeedSequence((seed, epoch), spawn_key=key).generate_state(2)
    # fork_rng saves every device by default and warns of it where there are many.
    current = [torch.cuda.current_device()] if torch.cuda.is_available() else []
    with torch.random.fork_rng(devices=current):
        seed_present_devices(int(words[0]) << 16 ^ int(words[1]))
        yield


def seed_present_devices(seed: int) -> None:
    """Seed torch's generators of the CPU and of what computes here.

    `torch.manual_seed` writes down the whole stack for each kind of device that is not there: .8
    instead of .1 ms in every one of a small set's thousand epochs.
    """
    torch.default_generator.manual_seed(seed)
    if torch.cuda.is_available():
        torch.cuda.manual_seed_all(seed)
    if torch.xpu.is_available():
        torch.xpu.manual_seed_all(seed)
    if torch.backends.mps.is_available():
        torch.mps.manual_seed(seed)
