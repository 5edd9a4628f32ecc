"""Logits of whole sets in evaluation mode, and precision by device."""

from collections.abc import Sequence
from contextlib import AbstractContextManager

import numpy as np
import torch
from torch import Tensor, nn

from lnl_gui.learn.data.sources import Source
from lnl_gui.util.progress import Progress, no_progress

EVALUATION_BATCH = 512


def mixed_precision(device: torch.device, enabled: bool = True) -> AbstractContextManager:
    """Bfloat16 autocast on CUDA, where it needs no gradient scaler; nothing elsewhere."""
    return torch.autocast(
        device.type, dtype=torch.bfloat16, enabled=enabled and device.type == "cuda"
    )


def device_of(network: nn.Module) -> torch.device:
    """Where the network's parameters lie."""
    return next(network.parameters()).device


def load(source: Source, rows: np.ndarray, draw: int, device: torch.device) -> Tensor:
    """The float32 input of `rows` on `device`, images with channels last.

    `draw` picks the random view.
    """
    values = torch.from_numpy(source.load(rows, draw)).to(device, non_blocking=True)
    return values.contiguous(memory_format=torch.channels_last) if values.ndim == 4 else values


def predict_logits(
    network: nn.Module,
    source: Source,
    *,
    batch_size: int = EVALUATION_BATCH,
    device: torch.device | None = None,
    progress: Progress = no_progress,
) -> Tensor:
    """Logits (N, C) float32 on the CPU of all rows, in evaluation mode; the mode is put back.

    `device` is needed for a network without parameters of its own.
    """
    training = network.training
    network.eval()
    device = device or device_of(network)
    parts = []
    with torch.inference_mode(), mixed_precision(device):
        for start in range(0, len(source), batch_size):
            rows = np.arange(start, min(start + batch_size, len(source)))
            parts.append(network(load(source, rows, 0, device)).float().cpu())
            progress(int(rows[-1]) + 1, len(source))
    network.train(training)
    return torch.cat(parts)


def predict_together(networks: Sequence[nn.Module], source: Source) -> np.ndarray:
    """Probabilities (N, C) of networks whose logits are averaged, as DivideMix and UNICON test."""
    logits = torch.stack([predict_logits(network, source) for network in networks])
    return torch.softmax(logits.mean(dim=0), dim=1).numpy()
