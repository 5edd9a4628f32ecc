"""The neighbours' class posteriors, averaged: what similar images are believed to be."""

import torch
from torch import Tensor

NEIGHBOURS = 20
TEMPERATURE = 0.1
MOST_REFERENCES = 8_000
_TILE = 2048


def neighbour_posterior(
    features: Tensor,
    probability: Tensor,
    *,
    neighbours: int = NEIGHBOURS,
    temperature: float = TEMPERATURE,
) -> Tensor:
    """(n, C) mean of the nearest samples' probabilities, weighted by exp(cosine / temperature).

    A sample never counts for itself. Above `MOST_REFERENCES` samples the neighbours come from an
    evenly spread part, so that time is O(n P min(n, 8 000)) and memory O(n (P + C)).
    """
    count = len(features)
    references = torch.arange(0, count, max(1, -(-count // MOST_REFERENCES)))
    unit = features / features.norm(dim=1, keepdim=True).clamp_min(1e-12)
    anchors = unit[references].T.contiguous()
    place = torch.full((count,), -1)
    place[references] = torch.arange(len(references))
    wanted = min(neighbours, len(references) - 1)
    if wanted < 1:
        return probability.clone()
    averaged = torch.empty_like(probability)
    for start in range(0, count, _TILE):
        rows = torch.arange(start, min(start + _TILE, count))
        similarity = unit[rows] @ anchors
        own = torch.nonzero(place[rows] >= 0).squeeze(1)
        similarity[own, place[rows[own]]] = -2.0
        value, index = similarity.topk(wanted)
        weight = torch.softmax(value / temperature, 1)
        # One neighbour at a time keeps the memory linear in the number of classes.
        total = torch.zeros(len(rows), probability.shape[1])
        for rank in range(wanted):
            total.addcmul_(weight[:, rank : rank + 1], probability[references[index[:, rank]]])
        averaged[rows] = total
    return averaged
