"""Sample selection: by small loss, by loss mixture, by Jensen-Shannon divergence."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from lnl_gui.learn.losses.cross_entropy import cross_entropy
from lnl_gui.learn.methods.parameters.small_loss import SmallLossTraining
from lnl_gui.learn.methods.parameters.unicon import DIVERGENCE_CEILING, DIVERGENCE_FILTER
from lnl_gui.learn.training.learner import Learner

DOUBTFUL_DIVERGENCE = 0.5
"""Below it UNICON leaves the given label as it is."""
FALLBACK_FRACTION = 0.1
"""What an empty part is given: both parts must have samples for MixMatch to go on."""
EARLY_BETA, LATE_BETA = 0.9, 0.1
"""Adam's beta1 before and after the decay begins (Han et al.'s code)."""
SMALLEST = np.finfo(np.float32).tiny
"""Stands for a probability of 0 in p log p, whose limit is 0."""


@dataclass(frozen=True)
class Split:
    """Split of a training set into labelled and unlabelled rows.

    Attributes:
        labelled: (L,) int64 rows whose given label is used.
        weight: (L,) float32 in [0, 1], how far it is used; the rest comes from the network.
        unlabelled: (U,) int64 rows whose given label is put aside.
    """

    labelled: np.ndarray
    weight: np.ndarray
    unlabelled: np.ndarray


def kept_fraction(epoch: int, noise_rate: float, ramp_epochs: int) -> float:
    """Share of small losses to keep, 1 - noise_rate min(e / (ramp_epochs - 1), 1).

    Co-teaching's schedule with `epoch` counted from 0. The paper divides by `ramp_epochs`; the
    authors' code fills so many epochs evenly, so that the last of them has the whole rate.
    """
    ramp = min(epoch / (ramp_epochs - 1), 1.0) if ramp_epochs > 1 else 1.0
    return 1.0 - noise_rate * ramp


def follow_decay(learners: Sequence[Learner], parameters: SmallLossTraining, epoch: int) -> None:
    """Set rate and beta1 of Adam for an epoch, as the authors of Co-teaching do in their code."""
    first = round(parameters.decay_from * parameters.epochs)
    decays = epoch >= first and first < parameters.epochs
    left = (parameters.epochs - epoch) / max(1, parameters.epochs - first)
    for learner in learners:
        learner.set_rate(left if decays else 1.0)
        for group in learner.optimiser.param_groups:
            if "betas" in group:
                group["betas"] = (LATE_BETA if decays else EARLY_BETA, 0.999)


def smallest_losses(losses: Tensor, fraction: float) -> Tensor:
    """Positions (K,) int64 of the `fraction` smallest of losses (B,); K is at least 1."""
    # 0.7 * 10 is a little below 7 in floating point.
    count = max(1, int(fraction * len(losses) + 1e-9))
    return torch.topk(losses.detach(), count, largest=False).indices


def given_label_losses(logits: Tensor, labels: Tensor, rows: Tensor) -> Tensor:
    """Cross-entropy (b,) float32 in nats of logits (b, C) at labels (b,); ignores rows (b,)."""
    return cross_entropy(logits, labels, reduction="none")


def normalised_losses(losses: np.ndarray) -> np.ndarray:
    """Min-max normalised losses (N,), of the dtype of `losses` (N,); 0 where all are equal."""
    # DivideMix fits its mixture on losses in [0, 1], so that its constants fit every network and
    # epoch.
    low, high = float(losses.min()), float(losses.max())
    if not high > low:
        return np.zeros_like(losses)
    return (losses - low) / (high - low)


def split_by_probability(clean_probability: np.ndarray, threshold: float) -> Split:
    """Split by clean probability as DivideMix does: labelled where it is above `threshold`.

    A part that would come out empty gets the `FALLBACK_FRACTION` of samples nearest to it.

    Args:
        clean_probability: (N,) float in [0, 1]; N at least 2.
        threshold: 0.5 in DivideMix.
    """
    clean = clean_probability > threshold
    if clean.all() or not clean.any():
        count = max(1, round(len(clean) * FALLBACK_FRACTION))
        # Stable, so that equal probabilities give the same split on every machine.
        order = np.argsort(-clean_probability, kind="stable")
        clean[:] = clean.all()
        if clean[0]:
            clean[order[-count:]] = False
        else:
            clean[order[:count]] = True
    labelled = np.flatnonzero(clean)
    # How far a label is trusted goes on into its co-refinement.
    weight = clean_probability[labelled].astype(np.float32)
    return Split(labelled, weight, np.flatnonzero(~clean))


def jensen_shannon(probabilities: np.ndarray, labels: np.ndarray) -> np.ndarray:
    """Jensen-Shannon divergence (N,) float64 of predictions (N, C) from labels (N,) as one-hot.

    In nats, 0 to log 2 (Lin, IEEE Trans. Inf. Theory 1991). With p the probability of the label,
    the sum over classes reduces to
    0.5 (p log(p / m) + log(1 / m) + (1 - p) log 2), m = (p + 1) / 2.
    """
    # In float64: near p = 1 the terms cancel to a small difference.
    p = probabilities[np.arange(len(labels)), labels].astype(np.float64)
    m = (p + 1) / 2
    own = p * np.log(np.maximum(p, SMALLEST) / m)
    divergence = 0.5 * (own - np.log(m) + (1 - p) * np.log(2))
    # Rounding may leave a sure sample a little below 0.
    return np.clip(divergence, 0.0, np.log(2))


def selection_share(
    divergence: np.ndarray,
    *,
    ceiling: float = DIVERGENCE_CEILING,
    filtering: float = DIVERGENCE_FILTER,
) -> float:
    """UNICON's filter rate R in [0, 1]: the share of samples of divergence below a threshold.

    Args:
        divergence: (N,) of `jensen_shannon`; the threshold is their mean.
        ceiling: above it the threshold is lowered.
        filtering: by one part in so many of its distance from the smallest divergence.
    """
    threshold = float(divergence.mean())
    if threshold > ceiling:
        # Under heavy noise the mean itself is large, and the paper is stricter then.
        threshold -= (threshold - float(divergence.min())) / filtering
    return float((divergence < threshold).mean())


def uniform_selection(
    divergence: np.ndarray,
    labels: np.ndarray,
    number_of_classes: int,
    *,
    ceiling: float = DIVERGENCE_CEILING,
    filtering: float = DIVERGENCE_FILTER,
) -> Split:
    """UNICON's uniform selection: the same number of least divergent samples from each class.

    R N / C from each class that has so many, all of a smaller class (Karim et al., CVPR 2022).

    Args:
        divergence: (N,) of `jensen_shannon`.
        labels: (N,) given labels.
        number_of_classes: C.
        ceiling: see `selection_share`.
        filtering: see `selection_share`.
    """
    share = selection_share(divergence, ceiling=ceiling, filtering=filtering)
    # Equal numbers, because easy classes have low divergence throughout and would else fill the
    # selection (UNICON's class imbalance).
    each = max(1, int(share * len(labels) / number_of_classes))
    chosen = np.zeros(len(labels), dtype=bool)
    for label in range(number_of_classes):
        members = np.flatnonzero(labels == label)
        order = np.argsort(divergence[members], kind="stable")
        chosen[members[order[:each]]] = True
    # MixMatch cannot go on without unlabelled samples.
    _keep_one_apart(chosen, divergence)
    labelled = np.flatnonzero(chosen)
    doubt = divergence[labelled]
    # UNICON: the label of a selected sample counts by 1 - d, and fully where d is below 0.5.
    weight = 1.0 - np.where(doubt < DOUBTFUL_DIVERGENCE, 0.0, doubt)
    return Split(labelled, weight.astype(np.float32), np.flatnonzero(~chosen))


def _keep_one_apart(chosen: np.ndarray, divergence: np.ndarray) -> None:
    if chosen.all():
        count = max(1, round(len(chosen) * FALLBACK_FRACTION))
        chosen[np.argsort(-divergence, kind="stable")[:count]] = False


def balanced_draw(
    clean_probability: np.ndarray,
    labels: np.ndarray,
    number_of_classes: int,
    generator: np.random.Generator,
    *,
    threshold: float = 0.6,
    floor: int = 10,
) -> tuple[np.ndarray, list[int]]:
    """Draw as TURN does: as many clean samples from every class as the poorest class has.

    That number is at least `floor`. A class with fewer clean samples gives its `floor` (or all its)
    best instead of emptying the whole set; a class without samples gives none.

    Args:
        clean_probability: (N,) float in [0, 1].
        labels: (N,) int given labels.
        number_of_classes: C.
        generator: draws within each class.
        threshold: 0.6 in TURN.
        floor: fewest to draw from a class that has them.

    Returns:
        the rows drawn (n,) int64, shuffled, and the classes that needed the floor.
    """
    pools: list[np.ndarray] = []
    poor: list[int] = []
    for label in range(number_of_classes):
        members = np.flatnonzero(labels == label)
        if not len(members):
            continue
        pool = members[clean_probability[members] > threshold]
        if len(pool) < floor:
            poor.append(label)
            order = np.argsort(-clean_probability[members], kind="stable")
            pool = members[order[:floor]]
        pools.append(pool)
    # After the floor: the poorest class decides for all, but never below it.
    each = max(floor, min(len(pool) for pool in pools))
    drawn = [generator.choice(pool, min(each, len(pool)), replace=False) for pool in pools]
    return generator.permutation(np.concatenate(drawn)), poor
