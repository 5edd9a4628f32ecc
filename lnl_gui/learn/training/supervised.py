"""One pass of supervised learning: what warm-ups, plain training and fine-tuning share."""

from collections.abc import Callable

import numpy as np
import torch
from torch import Tensor, nn

from lnl_gui.learn.data.labelled_views import LabelledViews, draw_number, loaded_ahead
from lnl_gui.learn.data.sources import Source, epoch_batches
from lnl_gui.learn.models.inference import device_of, load, mixed_precision
from lnl_gui.learn.training.epochs import mean_loss
from lnl_gui.learn.training.learner import Learner
from lnl_gui.learn.training.optimisation import Schedule
from lnl_gui.util.progress import Progress, no_progress

Objective = Callable[[Tensor, Tensor, Tensor], Tensor]
"""(logits (B, C), labels (B,), rows (B,)) to a scalar loss."""
Forward = Callable[[nn.Module, Tensor], Tensor]
"""(network, inputs) to logits."""


def whole_network(network: nn.Module, inputs: Tensor) -> Tensor:
    """The network's own logits."""
    return network(inputs)


def train_supervised_epoch(
    learner: Learner,
    training: LabelledViews,
    source: Source,
    objective: Objective,
    *,
    batch_size: int,
    epoch: int,
    seed: int,
    number: int = 0,
    rows: np.ndarray | None = None,
    forward: Forward = whole_network,
    schedule: Schedule | None = None,
    epochs: int = 1,
    clip_norm: float = 0.0,
    progress: Progress = no_progress,
) -> float:
    """One pass over all samples, or over `rows`; returns the mean loss.

    Args:
        learner: the network that learns.
        training: labels, and how to load ahead.
        source: the view to learn from.
        objective: the loss.
        batch_size: samples a step.
        epoch: counted from 0; with `seed` and `number` it fixes the order and the views.
        seed: of the run.
        number: 0 or 1, which of two networks learns.
        rows: (n,) int64 samples to use; None uses all.
        forward: logits of the inputs.
        schedule: of the learning rate, over `epochs` passes of this length; None keeps it.
        epochs: how many passes the schedule has.
        clip_norm: largest norm of the gradient; 0 does not clip.
        progress: steps done of all.
    """
    chosen = np.arange(len(training.labels)) if rows is None else rows
    order = epoch_batches(len(chosen), batch_size, seed=seed * 2 + number, epoch=epoch)
    device = device_of(learner.network)
    draw = draw_number(epoch, number, 0)

    def loaded(positions: np.ndarray) -> tuple[Tensor, Tensor, Tensor]:
        picked = chosen[positions]
        labels = torch.from_numpy(training.labels[picked]).to(device)
        return load(source, picked, draw, device), labels, torch.from_numpy(picked).to(device)

    losses: list[Tensor] = []
    learner.network.train()
    for inputs, labels, picked in loaded_ahead(training.views, order, loaded):
        if schedule is not None:
            learner.follow(schedule, steps_per_epoch=len(order), epochs=epochs)
        with mixed_precision(device):
            loss = objective(forward(learner.network, inputs), labels, picked)
        learner.step(loss, clip_norm=clip_norm)
        losses.append(loss.detach())
        progress(len(losses), len(order))
    return mean_loss(losses, f"epoch {epoch + 1}")
