"""MixMatch (Berthelot et al., NeurIPS 2019) as DivideMix and UNICON use it.

Labelled samples have their label refined by the network's prediction, unlabelled ones get a label
guessed by both networks; all of them are then mixed with one another (mixup).
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor, nn

from lnl_gui.learn.data.labelled_views import LabelledViews, draw_number, order_seed
from lnl_gui.learn.data.sources import Source, epoch_batches, in_memory
from lnl_gui.learn.methods.mixing import (
    draw_mixing,
    linear_ramp,
    mean_probabilities,
    mix,
    mixmatch_loss,
    refine,
    sharpen,
)
from lnl_gui.learn.methods.parameters.mixmatch import RAMP_EPOCHS, MixMatchTraining
from lnl_gui.learn.methods.selection import Split
from lnl_gui.learn.training.epoch import Epoch, Step
from lnl_gui.learn.training.learner import Learner
from lnl_gui.learn.training.strategy import Branch, Forward, Strategy
from lnl_gui.util.messages import message
from lnl_gui.util.progress import Progress


@dataclass(frozen=True)
class MixMatch:
    """Constants of one epoch of MixMatch.

    Attributes:
        batch_size: labelled samples a step, and as many unlabelled ones.
        temperature: sharpens targets.
        alpha: of the Beta(alpha, alpha) mixing.
        unlabelled_weight: lambda_u of this epoch before its ramp.
        ramp: (first, length): epochs at which the weight starts from 0 and grows to full.
        train_on_strong: train on strong views; else on the weak views the guesses come from.
        clip_norm: largest norm of the gradient; 0 does not clip.
    """

    batch_size: int = 64
    temperature: float = 0.5
    alpha: float = 4.0
    unlabelled_weight: float = 25.0
    ramp: tuple[int, int] = (10, RAMP_EPOCHS)
    train_on_strong: bool = False
    clip_norm: float = 0.0


def mixmatch_of(parameters: MixMatchTraining) -> MixMatch:
    """The constants of its MixMatch epochs."""
    return MixMatch(
        batch_size=parameters.batch_size,
        temperature=parameters.temperature,
        alpha=parameters.alpha,
        unlabelled_weight=parameters.unlabelled_weight,
        ramp=(parameters.warm_up_epochs, parameters.ramp_epochs),
        train_on_strong=parameters.train_on_strong,
        clip_norm=parameters.clip_norm,
    )


@dataclass(frozen=True)
class MixBatch:
    """One step's samples: rows and views of the labelled and the unlabelled part, on the host.

    Attributes:
        labelled: (L,) int64 rows.
        unlabelled: (U,) int64 rows.
        labelled_guess, unlabelled_guess: two views (L, ...) or (U, ...) that targets come from.
        labelled_train, unlabelled_train: two views of the same shapes that are trained on.
    """

    labelled: np.ndarray
    unlabelled: np.ndarray
    labelled_guess: tuple[Tensor, Tensor]
    unlabelled_guess: tuple[Tensor, Tensor]
    labelled_train: tuple[Tensor, Tensor]
    unlabelled_train: tuple[Tensor, Tensor]


@dataclass(frozen=True)
class Contrast:
    """A loss between two views of the unlabelled samples, added to each step's.

    Attributes:
        project: inputs (B, ...) to projections (B, K).
        loss: of the projections (B, K) of both views, a scalar.
        weight: of the loss.
    """

    project: Forward
    loss: Callable[[Tensor, Tensor], Tensor]
    weight: float


def train_mixmatch_pass(
    epoch: Epoch,
    learner: Learner,
    partner: nn.Module,
    strategy: Strategy,
    training: LabelledViews,
    split: Split,
    settings: MixMatch,
    *,
    number: int,
    seed: int,
    contrast: Contrast | None = None,
    progress: Progress | None = None,
) -> None:
    """Train one of two networks for one pass over the labelled part.

    Args:
        epoch: the current one, counted as in `settings.ramp`.
        learner: the network that learns, with its optimiser.
        partner: the other network, which helps to guess.
        strategy: takes the steps.
        training: all samples.
        split: which of them are labelled, and how far.
        settings: the constants.
        number: 0 or 1, which of the two networks learns.
        seed: of the run.
        contrast: a further loss on unlabelled samples.
        progress: steps done of all; None reports the epoch's.

    Raises:
        UserError: `loss_not_finite`, `out_of_memory`.
    """
    items = _pair_batches(
        split, settings.batch_size, seed=order_seed(seed, number), epoch=epoch.number
    )
    name = f"mixmatch {number}"
    # By row of the whole set, because batches name rows of the whole set.
    weights = np.zeros(len(training.labels), dtype=np.float32)
    weights[split.labelled] = split.weight
    steps = _Steps(
        learner,
        partner,
        strategy,
        training,
        weights,
        settings,
        epoch.generator(name, seed, epoch.number, number),
        contrast,
    )

    def load(item: tuple[int, np.ndarray, np.ndarray]) -> MixBatch:
        return _load(training, item, settings.train_on_strong, epoch.number, number, strategy)

    def step(batch: MixBatch) -> Step:
        # In fractions of an epoch, as in the authors' code: the weight grows within epochs too.
        position = epoch.number + epoch.passes[name].batches / len(items)
        return steps.step(batch, settings.unlabelled_weight * linear_ramp(position, *settings.ramp))

    epoch.run_pass(
        name,
        items,
        load,
        step,
        # A thread costs more than it saves where loading is a slice of an array.
        ahead=not in_memory(training.views.weak),
        progress=progress,
        where=message(
            "network {network} in epoch {epoch}", network=number + 1, epoch=epoch.number + 1
        ),
        named=lambda item: training.named(item[1]),
    )


def _pair_batches(
    split: Split, batch_size: int, *, seed: int, epoch: int
) -> list[tuple[int, np.ndarray, np.ndarray]]:
    """(cycle through the unlabelled, labelled rows, unlabelled rows) of each step."""
    labelled = epoch_batches(len(split.labelled), batch_size, seed=seed, epoch=epoch)
    pairs: list[tuple[int, np.ndarray, np.ndarray]] = []
    cycle = 0
    # An epoch is one pass over the labelled part; the unlabelled part comes round as often as
    # needed, as in the authors' code.
    while len(pairs) < len(labelled):
        again = epoch_batches(
            len(split.unlabelled), batch_size, seed=seed, epoch=draw_number(epoch, 0, 1, cycle + 1)
        )
        rest = labelled[len(pairs) :]
        pairs += [
            (cycle, split.labelled[known], split.unlabelled[unknown])
            for known, unknown in zip(rest, again, strict=False)
        ]
        cycle += 1
    return pairs


def _load(
    training: LabelledViews,
    item: tuple[int, np.ndarray, np.ndarray],
    strong: bool,
    epoch: int,
    number: int,
    strategy: Strategy,
) -> MixBatch:
    cycle, labelled, unlabelled = item
    views = training.views

    def pair(source: Source, rows: np.ndarray, cycle: int, first: int) -> tuple[Tensor, Tensor]:
        # Two views of each sample: guesses are averaged over them, and both are trained on.
        draws = [draw_number(epoch, number, first + k, cycle) for k in range(2)]
        one, other = (strategy.precision.host(source.load(rows, draw)) for draw in draws)
        return one, other

    guess = pair(views.weak, labelled, 0, 0), pair(views.weak, unlabelled, cycle, 0)
    # DivideMix trains on the very views it guessed from.
    train = guess
    if strong:
        train = pair(views.strong, labelled, 0, 2), pair(views.strong, unlabelled, cycle, 2)
    return MixBatch(labelled, unlabelled, *guess, *train)


@dataclass(frozen=True)
class _Steps:
    """The steps of one pass."""

    learner: Learner
    partner: nn.Module
    strategy: Strategy
    training: LabelledViews
    weights: np.ndarray
    settings: MixMatch
    generator: np.random.Generator
    contrast: Contrast | None

    def step(self, batch: MixBatch, unlabelled_weight: float) -> Step:
        """Learn from one batch."""
        refined, guessed, right = self._targets(batch)
        inputs = torch.cat([*batch.labelled_train, *batch.unlabelled_train])
        # One share for the batch, and any row with any other: labelled rows also mix with guessed
        # ones.
        share, partner = draw_mixing(len(inputs), self.generator, self.settings.alpha)
        targets = mix(torch.cat([refined, refined, guessed, guessed]), share, partner)
        branches = [Branch(self.learner.forward, inputs, partner, share)]
        if self.contrast is not None:
            branches += [Branch(self.contrast.project, view) for view in batch.unlabelled_train]

        def loss(logits: Tensor, *projections: Tensor) -> Tensor:
            found = mixmatch_loss(logits, targets, 2 * len(refined), unlabelled_weight)
            if self.contrast is None:
                return found
            return found + self.contrast.weight * self.contrast.loss(*projections)

        # After the targets, whose passes left both networks in evaluation mode.
        self.learner.training_mode()
        value = self.strategy.step(
            [self.learner], branches, loss, clip_norm=self.settings.clip_norm
        )
        # Of the labelled part alone, before it is mixed: mixed targets have no single right class.
        return Step(len(batch.labelled), value, right)

    def _targets(self, batch: MixBatch) -> tuple[Tensor, Tensor, int]:
        """Refined (L, C) and guessed (U, C) targets, on the device, and how many labels of the
        labelled part the network predicts."""
        network = self.learner.network
        # Evaluation mode: batch-norm statistics come from the mixed pass alone.
        network.eval()
        self.partner.eval()
        # Through the strategy, so that guessing too halves its batch when memory runs out.
        own, other = self._without_gradient(network), self._without_gradient(self.partner)
        guessed = mean_probabilities([own, other], batch.unlabelled_guess)
        # Co-refinement asks the learning network alone, co-guessing both (Li et al., ICLR 2020).
        predicted = mean_probabilities([own], batch.labelled_guess)
        labels = torch.from_numpy(self.training.labels[batch.labelled]).to(predicted.device)
        classes = self.training.number_of_classes
        one_hot = nn.functional.one_hot(labels, classes).to(predicted.dtype)
        weight = torch.from_numpy(self.weights[batch.labelled]).to(predicted.device)
        refined = refine(one_hot, weight, predicted, self.settings.temperature)
        right = int((predicted.argmax(dim=1) == labels).sum())
        return refined, sharpen(guessed, self.settings.temperature), right

    def _without_gradient(self, network: nn.Module) -> Forward:
        return lambda view: self.strategy.outputs(network, view)
