"""Prediction: logits of whole sets in evaluation mode, a batch at a time."""

from collections.abc import Sequence

import numpy as np
import torch
from torch import Tensor, nn

from lnl_gui.encoders.loading.batch_halving import embed_halving
from lnl_gui.learn.data.sources import Source, batches, plain_batches
from lnl_gui.learn.models.precision import Precision, device_of
from lnl_gui.util.progress import Progress, no_progress

EVALUATION_BATCH = 128
"""Rows a pass: 512 images of 224 pixels would take some 3 GB in a network's first layers."""


def predict_logits(
    network: nn.Module,
    source: Source,
    *,
    precision: Precision | None = None,
    batch_size: int = EVALUATION_BATCH,
    progress: Progress = no_progress,
) -> Tensor:
    """Compute the logits of all rows in evaluation mode; the mode is restored.

    Args:
        network: from rows of `source` to (b, C).
        source: N rows; they are loaded one batch ahead of the network.
        precision: None computes in float32 where the network lies.
        batch_size: rows a pass, fewer where memory runs out.
        progress: rows done of N.

    Returns:
        (N, C) float32 on the CPU; (0, 0) for a source without rows.

    Raises:
        UserError: code `out_of_memory` when even an eighth of a batch does not fit.
    """
    if len(source) == 0:
        return torch.zeros(0, 0)
    chosen = precision or Precision(device_of(network))

    def forward(values: np.ndarray) -> np.ndarray:
        with torch.inference_mode(), chosen.autocast():
            # float32 before leaving the device: numpy has no bfloat16.
            return network(chosen.place(chosen.host(values))).float().cpu().numpy()

    training = network.training
    network.eval()
    parts: list[np.ndarray] = []
    for batch in batches(source, plain_batches(len(source), batch_size), 0):
        # The size that fitted is kept, so that memory runs out once, not at every batch.
        logits, batch_size = embed_halving(
            forward, batch.values, batch_size=batch_size, release=chosen.release
        )
        parts.append(logits)
        progress(int(batch.rows[-1]) + 1, len(source))
    network.train(training)
    return torch.from_numpy(np.concatenate(parts))


def probabilities_of(logits: Sequence[Tensor]) -> np.ndarray:
    """Softmax (N, C) float32 of the mean of one or more networks' logits (N, C).

    DivideMix and UNICON test so: both networks' logits are averaged.
    """
    return torch.softmax(torch.stack(list(logits)).mean(dim=0), dim=1).numpy()


def predict_together(
    networks: Sequence[nn.Module], source: Source, *, precision: Precision | None = None
) -> np.ndarray:
    """Probabilities (N, C) float32 of networks whose logits are averaged."""
    return probabilities_of([predict_logits(n, source, precision=precision) for n in networks])
