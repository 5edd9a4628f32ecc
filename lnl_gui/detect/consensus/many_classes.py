"""Consensus for thousands of classes, where (n, c) scores do not fit in memory.

A cross-fitted discriminant is scored a block of rows at a time; its temperature and one symmetric
noise rate are fitted by the likelihood of the given labels on a part of the rows. A second round
leaves out what the first suspects. Time O(n P (P + c)), memory O(n P + K c P) and one block.
"""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from scipy.optimize import minimize_scalar
from torch import Tensor

from lnl_gui.detect.consensus.copies_together import (
    best_class,
    image_probability,
    posterior_of_copies,
)
from lnl_gui.detect.consensus.problem import Problem
from lnl_gui.detect.consensus.sample_posteriors import SamplePosteriors, UnlabelledPosteriors
from lnl_gui.util.progress import Progress, no_progress

MOST_CELLS = 60_000_000
"""Above this many (sample, class) cells, or above `MOST_CLASSES`, this route is taken."""
MOST_CLASSES = 2_000
_FEW_EACH = 5
_CELLS_OF_FEW = 2_000_000
"""Nor is the full consensus fitted above so many cells where a class has fewer samples than this on
average: for 1 500 classes of two images each it had done a quarter after seven minutes."""
# 32 MB of float32 scores at a time.
_BLOCK_CELLS = 8_000_000
_ROUNDS = 2
# Classes have few samples each here: shrink the covariance as `probes.discriminant` does, and each
# mean towards the overall one by the weight of one sample.
_SHRINKAGE = 0.3
_PRIOR_SAMPLES = 1.0
# Where the rate ends at .1552, two steps give .1636, four .1569 and these .1553 (ten classes).
_NOISE_STEPS = 8
_TEMPERATURES = (0.005, 3.0)
_NAME = "discriminant"


@dataclass(frozen=True)
class _Discriminant:
    slope: Tensor  # (P, c)
    offset: Tensor  # (c,)


@dataclass(frozen=True)
class _Reading:
    temperature: float
    noise: float


def too_many(samples: int, classes: int) -> bool:
    """Whether the full consensus would take too much memory, or much time for classes of hardly any
    samples."""
    cells = samples * classes
    hardly_any = samples < _FEW_EACH * classes and cells > _CELLS_OF_FEW
    return classes > MOST_CLASSES or cells > MOST_CELLS or hardly_any


def fit_many_classes(
    problem: Problem, shown: int, *, progress: Progress = no_progress
) -> SamplePosteriors:
    """Fit posteriors of n rows among c classes by a discriminant, a block of rows at a time.

    Args:
        problem: the compact problem.
        shown: k, how many of the most probable classes are kept of each row.
        progress: called after each of the two rounds.
    """
    weight = problem.weight
    posteriors = None
    for turn in range(_ROUNDS):
        posteriors = _fitted(problem, weight, shown)
        # The second round leaves out, softly, what the first suspects.
        weight = problem.weight * torch.where(problem.truth >= 0, 1.0, posteriors.given_probability)
        progress(turn + 1, _ROUNDS)
    assert posteriors is not None
    return posteriors


def predict_many_classes(
    problem: Problem, posteriors: SamplePosteriors, embeddings: Sequence[np.ndarray], shown: int
) -> UnlabelledPosteriors:
    """Posteriors of the samples without a label, from one discriminant on all labelled ones.

    Args:
        problem: the compact problem of the labelled samples.
        posteriors: as `fit_many_classes` gives them; what they suspect counts little.
        embeddings: the K spaces (N, D_k) that the problem was stated with.
        shown: how many of the most probable classes are kept of each sample.
    """
    believed = torch.where(problem.truth >= 0, 1.0, posteriors.given_probability)
    weight = problem.weight * believed
    model = _fit(problem, weight, torch.ones(len(weight), dtype=torch.bool))
    rows = problem.open_rows
    posterior = torch.empty(len(rows), shown)
    places = torch.empty(len(rows), shown, dtype=torch.int64)
    block = max(1, _BLOCK_CELLS // len(problem.present))
    for start in range(0, len(rows), block):
        part = slice(start, start + block)
        features = problem.features_at(embeddings, rows[part])
        found = _probability(features, model, posteriors.weights[_NAME])
        posterior[part], places[part] = found.cpu().topk(shown)
    return UnlabelledPosteriors(rows, posterior, places)


def _fitted(problem: Problem, weight: Tensor, shown: int) -> SamplePosteriors:
    count, classes = len(problem.given), len(problem.present)
    members = [torch.nonzero(problem.folds == f).squeeze(1) for f in range(problem.number_of_folds)]
    models = [_fit(problem, weight, problem.folds != f) for f in range(len(members))]
    block = max(1, _BLOCK_CELLS // classes)
    reading = _read(problem, models, members, block)
    # Bayes' rule under symmetric noise: what the given label gains over each other class.
    odds = (1.0 - reading.noise) * (classes - 1) / max(reading.noise, 1e-6)
    own, best = torch.empty(count), torch.empty(count, dtype=torch.int64)
    loss = torch.empty(count)
    posterior, places = torch.empty(count, shown), torch.empty(count, shown, dtype=torch.int64)
    for model, rows in zip(models, members, strict=True):
        for part in rows.split(block):
            probability = _probability(_features(problem, part), model, reading.temperature)
            best[part] = probability.argmax(1).cpu()
            given = problem.given[part].unsqueeze(1).to(problem.device)
            likeness = probability.gather(1, given)
            loss[part] = -likeness.squeeze(1).clamp_min(1e-12).log().cpu()
            probability.scatter_(1, given, likeness * odds)
            probability /= probability.sum(1, keepdim=True)
            own[part] = probability.gather(1, given).squeeze(1).cpu()
            posterior[part], places[part] = (found.cpu() for found in probability.topk(shown))
        for part in whole_images(rows, problem.copies, block):
            together, best[part] = _together(problem, part, model, reading)
            own[part] = together.gather(1, problem.given[part].unsqueeze(1)).squeeze(1)
            posterior[part], places[part] = together.topk(shown)
    # Before verdicts are filled in, with which the model would agree by itself.
    agreement = float((best == problem.labels).double().mean())
    _settle(problem, own, best, posterior, places)
    weights = {_NAME: reading.temperature}
    return SamplePosteriors(
        own, best, posterior, places, None, agreement, 1.0, weights, loss.numpy()
    )


def whole_images(rows: Tensor, copies: Tensor, most: int) -> Iterator[Tensor]:
    """Blocks of the rows that have copies, none of which parts the copies of an image.

    Args:
        rows: (m,) int64 indices.
        copies: (n,) int64, the same number for copies of one image, -1 alone.
        most: rows of a block, about.
    """
    having = rows[copies[rows] >= 0]
    having = having[copies[having].argsort(stable=True)]
    _, sizes = copies[having].unique_consecutive(return_counts=True)
    # Images whose last copy lies within the same `most` rows go together.
    together = torch.bincount((sizes.cumsum(0) - 1) // most, weights=sizes.double())
    yield from having.split([count for count in together.long().tolist() if count])


def _together(
    problem: Problem, rows: Tensor, model: _Discriminant, reading: _Reading
) -> tuple[Tensor, Tensor]:
    """Posterior (m, c) of rows that have copies, judged as one, and their most probable class."""
    copies, given = problem.copies[rows], problem.given[rows]
    alone = _probability(_features(problem, rows), model, reading.temperature).cpu()
    probability = image_probability(alone, copies, problem.matrix[rows])
    told = torch.full_like(probability, math.log(reading.noise / max(probability.shape[1] - 1, 1)))
    told.scatter_(1, given.unsqueeze(1), math.log(1.0 - reading.noise))
    posterior = posterior_of_copies(probability, told, problem.observed.at(rows), copies)
    return posterior, best_class(probability, posterior, given, copies)


def _settle(problem: Problem, own: Tensor, best: Tensor, posterior: Tensor, places: Tensor) -> None:
    """What a person decided is certain."""
    known = torch.nonzero(problem.truth >= 0).squeeze(1)
    best[known] = problem.truth[known]
    own[known] = (problem.truth[known] == problem.given[known]).float()
    posterior[known] = 0.0
    posterior[known, 0] = 1.0
    # The class that was first takes the place of the decided one: none may be listed twice.
    decided = problem.truth[known].unsqueeze(1)
    places[known] = torch.where(places[known] == decided, places[known, :1], places[known])
    places[known, 0] = problem.truth[known]


def _fit(problem: Problem, weight: Tensor, inside: Tensor) -> _Discriminant:
    """A shared-covariance discriminant on the rows (n,) bool `inside`, on the problem's device."""
    device = problem.device
    features = _features(problem, torch.nonzero(inside).squeeze(1))
    labels, w = problem.labels[inside].to(device), weight[inside].to(device)
    classes, width = len(problem.present), features.shape[1]
    mass = w.new_zeros(classes).index_add_(0, labels, w)
    overall = (features * w.unsqueeze(1)).sum(0) / w.sum().clamp_min(1e-6)
    total = w.new_zeros(classes, width).index_add_(0, labels, features * w.unsqueeze(1))
    means = (total + _PRIOR_SAMPLES * overall) / (mass + _PRIOR_SAMPLES).unsqueeze(1)
    within = w.new_zeros(width, width)
    for start in range(0, len(labels), 16_384):
        part = slice(start, start + 16_384)
        centred = (features[part] - means[labels[part]]) * w[part].sqrt().unsqueeze(1)
        within.addmm_(centred.T, centred)
    within /= w.sum().clamp_min(1e-6)
    flat = float(within.trace()) / width
    unit = torch.eye(width, device=device)
    shrunk = (1.0 - _SHRINKAGE) * within + _SHRINKAGE * flat * unit
    # Regular also where every sample lies on its class mean.
    slope = torch.linalg.solve(shrunk + 1e-6 * unit, means.T)
    offset = torch.log((mass + 1.0) / (mass + 1.0).sum()) - 0.5 * (means.T * slope).sum(0)
    return _Discriminant(slope, offset)


def _features(problem: Problem, rows: Tensor) -> Tensor:
    """Features (m, P) float32 of rows (m,) int64 on the device."""
    return problem.matrix_on_device.index_select(0, rows.to(problem.device))


def _probability(features: Tensor, model: _Discriminant, temperature: float) -> Tensor:
    scores = torch.addmm(model.offset, features, model.slope)
    return torch.softmax(scores * temperature, 1)


def _read(
    problem: Problem, models: list[_Discriminant], members: list[Tensor], block: int
) -> _Reading:
    """Temperature and noise rate by likelihood, on as many rows as one block holds."""
    part = max(1, block // len(members))
    # As many of each fold: every model is read at one temperature.
    chosen = [rows[:: max(1, -(-len(rows) // part))] for rows in members]
    scores = torch.cat(
        [
            torch.addmm(model.offset, _features(problem, rows), model.slope)
            for model, rows in zip(models, chosen, strict=True)
        ]
    )
    given = problem.given[torch.cat(chosen)].to(problem.device)
    weight = problem.weight[torch.cat(chosen)].unsqueeze(1).to(problem.device)

    def mean(values: Tensor) -> float:
        return float((values * weight).sum() / weight.sum())

    def fitted(temperature: float) -> tuple[float, float]:
        own = torch.log_softmax(scores * temperature, 1).gather(1, given.unsqueeze(1)).exp()
        other = (1.0 - own) / max(scores.shape[1] - 1, 1)
        noise = 0.2
        for _ in range(_NOISE_STEPS):
            right, wrong = (1.0 - noise) * own, noise * other
            noise = mean(wrong / (right + wrong).clamp_min(1e-30))
            # At 0 or 1 expectation-maximisation would stay for ever.
            noise = min(max(noise, 1e-4), 0.95)
        likelihood = ((1.0 - noise) * own + noise * other).clamp_min(1e-30).log()
        return -mean(likelihood), noise

    best = minimize_scalar(
        lambda t: fitted(float(t))[0],
        bounds=_TEMPERATURES,
        method="bounded",
        options={"xatol": 0.01},
    )
    return _Reading(float(best.x), fitted(float(best.x))[1])
