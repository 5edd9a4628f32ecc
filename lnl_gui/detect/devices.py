"""Where a detector computes: on a GPU while its memory holds the work, else on the processor."""

from collections.abc import Callable
from typing import TypeVar

from lnl_gui.util.log import logger

Result = TypeVar("Result")

PROCESSOR = "cpu"


def within_memory(work: Callable[[str], Result], device: str) -> Result:
    """Do `work` on a device, or once more on the processor where the device runs out of memory.

    Args:
        work: takes the device, as torch names it, and leaves nothing behind when it fails.
        device: where to try it first.
    """
    if device == PROCESSOR:
        return work(device)
    import torch  # noqa: PLC0415 - TURTLE on the processor needs none

    try:
        return work(device)
    except torch.OutOfMemoryError as error:
        logger.info("the memory of %s is too small, the processor takes over: %s", device, error)
    # Not above, where the error still holds what the failed work had there.
    return work(PROCESSOR)
