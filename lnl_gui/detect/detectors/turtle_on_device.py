"""The loops of `turtle_loops` in torch, for a GPU: the same steps on the same draws.

What differs is the order in which a device adds up. Torch's own Adam and derivatives serve here;
what the others save is a processor's time.
"""

from collections.abc import Sequence

import numpy as np
import torch
from torch import Tensor

from lnl_gui.detect.detectors.turtle_loops import draw, start
from lnl_gui.detect.detectors.turtle_parameters import TurtleParameters
from lnl_gui.util.progress import Progress

_ROWS = 65_536
"""Samples whose memberships are computed at a time."""
_LEAST = 1e-12


class _Labelling:
    """As `turtle_loops.Labelling`: columns of unit direction times a learnt length, and a bias."""

    def __init__(self, weight: Tensor, rate: float) -> None:
        self._direction = weight[:-1].clone().requires_grad_()
        self._length = weight[:-1].norm(dim=0).requires_grad_()
        self._bias = weight[-1].clone().requires_grad_()
        self.adam = torch.optim.Adam([self._direction, self._length, self._bias], lr=rate)

    def weight(self) -> Tensor:
        """(D + 1, C), the bias as last row."""
        scale = self._length / self._direction.norm(dim=0).clamp_min(_LEAST)
        return torch.cat([self._direction * scale, self._bias.unsqueeze(0)])


class _Classifier:
    def __init__(self, weight: Tensor, rate: float) -> None:
        self.weight = weight.requires_grad_()
        self._adam = torch.optim.Adam([self.weight], lr=rate)

    @torch.no_grad()
    def fit(self, points: Tensor, labels: Tensor, steps: int) -> None:
        """Steps on the cross-entropy of points (n, D + 1) by labels (n, C)."""
        for _ in range(steps):
            # Written out: the labels are constants here, and recording costs as much again.
            error = torch.softmax(points @ self.weight, dim=1) - labels
            self.weight.grad = points.T @ error / len(points)
            self._adam.step()


def fit_memberships(
    spaces: Sequence[np.ndarray],
    clusters: int,
    parameters: TurtleParameters,
    generator: np.random.Generator,
    progress: Progress,
    *,
    device: str,
) -> np.ndarray:
    """Train one labelling for each space; the mean membership (N, C) float32 of all samples.

    Args:
        spaces: K spaces (N, D_k + 1) float32 with a constant last column.
        clusters: C.
        parameters: steps, rates, batch and gamma.
        generator: draws starts and batches, the same ones as on the processor.
        progress: outer steps done of all; may raise `Cancelled`.
        device: of torch; holds all spaces.

    Raises:
        torch.OutOfMemoryError: where it does not.
    """
    points = [torch.from_numpy(space).to(device) for space in spaces]

    def begin(space: Tensor) -> Tensor:
        return torch.from_numpy(start(space.shape[1], clusters, generator)).to(device)

    labelling = [_Labelling(begin(space), parameters.outer_rate) for space in points]
    classifiers: list[_Classifier] = []
    for iteration in range(parameters.iterations):
        progress(iteration, parameters.iterations)
        rows = draw(len(points[0]), parameters.batch_size, generator)
        batch = points
        if rows is not None:
            chosen = torch.from_numpy(rows).to(device)
            batch = [space.index_select(0, chosen) for space in points]
        if not (classifiers and parameters.warm_start):
            classifiers = [_Classifier(begin(space), parameters.inner_rate) for space in points]
        _outer_step(batch, labelling, classifiers, parameters)
    progress(parameters.iterations, parameters.iterations)
    return _mean_membership(points, [layer.weight() for layer in labelling])


def _outer_step(
    batch: Sequence[Tensor],
    labelling: Sequence[_Labelling],
    classifiers: Sequence[_Classifier],
    parameters: TurtleParameters,
) -> None:
    memberships = [
        torch.softmax(points @ layer.weight(), dim=1)
        for points, layer in zip(batch, labelling, strict=True)
    ]
    labels = torch.stack(memberships).mean(0)
    by_label = torch.zeros_like(labels)
    for points, classifier in zip(batch, classifiers, strict=True):
        # First-order: the labels are constants of the inner loop.
        classifier.fit(points, labels.detach(), parameters.inner_steps)
        by_label -= torch.log_softmax(points @ classifier.weight.detach(), dim=1)
    loss = (labels * by_label.detach()).sum() / len(labels)
    for member in memberships:
        mean = member.mean(0).clamp_min(_LEAST)
        loss = loss + parameters.gamma * (mean * mean.log()).sum()
    for layer in labelling:
        layer.adam.zero_grad()
    loss.backward()
    for layer in labelling:
        layer.adam.step()


@torch.no_grad()
def _mean_membership(spaces: Sequence[Tensor], weights: Sequence[Tensor]) -> np.ndarray:
    parts = []
    for first in range(0, len(spaces[0]), _ROWS):
        part = slice(first, first + _ROWS)
        found = [
            torch.softmax(space[part] @ weight, dim=1)
            for space, weight in zip(spaces, weights, strict=True)
        ]
        parts.append(torch.stack(found).mean(0).cpu().numpy())
    return np.concatenate(parts)
