"""Halving of the batch when device memory runs out."""

import logging
from collections.abc import Callable

import numpy as np
import torch

from lnl_gui.util.errors import UserError
from lnl_gui.util.messages import message

logger = logging.getLogger(__name__)

HALVINGS = 3
"""How often running out of memory halves the batch before it becomes an error."""


def embed_halving(
    forward: Callable[[np.ndarray], np.ndarray],
    batch: np.ndarray,
    *,
    batch_size: int,
    release: Callable[[], None],
) -> tuple[np.ndarray, int]:
    """Run `forward` over (B, ...) in parts, halving their size up to three times when memory ends.

    Args:
        batch: (B, ...) any shape after the first dimension.
        batch_size: rows at a time to begin with.
        forward: (b, ...) to (b, D); may raise torch's out-of-memory error.
        release: gives cached memory back before the next try.

    Returns:
        (B, D), of the dtype `forward` gives, and the size that fitted.

    Raises:
        UserError: with code `out_of_memory` after three halvings.
    """
    for halving in range(HALVINGS + 1):
        size = max(1, batch_size >> halving)
        try:
            parts = [forward(batch[at : at + size]) for at in range(0, len(batch), size)]
            return np.concatenate(parts), size
        except RuntimeError as error:
            if not is_out_of_memory(error):
                raise
            logger.warning("Out of memory with %d images at a time.", size)
        # Outside the handler, whose traceback still holds the tensors that did not fit.
        release()
    raise UserError(
        message("The device's memory does not hold {size} images at a time.", size=size),
        message("Close other programs that use it, choose a smaller encoder, or run on the CPU."),
        code="out_of_memory",
    )


def is_out_of_memory(error: RuntimeError) -> bool:
    """Whether the error says that memory ran out (MPS says so only in its text)."""
    return isinstance(error, torch.OutOfMemoryError) or "out of memory" in str(error).lower()
