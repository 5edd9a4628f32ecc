"""Softmax over classes that is also fast where they are few.

`torch.softmax` over a last dimension shorter than a vector register (16 float32 with AVX-512) falls
back to a loop that takes ten times as long: 2.2 instead of .2 ms for (2048, 5, 10). Below that
length the classes are brought to the front, where the register lies along the samples.
"""

import torch
from torch import Tensor

REGISTER = 16
"""Classes from which on a vector register lies along them."""


def softmax_of_classes(logits: Tensor) -> Tensor:
    """Softmax (..., C) float32 over the last dimension of `logits` (..., C)."""
    if logits.shape[-1] >= REGISTER:
        return torch.softmax(logits, -1)
    return torch.softmax(_classes_first(logits), 0).movedim(0, -1).contiguous()


def log_softmax_of_classes(logits: Tensor) -> Tensor:
    """Log-softmax (..., C) float32 over the last dimension of `logits` (..., C)."""
    if logits.shape[-1] >= REGISTER:
        return torch.log_softmax(logits, -1)
    return torch.log_softmax(_classes_first(logits), 0).movedim(0, -1).contiguous()


def _classes_first(logits: Tensor) -> Tensor:
    return logits.movedim(-1, 0).contiguous()
