"""One pass of supervised learning, shared by stages, warm-ups and plain training."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

import numpy as np
import torch
from torch import Tensor, nn

from lnl_gui.learn.data.labelled_views import LabelledViews
from lnl_gui.learn.data.sources import Source, epoch_batches, in_memory
from lnl_gui.learn.training.epoch import Epoch, Pass, Step
from lnl_gui.learn.training.learner import Learner
from lnl_gui.learn.training.ranks import shares
from lnl_gui.learn.training.rates import Schedule
from lnl_gui.learn.training.strategy import Branch, Forward, Strategy
from lnl_gui.util.progress import Progress

Losses = Callable[[Tensor, Tensor, Tensor], Tensor]
"""(logits (b, C), labels (b,) or soft labels (b, C), rows (b,)) to losses (b,)."""
Select = Callable[[Tensor], Tensor]
"""Losses (B,) of a whole batch to the positions (K,) that are learnt from."""


@dataclass(frozen=True)
class Supervision:
    """Settings of one pass.

    Attributes:
        losses: of each sample.
        batch_size: samples a step.
        order_seed: with the epoch's number it fixes the order.
        draw: which random view is loaded.
        schedule: of the learning rate; None keeps it.
        epochs: how many passes the schedule has.
        clip_norm: largest norm of the gradient; 0 does not clip.
        mixup_alpha: Beta(alpha, alpha) mixing inside a batch; 0 mixes nothing.
        window: side of the random window of feature maps that a step sees, relative to theirs.
        select: which samples of a batch count, by their losses; None: all.
    """

    losses: Losses
    batch_size: int
    order_seed: int
    draw: int
    schedule: Schedule | None = None
    epochs: int = 1
    clip_norm: float = 0.0
    mixup_alpha: float = 0.0
    window: float = 1.0
    select: Select | None = None


def train_supervised_pass(
    epoch: Epoch,
    learner: Learner,
    strategy: Strategy,
    training: LabelledViews,
    source: Source,
    how: Supervision,
    *,
    name: str = "supervised",
    rows: np.ndarray | None = None,
    forward: Forward | None = None,
    progress: Progress | None = None,
) -> Pass:
    """Train one pass over all samples, or over `rows`.

    Args:
        epoch: the current one.
        learner: the network that learns.
        strategy: takes the steps.
        training: labels and names.
        source: the view to learn from.
        how: loss, batches, rates.
        name: of the pass, unique in its epoch.
        rows: (n,) int64 samples to use; None uses all.
        forward: inputs to logits; None passes the whole network.
        progress: steps done of all; None reports the epoch's.

    Raises:
        UserError: `loss_not_finite`, `out_of_memory`.
    """
    chosen = np.arange(len(training.labels)) if rows is None else rows
    order = epoch_batches(len(chosen), how.batch_size, seed=how.order_seed, epoch=epoch.number)
    passes = _Steps(learner, strategy, training, how, forward or learner.forward, len(order))
    ranks = strategy.ranks

    def load(positions: np.ndarray) -> _Loaded:
        picked = chosen[positions]
        mine = ranks.share(len(picked))
        # Where the share is empty one row is read all the same: it says what shape rows have.
        read = picked[mine] if mine.start < mine.stop else picked[:1]
        try:
            inputs = strategy.precision.host(source.load(read, how.draw))
        except Exception as error:
            if not ranks.several:
                raise
            return _Loaded(picked, mine, torch.zeros(0), error)
        return _Loaded(picked, mine, inputs[: mine.stop - mine.start])

    # Set at each pass: what came between may have been an evaluation.
    learner.training_mode()
    return epoch.run_pass(
        name,
        order,
        load,
        passes.step,
        ahead=not in_memory(source),
        progress=ranks.reporting(progress or epoch.progress),
        named=lambda positions: training.named(chosen[positions]),
    )


@dataclass(frozen=True)
class _Loaded:
    """A batch: its rows (B,), which of them are this process's, and the inputs of those."""

    rows: np.ndarray
    mine: slice
    inputs: Tensor
    failure: Exception | None = None


@dataclass(frozen=True)
class _Steps:
    """The steps of one pass."""

    learner: Learner
    strategy: Strategy
    training: LabelledViews
    how: Supervision
    forward: Forward
    steps: int

    def step(self, loaded: _Loaded) -> Step:
        """Learn from one batch, or from this process's share of it."""
        rows, mine = loaded.rows, loaded.mine
        how, learner, ranks = self.how, self.learner, self.strategy.ranks
        ranks.agree(loaded.failure)
        if how.schedule is not None:
            learner.follow(how.schedule, steps_per_epoch=self.steps, epochs=how.epochs)
        labels = torch.from_numpy(self.training.targets(rows))
        targets, partner, share = mixup(labels, self.training.number_of_classes, how.mixup_alpha)
        inputs = random_window(loaded.inputs, how.window)
        partners = None
        if partner is not None and ranks.several:
            # A partner may be another process's.
            parts = shares(len(rows), ranks.count)
            partners = ranks.gather(inputs, [part.stop - part.start for part in parts])
            partner = partner[mine]
        branch = Branch(self.forward, inputs, partner, share, partners)
        whole, rows, targets = len(rows), rows[mine], targets[mine]
        # Filled part by part; a part that ran out of memory is simply written again.
        right = torch.zeros(len(rows), dtype=torch.bool)

        def losses(logits: Tensor, part: slice) -> Tensor:
            right[part] = logits.detach().argmax(dim=1).cpu() == _given(targets[part])
            wanted = targets[part].to(logits.device)
            return how.losses(logits, wanted, torch.from_numpy(rows[part]).to(logits.device))

        if how.select is None:
            loss = self.strategy.step_by_sample(
                learner, branch, losses, clip_norm=how.clip_norm, whole=whole
            )
        else:
            # Which losses are smallest is known only over the whole batch, so it must not pass in
            # parts that choose for themselves.
            batch_loss = partial(_selected, losses, how.select)
            loss = self.strategy.step([learner], [branch], batch_loss, clip_norm=how.clip_norm)
        return Step(whole, loss, int(ranks.total(int(right.sum()))))


def _selected(losses: Callable[[Tensor, slice], Tensor], select: Select, logits: Tensor) -> Tensor:
    every = losses(logits, slice(0, len(logits)))
    return every[select(every)].mean()


def _given(targets: Tensor) -> Tensor:
    return targets if targets.ndim == 1 else targets.argmax(dim=1)


def mixup(
    labels: Tensor, number_of_classes: int, alpha: float
) -> tuple[Tensor, Tensor | None, float]:
    """Draw mixup's targets, partners and share for a batch (Zhang et al., ICLR 2018).

    Args:
        labels: (B,) int64, or soft ones (B, C) float32.
        number_of_classes: C.
        alpha: of Beta(alpha, alpha), of which the larger share is taken; 0 mixes nothing.

    Returns:
        the labels, None and 1; or soft labels (B, C), partners (B,) int64 and a share in [.5, 1].
    """
    if not alpha:
        return labels, None, 1.0
    share = float(torch.distributions.Beta(alpha, alpha).sample())
    # The row's own share is the larger, so that the label counted as right is its own.
    share = max(share, 1 - share)
    partner = torch.randperm(len(labels))
    soft = labels
    if labels.ndim == 1:
        soft = nn.functional.one_hot(labels, number_of_classes).float()
    return share * soft + (1 - share) * soft[partner], partner, share


def random_window(values: Tensor, side: float) -> Tensor:
    """Cut a random window out of feature maps (B, D, H, W), the same for the whole batch.

    A crop where no pixels are left to crop.

    Args:
        values: (B, D, H, W) of any dtype; another number of axes comes back as it is.
        side: of the window relative to H and to W; from 1 on nothing is cut.
    """
    if values.ndim != 4 or side >= 1:
        return values
    cut = []
    for length in values.shape[2:]:
        kept = max(1, round(side * length))
        # From torch's generator, whose state checkpoints hold.
        first = int(torch.randint(0, length - kept + 1, ()))
        cut.append(slice(first, first + kept))
    return values[:, :, cut[0], cut[1]]
