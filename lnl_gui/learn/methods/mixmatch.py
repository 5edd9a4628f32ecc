"""MixMatch as DivideMix and UNICON use it: refine, guess, mix, and learn (Berthelot et al. 2019).

Trusted samples keep their label as far as it is trusted; the rest gets labels guessed by both
networks. Everything is then mixed with everything.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor, nn

from lnl_gui.learn.data.labelled_views import LabelledViews, draw_number, loaded_ahead
from lnl_gui.learn.data.sources import Source, epoch_batches
from lnl_gui.learn.losses.cross_entropy import cross_entropy
from lnl_gui.learn.losses.targets import log_probabilities
from lnl_gui.learn.methods.selection import Split
from lnl_gui.learn.methods.warm_up import WarmUpTraining
from lnl_gui.learn.models.inference import device_of, load, mixed_precision
from lnl_gui.learn.training.epochs import mean_loss
from lnl_gui.learn.training.learner import Learner
from lnl_gui.util.progress import Progress

RAMP_EPOCHS = 16


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


@dataclass(frozen=True)
class MixMatchTraining(WarmUpTraining):
    """What the parameters of methods have that warm up and then train by MixMatch."""

    batch_size: int = 64
    temperature: float = 0.5
    alpha: float = 4.0
    unlabelled_weight: float = 25.0
    ramp_epochs: int = RAMP_EPOCHS
    train_on_strong: bool = False
    """Strong views to train (Nishi et al.), weak ones to model losses and guess."""


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
    """One step's samples: rows, two guessing and two training views of each part."""

    labelled: np.ndarray
    unlabelled: np.ndarray
    labelled_guess: tuple[Tensor, Tensor]
    unlabelled_guess: tuple[Tensor, Tensor]
    labelled_train: tuple[Tensor, Tensor]
    unlabelled_train: tuple[Tensor, Tensor]


ExtraLoss = Callable[[MixBatch], Tensor]


def sharpen(probabilities: Tensor, temperature: float) -> Tensor:
    """p^(1/T) renormalised, over the last axis."""
    powered = probabilities ** (1 / temperature)
    return powered / powered.sum(dim=-1, keepdim=True)


def mean_probabilities(networks: list[nn.Module], views: tuple[Tensor, ...]) -> Tensor:
    """Mean softmax (B, C) over networks and views; no gradient."""
    with torch.no_grad():
        outputs = [log_probabilities(net(view)).exp() for net in networks for view in views]
    return torch.stack(outputs).mean(dim=0)


def refine(one_hot: Tensor, weight: Tensor, predicted: Tensor, temperature: float) -> Tensor:
    """Co-refinement: w y + (1 - w) p, sharpened. Shapes (B, C), (B,), (B, C)."""
    share = weight.unsqueeze(1)
    return sharpen(share * one_hot + (1 - share) * predicted, temperature)


def mix(
    inputs: Tensor, targets: Tensor, generator: np.random.Generator, alpha: float
) -> tuple[Tensor, Tensor]:
    """Mix each sample with another: share max(l, 1 - l) of its own, l ~ Beta(alpha, alpha)."""
    share = float(generator.beta(alpha, alpha))
    share = max(share, 1 - share)
    order = torch.from_numpy(generator.permutation(len(inputs))).to(inputs.device)
    mixed = share * inputs + (1 - share) * inputs[order]
    return mixed, share * targets + (1 - share) * targets[order]


def linear_ramp(position: float, first: float, length: float) -> float:
    """0 up to `first`, 1 from `first + length` on, linear between."""
    return float(np.clip((position - first) / length, 0.0, 1.0)) if length else 1.0


def consistency(logits: Tensor, targets: Tensor) -> Tensor:
    """Mean squared error of probabilities over samples and classes."""
    return ((log_probabilities(logits).exp() - targets) ** 2).mean()


def prior_penalty(logits: Tensor) -> Tensor:
    """sum_c (1/C) log((1/C) / mean p_c): keeps the mean prediction near uniform."""
    mean = log_probabilities(logits).exp().mean(dim=0)
    return -(mean * mean.shape[0]).clamp_min(1e-12).log().mean()


def mixmatch_loss(
    logits: Tensor, targets: Tensor, labelled: int, unlabelled_weight: float
) -> Tensor:
    """L_x + lambda_u L_u + L_reg; the first `labelled` rows are the labelled part."""
    supervised = cross_entropy(logits[:labelled], targets[:labelled])
    unsupervised = consistency(logits[labelled:], targets[labelled:])
    return supervised + unlabelled_weight * unsupervised + prior_penalty(logits)


def train_mixmatch_epoch(
    learner: Learner,
    partner: nn.Module,
    training: LabelledViews,
    split: Split,
    settings: MixMatch,
    *,
    epoch: int,
    number: int,
    seed: int,
    extra_loss: ExtraLoss | None = None,
    progress: Progress,
) -> float:
    """Train one of two networks for one pass over the labelled part; returns the mean loss.

    Args:
        learner: the network that learns, with its optimiser.
        partner: the other network, which helps to guess.
        training: all samples.
        split: which of them are labelled, and how far.
        settings: the constants.
        epoch: counted from 0, as in `settings.ramp`.
        number: 0 or 1, which of the two networks learns.
        seed: of the run.
        extra_loss: added to the loss of each step.
        progress: steps done of all.
    """
    steps = _pair_batches(split, settings.batch_size, seed=seed * 2 + number, epoch=epoch)
    generator = np.random.default_rng((seed, epoch, number))
    weights = np.zeros(len(training.labels), dtype=np.float32)
    weights[split.labelled] = split.weight
    device = device_of(learner.network)

    def loaded(step: tuple[int, np.ndarray, np.ndarray]) -> MixBatch:
        return _load(training, step, settings.train_on_strong, epoch, number, device)

    losses: list[Tensor] = []
    for batch in loaded_ahead(training.views, steps, loaded):
        position = epoch + len(losses) / len(steps)
        share = settings.unlabelled_weight * linear_ramp(position, *settings.ramp)
        with mixed_precision(device):
            targets = _targets(learner.network, partner, batch, training, weights, settings)
            learner.network.train()
            loss = _mixed_loss(learner.network, batch, targets, generator, settings.alpha, share)
            if extra_loss is not None:
                loss = loss + extra_loss(batch)
        learner.step(loss, clip_norm=settings.clip_norm)
        losses.append(loss.detach())
        progress(len(losses), len(steps))
    return mean_loss(losses, f"network {number + 1} in epoch {epoch + 1}")


def _pair_batches(
    split: Split, batch_size: int, *, seed: int, epoch: int
) -> list[tuple[int, np.ndarray, np.ndarray]]:
    """(cycle through the unlabelled, labelled rows, unlabelled rows) of each step."""
    labelled = epoch_batches(len(split.labelled), batch_size, seed=seed, epoch=epoch)
    pairs: list[tuple[int, np.ndarray, np.ndarray]] = []
    cycle = 0
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
    step: tuple[int, np.ndarray, np.ndarray],
    strong: bool,
    epoch: int,
    number: int,
    device: torch.device,
) -> MixBatch:
    cycle, labelled, unlabelled = step
    views = training.views

    def pair(source: Source, rows: np.ndarray, cycle: int, first: int) -> tuple[Tensor, Tensor]:
        numbers = [draw_number(epoch, number, first + k, cycle) for k in range(2)]
        return (load(source, rows, numbers[0], device), load(source, rows, numbers[1], device))

    guess = pair(views.weak, labelled, 0, 0), pair(views.weak, unlabelled, cycle, 0)
    train = guess
    if strong:
        train = pair(views.strong, labelled, 0, 2), pair(views.strong, unlabelled, cycle, 2)
    return MixBatch(labelled, unlabelled, *guess, *train)


def _targets(
    network: nn.Module,
    partner: nn.Module,
    batch: MixBatch,
    training: LabelledViews,
    weights: np.ndarray,
    settings: MixMatch,
) -> tuple[Tensor, Tensor]:
    # Evaluation mode: batch-norm statistics come from the mixed pass alone.
    network.eval()
    partner.eval()
    guessed = mean_probabilities([network, partner], batch.unlabelled_guess)
    predicted = mean_probabilities([network], batch.labelled_guess)
    device = predicted.device
    labels = torch.from_numpy(training.labels[batch.labelled]).to(device)
    one_hot = nn.functional.one_hot(labels, training.number_of_classes).to(predicted.dtype)
    weight = torch.from_numpy(weights[batch.labelled]).to(device)
    refined = refine(one_hot, weight, predicted, settings.temperature)
    return refined, sharpen(guessed, settings.temperature)


def _mixed_loss(
    network: nn.Module,
    batch: MixBatch,
    targets: tuple[Tensor, Tensor],
    generator: np.random.Generator,
    alpha: float,
    unlabelled_weight: float,
) -> Tensor:
    refined, guessed = targets
    inputs = torch.cat([*batch.labelled_train, *batch.unlabelled_train])
    mixed, mixed_targets = mix(
        inputs, torch.cat([refined, refined, guessed, guessed]), generator, alpha
    )
    return mixmatch_loss(network(mixed), mixed_targets, 2 * len(refined), unlabelled_weight)
