"""Class posteriors averaged over the nearest neighbours (soft k-nearest-neighbour smoothing)."""

from dataclasses import dataclass

import torch
from torch import Tensor

from lnl_gui.detect.neighbours.kept_nearest import KeptNearest, Others
from lnl_gui.detect.probes.class_softmax import softmax_of_classes
from lnl_gui.util.progress import Progress, no_progress

# Twenty are steadier than SimiFeat's ten on CIFAR-10N.
NEIGHBOURS = 20
TEMPERATURE = 0.1
# An evenly spread part of so many keeps the search linear in the number of samples.
MOST_REFERENCES = 8_000
# Samples that search at a time.
_TILE = 2048
# Far below the logit of any neighbour, yet finite.
_EXCLUDED = -1e4


@dataclass(frozen=True)
class Neighbourhood:
    """Nearest neighbours of n samples.

    Attributes:
        rows: (n, k) int32, nearest first; k is 0 where there is no other sample.
        weights: (n, k) float32, rows sum to 1, or to 0 where all belong to the sample's own unit.
    """

    rows: Tensor
    weights: Tensor


def find_neighbourhood(
    features: Tensor,
    *,
    neighbours: int = NEIGHBOURS,
    temperature: float = TEMPERATURE,
    units: Tensor | None = None,
    sample_weights: Tensor | None = None,
    progress: Progress = no_progress,
) -> Neighbourhood:
    """Find the nearest samples by cosine, weighted by exp(cosine / temperature).

    A sample is never its own neighbour, nor that of another of its unit. Above `MOST_REFERENCES`
    samples the neighbours come from an evenly spread part, so that time is O(n P min(n, 8 000)) and
    memory O(n (P + k)).

    Args:
        features: (n, P) float32, on the device to compute on.
        neighbours: k.
        temperature: of the weights.
        units: (n,) int64, equal for samples that have no vote on each other; None: each alone.
        sample_weights: (n,) float32, how much each sample counts; None: all alike.
        progress: samples done of all; may raise `Cancelled`.
    """
    count = len(features)
    references = torch.arange(0, count, max(1, -(-count // MOST_REFERENCES)))
    wanted = max(0, min(neighbours, len(references) - 1))
    unit = _unit(features)
    owner = torch.arange(count) if units is None else units.long()
    device = unit.device
    others = Others(
        unit.index_select(0, references.to(device)),
        references.int().to(device),
        owner[references].to(device),
    )
    return _weighted(unit, owner, others, wanted, temperature, sample_weights, progress)


def _weighted(
    unit: Tensor,
    owner: Tensor,
    others: Others,
    neighbours: int,
    temperature: float,
    sample_weights: Tensor | None,
    progress: Progress,
) -> Neighbourhood:
    """The others nearest to vectors (q, P) of length 1 and of units (q,)."""
    count = len(unit)
    rows = torch.empty(count, neighbours, dtype=torch.int32)
    weights = torch.empty(count, neighbours)
    if not neighbours:
        return Neighbourhood(rows, weights)
    for start in range(0, count, _TILE):
        progress(start, count)
        part = slice(start, start + _TILE)
        own, among = unit[part], owner[part].to(unit.device)
        kept = KeptNearest(len(own), neighbours, unit.device, comparisons=count * len(others))
        kept.compare(torch.arange(len(own), device=unit.device), own, among, others)
        rows[part] = kept.numbers
        weights[part] = _weights(kept.closeness, rows[part], temperature, sample_weights)
    return Neighbourhood(rows, weights)


def _weights(
    cosine: Tensor, rows: Tensor, temperature: float, sample_weights: Tensor | None
) -> Tensor:
    """(b, k) float32 with rows that sum to 1, or to 0 where nobody has a vote."""
    logit = cosine / temperature
    if sample_weights is not None:
        logit += sample_weights[rows].log()
    excluded = torch.isinf(cosine)
    return softmax_of_classes(logit.masked_fill(excluded, _EXCLUDED)).masked_fill(excluded, 0.0)


def find_neighbours_among(
    queries: Tensor,
    features: Tensor,
    *,
    neighbours: int = NEIGHBOURS,
    temperature: float = TEMPERATURE,
    sample_weights: Tensor | None = None,
) -> Neighbourhood:
    """Find the nearest of some samples to each of others, weighted as in `find_neighbourhood`.

    Args:
        queries: (q, P) float32, on the device of the features.
        features: (n, P) float32, of the samples to look among, on the device to compute on; of many
            an evenly spread part.
        neighbours: k.
        temperature: of the weights.
        sample_weights: (n,) float32, how much each of those counts; None: all alike.

    Returns:
        rows (q, k) int32 of `features`, and weights (q, k) float32.
    """
    references = torch.arange(0, len(features), max(1, -(-len(features) // MOST_REFERENCES)))
    wanted = min(neighbours, len(references))
    points = _unit(features.index_select(0, references.to(features.device)))
    numbers = references.to(features.device)
    others = Others(points, numbers.int(), numbers)
    # None of them is one of those.
    apart = torch.full((len(queries),), -1)
    unit = _unit(queries)
    return _weighted(unit, apart, others, wanted, temperature, sample_weights, no_progress)


def _unit(features: Tensor) -> Tensor:
    return features / features.norm(dim=1, keepdim=True).clamp_min(1e-12)


def nested_neighbour_posterior(probability: Tensor, folds: Tensor, near: Neighbourhood) -> Tensor:
    """Average what is believed of each sample's neighbours without the labels of its own fold.

    Args:
        probability: (n, K, C) float32, see `lnl_gui.detect.probes.nested_folds`.
        folds: (n,) int64 in [0, K).
        near: neighbours of the n samples.

    Returns:
        (n, C) float32.
    """
    averaged = torch.empty(len(folds), probability.shape[2])
    for fold in range(probability.shape[1]):
        rows = torch.nonzero(folds == fold).squeeze(1)
        if near.rows.shape[1]:
            part = Neighbourhood(near.rows[rows], near.weights[rows])
            averaged[rows] = neighbour_posterior(probability[:, fold].contiguous(), part)
        else:
            averaged[rows] = probability[rows, fold]
    return averaged


def neighbour_posterior(probability: Tensor, near: Neighbourhood) -> Tensor:
    """Average the probabilities of each sample's neighbours, in time O(q k C).

    Args:
        probability: (n, C) float32.
        near: neighbours, among the n samples, of q samples: the same, or others.

    Returns:
        (q, C) float32; a copy of `probability` where there are no neighbours.
    """
    neighbours = near.rows.shape[1]
    if not neighbours:
        return probability.clone()
    averaged = torch.zeros(len(near.rows), probability.shape[1])
    for part in torch.arange(len(near.rows)).split(_TILE):
        # One neighbour at a time keeps the memory linear in the number of classes.
        total = torch.zeros(len(part), probability.shape[1])
        for rank in range(neighbours):
            total.addcmul_(near.weights[part, rank : rank + 1], probability[near.rows[part, rank]])
        averaged[part] = total
    return averaged
